"""The client against a real HTTP server that misbehaves."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager

import pytest
from pydantic import SecretStr

from studio.domain.message import Message, Request
from studio.errors import Invalid, ModelError, ModelOutput, ModelRefused, ModelUnavailable
from studio.llm.client import Capabilities, complete
from studio.llm.litellm_client import LitellmModel
from studio.llm.litellm_connection import load_litellm
from tests.fake_endpoint import FakeEndpoint, Reply, Seen
from tests.llm.requests import request_of

OUT_OF_CREDIT = '{"error":{"message":"You exceeded your current quota, please check your plan and billing details."}}'
KEY = "sk-visitor-7f3a9c2e51d04b8896aa"


class Pauses:
    """Stands in for waiting: remembers how long, passes at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture(autouse=True, scope="module")
def nothing_left_open() -> Iterator[None]:
    """A socket or task left behind by a test shows up at the end of this file, as an error."""
    yield
    gc.collect()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@asynccontextmanager
async def opened(endpoint: FakeEndpoint, **options: object) -> AsyncIterator[LitellmModel]:
    options = {"api_base": endpoint.url, "api_key": SecretStr(KEY), "rng": random.Random(1), **options}
    model = LitellmModel("openai/test", **options)
    try:
        yield model
    finally:
        await model.close()


def shown(error: BaseException) -> str:
    """All a traceback, a log or a debugger could show of an error and what led to it."""
    texts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        texts += [str(current), repr(current), repr(vars(current))]
        current = current.__cause__ or current.__context__
    return "\n".join(texts)


async def test_the_answer_streams_in_pieces_and_ends_with_its_usage() -> None:
    reply = Reply("The lamp is lit.", prompt_tokens=50, cached_tokens=30, completion_tokens=6)
    with FakeEndpoint([reply]) as endpoint:
        async with opened(endpoint) as model:
            chunks = [chunk async for chunk in model.stream(request_of())]
    assert [chunk.text for chunk in chunks[:-1]] == ["The", " lamp", " is", " lit."]
    usage = chunks[-1].usage
    assert usage is not None
    assert (usage.calls, usage.prompt_tokens, usage.evaluated_tokens, usage.completion_tokens) == (1, 50, 20, 6)
    assert usage.cost is None
    assert usage.seconds > 0
    assert chunks[-1].finish == "stop"


async def test_the_request_arrives_as_asked() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    with FakeEndpoint() as endpoint:
        async with opened(
            endpoint,
            capabilities=Capabilities(schema_decoding=True),
            extra_body=lambda request: {"id_slot": len(request.caller)},
        ) as model:
            await complete(model, request_of(max_tokens=33, temperature=0.4, stop=("\nTeo:",), seed=7, schema_=schema))
    (seen,) = endpoint.requests
    assert seen.path == "/v1/chat/completions"
    assert seen.key == KEY
    assert seen.prompt == "Who keeps the lamp?"
    body = seen.body
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_p"]) == ("test", 33, 0.4, 0.95)
    assert (body["stop"], body["seed"], body["id_slot"]) == (["\nTeo:"], 7, 4)
    assert body["response_format"]["json_schema"]["schema"] == schema


@pytest.mark.parametrize(
    ("fields", "strict"),
    [
        ({"required": ["a"], "additionalProperties": False}, True),
        ({"required": [], "additionalProperties": False}, False),
        ({"required": ["a"]}, False),
    ],
)
async def test_strictness_is_asked_for_where_the_schema_is_closed(fields: dict[str, object], strict: bool) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, **fields}
    with FakeEndpoint() as endpoint:
        async with opened(endpoint, capabilities=Capabilities(schema_decoding=True)) as model:
            await complete(model, request_of(schema_=schema))
    assert endpoint.requests[0].body["response_format"]["json_schema"]["strict"] is strict


async def test_a_schema_is_not_sent_to_a_model_that_cannot_decode_to_one() -> None:
    with FakeEndpoint() as endpoint:
        async with opened(endpoint) as model:
            await complete(model, request_of(schema_={"type": "object"}))
    assert "response_format" not in endpoint.requests[0].body


