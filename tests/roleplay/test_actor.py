"""What an actor is asked, how often, and what is made of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from studio.domain.message import Request
from studio.errors import ModelOutput, ModelRefused
from studio.llm.client import Capabilities
from studio.llm.scripted import ScriptedModel
from studio.roleplay.actor import (
    ANSWER_CHARS,
    ATTEMPTS,
    CUE_CHARS,
    MAX_STOPS,
    MAX_TOKENS,
    MEMORY_CHARS,
    SIMPLE_TOKENS,
    Prompted,
    Spoken,
    request_for,
    speak,
)
from studio.roleplay.lore_placing import Placed
from studio.roleplay.steps import Streaming
from studio.roleplay.views import TAIL_CHARS, character_view
from tests.plays import ADA, BO, SECRET, Log

LORE = Placed(tail=("Lamps need oil.",), before_cue=("Oil is dear.",), after_cue=("Nobody sleeps.",))


def asked(prompted: Prompted | None = None, **fields: Any) -> Request:
    log = Log()
    log.say("bo", "Is the oil low?")
    view = character_view(log.transcript, ADA, simple=fields.get("simple", False))
    return request_for(log.transcript.session, ADA, view, prompted or Prompted(), **{"seed": 5, **fields})


async def spoken(model: ScriptedModel, log: Log | None = None) -> list[Streaming | Spoken]:
    log = log or Log()
    view = character_view(log.transcript, ADA)
    return [step async for step in speak(model, log.transcript.session, ADA, view, Prompted(), seed=5)]


def test_the_tail_holds_memories_lore_and_cue_and_ends_with_whose_turn_it_is() -> None:
    tail = asked(Prompted(cue="Lie.", memories=("The key was wet.",), lore=LORE)).messages[-1].content
    assert "Bo Lind: Is the oil low?\n\nYou remember:" in tail and tail.endswith("[Ada Voss, your turn.]")
    assert tail.index("- The key was wet.") < tail.index("- Lamps need oil.") < tail.index("to you alone: Lie.")
    assert tail.index("Lamps need oil") < tail.index("Oil is dear") < tail.index("Lie.") < tail.index("Nobody sleeps.")


def test_without_any_of_them_nothing_but_the_turn_is_named() -> None:
    assert (
        asked().messages[-1].content
        == "[The scene so far, as you saw it:]\nBo Lind: Is the oil low?\n\n[Ada Voss, your turn.]"
    )


def test_the_tail_keeps_its_bounds() -> None:
    prompted = Prompted(cue="c " * 500, memories=("m " * 500,) * 3)
    tail = asked(prompted).messages[-1].content.partition("\n\n")[2]
    assert len(tail) <= TAIL_CHARS and tail.count("…") == 4
    assert all(len(line) <= max(MEMORY_CHARS, CUE_CHARS) + 40 for line in tail.splitlines())


def test_the_call_is_the_characters_own_with_room_for_a_short_turn() -> None:
    request = asked(attempt=2)
    assert (request.caller, request.purpose, request.max_tokens, request.seed) == ("ada", "actor", MAX_TOKENS, 7)
    assert request.stop == ("\nBo Lind:", "\nCy Marsh:") and "had no line of your own" in request.text
    assert SECRET in request.messages[0].content and request.messages[0].cached


def test_no_more_stops_than_providers_take() -> None:
    crowd = (ADA, *(BO.model_copy(update={"id": f"b{n}", "name": f"Person {n}"}) for n in range(9)))
    log = Log(cast=crowd)
    request = request_for(log.transcript.session, ADA, character_view(log.transcript, ADA), Prompted(), seed=1)
    assert len(request.stop) == MAX_STOPS


def test_a_weak_model_is_asked_for_a_sentence() -> None:
    request = asked(Prompted(memories=("The key was wet.", "Bo sang."), cue="Lie."), simple=True)
    assert (request.max_tokens, request.stop) == (SIMPLE_TOKENS, ("\n",))
    assert "remembers: The key was wet." in request.text and "Bo sang." not in request.text
    assert request.template == "roleplay/actor_frame_simple"


async def test_a_line_streams_and_then_stands_with_what_it_took() -> None:
    *streaming, last = await spoken(ScriptedModel(["(He knows it all.)\nGood evening, Bo."], chunk_chars=6))
    assert isinstance(last, Spoken) and all(isinstance(step, Streaming) for step in streaming)
    assert (last.reply.thought, last.reply.text, last.usage.calls) == ("He knows it all.", "Good evening, Bo.", 1)
    assert streaming[-1] == Streaming(actor="ada", thought="He knows it all.", text="Good evening, Bo.")
    assert last.provenance.model == "scripted" and last.provenance.seed == 5


@pytest.mark.parametrize(
    "useless", ["", "  \n", '{"emotion": "wary"}', "Bo Lind: I do it.", "(only a thought)", "<think>hm</think>", "```"]
)
async def test_an_answer_without_a_line_is_asked_for_again_with_another_seed(useless: str) -> None:
    model = ScriptedModel([useless, ModelOutput("empty"), "Here."])
    *_, last = await spoken(model)
    assert isinstance(last, Spoken) and (last.reply.text, last.usage.calls) == ("Here.", 3)
    assert [request.seed for request in model.requests] == [5, 6, 7]
    assert ["had no line" in request.text for request in model.requests] == [False, True, True]
    assert len({request.messages[:-1] for request in model.requests}) == 1, "the prefix stays as it was"


async def test_after_the_last_try_the_error_names_model_character_and_mend() -> None:
    model = ScriptedModel([""] * 9, name="openai/tiny")
    with pytest.raises(
        ModelOutput, match=r"openai/tiny gave Ada Voss no usable line in 3 tries\. Press Retry, or choose"
    ):
        await spoken(model)
    assert len(model.requests) == ATTEMPTS


async def test_a_refusal_is_not_asked_for_again() -> None:
    model = ScriptedModel([ModelRefused("No."), "Here."])
    with pytest.raises(ModelRefused):
        await spoken(model)
    assert len(model.requests) == 1


async def test_a_model_that_never_stops_is_stopped_at_a_whole_sentence() -> None:
    *_, last = await spoken(ScriptedModel(["One more thing. " * 5000], chunk_chars=40))
    assert isinstance(last, Spoken) and len(last.reply.text) <= ANSWER_CHARS + 40
    assert last.reply.text.endswith("thing.")


async def test_the_narrators_lines_are_cut_too() -> None:
    *_, last = await spoken(ScriptedModel(["No.\nNarrator: The lamp dies.\nBo Lind: Ah!"]))
    assert isinstance(last, Spoken) and last.reply.text == "No."
    assert last.reply.cut == ("Narrator: The lamp dies.", "Bo Lind: Ah!")


async def test_a_model_that_cannot_follow_the_script_gets_the_simple_prompt() -> None:
    model = ScriptedModel(["Here."], capabilities=Capabilities(follows_script=False))
    await spoken(model)
    assert model.requests[0].template == "roleplay/actor_frame_simple"
