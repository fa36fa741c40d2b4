"""What the stage shows: a transcript and a viewer in, the values of the page components out. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Draft, Event, Kind
from studio.domain.memory import Recalled
from studio.domain.provenance import Usage
from studio.domain.session import Decision, Session, SessionSummary
from studio.domain.transcript import Transcript
from studio.domain.value import Value

WINDOW = 200
EARLIER_STEP = 200
SHOWN = frozenset(Kind) - {Kind.RATING, Kind.EDIT, Kind.TOMBSTONE}
TAKES = frozenset({*TURNS, Kind.NARRATION, Kind.RULING})
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Person(Value):
    """A face and a name. `portrait` is an address of ours; where it has no picture, initials stand
    on a colour of their own."""

    id: str
    name: str
    portrait: str = ""
    initials: str = ""
    hue: int = 0
    about: str = ""


class Line(Value):
    """One event as it is printed. `lead`: the speaker changed, so the name is printed. `take` of `takes`: siblings."""

    id: str
    kind: str
    actor: str
    text: str
    lead: bool = True
    to: str = ""
    edited: bool = False
    take: int = 1
    takes: int = 1
    why: str = ""


class Live(Value):
    """The line being made right now. An empty `actor`: nothing is."""

    actor: str = ""
    person: Person | None = None
    thought: str = ""
    text: str = ""


class Script(Value):
    """The transcript component. `earlier`: how many older lines are not shown."""

    session: str = ""
    title: str = ""
    subtitle: str = ""
    people: dict[str, Person] = {}
    lines: tuple[Line, ...] = ()
    earlier: int = 0
    curtain: str = ""
    draft: Line | None = None
    viewer: str = DIRECTOR


class RecalledLine(Value):
    """One memory in the side panel; scores from 0 to 1."""

    text: str
    kind: str
    recency: float
    importance: float
    relevance: float
    score: float


class Backstage(Value):
    """The side panel: who speaks and why, what came to mind, what it took. `hidden` says why a player sees none."""

    speaker: Person | None = None
    reason: str = ""
    by: str = ""
    recalled: tuple[RecalledLine, ...] = ()
    lore: tuple[str, ...] = ()
    usage: tuple[tuple[str, str], ...] = ()
    hidden: str = ""


class Seat(Value):
    """A chair to sit in, or somebody to whisper to."""

    id: str
    label: str


class Controls(Value):
    """The composer. `state` is idle, running or stopped; `status` says it in words; `restore` gives back a text that could
    not be sent. `beat` makes each answer new to the page."""

    state: Literal["idle", "running", "stopped"] = "idle"
    status: str = ""
    seats: tuple[Seat, ...] = ()
    seat: str = DIRECTOR
    hearers: tuple[Seat, ...] = ()
    people: tuple[Person, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    restore: str = ""
    beat: int = 0


class Play(Value):
    """One line in the list of plays."""

    id: str
    title: str
    scene: str
    cast: str
    turns: int
    when: str
    unfinished: bool = False


class Plays(Value):
    """The list of plays."""

    items: tuple[Play, ...] = ()
    current: str = ""
    query: str = ""
    archived: bool = False
    more: bool = False


def hue_of(id_: str) -> int:
    """A colour angle of 0–359 that stays with an id."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=2).digest()) % 360


