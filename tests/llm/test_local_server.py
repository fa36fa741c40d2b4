"""llama.cpp in this process: slots, errors, and the real starter weights at work."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.message import Message, Request
from studio.errors import ModelRefused, ModelUnavailable
from studio.llm.assets import STARTER
from studio.llm.client import complete
from studio.llm.local_models import LocalModels
from studio.llm.local_server import LocalServer, Slots, usable_cores
from studio.llm.models import Models
from studio.settings import Settings
from tests.llm.requests import request_of

PERSONA = "You are Mara, who keeps a lighthouse. " + " ".join(
    f"Fact {n}: there are {n} ropes in hut {n}." for n in range(30)
)


@given(st.lists(st.sampled_from("abcdefg"), max_size=40), st.integers(1, 5))
def test_a_caller_keeps_its_slot_while_there_are_enough(callers: list[str], count: int) -> None:
    slots = Slots(count)
    given_ = [slots.of(caller) for caller in callers]
    assert all(0 <= slot < count for slot in given_)
    if len(set(callers)) <= count:
        pairs = set(zip(callers, given_, strict=True))
        assert len(pairs) == len(set(callers)) == len({slot for _, slot in pairs})


def test_the_caller_longest_silent_gives_up_its_slot() -> None:
    slots = Slots(2)
    first, second = slots.of("a"), slots.of("b")
    slots.of("a")
    assert slots.of("c") == second
    assert slots.of("a") == first


def test_a_container_s_quota_counts(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text("50000 100000\n")
    assert usable_cores(quota) == 1
    quota.write_text("max 100000\n")
    assert usable_cores(quota) == usable_cores(tmp_path / "absent") <= (os.cpu_count() or 1)


async def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="There is no model file"):
        await LocalServer(tmp_path / "none.gguf").start()


@pytest.mark.model
async def test_a_file_that_is_no_model_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(1000))
    with pytest.raises(ModelUnavailable, match=r"llama\.cpp cannot load"):
        await LocalServer(tmp_path / "broken.gguf").start()


@pytest.fixture
async def server(assets: Path) -> AsyncIterator[LocalServer]:
    server = LocalServer(assets / STARTER.name, context_tokens=1024, slots=2)
    await server.start()
    yield server
    await server.close()


def turn(text: str, caller: str = "mara", **fields: object) -> Request:
    messages = (Message(role="system", content=PERSONA), Message(role="user", content=text))
    return Request(messages=messages, caller=caller, purpose="reply", seed=1, **{"max_tokens": 24, **fields})


@pytest.mark.model
async def test_the_starter_streams_a_line_and_reads_a_known_prefix_once(server: LocalServer) -> None:
    model = server.model("starter/test", directs=False)
    chunks = [chunk async for chunk in model.stream(turn("Good evening. Who are you?"))]
    first = chunks[-1].usage
    assert len(chunks) > 3
    assert first is not None
    assert first.evaluated_tokens == first.prompt_tokens > 120
    assert 0 < first.completion_tokens <= 24
    assert first.cost == 0.0
    await complete(model, turn("Who are you?", caller="teo"))
    second = (await complete(model, turn("And where do you live?"))).usage
    assert second.evaluated_tokens < 40 < second.prompt_tokens
    await model.close()


@pytest.mark.model
async def test_the_starter_answers_in_the_form_asked_for(server: LocalServer) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 20}, "mood": {"enum": ["calm", "angry"]}},
        "required": ["name", "mood"],
        "additionalProperties": False,
    }
    model = server.model("starter/test", directs=False)
    answer = json.loads((await complete(model, turn("Who are you? JSON.", schema_=schema, max_tokens=80))).text)
    assert set(answer) == {"name", "mood"}
    assert answer["mood"] in ("calm", "angry")
    await model.close()


@pytest.mark.model
async def test_more_callers_than_slots_are_all_served(server: LocalServer) -> None:
    model = server.model("starter/test", directs=False)
    answers = await asyncio.gather(*(complete(model, turn("Hello.", caller=f"c{n}", max_tokens=8)) for n in range(5)))
    assert all(answer.text for answer in answers)
    await model.close()


@pytest.mark.model
async def test_a_stopped_answer_frees_its_slot(server: LocalServer) -> None:
    model = server.model("starter/test", directs=False)
    stream = model.stream(turn("Tell a very long story.", max_tokens=600))
    async with aclosing(stream):
        await anext(stream)
    # the slot would be busy for some 600 tokens yet; the same caller is answered all the same
    assert (await complete(model, turn("Hello.", max_tokens=4))).usage.completion_tokens <= 4
    await model.close()


@pytest.mark.model
async def test_too_long_a_prompt_is_refused_in_plain_words(server: LocalServer) -> None:
    model = server.model("starter/test", directs=False)
    with pytest.raises(ModelRefused, match="longer than starter/test can read"):
        await complete(model, request_of("word " * 3000))
    await model.close()


@pytest.mark.model
async def test_nobody_else_is_served(server: LocalServer) -> None:
    async with httpx.AsyncClient(trust_env=False) as stranger:
        url = f"{server.address}/v1/chat/completions"
        for headers in ({}, {"Authorization": "Bearer guess"}):
            answer = await stranger.post(url, json={"messages": []}, headers=headers)
            assert answer.status_code == 401
    assert server.address.startswith("http://127.0.0.1:")


@pytest.mark.model
async def test_other_weights_are_swapped_in_once_the_answer_is_whole(tmp_path: Path, assets: Path) -> None:
    twin = tmp_path / "twin.gguf"
    twin.symlink_to(assets / STARTER.name)
    shelf = LocalModels(1024, timeout_seconds=60, retries=0)
    one = await shelf.open("one", assets / STARTER.name, directs=False)
    stream = one.stream(request_of("Count to ten.", max_tokens=12))
    async with aclosing(stream):
        await anext(stream)
        opening = asyncio.create_task(shelf.open("two", twin, directs=False))
        rest = [chunk async for chunk in stream]
    assert rest[-1].usage is not None
    two = await opening
    assert (await complete(two, request_of("Hello.", max_tokens=4))).text
    assert (await complete(one, request_of("Hello.", max_tokens=4))).text
    await shelf.close()


@pytest.mark.model
async def test_two_studios_at_once_do_not_disturb_each_other(tmp_path: Path, assets: Path) -> None:
    (tmp_path / "assets").symlink_to(assets)
    program = (
        "import asyncio\n"
        "from studio.llm.client import complete\n"
        "from studio.llm.models import Models\n"
        "from studio.settings import Settings\n"
        "from tests.llm.requests import request_of\n"
        "async def main():\n"
        "    models = Models(Settings())\n"
        "    model = await models.open()\n"
        "    print(model.name, bool((await complete(model, request_of('Hello.', max_tokens=4))).text))\n"
        "asyncio.run(main())\n"  # leaves without closing, as a killed process does
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "STUDIO_DATA_DIR": str(tmp_path), "STUDIO_CONTEXT_TOKENS": "1024"}
    models = Models(Settings(data_dir=tmp_path, context_tokens=1024))
    model = await models.open("starter")
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=root, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert (await complete(model, request_of("Hello.", max_tokens=4))).text
    output, _ = await other.communicate()
    assert output.decode().split() == ["starter/SmolLM2-135M-Instruct.Q4_1", "True"]
    assert other.returncode == 0
    await models.close()
