"""Research data into the library and the archive, and out again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.archive import Archive
from studio.cards.research.folder import read_folder, write_folder
from studio.domain.character import Character, Consent
from studio.domain.event import Kind
from studio.errors import Invalid
from studio.intake.research import (
    FORMATS,
    ResearchFormat,
    format_of,
    import_dialogues,
    keep,
    read_names,
    read_research,
    write_research,
)
from studio.library import Library
from tests.cards.research import test_aloha, test_prodigy, test_simsconv, test_spectrum
from tests.cards.strategies import CHARACTERS
from tests.plays import ADA, BO, Clock


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_folder(folder / "simsconv", test_simsconv.sample())
    write_folder(folder / "spectrum", test_spectrum.sample())
    write_folder(folder / "prodigy", {"characters.json": test_prodigy.dumped(test_prodigy.FILE)})
    write_folder(folder / "aloha", {"char_features.csv": test_aloha.ROWS.encode()})
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_data_comes_into_the_library_once_and_goes_out_as_it_was(name: str, data: Path, tmp_path: Path) -> None:
    format_ = format_of(name)
    library = Library(tmp_path / "shipped", tmp_path / "own")
    found = read_research(format_, data / name)
    kept = keep(library, found)
    assert len(kept.added) == len(found.characters) >= 1 and kept.known == 0
    assert all(library.character(one.id) == one for one in kept.added)
    again = keep(library, read_research(format_, data / name))
    assert (len(again.added), again.known) == (0, len(kept.added))
    write_folder(tmp_path / "out", write_research(format_, kept.added))
    if name == "aloha":
        (tmp_path / "out" / "hlas.json").unlink()
    back = read_research(format_, tmp_path / "out", read_names((tmp_path / "out" / "names.json").read_bytes())
                         if name == "spectrum" else None)  # fmt: skip
    plain = [one.model_copy(update={"id": ""}) for one in kept.added]
    assert sorted(back.characters, key=lambda one: one.name) == sorted(plain, key=lambda one: one.name)


@pytest.mark.parametrize("name", FORMATS)
def test_our_own_people_go_out_in_every_format(name: str, tmp_path: Path) -> None:
    format_ = format_of(name)
    ada = ADA.model_copy(update={"tropes": ("The Stoic",), "mbti": "ISTJ", "backstory": "Keeps the lamp."})
    write_folder(tmp_path, write_research(format_, [ada, BO]))
    assert read_folder(tmp_path, (".txt", ".json", ".csv"))
    names = {0: "Ada Voss", 1: "Bo Lind"}
    back = read_research(format_, tmp_path, names)
    assert "Ada Voss" in {one.name for one in back.characters}


def test_nobody_living_goes_out_without_having_agreed() -> None:
    with pytest.raises(Invalid, match="'consent' is empty"):
        write_research("prodigy", [Character(id="m", name="Mara", persona_type="real")])


async def test_dialogues_become_plays(data: Path, tmp_path: Path) -> None:
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}", clock=Clock())
    try:
        jonas = Character(id="jonas", name="Jonas Pell", career="a net maker")
        sessions, notes = await import_dialogues(
            data / "simsconv", archive, owner="me", rng=random.Random(1), library=[jonas]
        )
        assert len(sessions) == 2
        assert any("is it 'Jonas Pell'?" in note for note in notes)
        transcript = await archive.sessions.transcript("me", sessions[0].id)
        assert jonas in transcript.session.cast
        thought = next(event for event in transcript.told if event.kind is Kind.THOUGHT)
        assert thought.audience == (thought.actor,)
        assert transcript.turns == 3
    finally:
        await archive.close()


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"no research format 'csv'\. Known: simsconv"):
        format_of("csv")
    with pytest.raises(Invalid, match="is no folder"):
        read_research("simsconv", tmp_path / "nowhere")
    with pytest.raises(Invalid, match="no SPeCtrum identity"):
        read_research("spectrum", tmp_path)
    with pytest.raises(Invalid, match=r"no characters\.json"):
        read_research("prodigy", tmp_path)
    with pytest.raises(Invalid, match="no tropes here"):
        read_research("aloha", tmp_path)
    with pytest.raises(Invalid, match="no object of numbers"):
        read_names(b"[]")


@given(st.lists(CHARACTERS, min_size=1, max_size=3), st.sampled_from(FORMATS))
@settings(max_examples=60, deadline=None)
def test_anybody_goes_out_or_is_told_why_not(characters: list[Character], format_: ResearchFormat) -> None:
    agreed = Consent(who="they", when="today", scope="tests")
    people = [one.model_copy(update={"consent": agreed}) for one in characters]
    try:
        files = write_research(format_, people)
    except Invalid as error:
        assert "cannot name a file" in str(error) or "Two people are called" in str(error)
        return
    assert files
    assert all(isinstance(data, bytes) for data in files.values())
