"""A play in progress: who, where, how it is run, and which branch is being looked at."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.domain.value import Value

MAIN = "main"
LOCAL_OWNER = "local"
"""Whose everything is on a machine of one's own."""


class Choice(Value):
    """A registered method by name, with its parameters as they were chosen."""

    name: str
    parameters: dict[str, float | int | str | bool] = {}


class Session(Value):
    """A session is a tree of events with named heads. Scene and cast are copies: later edits to the library change
    no play that has begun. `version` grows with every write; a writer names the one it read.

    `continuity` joins the sessions of one story; `follows` is the event of the earlier session this one goes on from.
    """

    id: str
    owner: str
    continuity: str
    title: str
    scene: Scene
    cast: tuple[Character, ...]
    memory_policy: Choice = Choice(name="memory_stream")
    speaker_policy: Choice = Choice(name="natural")
    mode: Choice = Choice(name="lean")
    model: str = ""
    seed: int = 0
    heads: dict[str, str] = {}
    head: str = MAIN
    version: int = Field(default=0, ge=0)
    follows: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    archived_at: AwareDatetime | None = None

    @property
    def tip(self) -> str | None:
        """The last event of the head being looked at; None before the first."""
        return self.heads.get(self.head)

    def character(self, id_: str) -> Character:
        """A member of the cast by id.

        Raises: KeyError when nobody of that id is in the cast.
        """
        for member in self.cast:
            if member.id == id_:
                return member
        raise KeyError(id_)

    def name_of(self, actor: str) -> str:
        """What to print for an actor id: a cast member's name, else Narrator or Director."""
        return next((member.name for member in self.cast if member.id == actor), actor.capitalize())


class Decision(Value):
    """Who speaks next, told by which means, and why. `cue` goes to the speaker, `reason` to the reader."""

    speaker: str
    cue: str = ""
    reason: str = ""
    by: Literal["rule", "model", "user", "fallback"] = "rule"


class SessionSummary(Value):
    """A line in the list of sessions: enough to choose by, without reading a single event."""

    id: str
    title: str
    scene_title: str
    cast_names: tuple[str, ...]
    turns: int
    model: str
    updated_at: AwareDatetime
    archived: bool = False
    has_draft: bool = False
