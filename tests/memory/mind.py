"""A character's memories as a plain list, and a sitting over them: what the tests of consolidation share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from studio.domain.identifiers import derived
from studio.domain.memory import LIVED, Memory
from studio.domain.message import Request
from studio.domain.words import telling
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.base import Ask, Occasion, Sitting
from studio.memory.retrieval import Numbers, cosine
from tests.plays import NOON

NAMES = {"ada": "Ada Voss", "bo": "Bo Lind", "cy": "Cy Marsh"}
EMBEDDER = HashEmbedder()


def lived(number: int, text: str, about: str = "bo", **fields: Any) -> Memory:
    """Something Ada perceived, one a minute."""
    at = NOON + timedelta(minutes=number)
    defaults = {"created_at": at, "accessed_at": at, "sources": (f"e{number:04}",), "about": about, "importance": 4}
    whose = {"owner": "me", "character": "ada", "continuity": "c1", "session": "s1"}
    return Memory(id=derived(f"e{number:04}", "ada"), text=text, **{**whose, **defaults, **fields})


def said(number: int, text: str, about: str = "bo", **fields: Any) -> Memory:
    """A line Ada heard, or spoke herself."""
    return lived(number, f"{'I' if about == 'ada' else NAMES.get(about, about)} said: {text}", about, **fields)


def ask(memories: Sequence[Memory] = (), **fields: Any) -> Ask:
    whose = {"owner": "me", "character": "ada", "continuity": "c1", "session": "s1", "focal": ""}
    lineage = frozenset(source for one in memories for source in one.sources)
    room = {"now": NOON + timedelta(days=1), "budget_tokens": 1500, "limit": 30}
    return Ask(**{**whose, **room, "lineage": lineage, **fields})


class Mind:
    """A `MemoryBank` over a list, searched in full."""

    def __init__(self, asked: Ask, memories: Sequence[Memory]) -> None:
        self.asked = asked
        self.memories = sorted(
            (one for one in memories if asked.admits(one)), key=lambda one: (one.created_at, one.id), reverse=True
        )

    async def nearest(self, count: int) -> tuple[Memory, ...]:
        cosines = await self.relevance(self.memories)
        return tuple(self.memories[position] for position in np.argsort(-cosines, kind="stable")[:count].tolist())

    async def newest(self, count: int) -> tuple[Memory, ...]:
        return tuple(self.memories[:count])

    async def relevance(self, memories: Sequence[Memory]) -> Numbers:
        if not memories or not self.asked.focal:
            return np.zeros(len(memories))
        vectors = await EMBEDDER.embed([self.asked.focal, *(one.text for one in memories)])
        return cosine(vectors[1:], vectors[0])

    async def matching(self, count: int) -> tuple[tuple[Memory, float], ...]:
        asked = set(telling(self.asked.focal))
        found = [(one, float(len(asked & set(telling(one.text))))) for one in self.memories]
        return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])[:count])

    async def concluded(self) -> tuple[Memory, ...]:
        return tuple(one for one in self.memories if one.kind not in LIVED)


def sitting(
    memories: Sequence[Memory],
    model: ScriptedModel | None = None,
    occasion: Occasion = Occasion.BREAK,
    persons: frozenset[str] = frozenset({"bo"}),
    **fields: Any,
) -> Sitting:
    asked = ask(memories, **fields)
    return Sitting(
        ask=asked,
        occasion=occasion,
        bank=lambda focal: Mind(asked.model_copy(update={"focal": focal}), memories),
        embed=EMBEDDER.embed,
        names=NAMES,
        persons=persons,
        model=model,
        seed=7,
    )


def answering(**answers: object) -> ScriptedModel:
    """A model that answers by the name of the template it is asked with: a JSON object, a text, or a rule."""

    def rule(request: Request, number: int) -> str:
        answer = answers[request.template.rpartition("/")[2]]
        if isinstance(answer, Callable):
            answer = answer(request)
        return answer if isinstance(answer, str) else json.dumps(answer)

    return ScriptedModel(rule)
