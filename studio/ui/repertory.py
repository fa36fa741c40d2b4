"""The plays of a visitor: listed, renamed, put away, brought back, erased, taken home as a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from studio.errors import NotFound
from studio.export.base import EXPORTERS
from studio.memory.base import Scope
from studio.ui.desk import PLAYS_LISTED, Desk
from studio.ui.feedback import Notice
from studio.ui.frame import Frame
from studio.ui.visit import Visit


class Repertory:
    """What can be done with a play as a whole."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def manage(self, visit: Visit, act: str, session: str, title: str = "") -> Frame:
        """Rename, archive, restore or erase a play. Raises: NotFound, Conflict."""
        sessions = self.desk.studio.archive.sessions
        notice = Notice(beat=self.desk.beat())
        found = await sessions.get(visit.owner, session)
        if act == "rename":
            await sessions.update(found, title=title.strip()[:200] or found.title)
        elif act == "archive":
            await sessions.update(found, archived_at=self.desk.studio.clock())
            notice = Notice(
                text=f"“{found.title}” is in the archive.",
                action="restore",
                action_label="Undo",
                sent={"id": session},
                beat=self.desk.beat(),
            )
        elif act == "restore":
            await sessions.update(found, archived_at=None)
        elif act == "erase":
            await sessions.purge(visit.owner, session)
            await self.desk.studio.keeper.purged(
                Scope(visit.owner, member.id, found.continuity) for member in found.cast
            )
        if session == visit.session:
            frame = await (self.desk.bill(visit) if act in ("archive", "erase") else self.desk.open(visit, session))
            return frame.model_copy(update={"notice": notice})
        return Frame(plays=await self.desk.plays(visit), notice=notice)

    async def listed(
        self, visit: Visit, *, query: str | None = None, archived: bool | None = None, more: bool = False
    ) -> Frame:
        """Another look at the list of plays."""
        listed = max(visit.listed, PLAYS_LISTED) + PLAYS_LISTED if more else 0
        visit = visit.model_copy(
            update={
                "query": visit.query if query is None else query[:200],
                "archived": visit.archived if archived is None else archived,
                "listed": listed,
            }
        )
        return Frame(visit=visit, plays=await self.desk.plays(visit))

    async def export(self, visit: Visit, format_: str, folder: Path) -> Path:
        """The play as a file in `folder`. Raises: NotFound."""
        method = EXPORTERS.methods.get(format_)
        if method is None:
            raise NotFound(f"There is no format '{format_}'. Known: {', '.join(EXPORTERS.methods)}.")
        transcript = await self.desk.studio.archive.sessions.transcript(
            visit.owner, visit.session, whole=method.versions
        )
        exporter = method()
        path = folder / exporter.file_name(transcript)
        await asyncio.to_thread(lambda: path.write_text("".join(exporter.export([transcript])), encoding="utf-8"))
        return path
