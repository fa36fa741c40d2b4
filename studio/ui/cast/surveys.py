"""The questionnaires of the Cast page: what they ask, what answers come to, and what of it goes into the form. Pure.

Answers are kept with the character, under `extensions.questionnaires`, so that they can be gone through again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, JsonValue, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid
from studio.generation.questionnaires import bfi, pvq
from studio.generation.questionnaires.answers import Item
from studio.generation.questionnaires.demographics import QUESTIONS, Answered, Question, demographics
from studio.generation.questionnaires.identity import build_identity, describe

KEPT = "questionnaires"
"""The name under `extensions`."""

Survey = Literal["bfi", "pvq", "social", "life"]
SURVEYS: tuple[Survey, ...] = ("bfi", "pvq", "social", "life")


class Life(Value):
    """A week in somebody's own words."""

    weekday: str = ""
    weekend: str = ""
    loves: tuple[str, ...] = ()
    hates: tuple[str, ...] = ()


class Answers(Value):
    """Everything answered so far: item numbers to 1–7, and the two forms."""

    bfi: dict[str, int] = {}
    pvq: dict[str, int] = {}
    social: dict[str, Answered] = {}
    life: Life = Life()


class Statement(Value):
    """One line to answer."""

    number: str
    text: str


class Quiz(Value):
    """A questionnaire of statements."""

    title: str
    stem: str
    low: str
    high: str
    items: tuple[Statement, ...]


class Asked(Value):
    """All there is to answer."""

    bfi: Quiz
    pvq: Quiz
    social: tuple[Question, ...]


class Scale(Value):
    """One score from 1 to 7, with what it is made of; without an answer it is None."""

    name: str
    score: float | None = None
    band: str = ""
    parts: tuple[Scale, ...] = ()


class Result(Value):
    """What one questionnaire comes to. `told`: in sentences; `doubts`: what is odd about the answers."""

    scales: tuple[Scale, ...] = ()
    told: str = ""
    doubts: tuple[str, ...] = ()
    answered: int = Field(default=0, ge=0)


class Results(Value):
    """What the questionnaires come to so far."""

    bfi: Result = Result()
    pvq: Result = Result()


def asked() -> Asked:
    """The questionnaires and the form."""
    return Asked(
        bfi=_quiz("Thirty statements (BFI-2-S)", bfi.STEM, "not at all", "wholly", bfi.ITEMS),
        pvq=_quiz("Twenty-one values (PVQ-21)", pvq.STEM, "not like me", "very much", pvq.ITEMS),
        social=QUESTIONS,
    )


def answers_in(body: Mapping[str, JsonValue]) -> JsonValue:
    """The answers kept with a character, as they lie there."""
    extensions = body.get("extensions")
    found = extensions.get(KEPT) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def read(answers: JsonValue) -> Answers:
    """Answers as they can be scored. Raises: Invalid naming what is wrong."""
    try:
        return Answers.model_validate(answers or {})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = " ".join(map(str, fault["loc"]))
        raise Invalid(f"The answer to {where} cannot be read: {fault['msg']}.") from error


def results(answers: JsonValue) -> Results:
    """Both questionnaires as far as they are answered; empty where the answers cannot be read."""
    try:
        given = read(answers)
        return Results(bfi=_personality(given), pvq=_values(given))
    except Invalid:
        return Results()


def laid(survey: str, answers: JsonValue) -> dict[str, JsonValue]:
    """What a questionnaire puts into the form, by path.

    Raises: Invalid when nothing is answered, or an answer cannot be used.
    """
    given = read(answers)
    if survey == "social":
        return _some({"identity.social": build_identity(demographics(given.social)).social})
    if survey == "life":
        life = given.life
        text = build_identity(
            weekday=life.weekday, weekend=life.weekend, loves=_said(life.loves), hates=_said(life.hates)
        ).life_context
        return _some({"identity.life_context": text})
    if survey not in SURVEYS:
        raise Invalid(f"There is no questionnaire '{survey[:20]}'. Known: {', '.join(SURVEYS)}.")
    personality = bfi.score_bfi(given.bfi) if given.bfi else None
    values = pvq.score_pvq(given.pvq) if given.pvq else None
    found: dict[str, JsonValue] = {"identity.personal": describe(personality, values)}
    if survey == "bfi" and personality is not None and personality.big_five is not None:
        found["big_five"] = personality.big_five.model_dump(mode="json")
    return _some(found)


def _some(values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if not any(values.values()):
        raise Invalid("Nothing is answered yet. Answer at least one question.")
    return values


def _said(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def _quiz(title: str, stem: str, low: str, high: str, items: Sequence[Item]) -> Quiz:
    statements = tuple(Statement(number=str(item.number), text=item.text) for item in items)
    return Quiz(title=title, stem=stem, low=low, high=high, items=statements)


def _personality(given: Answers) -> Result:
    if not given.bfi:
        return Result()
    found = bfi.score_bfi(given.bfi)
    scales = tuple(
        Scale(
            name=one.title,
            score=_two(one.score),
            band=one.band,
            parts=tuple(Scale(name=facet.name, score=_two(facet.score), band=facet.band) for facet in one.facets),
        )
        for one in found.domains
    )
    return Result(scales=scales, told=describe(found), doubts=found.doubts, answered=len(given.bfi))


def _values(given: Answers) -> Result:
    if not given.pvq:
        return Result()
    found = pvq.score_pvq(given.pvq)
    scales = tuple(Scale(name=one.name, score=_two(one.score), band=one.band) for one in found.values)
    return Result(scales=scales, told=describe(None, found), doubts=found.doubts, answered=len(given.pvq))


def _two(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
