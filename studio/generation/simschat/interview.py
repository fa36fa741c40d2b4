"""Fifty questions a character can answer from what is known of them, in one call."""

from __future__ import annotations

import re

from studio.cards.research.simsconv import SimsCharacter
from studio.generation.asking import Made, filled, request_for
from studio.generation.forms import Form, Listed
from studio.run_context import RunContext

QUESTIONS = 50
_NUMBER = re.compile(r"^\s*\d+\s*[.):]\s*")


class Questions(Form):
    """The questions in order."""

    questions: Listed = ()


async def write_questions(context: RunContext, one: SimsCharacter, count: int = QUESTIONS) -> Made[tuple[str, ...]]:
    """`count` questions, numbered; a question that comes twice is left out, and fewer are noted.

    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelOutput, and what `Model.stream` raises.
    """
    request = request_for("simschat_interview", 32 * count + 100, context.rng.randrange(1 << 31), one=one, count=count)
    form, usage = await filled(context, request, Questions)
    found = numbered(form.questions, count)
    notes = () if len(found) == count else (f"{len(found)} of {count} questions could be used.",)
    return Made(result=found, notes=notes, usage=usage, provenance=request.provenance(context.model.name))


def numbered(questions: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The questions, each once, numbered from 1. Pure."""
    bare = dict.fromkeys(" ".join(_NUMBER.sub("", question).split()) for question in questions)
    return tuple(f"{number}. {question}" for number, question in enumerate([one for one in bare if one][:count], 1))
