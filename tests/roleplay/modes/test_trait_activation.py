"""The lean mode with a manner of the moment: no call more, the prompt's beginning unchanged, the trace in the log."""

from __future__ import annotations

import pytest

from studio.domain.character import BigFive
from studio.domain.event import TURNS
from studio.domain.session import Choice
from studio.roleplay.state import state_after
from studio.roleplay.temperament.expression import adapter
from tests.plays import ADA, BO
from tests.roleplay.company import PAIR, TWO, Company

MOVED = Choice(name="trait_activation")
QUARREL = TWO.model_copy(update={"premise": "You are a liar and a thief, he shouts, and everybody here knows it!"})


async def test_the_moment_is_said_at_the_end_of_the_prompt_and_kept_in_the_state(company: Company) -> None:
    lean = await company.turn(await company.begin(QUARREL, PAIR))
    plain = company.model.requests[-1]
    transcript = await company.turn(await company.begin(QUARREL, PAIR, mode=MOVED))
    (_, asked) = company.model.requests
    trace = state_after(transcript).characters["ada"].temperament
    assert trace is not None
    assert not trace.neutral
    assert trace.expressed[3] < trace.base[3], "a quarrel makes nobody warmer"
    assert asked.messages[0] == plain.messages[0], "the frame is the same, persona and all"
    assert all(line in asked.messages[-1].content for line in adapter(trace))
    assert len(adapter(trace)) == 3
    assert lean.turns == transcript.turns == 1
    assert state_after(transcript, "bo").characters["ada"].temperament is None, "nobody reads it off another's face"
    stored = next(event for event in transcript.told if event.kind in TURNS)
    assert set(stored.parts["state"]["characters"]["ada"]["temperament"]) >= {"logits", "shares", "top", "gates"}


async def test_the_turn_before_lingers(company: Company) -> None:
    transcript = await company.begin(QUARREL, PAIR, mode=MOVED)
    transcript = await company.turns(transcript, 3)
    first, second = (event for event in transcript.told if event.kind in TURNS and event.actor == "ada")
    before = first.parts["state"]["characters"]["ada"]["temperament"]["expressed"]
    trace = state_after(transcript).characters["ada"].temperament
    assert trace is not None and second.parts["state"]
    fresh = [b + 0.5 * s * (1 - abs(2 * b - 1)) for b, s in zip(trace.base, trace.activation, strict=True)]
    assert trace.expressed == pytest.approx([0.6 * f + 0.4 * b for f, b in zip(fresh, before, strict=True)])


async def test_switched_off_or_in_another_language_nothing_is_said(company: Company) -> None:
    still = Choice(name="trait_activation", parameters={"kappa": 0})
    transcript = await company.turn(await company.begin(QUARREL, PAIR, mode=still))
    assert "In this moment" not in company.model.requests[-1].text
    assert state_after(transcript).characters["ada"].temperament is None
    french = QUARREL.model_copy(update={"language": "French"})
    transcript = await company.turn(await company.begin(french, PAIR, mode=MOVED))
    assert "In this moment" not in company.model.requests[-1].text
    trace = state_after(transcript).characters["ada"].temperament
    assert trace is not None and trace.neutral and "French" in trace.why


async def test_another_take_is_told_in_the_same_manner(company: Company) -> None:
    transcript = await company.turn(await company.begin(QUARREL, PAIR, mode=MOVED))
    line = next(event for event in transcript.told if event.kind in TURNS)
    other = await company.again(transcript, line)
    again = next(event for event in other.told if event.kind in TURNS)
    assert again.id != line.id
    assert again.parts["state"] == line.parts["state"]


async def test_extreme_characters_hold(company: Company) -> None:
    scores = BigFive(openness=7, conscientiousness=7, extraversion=1, agreeableness=1, negative_emotionality=1)
    rock = ADA.model_copy(update={"big_five": scores})
    transcript = await company.turn(await company.begin(QUARREL, (rock, BO), mode=MOVED))
    trace = state_after(transcript).characters["ada"].temperament
    assert trace is not None and trace.expressed == trace.base == (1, 1, 0, 0, 0)
