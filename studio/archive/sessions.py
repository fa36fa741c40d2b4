"""Sessions and their event trees: append-only, versioned, each seen by its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, delete, exists, insert, select, update

from studio.archive import acts, holding_writing, jobs, revisions, rows, tree
from studio.archive.database import Clock, Database
from studio.archive.schema import draft, event, memory, preference, session, session_body
from studio.domain.character import Character
from studio.domain.event import Draft, Event
from studio.domain.session import Choice, Session, SessionSummary
from studio.domain.transcript import Transcript
from studio.errors import Invalid


class Changes(TypedDict, total=False):
    """What may change about a session beside its events."""

    title: str
    archived_at: datetime | None
    memory_policy: Choice
    speaker_policy: Choice
    mode: Choice
    model: str
    cast: tuple[Character, ...]


class SessionStore:
    """The sessions of every owner. A session of another owner is, to a caller, one that does not exist."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, new: Session) -> Session:
        """Store a new session, without events and at version 0.

        Raises: Invalid when its id is taken, it already has heads, or it follows an event that is not there.
        """
        if new.version or new.heads:
            raise Invalid(f"Session {new.id} is not new: it is at version {new.version} with heads {new.heads}.")

        def work(connection: Connection) -> None:
            if connection.execute(select(session.c.id).where(session.c.id == new.id)).first():
                raise Invalid(f"There already is a session {new.id}.")
            if new.follows is not None and not self._precedes(connection, new):
                raise Invalid(f"Session {new.id} follows event {new.follows}, which is not in its continuity.")
            connection.execute(insert(session), {**rows.session_row(new), "turns": 0, "events": 0})
            connection.execute(insert(session_body), rows.body_row(new))

        await self._database.write(work)
        return new

    @staticmethod
    def _precedes(connection: Connection, new: Session) -> bool:
        earlier = (
            select(event.c.id)
            .join(session, session.c.id == event.c.session)
            .where(event.c.id == new.follows, session.c.owner == new.owner, session.c.continuity == new.continuity)
        )
        return connection.execute(earlier).first() is not None

    async def get(self, owner: str, id_: str) -> Session:
        """A session as it stands.

        Raises: NotFound
        """
        return await self._database.read(lambda connection: tree.get(connection, owner, id_))

    async def list(
        self, owner: str, *, query: str = "", archived: bool = False, limit: int = 50, offset: int = 0
    ) -> tuple[SessionSummary, ...]:
        """The owner's sessions, the last written first. Every word of `query` must occur in a title or a name."""
        has_draft = exists().where(draft.c.session == session.c.id).label("has_draft")
        columns = [session.c[name] for name in SessionSummary.model_fields if name in session.c]
        wanted = select(*columns, session.c.cast_names, session.c.archived_at, has_draft).where(
            session.c.owner == owner,
            session.c.archived_at.is_not(None) if archived else session.c.archived_at.is_(None),
            *(session.c.search.contains(word, autoescape=True) for word in rows.folded(query).split()),
        )
        wanted = wanted.order_by(session.c.updated_at.desc(), session.c.id.desc()).limit(limit).offset(offset)
        return await self._database.read(
            lambda connection: tuple(map(rows.summary_from, rows.dicts(connection.execute(wanted))))
        )

    async def transcript(self, owner: str, id_: str, *, whole: bool = False) -> Transcript:
        """A session and the events on the path from its root to the tip of its head, oldest first. `whole`: with all
        events of its tree.

        Raises: NotFound; StorageError also when a link of the path is missing.
        """

        def work(connection: Connection) -> Transcript:
            found = tree.get(connection, owner, id_)
            events = rows.events_from(connection.execute(tree.PATH, {"id": id_, "tip": found.tip}))
            tree.check_path(found, events)
            return Transcript.model_construct(session=found, events=events)

        found = await self._database.read(work)
        return found.model_copy(update={"tree": await self.tree(found.session)}) if whole else found

    async def append(self, at: Session, events: Sequence[Event]) -> Session:
        """Store events at the tip of the current head, in a chain, and drop the draft: all of it or nothing.

        Raises: Conflict when `at` is not the session as it stands; NotFound; Invalid for events that do not fit.
        """
        if not events:
            return at
        tree.check_chain(at, events)
        time = max(at.updated_at, events[-1].at)
        heads = {**at.heads, at.head: events[-1].id}
        turns = rows.turns_in(events)
        claim = {**tree.claim_heads(at, heads, at.head, time), "more_events": len(events), "more_turns": turns}

        def work(connection: Connection) -> None:
            tree.append(connection, at, events, claim)
            connection.execute(tree.DROP_DRAFT, {"the_id": at.id})

        await self._database.write(work)
        return at.model_copy(update={"heads": heads, "version": at.version + 1, "updated_at": time})

    async def move_head(self, at: Session, event_id: str | None, *, head: str | None = None) -> Session:
        """Point a head, new or old, at an event (None: before the first) and make it the current one.

        Raises: Conflict; NotFound when there is no such event in the session.
        """
        name = at.head if head is None else head
        heads = {**at.heads, name: event_id} if event_id is not None else {**at.heads}
        if event_id is None:
            heads.pop(name, None)
        time = max(at.updated_at, self._clock())

        def work(connection: Connection) -> None:
            if event_id is not None:
                tree.one(connection, at, event_id)
            if connection.execute(tree.CLAIM_HEADS, tree.claim_heads(at, heads, name, time)).rowcount != 1:
                raise tree.refusal(connection, at)
            tree.recount(connection, at.id, event_id)

        await self._database.write(work)
        return at.model_copy(update={"heads": heads, "head": name, "version": at.version + 1, "updated_at": time})

    async def children(self, of: Session, event_id: str | None) -> tuple[Event, ...]:
        """The events that go on from an event, oldest first; for None, those the session begins with.

        Raises: NotFound
        """
        parent = of.follows if event_id is None else event_id

        def work(connection: Connection) -> tuple[Event, ...]:
            if event_id is not None:
                tree.one(connection, of, event_id)
            return self._with_parent(connection, of, parent)

        return await self._database.read(work)

    async def siblings(self, of: Session, event_id: str) -> tuple[Event, ...]:
        """The events with the same parent as this one, itself included, oldest first.

        Raises: NotFound
        """

        def work(connection: Connection) -> tuple[Event, ...]:
            return self._with_parent(connection, of, tree.one(connection, of, event_id).parent)

        return await self._database.read(work)

    @staticmethod
    def _with_parent(connection: Connection, of: Session, parent: str | None) -> tuple[Event, ...]:
        tree.owned(connection, of.owner, of.id)
        here = (event.c.session == of.id, event.c.parent == parent)
        wanted = select(*tree.EVENT).where(*here).order_by(event.c.position)
        return rows.events_from(connection.execute(wanted))

    async def event(self, of: Session, event_id: str) -> Event:
        """One event of the session.

        Raises: NotFound
        """
        return await self._database.read(lambda connection: tree.one(connection, of, event_id))

    async def tree(self, of: Session) -> tuple[Event, ...]:
        """All events of the session on all its branches, oldest first.

        Raises: NotFound
        """
        wanted = select(*tree.EVENT).where(event.c.session == of.id).order_by(event.c.position)

        def work(connection: Connection) -> tuple[Event, ...]:
            tree.owned(connection, of.owner, of.id)
            return rows.events_from(connection.execute(wanted))

        return await self._database.read(work)

    async def lineage(self, of: Session) -> frozenset[str]:
        """The ids of the tip and of every event before it, through the sessions this one follows.

        Raises: NotFound
        """

        def work(connection: Connection) -> frozenset[str]:
            tree.owned(connection, of.owner, of.id)
            start = of.tip if of.tip is not None else of.follows
            return frozenset(connection.execute(tree.LINEAGE, {"tip": start}).scalars().all())

        return await self._database.read(work)

    async def earlier(self, of: Session) -> tuple[Event, ...]:
        """The events before this session's own, of the sessions it follows; those of each in the order of telling.

        Raises: NotFound
        """
        wanted = select(*tree.EVENT).where(event.c.id.in_(tree.LINEAGE)).order_by(event.c.session, event.c.position)

        def work(connection: Connection) -> tuple[Event, ...]:
            tree.owned(connection, of.owner, of.id)
            return rows.events_from(connection.execute(wanted, {"tip": of.follows}))

        return await self._database.read(work)

    async def update(self, at: Session, **changes: Unpack[Changes]) -> Session:
        """Change what is given and nothing else.

        Raises: Conflict; NotFound; Invalid for what is not in `Changes`.
        """
        unknown = changes.keys() - Changes.__annotations__.keys()
        if unknown:
            raise Invalid(f"A session's {', '.join(sorted(unknown))} cannot be changed.")
        time = max(at.updated_at, self._clock())
        new = at.model_copy(update={**changes, "version": at.version + 1, "updated_at": time})
        row = rows.session_row(new)
        values = {name: row[name] for name in rows.CHANGEABLE}
        claim = tree.CLAIM.values(values)

        def work(connection: Connection) -> None:
            if connection.execute(claim, tree.claim(at, time)).rowcount != 1:
                raise tree.refusal(connection, at)
            if "cast" in changes:
                body = update(session_body).where(session_body.c.session == at.id)
                connection.execute(body.values(cast=rows.json(new.cast)))

        await self._database.write(work)
        return new

    async def purge(self, owner: str, id_: str) -> None:
        """Destroy a session with its events, memories and draft. This and `purge_owner` alone destroy anything.
        Copies made before, for safety's sake, still hold it.

        Raises: NotFound
        """

        def work(connection: Connection) -> None:
            tree.owned(connection, owner, id_)
            tree.destroy(connection, [id_])

        await self._database.write(work)
        await self._database.scrub()

    async def purge_owner(self, owner: str) -> None:
        """Destroy all that belongs to an owner: sessions, memories, drafts, preferences, and what was made for the
        library but for its files."""

        def work(connection: Connection) -> None:
            mine = connection.execute(select(session.c.id).where(session.c.owner == owner)).scalars().all()
            tree.destroy(connection, mine)
            tree.forget(connection, memory.c.owner == owner)
            connection.execute(delete(preference).where(preference.c.owner == owner))
            revisions.forget(connection, owner)
            holding_writing.forget(connection, owner)
            jobs.forget(connection, owner)
            acts.forget(connection, owner)

        await self._database.write(work)
        await self._database.scrub()

    async def write_draft(self, owner: str, new: Draft) -> None:
        """Keep what a line is so far; it takes the place of the session's earlier draft.

        Raises: NotFound
        """
        row = rows.draft_row(new)

        def work(connection: Connection) -> None:
            tree.owned(connection, owner, new.session)
            connection.execute(tree.DROP_DRAFT, {"the_id": new.session})
            connection.execute(insert(draft), row)

        await self._database.write(work)

    async def draft(self, owner: str, session_id: str) -> Draft | None:
        """The line that was streaming last, if it was never finished.

        Raises: NotFound
        """

        def work(connection: Connection) -> Draft | None:
            tree.owned(connection, owner, session_id)
            found = connection.execute(select(draft).where(draft.c.session == session_id))
            return next(map(rows.draft_from, rows.dicts(found)), None)

        return await self._database.read(work)

    async def drop_draft(self, owner: str, session_id: str) -> None:
        """Let go of the draft, if there is one.

        Raises: NotFound
        """

        def work(connection: Connection) -> None:
            tree.owned(connection, owner, session_id)
            connection.execute(tree.DROP_DRAFT, {"the_id": session_id})

        await self._database.write(work)