async def test_without_the_provider_s_count_tokens_are_estimated() -> None:
    with FakeEndpoint([Reply("Eight letters.", usage=False)]) as endpoint:
        async with opened(endpoint) as model:
            completion = await complete(model, request_of("x" * 400))
    assert completion.usage.prompt_tokens == completion.usage.evaluated_tokens == 104
    assert completion.usage.completion_tokens == 4


async def test_a_known_price_is_counted_only_at_the_provider_s_own_address() -> None:
    with FakeEndpoint() as endpoint:
        elsewhere = LitellmModel("openai/gpt-4o-mini", api_base=endpoint.url, api_key=SecretStr(KEY))
        assert (await complete(elsewhere, request_of())).usage.cost is None
        local = LitellmModel("openai/gpt-4o-mini", api_base=endpoint.url, free=True)
        assert (await complete(local, request_of())).usage.cost == 0.0
        await elsewhere.close()
        await local.close()


async def test_a_provider_s_price_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint([Reply("Yes.", prompt_tokens=1000, completion_tokens=100)]) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        model = LitellmModel("openai/gpt-4o-mini", api_key=SecretStr(KEY))
        cost = (await complete(model, request_of())).usage.cost
        await model.close()
    assert cost == pytest.approx(1000 * 0.15e-6 + 100 * 0.6e-6)


async def test_claude_gets_cache_marks_at_the_last_four_prefix_ends() -> None:
    messages = tuple(Message(role="user", content=f"part {n}", cached=n < 5) for n in range(6))
    with FakeEndpoint() as endpoint:
        model = LitellmModel("openai/anthropic/claude-sonnet-4-5", api_base=endpoint.url, api_key=SecretStr(KEY))
        await complete(model, Request(messages=messages, caller="mara", purpose="reply"))
        await model.close()
    contents = [message["content"] for message in endpoint.requests[0].body["messages"]]
    marked = [isinstance(content, list) and "cache_control" in content[0] for content in contents]
    assert marked == [False, True, True, True, True, False]


async def test_shown_reasoning_is_left_out() -> None:
    with FakeEndpoint(
        [Reply("Aye.", reasoning="They ask who keeps it."), Reply("<think>Hm, who?</think>\n\nAye.")]
    ) as e:
        async with opened(e) as model:
            assert (await complete(model, request_of())).text == "Aye."
            assert (await complete(model, request_of())).text == "Aye."


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (Reply(status=400), ModelRefused, "did not accept the request (400)"),
        (Reply(status=401, echo_key=True), ModelRefused, "did not accept the key"),
        (Reply(status=402), ModelRefused, "no credit left"),
        (Reply(status=403), ModelRefused, "no right to use"),
        (Reply(status=404), ModelRefused, "There is no model openai/test"),
        (Reply(status=429, body=OUT_OF_CREDIT), ModelRefused, "no credit left"),
        (Reply("", completion_tokens=0), ModelOutput, "empty answer"),
        (Reply("   \n "), ModelOutput, "empty answer"),
        (Reply("", finish="length", reasoning="Let me think."), ModelOutput, "160 tokens on thinking"),
        (Reply("Half a", finish="content_filter"), ModelRefused, "content rules"),
        (Reply("", refusal="I cannot play that."), ModelRefused, "I cannot play that."),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