def initials_of(name: str) -> str:
    """Up to two letters to stand for a face."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    return "".join(word[0].upper() for word in (words if len(words) == 1 else (words[0], words[-1])))


def person_of(character: Character, about: str = "") -> Person:
    """A character as a face and a name."""
    return Person(
        id=character.id,
        name=character.name,
        portrait=f"house/portraits/{character.id}",
        initials=initials_of(character.name),
        hue=hue_of(character.id),
        about=about,
    )


def people_of(session: Session) -> dict[str, Person]:
    """The cast by id, with the narrator and the director, who have no face."""
    unseen = {id_: Person(id=id_, name=session.name_of(id_), initials="✦") for id_ in (NARRATOR, DIRECTOR)}
    return unseen | {member.id: person_of(member) for member in session.cast}


def visible(transcript: Transcript, viewer: str) -> tuple[Event, ...]:
    """What this viewer may see, oldest first: the director everything, a seated player what their character witnessed."""
    told = (event for event in transcript.told if event.kind in SHOWN)
    return tuple(event for event in told if viewer == DIRECTOR or viewer in event.audience)


def script_of(
    transcript: Transcript,
    viewer: str,
    *,
    takes: Mapping[str, tuple[int, int]] | None = None,
    window: int = WINDOW,
    draft: Draft | None = None,
    curtain: str = "",
) -> Script:
    """The script as this viewer sees it, its newest `window` lines.

    `takes`: event id → (which of its siblings this is, how many there are), from 1.
    """
    session = transcript.session
    seen = visible(transcript, viewer)
    edited = {event.target for event in transcript.events if event.kind is Kind.EDIT}
    lines: list[Line] = []
    previous: Event | None = None
    for event in seen[max(0, len(seen) - window) :]:
        take, of = (takes or {}).get(event.id, (1, 1))
        line = Line(
            id=event.id,
            kind=event.kind,
            actor=event.actor,
            text=event.text,
            lead=previous is None or _voice(previous) != _voice(event),
            to=_addressees(event, session),
            edited=event.id in edited,
            take=take,
            takes=of,
            why=_reason(event) if viewer == DIRECTOR else "",
        )
        lines.append(line)
        previous = event
    scene = session.scene
    unfinished = draft if draft and (viewer in (DIRECTOR, draft.actor)) else None
    return Script(
        session=session.id,
        title=session.title,
        subtitle=" · ".join(part for part in (scene.place, scene.time, scene.mood) if part),
        people=people_of(session),
        lines=tuple(lines),
        earlier=max(0, len(seen) - window),
        curtain=curtain,
        draft=Line(id="draft", kind="speech", actor=unfinished.actor, text=unfinished.text) if unfinished else None,
        viewer=viewer,
    )


def takes_of(events: Iterable[Event], path: Sequence[Event]) -> dict[str, tuple[int, int]]:
    """For each event on the path with siblings: which take it is, and of how many (both from 1).

    A turn may open with a thought, so takes are told apart where the turn branches off: two takes of a line share the
    parent of the first event of their turn.
    """
    tree = {event.id: event for event in events}

    def branch(event: Event) -> tuple[str | None, bool]:
        first = tree.get(str(event.parts.get("turn", event.id)), event)
        return first.parent, event.kind in TURNS

    groups: dict[tuple[str | None, bool], list[str]] = {}
    for event in tree.values():
        if event.kind in TAKES:
            groups.setdefault(branch(event), []).append(event.id)
    found = {}
    for event in path:
        group = groups.get(branch(event), []) if event.kind in TAKES else []
        if len(group) > 1:
            found[event.id] = (group.index(event.id) + 1, len(group))
    return found


def live_of(session: Session, viewer: str, actor: str, thought: str, text: str, present: frozenset[str]) -> Live:
    """The line being made, as far as this viewer perceives it: nobody reads another's mind or hears from offstage."""
    if viewer not in (DIRECTOR, actor):
        thought = ""
        if viewer not in present:
            return Live()
    return Live(actor=actor, person=people_of(session).get(actor), thought=thought, text=text)


def backstage_of(
    session: Session,
    viewer: str,
    usage: Usage,
    model: str,
    decision: Decision | None = None,
    recalled: Sequence[Recalled] = (),
    lore: Mapping[str, str] | None = None,
) -> Backstage:
    """The side panel. A seated player sees the figures, and what is theirs."""
    people = people_of(session)
    figures = usage_lines(usage, model)
    speaker = decision.speaker if decision else ""
    if viewer not in (DIRECTOR, speaker):
        name = people[viewer].name if viewer in people else viewer
        return Backstage(
            usage=figures, hidden=f"You are in {name}’s seat. The director’s notes are out of sight from there."
        )
    return Backstage(
        speaker=people.get(speaker),
        reason=decision.reason if decision else "",
        by=decision.by if decision else "",
        recalled=tuple(
            RecalledLine(
                text=item.memory.text,
                kind=item.memory.kind,
                recency=round(item.recency, 3),
                importance=round(item.importance, 3),
                relevance=round(item.relevance, 3),
                score=round(item.score, 3),
            )
            for item in recalled
        ),
        lore=tuple(f"{entry} (called by “{key}”)" for entry, key in (lore or {}).items()),
        usage=figures,
    )


