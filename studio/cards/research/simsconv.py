"""SimsConv folders: characters, their scenes, the dialogues played in them, and interview questions.

`characters/wiki_<Name>.txt`, and JSON lists in `scene/generated_agent_scene_<Name>.json`,
`dialogue/generated_agent_dialogue_<Name>.json`, `interview/generated_agent_interview_<Name>.json`. What is read is kept
as it was written, so that a folder goes back byte for byte; what it means is in properties.
Source: Yang et al., SimsChat, 2024, https://arxiv.org/abs/2406.17962 (files as in its repository).
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import JsonValue

from studio.cards.report import Notes, counted, shown
from studio.cards.research.folder import Files, plain, text_of
from studio.cards.research.simsconv_values import Dialogue, Scene, Turn
from studio.domain.value import Value
from studio.errors import Invalid

_CHARACTER = re.compile(r"(?:.*/)?characters/wiki_(?P<name>[^/]+)\.txt")
_LISTS = re.compile(r"(?:.*/)?(?P<kind>scene|dialogue|interview)/generated_agent_(?P=kind)_(?P<name>[^/]+)\.json")
_QUESTION = re.compile(r"^\s*\d+[.)]\s*")
_FIRST_LINE = re.compile(r"#\s*(?P<name>[^\n]*)\n\s*\n?")
ALIKE = 0.9
"""How alike two names must be spelt to be offered as one."""

Kind = Literal["scene", "dialogue", "interview"]


class SimsCharacter(Value):
    """Somebody of the bank. `dialogues` has one for each scene that was played, `questions` are numbered texts."""

    name: str
    profile: str = ""
    scenes: tuple[Scene, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    questions: tuple[str, ...] = ()

    def scene_of(self, dialogue: Dialogue) -> Scene | None:
        """The scene a dialogue was played in: `seed_dialogue_i` belongs to the scene at place i, from 0."""
        place = dialogue.place
        return self.scenes[place] if place is not None and place < len(self.scenes) else None

    @property
    def asked(self) -> tuple[str, ...]:
        """The interview questions without their numbers."""
        return tuple(_QUESTION.sub("", question) for question in self.questions)


class SimsBank(Value):
    """A whole folder, and what was odd about it. `merges`: a strange name, a known one spelt nearly alike, and how many
    turns the first has."""

    characters: tuple[SimsCharacter, ...] = ()
    notes: tuple[str, ...] = ()
    merges: tuple[tuple[str, str, int], ...] = ()

    def character(self, name: str) -> SimsCharacter | None:
        """Somebody by name."""
        return next((one for one in self.characters if one.name == name), None)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every turn of every dialogue."""
        return tuple(turn for one in self.characters for dialogue in one.dialogues for turn in dialogue.turns)


def read_simsconv(files: Files) -> SimsBank:
    """Everybody in a folder's files. A truncated list keeps its whole records, the last one mended; what is odd is
    noted.

    Raises: Invalid when there is neither a character nor a dialogue.
    """
    notes, found = Notes(), dict[str, SimsCharacter]()
    for name in sorted(files):
        match = _CHARACTER.fullmatch(name)
        if match:
            one = _profile(text_of(files, name, notes), match["name"])
            found[one.name] = one
    for name in sorted(files):
        match = _LISTS.fullmatch(name)
        if match:
            who = match["name"]
            if who not in found:
                notes.changed.append(f"{name}: there is no character file of that name; it is taken as one without.")
                found[who] = SimsCharacter(name=who)
            found[who] = found[who].model_copy(update=_records(match["kind"], text_of(files, name, notes), name, notes))
    if not found:
        raise Invalid("There is no SimsConv data here: files are called characters/wiki_….txt and the like.")
    characters = tuple(found[name] for name in sorted(found))
    _note_twins(characters, notes)
    merges = tuple(_merges(characters, notes))
    return SimsBank(characters=characters, notes=tuple(dict.fromkeys((*notes.changed, *notes.refused))), merges=merges)


