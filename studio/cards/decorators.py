"""V3 decorators: lines such as `@@depth 2` before the text of a lore entry. Those honoured become fields of the entry;
the rest wait in the file for a program that knows them. No model is told any."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from studio.domain.lorebook import FOREVER, Logic, Position

Fields: TypeAlias = dict[str, object]
"""Fields of a lore entry by name."""

_LINE = re.compile(r"(?P<signs>@{2,})(?P<name>[a-z_]+)(?:[ \t]+(?P<argument>[^\n]*))?[ \t]*(?:\r?\n|\Z)")


class Line(NamedTuple):
    """One decorator as written. `level`: 0, or how many fallbacks came before it."""

    text: str
    name: str
    argument: str
    level: int


@dataclass(frozen=True)
class Decorated:
    """The head of an entry's text. `fields`: what its decorators say; `inert`: the names of those without effect;
    `governing`: for each field said, the place of the line that says it."""

    lines: tuple[Line, ...]
    text: str
    fields: Fields
    inert: tuple[str, ...]
    governing: dict[str, int]

    @property
    def head(self) -> str:
        """All decorators as written."""
        return "".join(line.text for line in self.lines)

    def without(self, fields: set[str]) -> str:
        """The head without the decorators that say one of these fields, their alternatives included."""
        doomed = {self.governing[field] for field in fields if field in self.governing}
        kept: list[str] = []
        for group in _groups(self.lines):
            if not doomed.intersection(group):
                kept += [self.lines[at].text for at in group]
        return "".join(kept)


def decorated(content: str) -> Decorated:
    """The decorators at the head of a text, and the text after them. Of a decorator and its fallbacks (`@@@…`) the
    first that can be honoured counts."""
    lines: list[Line] = []
    at = 0
    while found := _LINE.match(content, at):
        lines.append(Line(found[0], found["name"], (found["argument"] or "").strip(), len(found["signs"]) - 2))
        at = found.end()
    fields: Fields = {}
    inert: list[str] = []
    governing: dict[str, int] = {}
    for group in _groups(lines):
        for place in group:
            honour = _HONOURED.get(lines[place].name)
            said = honour(lines[place].argument) if honour else None
            if said is not None and not said.keys() & fields.keys():
                fields |= said
                governing |= dict.fromkeys(said, place)
                break
        else:
            inert.append(lines[group[0]].name)
    return Decorated(tuple(lines), content[at:], fields, tuple(inert), governing)


def _groups(lines: list[Line] | tuple[Line, ...]) -> list[list[int]]:
    """The places of each decorator with those of its fallbacks."""
    groups: list[list[int]] = []
    for at, line in enumerate(lines):
        if line.level and groups:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _number(argument: str, most: int = FOREVER) -> int | None:
    return int(argument) if argument.isdecimal() and len(argument) < 9 and int(argument) <= most else None


def _counted(field: str, most: int = FOREVER) -> Callable[[str], Fields | None]:
    def said(argument: str) -> Fields | None:
        number = _number(argument, most)
        return None if number is None else {field: number}

    return said


def _always(**fields: object) -> Callable[[str], Fields | None]:
    return lambda argument: dict(fields)


def _depth(argument: str) -> Fields | None:
    number = _number(argument)
    return None if number is None else {"position": Position.AT_DEPTH, "depth": number}


def _position(argument: str) -> Fields | None:
    places = {"after_desc": Position.AFTER_CHARACTER, "before_desc": Position.BEFORE_CHARACTER}
    return {"position": places[argument]} if argument in places else None


def _role(argument: str) -> Fields | None:
    return {"role": argument} if argument in ("system", "user", "assistant") else None


def _keys(argument: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in argument.split(",") if key.strip())


def _additional(argument: str) -> Fields | None:
    keys = _keys(argument)
    return {"secondary_keys": keys, "selective": True, "logic": Logic.AND_ANY} if keys else None


def _excluded(argument: str) -> Fields | None:
    keys = _keys(argument)
    return {"excluded_keys": keys} if keys else None


_HONOURED: MappingProxyType[str, Callable[[str], Fields | None]] = MappingProxyType(
    {
        "activate": _always(constant=True),
        "dont_activate": _always(enabled=False),
        "activate_only_after": _counted("delay"),
        "keep_activate_after_match": _always(sticky=FOREVER),
        "dont_activate_after_match": _always(cooldown=FOREVER),
        "scan_depth": _counted("scan_depth", 1000),
        "probability": _counted("probability", 100),
        "depth": _depth,
        "role": _role,
        "position": _position,
        "ignore_on_max_context": _always(priority=-1000),
        "additional_keys": _additional,
        "exclude_keys": _excluded,
        "match_full_word": _always(whole_words=True),
        "match_partial_word": _always(whole_words=False),
    }
)
