"""A cast that talks without a model: lines from a list, for the tour. It says so."""

from __future__ import annotations

import random

from studio.domain.message import Request
from studio.llm.client import Capabilities
from studio.llm.scripted import ScriptedModel

LINES = (
    "*looks up slowly* I wondered when somebody would say it.",
    "That is not how I remember it. Not at all.",
    "*turns the cup in both hands* Give me a moment. I want to say this right.",
    "You always do that, you know. You answer the question before the one I asked.",
    "Fine. But if it goes wrong, I was against it from the start.",
    "*laughs, and stops* No. Wait. You mean it.",
    "Say that again, and this time look at me.",
    "I have carried that longer than you think.",
    "*goes to the window* It has stopped raining. I suppose that means we have run out of excuses.",
    "There was a time I would have believed you.",
    "All right. What would you have done?",
    "*sets it down with care* I am not angry. I only want to know who else knew.",
    "Funny. My mother used to say the very same thing, and she was wrong too.",
    "Let us begin with what we can agree on. It will not take long.",
    "*shakes their head* You are asking the wrong person.",
    "I will stay. Not for you. I want to see how this ends.",
)


def demonstration_model(delay_seconds: float = 0.02) -> ScriptedModel:
    """A model that answers every request with a line of the list, the same ones for the same seed and caller.

    `delay_seconds` passes between pieces of a line, so that it is seen to be written.
    """

    def line(request: Request, call: int) -> str:
        if request.schema_ is not None:
            return "{}"  # nothing to say for a narrator: the play goes on by rule
        rng = random.Random(f"{request.caller}/{request.seed}")
        order = rng.sample(range(len(LINES)), len(LINES))
        return LINES[order[call % len(LINES)]]

    return ScriptedModel(
        line,
        name="scripted/demonstration",
        chunk_chars=6,
        chunk_seconds=delay_seconds,
        capabilities=Capabilities(schema_decoding=True, prefix_caching=True, directs=False),
    )
