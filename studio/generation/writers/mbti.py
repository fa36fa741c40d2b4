"""Which type somebody is, as a model reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from studio.generation.fields import FieldValue
from studio.generation.forms import Form, Told
from studio.generation.writers.base import FormWriter, Sheet
from studio.registry import Card

_TYPE = re.compile(r"\b([EI][NS][FT][JP])\b")


class TypeForm(Form):
    """A type, how sure, and why."""

    type: Told = ""
    confidence: Told = ""
    because: Told = ""


class InferType(FormWriter):
    """Reads the backstory, the traits and the facts, and names the MBTI type they suggest, with how sure it is and why.

    Source: Occhipinti et al., PRODIGy, 2024, §3 (personality as a profile dimension), https://arxiv.org/abs/2311.05195
    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="mbti",
        title="Infer the type",
        summary="Names the MBTI type that what is told of somebody suggests, and says why.",
        source="Occhipinti et al., PRODIGy, 2024",
        url="https://arxiv.org/abs/2311.05195",
        needs=("model",),
        cost="1 (2 when the first answer is unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("mbti",)
    form: ClassVar[type[Form]] = TypeForm
    homes: ClassVar[Mapping[str, str]] = MappingProxyType({"type": "mbti"})
    max_tokens: ClassVar[int] = 120

    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """The first four letters that are a type."""
        assert isinstance(form, TypeForm)
        found = _TYPE.search(form.type.upper())
        return {"mbti": found[1] if found else None}

    def remarks(self, form: Form) -> tuple[str, ...]:
        """How sure the model is, and why."""
        assert isinstance(form, TypeForm)
        sure = f"{form.confidence.strip().rstrip('%')} % sure" if re.search(r"\d", form.confidence) else ""
        return tuple(part for part in (sure, " ".join(form.because.split())) if part)
