"""What a speaker policy is given and must answer, and the rules several of them share. Pure."""

from __future__ import annotations

import random
import re
from abc import abstractmethod
from typing import ClassVar

from pydantic import Field

from studio.domain.character import Character
from studio.domain.event import TURNS, Event, Kind
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.registry import CardedMethod, Registry

ADDRESSED = "was spoken to"
YIELDED = "was given the word"


class Cue(Value):
    """A planned turn: who, a nudge for them, and why (for the reader)."""

    speaker: str
    cue: str = ""
    reason: str = ""


class Situation(Value):
    """The play at the moment of choosing. `stage`: those present, in cast order. `plan`: cues not yet played;
    `fresh`: the plan was made after the last line, so nothing in it is overtaken."""

    transcript: Transcript
    stage: tuple[Character, ...] = Field(min_length=1)
    plan: tuple[Cue, ...] = ()
    fresh: bool = False

    @property
    def last_turn(self) -> Event | None:
        """The last line somebody spoke or acted."""
        return next((event for event in reversed(self.transcript.told) if event.kind in TURNS), None)

    @property
    def others(self) -> tuple[Character, ...]:
        """Those who may follow the last speaker: everybody else on stage, or the one who is alone."""
        last = self.last_turn
        rest = tuple(member for member in self.stage if last is None or member.id != last.actor)
        return rest or self.stage


class SpeakerPolicy(CardedMethod):
    """One verb. `planned` policies want the narrator to plan cues; the engine asks it when `choose` finds none."""

    planned: ClassVar[bool] = False

    @abstractmethod
    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """Who speaks next; None leaves the choice to a person (or, for a planned policy, to a new plan)."""


SPEAKERS: Registry[SpeakerPolicy] = Registry("studio.roleplay.speakers", SpeakerPolicy)  # type: ignore[type-abstract]


def claimed(situation: Situation) -> Decision | None:
    """The turn somebody was handed: given the word explicitly, else spoken to by name in the last line."""
    last = situation.last_turn
    if last is None or last is not _latest_happening(situation.transcript):
        return None
    heard = tuple(member for member in situation.others if member.id != last.actor and member.id in last.audience)
    trailer = last.parts.get("trailer", {})
    for said, why in ((trailer.get("yields", ""), YIELDED), (trailer.get("to", ""), ADDRESSED)):
        found = named(str(said), heard)
        if found:
            return Decision(speaker=found.id, reason=f"{found.first_name} {why}.", by="rule")
    found = addressed(last.text, heard)
    return Decision(speaker=found.id, reason=f"{found.first_name} {ADDRESSED}.", by="rule") if found else None


def _latest_happening(transcript: Transcript) -> Event | None:
    return next((e for e in reversed(transcript.told) if e.kind in TURNS or e.kind in (Kind.ENTER, Kind.LEAVE)), None)


def named(text: str, members: tuple[Character, ...]) -> Character | None:
    """The member meant by a name as models and people write it: id, full name, or any one word of it."""
    wanted = " ".join(text.split()).casefold().strip(" .,!?\"'")
    if not wanted:
        return None
    for member in members:
        if wanted in (member.id.casefold(), member.name.casefold()):
            return member
    matching = [member for member in members if wanted in member.name.casefold().split()]
    return matching[0] if len(matching) == 1 else None


def addressed(text: str, members: tuple[Character, ...]) -> Character | None:
    """The member a line is spoken to: called by name at the start or end of a sentence, the last such call wins."""
    spoken = re.sub(r"\*[^*]*\*", " ", text)
    best: tuple[int, Character] | None = None
    for member in members:
        for form in {member.name, member.first_name}:
            name = re.escape(form)
            calls = re.finditer(
                rf"(?:(?:^|[.!?…—\"“]\s*){name}\s*[,!?—:…]|,\s*{name}\s*(?:[.!?,…\"”]|$))", spoken, re.IGNORECASE
            )
            for call in calls:
                if best is None or call.start() > best[0]:
                    best = (call.start(), member)
    return best[1] if best else None
