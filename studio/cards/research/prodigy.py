"""PRODIGy: film characters with every view of their profile, dialogues, and partitions.

`characters.json`, `prodigy_dataset.json` and `…_partitions.json` as in its repository.
Source: Occhipinti et al., PRODIGy, Findings of NAACL 2024, https://arxiv.org/abs/2311.05195
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import JsonValue

from studio.cards.json_text import read_object
from studio.cards.report import Notes, shown
from studio.cards.research.folder import plain
from studio.cards.research.partition import Partition
from studio.domain.character import Character, Source
from studio.domain.event import TURNS
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid

BAG = "prodigy"
"""Where a character keeps its record, under `extensions`."""
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "extrovert": "E",
        "introvert": "I",
        "sensor": "S",
        "intuitive": "N",
        "feeler": "F",
        "thinker": "T",
        "judger": "J",
        "perceiver": "P",
    }
)
"""The words of the file → the letters of a type."""

SOURCES = (Source(kind="description", ref="PRODIGy (arXiv 2311.05195)", licence="none stated"),)

_WORDS = {letter: word for word, letter in LETTERS.items()}
_PRONOUNS = {"male": "he/him", "female": "she/her"}
_NAME_PART = re.compile(r"[^\W\d_]+(?:['’](?=[Ss]\b)[Ss])?")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’]?\s+")
_IDS, _TURNS, _SPEAKERS = ("id", "dialogue_id"), ("turns", "dialogue", "utterances"), ("speaker", "character")


class ProdigyCharacter(Value):
    """Somebody of the file, as it has them."""

    id: str
    character_name: str
    movie_id: str = ""
    movie_name: str = ""
    gender: str = ""
    mbti: str = ""
    biography: tuple[str, ...] = ()
    paraphrasis_1: tuple[str, ...] = ()
    paraphrasis_2: tuple[str, ...] = ()

    @property
    def uneven(self) -> bool:
        """Whether there are more or fewer paraphrases than sentences, so that nobody knows which belongs to which."""
        return len({len(self.biography), len(self.paraphrasis_1), len(self.paraphrasis_2)}) > 1

    def variants(self, place: int) -> tuple[str, str, str]:
        """A sentence of the biography and its two paraphrases; of an uneven list, the sentence itself stands in."""
        first, *others = self.biography, self.paraphrasis_1, self.paraphrasis_2
        one, two = (other[place] if len(other) == len(first) else first[place] for other in others)
        return first[place], one, two

    def record(self) -> JsonValue:
        """As the file has it."""
        values: dict[str, JsonValue] = self.model_dump(mode="json", exclude={"id"})
        return values


class ProdigyTurn(Value):
    """One turn; `speaker` is a character's id."""

    speaker: str
    text: str


