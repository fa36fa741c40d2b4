"""What is asked in a round, from what its reader may know. Pure.

A character's prompt begins with what never changes and what it witnessed; what changes from call to call stands last.
Scenes in Chinese are asked in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from studio.domain.character import Character
from studio.domain.event import NARRATOR, Kind
from studio.domain.message import Request
from studio.domain.session import Session
from studio.domain.state import PlayState
from studio.domain.transcript import Transcript
from studio.prompts import render
from studio.roleplay.actor import Prompted
from studio.roleplay.clipping import clipped
from studio.roleplay.lore_placing import NOTHING, Placed
from studio.roleplay.rounds.standing import PART
from studio.roleplay.state import state_after, state_shared
from studio.roleplay.views import View, Wording, character_view, narrator_view

CHINESE = ("chinese", "mandarin", "zh", "中文", "汉语", "漢語", "普通话")
BELIEF_CHARS = 320
FIELD_CHARS = 160
MEMORY_CHARS = 160
TOKENS = {
    "self_belief": 120,
    "scene_belief": 160,
    "action": 64,
    "dialogue": 80,
    "reaction": 110,
    "synopsis": 260,
    "influence": 64,
    "result": 100,
    "whereabouts": 64,
    "surroundings": 96,
    "summary": 180,
}


def in_chinese(session: Session) -> bool:
    """Whether the scene is played in Chinese."""
    return session.scene.language.strip().casefold().startswith(CHINESE)


def template(session: Session, name: str) -> str:
    """The template of this name in the language of the scene."""
    return f"roleplay/rounds/{'zh/' if in_chinese(session) else ''}{name}"


def labels(session: Session) -> dict[str, str]:
    """Character id → the name to call it by in a list; with its id where two have the same name."""
    names = [member.name for member in session.cast]
    return {
        member.id: f"{member.name} ({member.id})" if names.count(member.name) > 1 else member.name
        for member in session.cast
    }


def character_request(
    transcript: Transcript,
    character: Character,
    step: str,
    prompted: Prompted,
    seed: int,
    values: Mapping[str, str] | None = None,
) -> Request:
    """The call for one step of a character: its frame, what it witnessed, and its own state now."""
    session = transcript.session
    state = state_after(transcript, character.id)
    person = state.characters[character.id]
    beliefs = person.beliefs.model_copy(
        update={
            "of_self": clipped(person.beliefs.of_self, BELIEF_CHARS),
            "of_scene": clipped(person.beliefs.of_scene, BELIEF_CHARS),
        }
    )
    tail = render(
        template(session, step),
        name=character.name,
        world=_clipped_world(state),
        position=state.world.positions.get(character.id, ""),
        person=person.model_copy(update={"beliefs": beliefs}),
        memories=[clipped(memory, MEMORY_CHARS) for memory in prompted.memories],
        lore=prompted.lore,
        **(values or {"guidance": ""}),
    )
    return Request(
        messages=view_of(transcript, character, prompted.lore).messages(tail),
        caller=character.id,
        purpose=step,
        max_tokens=TOKENS[step],
        seed=seed,
        template=template(session, step),
    )


def wording(session: Session) -> Wording:
    """The frames of a play in rounds, in the language of the scene."""
    persona = "roleplay/rounds/zh/persona" if in_chinese(session) else "shared/character"
    frame, narrator = template(session, "frame"), template(session, "narrator_frame")
    return Wording(frame=frame, persona=persona, narrator=narrator)


def view_of(transcript: Transcript, character: Character, lore: Placed = NOTHING) -> View:
    """What a character witnessed, under the frame of a play in rounds. Earlier beliefs are left out: only the present
    ones count, and they stand at the end."""
    events = tuple(event for event in transcript.events if not (event.kind is Kind.THOUGHT and PART in event.parts))
    told = Transcript.model_construct(session=transcript.session, events=events)
    return character_view(told, character, lore=lore, wording=wording(transcript.session))


def narrator_request(
    transcript: Transcript, readers: Iterable[str], step: str, seed: int, values: Mapping[str, object]
) -> Request:
    """The call for one step of the narrator, who knows what all those it writes for know, and nothing of their minds.

    `readers`: character ids.
    """
    session = transcript.session
    hearers = frozenset(readers)
    state = state_shared(transcript, hearers)
    called = labels(session)
    people = [
        {
            "name": called[member.id],
            "position": clipped(state.world.positions.get(member.id, ""), FIELD_CHARS),
            "condition": clipped(state.characters[member.id].condition, FIELD_CHARS),
        }
        for member in session.cast
        if member.id in hearers
    ]
    view = narrator_view(transcript, hearers, wording(session))
    tail = render(template(session, step), world=_clipped_world(state), people=people, **values)
    return Request(
        messages=view.messages(tail),
        caller=NARRATOR,
        purpose=step,
        max_tokens=TOKENS[step],
        temperature=0.7,
        seed=seed,
        template=template(session, step),
    )


def _clipped_world(state: PlayState) -> dict[str, str]:
    world = state.world
    return {
        "time": clipped(world.time, FIELD_CHARS),
        "place": clipped(world.place, FIELD_CHARS),
        "description": clipped(world.description, BELIEF_CHARS),
    }


def shared_summary(transcript: Transcript, readers: Sequence[str]) -> str:
    """The story so far, as summed up for at least these characters."""
    hearers = set(readers)
    for event in reversed(transcript.told):
        state = event.parts.get("state")
        told = state.get("round") if isinstance(state, dict) else None
        if isinstance(told, dict) and told.get("summary") and hearers <= set(event.audience):
            return str(told["summary"])
    return ""
