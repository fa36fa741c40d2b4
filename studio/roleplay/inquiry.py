"""Whose memory somebody means, and on which path: from a session, or from the play a character was last in."""

from __future__ import annotations

from datetime import datetime

from studio.archive import Archive
from studio.archive.memory_queries import MemoryFilter
from studio.domain.character import Character
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import NotFound
from studio.memory.base import Ask
from studio.roleplay.recollection import standing


class Standpoint(Value):
    """A character at the end of a play, and the events that count there: those of the path and of the plays before."""

    transcript: Transcript
    character: Character
    lineage: frozenset[str]

    def ask(self, focal: str, now: datetime, *, limit: int = 12, budget_tokens: int = 4000) -> Ask:
        """A question put to the character here, with nothing still in a prompt."""
        session = self.transcript.session
        return Ask(
            owner=session.owner,
            character=self.character.id,
            continuity=session.continuity,
            session=session.id,
            focal=focal,
            now=now,
            lineage=self.lineage,
            budget_tokens=budget_tokens,
            limit=limit,
        )


async def standpoint(archive: Archive, owner: str, character: str, session: str = "") -> Standpoint:
    """Where a character stands in a session, or without one, in the play it remembers last.

    Raises: NotFound when it remembers nothing, or is not in that session's cast.
    """
    if not session:
        newest = await archive.memories.page(owner, MemoryFilter(character=character), limit=50)
        session = next((one.session for one in newest.memories if one.session), "")
        if not session:
            raise NotFound(f"'{character}' remembers nothing yet. Play a scene with them first.")
    transcript = await archive.sessions.transcript(owner, session)
    member = next((one for one in transcript.session.cast if one.id == character), None)
    if member is None:
        cast = ", ".join(one.id for one in transcript.session.cast)
        raise NotFound(f"'{character}' is not in the cast of '{transcript.session.title}'. Known there: {cast}.")
    earlier = (
        standing(await archive.sessions.earlier(transcript.session)) if transcript.session.follows else frozenset()
    )
    return Standpoint(transcript=transcript, character=member, lineage=standing(transcript.events) | earlier)
