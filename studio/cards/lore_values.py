"""Values of strangers' lore entries, brought to the form they should have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from pydantic import JsonValue

from studio.cards.json_text import Object
from studio.cards.lore_names import Form, told
from studio.cards.report import Notes, shown

LARGEST = 1_000_000_000
_WORDS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}

ItemT = TypeVar("ItemT")


class Reading:
    """What one object says under World Info's names; each repair is noted. `what` names the object to a reader."""

    def __init__(self, raw: Object, form: Form, what: str, notes: Notes) -> None:
        self.raw, self.form, self.what, self.notes = raw, form, what, notes

    def said(self, name: str) -> JsonValue:
        """The value as it stands."""
        return told(self.raw, name, self.form)

    def text(self, name: str) -> str:
        """A text; numbers are written out."""
        value = self.said(name)
        if value is None or isinstance(value, str):
            return value or ""
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return self._mended(name, value, str(value) if plain else "")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts without blank ones; a single text is cut at its commas."""
        value = self.said(name)
        if isinstance(value, list):
            return tuple(str(item) for item in value if isinstance(item, str | int | float) and str(item).strip())
        if value is None or value == "":
            return ()
        return self._mended(name, value, tuple(parts(value)) if isinstance(value, str) else ())

    def flag(self, name: str) -> bool | None:
        """Yes, no, or None where nothing is said."""
        value = self.said(name)
        if value is None or isinstance(value, bool):
            return value
        return self._mended(name, value, _WORDS.get(str(value).strip().lower()))

    def number(self, name: str, least: int = 0, most: int = LARGEST) -> int | None:
        """A whole number within bounds, or None where nothing is said."""
        value = self.said(name)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if value is None or value is False or value == "":
            return None
        found = as_number(value)
        return self._mended(name, value, None if found is None else int(min(max(found, least), most)))

    def one_of(self, name: str, options: Sequence[ItemT]) -> ItemT | None:
        """The option a number stands for, or None where nothing is said."""
        number = self.number(name, -LARGEST)
        if number is None or 0 <= number < len(options):
            return None if number is None else options[number]
        return self._mended(name, number, None)

    def _mended(self, name: str, value: JsonValue, mended: ItemT) -> ItemT:
        taken = "left out" if mended in (None, "", ()) else f"read as {shown(str(mended), 30)}"
        self.notes.changed.append(f"{self.what}: '{name}' was {shown(str(value), 30)}; it is {taken}.")
        return mended


def parts(text: str) -> list[str]:
    """What stands between commas, without blanks."""
    return [part.strip() for part in text.split(",") if part.strip()]


def as_number(value: JsonValue) -> float | None:
    """A finite number, also from a text or a flag."""
    if isinstance(value, list | dict) or value is None:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
