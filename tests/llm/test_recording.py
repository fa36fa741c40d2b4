"""A model that remembers what it was asked."""

from __future__ import annotations

import pytest

from studio.domain.message import Message, Request
from studio.errors import ModelUnavailable
from studio.llm.client import complete
from studio.llm.recording import REQUESTS_KEPT, Recorder
from studio.llm.scripted import ScriptedModel


def asked(number: int) -> Request:
    return Request(messages=(Message(role="user", content=str(number)),), caller="ada", purpose="actor")


async def test_calls_pass_through_and_the_newest_are_kept() -> None:
    model = ScriptedModel(lambda request, number: f"{number}.", chunk_chars=1)
    recorder = Recorder(model)
    assert (recorder.name, recorder.capabilities) == (model.name, model.capabilities)
    answers = [await complete(recorder, asked(number)) for number in range(REQUESTS_KEPT + 2)]
    assert answers[1].text == "2." and answers[1].usage.calls == 1
    assert list(recorder.requests) == model.requests[2:]


async def test_a_failed_call_was_asked_too() -> None:
    recorder = Recorder(ScriptedModel([ModelUnavailable("gone")]))
    with pytest.raises(ModelUnavailable):
        await complete(recorder, asked(1))
    assert list(recorder.requests) == [asked(1)]
