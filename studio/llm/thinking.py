"""Telling thought from speech where a server mixes them."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class Spoken:
    """Hands on a streamed answer without the `<think>…</think>` block some servers let through at its start.

    A tag cut across pieces is recognised; tags later in the answer are the model's own words and stay.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._speaking = False

    def add(self, text: str) -> str:
        """What may be shown of the answer so far and was not shown yet."""
        if self._speaking:
            return text
        self._held += text
        if not self._thinking:
            start = self._held.lstrip()
            if start and not start.startswith(OPEN) and not OPEN.startswith(start):
                return self._speak(self._held)
            if start.startswith(OPEN):
                self._thinking = True
        if self._thinking and CLOSE in self._held:
            return self._speak(self._held.split(CLOSE, 1)[1].lstrip())
        return ""

    def rest(self) -> str:
        """What was held back at the end: text that only looked like the start of a tag, never a thought."""
        held, self._held = self._held, ""
        return "" if self._thinking else held

    def _speak(self, text: str) -> str:
        self._held, self._thinking = "", False
        # after a thought the blank lines before the first word may come in later pieces
        self._speaking = bool(text)
        return text
