"""What can be perceived at a moment, who has yet to decide whether to speak up, and what they have to reach. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, NARRATOR, TURNS, Event, Kind
from studio.domain.state import Initiative
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.clipping import clipped
from studio.roleplay.reply import Text

SENSE = "sense"
INITIATIVE = "initiative"
"""Keys in `Event.parts`: a moment as the narrator told it; a decision whether to speak up, or a line it led to."""

SENSED_CHARS = 400
NOTIFICATIONS = 4
DISMISSED, ACCEPTED = 0.5, 0.25
LEAST, MOST = 1.0, 5.0


class SenseFrame(BaseModel):
    """A moment as it can be perceived; also the form in which a narrator tells one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    vision: Text = ""
    audio: Text = ""
    notifications: list[Text] = Field(default_factory=list)
    category: Text = ""

    @property
    def text(self) -> str:
        """The moment as one paragraph."""
        return " ".join(
            text.strip() for text in (self.vision, self.audio, *self.notifications[:NOTIFICATIONS]) if text.strip()
        )


class Heard(Value):
    """A decision whether to speak up at the moment `moment` (an event's id), as an event's parts carry it; with
    `unasked` set, a line that came of one."""

    moment: str
    unasked: bool = False

    def part(self) -> dict[str, object]:
        """As an event's parts carry it."""
        return {INITIATIVE: self.model_dump(mode="json", exclude_defaults=True)}


def moment_of(transcript: Transcript) -> Event | None:
    """The last thing that happened on stage; None before the first."""
    return next(
        (e for e in reversed(transcript.told) if e.kind not in BOOKKEEPING and e.kind is not Kind.THOUGHT), None
    )


def frame_for(transcript: Transcript, character: str) -> SenseFrame:
    """What somebody has seen and heard since their own last turn, the newest last."""
    seen: list[str] = []
    heard: list[str] = []
    notes: list[str] = []
    session = transcript.session
    for event in reversed(transcript.witnessed_by(character)):
        if event.actor == character and event.kind in TURNS:
            break
        if event.kind is Kind.THOUGHT:
            continue
        frame = event.parts.get(SENSE)
        if isinstance(frame, dict):
            told = SenseFrame.model_validate(frame)
            seen, heard, notes = [told.vision, *seen], [told.audio, *heard], [*told.notifications, *notes]
        elif event.kind in (*TURNS, Kind.WHISPER):
            heard = [f"{session.name_of(event.actor)}: {event.text}", *heard]
        else:
            seen = [event.text, *seen]
    return SenseFrame(
        vision=_newest(seen),
        audio=_newest(heard),
        notifications=[clipped(note, 120) for note in notes][-NOTIFICATIONS:],
    )


def _newest(texts: Sequence[str]) -> str:
    """The last of these that fit, in their order."""
    kept: list[str] = []
    room = SENSED_CHARS
    for text in reversed([text.strip() for text in texts if text.strip()]):
        if kept and len(text) > room:
            break
        kept.insert(0, clipped(text, SENSED_CHARS))
        room -= len(text)
    return " ".join(kept)


def deciders(stage: Sequence[Character], moment: Event, played: frozenset[str]) -> tuple[Character, ...]:
    """Those who perceived the moment and may speak up: everybody on stage but whoever just spoke, and those whom
    persons play."""
    return tuple(
        member
        for member in stage
        if member.id not in played
        and member.id in moment.audience
        and not (moment.kind in TURNS and moment.actor == member.id)
    )


def decided(transcript: Transcript, moment: Event) -> dict[str, Initiative]:
    """Character id → what it decided about the moment, of those who have."""
    found: dict[str, Initiative] = {}
    for event in reversed(transcript.told):
        if event.id == moment.id:
            break
        part = event.parts.get(INITIATIVE)
        if not isinstance(part, dict) or part.get("moment") != moment.id or part.get("unasked"):
            continue
        told = initiative_in(event)
        found |= told
    return found


def initiative_in(event: Event) -> dict[str, Initiative]:
    """Character id → decision, as the state of an event has it."""
    state = event.parts.get("state")
    people = state.get("characters") if isinstance(state, Mapping) else None
    if not isinstance(people, Mapping):
        return {}
    return {
        str(id_): Initiative.model_validate(person["initiative"])
        for id_, person in people.items()
        if isinstance(person, Mapping) and isinstance(person.get("initiative"), Mapping)
    }


def threshold_of(transcript: Transcript, character: str, base: float) -> float:
    """What somebody's need to speak has to reach: `base`, half more for each of their unasked lines that was rated down
    and a quarter less for each rated up, within 1–5. A base above 5 never gives way."""
    if base > MOST:
        return base
    unasked = {event.id for event in transcript.told if event.actor == character and _unasked(event)}
    ratings = {str(e.parts.get("on")): e.parts.get("rating", 0) for e in transcript.told if e.kind is Kind.RATING}
    level = base
    for event in transcript.told:
        if event.id in unasked and event.id in ratings:
            level += DISMISSED if ratings[event.id] < 0 else -ACCEPTED if ratings[event.id] > 0 else 0
            level = min(MOST, max(LEAST, level))
    return level


def interruptions(transcript: Transcript, character: str) -> int:
    """How often somebody has spoken up unasked in this scene."""
    return sum(event.actor == character and _unasked(event) for event in transcript.told)


def keenest(transcript: Transcript, found: Mapping[str, Initiative], budget: int = 0) -> str:
    """Who speaks up: the highest score that reaches its threshold, of equals whoever has been silent longest; empty for
    nobody. `budget`: how often anybody may in a scene, 0 for no limit."""
    in_order = {member.id: found[member.id] for member in transcript.session.cast if member.id in found}
    able = {
        id_: told
        for id_, told in in_order.items()
        if told.score is not None
        and told.score >= told.threshold
        and not (budget and interruptions(transcript, id_) >= budget)
    }
    if not able:
        return ""
    spoke = [event.actor for event in transcript.told if event.kind in TURNS]
    silent = {id_: len(spoke) - max((i for i, who in enumerate(spoke) if who == id_), default=-1) for id_ in able}
    return max(able, key=lambda id_: (able[id_].score or 0, silent[id_]))


def thresholds(text: str, session_ids: Sequence[str]) -> dict[str, float]:
    """Character id → threshold, from `ada=4, bo=2.5`. Ids outside the cast and what is no number are left out."""
    found: dict[str, float] = {}
    for piece in text.split(","):
        id_, _, level = piece.partition("=")
        try:
            if id_.strip() in session_ids:
                found[id_.strip()] = float(level)
        except ValueError:
            continue
    return found


def _unasked(event: Event) -> bool:
    part = event.parts.get(INITIATIVE)
    return event.kind in TURNS and isinstance(part, dict) and bool(part.get("unasked"))


def narrated_by(event: Event) -> bool:
    """Whether the narrator told this moment of its own accord."""
    return event.actor == NARRATOR and SENSE in event.parts
