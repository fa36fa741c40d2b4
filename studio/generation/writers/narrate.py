"""Attributes become a story that can be told to whoever plays the part."""

from __future__ import annotations

import re
from typing import ClassVar

from studio.generation.writers.base import Sheet, TextWriter
from studio.registry import Card

SHORTEST, LONGEST = 100, 325
"""Words of a narrative; the published ones have 140.6 on average."""


class Narrate(TextWriter):
    """The attributes as one paragraph in the second person, beginning with 'You are', without inventing anything.

    Source: Yang et al., Crafting Customisable Characters with LLMs (SimsChat), §3.1, https://arxiv.org/abs/2406.17962
    Differs: secrets are not told to the writer, so that they cannot leak into what is shown.
    Cost: 1 call.
    """

    card: ClassVar[Card] = Card(
        name="narrate",
        title="Tell the backstory",
        summary="Turns the attributes into one paragraph of backstory, in the second person.",
        source="Yang et al., SimsChat, 2024, §3.1",
        url="https://arxiv.org/abs/2406.17962",
        needs=("model",),
        cost="1",
    )
    fills: ClassVar[tuple[str, ...]] = ("backstory",)
    max_tokens: ClassVar[int] = 520

    def kept(self, text: str, sheet: Sheet) -> str:
        """One paragraph that begins with 'You are'."""
        text = " ".join(text.split())
        name = sheet.character.name
        if not text or re.match(r"you(?:['’]re| are)\b", text, re.IGNORECASE):
            return text
        start = re.match(rf"{re.escape(name)} (?:is|was)\b", text)
        return f"You are {name}. {text}" if not start else f"You are {name}, {text[start.end() :].lstrip()}"

    def noted(self, text: str) -> tuple[str, ...]:
        """A note when it is shorter or longer than asked for."""
        words = len(text.split())
        if SHORTEST <= words <= LONGEST:
            return ()
        return (f"The backstory has {words} words; {SHORTEST} to {LONGEST} were asked for.",)
