"""What somebody looks like."""

from __future__ import annotations

from typing import ClassVar

from studio.generation.writers.base import Sheet, TextWriter
from studio.registry import Card

LONGEST = 240


class WriteLooks(TextWriter):
    """A line of looks that tells this person from any other in a room.

    Cost: 1 call.
    """

    card: ClassVar[Card] = Card(
        name="looks",
        title="Give a face",
        summary="Writes one line about what this person looks like.",
        needs=("model",),
        cost="1",
    )
    fills: ClassVar[tuple[str, ...]] = ("appearance",)
    max_tokens: ClassVar[int] = 80

    def kept(self, text: str, sheet: Sheet) -> str:
        """One line without a full stop, cut at a comma where it is too long."""
        line = " ".join(text.split())
        if len(line) > LONGEST:
            line = line[:LONGEST].rpartition(",")[0] or line[:LONGEST].rpartition(" ")[0]
        return line.rstrip(" ,.;")
