"""`studio meters`."""

from __future__ import annotations

import json

from tests.cli.test_commands import Studio, played, studio

__all__ = ["studio"]


def test_meters_of_one_play_and_of_all_by_model(studio: Studio) -> None:
    assert studio("meters").out == "No model has spoken yet.\n"
    session = next(str(row["session"]) for row in reversed(played(studio)) if "session" in row)
    table = studio("meters").out.splitlines()
    assert table[0].split() == ["model", "lines", "again", "cut", "for", "people", "said", "before", "words", "drift"]
    assert table[1].split()[:3] == ["scripted/demonstration", "3", "0"]
    rows = [json.loads(line) for line in studio("meters", session, "--json").out.splitlines()]
    assert {row["by"] for row in rows} == {"play", "character", "model"}
    assert sum(row["lines"] for row in rows if row["by"] == "character") == 3
    gone = studio("meters", "nothing-of-the-sort")
    assert gone.code == 2 and "There is no session 'nothing-of-the-sort'" in gone.err
