"""Where a quest stands, read from the log, and how it is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import ValidationError

from studio.domain.event import TURNS, Event
from studio.domain.state import STATE, Quest, QuestStep
from studio.domain.transcript import Transcript
from studio.domain.value import Value

PART = "quest"
"""The key in `Event.parts` under which an event says what it is to a quest."""


class Mark(Value):
    """What an event is to a quest: its beginning, the outcome of the turn `of`, what was made of that, the look at a
    claim to be done, a new act, or telling the act to somebody who has come in since."""

    step: Literal["begin", "outcome", "reflection", "claim", "act", "brief"]
    of: str = ""


class Log(Value):
    """A quest as the log has it. `quest` is None before it begins; `seen_by`: who perceived the outcome of each step;
    `told_to`: who was told the act; `advised`: who perceived the last advice (character ids); `pending`: the newest
    turn, while its outcome is not known; `unreflected`: an outcome nobody has thought about yet; `claimed`: the quest
    was said to be done, and nobody has looked."""

    quest: Quest | None = None
    steps: tuple[QuestStep, ...] = ()
    seen_by: tuple[frozenset[str], ...] = ()
    told_to: frozenset[str] = frozenset()
    advised: frozenset[str] = frozenset()
    claimed: bool = False
    unreflected: Event | None = None
    pending: Event | None = None

    def known_to(self, readers: Iterable[str]) -> tuple[QuestStep, ...]:
        """The steps whose outcome all of these perceived."""
        hearers = frozenset(readers)
        return tuple(step for step, seen in zip(self.steps, self.seen_by, strict=True) if hearers <= seen)

    @property
    def over(self) -> bool:
        """Whether the quest has ended."""
        return self.quest is not None and self.quest.finished

    @property
    def unfinished(self) -> bool:
        """Whether something is left of the last beat."""
        return not self.over and (self.pending is not None or self.unreflected is not None or self.claimed)


def log_of(transcript: Transcript) -> Log:
    """Where the quest stands. Pure."""
    log = Log()
    for event in transcript.told:
        mark, quest = mark_of(event), quest_in(event)
        if mark is None or quest is None:
            if log.quest and not log.quest.finished and event.kind in TURNS:
                log = log.model_copy(update={"pending": event})
            continue
        log = _after(log, event, mark, quest)
    return log


def _after(log: Log, event: Event, mark: Mark, quest: Quest) -> Log:
    update: dict[str, object] = {"quest": quest}
    heard = frozenset(event.audience)
    match mark.step:
        case "begin" | "brief":
            update |= {"told_to": log.told_to | heard}
        case "outcome":
            done = log.pending is None or log.pending.id == mark.of
            update |= {"unreflected": event, "pending": None if done else log.pending}
        case "reflection":
            if quest.step and log.unreflected:
                seen = frozenset(log.unreflected.audience)
                update |= {"steps": (*log.steps, quest.step), "seen_by": (*log.seen_by, seen)}
            update |= {"unreflected": None, "advised": heard, "claimed": bool(event.parts.get("finished"))}
        case "act":
            update |= {"claimed": False, "told_to": heard}
        case "claim":
            update |= {"claimed": False}
    return log.model_copy(update=update)


def mark_of(event: Event) -> Mark | None:
    """What an event is to a quest, None for nothing."""
    try:
        return Mark.model_validate(event.parts[PART]) if PART in event.parts else None
    except ValidationError:
        return None


def quest_in(event: Event) -> Quest | None:
    """The quest the state of an event has."""
    state = event.parts.get(STATE)
    told = state.get("quest") if isinstance(state, Mapping) else None
    try:
        return Quest.model_validate(told) if told else None
    except ValidationError:
        return None


def badge(step: QuestStep) -> str:
    """A step as the reflectors saw it, in a line."""
    told = {"A": "as hoped", "B": "the wrong way", "C": "nothing changed", "D": "cannot be told", "": "noted"}
    leads = {"A": "On track.", "B": "It leads nowhere.", "": ""}[step.trajectory_reflection]
    return " ".join(
        part for part in (f"Step {step.number}: {told[step.action_reflection]}.", leads, step.advice) if part
    )


def carries(text: str, extracted: str, source: str) -> bool:
    """Whether a task has the text in it, byte for byte, and does not name where it came from."""
    without = text.replace(extracted, "") if extracted else text
    return bool(text.strip()) and extracted in text and not (source and source.casefold() in without.casefold())


def assembled(following: str, extracted: str, source: str) -> str:
    """A task with the text it needs, put together without a model."""
    words = following
    if source:
        start = words.casefold().find(source.casefold())
        while start >= 0:
            words = words[:start] + "there" + words[start + len(source) :]
            start = words.casefold().find(source.casefold())
    return f'{words.strip()} The text: "{extracted}"' if extracted else words.strip()


def act_of(quest: Quest) -> str:
    """The act being played; the whole goal where there is none."""
    return quest.acts[quest.act] if quest.act < len(quest.acts) else quest.goal


def started(log: Log) -> Quest:
    """The quest of a log in which one has begun."""
    assert log.quest is not None, "a quest is judged once it has begun"
    return log.quest
