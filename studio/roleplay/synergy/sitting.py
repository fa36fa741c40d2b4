"""Where a panel stands, read from the log. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from studio.domain.event import NARRATOR, TURNS, Event, Kind
from studio.domain.state import Panel
from studio.domain.transcript import Transcript
from studio.domain.value import Value

PART = "panel"
"""The key in `Event.parts` under which an event says which step of a panel it is."""
COMMAND = re.compile(r"^\s*/panel\b[:\s]*(.*)$", re.DOTALL | re.IGNORECASE)
GIVEN = "given"
"""The source of a task that came with the mode."""
_CONSENT = re.compile(r"\W*(?:i\s+)?(?:approve|agree|agreed|yes|right|good|fine|ja|oui|好|同意)\b", re.IGNORECASE)


class PanelStep(Value):
    """`source`: the event that brought the task, or `given`; empty for a line that came of a panel in its speaker's
    head. `approve`: whether a comment does."""

    source: str = ""
    step: Literal["line", "solo", "draft", "comment"]
    round: int = Field(default=1, ge=1)
    approve: bool = False

    def part(self) -> dict[str, object]:
        """As an event's parts carry it."""
        return {PART: self.model_dump(mode="json", exclude_defaults=True)}


class Task(Value):
    """A task nobody has taken up: what, who is to lead, and where it came from."""

    text: str
    leader: str
    source: str


class Sitting(Value):
    """A panel of the cast at work. `draft`: the leader's newest; `comments`: character id → approval, in this round;
    `remarks`: what was said to the draft before, or to this one."""

    source: str
    panel: Panel
    draft: str = ""
    comments: dict[str, bool] = {}
    remarks: tuple[str, ...] = ()

    def waiting(self, present: frozenset[str]) -> tuple[str, ...]:
        """Panelists on stage who have not spoken to the draft yet."""
        ids = [one.character for one in self.panel.panelists if one.character and one.character != self.panel.leader]
        return tuple(id_ for id_ in ids if id_ in present and id_ not in self.comments)


def step_of(event: Event) -> PanelStep | None:
    """The step of a panel an event is, None for any other."""
    if PART not in event.parts:
        return None
    try:
        return PanelStep.model_validate(event.parts[PART])
    except ValidationError:
        return None


def panel_in(event: Event) -> Panel | None:
    """The panel the state of an event has."""
    state = event.parts.get("state")
    told = state.get(PART) if isinstance(state, Mapping) else None
    try:
        return Panel.model_validate(told) if told else None
    except ValidationError:
        return None


def open_task(transcript: Transcript, given: str = "") -> Task | None:
    """The task to be taken up next: the last one a person asked for with `/panel …`, else the one that came with the
    mode. A task asked of one character is led by that one, any other by the narrator."""
    taken = {step.source for event in transcript.told if (step := step_of(event))}
    for event in reversed(transcript.told):
        asked = COMMAND.match(event.text) if event.parts.get("by") == "person" else None
        if asked is None:
            continue
        text = asked[1].strip()
        return (
            Task(text=text, leader=_leader(transcript, event), source=event.id)
            if text and event.id not in taken
            else None
        )
    if given.strip() and GIVEN not in taken:
        first = next((member.id for member in transcript.session.cast if member.id in transcript.present), NARRATOR)
        return Task(text=given.strip(), leader=first, source=GIVEN)
    return None


def task_text(transcript: Transcript, source: str, given: str, reader: str) -> str:
    """A task's words, for somebody who perceived them being asked (`narrator` and the asked one too); else empty."""
    if source == GIVEN:
        return given.strip()
    for event in transcript.told:
        asked = COMMAND.match(event.text) if event.id == source else None
        if asked and (reader in event.audience or reader == _leader(transcript, event)):
            return asked[1].strip()
    return ""


def asked_aloud(transcript: Transcript, source: str) -> bool:
    """Whether a task was heard by everybody on stage now, or came with the mode."""
    return source == GIVEN or any(
        event.id == source and transcript.present <= set(event.audience) for event in transcript.told
    )


def _leader(transcript: Transcript, event: Event) -> str:
    if event.kind in TURNS:
        return event.actor
    to = [id_ for id_ in event.parts.get("to", ()) if id_ in transcript.present] if event.kind is Kind.WHISPER else []
    return str(to[0]) if len(to) == 1 else NARRATOR


def sitting_of(transcript: Transcript) -> Sitting | None:
    """The panel at work, None where there is none. A person's line counts as the draft or comment of their character:
    as consent when it begins with such a word."""
    sitting: Sitting | None = None
    for event in transcript.told:
        step, panel = step_of(event), panel_in(event)
        if step is not None and panel is not None and panel.form == "ensemble":
            sitting = _after(sitting, event, step, panel)
        elif sitting is not None and event.parts.get("by") == "person" and event.kind in TURNS:
            sitting = _spoken(sitting, event)
    return sitting if sitting is not None and not sitting.panel.finished else None


def _after(sitting: Sitting | None, event: Event, step: PanelStep, panel: Panel) -> Sitting:
    if sitting is None or sitting.source != step.source:
        sitting = Sitting(source=step.source, panel=panel)
    if step.step == "draft":
        return sitting.model_copy(update={"panel": panel, "draft": event.text, "comments": {}, "remarks": ()})
    who = event.actor if event.actor != NARRATOR else str(event.parts.get("who", ""))
    said = f"{event.text}" if event.kind in TURNS else ""
    return sitting.model_copy(
        update={
            "panel": panel,
            "comments": {**sitting.comments, who: step.approve},
            "remarks": (*sitting.remarks, said) if said and not step.approve else sitting.remarks,
        }
    )


def _spoken(sitting: Sitting, event: Event) -> Sitting:
    if event.actor == sitting.panel.leader and not sitting.draft:
        return sitting.model_copy(update={"draft": event.text})
    if event.actor in {one.character for one in sitting.panel.panelists} and event.actor not in sitting.comments:
        consent = bool(_CONSENT.match(event.text))
        remarks = sitting.remarks if consent else (*sitting.remarks, event.text)
        return sitting.model_copy(update={"comments": {**sitting.comments, event.actor: consent}, "remarks": remarks})
    return sitting


def forms_kept(transcript: Transcript) -> tuple[bool, ...]:
    """Of every panel one model played alone: whether it kept to the form."""
    panels = [panel_in(event) for event in transcript.told]
    return tuple(bool(panel.parsed) for panel in panels if panel and panel.form == "solo" and panel.parsed is not None)
