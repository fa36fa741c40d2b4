"""Answers of a form: read leniently, repaired once, defaulted openly."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from studio.errors import ModelOutput, ModelRefused, ModelUnavailable
from studio.llm.client import Capabilities
from studio.llm.litellm_client import LitellmModel
from studio.llm.scripted import ScriptedModel
from studio.llm.structured import Structured, ask, ask_aloud, parse, schema_of
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.llm.requests import request_of


class Place(BaseModel):
    title: str
    steps: int = 0


class Ruling(BaseModel):
    """What the tests ask for."""

    model_config = ConfigDict(extra="ignore")

    outcome: Literal["yes", "no"]
    noticed: list[str] = Field(default_factory=list)
    place: Place | None = None


class Loose(BaseModel):
    words: str = ""


class Knot(BaseModel):
    inner: list[Knot] = Field(default_factory=list)


DEFAULT = Ruling(outcome="no")


@pytest.mark.parametrize(
    "text",
    [
        '{"outcome": "yes", "noticed": ["Teo"]}',
        '```json\n{"outcome": "yes", "noticed": ["Teo"]}\n```',
        'Here is my ruling:\n{"outcome": "yes", "noticed": ["Teo"]}\nI hope it helps!',
        '{"outcome": "yes", "noticed": ["Teo",],}',
        'The form {name} is filled so: {"outcome":"yes","noticed":["Teo"]}',
        '{"wrong": 1} or rather {"outcome": "yes", "noticed": ["Teo"]}',
    ],
)
def test_the_object_is_found_in_what_surrounds_it(text: str) -> None:
    assert parse(text, Ruling) == Ruling(outcome="yes", noticed=["Teo"])


def test_commas_and_line_breaks_inside_strings_are_kept() -> None:
    assert parse('{"words": "well, }, or ,]\nnot"}', Loose).words == "well, }, or ,]\nnot"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("I would rather not.", "there is no JSON object"),
        ('{"outcome": "maybe"}', "outcome: Input should be 'yes' or 'no'"),
        ('{"noticed": []}', "outcome: Field required"),
        ('{"outcome": "yes", "noticed": ["Teo"', "its JSON is broken"),
    ],
)
def test_what_is_wrong_is_named(text: str, fault: str) -> None:
    with pytest.raises(ModelOutput, match="not of the asked form") as caught:
        parse(text, Ruling)
    assert fault in str(caught.value)


def test_a_piece_of_a_broken_answer_is_never_taken_for_the_answer() -> None:
    with pytest.raises(ModelOutput):
        parse('{"cues": [{"words": "an inner object"}], "words": "cut of', Loose)


@given(st.text())
def test_any_text_gives_a_value_or_a_clear_no(text: str) -> None:
    try:
        assert isinstance(parse(text, Loose), Loose)
    except ModelOutput as error:
        assert str(error)


@given(st.builds(Ruling, outcome=st.sampled_from(["yes", "no"]), noticed=st.lists(st.text(max_size=8), max_size=3)))
def test_every_value_is_read_back(value: Ruling) -> None:
    assert parse(f"So be it: {value.model_dump_json()} That is all.", Ruling) == value


def test_the_schema_stands_for_itself() -> None:
    schema = schema_of(Ruling)
    written = json.dumps(schema)
    assert "$ref" not in written
    assert "$defs" not in written
    assert "default" not in written
    assert schema["additionalProperties"] is False
    place = next(kind for kind in schema["properties"]["place"]["anyOf"] if kind["type"] == "object")
    assert place["properties"] == {"title": {"type": "string"}, "steps": {"type": "integer"}}
    assert place["additionalProperties"] is False
    assert "$ref" not in json.dumps(schema_of(Knot))


async def test_a_good_answer_costs_one_call() -> None:
    model = ScriptedModel(['{"outcome": "yes"}'])
    answer = await ask(model, request_of(), Ruling, DEFAULT)
    assert (answer.value.outcome, answer.repaired, answer.defaulted, answer.problems) == ("yes", False, False, ())
    assert answer.usage.calls == 1
    assert model.requests[0].schema_ == schema_of(Ruling)


async def test_a_request_s_own_schema_is_kept_and_none_is_sent_where_it_is_no_use() -> None:
    own = {"type": "object"}
    able = ScriptedModel(['{"outcome": "yes"}'])
    await ask(able, request_of(schema_=own), Ruling, DEFAULT)
    assert able.requests[0].schema_ == own
    unable = ScriptedModel(['{"outcome": "yes"}'], capabilities=Capabilities())
    await ask(unable, request_of(), Ruling, DEFAULT)
    assert unable.requests[0].schema_ is None


async def test_a_bad_answer_is_repaired_behind_the_same_prefix() -> None:
    model = ScriptedModel(['{"outcome": "perhaps"}', '{"outcome": "yes"}'])
    answer = await ask(model, request_of(), Ruling, DEFAULT)
    assert (answer.value.outcome, answer.repaired, answer.defaulted) == ("yes", True, False)
    assert answer.usage.calls == 2
    first, second = model.requests
    assert second.messages[: len(first.messages)] == first.messages
    shown, told = second.messages[len(first.messages) :]
    assert (shown.role, shown.content) == ("assistant", '{"outcome": "perhaps"}')
    assert "Input should be 'yes' or 'no'" in told.content
    assert "perhaps" not in answer.value.model_dump_json()


async def test_an_empty_answer_is_asked_for_again_in_the_same_turn() -> None:
    model = ScriptedModel([ModelOutput("The answer was empty."), '{"outcome": "yes"}'])
    answer = await ask(model, request_of(), Ruling, DEFAULT)
    assert answer.repaired
    assert [message.role for message in model.requests[1].messages] == ["user"]
    assert "The answer was empty" in model.requests[1].messages[0].content


async def test_twice_unusable_is_the_default_and_says_so() -> None:
    model = ScriptedModel(["never", '{"outcome": 3}'])
    answer = await ask(model, request_of(), Ruling, DEFAULT)
    assert answer.value is DEFAULT
    assert (answer.defaulted, answer.repaired, answer.usage.calls) == (True, False, 2)
    assert "no JSON object" in answer.problems[0]
    assert "outcome" in answer.problems[1]
    assert len(model.requests) == 2


@pytest.mark.parametrize("error", [ModelUnavailable("away"), ModelRefused("no")])
async def test_a_model_that_is_away_or_refuses_is_not_covered_up(error: Exception) -> None:
    with pytest.raises(type(error)):
        await ask(ScriptedModel([error]), request_of(), Ruling, DEFAULT)


async def test_over_real_http() -> None:
    with FakeEndpoint([Reply("Sure! {not it"), Reply('```json\n{"outcome": "yes",}\n```')]) as endpoint:
        model = LitellmModel("openai/test", api_base=endpoint.url, api_key=SecretStr("sk-test-0"))
        answer = await ask(model, request_of(), Ruling, DEFAULT)
        await model.close()
    assert answer.value.outcome == "yes"
    assert answer.repaired
    assert len(endpoint.requests) == 2


async def test_an_answer_said_aloud_grows_and_begins_anew_when_repaired() -> None:
    model = ScriptedModel(["no idea", '{"outcome": "yes"}'], chunk_chars=4)
    heard = [answer async for answer in ask_aloud(model, request_of("Well?"), Ruling, DEFAULT)]
    texts, value = heard[:-1], heard[-1]
    assert texts[:3] == ["no i", "no idea", '{"ou']
    assert texts[-1] == '{"outcome": "yes"}'
    assert isinstance(value, Structured)
    assert (value.value.outcome, value.repaired, value.usage.calls) == ("yes", True, 2)
