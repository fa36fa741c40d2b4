"""What a character may remember on this branch, and what of the play becomes memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, OVERLAYS, Event, Kind
from studio.domain.memory import Recalled
from studio.domain.transcript import Transcript
from studio.memory.base import Ask, MemoryPolicy
from studio.memory.keeper import MemoryKeeper
from studio.memory.observation import names_in
from studio.roleplay.views import View
from studio.run_context import Clock

MEMORY_TOKENS = 80
MEMORY_LIMIT = 3
FOCAL_LINES = 2


def superseded(events: Iterable[Event]) -> dict[str, str | None]:
    """Event id → the id of the edit that now stands for it, or None when it is hidden. Pure."""
    final: dict[str, str | None] = {}
    for event in events:
        if event.kind in OVERLAYS and event.target:
            final[event.target] = event.id if event.kind is Kind.EDIT else None
    return final


def standing(events: Sequence[Event]) -> frozenset[str]:
    """The event ids memories may rest on: these events, less what was edited away or hidden. Pure."""
    replaced = superseded(events)
    edits = set(replaced.values())
    return frozenset(
        event.id for event in events if event.id not in replaced and (event.kind not in OVERLAYS or event.id in edits)
    )


def memorable(transcript: Transcript) -> tuple[Event, ...]:
    """What hearers remember: each line as it now reads, an edited one under the id of its edit. Pure."""
    replaced = superseded(transcript.events)
    return tuple(
        event.model_copy(update={"id": replaced[event.id]}) if event.id in replaced else event
        for event in transcript.told
        if event.audience and event.kind not in BOOKKEEPING
    )


async def recollect(
    keeper: MemoryKeeper,
    policy: MemoryPolicy,
    transcript: Transcript,
    character: Character,
    view: View,
    *,
    cue: str,
    earlier: frozenset[str],
    clock: Clock,
) -> tuple[Recalled, ...]:
    """What comes to this character's mind, best first. No model call; nothing at all while the whole play is still
    in the prompt. `earlier`: what stands (see `standing`) of the sessions this one goes on from."""
    replaced = superseded(transcript.events)
    window = view.window | {id_ for target, id_ in replaced.items() if id_ and target in view.window}
    path = standing(transcript.events)
    if not earlier and path <= window | _unheard(transcript, character):
        return ()
    session = transcript.session
    focal = "\n".join([*(line.text for line in view.lines[-FOCAL_LINES:]), cue]).strip() or session.scene.premise
    ask = Ask(
        owner=session.owner,
        character=character.id,
        continuity=session.continuity,
        session=session.id,
        focal=focal,
        now=clock(),
        lineage=path | earlier,
        window=window,
        people=names_in(focal, session) - {character.id},
        budget_tokens=policy.room_tokens or MEMORY_TOKENS,
        limit=MEMORY_LIMIT,
    )
    return await keeper.recall(policy, ask)


def _unheard(transcript: Transcript, character: Character) -> frozenset[str]:
    return frozenset(event.id for event in transcript.events if character.id not in event.audience)
