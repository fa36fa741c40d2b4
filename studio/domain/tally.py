"""The meters of one character's lines by one model in one play, as sums that can be added up."""

from __future__ import annotations

from studio.domain.value import Value


class Tally(Value):
    """`lines` a model wrote; of these, how many had something cut, took a person's agency, and were told again; the
    sums of their repetition (0–1 a line) and of their words. `version`: that of the session when it was taken."""

    session: str
    actor: str
    model: str
    version: int = 0
    lines: int = 0
    cut: int = 0
    agency: int = 0
    again: int = 0
    repetition: float = 0.0
    words: int = 0
