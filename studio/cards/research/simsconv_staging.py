"""SimsConv people, scenes and dialogues as the studio's own, and plays of the studio as SimsConv dialogues."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from studio.cards.research.simsconv import SimsCharacter
from studio.cards.research.simsconv_values import EMOTIONS, SCENE_TYPES, Dialogue, Scene, Turn
from studio.domain.character import Character, Source
from studio.domain.event import NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import SLUG_LENGTH, slug, uuid7
from studio.domain.scene import Ending, Part
from studio.domain.scene import Scene as StudioScene
from studio.domain.session import Session
from studio.domain.transcript import Transcript

BAG = "simsconv"
"""Where a character keeps its interview questions, and an event its turn as it was written."""
DEFAULT_EMOTION = "Fine"

SOURCES = (Source(kind="description", ref="SimsConv (arXiv 2406.17962)", licence="none stated"),)

_AGE = re.compile(r"\b(\d{1,3})[- ]year[- ]old\b", re.IGNORECASE)
_GENDER = re.compile(r"\b(woman|female|girl|man|male|boy)\b", re.IGNORECASE)
_PRONOUNS = {"woman": "she/her", "female": "she/her", "girl": "she/her"}
_KINDS = {"speaking": Kind.SPEECH, "thinking": Kind.THOUGHT, "narrating": Kind.NARRATION}


def character_from(one: SimsCharacter) -> Character:
    """Somebody of a bank as a character: the profile is the backstory; age and pronouns as its first sentence says.

    The id is empty, which asks the library for a fresh one.
    """
    first = one.profile.split(". ", 1)[0]
    age, gender = _AGE.search(first), _GENDER.search(first)
    return Character(
        id="",
        name=one.name,
        age=int(age[1]) if age else None,
        pronouns=_PRONOUNS.get(gender[1].casefold(), "he/him") if gender else "",
        backstory=one.profile,
        sources=SOURCES,
        extensions={BAG: {"questions": [*one.questions]}} if one.questions else {},
    )


def sims_of(
    character: Character, scenes: tuple[Scene, ...] = (), dialogues: tuple[Dialogue, ...] = ()
) -> SimsCharacter:
    """A character as somebody of a bank, with scenes and dialogues made for it. What the backstory does not say, of
    what else is known, follows it as sentences."""
    kept = character.extensions.get(BAG)
    questions = kept.get("questions") if isinstance(kept, dict) else None
    profile = character.backstory
    if not kept:
        profile = " ".join(part for part in (profile, *character.statements()) if part)
    return SimsCharacter(
        name=character.name,
        profile=profile or f"You are {character.name}.",
        scenes=scenes,
        dialogues=dialogues,
        questions=tuple(str(question) for question in questions) if isinstance(questions, list) else (),
    )


def scene_from(scene: Scene, dialogue: Dialogue | None, cast: Mapping[str, str], protagonist: str) -> StudioScene:
    """A scene, with what was played in it, as one of the studio's. `cast`: character ids by name; the protagonist goes
    first. The id is empty."""
    named = dict.fromkeys((protagonist, *(dialogue.roles if dialogue else ())))
    parts = tuple(Part(character=cast[name]) for name in named if name in cast)
    settings = " ".join(dialogue.settings) if dialogue else ""
    return StudioScene(
        id="",
        title=scene.location[:200] or "A scene",
        genre=scene.type.casefold(),
        place=scene.location,
        premise=scene.background or settings or scene.location or "They talk.",
        opening=settings,
        cast=parts or (Part(character=cast.get(protagonist, slug(protagonist, "somebody"))),),
        topics=(dialogue.topic,) if dialogue and dialogue.topic else (),
        emotion=dialogue.emotion if dialogue else "",
        end=Ending(max_turns=max(24, len(dialogue.turns) if dialogue else 0)),
    )


def transcript_from(
    one: SimsCharacter,
    dialogue: Dialogue,
    cast: Mapping[str, Character],
    *,
    owner: str,
    clock: Callable[[], datetime],
    rng: random.Random,
) -> Transcript:
    """A dialogue as a play that was played: thoughts are perceived by their thinker alone, all else by everybody.

    `cast`: characters by name; who speaks and is in nobody's cast joins as a bare character. Pure but for clock and
    chance.
    """
    members = {name: cast.get(name) for name in dict.fromkeys((one.name, *dialogue.roles))}
    taken = {member.id for member in members.values() if member}
    whole: dict[str, Character] = {}
    for name, member in members.items():
        whole[name] = member or Character(id=_fresh(name, taken), name=" ".join(name.split())[:200] or "Somebody")
        taken.add(whole[name].id)
    ids = {name: member.id for name, member in whole.items()}
    now = clock()
    scene = scene_from(one.scene_of(dialogue) or Scene(location=dialogue.location), dialogue, ids, one.name)
    scene = scene.model_copy(update={"id": slug(scene.title, "scene")})
    session = Session(
        id=uuid7(now, rng),
        owner=owner,
        continuity=uuid7(now, rng),
        title=f"{one.name}: {scene.title}"[:200],
        scene=scene,
        cast=tuple(whole.values()),
        created_at=now,
        updated_at=now,
    )
    events = tuple(_events(session, dialogue, ids, now, rng))
    heads = {session.head: events[-1].id} if events else {}
    return Transcript(session=session.model_copy(update={"heads": heads}), events=events)


def _events(
    session: Session, dialogue: Dialogue, ids: Mapping[str, str], now: datetime, rng: random.Random
) -> Iterator[Event]:
    everyone = tuple(sorted(ids.values()))
    told: list[tuple[str, Kind, str, tuple[str, ...], dict[str, Any]]] = [
        (NARRATOR, Kind.NARRATION, setting, everyone, {}) for setting in dialogue.settings if setting
    ]
    for turn in dialogue.turns:
        actor = NARRATOR if turn.kind == "narrating" else ids[turn.role]
        audience = (actor,) if turn.kind == "thinking" else everyone
        told.append((actor, _KINDS[turn.kind], turn.text, audience, {BAG: turn.record()}))
    parent = None
    for minute, (actor, kind, text, audience, parts) in enumerate(told):
        event = Event(
            id=uuid7(now, rng),
            session=session.id,
            parent=parent,
            kind=kind,
            actor=actor,
            text=text,
            audience=audience,
            parts=parts,
            at=now,
            story_minute=minute,
        )
        parent = event.id
        yield event


def dialogue_of(transcript: Transcript, protagonist: str, source: str = "") -> Dialogue:
    """A play as a dialogue of one of its cast: what was spoken, and what that one thought.

    A play that came from a dialogue gives the same turns back. Narration before the first turn is the setting, later
    narration is left out; an emotion that is none of the sixteen is told as 'Fine'.
    """
    session, scene = transcript.session, transcript.session.scene
    settings: list[str] = []
    turns: list[Turn] = []
    for event in transcript.told:
        if event.kind is Kind.NARRATION and not turns and BAG not in event.parts:
            settings.append(event.text)
        elif event.kind in TURNS or (event.kind is Kind.THOUGHT and event.actor == protagonist) or BAG in event.parts:
            turns.append(_turn(event, session))
    emotion = next((known for known in EMOTIONS if known.casefold() == scene.emotion.casefold()), DEFAULT_EMOTION)
    return Dialogue(
        settings=tuple(settings) or (scene.opening or scene.premise,),
        emotion=emotion,
        topics=scene.topics[:1],
        turns=tuple(turns),
        location=scene.place or scene.title,
        background=".",
        source=source,
    )


def _turn(event: Event, session: Session) -> Turn:
    kept = event.parts.get(BAG)
    if isinstance(kept, dict):
        was = Turn.model_validate(kept)
        if was.text == event.text:
            return was
    action = "(thinking)" if event.kind is Kind.THOUGHT else "(speaking)"
    return Turn(role=session.name_of(event.actor), action=action, content=event.text)


def scene_of(scene: StudioScene, profile: str, place: int) -> Scene:
    """A scene of the studio as the `place`th (from 0) of somebody of that profile."""
    type_ = next((known for known in SCENE_TYPES if known.casefold() == scene.genre.casefold()), SCENE_TYPES[0])
    return Scene(
        type=type_,
        location=scene.place or scene.title,
        background=scene.premise,
        source=f"seed_scene_0_c{place + 1}",
        profile=profile,
    )


def _fresh(name: str, taken: set[str]) -> str:
    base = slug(name, "somebody")
    number, id_ = 1, base
    while id_ in taken:
        number += 1
        id_ = f"{base[: SLUG_LENGTH - 5]}-{number}"
    return id_
