"""PRODIGy characters, dialogues and partitions, in and out."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from studio.cards.research.partition import Partition, leaks, partition, read_partition, write_partition
from studio.cards.research.prodigy import (
    ProdigyCharacter,
    character_from,
    dialogue_of,
    masked,
    mbti_letters,
    mbti_words,
    prodigy_of,
    read_characters,
    read_dialogues,
    rows,
    titled,
    write_characters,
    write_dialogues,
)
from studio.errors import Invalid
from tests.plays import ADA

TILDE = {
    "character_name": "TILDE",
    "movie_id": "m900",
    "movie_name": "salt road",
    "gender": "female",
    "mbti": "introvert, intuitive, feeler, judger",
    "biography": ["I mend nets at night.", "I am owed a boat."],
    "paraphrasis_1": ["At night I repair nets.", "A boat is owed to me."],
    "paraphrasis_2": ["Nets are what I fix after dark.", "Somebody owes me a boat."],
}
MACK = {**TILDE, "character_name": "MRS. O'CONNELL", "gender": "nonbinary", "paraphrasis_1": ["At night I mend."]}
FILE = {"u90001": TILDE, "u90002": MACK}
DIALOGUES = [
    {"id": "c1", "turns": [{"speaker": "u90001", "text": "Tilde here."}, {"speaker": "u7", "text": "Who?"}]},
    {"dialogue_id": "c2", "utterances": [{"character": "u90002", "text": "A."}, {"character": "u90001", "text": "B."}]},
    {"id": "c3", "dialogue": [{"speaker": "u90001", "text": "Alone."}]},
]


def dumped(value: object) -> bytes:
    return json.dumps(value, indent=4, ensure_ascii=False).encode()


def test_characters_are_read_and_written_as_they_were() -> None:
    found = read_characters(dumped(FILE))
    assert write_characters(found.characters) == dumped(FILE)
    tilde, mack = found.characters
    assert tilde.variants(0) == ("I mend nets at night.", "At night I repair nets.", "Nets are what I fix after dark.")
    assert mack.uneven and mack.variants(1) == ("I am owed a boat.", "I am owed a boat.", "Somebody owes me a boat.")
    assert any("u90002 has paraphrases for another number" in note for note in found.notes)


def test_a_character_carries_its_record_there_and_back() -> None:
    for one in read_characters(dumped(FILE)).characters:
        character = character_from(one)
        assert prodigy_of(character, "u1") == one
    assert character.name == "Mrs. O'Connell"
    assert character.pronouns == "nonbinary"
    assert (character.mbti, character.persona_type, character.tags) == ("INFJ", "fictional", ("salt road",))
    edited = character.model_copy(update={"backstory": "I sail. I sing!", "mbti": "ESTP"})
    back = prodigy_of(edited, "u1")
    assert back.biography == ("I sail.", "I sing!")
    assert back.paraphrasis_2 == ()
    assert back.mbti == "extrovert, sensor, thinker, perceiver"
    assert back.character_name == "MRS. O'CONNELL"
    anew = prodigy_of(ADA.model_copy(update={"backstory": "Keeps the lamp. Alone."}), "u5")
    assert (anew.id, anew.character_name, anew.biography) == ("u5", "ADA VOSS", ("Keeps the lamp.", "Alone."))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("BUTT-HEAD", "Butt-Head"), ("J.D.", "J.D."), ("LISA'S MOTHER", "Lisa's Mother"), ("MacGuff", "MacGuff")],
)
def test_names_in_capitals_are_read_as_names(name: str, wanted: str) -> None:
    assert titled(name) == wanted


def test_letters_and_words() -> None:
    assert mbti_letters("introvert, sensor, thinker, perceiver") == "ISTP"
    for letters in map("".join, product("EI", "SN", "FT", "JP")):
        assert mbti_letters(mbti_words(letters)) == letters
    with pytest.raises(Invalid, match="'dreamer' is no word"):
        mbti_letters("introvert, dreamer, thinker, perceiver")
    with pytest.raises(Invalid, match="gives IS, not a type"):
        mbti_letters("introvert, sensor")


def test_dialogues_are_read_under_any_of_their_names() -> None:
    found = read_dialogues(dumped(DIALOGUES), FILE)
    assert [one.id for one in found.dialogues] == ["c1", "c2"]
    assert "1 dialogues of a single turn" in found.notes[1]
    assert "'u7'" in found.notes[0]
    again = read_dialogues(write_dialogues(found.dialogues))
    assert again.dialogues == found.dialogues
    keyed = {one["id"]: one for one in DIALOGUES if "id" in one}
    assert [one.id for one in read_dialogues(dumped(keyed)).dialogues] == ["c1"]


def test_rows_hold_profile_style_and_partition() -> None:
    characters, dialogues = read_characters(dumped(FILE)).characters, read_dialogues(dumped(DIALOGUES)).dialogues
    intra = Partition(train=("c1",), test=("c2",))
    lines = [json.loads(line) for line in rows(characters, dialogues, intra=intra)]
    assert [(line["id"], line["target"]) for line in lines] == [("c1", "u90001"), ("c2", "u90002"), ("c2", "u90001")]
    assert lines[0]["profile"]["style_ids"] == ["c2"]
    assert lines[0]["profile"]["paraphrases"][0] == TILDE["paraphrasis_1"]
    assert [line["partition"] for line in lines][:2] == [
        {"inter": None, "intra": "train"},
        {"inter": None, "intra": "test"},
    ]


def test_names_can_be_masked() -> None:
    dialogue = read_dialogues(dumped(DIALOGUES)).dialogues[0]
    assert masked(dialogue, ["Tilde Marsh"]).turns[0].text == "[NAME] here."
    assert masked(dialogue, []) == dialogue


def test_a_play_becomes_a_dialogue() -> None:
    from tests.export.plays import play

    transcript = play()
    dialogue = dialogue_of(transcript, "c9", {transcript.session.cast[0].id: "u1"})
    assert dialogue.turns
    assert "u1" in dialogue.speakers


@pytest.mark.parametrize("bad", [b"[]", b"{}", b'{"u1": {"name": "x"}}', b"not json"])
def test_what_is_no_character_file_is_an_error(bad: bytes) -> None:
    with pytest.raises(Invalid, match=r"characters\.json"):
        read_characters(bad)
    with pytest.raises(Invalid):
        read_dialogues(b'{"a": 1}')


# Partitions ---------------------------------------------------------------------------------------------------------

TARGETS = {f"c{n}": (f"u{n % 23}",) for n in range(400)}
SHARED = {**TARGETS, "x": ("u1", "u2"), "y": ("u2", "u3")}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("targets", [TARGETS, SHARED], ids=["alone", "shared"])
def test_no_character_is_on_both_sides(seed: int, targets: dict[str, tuple[str, ...]]) -> None:
    found = partition(targets, "inter", seed)
    assert leaks(found, targets, "inter") == ()
    assert found == partition(targets, "inter", seed)
    largest = max(Counter(name for names in targets.values() for name in names).values()) * (3 if "x" in targets else 1)
    for split, share in zip(("train", "valid", "test"), (0.803, 0.0985, 0.0985), strict=True):
        assert abs(len(getattr(found, split)) - share * len(targets)) <= largest + 2


@pytest.mark.parametrize("seed", range(5))
def test_everybody_is_in_training_and_the_shares_are_met(seed: int) -> None:
    found = partition(TARGETS, "intra", seed)
    assert leaks(found, TARGETS, "intra") == ()
    assert {name for id_ in found.train for name in TARGETS[id_]} == {f"u{n}" for n in range(23)}
    assert abs(len(found.valid) - 0.107 * 400) <= 1
    assert abs(len(found.test) - 0.099 * 400) <= 1


def test_leaks_are_named() -> None:
    found = Partition(train=("c0", "c1"), valid=("c1",), test=("c23",))
    targets = {"c0": ("a",), "c1": ("b",), "c23": ("a",), "c9": ("d",)}
    assert leaks(found, targets, "inter") == (
        "'c1' is in two sets",
        "'c9' is in no set",
        "a is in test and train",
        "b is in train and valid",
    )
    with pytest.raises(Invalid, match="do not add up"):
        partition(TARGETS, "inter", ratios=(0.5, 0.1, 0.1))


def test_the_published_files_are_as_counted(shared_data: Path) -> None:
    raw = (shared_data / "data" / "prodigy" / "characters.json").read_bytes()
    found = read_characters(raw)
    blank = raw.replace(b" []", b' ""')
    assert raw.count(b" []") == 1, "one paraphrase of the file is no text"
    assert write_characters(found.characters) == blank
    assert len(found.characters) == 339
    assert Counter(one.gender for one in found.characters) == {"male": 235, "female": 104}
    types = Counter(mbti_letters(one.mbti) for one in found.characters)
    wanted = (
        "ISTP 37, INFP 32, ESTP 32, ISFP 31, ENFP 25, INTP 22, ENTP 22, ISFJ 21, ESFP 20, INFJ 19, INTJ 15, ISTJ 15, "
        "ESFJ 14, ENTJ 14, ENFJ 12, ESTJ 8"
    )
    assert types == {part.split()[0]: int(part.split()[1]) for part in wanted.split(", ")}
    lengths = [len(one.biography) for one in found.characters]
    words = [len(sentence.split()) for one in found.characters for sentence in one.biography]
    assert sum(lengths) == 2833
    assert round(statistics.mean(lengths), 3) == 8.357
    assert round(statistics.pstdev(lengths), 3) == pytest.approx(1.570, abs=0.003)
    assert round(statistics.mean(words), 2) == 12.73
    uneven = {one.id for one in found.characters if one.uneven}
    assert len(uneven) == 7 and uneven > {"u859", "u1152", "u4331", "u5099", "u832"}
    for one in found.characters:
        assert mbti_words(mbti_letters(one.mbti)) == one.mbti
        assert prodigy_of(character_from(one), "") == one


def test_the_published_partition_is_as_counted(shared_data: Path) -> None:
    raw = (shared_data / "data" / "prodigy" / "intra_character_partitions.json").read_bytes()
    found = read_partition(raw)
    assert write_partition(found) == raw
    assert [len(found.train), len(found.valid), len(found.test)] == [16550, 2229, 2071]
    assert leaks(found, dict.fromkeys((*found.train, *found.valid, *found.test), ()), "intra") == ()
    assert len({*found.train, *found.valid, *found.test}) == 20850
    with pytest.raises(Invalid, match="train_dialogues"):
        read_partition(b'{"train": []}')


def test_an_empty_character_has_no_variants() -> None:
    assert not ProdigyCharacter(id="u1", character_name="A").uneven
