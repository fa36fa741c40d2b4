"""A model that fails, over real HTTP: the person learns why, the play stays whole, and the same turn then works."""

from __future__ import annotations

import asyncio
import gc
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from studio.domain.event import Kind
from studio.domain.message import Message, Request
from studio.domain.transcript import Transcript
from studio.errors import ModelError, ModelOutput, ModelRefused, ModelUnavailable
from studio.llm.client import Capabilities, complete
from studio.llm.litellm_client import LitellmModel
from studio.roleplay.steps import Streaming, Turn
from tests.fake_endpoint import FakeEndpoint, Reply, Seen
from tests.roleplay.company import OWNER, PAIR, TWO, Company, gathered, lines, plan

LINE = Turn(line="Is anybody there?", as_="bo", speaker="ada")
GOOD = "The lamp is lit."
HALF = ("Listen: the wind ", "has turned, and ", "the boat is ", "gone.")
SILENCE_SECONDS = 3.0
"""How long a model may keep a play waiting where one falls silent; where none does, nobody has to hurry."""
AMPLE_SECONDS = 60.0


@pytest.fixture(autouse=True, scope="module")
def warm() -> Iterator[None]:
    """The first call of a process loads the client library, which is slower than these tests let a model be. A socket
    or task left behind by a test shows up at the end of this file, as an error."""

    async def call(address: str) -> None:
        model = LitellmModel("openai/first", api_base=address, api_key=SecretStr("sk-test"))
        await complete(model, Request(messages=(Message(role="user", content="Hello?"),), caller="me", purpose="test"))
        await model.close()

    with FakeEndpoint() as endpoint:
        asyncio.run(call(endpoint.url))
    yield
    gc.collect()


@asynccontextmanager
async def on_stage(
    folder: Path, endpoint: FakeEndpoint, narrator: FakeEndpoint | None = None, seed: int = 1
) -> AsyncIterator[Company]:
    """A company whose lines, and whose narrator if wanted, come from these endpoints."""
    async with AsyncExitStack() as stack:

        async def opened(served: FakeEndpoint, name: str) -> LitellmModel:
            model = LitellmModel(
                f"openai/{name}",
                api_base=served.url,
                api_key=SecretStr("sk-test"),
                timeout_seconds=SILENCE_SECONDS if served.keeps_waiting else AMPLE_SECONDS,
                retries=0,
                capabilities=Capabilities(),
            )
            stack.push_async_callback(model.close)
            return model

        models = {"model": await opened(endpoint, "actor")}
        if narrator:
            models["narrator"] = await opened(narrator, "director")
        yield await stack.enter_async_context(gathered(folder, seed=seed, **models))


async def failed(company: Company, transcript: Transcript, turn: Turn) -> tuple[Transcript, ModelError]:
    """The play after a turn that must fail, as it is stored, and why."""
    with pytest.raises(ModelError) as error:
        await company.taken(company.engine.advance(transcript, turn), transcript)
    return await company.stored(transcript), error.value


async def draft_of(company: Company, transcript: Transcript) -> str:
    draft = await company.archive.sessions.draft(OWNER, transcript.session.id)
    return draft.text if draft else ""


BEFORE_A_WORD = {
    "times out": (
        Reply(hang_after=0),
        ModelUnavailable,
        r"openai/actor at http://127\.0\.0\.1:\d+/v1 was silent for 3 seconds before",
    ),
    "answers late": (
        Reply(delay_seconds=20),
        ModelUnavailable,
        r"openai/actor .* was silent for 3 seconds.*Try again",
    ),
    "breaks down": (Reply(status=500), ModelUnavailable, r"openai/actor .* failed \(500\)\. Try again"),
    "is over its rate": (Reply(status=429), ModelUnavailable, "over its rate limit.*Try again later"),
    "refuses the key": (Reply(status=401), ModelRefused, "openai/actor did not accept the key.*Models page"),
    "is not there": (Reply(status=404), ModelRefused, "There is no model openai/actor there.*Check the name"),
    "declines": (
        Reply("", refusal="I would rather not."),
        ModelRefused,
        'openai/actor declined.*"I would rather not."',
    ),
    "dies at once": (
        Reply(die_after=0),
        ModelUnavailable,
        "openai/actor .*(broke off|failed|cannot be reached).*ry again",
    ),
    "says nothing": (Reply(""), ModelOutput, "openai/actor gave Ada Voss no usable line in 3 tries.*Press Retry"),
    "says blanks": (Reply(" \n \n"), ModelOutput, "openai/actor gave Ada Voss no usable line in 3 tries.*Press Retry"),
    "says garbage": (Reply('{"emotion": "odd"}'), ModelOutput, "gave Ada Voss no usable line in 3 tries.*Press Retry"),
    "speaks for others": (
        Reply("Bo Lind: Me!"),
        ModelOutput,
        "gave Ada Voss no usable line in 3 tries.*choose another",
    ),
    "sends no stream": (Reply(body="<html>Bad gateway</html>"), ModelError, "openai/actor"),
}


