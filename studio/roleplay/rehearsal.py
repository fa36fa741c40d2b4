"""The first prompt a character would get in a scene, made as a play makes it, without a play. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence

from studio.domain.character import Character
from studio.domain.event import Event
from studio.domain.message import Request
from studio.domain.scene import Part, Scene
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay import happenings
from studio.roleplay.actor import Prompted, request_for
from studio.roleplay.lore import call_up
from studio.roleplay.lore_calling import Considered
from studio.roleplay.persona import Told
from studio.roleplay.views import character_view, frame_told
from studio.run_context import Clock

ID = "rehearsal"


class Rehearsal(Value):
    """The call that would be made. `frame`: its system message in named pieces; `lore`: what became of every entry."""

    request: Request
    frame: tuple[Told, ...]
    lore: tuple[Considered, ...] = ()


def rehearse(
    scene: Scene, cast: Sequence[Character], character: Character, *, clock: Clock, simple: bool = False, seed: int = 0
) -> Rehearsal:
    """What a model is told before this character's first line in the scene. `cast`: whom the scene brings; the
    character takes its own place among them, or joins. `simple`: for a model that is told little."""
    if all(part.character != character.id for part in scene.cast):
        scene = scene.model_copy(update={"cast": (*scene.cast, Part(character=character.id))})
    members = [character if member.id == character.id else member for member in cast]
    if character not in members:
        members.append(character)
    now = clock()
    session = Session(
        id=ID,
        owner=ID,
        continuity=ID,
        title=scene.title,
        scene=scene,
        cast=tuple(members),
        seed=seed,
        created_at=now,
        updated_at=now,
    )
    transcript = Transcript(session=session)
    opening = happenings.opening(transcript)
    if opening:
        event = Event(id=ID, session=ID, at=now, **opening.model_dump())
        transcript = transcript.extended([event], session)
    lore = call_up(transcript, character, rng=random.Random(seed), clock=clock, simple=simple, every=True)
    view = character_view(transcript, character, simple=simple, lore=lore.placed)
    request = request_for(session, character, view, Prompted(lore=lore.placed), seed=seed, simple=simple)
    frame = frame_told(transcript, character, simple=simple, lore=lore.placed)
    return Rehearsal(request=request, frame=frame, lore=lore.considered)
