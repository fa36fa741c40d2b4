"""Streams of other programs: read with their oddities named, and written so that they read back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.domain.identifiers import derived
from studio.domain.memory import Memory, MemoryKind
from studio.errors import Invalid
from studio.memory.base import Scope
from studio.memory.memory_stream import MemoryStream
from studio.memory.nodes import read_nodes, write_lines, write_nodes
from tests.memory.mind import Mind, ask
from tests.plays import NOON

SCOPE = Scope("me", "ada", "c1")
ODE = {
    "node_7": {
        "type": "event",
        "poignancy": 4,
        "description": "Ode drops the teapot",
        "filling": [],
        "created": "2023-02-13 09:00:00",
    },
    "node_8": {
        "type": "thought",
        "depth": 2,
        "poignancy": 8,
        "description": "Ode is tired",
        "filling": ["node_7", "node_1"],
        "created": "2023-02-13 10:00:00",
        "expiration": "2023-03-15 10:00:00",
    },
    "node_9": {
        "type": "thought",
        "poignancy": "?",
        "description": "ode is tired",
        "filling": "node_7",
        "created": "noon",
    },
    "node_10": {"type": "chat", "description": " "},
}


def test_oddities_are_named_and_nothing_sound_is_lost() -> None:
    nodes = read_nodes(json.dumps(ODE), SCOPE, NOON)
    assert [one.text for one in nodes.memories] == ["ode is tired", "Ode drops the teapot", "Ode is tired"]
    tired = nodes.memories[2]
    assert (tired.kind, tired.importance, tired.details.depth) == (MemoryKind.REFLECTION, 8, 2)
    assert tired.evidence == (derived(*SCOPE, "node_7"), derived(*SCOPE, "node_1")), "what is missing stays named"
    told = "\n".join(nodes.warnings)
    for odd in (
        "node_9 has a text where its evidence",
        "'noon'",
        "importance '?'",
        "node_10 has no description",
        "says the same",
    ):
        assert odd in told
    assert len(nodes.warnings) == 5


async def test_the_published_excerpt_loads_and_the_bed_never_comes_to_mind(shared_data: Path) -> None:
    text = (shared_data / "data/generative-agents/isabella_nodes_excerpt.json").read_text()
    nodes = read_nodes(text, SCOPE, NOON)
    kinds = [one.kind for one in nodes.memories]
    assert len(kinds) == 12 and kinds.count(MemoryKind.EVENT) == 4
    assert kinds.count(MemoryKind.REFLECTION) + kinds.count(MemoryKind.PLAN) == 8
    told = "\n".join(nodes.warnings)
    assert "node_912 names no evidence (null)" in told and "node_881 has a text" in told and "says the same" in told
    regulars = [one for one in nodes.memories if one.text == "Isabella Rodriguez is a regular at Hobbs Cafe"]
    assert len(regulars) == 2 and all(one.evidence for one in regulars)
    asked = ask(nodes.memories, focal="the bed", now=nodes.memories[-1].created_at)
    recalled = await MemoryStream(fades_days=None).recall(asked, Mind(asked, nodes.memories))
    assert len(recalled) == 11 and "bed is idle" not in {one.memory.text for one in recalled}


def test_a_list_of_steps_is_laid_an_hour_apart() -> None:
    steps = [
        {
            "node_id": 0,
            "node_type": "observation",
            "content": "A",
            "importance": 85,
            "created": 0,
            "last_retrieved": 3,
            "pointer_id": None,
        },
        {
            "node_id": 1,
            "node_type": "reflection",
            "content": "B",
            "importance": 5,
            "created": 2,
            "last_retrieved": 2,
            "pointer_id": [0],
        },
        {"node_id": 2},
        7,
    ]
    nodes = read_nodes(json.dumps(steps), SCOPE, NOON)
    one, two = nodes.memories
    assert (one.importance, two.importance) == (8.5, 1)
    assert (two.created_at - one.created_at).total_seconds() == 7200 and one.accessed_at > two.accessed_at
    assert two.evidence == (one.id,) and len(nodes.warnings) == 2


def kept(one: Memory) -> tuple[object, ...]:
    details = one.details
    return (one.text, one.kind, one.importance, one.created_at, details.depth, details.expires_at, len(one.evidence))


def test_written_nodes_read_back_the_same() -> None:
    sound = {name: ODE[name] for name in ("node_7", "node_8")}
    first = read_nodes(json.dumps(sound), SCOPE, NOON)
    again = read_nodes(write_nodes(first.memories), SCOPE, NOON)
    assert list(map(kept, again.memories)) == list(map(kept, first.memories)) and not again.warnings
    assert [json.loads(line)["id"] for line in write_lines(first.memories).splitlines()] == [
        one.id for one in first.memories
    ]


@pytest.mark.parametrize(("text", "said"), [("{", "no JSON"), ("7", "no memory stream"), ('"x"', "no memory stream")])
def test_what_is_no_stream_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_nodes(text, SCOPE, NOON)