def write_simsconv(bank: SimsBank) -> dict[str, bytes]:
    """The files of a folder, by path; people without a profile get no character file.

    Raises: Invalid for a name that cannot be a file's, or that two people bear.
    """
    files: dict[str, bytes] = {}
    twice = [name for name, count in Counter(one.name for one in bank.characters).items() if count > 1]
    if twice:
        raise Invalid(f"Two people are called {shown(twice[0])}, and files are named after people. Rename one.")
    for one in bank.characters:
        if "/" in one.name or one.name in ("", ".", ".."):
            raise Invalid(f"'{one.name[:80]}' cannot name a file. Rename the character first.")
        if one.profile:
            files[f"characters/wiki_{one.name}.txt"] = f"# {one.name}\n\n{one.profile}".encode()
        lists: dict[Kind, list[JsonValue]] = {
            "scene": [scene.record() for scene in one.scenes],
            "dialogue": [dialogue.record() for dialogue in one.dialogues],
            "interview": [[*one.questions]] if one.questions else [],
        }
        for kind, records in lists.items():
            if records:
                text = json.dumps(records, ensure_ascii=False, indent=2)
                files[f"{kind}/generated_agent_{kind}_{one.name}.json"] = text.encode()
    return files


def _profile(text: str, name: str) -> SimsCharacter:
    match = _FIRST_LINE.match(text)
    return SimsCharacter(name=name, profile=text[match.end() :] if match else text)


def _records(kind: str, text: str, name: str, notes: Notes) -> Mapping[str, object]:
    records, mended = _list_of(text, name, notes)
    objects = [record for record in records if isinstance(record, dict)]
    if kind == "interview":
        questions = [question for group in records if isinstance(group, list) for question in group]
        return {"questions": tuple(plain(question) for question in questions if plain(question))}
    if kind == "scene":
        scenes = [Scene.read(record) for record in objects]
        if mended and scenes:
            scenes[-1] = scenes[-1].model_copy(update={"mended": True})
        return {"scenes": tuple(scenes)}
    return {"dialogues": tuple(Dialogue.read(record) for record in objects)}


def _list_of(text: str, name: str, notes: Notes) -> tuple[list[JsonValue], bool]:
    """The records of a JSON list, and whether the last one had to be mended because the file breaks off in it."""
    try:
        value = json.loads(text, strict=False)
        return (value, False) if isinstance(value, list) else ([value], False)
    except ValueError:
        pass
    decoder, records, at = json.JSONDecoder(strict=False), list[JsonValue](), text.find("[") + 1
    last: JsonValue = None
    while at and last is None:
        start = next((place for place in range(at, len(text)) if text[place] not in " \t\r\n,"), len(text))
        try:
            record, at = decoder.raw_decode(text, start)
            records.append(record)
        except ValueError:
            at, last = 0, _closed(text[start:])
    rest = "the next was mended" if last is not None else "the rest cannot be read"
    notes.changed.append(f"{name} breaks off: {counted(len(records), 'record is', 'records are')} whole, {rest}.")
    return ([*records, last], True) if last is not None else (records, False)


def _closed(broken: str) -> JsonValue:
    """The object that breaks off, closed where it ends; None where that makes no sense."""
    for ending in ('"}', "}", '"]}', "]}"):
        try:
            value: JsonValue = json.loads(broken.rstrip().rstrip(",") + ending, strict=False)
        except ValueError:
            continue
        return value
    return None


def _note_twins(characters: tuple[SimsCharacter, ...], notes: Notes) -> None:
    for folded, count in Counter(one.name.casefold() for one in characters).items():
        if count > 1:
            twins = ", ".join(shown(one.name) for one in characters if one.name.casefold() == folded)
            notes.changed.append(f"{twins} differ by case alone; they stay two people.")


def _merges(characters: tuple[SimsCharacter, ...], notes: Notes) -> Iterator[tuple[str, str, int]]:
    """Speakers nobody in the bank is called, with the name that is spelt nearly alike."""
    names = [one.name for one in characters]
    turns = Counter(turn.role for one in characters for dialogue in one.dialogues for turn in dialogue.turns)
    strangers = {role: count for role, count in turns.items() if role not in set(names)}
    for role, count in strangers.items():
        near = difflib.get_close_matches(role, names, n=1, cutoff=ALIKE)
        if near:
            yield role, near[0], count
            notes.changed.append(f"{shown(role)} speaks {counted(count, 'turn')}: is it {shown(near[0])}?")


def renamed(bank: SimsBank, old: str, new: str) -> SimsBank:
    """The bank with every turn of `old` given to `new`: what accepting a merge does."""
    characters = tuple(
        one.model_copy(update={"dialogues": tuple(dialogue.renamed(old, new) for dialogue in one.dialogues)})
        for one in bank.characters
    )
    merges = tuple(merge for merge in bank.merges if merge[0] != old)
    return bank.model_copy(update={"characters": characters, "merges": merges})
