"""Who somebody is to others: the social form, filled in for a made-up person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from studio.generation.fields import FieldValue
from studio.generation.forms import Form, Told
from studio.generation.questionnaires.demographics import HEDGE, NOT_DISCLOSED, QUESTIONS, Question
from studio.generation.writers.base import FormWriter, Sheet
from studio.registry import Card

_UNANSWERED = frozenset({"", "none", "n/a", "unknown", "not relevant", NOT_DISCLOSED})


class SocialForm(Form):
    """The questions that are not sensitive."""

    age: Told = ""
    nationality: Told = ""
    residence: Told = ""
    education: Told = ""
    occupation: Told = ""
    major: Told = ""
    job: Told = ""
    subjective_income: Told = ""
    income_satisfaction: Told = ""
    perceived_class: Told = ""
    living_style: Told = ""


class WriteSocial(FormWriter):
    """Residence, education, work, means and household, as far as a character's other fields suggest them.

    Source: Lee et al., SPeCtrum, 2025, social identity, https://arxiv.org/abs/2502.08599
    Differs: sex, gender, orientation, ethnicity, race, disability, income, politics and religion are never guessed.
    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="social",
        title="Fill in the social form",
        summary="Writes where somebody lives, what they learnt, do and have; nothing sensitive is guessed.",
        source="Lee et al., SPeCtrum, 2025",
        url="https://arxiv.org/abs/2502.08599",
        needs=("model",),
        cost="1 (2 when the first answer is unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("identity.social",)
    form: ClassVar[type[Form]] = SocialForm
    homes: ClassVar[Mapping[str, str]] = MappingProxyType(dict.fromkeys(SocialForm.model_fields, "identity.social"))
    max_tokens: ClassVar[int] = 360

    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """The lines of the form; age and job as they are known."""
        known = {"age": str(sheet.character.age or ""), "job": sheet.character.career}
        lines = []
        for question in QUESTIONS:
            key = question.field.casefold().replace(" ", "_")
            text = known.get(key, "") or " ".join(str(getattr(form, key, "")).split())
            if text.casefold().strip(".") not in _UNANSWERED:
                lines.append(_line(question, text, sure=bool(known.get(key))))
        return {"identity.social": "\n".join(lines)}


def _line(question: Question, text: str, *, sure: bool) -> str:
    hedged = text if sure or text.startswith(HEDGE) else f"{HEDGE} {text}"
    return f"- {question.label}: {hedged}"
