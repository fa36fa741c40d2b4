"""Where and why people meet."""

from __future__ import annotations

from pydantic import Field, model_validator

from studio.domain.lorebook import Lorebook
from studio.domain.value import Value

ON_STAGE = "start"


class Part(Value):
    """What one character brings into this scene. `entrance`: `start`, `later` (only when called) or `turn N`;
    `position` and `condition`: where and how they are as it opens, for all to see."""

    character: str
    goal: str = ""
    secret: str = ""
    position: str = ""
    condition: str = ""
    entrance: str = Field(default=ON_STAGE, pattern=r"^(start|later|turn [1-9][0-9]{0,3})$")

    @property
    def entrance_turn(self) -> int | None:
        """0 at the start, N at turn N, None when only the director calls them in."""
        if self.entrance == ON_STAGE:
            return 0
        return int(self.entrance.removeprefix("turn ")) if self.entrance.startswith("turn ") else None


class Beat(Value):
    """Something that happens to the scene at a turn, told by the narrator."""

    when: int = Field(ge=1)
    what: str = Field(min_length=1)


class Ending(Value):
    """When the curtain falls: after so many character turns, or when the narrator sees `when` come true."""

    when: str = ""
    max_turns: int = Field(default=24, ge=1, le=10_000)


class Scene(Value):
    """A scene as composed or shipped. `id` is the file name of its YAML, without the ending."""

    id: str
    title: str = Field(min_length=1, max_length=200)
    genre: str = ""
    language: str = "English"
    setting: str = ""
    place: str = ""
    time: str = ""
    mood: str = ""
    premise: str
    cast: tuple[Part, ...] = Field(min_length=1)
    topics: tuple[str, ...] = ()
    emotion: str = ""
    lorebook: Lorebook | None = None
    events: tuple[Beat, ...] = ()
    opening: str = ""
    end: Ending = Ending()
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Scene:
        ids = [part.character for part in self.cast]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ValueError(f"cast names {', '.join(twice)} more than once")
        return self

    def part(self, character: str) -> Part:
        """The part of a character; an empty one for somebody who joined from outside the cast list."""
        return next((part for part in self.cast if part.character == character), Part(character=character))
