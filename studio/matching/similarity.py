"""How near a text is to everybody's in a pool."""

from __future__ import annotations

from typing import Literal

from studio.matching.pool import Numbers, Pool, TextKind
from studio.run_context import RunContext

Means = Literal["embedding", "words"]


async def similarities(
    text: str, pool: Pool, context: RunContext, means: Means = "embedding", kind: TextKind = "story"
) -> Numbers:
    """Cosines of a text with each of the pool, −1 to 1, shape (n,): of embeddings, or of TF-IDF weighted words.

    Raises: as `Embedder.embed`.
    """
    if means == "words":
        return pool.lexical.cosines(text)
    vectors = await pool.vectors(context.embedder, kind, context.progress)
    (query,) = await context.embedder.embed([text])
    found: Numbers = (vectors @ query).astype("float64")
    return found