@pytest.mark.parametrize("trouble", BEFORE_A_WORD)
async def test_an_actor_that_fails_before_a_word_costs_nothing_and_retry_works(tmp_path: Path, trouble: str) -> None:
    reply, kind, says = BEFORE_A_WORD[trouble]
    with FakeEndpoint(otherwise=reply) as endpoint:
        async with on_stage(tmp_path, endpoint) as company:
            transcript, error = await failed(company, await company.begin(TWO, PAIR), LINE)
            assert isinstance(error, kind)
            assert re.search(says, str(error), re.DOTALL), error
            assert "sk-test" not in str(error)
            assert lines(transcript) == [("bo", "Is anybody there?")]
            assert await draft_of(company, transcript) == ""

            endpoint.otherwise = Reply(GOOD)
            transcript = await company.turn(transcript, speaker="ada")
            assert lines(transcript) == [("bo", "Is anybody there?"), ("ada", GOOD)]


IN_MID_LINE = {
    "dies": (Reply(pieces=HALF, die_after=2), "openai/actor .*(broke off before the end|failed).*Try again"),
    "ends without an end": (Reply(pieces=HALF, end_after=2), "broke off before the end.*Try again"),
    "falls silent": (Reply(pieces=HALF, hang_after=2), "was silent for 3 seconds.*Try again"),
}


@pytest.mark.parametrize("trouble", IN_MID_LINE)
async def test_an_actor_that_fails_in_mid_line_leaves_what_it_said_as_a_draft(tmp_path: Path, trouble: str) -> None:
    reply, says = IN_MID_LINE[trouble]
    with FakeEndpoint([reply]) as endpoint:
        async with on_stage(tmp_path, endpoint) as company:
            transcript, error = await failed(company, await company.begin(TWO, PAIR), LINE)
            assert isinstance(error, ModelUnavailable)
            assert re.search(says, str(error), re.DOTALL), error
            assert lines(transcript) == [("bo", "Is anybody there?")]
            assert (await draft_of(company, transcript)).strip() == "Listen: the wind has turned, and"

            transcript = await company.turn(transcript, speaker="ada")
            assert lines(transcript) == [("bo", "Is anybody there?"), ("ada", GOOD)]
            assert await draft_of(company, transcript) == ""
            assert len({seen.body["seed"] for seen in endpoint.requests}) == 2, "Retry asks anew"


async def test_a_server_that_is_gone_can_be_left_for_another(tmp_path: Path) -> None:
    with FakeEndpoint() as gone:
        pass
    async with on_stage(tmp_path, gone) as company:
        transcript, error = await failed(company, await company.begin(TWO, PAIR), LINE)
        assert re.search("openai/actor .*cannot be reached.*address is right, then try again", str(error)), error
    with FakeEndpoint() as other:
        async with on_stage(tmp_path, other, seed=2) as company:
            transcript = await company.turn(await company.stored(transcript), speaker="ada")
            assert lines(transcript) == [("bo", "Is anybody there?"), ("ada", GOOD)]


async def test_another_take_that_fails_leaves_the_first(tmp_path: Path) -> None:
    with FakeEndpoint([GOOD, Reply(pieces=HALF, die_after=2), "Otherwise."]) as endpoint:
        async with on_stage(tmp_path, endpoint) as company:
            transcript = await company.turn(await company.begin(TWO, PAIR))
            with pytest.raises(ModelUnavailable):
                await company.again(transcript, transcript.events[-1])
            assert await company.stored(transcript) == transcript
            again = await company.again(transcript, transcript.events[-1])
            assert lines(again) == [("ada", "Otherwise.")]


