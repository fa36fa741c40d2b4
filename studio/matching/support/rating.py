"""How good a talk was: three questions, 1–5 each, and their mean. Pure but for the judge's call.

Source: Tu et al., CharacterChat, 2023, section 3.3, https://arxiv.org/abs/2308.10278.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from studio.domain.message import Message, Request
from studio.domain.value import Value
from studio.errors import Invalid
from studio.llm.client import Model
from studio.llm.structured import ask
from studio.prompts import render

KEYS = {
    "mood": ("improve the mood", "mood"),
    "problem": ("solve", "problem"),
    "active": ("actively participat", "active"),
}
REASON = "reason"


class TalkRating(Value):
    """The seeker's mood improved; what was suggested solved something; the seeker took part: 1–5 each."""

    mood: int = Field(ge=1, le=5)
    problem: int = Field(ge=1, le=5)
    active: int = Field(ge=1, le=5)
    reason: str = ""

    @property
    def label(self) -> float:
        """The mean of the three: how well the two match."""
        return (self.mood + self.problem + self.active) / 3


class RatingForm(BaseModel):
    """What a judge answers; 0 where it said nothing."""

    mood: int = Field(default=0, ge=0, le=5)
    problem: int = Field(default=0, ge=0, le=5)
    active: int = Field(default=0, ge=0, le=5)
    reason: str = ""


def read_rating(found: Mapping[str, Any]) -> TalkRating:
    """A rating from a mapping with the published questions as keys, in any letter case, numbers as texts allowed.

    Raises: Invalid naming the question that is missing or out of range.
    """
    values: dict[str, int] = {}
    reason = ""
    for key, value in found.items():
        low = str(key).casefold()
        if REASON in low:
            reason = str(value)
            continue
        for name, forms in KEYS.items():
            if name not in values and any(form in low for form in forms):
                values[name] = _number(value, str(key))
                break
    missing = [name for name in KEYS if name not in values]
    if missing:
        raise Invalid(f"The rating says nothing of {', '.join(missing)}. Give each of the three a number 1–5.")
    return TalkRating(mood=values["mood"], problem=values["problem"], active=values["active"], reason=reason)


def _number(value: object, key: str) -> int:
    try:
        number = round(float(str(value).strip()))
    except (ValueError, OverflowError):
        number = 0
    if not 1 <= number <= 5:
        raise Invalid(f"'{key[:80]}' is rated {str(value)[:40]!r}. Use a number from 1 to 5.")
    return number


async def rate(dialogue: str, judge: Model) -> TalkRating | None:
    """A judge's rating of a talk told as lines; None where its answer was not usable twice.

    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelUnavailable, ModelRefused, ModelBudget.
    """
    request = Request(
        messages=(Message(role="user", content=render("matching/talk_rating", dialogue=dialogue)),),
        caller="support-judge",
        purpose="rating",
        max_tokens=200,
        temperature=0.0,
        template="matching/talk_rating",
    )
    answer = await ask(judge, request, RatingForm, RatingForm())
    value = answer.value
    if answer.defaulted or not (value.mood and value.problem and value.active):
        return None
    return TalkRating(mood=value.mood, problem=value.problem, active=value.active, reason=value.reason[:500])
