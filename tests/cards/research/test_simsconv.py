"""SimsConv folders, in and out."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from studio.cards.research.folder import read_folder, write_folder
from studio.cards.research.simsconv import SimsBank, read_simsconv, renamed, write_simsconv
from studio.cards.research.simsconv_values import EMOTIONS, TOPICS, Dialogue, Scene, Turn, topic_of
from studio.errors import Invalid

NAME = "Odile 'Odi' Marsh"
SCENES = [
    {"type": kind, "location": f"Pier {n}", "background": f"Odile waits at pier {n}.", "source": f"seed_scene_0_c{n}",
     "profile": "You are Odile."}
    for n, kind in enumerate(("Chat", "Debate", "Discussion"), 1)
]  # fmt: skip
TURNS = [
    {"role": NAME, "action": "(speaking)", "content": "You are early."},
    {"role": NAME, "action": "(thinking)", "content": "If I laugh now he will know I lost the key."},
    {"role": "Jonas Pell", "action": '"I am never early,"', "content": "he lied."},
    {"role": "Jonas Pel", "action": "", "content": "Well."},
    {"role": "As the tide comes in they both look up at the bell", "action": "", "content": "it rings."},
]
DIALOGUES = [
    {"setting": ["Pier 2, fog."], "emotion": "Tense", "topic": ["Small Talk!"], "dialogue": TURNS, "location": "Pier 2",
     "background": ".", "source": "seed_dialogue_1"},
    {"setting": ["Pier 1."], "emotion": "Fine", "topic": "the best bait", "dialogue": TURNS[:2], "location": "Pier 1",
     "background": ".", "source": "seed_dialogue_9"},
]  # fmt: skip


def dumped(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def sample(**changed: bytes) -> dict[str, bytes]:
    files = {
        f"characters/wiki_{NAME}.txt": f"# {NAME}\n\nYou are Odile Marsh, a pilot.".encode(),
        "characters/wiki_Jonas Pell.txt": b"# Jonas Pell\n\nYou're Jonas Pell.",
        f"scene/generated_agent_scene_{NAME}.json": dumped(SCENES),
        f"dialogue/generated_agent_dialogue_{NAME}.json": dumped(DIALOGUES),
        f"interview/generated_agent_interview_{NAME}.json": dumped([["1. Why piers?", "2. Who rang?"]]),
    }
    return {**files, **{f"{kind}/generated_agent_{kind}_{NAME}.json": data for kind, data in changed.items()}}


def odile(bank: SimsBank) -> object:
    return bank.character(NAME)


def test_a_sample_is_read_whole() -> None:
    bank = read_simsconv(sample())
    one = bank.character(NAME)
    assert one is not None
    assert one.profile == "You are Odile Marsh, a pilot."
    assert [scene.type for scene in one.scenes] == ["Chat", "Debate", "Discussion"]
    assert one.asked == ("Why piers?", "Who rang?")
    first, second = one.dialogues
    assert [turn.kind for turn in first.turns] == ["speaking", "thinking", "speaking", "speaking", "narrating"]
    assert [turn.tag for turn in first.turns] == ["speaking", "thinking", "free", "blank", "blank"]
    assert first.turns[2].text == '"I am never early," he lied.'
    assert first.turns[4].text == "As the tide comes in they both look up at the bell it rings."
    assert (first.topic, first.custom_topic) == ("small talk", False)
    assert (second.topic, second.custom_topic) == ("the best bait", True)
    assert one.scene_of(first) == one.scenes[1]
    assert one.scene_of(second) is None
    assert bank.merges == (("Jonas Pel", "Jonas Pell", 1),)
    assert "is it 'Jonas Pell'?" in bank.notes[-1]


def test_it_goes_back_byte_for_byte() -> None:
    files = sample()
    assert write_simsconv(read_simsconv(files)) == files


def test_names_that_can_be_no_files_are_told() -> None:
    one = read_simsconv(sample()).characters[0]
    with pytest.raises(Invalid, match="Two people are called"):
        write_simsconv(SimsBank(characters=(one, one)))
    with pytest.raises(Invalid, match="cannot name a file"):
        write_simsconv(SimsBank(characters=(one.model_copy(update={"name": "a/b"}),)))


def test_a_merge_can_be_accepted() -> None:
    bank = renamed(read_simsconv(sample()), "Jonas Pel", "Jonas Pell")
    assert bank.merges == ()
    assert {turn.role for turn in bank.turns if turn.kind != "narrating"} == {NAME, "Jonas Pell"}


def test_a_training_line_ends_in_its_mark() -> None:
    assert Turn(**TURNS[1]).line() == f"{NAME} (thinking): If I laugh now he will know I lost the key.<|eot|>"
    assert Turn(**TURNS[4]).line().startswith("As the tide")


@pytest.mark.parametrize("cut", [200, 330, 395])
def test_a_file_that_breaks_off_keeps_what_is_whole(cut: int) -> None:
    bank = read_simsconv(sample(scene=dumped(SCENES)[:cut]))
    one = bank.character(NAME)
    assert one is not None
    whole = [scene for scene in one.scenes if not scene.mended]
    assert [scene.model_dump(exclude={"mended"}) for scene in whole] == SCENES[: len(whole)]
    assert any("breaks off" in note for note in bank.notes)


def test_odd_files_are_read_and_noted() -> None:
    files = sample(interview=b"\xef\xbb\xbf" + dumped([["1. Why?"]]))
    files["characters/wiki_jonas pell.txt"] = b"# jonas pell\n\nYou are another."
    files["dialogue/generated_agent_dialogue_Nobody.json"] = dumped([])
    bank = read_simsconv(files)
    one = bank.character(NAME)
    assert one is not None and one.asked == ("Why?",)
    assert any("differ by case alone" in note for note in bank.notes)
    assert any("no character file" in note for note in bank.notes)
    with pytest.raises(Invalid, match="no SimsConv data"):
        read_simsconv({"readme.md": b""})


def test_a_dialogue_of_the_published_form_has_no_faults() -> None:
    turns = tuple(Turn(role=NAME, action="(speaking)", content=str(n)) for n in range(3))
    good = Dialogue(emotion="Fine", topics=("Jokes",), turns=turns)
    assert good.faults(NAME) == ()
    bad = Dialogue(emotion="Cross", turns=(Turn(role="Jonas", action="(thinking)", content="Hm."),))
    faults = " ".join(bad.faults(NAME))
    for part in ("neither speaks", "Jonas thinks", "'Cross' is none", "no topic", "1 turns"):
        assert part in faults


def test_there_are_sixteen_emotions_and_thirteen_topics() -> None:
    assert (len(set(EMOTIONS)), len(set(TOPICS))) == (16, 13)
    assert topic_of(" Discussing Hobbies.") == "discussing hobbies"


def test_the_published_folder_comes_in_as_counted_and_goes_back(shared_data: Path, tmp_path: Path) -> None:
    files = read_folder(shared_data / "data" / "simschat", (".txt", ".json"))
    bank = read_simsconv(files)
    people = bank.characters
    assert len(people) == 68
    assert sum(len(one.questions) for one in people) == 3400
    assert sum(bool(one.dialogues) for one in people) == 46
    dialogues = [dialogue for one in people for dialogue in one.dialogues]
    tags = Counter(turn.tag for turn in bank.turns)
    assert (len(dialogues), len(bank.turns)) == (906, 9478)
    assert tags == {"speaking": 6477, "thinking": 2969, "blank": 6, "free": 26}
    scenes = [scene for one in people for scene in one.scenes]
    assert (len(scenes), sum(scene.mended for scene in scenes)) == (1357, 1)
    zephyr = bank.character("Zephyr Orion")
    assert zephyr is not None and [scene.mended for scene in zephyr.scenes] == [False] * 16 + [True]
    assert any("16 records are whole, the next was mended" in note for note in bank.notes)
    assert sum(dialogue.custom_topic for dialogue in dialogues) == 24
    names = {one.name for one in people}
    strangers = [turn for turn in bank.turns if turn.role not in names]
    assert (len(strangers), len({turn.role for turn in strangers})) == (31, 15)
    assert sum(turn.kind == "narrating" for turn in strangers) == 5
    assert bank.merges == (("Dr. Ignacius P. Crumble", "Dr. Ignatius P. Crumble", 7),)
    for turn in bank.turns:
        said = turn.text
        assert turn.content.strip() in said
        assert turn.tag != "free" or turn.action.strip() in said
    for one in people:
        for dialogue in one.dialogues:
            scene = one.scene_of(dialogue)
            assert scene.location == dialogue.location if scene else one is zephyr
    written = write_simsconv(bank)
    mended = "scene/generated_agent_scene_Zephyr Orion.json"
    assert {n: d for n, d in written.items() if n != mended} == {n: d for n, d in files.items() if n != mended}
    write_folder(tmp_path, written)
    again = read_simsconv(read_folder(tmp_path, (".txt", ".json")))
    unmended = [scene.model_copy(update={"mended": False}) for scene in scenes]
    assert [scene for one in again.characters for scene in one.scenes] == unmended
    assert [one.dialogues for one in again.characters] == [one.dialogues for one in people]
    assert (tmp_path / "characters" / "wiki_Finnegan 'Finn' O'Reilly.txt").is_file()
    assert Scene.read({}) == Scene()