async def test_stopping_hangs_up_on_the_model_and_keeps_its_words(tmp_path: Path) -> None:
    with FakeEndpoint([Reply(pieces=HALF, hang_after=3)]) as endpoint:
        async with on_stage(tmp_path, endpoint) as company:
            transcript = await company.begin(TWO, PAIR)
            steps = company.engine.advance(transcript, Turn())
            async for step in steps:
                if isinstance(step, Streaming) and "boat" in step.text:
                    break
            await steps.aclose()
            assert endpoint.requests[0].left.wait(10)
            assert await company.stored(transcript) == transcript
            assert "the boat is" in await draft_of(company, transcript)
            assert lines(await company.turn(transcript)) == [("ada", GOOD)]


NARRATOR_DOWN = {
    "times out": (Reply(hang_after=0), ModelUnavailable, r"openai/director .* was silent for 3 seconds.*Try again"),
    "breaks down": (Reply(status=503), ModelUnavailable, r"openai/director .* failed \(503\)\. Try again"),
    "refuses the key": (Reply(status=401), ModelRefused, "openai/director did not accept the key"),
    "declines": (Reply("", refusal="No."), ModelRefused, "openai/director declined"),
    "dies in mid-answer": (
        Reply('{"narration": "The wind', die_after=2),
        ModelUnavailable,
        "(broke off|failed).*Try again",
    ),
}


@pytest.mark.parametrize("trouble", NARRATOR_DOWN)
async def test_a_narrator_that_fails_keeps_the_whisper_and_acts_on_it_at_the_next_try(
    tmp_path: Path, trouble: str
) -> None:
    reply, kind, says = NARRATOR_DOWN[trouble]
    with FakeEndpoint() as actors, FakeEndpoint(otherwise=reply) as narrator:
        async with on_stage(tmp_path, actors, narrator) as company:
            transcript = await company.begin(TWO, PAIR, speakers="director")
            transcript, error = await failed(company, transcript, Turn(whisper="Let the lamp fail."))
            assert isinstance(error, kind)
            assert re.search(says, str(error), re.DOTALL), error
            assert [event.kind for event in transcript.events] == [Kind.NARRATION, Kind.WHISPER]

            narrator.otherwise = Reply(plan("Bo", narration="The lamp fails."))
            transcript = await company.turn(transcript)
            kinds = [event.kind for event in transcript.events]
            assert kinds == [Kind.NARRATION, Kind.WHISPER, Kind.NARRATION, Kind.SPEECH]
            assert "Let the lamp fail." in narrator.requests[-1].prompt
            assert lines(transcript) == [("bo", GOOD)]


@pytest.mark.parametrize("useless", ["", "I'd rather sing.", "{", '{"cues": 7}', '{"narration": ["a", "b"]}'])
async def test_a_narrator_with_nothing_usable_to_say_holds_nobody_up(tmp_path: Path, useless: str) -> None:
    with FakeEndpoint() as actors, FakeEndpoint(otherwise=Reply(useless)) as narrator:
        async with on_stage(tmp_path, actors, narrator) as company:
            transcript = await company.begin(TWO, PAIR, speakers="director")
            transcript = await company.turn(transcript, whisper="Let the lamp fail.")
            assert len(lines(transcript)) == 1 and len(narrator.requests) == 2
            assert company.decision and company.decision.by == "fallback"
            assert len(transcript.events[-1].parts["unusable"]) == 2


async def test_one_answer_in_three_is_broken_and_no_turn_is_lost(tmp_path: Path) -> None:
    broken = [Reply(""), Reply("{"), Reply("Narrator: Dark."), Reply("```json")]

    def rule(seen: Seen) -> Reply:
        number = len(endpoint.requests)
        if number % 3 == 0:
            return broken[number // 3 % len(broken)]
        return Reply(plan("Ada", "Bo", "Ada", "Bo") if "You direct a live play" in seen.prompt else f"Line {number}.")

    with FakeEndpoint(rule) as endpoint:
        async with on_stage(tmp_path, endpoint) as company:
            transcript = await company.turns(await company.begin(TWO, PAIR, speakers="director"), 12)
            assert len(lines(transcript)) == 12
            assert json.loads(transcript.model_dump_json())["session"]["version"] == transcript.session.version