class ProdigyDialogue(Value):
    """One dialogue, with the ids of the characters it is a profile dialogue of."""

    id: str
    turns: tuple[ProdigyTurn, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, in the order of first turns."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))


class ProdigyImport(Value):
    """What a file held, and what was odd about it."""

    characters: tuple[ProdigyCharacter, ...] = ()
    dialogues: tuple[ProdigyDialogue, ...] = ()
    notes: tuple[str, ...] = ()


def mbti_letters(words: str) -> str:
    """`introvert, sensor, thinker, perceiver` as ISTP.

    Raises: Invalid naming a word that is none of the eight, or when there are not four in the right order.
    """
    found = []
    for word in words.replace(",", " ").split():
        if word.casefold() not in LETTERS:
            raise Invalid(f"'{word[:40]}' is no word for a letter of a type. Known: {', '.join(LETTERS)}.")
        found.append(LETTERS[word.casefold()])
    letters = "".join(found)
    if not re.fullmatch("[EI][SN][FT][JP]", letters):
        raise Invalid(f"'{words[:80]}' gives {letters or 'nothing'}, not a type of four letters such as ISTP.")
    return letters


def mbti_words(letters: str) -> str:
    """ISTP as `introvert, sensor, thinker, perceiver`."""
    return ", ".join(_WORDS[letter] for letter in letters)


def read_characters(data: bytes, name: str = "characters.json") -> ProdigyImport:
    """Everybody in `characters.json`. Uneven paraphrases and unknown type words are noted.

    Raises: Invalid for anything that is not that file.
    """
    notes, found = Notes(), []
    for id_, record in read_object(data, name, notes).items():
        if not isinstance(record, dict) or not plain(record.get("character_name")):
            notes.refused.append(f"{shown(id_)} is no character with a name; it was left out.")
            continue
        single = ("character_name", "movie_id", "movie_name", "gender", "mbti")
        listed = {key: _texts(record.get(key)) for key in ("biography", "paraphrasis_1", "paraphrasis_2")}
        one = ProdigyCharacter(id=id_, **{key: plain(record.get(key)) for key in single}, **listed)
        found.append(one)
        if one.uneven:
            notes.changed.append(
                f"{id_} has paraphrases for another number of sentences; the sentences stand in for them."
            )
        if not one.biography:
            notes.changed.append(f"{id_} has no biography.")
    if not found:
        raise Invalid(f"{name} holds no characters: it is an object of `u<number>` to records with a character_name.")
    return ProdigyImport(characters=tuple(found), notes=tuple(dict.fromkeys((*notes.changed, *notes.refused))))


def write_characters(characters: Iterable[ProdigyCharacter]) -> bytes:
    """`characters.json`."""
    return json.dumps({one.id: one.record() for one in characters}, ensure_ascii=False, indent=4).encode()


def read_dialogues(data: bytes, known: Iterable[str] = (), name: str = "prodigy_dataset.json") -> ProdigyImport:
    """Every dialogue of a list or an object, under any of the field names in use. A dialogue with fewer than two turns
    has no context and is left out; a speaker who is in no character file (`known`) is noted.

    Raises: Invalid for anything that holds no dialogues.
    """
    notes = Notes()
    try:
        value = json.loads(data.decode("utf-8-sig"), strict=False)
    except ValueError as error:
        raise Invalid(f"{name} is no JSON: {error}.") from error
    if isinstance(value, dict):
        value = [{"id": id_, **record} if isinstance(record, dict) else record for id_, record in value.items()]
    records = value if isinstance(value, list) else []
    found = [one for record in records if isinstance(record, dict) and (one := _dialogue(record)) is not None]
    whole = [one for one in found if len(one.turns) > 1]
    if not found:
        raise Invalid(f"{name} holds no dialogues: each has an id and turns of a speaker and a text.")
    if len(whole) < len(found):
        notes.refused.append(
            f"{len(found) - len(whole)} dialogues of a single turn have no context; they were left out."
        )
    ids = set(known)
    strangers = sorted({turn.speaker for one in whole for turn in one.turns} - ids) if ids else []
    if strangers:
        notes.changed.append(f"{len(strangers)} speakers are in no character file, the first {shown(strangers[0])}.")
    return ProdigyImport(dialogues=tuple(whole), notes=(*notes.changed, *notes.refused))


def _dialogue(record: Mapping[str, JsonValue]) -> ProdigyDialogue | None:
    id_ = next((plain(record[key]) for key in _IDS if key in record), "")
    turns = next((record[key] for key in _TURNS if isinstance(record.get(key), list)), None)
    if not id_ or not isinstance(turns, list):
        return None
    return ProdigyDialogue(
        id=id_,
        turns=tuple(
            ProdigyTurn(
                speaker=next((plain(turn[key]) for key in _SPEAKERS if key in turn), ""), text=plain(turn.get("text"))
            )
            for turn in turns
            if isinstance(turn, dict)
        ),
    )


def write_dialogues(dialogues: Iterable[ProdigyDialogue]) -> bytes:
    """`prodigy_dataset.json`, as a list."""
    records = [one.model_dump(mode="json") for one in dialogues]
    return json.dumps(records, ensure_ascii=False, indent=4).encode()


def character_from(one: ProdigyCharacter) -> Character:
    """Somebody of the file as a character; the biography is the backstory. The id is empty.

    Raises: Invalid for a type of unknown words.
    """
    return Character(
        id="",
        name=titled(one.character_name),
        persona_type="fictional",
        pronouns=_PRONOUNS.get(one.gender.casefold(), one.gender),
        mbti=mbti_letters(one.mbti) if one.mbti else None,
        backstory=" ".join(one.biography),
        tags=(one.movie_name,) if one.movie_name.strip() else (),
        sources=SOURCES,
        extensions={BAG: one.model_dump(mode="json", exclude_defaults=True)},
    )


def prodigy_of(character: Character, id_: str) -> ProdigyCharacter:
    """A character as somebody of the file: as it was read, but for what was changed since. A changed backstory is a
    biography of its sentences, without paraphrases."""
    kept = character.extensions.get(BAG)
    was = ProdigyCharacter.model_validate(kept) if isinstance(kept, dict) and "id" in kept else None
    gender = next((word for word, pronouns in _PRONOUNS.items() if pronouns == character.pronouns), character.pronouns)
    now = ProdigyCharacter(
        id=was.id if was else id_,
        character_name=character.name.upper(),
        movie_name=character.tags[0] if character.tags else "",
        gender=gender,
        mbti=mbti_words(character.mbti) if character.mbti else "",
        biography=sentences(character.backstory),
    )
    if was is None:
        return now
    as_read = character_from(was)
    changes = {
        "character_name": (character.name, as_read.name, now.character_name),
        "gender": (character.pronouns, as_read.pronouns, now.gender),
        "mbti": (character.mbti, as_read.mbti, now.mbti),
    }
    update: dict[str, object] = {key: new for key, (here, there, new) in changes.items() if here != there}
    if character.backstory != as_read.backstory:
        update |= {"biography": now.biography, "paraphrasis_1": (), "paraphrasis_2": ()}
    return was.model_copy(update=update)


def dialogue_of(transcript: Transcript, id_: str, speakers: Mapping[str, str]) -> ProdigyDialogue:
    """The spoken lines of a play as a dialogue. `speakers`: the file's ids by character id; others keep their own."""
    turns = (
        ProdigyTurn(speaker=speakers.get(event.actor, event.actor), text=event.text)
        for event in transcript.told
        if event.kind in TURNS
    )
    return ProdigyDialogue(id=id_, turns=tuple(turns))


def masked(dialogue: ProdigyDialogue, names: Iterable[str], mask: str = "[NAME]") -> ProdigyDialogue:
    """The dialogue with every whole or first name replaced, however it is capitalised."""
    forms = {form for name in names for form in (name, *name.split()) if len(form) > 1}
    if not forms:
        return dialogue
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    turns = (turn.model_copy(update={"text": pattern.sub(mask, turn.text)}) for turn in dialogue.turns)
    return dialogue.model_copy(update={"turns": tuple(turns)})


def rows(
    characters: Sequence[ProdigyCharacter],
    dialogues: Sequence[ProdigyDialogue],
    inter: Partition | None = None,
    intra: Partition | None = None,
) -> Iterator[str]:
    """`prodigy.jsonl`: for each dialogue and each of its speakers that is in the file, a line with profile and turns.
    `style_ids`: the same speaker's other dialogues."""
    known = {one.id: one for one in characters}
    of: dict[str, list[str]] = {}
    for dialogue in dialogues:
        for speaker in dialogue.speakers:
            of.setdefault(speaker, []).append(dialogue.id)
    between, within = (found.splits() if found else {} for found in (inter, intra))
    for dialogue in dialogues:
        for one in (known[speaker] for speaker in dialogue.speakers if speaker in known):
            variants = [one.variants(place) for place in range(len(one.biography))]
            row: dict[str, JsonValue] = {
                "id": dialogue.id,
                "target": one.id,
                "profile": {
                    "gender": one.gender,
                    "mbti": one.mbti,
                    "biography": [*one.biography],
                    "paraphrases": [[variant[side] for variant in variants] for side in (1, 2)],
                    "style_ids": [other for other in of[one.id] if other != dialogue.id],
                },
                "turns": [turn.model_dump(mode="json") for turn in dialogue.turns],
                "partition": {
                    "inter": between.get(dialogue.id),
                    "intra": within.get(dialogue.id),
                },
            }
            yield f"{json.dumps(row, ensure_ascii=False)}\n"


def sentences(text: str) -> tuple[str, ...]:
    """A text in sentences."""
    return tuple(part.strip() for part in _SENTENCE.split(text) if part.strip())


def titled(name: str) -> str:
    """A name written in capitals as names are written: `MRS. O'CONNELL` as `Mrs. O'Connell`. Others stay."""
    return _NAME_PART.sub(lambda part: part[0].capitalize(), name) if name.isupper() else name


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(plain(item) for item in value) if isinstance(value, list) else ()
