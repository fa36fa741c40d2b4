"""What somebody wants, and what must not come out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from studio.generation.fields import FieldValue
from studio.generation.forms import Form, Listed
from studio.generation.prose import sentence
from studio.generation.writers.base import FormWriter, Sheet
from studio.registry import Card

MAX_AIMS = 3


class Aims(Form):
    """Goals and secrets."""

    goals: Listed = ()
    secrets: Listed = ()


class WriteAims(FormWriter):
    """What this person wants now, and a secret with a detail that can be checked: what a play feeds on.

    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="aims",
        title="Want something, hide something",
        summary="Writes a goal to play for and a secret to keep.",
        needs=("model",),
        cost="1 (2 when the first answer is unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("goals", "secrets")
    form: ClassVar[type[Form]] = Aims
    homes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    max_tokens: ClassVar[int] = 260

    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """Goals as 'to …', secrets as sentences; three of each at most."""
        assert isinstance(form, Aims)
        goals = dict.fromkeys(as_goal(goal) for goal in form.goals)
        secrets = dict.fromkeys(sentence(secret) for secret in form.secrets)
        return {
            "goals": tuple(goal for goal in goals if goal)[:MAX_AIMS],
            "secrets": tuple(secret for secret in secrets if secret)[:MAX_AIMS],
        }


def as_goal(text: str) -> str:
    """A goal as the studio writes goals: 'to …', without a full stop."""
    line = " ".join(text.split()).strip(" .;")
    for before in ("wants to ", "she wants to ", "he wants to ", "they want to ", "i want to ", "goal: "):
        if line.casefold().startswith(before):
            line = line[len(before) :]
    if not line:
        return ""
    return line if line.casefold().startswith("to ") else f"to {line[:1].lower()}{line[1:]}"
