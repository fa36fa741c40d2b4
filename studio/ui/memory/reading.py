"""Reads what the Memory page shows. Only the rows of the visitor's own owner are ever asked for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from studio.archive.memory_queries import MemoryCount, MemoryFilter
from studio.domain.memory import Memory, MemoryKind
from studio.domain.session import Choice
from studio.errors import NotFound, StudioError
from studio.llm.tokens import estimate
from studio.memory import note
from studio.memory.curation import Curator, Grounds, Known
from studio.memory.policies import POLICIES
from studio.roleplay.inquiry import Standpoint, standpoint
from studio.ui.desk import Desk
from studio.ui.forms import options_of
from studio.ui.memory.values import (
    LINES,
    MAPPED,
    Branch,
    Line,
    Look,
    Mind,
    Opened,
    Page,
    Recall,
    Scored,
    Spot,
    Statement,
    Story,
    Version,
)
from studio.ui.panels import ago
from studio.ui.present import Person, face_of, person_of
from studio.ui.visit import Visit

STORIES = 12
RECALLED = 12
CONCLUSIONS = 30
NEVER = 100_000


class Reader:
    """Answers looks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _curator(self) -> Curator:
        return self._desk.studio.curator

    async def page(self, visit: Visit, look: Look, opened: str = "") -> Page:
        """What a look shows; with `opened`, one memory beside it. Raises: StorageError, NotFound."""
        counts = await self._curator.counts(visit.owner)
        minds = await self._minds(visit, counts)
        policies = options_of(POLICIES)
        if not minds:
            return Page(look=look, policies=policies)
        if look.character not in {mind.person.id for mind in minds}:
            look = look.model_copy(update={"character": minds[0].person.id, "continuity": ""})
        stories = await self._stories(visit, look.character, counts)
        if look.continuity not in {story.id for story in stories}:
            look = look.model_copy(update={"continuity": stories[0].id})
        here = [one for one in counts if (one.character, one.continuity) == (look.character, look.continuity)]
        kinds = Counter({one.kind.value: 0 for one in here})
        for one in here:
            kinds[one.kind.value] += one.count
        page = Page(
            look=look,
            minds=minds,
            stories=stories,
            kinds=dict(kinds.most_common()),
            people=await self._people(visit, {one.about for one in here if one.about}),
            policies=policies,
            recall=await self.recall(visit, look) if look.focal.strip() else None,
            opened=await self.opened(visit, opened) if opened else None,
        )
        return page.model_copy(update=await self._view(visit, look, page))

    async def _view(self, visit: Visit, look: Look, page: Page) -> dict[str, object]:
        match look.view:
            case "time":
                which = _filter(look)
                found = await self._curator.page(visit.owner, which, limit=LINES, offset=look.page * LINES)
                lines = self._lines(found.memories)
                return {"lines": lines, "total": found.total, "pages": -(-found.total // LINES)}
            case "map":
                return {"spots": await self._map(visit, look)}
            case "known":
                about = look.about or next((person.id for person in page.people), "")
                known = await self._curator.profile(
                    visit.owner, about, character=look.character, continuity=look.continuity
                )
                update = {"about": about}
                return {"known": tuple(map(self._statement, known)), "look": look.model_copy(update=update)}
            case "written":
                versions = await self._curator.versions(visit.owner, look.character, look.continuity)
                return {"versions": tuple(map(self._version, versions))}

    async def recall(self, visit: Visit, look: Look) -> Recall:
        """What would come to mind now, or some days later. Asking leaves no trace. Raises: StorageError."""
        studio = self._desk.studio
        try:
            here = await self.standpoint(visit, look)
            chosen = Choice(name=look.policy) if look.policy else here.transcript.session.memory_policy
            asked = here.ask(look.focal.strip(), studio.clock() + timedelta(days=look.later_days), limit=RECALLED)
            answer = await self._curator.ask(POLICIES.build(chosen), asked)
        except StudioError as error:
            return Recall(focal=look.focal, problem=str(error))
        scored = tuple(
            Scored(
                line=self._line(one.memory),
                recency=one.recency,
                importance=one.importance,
                relevance=one.relevance,
                score=one.score,
                why=one.why,
            )
            for one in answer.recalled
        )
        return Recall(focal=look.focal, scored=scored, meter=answer.meter, full=answer.full)

    async def standpoint(self, visit: Visit, look: Look) -> Standpoint:
        """Where the character stands in the last play of the story. Raises: NotFound, StorageError."""
        which = MemoryFilter(character=look.character, continuity=look.continuity)
        newest = (await self._curator.page(visit.owner, which, limit=50)).memories
        session = next((one.session for one in newest if one.session), "")
        if not session:
            raise NotFound("No play of this story is left, so nothing can be asked there. Its memories are listed.")
        return await standpoint(self._desk.studio.archive, visit.owner, look.character, session)

    async def opened(self, visit: Visit, id_: str) -> Opened | None:
        """A memory with what it rests on. Raises: StorageError."""
        try:
            grounds = await self._curator.grounds(visit.owner, id_)
        except NotFound:
            return None  # forgotten for good meanwhile
        conclusions = await self._curator.conclusions(visit.owner, id_)
        return Opened(tree=self._branch(grounds), conclusions=self._lines(conclusions[:CONCLUSIONS]))

    # --- who remembers ------------------------------------------------------------------------------------------

    async def _minds(self, visit: Visit, counts: Sequence[MemoryCount]) -> tuple[Mind, ...]:
        totals: Counter[str] = Counter()
        for one in counts:
            totals[one.character] += one.count
        people = {person.id: person for person in await self._people(visit, totals)}
        return tuple(Mind(person=people[id_], count=count) for id_, count in totals.most_common())

    async def _people(self, visit: Visit, ids: Iterable[str]) -> tuple[Person, ...]:
        """Faces by id: from the library, or from the play they remember last."""
        wanted = sorted(ids)
        if not wanted:
            return ()
        library = await self._desk.library(visit)
        listed = await asyncio.to_thread(lambda: library.catalogue.holdings(library.owner, "character", wanted))
        found = []
        for id_ in wanted:
            one = listed.get(id_)
            found.append(face_of(id_, one.title, one.portrait) if one else await self._played(visit, id_))
        return tuple(found)

    async def _played(self, visit: Visit, id_: str) -> Person:
        try:
            return person_of((await standpoint(self._desk.studio.archive, visit.owner, id_)).character)
        except StudioError:
            return face_of(id_, id_.replace("-", " ").title(), "")

    async def _stories(self, visit: Visit, character: str, counts: Sequence[MemoryCount]) -> tuple[Story, ...]:
        totals: Counter[str] = Counter()
        for one in counts:
            if one.character == character:
                totals[one.continuity] += one.count
        newest = []
        for continuity, count in totals.most_common(STORIES):
            which = MemoryFilter(character=character, continuity=continuity)
            memories = (await self._curator.page(visit.owner, which, limit=1)).memories
            at = memories[0].created_at if memories else None
            title = await self._title(visit, memories[0].session) if memories else "Forgotten"
            newest.append((at is not None, at, Story(id=continuity, title=title, count=count)))
        newest.sort(key=lambda one: (one[0], str(one[1])), reverse=True)
        return tuple(story for *_, story in newest)

    async def _title(self, visit: Visit, session: str) -> str:
        try:
            return (await self._desk.studio.archive.sessions.get(visit.owner, session)).title
        except NotFound:
            return "A play that is gone"

    # --- as lines -----------------------------------------------------------------------------------------------

    async def _map(self, visit: Visit, look: Look) -> tuple[Spot, ...]:
        studio = self._desk.studio
        which = _filter(look.model_copy(update={"words": ""}))
        memories = (await self._curator.page(visit.owner, which, limit=MAPPED)).memories
        found = await studio.archive.memories.vectors_of([one.id for one in memories], studio.embedder.name)
        placed = [one for one in memories if one.id in found]
        if not placed:
            return ()
        places = await asyncio.to_thread(flattened, np.array([found[one.id] for one in placed]))
        return tuple(
            Spot(
                id=one.id,
                x=round(float(x), 4),
                y=round(float(y), 4),
                kind=one.kind.value,
                importance=one.importance,
                text=" ".join(one.text.split())[:160],
            )
            for one, (x, y) in zip(placed, places, strict=True)
        )

    def _statement(self, known: Known) -> Statement:
        return Statement(
            line=self._line(known.statement),
            learnt_from=self._lines(known.learnt_from),
            overruled=self._lines(known.overruled),
        )

    def _version(self, memory: Memory) -> Version:
        when = ago(memory.created_at, self._desk.studio.clock())
        points = note.bullets(memory.text)
        return Version(id=memory.id, when=when, points=points, tokens=estimate(memory.text))

    def _branch(self, grounds: Grounds) -> Branch:
        evidence = tuple(map(self._branch, grounds.evidence))
        return Branch(line=self._line(grounds.memory), evidence=evidence, missing=len(grounds.missing))

    def _lines(self, memories: Iterable[Memory]) -> tuple[Line, ...]:
        return tuple(map(self._line, memories))

    def _line(self, memory: Memory) -> Line:
        made = memory.details.provenance
        return Line(
            id=memory.id,
            text=memory.text,
            kind=memory.kind.value,
            when=ago(memory.created_at, self._desk.studio.clock()),
            importance=memory.importance,
            pinned=memory.pinned,
            forgotten=memory.forgotten_at is not None,
            about=memory.about,
            rests_on=len(memory.evidence),
            by=made.model if made else "",
        )


def _filter(look: Look) -> MemoryFilter:
    kinds: tuple[MemoryKind, ...] = (look.kind,) if look.kind else ()
    return MemoryFilter(
        character=look.character,
        continuity=look.continuity,
        kinds=kinds,
        words=look.words,
        pinned=look.pinned,
        forgotten=look.forgotten,
        least_importance=look.least,
    )


def flattened(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Vectors, one a row, laid flat: (n, 2) within 0–1, along the two directions in which they differ most (principal
    components). The same vectors give the same map."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(vectors), 2))
    wide = min(2, left.shape[1])
    # A direction may point either way: let its largest part be positive.
    signs = np.sign(axes[np.arange(wide), np.abs(axes[:wide]).argmax(axis=1)])
    flat[:, :wide] = left[:, :wide] * sizes[:wide] * np.where(signs == 0, 1, signs)
    low, span = flat.min(axis=0), np.ptp(flat, axis=0)
    return np.where(span > 1e-9, (flat - low) / np.where(span > 1e-9, span, 1), 0.5)
