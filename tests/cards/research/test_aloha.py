"""ALOHA tropes, lines and training text, in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cards.research.aloha import (
    Observation,
    RankingExample,
    characters_from,
    in_words,
    joined,
    observations_of,
    read_exchanges,
    read_hlas,
    read_observations,
    read_parlai,
    write_exchanges,
    write_hlas,
    write_observations,
    write_parlai,
)
from studio.errors import Invalid
from tests.plays import ADA

ROWS = (
    "feature,char_id,work,char_name\n"
    "CloudCuckooLander,l90001,HarbourLights,Minna Voss\n"
    "TheHeart,l90001,HarbourLights,Minna Voss\n"
    "CloudCuckooLander,l90001,HarbourLights,Minna Voss\n"
    'MsFanservice,a7,"Nets, and More",Ole\n'
)


def test_rows_become_characters_and_rows_again() -> None:
    read = read_observations(ROWS)
    characters = characters_from(read)
    assert [(one.name, one.tropes) for one in characters] == [
        ("Minna Voss", ("Cloud Cuckoo Lander", "The Heart")),
        ("Ole", ("Ms Fanservice",)),
    ]
    assert characters[1].tags == ("Nets, and More",)
    assert tuple(observations_of(characters)) == read
    assert write_observations(read) == ROWS
    assert read_observations(ROWS.split("\n", 1)[1]) == read, "a header is no must"


def test_tropes_changed_since_count() -> None:
    minna = characters_from(read_observations(ROWS))[0].model_copy(update={"tropes": ("The Heart", "Deadpan Snarker")})
    assert [one.feature for one in observations_of([minna])] == ["TheHeart", "DeadpanSnarker"]
    ada = ADA.model_copy(update={"tropes": ("Jade-Colored Glasses",)})
    assert [*observations_of([ada])] == [
        Observation(feature="JadeColoredGlasses", char_id="ada", work="", char_name="Ada Voss")
    ]


def test_names_are_parted_and_joined() -> None:
    assert [in_words(name) for name in ("BadassBookworm", "TheHeart", "MsFanservice", "MIBAgent")] == [
        "Badass Bookworm",
        "The Heart",
        "Ms Fanservice",
        "MIB Agent",
    ]
    assert joined("Cloud Cuckoo Lander") == "CloudCuckooLander"


def test_lines_are_read_and_written() -> None:
    text = 'show_id,char_name,char_id,dia1,dia2\nd1,Minna,l1,"Well, who?",Me.\n'
    read = read_exchanges(text)
    assert (read[0].heard, read[0].said) == ("Well, who?", "Me.")
    assert write_exchanges(read) == text


def test_training_text_is_written_and_read_back() -> None:
    examples = (
        RankingExample(tropes=("the heart", "deadpan snarker"), heard="Who?", said="Me.", candidates=("Me.", "No.")),
        RankingExample(tropes=("the stoic",), heard="And?", said="Nothing."),
    )
    text = write_parlai(examples)
    assert text.splitlines()[:3] == [
        "1 persona: i am the heart.",
        "2 persona: i am deadpan snarker.",
        "3 Who?\tMe.\t\tMe.|No.",
    ]
    assert read_parlai(text) == examples


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b,c\n", "row 1: it has 3 fields, not 4"),
        ("feature,char_id,work,char_name\n", "has no rows"),
        ("", "has no rows"),
    ],
)
def test_bad_rows_are_named(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_observations(text)


def test_bad_training_text_is_named() -> None:
    with pytest.raises(Invalid, match="line 2: it is neither"):
        read_parlai("1 persona: i am shy.\n2 well\n")
    with pytest.raises(Invalid, match="line 1: a line begins"):
        read_parlai("persona: i am shy.\n")
    with pytest.raises(Invalid, match="no object of names"):
        read_hlas(b"[1]")


def test_the_published_demo_is_read_and_written(shared_data: Path) -> None:
    raw = (shared_data / "data" / "aloha" / "demo_hlas.json").read_bytes()
    characters = read_hlas(raw)
    assert [one.name for one in characters] == ["Sheldon", "Picard", "Monica", "Grissom", "Marge"]
    assert all(len(one.tropes) == 8 for one in characters)
    assert len({trope for one in characters for trope in one.tropes}) == 36
    assert json.loads(write_hlas(characters)) == json.loads(raw)
