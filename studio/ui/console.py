"""The director's console: orders, and what is dropped in. Each verb answers with the play as it then stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.roleplay import orders
from studio.roleplay.engine import Engine
from studio.roleplay.happenings import Happening
from studio.roleplay.meters import Bounds
from studio.ui.changes import Changes
from studio.ui.frame import Frame
from studio.ui.pictures import decoded
from studio.ui.visit import Visit


class Console:
    """Orders hold on their branch from where they are given; *Undo* takes back whatever was ordered or dropped in.

    Raises, each verb: Conflict when another tab was quicker; NotFound and Invalid as in `studio.roleplay.orders`.
    """

    def __init__(self, changes: Changes) -> None:
        self.changes = changes

    async def mute(self, visit: Visit, character: str, silent: bool) -> Frame:
        """Give somebody no word but by name, or let them speak again."""
        return await self._order(visit, lambda transcript: orders.mute(transcript, character, silent))

    async def follow(self, visit: Visit, policy: str) -> Frame:
        """Choose the next speakers in another way from now on."""
        return await self._order(visit, lambda transcript: orders.follow(Choice(name=policy)))

    async def backdrop(self, visit: Visit, encoded: str) -> Frame:
        """Hang a picture, which comes as base64, over the script; none: the drawing again. Raises: Invalid."""
        shop = self.changes.desk.studio.workshop(visit.owner)
        picture = await shop.backdrop(decoded(encoded)) if encoded else ""
        return await self._order(visit, lambda transcript: orders.backdrop(picture))

    async def second_try(self, visit: Visit, bounds: Bounds | None) -> Frame:
        """Let a faulty line be told again, once; None: no more."""
        return await self._order(visit, lambda transcript: orders.second_try(bounds))

    async def play_on(self, visit: Visit, turns: int) -> Frame:
        """Raise the curtain once more."""
        return await self._order(visit, lambda transcript: orders.play_on(transcript, turns))

    async def move(self, visit: Visit, character: str, place: str) -> Frame:
        """Let somebody go to another place within the scene, out of the others' earshot, or come back."""
        return await self._order(visit, lambda transcript: orders.move(transcript, character, place))

    async def happen(self, visit: Visit, text: str, witnesses: Iterable[str] = ()) -> Frame:
        """Let something happen before everybody, or before some."""
        return await self._order(visit, lambda transcript: orders.happen(transcript, text, witnesses))

    async def prop(self, visit: Visit, thing: str, state: str, witnesses: Iterable[str] = ()) -> Frame:
        """Put a thing on stage, or change it."""
        return await self._order(visit, lambda transcript: orders.prop(transcript, thing, state, witnesses))

    async def beat(self, visit: Visit, number: int) -> Frame:
        """Let one of the scene's own events happen now."""
        return await self._order(visit, lambda transcript: orders.beat(transcript, number))

    async def aside(self, visit: Visit, text: str) -> Frame:
        """An out-of-character note."""
        return await self._order(visit, lambda transcript: orders.aside(text))

    async def note(self, visit: Visit, event: str, text: str) -> Frame:
        """A note on a line."""
        return await self.changes.change(
            visit, lambda engine, transcript: engine.scribe.note(transcript, event, text=text.strip())
        )

    async def rate(self, visit: Visit, event: str, rating: int) -> Frame:
        """A rating of a line: −1, 0 or 1."""
        return await self.changes.change(
            visit, lambda engine, transcript: engine.scribe.note(transcript, event, rating=max(-1, min(1, rating)))
        )

    async def _order(self, visit: Visit, happening: Callable[[Transcript], Happening]) -> Frame:
        async def work(engine: Engine, transcript: Transcript) -> Transcript:
            return await engine.scribe.store(transcript, engine.scribe.write(transcript, happening(transcript)))

        return await self.changes.change(visit, work)
