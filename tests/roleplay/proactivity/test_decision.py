"""How an assistant's answer is read."""

from __future__ import annotations

import pytest

from studio.roleplay.proactivity.decision import Call, Proposal, parse_proposal

WHOLE = """<think>She has a coach at nine and the bag will not shut.</think>
"Proactive index": True
"Proactive score": 4
## Action: ['Tell her the time']
## Tool Calling: [{"name": "get_current_datetime", "description": "x", "parameters": "None"},
 {"name": "check_bus_schedule", "parameters": {"bus_stop": "$CONTEXT(\\"Harbour\\")"}}]
"""


def test_a_whole_answer_is_read() -> None:
    assert parse_proposal(WHOLE) == Proposal(
        thought="She has a coach at nine and the bag will not shut.",
        score=4,
        index="true",
        action="['Tell her the time']",
        calls=(
            Call(name="get_current_datetime"),
            Call(name="check_bus_schedule", parameters={"bus_stop": '$CONTEXT("Harbour")'}),
        ),
    )


@pytest.mark.parametrize("closing", ["</think>", "<\\think>"])
@pytest.mark.parametrize("index", ["True", "true", "medium", '"False"'])
def test_both_ways_to_end_a_thought_and_every_index(closing: str, index: str) -> None:
    found = parse_proposal(f'<think>hm{closing}"Proactive index": {index}, "Proactive score": "3"')
    assert (found.thought, found.score) == ("hm", 3)
    assert found.index == index.strip('"').lower()


@pytest.mark.parametrize("raw", ["", "I would wait.", '"Proactive score": many', '"Proactive score": 9', "<think>4"])
def test_a_missing_score_is_silence(raw: str) -> None:
    found = parse_proposal(raw)
    assert found.score is None
    assert not found.acts(1)


def test_a_threshold_is_reached_or_not() -> None:
    assert parse_proposal(WHOLE).acts(4)
    assert not parse_proposal(WHOLE).acts(4.5)


def test_tools_in_a_form_that_cannot_be_read_are_not_run() -> None:
    found = parse_proposal('"Proactive score": 5\n## Tool Calling: [{"name": ')
    assert found.unreadable and found.calls == ()
    assert parse_proposal('"Proactive score": 5\n## Tool Calling: None').unreadable is False
    python = parse_proposal(
        "\"Proactive score\": 5\n## Tool Calling: [{'name': 'look_at', 'parameters': {'scene_object': 'lamp'}}]"
    )
    assert python.calls == (Call(name="look_at", parameters={"scene_object": "lamp"}),)
