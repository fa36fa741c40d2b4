"""One readable memory for each character: rewritten as it grows, held to a length, open to be read and edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from studio.domain.memory import LIVED, Memory, MemoryDetails, MemoryKind, Recalled
from studio.domain.message import Request
from studio.domain.provenance import Provenance, Usage
from studio.errors import ModelOutput
from studio.llm.client import Model, complete
from studio.llm.tokens import estimate
from studio.memory import note, traits
from studio.memory.base import Ask, Consolidated, MemoryBank, MemoryPolicy, Occasion, Sitting
from studio.prompts import render
from studio.registry import Card

WORDS_A_TOKEN = 0.7
IMPORTANCE = 6.0
LOOKED_AT = {Occasion.TURN: 1000, Occasion.BREAK: 10_000, Occasion.ASKED: 10_000}


class AgenticMemory(MemoryPolicy):
    """Everything a character knows of the people it talks with, as one text of bullet points of at most `cap_tokens`.
    What was said since is read a chunk at a time and the text rewritten with it; each version is kept. In a turn the
    points that bear most on the last lines are told, the whole text where it fits. Whoever asks for something to be
    forgotten has it taken out, with the lines it came from, and it is not learnt again.

    Source: Jiang et al., PersonaMem-v2, 2025, https://arxiv.org/abs/2512.06688
    Differs: one text a character and story, not one a user; no trained writer. Each point keeps the events it rests on.
        A rewrite that lost more than half of the points is not believed: the old text stays and the new points are
        added. Health, sexuality, money and identity numbers are left out unless `private` is on. Without a model the
        text is made by rules, of what people say of themselves in so many words.
    Cost: recall 0; 1 for every chunk of 5,000 tokens heard, 1 more when the text outgrew its cap.
    """

    card: ClassVar[Card] = Card(
        name="agentic_memory",
        title="One written memory",
        summary="One readable text of all that is known of people, rewritten as it grows.",
        source="Jiang et al., PersonaMem-v2, 2025",
        url="https://arxiv.org/abs/2512.06688",
        cost="0 a turn; 1 a chunk of 5,000 tokens",
    )

    cap_tokens: int = Field(default=note.CAP_TOKENS, ge=100, le=8000, description="The longest the text may get")
    chunk_tokens: int = Field(default=note.CHUNK_TOKENS, ge=100, le=50_000, description="How much is read at once")
    told_tokens: int = Field(default=200, ge=20, le=4000, description="How much of it is told in a turn")
    private: bool = Field(default=False, description="Keep health, sexuality, money and identity numbers too")
    forgets: bool = Field(default=True, description="Forget what a person asks to be forgotten")

    @property
    def room_tokens(self) -> int:
        """What is told in a turn."""
        return self.told_tokens

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """The text, or of one that does not fit the points that share most words with the focal text.

        Raises: StorageError
        """
        latest = current(await bank.concluded())
        if latest is None or not ask.limit:
            return ()
        points = note.bullets(latest.text)
        asked = traits.stems(ask.focal)
        shared = [len(asked & traits.stems(point)) for point in points]
        chosen: list[int] = []
        for position in sorted(range(len(points)), key=lambda position: (-shared[position], position)):
            told = note.written(points[place] for place in sorted([*chosen, position]))
            if estimate(told) <= ask.budget_tokens:
                chosen.append(position)
        if not chosen:
            return ()
        text = note.written(points[place] for place in sorted(chosen))
        relevance = sum(shared[place] > 0 for place in chosen) / len(chosen)
        why = f"{len(chosen)} of {len(points)} points"
        part = latest.model_copy(update={"text": text})
        return (Recalled(memory=part, recency=1, importance=1, relevance=relevance, score=2 + relevance, why=why),)

    def stirs(self, occasion: Occasion) -> bool:
        """Always: a chunk may be full, and a person may have asked for something to be forgotten."""
        return True

    async def consolidate(self, sitting: Sitting) -> Consolidated:
        """A new version of the text, once a chunk is full, at a break or when asked for; what is to be forgotten.

        Raises: StorageError; ModelUnavailable, ModelRefused, ModelBudget.
        """
        everything = await sitting.latest(LOOKED_AT[sitting.occasion])
        before = current(everything)
        read = frozenset(before.sources) if before else frozenset()
        lived = [one for one in everything if one.kind in LIVED]
        fresh = [one for one in lived if not read.issuperset(one.sources)]
        topics = self._to_forget(sitting, fresh)
        veiled = {tuple(sorted(traits.veiled(topic))) for topic in topics}
        gone = [one for one in lived if any(traits.mentions(one.text, topic) for topic in topics)]
        fresh = [one for one in fresh if one not in gone]
        due = sitting.occasion is not Occasion.TURN or _tokens(fresh) >= self.chunk_tokens or topics
        if not due or not (fresh or topics):
            return Consolidated()
        details = MemoryDetails(veiled=tuple(sorted({*(before.details.veiled if before else ()), *veiled})))
        made, usage, problems = await self._rewritten(sitting, before, fresh, details)
        left = {source for one in gone for source in one.sources}
        stale = [one for one in everything if one.kind is MemoryKind.PROFILE and left.intersection(one.sources)]
        forgotten = tuple(one.id for one in (*gone, *stale))
        versions = tuple(self._without(one, left) for one in made)
        return Consolidated(made=versions, forgotten=forgotten, usage=usage, problems=problems)

    def _to_forget(self, sitting: Sitting, fresh: Sequence[Memory]) -> list[frozenset[str]]:
        if not self.forgets:
            return []
        asking = (one for one in fresh if one.about in sitting.persons)
        return [topic for one in asking for topic in traits.requests_to_forget(one.text)]

    async def _rewritten(
        self, sitting: Sitting, before: Memory | None, fresh: Sequence[Memory], details: MemoryDetails
    ) -> tuple[tuple[Memory, ...], Usage, tuple[str, ...]]:
        """The text with the fresh lines worked in."""
        points = note.bullets(before.text) if before else ()
        grounds = dict(before.details.grounds) if before else {}
        usage, problems, provenance = Usage(), list[str](), None
        for chunk in note.chunks([one.text for one in fresh], self.chunk_tokens):
            lines = [fresh[position] for position in chunk]
            if sitting.model is None:
                spoken = [(sitting.names.get(one.about, one.about), one.text) for one in lines if one.about]
                rewritten: tuple[str, ...] = note.by_rules(points, spoken)
            else:
                request = self._update(sitting, points, lines)
                rewritten, spent, wrong = await self._asked(sitting.model, request, points)
                usage, provenance = usage + spent, request.provenance(sitting.model.name)
                problems += wrong
            points, dropped = note.guarded(rewritten, map(frozenset, details.veiled), private=self.private)
            problems += (
                [f"Left out of {sitting.name}'s memory: {len(dropped)} private or forgotten."] if dropped else []
            )
            grounds = note.grounds(points, {one.sources[0]: one.text for one in lines if one.sources}, grounds)
        points = note.guarded(points, map(frozenset, details.veiled), private=self.private).points
        if estimate(note.written(points)) > self.cap_tokens:
            points, spent = await self._compressed(sitting, points)
            usage += spent
        if not points:
            return (), usage, tuple(problems)
        kept = {point: grounds[point] for point in points if point in grounds}
        return (self._version(sitting, before, fresh, points, details, kept, provenance),), usage, tuple(problems)

    def _update(self, sitting: Sitting, points: Sequence[str], lines: Sequence[Memory]) -> Request:
        others = [name for id_, name in sitting.names.items() if id_ != sitting.ask.character]
        said = "\n\n".join(
            f"Message {number} ({_who(sitting, one)}): {traits.spoken(one.text)}" for number, one in enumerate(lines, 1)
        )
        prompt = render(
            "memory/profile_update",
            name=sitting.name,
            whom=", ".join(others) or "people",
            memory=note.written(points) or note.NO_NOTE,
            chunk=said,
            words=int(self.cap_tokens * WORDS_A_TOKEN),
        )
        return sitting.request(prompt, "memory/profile_update", max_tokens=self.cap_tokens)

    async def _asked(
        self, model: Model, request: Request, points: tuple[str, ...]
    ) -> tuple[tuple[str, ...], Usage, list[str]]:
        try:
            answer = await complete(model, request)
        except ModelOutput as error:
            return points, Usage(calls=1), [str(error)]
        rewritten = note.bullets(answer.text)
        if note.keeps_enough(points, rewritten):
            return rewritten, answer.usage, []
        wrong = f"The new text had {len(rewritten)} of {len(points)} points; the old ones were kept."
        return tuple(dict.fromkeys((*points, *rewritten))), answer.usage, [wrong]

    async def _compressed(self, sitting: Sitting, points: tuple[str, ...]) -> tuple[tuple[str, ...], Usage]:
        """One call to make it shorter, then a hard cut between points."""
        if sitting.model is None:
            return note.held(points[::-1], self.cap_tokens)[::-1], Usage()
        words = int(self.cap_tokens * WORDS_A_TOKEN * 0.8)
        prompt = render("memory/profile_compress", memory=note.written(points), words=words)
        request = sitting.request(prompt, "memory/profile_compress", max_tokens=self.cap_tokens)
        try:
            answer = await complete(sitting.model, request)
        except ModelOutput:
            return note.held(points, self.cap_tokens), Usage(calls=1)
        return note.held(note.bullets(answer.text) or points, self.cap_tokens), answer.usage

    def _version(
        self,
        sitting: Sitting,
        before: Memory | None,
        fresh: Sequence[Memory],
        points: Sequence[str],
        details: MemoryDetails,
        grounds: dict[str, tuple[str, ...]],
        provenance: Provenance | None,
    ) -> Memory:
        details = details.model_copy(
            update={"grounds": grounds, "provenance": provenance, "replaces": before.id if before else ""}
        )
        rests_on = [*([before] if before else []), *fresh]
        made = sitting.concluded(
            note.written(points), MemoryKind.PROFILE, rests_on, importance=IMPORTANCE, details=details
        )
        return made.model_copy(update={"evidence": (), "details": made.details.model_copy(update={"depth": 1})})

    def _without(self, made: Memory, gone: set[str]) -> Memory:
        """The version as resting on nothing that is forgotten."""
        if not gone:
            return made
        grounds = {point: tuple(id_ for id_ in ids if id_ not in gone) for point, ids in made.details.grounds.items()}
        sources = tuple(source for source in made.sources if source not in gone)
        return made.model_copy(
            update={"sources": sources, "details": made.details.model_copy(update={"grounds": grounds})}
        )


def current(memories: Sequence[Memory]) -> Memory | None:
    """The text as it stands among these."""
    versions = [one for one in memories if one.kind is MemoryKind.PROFILE]
    return max(versions, key=lambda one: (one.created_at, len(one.sources), one.id), default=None)


def _tokens(memories: Sequence[Memory]) -> int:
    return sum(estimate(one.text) for one in memories)


def _who(sitting: Sitting, memory: Memory) -> str:
    return sitting.names.get(memory.about, memory.about or "narration")
