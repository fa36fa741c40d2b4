"""What a play has come to in its people and its world, and what changed last. Pure."""

from __future__ import annotations

from studio.domain.event import BOOKKEEPING, DIRECTOR, TURNS, Event, Kind
from studio.domain.session import Session
from studio.domain.state import CharacterState, PlayState
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.scribe import turn_start
from studio.roleplay.state import state_after
from studio.ui.present import Person, people_of
from studio.ui.tone import Tone, tone

RULINGS_SHOWN = 12
REASONS_SHOWN = 12


class Aspect(Value):
    """One thing about somebody: its name and text. `fresh`: the last turn changed it; `before`: what it was, then."""

    name: str
    text: str
    tone: Tone = ""
    fresh: bool = False
    before: str = ""


class Mind(Value):
    """Somebody: what they feel, want, believe, and where they are."""

    person: Person
    present: bool
    aspects: tuple[Aspect, ...] = ()


class Bond(Value):
    """How one stands to another, who may be nobody of the cast."""

    of: str
    to: str
    text: str
    tone: Tone = ""
    fresh: bool = False


class Ruling(Value):
    """What the narrator decided, who noticed, and what is different since."""

    id: str
    text: str
    noticed: str
    changed: tuple[str, ...] = ()


class Reason(Value):
    """Why it was somebody's turn."""

    id: str
    speaker: str
    by: str
    text: str


class MindsPage(Value):
    """`world`: place, time and things; `quest`, `round` and `panel` are told there, too, where a mode has them."""

    people: tuple[Mind, ...] = ()
    cast: tuple[Person, ...] = ()
    bonds: tuple[Bond, ...] = ()
    world: tuple[Aspect, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    reasons: tuple[Reason, ...] = ()
    alone: bool = False


def minds_of(transcript: Transcript, viewer: str = DIRECTOR) -> MindsPage:
    """The state at the end of a path. A player sees their own mind and bonds, of others what anybody can."""
    session = transcript.session
    now = state_after(transcript, viewer)
    before = state_after(_before_last(transcript), viewer)
    people = people_of(session)
    seen = [event for event in transcript.told if viewer in (DIRECTOR, *event.audience)]
    minds = []
    bonds: list[Bond] = []
    for member in session.cast:
        state, was = now.characters[member.id], before.characters.get(member.id, CharacterState())
        aspects = _aspects(state, was, now, before, member.id)
        minds.append(Mind(person=people[member.id], present=state.present, aspects=aspects))
        bonds += [
            Bond(of=member.id, to=to, text=text, tone=tone(text), fresh=was.relations.get(to) != text)
            for to, text in state.relations.items()
        ]
    return MindsPage(
        people=tuple(minds),
        cast=tuple(people[member.id] for member in session.cast),
        bonds=tuple(bonds),
        world=_world(now, before),
        rulings=tuple(_ruling(e, session) for e in seen if e.kind is Kind.RULING)[-RULINGS_SHOWN:][::-1],
        reasons=_reasons(seen, session) if viewer == DIRECTOR else (),
        alone=viewer != DIRECTOR,
    )


def _before_last(transcript: Transcript) -> Transcript:
    """The play before its last turn and what was remarked since."""
    events = transcript.events
    while events and events[-1].kind in BOOKKEEPING:
        events = events[:-1]
    return Transcript(session=transcript.session, events=events[: turn_start(events)] if events else ())


def _aspects(
    state: CharacterState, was: CharacterState, now: PlayState, before: PlayState, id_: str
) -> tuple[Aspect, ...]:
    def told(of: CharacterState, world: PlayState) -> dict[str, str]:
        return {
            "Feels": of.emotion,
            "Is": of.condition,
            "Is at": world.world.positions.get(id_, ""),
            "Wants": "; ".join(of.goals),
            "Means to": of.plan,
            "Of themselves": of.beliefs.of_self,
            "Of the scene": of.beliefs.of_scene,
            "Temperament": of.temperament.why if of.temperament else "",
            "Unasked": of.initiative.thought if of.initiative else "",
        }

    old = told(was, before)
    return tuple(
        Aspect(
            name=name,
            text=text,
            tone=tone(text) if name == "Feels" else "",
            fresh=text != old[name],
            before=old[name] if text != old[name] else "",
        )
        for name, text in told(state, now).items()
        if text
    )


def _world(now: PlayState, before: PlayState) -> tuple[Aspect, ...]:
    def told(state: PlayState) -> dict[str, str]:
        world = state.world
        facts = {"Place": world.place, "Time": world.time, "Now": world.description, **world.objects}
        if state.round:
            facts[f"Round {state.round.number}"] = state.round.summary or ", ".join(state.round.order)
        if state.quest:
            facts["Quest"] = " · ".join(filter(None, (state.quest.goal, state.quest.outcome)))
        if state.panel:
            facts["Panel"] = " · ".join(filter(None, (state.panel.task, state.panel.final)))
        return facts

    old = told(before)
    return tuple(
        Aspect(name=name, text=text, fresh=old.get(name) != text, before=old.get(name, ""))
        for name, text in told(now).items()
        if text
    )


def _ruling(event: Event, session: Session) -> Ruling:
    names = [member.first_name for member in session.cast if member.id in event.audience]
    changes = event.parts.get("changes")
    told = tuple(f"{thing}: {now}" for thing, now in changes.items()) if isinstance(changes, dict) else ()
    return Ruling(id=event.id, text=event.text, noticed=", ".join(names) or "nobody", changed=told)


def _reasons(events: list[Event], session: Session) -> tuple[Reason, ...]:
    found = []
    for event in reversed(events):
        decision = event.parts.get("decision")
        if event.kind in TURNS and isinstance(decision, dict) and decision.get("reason"):
            name, by = session.name_of(event.actor), str(decision.get("by", "rule"))
            found.append(Reason(id=event.id, speaker=name, by=by, text=str(decision["reason"])))
    return tuple(found[:REASONS_SHOWN])
