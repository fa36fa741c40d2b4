"""`studio town` as it is typed, with the scripted model."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.test_commands import Studio, studio  # noqa: F401

PERSONAS = [
    {
        "name": "Ada Voss",
        "age": 61,
        "innate": "dry, exact",
        "learned": "Ada keeps the light.",
        "living_area": ["x", "the tower"],
    },
    {"name": "Bo Lind", "innate": "cheerful", "learned": "Bo sells radios.", "living_area": ["x", "the shop"]},
    {"name": "Cy Marsh", "learned": "Cy inspects lamps."},
]


def test_a_town_is_lived_resumed_replayed_and_reported(studio: Studio, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "personas.json"
    file.write_text(json.dumps(PERSONAS))
    begun = studio(
        "town", "run", "--personas", str(file), "--hours", "3", "--rumour", "The lamp is to be sold.", "--lines", "2"
    )
    assert begun.code == 0, begun.err
    id_ = re.search(r"Town (\S+)", begun.out)
    assert id_ and "Day 1, 07:00" in begun.out and "Ada Voss is at the tower" in begun.out and "3 people" in begun.out
    further = studio("town", "resume", id_[1], "--hours", "2", "--json")
    rows = [json.loads(line) for line in further.out.splitlines()]
    assert rows[-1]["report"]["people"] == 3 and rows[0]["story_minute"] == 11 * 60
    replayed = studio("town", "replay", id_[1])
    assert replayed.code == 0 and "Day 1, 12:00" in replayed.out and "Day 1, 13:00" not in replayed.out
    assert "knows the rumour" in studio("town", "report", id_[1]).out
    assert len(studio("town", "interview", id_[1]).out.splitlines()) == 3


def test_what_is_no_town_is_refused(studio: Studio, tmp_path: Path) -> None:  # noqa: F811
    alone = studio("town", "run", "-r", "nobody")
    assert alone.code == 2 and "nobody" in alone.err
    assert studio("town", "run").code == 2
    (tmp_path / "x.json").write_text("{}")
    assert "no list of personas" in studio("town", "run", "--personas", str(tmp_path / "x.json")).err
    assert studio("town", "report", "nothing").code == 2
