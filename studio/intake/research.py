"""Research data into the library and the archive, and characters out of the library in its formats."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from studio.archive import Archive
from studio.cards.report import Notes
from studio.cards.research import aloha, prodigy, simsconv, spectrum
from studio.cards.research.folder import Files, read_folder, text_of
from studio.cards.research.simsconv_staging import character_from as from_sims
from studio.cards.research.simsconv_staging import sims_of, transcript_from
from studio.domain.character import Character
from studio.domain.persona import require_consent
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid, StorageError
from studio.library import Library

ResearchFormat = Literal["simsconv", "spectrum", "prodigy", "aloha"]
FORMATS: tuple[ResearchFormat, ...] = ("simsconv", "spectrum", "prodigy", "aloha")

_NAMES = TypeAdapter(dict[int, str])
_ENDINGS: Mapping[ResearchFormat, tuple[str, ...]] = MappingProxyType(
    {"simsconv": (".txt", ".json"), "spectrum": (".txt",), "prodigy": (".json",), "aloha": (".csv", ".json")}
)


class Found(Value):
    """Characters read from research data, and what was odd about it. Their ids are empty."""

    characters: tuple[Character, ...]
    notes: tuple[str, ...] = ()


class Kept(Value):
    """What became of them: those that are new in the library, and how many were there already."""

    added: tuple[Character, ...]
    known: int
    notes: tuple[str, ...] = ()


def format_of(name: str) -> ResearchFormat:
    """The format of that name. Raises: Invalid, naming the known ones."""
    found = next((known for known in FORMATS if known == name.strip().casefold()), None)
    if found is None:
        raise Invalid(f"There is no research format '{name[:40]}'. Known: {', '.join(FORMATS)}.")
    return found


def read_research(format_: ResearchFormat, path: Path, names: Mapping[int, str] | None = None) -> Found:
    """Everybody in a folder or file. `names`: what to call the identities of SPeCtrum, whose files say none. Blocking.

    Raises: Invalid for what is not of the format; StorageError.
    """
    files = _files(path, _ENDINGS[format_])
    return _spectrum(files, names or {}) if format_ == "spectrum" else _READERS[format_](files)


def _files(path: Path, endings: tuple[str, ...]) -> dict[str, bytes]:
    if not path.is_file():
        return read_folder(path, endings)
    try:
        return {path.name: path.read_bytes()}
    except OSError as error:
        raise StorageError(f"{path} could not be read ({error.strerror}). Check its rights.") from error


def write_research(format_: ResearchFormat, characters: Sequence[Character]) -> dict[str, bytes]:
    """The characters as files of the format, by path.

    Raises: Invalid, also for a living person who is not noted to have agreed.
    """
    for one in characters:
        require_consent(one)
    if format_ == "simsconv":
        return simsconv.write_simsconv(simsconv.SimsBank(characters=tuple(sims_of(one) for one in characters)))
    if format_ == "spectrum":
        files: dict[str, bytes] = {}
        for place, one in enumerate(characters):
            files |= spectrum.write_spectrum(place, spectrum.spectrum_of(one))
        named = {str(place): one.name for place, one in enumerate(characters)}
        return {**files, "names.json": json.dumps(named, ensure_ascii=False, indent=2).encode()}
    if format_ == "prodigy":
        records = [prodigy.prodigy_of(one, f"u{place}") for place, one in enumerate(characters)]
        return {"characters.json": prodigy.write_characters(records)}
    rows = aloha.write_observations(aloha.observations_of(characters))
    return {"char_features.csv": rows.encode(), "hlas.json": aloha.write_hlas(characters)}


def keep(library: Library, found: Found) -> Kept:
    """Save the characters under fresh ids; those the library has already, word for word, are left out. Blocking.

    Raises: StorageError.
    """
    here = {_plain(one) for one in library.characters()}
    fresh = [one for one in found.characters if _plain(one) not in here]
    added = tuple(library.save_character(one) for one in fresh)
    return Kept(added=added, known=len(found.characters) - len(added), notes=found.notes)


def read_names(data: bytes, name: str = "names.json") -> dict[int, str]:
    """Names by number: a JSON object such as {"0": "Minna Voss"}. Raises: Invalid."""
    try:
        return _NAMES.validate_json(data)
    except ValidationError as error:
        raise Invalid(f'{name} is no object of numbers to names, such as {{"0": "Minna Voss"}}.') from error


async def import_dialogues(
    path: Path, archive: Archive, *, owner: str, rng: random.Random, library: Sequence[Character] = ()
) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """Every dialogue of a SimsConv folder as a play, thoughts heard by their thinker alone; and what was odd.

    Whoever has the name of somebody in `library` is played by them. A play that cannot be stored whole is not there.
    Raises: Invalid; StorageError.
    """
    files = await asyncio.to_thread(read_folder, path, _ENDINGS["simsconv"])
    bank = await asyncio.to_thread(simsconv.read_simsconv, files)
    cast = {one.name: one for one in library}
    sessions = []
    for one in bank.characters:
        for dialogue in one.dialogues:
            told = transcript_from(one, dialogue, cast, owner=owner, clock=archive.clock, rng=rng)
            sessions.append(await _stored(archive, told))
    return tuple(sessions), bank.notes


async def _stored(archive: Archive, told: Transcript) -> Session:
    session = await archive.sessions.create(told.session.model_copy(update={"heads": {}}))
    whole = False
    try:
        session = await archive.sessions.append(session, told.events)
        whole = True
    finally:
        if not whole:
            await asyncio.shield(archive.sessions.purge(session.owner, session.id))
    return session


def _plain(one: Character) -> str:
    return one.model_copy(update={"id": "", "portrait": "", "original": ""}).model_dump_json()


def _simsconv(files: Files) -> Found:
    bank = simsconv.read_simsconv(files)
    return Found(characters=tuple(from_sims(one) for one in bank.characters), notes=bank.notes)


def _spectrum(files: Files, names: Mapping[int, str]) -> Found:
    found = spectrum.read_spectrum(files)
    called = {id_: names.get(id_, f"Identity {id_}") for id_ in found.identities}
    characters = tuple(spectrum.character_from(one, called[id_]) for id_, one in found.identities.items())
    nameless = [str(id_) for id_ in called if id_ not in names]
    more = (f"No name was given for {len(nameless)} of them: {', '.join(nameless[:8])}.",) if nameless else ()
    return Found(characters=characters, notes=(*found.notes, *more))


def _prodigy(files: Files) -> Found:
    file = next((name for name in files if name.endswith("characters.json")), next(iter(files), ""))
    if not file:
        raise Invalid("There is no characters.json of PRODIGy here.")
    found = prodigy.read_characters(files[file], file)
    return Found(characters=tuple(prodigy.character_from(one) for one in found.characters), notes=found.notes)


def _aloha(files: Files) -> Found:
    notes, characters = Notes(), list[Character]()
    for name in files:
        if name.endswith(".csv"):
            characters += aloha.characters_from(aloha.read_observations(text_of(files, name, notes), name))
        else:
            characters += aloha.read_hlas(files[name], name)
    if not characters:
        raise Invalid("There are no tropes here: char_features.csv, or a JSON object of names to lists of tropes.")
    return Found(characters=tuple(characters), notes=tuple(notes.changed))


_READERS: Mapping[ResearchFormat, Callable[[Files], Found]] = MappingProxyType(
    {"simsconv": _simsconv, "prodigy": _prodigy, "aloha": _aloha}
)
