"""When the narrator has something to decide, what it is asked, and what its answer means. All but `direct` is pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Kind
from studio.domain.message import Request
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.client import Model
from studio.llm.structured import Structured, ask
from studio.prompts import render
from studio.roleplay import happenings
from studio.roleplay.clipping import clipped
from studio.roleplay.happenings import Happening
from studio.roleplay.reply import Text
from studio.roleplay.speakers.base import Cue, named
from studio.roleplay.views import narrator_view

STALL_SIMILARITY = 0.6
STALL_TURNS = 3
REST_TURNS = 6
PLAN_LENGTH = 4
NARRATION_CHARS = 600
MAX_TOKENS = 320


class PlannedCue(BaseModel):
    """One cue as the model writes it: speaker by name."""

    model_config = ConfigDict(extra="ignore")

    speaker: str
    cue: Text = ""
    reason: Text = ""


class Direction(BaseModel):
    """The narrator's answer as the model writes it; every key may be missing."""

    model_config = ConfigDict(extra="ignore")

    narration: Text = ""
    ruling: Text = ""
    noticed: list[str] = Field(default_factory=list)
    changes: dict[Text, Text] = Field(default_factory=dict)
    cues: list[PlannedCue] = Field(default_factory=list)
    ended: bool = False


class Occasion(Value):
    """Something to decide: what to tell the narrator, and whether a scene can go on without it."""

    kind: str
    reason: str


def occasions(transcript: Transcript) -> tuple[Occasion, ...]:
    """What calls for the narrator now, without any model: a person's whisper, an open action, a stall. Pure."""
    found = []
    whisper = _unanswered(transcript)
    if whisper:
        found.append(Occasion(kind="whisper", reason=f"The director whispers to you: {clipped(whisper, 600)}"))
    last = next(
        (e for e in reversed(transcript.told) if e.kind not in (Kind.NOTE, Kind.RATING) or "direction" in e.parts), None
    )
    if last and last.kind in TURNS and last.parts.get("trailer", {}).get("wants_ruling"):
        name = transcript.session.name_of(last.actor)
        found.append(Occasion(kind="ruling", reason=f"Decide the outcome of what {name} just did, and who noticed."))
    if stalled(transcript) and rested(transcript) >= REST_TURNS:
        found.append(Occasion(kind="stall", reason="The talk goes in circles. Let something happen that changes it."))
    return tuple(found)


def _unanswered(transcript: Transcript) -> str:
    """The last whisper to the narrator that it has not acted on yet; read from the log, so a retry still finds it."""
    for event in reversed(transcript.told):
        if "direction" in event.parts or (event.kind in TURNS and event.parts.get("by") != "person"):
            return ""
        if event.kind is Kind.WHISPER and NARRATOR in event.parts.get("to", ()):
            return event.text
    return ""


def stalled(transcript: Transcript) -> bool:
    """Whether the last three turns say the same thing."""
    turns = [event.text for event in transcript.told if event.kind in TURNS][-STALL_TURNS:]
    return len(turns) == STALL_TURNS and alike(turns)


def alike(texts: Sequence[str]) -> bool:
    """Whether each says nearly what the one before said: Jaccard similarity of their words ≥ 0.6."""
    bags = [set(re.findall(r"\w+", text.lower())) for text in texts]
    return all(len(a & b) / max(1, len(a | b)) >= STALL_SIMILARITY for a, b in pairwise(bags))


def rested(transcript: Transcript) -> int:
    """Character turns since the narrator was last asked (or since the start)."""
    count = 0
    for event in reversed(transcript.told):
        if event.actor == NARRATOR or "direction" in event.parts:
            return count
        count += event.kind in TURNS
    return count


def planned(transcript: Transcript) -> tuple[tuple[Cue, ...], bool]:
    """The cues still to play, and whether the plan is newer than the last line. Read from the log, so that a branch,
    an undo or a restart finds the plan it left. A person's line or an entrance or exit overtakes the plan."""
    spoken: list[str] = []
    for event in reversed(transcript.told):
        if "plan" in event.parts:
            cues = tuple(Cue(**cue) for cue in event.parts["plan"])
            if event.kind in TURNS:
                spoken.append(event.actor)
            return _after(cues, spoken), not spoken
        if event.kind in (Kind.ENTER, Kind.LEAVE) or event.parts.get("by") == "person":
            return (), False
        if event.kind in TURNS:
            spoken.append(event.actor)
    return (), False


def unplanned(transcript: Transcript) -> bool:
    """Whether the last plan asked for, less than a plan's length of turns ago, could not be used: a narrator that
    cannot plan is not asked again for every line."""
    turns = 0
    for event in reversed(transcript.told):
        turns += event.kind in TURNS
        if turns >= PLAN_LENGTH:
            break
        if "direction" in event.parts:
            return "plan" not in event.parts
    return False


def _after(cues: tuple[Cue, ...], spoken_newest_first: list[str]) -> tuple[Cue, ...]:
    for actor in reversed(spoken_newest_first):
        position = next((i for i, cue in enumerate(cues) if cue.speaker == actor), None)
        cues = cues if position is None else cues[position + 1 :]
    return cues


