"""What stands around the script: the side panel, the composer, the list of plays. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Event
from studio.domain.memory import Recalled
from studio.domain.provenance import Usage
from studio.domain.session import Decision, SessionSummary
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.lore import traced
from studio.roleplay.lore_calling import Considered
from studio.roleplay.meters import Bounds
from studio.roleplay.orders import pending_beats, policy_of, standing_orders
from studio.roleplay.speakers.base import SPEAKERS
from studio.ui.forms import Option, options_of
from studio.ui.present import Person, people_of, person_of
from studio.ui.rights import Rights

MINUTE, HOUR, DAY = 60, 3600, 86_400
PLACES = MappingProxyType(
    {
        "frame": "always in the prompt",
        "tail": "at the end of the prompt",
        "note": "beside the cue",
        "outlet": "in a text of theirs",
    }
)
State = Literal["idle", "running", "stopped"]


class RecalledLine(Value):
    """One memory in the side panel; scores from 0 to 1."""

    text: str
    kind: str
    recency: float
    importance: float
    relevance: float
    score: float


class LoreLine(Value):
    """An entry the speaker was told: why, and where in the prompt."""

    text: str
    place: str = ""


class Backstage(Value):
    """The side panel: who speaks and why, what came to mind, what it took. `left_out`: lore that was called and cut.
    `hidden` says why a player sees none."""

    speaker: Person | None = None
    reason: str = ""
    by: str = ""
    recalled: tuple[RecalledLine, ...] = ()
    lore: tuple[LoreLine, ...] = ()
    left_out: tuple[str, ...] = ()
    usage: tuple[tuple[str, str], ...] = ()
    company: tuple[Member, ...] = ()
    direction: Direction | None = None
    hidden: str = ""


class Member(Value):
    """Somebody of the cast: whether they are on stage, where within the scene if elsewhere than the others, and whether
    they were told to be silent."""

    person: Person
    present: bool
    place: str = ""
    muted: bool = False


class Direction(Value):
    """What the director can order. `policy`: how the next speaker is chosen now, one of `policies`; `beats`: the
    scene's own events still to come, by number; `places`: where people are;
    `second_try`: beyond which bounds a line is told again."""

    policy: str
    policies: tuple[Option, ...] = ()
    beats: tuple[tuple[int, str], ...] = ()
    places: tuple[str, ...] = ()
    second_try: Bounds | None = None


class Seat(Value):
    """A chair to sit in, or somebody to whisper to."""

    id: str
    label: str


class Controls(Value):
    """The composer. `state` is idle, running or stopped; `status` says it in words.

    `voices`: those the director may speak one line for. `draft`: the line a model writes in the person's stead; None
    while there is none. `restore` gives back a text that could not be sent. `rights`: what can be done from here;
    `elsewhere`: another page lets the play run, and this one cannot stop it. `beat` makes each answer new to the page.
    """

    state: State = "idle"
    status: str = ""
    seats: tuple[Seat, ...] = ()
    seat: str = DIRECTOR
    voices: tuple[Seat, ...] = ()
    hearers: tuple[Seat, ...] = ()
    people: tuple[Person, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    draft: str | None = None
    restore: str = ""
    rights: Rights = Rights()
    elsewhere: bool = False
    beat: int = 0

    def drafted(self, text: str) -> Controls:
        """With a line for the person to look over."""
        return self.model_copy(update={"draft": text})


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
    note: str = ""


def backstage_of(
    transcript: Transcript,
    viewer: str,
    usage: Usage,
    model: str,
    decision: Decision | None = None,
    recalled: Sequence[Recalled] = (),
    lore: Sequence[Considered] | None = None,
    guest: bool = False,
) -> Backstage:
    """The side panel. A seated player sees the figures, and what is theirs; a guest no figures."""
    people = people_of(transcript.session)
    figures = () if guest else usage_lines(usage, model)
    directing = viewer == DIRECTOR
    speaker = decision.speaker if decision else ""
    traces = last_lore(transcript, speaker) if lore is None else lore
    if viewer not in (DIRECTOR, speaker):
        name = people[viewer].name if viewer in people else viewer
        return Backstage(
            usage=figures, hidden=f"You see with {name}’s eyes. The director’s notes are out of sight from there."
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
        lore=tuple(LoreLine(text=one.sentence, place=PLACES.get(one.place, one.place)) for one in traces if one.fired),
        left_out=tuple(one.sentence for one in traces if one.cut),
        usage=figures,
        company=company_of(transcript) if directing else (),
        direction=direction_of(transcript) if directing else None,
    )


def company_of(transcript: Transcript) -> tuple[Member, ...]:
    """The cast as it stands."""
    muted = standing_orders(transcript).muted
    return tuple(
        Member(
            person=person_of(member),
            present=member.id in transcript.present,
            place=transcript.places.get(member.id, ""),
            muted=member.id in muted,
        )
        for member in transcript.session.cast
    )


def direction_of(transcript: Transcript) -> Direction:
    """The director's orders, and what can be dropped in."""
    return Direction(
        policy=policy_of(transcript).name,
        policies=options_of(SPEAKERS),
        beats=pending_beats(transcript),
        places=tuple(sorted({*transcript.places.values()})),
        second_try=standing_orders(transcript).second_try,
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


def last_lore(transcript: Transcript, speaker: str) -> tuple[Considered, ...]:
    """What became of the lore of the newest line, where it is this speaker's."""
    newest = transcript.told[-1] if transcript.told else None
    return traced(newest) if newest and newest.kind in TURNS and newest.actor == speaker else ()


def controls_of(
    transcript: Transcript,
    viewer: str,
    *,
    state: State,
    status: str,
    can_redo: bool,
    beat: int = 0,
    draft: str | None = None,
    rights: Rights | None = None,
    elsewhere: bool = False,
) -> Controls:
    """The composer for this viewer."""
    session = transcript.session
    cast = [(member.id, member.name) for member in session.cast]
    seated = viewer != DIRECTOR
    near = transcript.earshot(viewer)
    hearers = (
        Seat(id="", label="everyone, aloud" if seated else "everyone, as narration"),
        Seat(id=NARRATOR, label="the narrator, whispered"),
        *(Seat(id=id_, label=f"{name}, whispered") for id_, name in cast if id_ != viewer and id_ in near),
    )
    voices = tuple(Seat(id=id_, label=f"as {name}, once") for id_, name in cast if id_ in near)
    return Controls(
        state=state,
        status=status,
        seats=(
            Seat(id=DIRECTOR, label="the director"),
            *(Seat(id=id_, label=name) for id_, name in cast),
        ),
        seat=viewer,
        voices=() if seated else voices,
        hearers=hearers if seated else (hearers[1], hearers[0], *hearers[2:]),
        people=tuple(person_of(member) for member in session.cast if member.id in near),
        can_undo=bool(transcript.events),
        can_redo=can_redo,
        draft=draft,
        beat=beat,
        rights=rights or Rights(),
        elsewhere=elsewhere,
    )


def plays_of(
    summaries: Sequence[SessionSummary],
    now: datetime,
    *,
    current: str,
    query: str,
    archived: bool,
    more: bool,
    note: str = "",
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
        note=note,
    )


def safety_note(safe_at: datetime | None, trouble: str, now: datetime) -> str:
    """When everything was last copied to where it lasts, and what stands in the way of the next copy."""
    last = f"Last safe copy: {ago(safe_at, now)}." if safe_at else "No safe copy has been made yet."
    return f"{last} The next one failed: {trouble}" if trouble else last


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
