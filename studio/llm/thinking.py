"""Telling thought from speech where a server mixes them."""

from __future__ import annotations

from typing import Literal

OPEN, CLOSE = "<think>", "</think>"


class Spoken:
    """Hands on a streamed answer without the `<think>…</think>` block some servers let through at its start.

    A tag cut across pieces is recognised; tags later in the answer are the model's own words and stay.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state: Literal["start", "thinking", "thought", "speaking"] = "start"

    def add(self, text: str) -> str:
        """What may be shown of the answer so far and was not shown yet."""
        if self._state == "speaking":
            return text
        self._held += text
        if self._state == "start":
            begin = self._held.lstrip()
            if begin.startswith(OPEN):
                self._state = "thinking"
            elif not OPEN.startswith(begin):
                return self._speak(self._held)
        if self._state == "thinking" and CLOSE in self._held:
            self._state, self._held = "thought", self._held.split(CLOSE, 1)[1]
        if self._state == "thought":
            return self._speak(self._held.lstrip())
        return ""

    def rest(self) -> str:
        """What was held back at the end: text that only looked like the start of a tag, never a thought."""
        return self._held if self._state == "start" else ""

    def _speak(self, text: str) -> str:
        if text:  # else it was only the blank lines behind a thought: the first word is still to come
            self._state, self._held = "speaking", ""
        return text
