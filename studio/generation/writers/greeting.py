"""The first thing somebody is seen doing and heard saying."""

from __future__ import annotations

from typing import ClassVar

from studio.generation.writers.base import Sheet, TextWriter
from studio.registry import Card


class WriteGreeting(TextWriter):
    """An opening for a talk with this person: what they are doing, and a line that wants an answer.

    Differs: secrets are not told to the writer, so that they cannot leak into what is shown.
    Cost: 1 call.
    """

    card: ClassVar[Card] = Card(
        name="greeting",
        title="Say hello",
        summary="Writes the greeting a talk with this person begins with.",
        needs=("model",),
        cost="1",
    )
    fills: ClassVar[tuple[str, ...]] = ("greeting",)
    max_tokens: ClassVar[int] = 160

    def kept(self, text: str, sheet: Sheet) -> str:
        """The text without a name before it."""
        for tag in (f"{sheet.character.name}:", f"{sheet.character.first_name}:"):
            text = text.removeprefix(tag)
        return text.strip()