def usage_lines(usage: Usage, model: str) -> tuple[tuple[str, str], ...]:
    """Label and figure, for the panel."""
    share = f" ({usage.evaluated_tokens / usage.prompt_tokens:.0%})" if usage.prompt_tokens else ""
    return (
        ("Model", model or "none yet"),
        ("Calls", f"{usage.calls:,}"),
        ("Prompt tokens", f"{usage.prompt_tokens:,}"),
        ("of these evaluated", f"{usage.evaluated_tokens:,}{share}"),
        ("Written tokens", f"{usage.completion_tokens:,}"),
        ("Cost", cost_text(usage.cost)),
    )


def cost_text(cost: float | None) -> str:
    """US dollars, or what we know instead."""
    if cost is None:
        return "not known"
    return "free" if cost == 0 else f"${cost:.4f}" if cost < 1 else f"${cost:,.2f}"


def total_usage(events: Iterable[Event]) -> Usage:
    """What all these events took together."""
    total = Usage()
    for event in events:
        if event.usage is not None:
            total += event.usage
    return total


def last_decision(transcript: Transcript) -> Decision | None:
    """Who was chosen for the newest turn that records it, and why."""
    for event in reversed(transcript.told):
        if event.parts.get("decision"):
            return Decision(**event.parts["decision"])
    return None


def controls_of(
    transcript: Transcript,
    viewer: str,
    *,
    state: Literal["idle", "running", "stopped"],
    status: str,
    can_redo: bool,
    beat: int = 0,
    restore: str = "",
) -> Controls:
    """The composer for this viewer."""
    session = transcript.session
    cast = [(member.id, member.name) for member in session.cast]
    seated = viewer != DIRECTOR
    hearers = (
        Seat(id="", label="everyone, aloud" if seated else "everyone, as narration"),
        Seat(id=NARRATOR, label="the narrator, whispered"),
        *(
            Seat(id=id_, label=f"{name}, whispered")
            for id_, name in cast
            if id_ != viewer and id_ in transcript.present
        ),
    )
    return Controls(
        state=state,
        status=status,
        seats=(
            Seat(id=DIRECTOR, label="the director"),
            *(Seat(id=id_, label=name) for id_, name in cast),
        ),
        seat=viewer,
        hearers=hearers if seated else (hearers[1], hearers[0], *hearers[2:]),
        people=tuple(person_of(member) for member in session.cast if member.id in transcript.present),
        can_undo=any(event.kind in TAKES for event in transcript.events),
        can_redo=can_redo,
        restore=restore,
        beat=beat,
    )


def plays_of(
    summaries: Sequence[SessionSummary], now: datetime, *, current: str, query: str, archived: bool, more: bool
) -> Plays:
    """The list of plays, newest first as given."""
    return Plays(
        items=tuple(
            Play(
                id=summary.id,
                title=summary.title,
                scene=summary.scene_title,
                cast=", ".join(summary.cast_names),
                turns=summary.turns,
                when=ago(summary.updated_at, now),
                unfinished=summary.has_draft,
            )
            for summary in summaries
        ),
        current=current,
        query=query,
        archived=archived,
        more=more,
    )


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in words: `just now`, `5 min ago`, `3 h ago`, `yesterday`, else the date."""
    seconds = (now - then).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h ago"
    return "yesterday" if seconds < 2 * DAY else f"{then:%-d %b %Y}"


def _voice(event: Event) -> tuple[str, bool]:
    """Lines of one voice in a row are printed under one name."""
    return event.actor, event.kind in (*TURNS, Kind.THOUGHT)


def _addressees(event: Event, session: Session) -> str:
    if event.kind is not Kind.WHISPER:
        return ""
    names = [session.name_of(id_) for id_ in event.parts.get("to", ()) if id_ != event.actor]
    return ", ".join(names) or "the narrator"


def _reason(event: Event) -> str:
    return str(event.parts.get("decision", {}).get("reason", ""))
