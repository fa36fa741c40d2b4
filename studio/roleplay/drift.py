"""Whether a character's lines move away from who they are, by embeddings; no language model is asked.

A line's likeness is the cosine of its vector with the mean vector of what is said of the character: their persona
statements and their own examples of how they speak. `drift` is the likeness of the first `FEW` lines a model wrote less
that of the last `FEW`, from −2 to 2: above 0, the character has moved away from their own sheet. What counts as much
depends on the embedding model, so figures are to be compared within one play.
"""

from __future__ import annotations

import numpy as np

from studio.domain.event import TURNS
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.embedding import Embedder, Vectors

FEW = 5
STATEMENTS_MOST = 40


class Drift(Value):
    """The mean likeness of a character's first and last lines, and the difference."""

    character: str
    first: float
    last: float
    drift: float


async def drifts(embedder: Embedder, transcript: Transcript) -> tuple[Drift, ...]:
    """The drift of each character with `2 × FEW` lines of a model's at least, in the order of the cast.

    Raises: ModelError when the embedding model does not answer.
    """
    found = []
    for member in transcript.session.cast:
        lines = [
            event.text
            for event in transcript.told
            if event.kind in TURNS and event.actor == member.id and event.provenance is not None
        ]
        sheet = [*member.speech.examples, *member.statements()][:STATEMENTS_MOST]
        if len(lines) < 2 * FEW or not sheet:
            continue
        ends = [*lines[:FEW], *lines[-FEW:]]
        vectors = await embedder.embed([*sheet, *ends])
        found.append(drift_of(member.id, vectors[: len(sheet)], vectors[len(sheet) :]))
    return tuple(found)


def drift_of(character: str, sheet: Vectors, lines: Vectors) -> Drift:
    """From unit vectors of the sheet, shape (n, d), and of `2 × FEW` lines, the first ones first. Pure."""
    anchor = np.mean(sheet, axis=0)
    anchor = anchor / max(float(np.linalg.norm(anchor)), 1e-12)
    likeness = lines @ anchor
    first, last = float(np.mean(likeness[:FEW])), float(np.mean(likeness[-FEW:]))
    return Drift(character=character, first=round(first, 3), last=round(last, 3), drift=round(first - last, 3))
