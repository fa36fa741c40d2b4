"""Going over what was lived through: at the end of a scene, on the branch that is played, and never in a turn."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR, Kind
from studio.domain.memory import MemoryKind
from studio.domain.message import Request
from studio.domain.scene import Ending
from studio.domain.session import Choice
from studio.errors import ModelUnavailable
from tests.roleplay.company import OWNER, PADDING, PAIR, TWO, Company, Voice, gathered

SHORT = TWO.model_copy(update={"end": Ending(max_turns=6)})
EAGER = Choice(name="memory_stream", parameters={"threshold": 10.0})


class Thinking:
    """Speaks as everybody does, and draws one insight a question from its first memory."""

    def __init__(self) -> None:
        self.voice = Voice(text=PADDING)
        self.away = False
        self.asked: list[Request] = []

    def __call__(self, request: Request, number: int) -> str:
        if request.purpose != "memory":
            return self.voice(request, number)
        self.asked.append(request)
        if self.away:
            raise ModelUnavailable("The model is away.")
        if request.template.endswith("questions"):
            return json.dumps({"questions": ["What ails the lamp?"], "plan": "I mean to mend the lamp."})
        return json.dumps(
            {"insights": [{"insight": f"{request.caller} knows the lamp.", "because": [1], "importance": 9}]}
        )


async def played(company: Company, thinking: Thinking, policy: Choice = EAGER):
    transcript = await company.begin(SHORT, PAIR, speakers="round_robin", memory_policy=policy)
    for _ in range(6):
        transcript = await company.turn(transcript)
        await company.engine.remember(transcript)
    return transcript


async def concluded(company: Company, character: str, continuity: str):
    return await company.archive.memories.concluded(OWNER, character, continuity)


async def test_the_end_of_a_scene_is_gone_over_once_by_each_for_themselves(tmp_path: Path) -> None:
    thinking = Thinking()
    async with gathered(tmp_path, thinking) as company:
        transcript = await played(company, thinking)
        assert len(thinking.asked) == 4, "two calls for each of two, at the end and not before"
        await company.engine.remember(transcript)
        assert len(thinking.asked) == 4
        for character in ("ada", "bo"):
            insight, plan = sorted(
                await concluded(company, character, transcript.session.id), key=lambda one: one.kind, reverse=True
            )
            assert insight.text == f"{character}/memory knows the lamp." and insight.character == character
            assert plan.kind is MemoryKind.PLAN and insight.evidence
        assert "bo/memory" not in json.dumps(
            [one.text for one in await concluded(company, "ada", transcript.session.id)]
        )


async def test_a_next_scene_remembers_what_the_last_one_meant(tmp_path: Path) -> None:
    thinking = Thinking()
    async with gathered(tmp_path, thinking) as company:
        first = await played(company, thinking)
        second = await company.begin(TWO, PAIR, speakers="round_robin", memory_policy=EAGER, follows=first)
        second = await company.turn(second, line="What ails the lamp, does anybody know?", as_="bo", speaker="ada")
        prompts = "\n".join(request.text for request in company.model.requests if request.purpose != "memory")
        assert "ada/memory knows the lamp." in prompts and "bo/memory knows" not in prompts


async def test_an_insight_falls_with_the_line_it_rests_on(tmp_path: Path) -> None:
    thinking = Thinking()
    async with gathered(tmp_path, thinking) as company:
        transcript = await played(company, thinking)
        insight = next(
            one for one in await concluded(company, "ada", transcript.session.id) if one.kind is MemoryKind.REFLECTION
        )
        hidden = company.scribe.event(transcript, Kind.TOMBSTONE, DIRECTOR, "", parts={"hides": insight.sources[0]})
        without = await company.scribe.store(transcript, hidden)
        second = await company.begin(TWO, PAIR, speakers="round_robin", memory_policy=EAGER, follows=without)
        await company.turn(second, line="What ails the lamp?", as_="bo", speaker="ada")
        prompts = "\n".join(request.text for request in company.model.requests if request.purpose != "memory")
        assert "ada/memory knows" not in prompts


async def test_a_model_that_is_away_costs_the_reflection_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    thinking = Thinking()
    thinking.away = True
    async with gathered(tmp_path, thinking) as company:
        with caplog.at_level(logging.WARNING):
            transcript = await played(company, thinking)
        assert await concluded(company, "ada", transcript.session.id) == ()
        assert "could not go over what happened: The model is away." in caplog.text
        thinking.away = False
        second = await company.begin(TWO, PAIR, speakers="round_robin", memory_policy=EAGER, follows=transcript)
        await company.engine.remember(second)
        assert len(await concluded(company, "ada", transcript.session.id)) == 2, "the next break makes up for it"
