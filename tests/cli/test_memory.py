"""`studio memory` as it is typed, over a play of the scripted model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.test_commands import Studio, played, studio  # noqa: F401


@pytest.fixture
def cast(studio: Studio) -> list[str]:  # noqa: F811
    """A play of three turns, and who heard it."""
    rows = played(studio)
    return sorted({who for row in rows for who in row.get("audience", ())})


def ids(out: str) -> list[str]:
    return re.findall(r"^([0-9a-f]{8}-[0-9a-f]{4})  ", out, re.M)


def test_memories_are_listed_asked_for_forgotten_and_brought_back(studio: Studio, cast: list[str]) -> None:  # noqa: F811
    listed = studio("memory", "list", cast[0])
    assert listed.code == 0 and len(ids(listed.out)) >= 3
    assert re.search(r"(\d+) of \1 memories\.", listed.out)
    asked = studio("memory", "ask", cast[0], "What was said?", "--limit", "2")
    assert asked.code == 0 and "2 came to mind. Reflection: " in asked.out and asked.out.startswith("score  recent")
    first = ids(listed.out)[0]
    gone = studio("memory", "forget", cast[0], first)
    assert "1 memory is out of mind." in gone.out
    act = re.search(r"memory undo (\S+)", gone.out)
    assert act and first not in ids(studio("memory", "list", cast[0]).out)
    assert first in ids(studio("memory", "list", cast[0], "--forgotten").out)
    assert "1 memory is as before." in studio("memory", "undo", act[1]).out
    assert first in ids(studio("memory", "list", cast[0]).out)
    erased = studio("memory", "forget", cast[0], first, "--for-good")
    assert "gone for good" in erased.out and "undo" not in erased.out
    assert first not in ids(
        studio("memory", "list", cast[0]).out + studio("memory", "list", cast[0], "--forgotten").out
    )


def test_reflecting_by_rules_and_seeing_why(studio: Studio, cast: list[str]) -> None:  # noqa: F811
    done = studio("memory", "reflect", cast[0], "--rules")
    assert done.code == 0 and "memories were made in 0 calls." in done.out
    line = ids(studio("memory", "list", cast[0]).out)[0]
    assert ids(studio("memory", "why", line, cast[0]).out)[0] == line


def test_an_index_is_checked_and_built_anew(studio: Studio, cast: list[str]) -> None:  # noqa: F811
    assert "memories. 0 were missing" in studio("memory", "check").out
    assert "Indexed anew." in studio("memory", "reindex").out


def test_streams_are_exported_and_read_back_once(studio: Studio, cast: list[str], tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "nodes.json"
    assert studio("memory", "export", cast[0], "-f", "nodes", "-o", str(file)).code == 0
    nodes = json.loads(file.read_text())
    lines = studio("memory", "export", cast[0]).out.splitlines()
    assert len(lines) == len(nodes) and json.loads(lines[0])["character"] == cast[0]
    assert {node["description"] for node in nodes.values()} == {json.loads(line)["text"] for line in lines}
    for new in (len(nodes), 0):
        assert f"{new} of {len(nodes)} memories are new." in studio("memory", "import", cast[0], str(file)).out
    file.write_text("nothing")
    assert studio("memory", "import", cast[0], str(file)).code == 2


def test_what_cannot_be_done_is_said(studio: Studio, cast: list[str]) -> None:  # noqa: F811
    for arguments, said in (
        (("ask", "nobody", "?"), "'nobody' remembers nothing yet"),
        (("list", cast[0], "--kind", "dream"), "There is no kind 'dream'"),
        (("forget", cast[0], "zzz"), "'zzz' fits 0 memories"),
        (("export", cast[0], "-f", "pdf"), "There is no format 'pdf'"),
        (("undo", "nothing"), "nothing to take back"),
    ):
        done = studio("memory", *arguments)
        assert done.code == 2 and said in done.err, done
    assert "Nothing is known of 'nobody' yet." in studio("memory", "profile", "nobody").err
