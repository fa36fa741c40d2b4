"""What became of a card on its way in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from studio.domain.value import Value

LONGEST_LIST = 40
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")


class ImportReport(Value):
    """Short sentences: what was `kept` as it was, `changed` to fit, kept but `inert` (never run, shown as markup or
    told to a model), and `refused` (left out; the file it came from still has it)."""

    spec: str
    container: str
    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    inert: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass
class Notes:
    """The sentences gathered while a card is read; ends as an `ImportReport`."""

    kept: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    inert: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def report(self, spec: str, container: str) -> ImportReport:
        """Everything noted, each sentence once, long lists cut short."""
        return ImportReport(
            spec=spec,
            container=container,
            kept=_told(self.kept),
            changed=_told(self.changed),
            inert=_told(self.inert),
            refused=_told(self.refused),
        )


def _told(sentences: list[str]) -> tuple[str, ...]:
    once = tuple(dict.fromkeys(sentences))
    more = len(once) - LONGEST_LIST
    return once if more <= 0 else (*once[:LONGEST_LIST], f"And {more} more of the kind.")


def visible(text: str) -> str:
    """The text on one line, without control characters and without marks that turn the direction of reading."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def shown(text: str, limit: int = 60) -> str:
    """Foreign text fit to stand within a sentence: visible, quoted, and cut to `limit` characters."""
    plain = visible(text[: 4 * limit])
    return f"'{plain[: limit - 1]}…'" if len(plain) > limit or len(text) > 4 * limit else f"'{plain}'"


def counted(number: int, noun: str, plural: str = "") -> str:
    """'1 script', '3 scripts'."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