def listeners(transcript: Transcript, stage: tuple[Character, ...]) -> tuple[Character, ...]:
    """Those on stage the narrator speaks to: who is where the last line was spoken. Pure."""
    if not transcript.places:
        return stage
    near = transcript.earshot(next((event.actor for event in reversed(transcript.told) if event.kind in TURNS), ""))
    return tuple(member for member in stage if member.id in near) or stage


def request_for(
    transcript: Transcript, present: tuple[Character, ...], reasons: tuple[str, ...], *, plan: bool, seed: int
) -> Request:
    """The one structured call about those on stage. Its view holds only what everybody it speaks to has witnessed."""
    view = narrator_view(transcript, (member.id for member in listeners(transcript, present)))
    names = [member.name for member in present]
    if plan:
        reasons = (*reasons, f"Plan the next {PLAN_LENGTH} turns as cues.")
    tail = render("roleplay/narrator_tail", reasons=reasons, present=names)
    return Request(
        messages=view.messages(tail),
        caller=NARRATOR,
        purpose="narrator",
        max_tokens=MAX_TOKENS,
        temperature=0.7,
        seed=seed,
        schema_=direction_schema(names),
        template="roleplay/narrator_frame",
    )


def direction_schema(names: list[str]) -> dict[str, object]:
    """JSON schema of a `Direction` in which only those on stage can be named."""
    name = {"type": "string", "enum": names}
    text = {"type": "string", "maxLength": NARRATION_CHARS}
    cue = {
        "type": "object",
        "properties": {
            "speaker": name,
            "cue": {"type": "string", "maxLength": 160},
            "reason": {"type": "string", "maxLength": 120},
        },
        "required": ["speaker"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "narration": text,
            "ruling": text,
            "noticed": {"type": "array", "items": name, "maxItems": len(names)},
            "changes": {"type": "object", "additionalProperties": {"type": "string"}},
            "cues": {"type": "array", "items": cue, "maxItems": PLAN_LENGTH},
            "ended": {"type": "boolean"},
        },
        "additionalProperties": False,
    }


async def direct(model: Model, request: Request) -> Structured[Direction]:
    """Ask the narrator. An unusable answer is repaired once, then counts as nothing to say (and is recorded).

    Raises: ModelUnavailable, ModelRefused, ModelBudget.
    """
    return await ask(model, request, Direction, Direction())


def understood(asked: Structured[Direction], others: tuple[Character, ...], *, may_end: bool) -> happenings.Direction:
    """What an answer comes to beside its events: the plan for these characters, the end, and what the log keeps of it
    all, the faults of an answer that could not be used among it. Pure."""
    cues = cues_of(asked.value, others)
    ended = asked.value.ended and may_end
    kept = {
        "direction": True,
        "plan": [cue.model_dump() for cue in cues],
        "unusable": list(asked.problems) if asked.defaulted else [],
        "ended": ended,
    }
    parts = {key: value for key, value in kept.items() if value}
    return happenings.Direction(plan=cues, fresh=True, parts=parts, usage=asked.usage, ended=ended)


def cues_of(direction: Direction, present: tuple[Character, ...]) -> tuple[Cue, ...]:
    """The usable cues: known names on stage, nobody twice in a row, four at most. Pure."""
    cues: list[Cue] = []
    for planned_cue in direction.cues:
        member = named(planned_cue.speaker, present)
        if member and (not cues or cues[-1].speaker != member.id or len(present) == 1):
            cues.append(
                Cue(speaker=member.id, cue=clipped(planned_cue.cue, 160), reason=clipped(planned_cue.reason, 160))
            )
    return tuple(cues[:PLAN_LENGTH])


def told_by(direction: Direction, transcript: Transcript, present: tuple[Character, ...]) -> tuple[Happening, ...]:
    """The events a direction becomes: a ruling for those who noticed (and the one who acted), a narration for
    everybody it speaks to. A voluntary act or a line of a character in it is cut. Pure."""
    present = listeners(transcript, present)
    everyone = tuple(sorted(member.id for member in present))
    actor = next((event.actor for event in reversed(transcript.told) if event.kind in TURNS), DIRECTOR)
    events: list[Happening] = []
    ruling = narrated(direction.ruling, present)
    if ruling:
        noticed = {member.id for name in direction.noticed if (member := named(name, present))}
        audience = tuple(sorted((noticed or set(everyone)) | ({actor} & set(everyone))))
        parts = {"changes": direction.changes, "noticed": sorted(noticed)}
        events.append(Happening(kind=Kind.RULING, actor=NARRATOR, text=ruling, audience=audience, parts=parts))
    narration = narrated(direction.narration, present)
    if narration and narration != ruling:
        events.append(Happening(kind=Kind.NARRATION, actor=NARRATOR, text=narration, audience=everyone))
    return tuple(events)


def narrated(text: str, present: tuple[Character, ...], limit: int = NARRATION_CHARS) -> str:
    """Narration without lines spoken for characters, at most `limit` characters. Pure."""
    forms = "|".join(re.escape(form) for member in present for form in {member.name, member.first_name})
    kept = [line for line in text.splitlines() if line.strip() and not re.match(rf"\s*(?:{forms})\s*:", line, re.I)]
    return clipped(" ".join(line.strip() for line in kept), limit)