async def test_what_would_fail_again_is_not_tried_again(
    reply: Reply, kind: type[ModelError], says: str, pauses: Pauses
) -> None:
    with FakeEndpoint([reply]) as endpoint:
        async with opened(endpoint, pause=pauses) as model:
            with pytest.raises(kind) as caught:
                await complete(model, request_of())
    assert says in str(caught.value)
    assert "openai/test" in str(caught.value)
    assert len(endpoint.requests) == 1
    assert pauses.seconds == []
    assert KEY not in shown(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429),
        Reply(status=500),
        Reply(status=503),
        Reply(die_after=0),
        Reply(end_after=0),
        Reply(body="data: {not json\n\n"),
        Reply(body="<html>a proxy's page</html>"),
        Reply(body='data: {"error": {"message": "overloaded", "code": 500}}\n\n'),
    ],
    ids=["429", "500", "503", "reset", "cut", "malformed", "html", "error event"],
)
async def test_what_may_pass_is_tried_again_exactly_as_often_as_agreed(reply: Reply, pauses: Pauses) -> None:
    with FakeEndpoint([reply, reply, "Here at last."]) as endpoint:
        async with opened(endpoint, retries=2, pause=pauses) as model:
            assert (await complete(model, request_of())).text == "Here at last."
        assert len(endpoint.requests) == 3
    assert 0.25 <= pauses.seconds[0] <= 0.5
    assert 0.5 <= pauses.seconds[1] <= 1.0
    with FakeEndpoint(otherwise=reply) as endpoint:
        async with opened(endpoint, retries=1, pause=pauses) as model:
            with pytest.raises(ModelUnavailable, match=r"openai/test.*Try again"):
                await complete(model, request_of())
        assert len(endpoint.requests) == 2


async def test_the_provider_s_own_waiting_time_is_honoured(pauses: Pauses) -> None:
    with FakeEndpoint([Reply(status=429, headers={"Retry-After": "7"}), "Now."]) as endpoint:
        async with opened(endpoint, pause=pauses) as model:
            await complete(model, request_of())
    assert pauses.seconds == [7.0]


async def test_a_waiting_time_nobody_would_sit_through_is_said_instead(pauses: Pauses) -> None:
    with FakeEndpoint([Reply(status=429, headers={"Retry-After": "3600"})]) as endpoint:
        async with opened(endpoint, pause=pauses) as model:
            with pytest.raises(ModelUnavailable, match="wait 3600 seconds"):
                await complete(model, request_of())
    assert pauses.seconds == []


async def test_a_stream_that_dies_after_its_first_word_is_not_begun_again(pauses: Pauses) -> None:
    for reply in (Reply("one two three four", die_after=2), Reply("one two three four", end_after=2)):
        with FakeEndpoint([reply]) as endpoint:
            async with opened(endpoint, pause=pauses) as model:
                heard: list[str] = []
                with pytest.raises(ModelUnavailable):
                    async for chunk in model.stream(request_of()):
                        heard.append(chunk.text)
            assert "".join(heard) == "one two"
            assert len(endpoint.requests) == 1
    assert pauses.seconds == []


@pytest.mark.parametrize(
    ("reply", "when"), [(Reply(hang_after=0), "before its first word"), (Reply("a b c", hang_after=2), "in the middle")]
)
async def test_silence_has_a_limit(reply: Reply, when: str) -> None:
    with FakeEndpoint([reply]) as endpoint:
        async with opened(endpoint, timeout_seconds=3) as model:
            with pytest.raises(ModelUnavailable, match=f"silent for 3 seconds {when}"):
                await complete(model, request_of())
        assert await asyncio.to_thread(endpoint.requests[0].left.wait, 10)
        assert len(endpoint.requests) == 1


async def test_a_slow_answer_that_keeps_coming_is_no_silence() -> None:
    with FakeEndpoint([Reply("a b c d e f g h", gap_seconds=0.5)]) as endpoint:
        async with opened(endpoint, timeout_seconds=3) as model:
            assert (await complete(model, request_of())).text == "a b c d e f g h"


async def test_nothing_there(pauses: Pauses) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        model = LitellmModel("openai/test", api_base=address, api_key=SecretStr(KEY), retries=1, pause=pauses)
        with pytest.raises(ModelUnavailable, match=r"cannot be reached\. Check that it runs") as caught:
            await complete(model, request_of())
        await model.close()
    assert address in str(caught.value)
    assert len(pauses.seconds) == 1


async def test_closing_the_stream_hangs_up() -> None:
    with FakeEndpoint([Reply("one two three", hang_after=1)]) as endpoint:
        async with opened(endpoint) as model, aclosing(model.stream(request_of())) as stream:
            assert (await anext(stream)).text == "one"
            await stream.aclose()
            assert await asyncio.to_thread(endpoint.requests[0].left.wait, 10)


