"""How somebody talks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from studio.generation.fields import FieldValue
from studio.generation.forms import Form, Listed, Told
from studio.generation.prose import plain, sentence
from studio.generation.writers.base import FormWriter, Sheet
from studio.registry import Card

MAX_HABITS, MAX_LINES = 4, 4


class Speech(Form):
    """A style in a phrase, habits, and lines."""

    style: Told = ""
    habits: Listed = ()
    lines: Listed = ()


class WriteVoice(FormWriter):
    """A way of speaking, habits of speech and lines that could be this person's and nobody else's.

    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="voice",
        title="Give a voice",
        summary="Writes the way of speaking, habits of speech and example lines.",
        needs=("model",),
        cost="1 (2 when the first answer is unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("speech.style", "speech.habits", "speech.examples")
    form: ClassVar[type[Form]] = Speech
    homes: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"style": "speech.style", "habits": "speech.habits", "lines": "speech.examples"}
    )
    max_tokens: ClassVar[int] = 360

    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """Habits as sentences and lines without names before them; four of each at most."""
        assert isinstance(form, Speech)
        habits = dict.fromkeys(sentence(habit) for habit in form.habits)
        tag = f"{sheet.character.first_name}:"
        lines = dict.fromkeys(plain(" ".join(line.split()).removeprefix(tag)) for line in form.lines)
        return {
            "speech.style": " ".join(form.style.split()).rstrip("."),
            "speech.habits": tuple(habit for habit in habits if habit)[:MAX_HABITS],
            "speech.examples": tuple(line for line in lines if line)[:MAX_LINES],
        }