@pytest.mark.parametrize("reply", [Reply(delay_seconds=60), Reply("one two", hang_after=1)], ids=["waiting", "talking"])
async def test_cancelling_the_task_hangs_up(reply: Reply) -> None:
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(seen: Seen) -> Reply:
        loop.call_soon_threadsafe(arrived.set)
        return reply

    with FakeEndpoint(answer) as endpoint:
        async with opened(endpoint) as model:
            task = asyncio.create_task(complete(model, request_of()))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(endpoint.requests[0].left.wait, 10)


async def test_thirty_keys_at_once_never_mix() -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(seen.key, pieces=(seen.key,), delay_seconds=0.05)

    with FakeEndpoint(answer) as endpoint:
        keys = [f"sk-visitor-{number:02d}-secret" for number in range(30)]
        models = [LitellmModel("openai/test", api_base=endpoint.url, api_key=SecretStr(key)) for key in keys]
        answers = await asyncio.gather(*(complete(model, request_of()) for model in models))
        for model in models:
            await model.close()
    assert [answer.text for answer in answers] == keys


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500])
async def test_no_key_in_any_error(status: int, caplog: pytest.LogCaptureFixture, pauses: Pauses) -> None:
    odd = "my own 'odd' key!".replace(" ", "-")
    for key in (KEY, odd):
        with FakeEndpoint(otherwise=Reply(status=status, echo_key=True)) as endpoint:
            async with opened(endpoint, api_key=SecretStr(key), pause=pauses) as model:
                with pytest.raises(ModelError) as caught:
                    await complete(model, request_of())
                assert endpoint.requests[0].key == key
                assert key not in shown(caught.value)
                assert key not in repr(model)
    assert KEY not in caplog.text
    assert odd not in caplog.text


@pytest.mark.parametrize("provider", ["openai", "groq", "deepseek", "together_ai", "mistral", "openrouter", "xai"])
async def test_no_table_of_the_process_keeps_a_visitor_s_key(provider: str) -> None:
    with FakeEndpoint() as endpoint:
        model = LitellmModel(f"{provider}/test", api_base=endpoint.url, api_key=SecretStr(KEY), retries=0)
        assert (await complete(model, request_of())).text == "The lamp is lit."
        await model.close()
    assert endpoint.requests[0].key == KEY
    kept = load_litellm().in_memory_llm_clients_cache.cache_dict
    assert not [name for name, client in kept.items() if getattr(client, "api_key", "") == KEY or KEY in name]


async def test_the_machine_s_own_key_never_goes_to_a_given_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(variable, "sk-of-the-house-000111222333")
    anthropic = 'data: {"type":"message_stop"}\n\n'
    for name in ("openai/test", "groq/test", "mistral/test", "anthropic/test"):
        with FakeEndpoint(otherwise=Reply(body=anthropic) if name.startswith("anthropic") else None) as endpoint:
            model = LitellmModel(name, api_base=endpoint.url, retries=0)
            if name.startswith("anthropic"):
                with pytest.raises(ModelError):
                    await complete(model, request_of())
            else:
                await complete(model, request_of())
            await model.close()
        assert endpoint.requests
        assert "of-the-house" not in endpoint.requests[0].key


@pytest.mark.parametrize("name", ["nonsense", "foo/bar"])
async def test_an_unknown_name_says_how_names_look(name: str) -> None:
    with pytest.raises(Invalid, match=f"'{name}'.*openai/gpt-4o-mini"):
        await LitellmModel(name).ready()


async def test_a_missing_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelRefused, match="Set OPENAI_API_KEY"):
        await complete(LitellmModel("openai/gpt-4o-mini"), request_of())


@pytest.mark.parametrize("key", ["two words", "schlüssel", "line\nbreak"])
def test_what_cannot_be_a_key_is_said_at_once(key: str) -> None:
    with pytest.raises(Invalid, match="Copy it again") as caught:
        LitellmModel("openai/test", api_key=SecretStr(key))
    assert key not in str(caught.value)
