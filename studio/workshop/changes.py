"""What differs between two states of a character. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import JsonValue

NESTED = frozenset({"identity", "speech"})
"""Fields whose parts are told one by one."""


def changed(before: str, after: str) -> tuple[str, ...]:
    """The paths of the fields that differ between two JSON objects, `speech.style` for the style of the speech; none
    where one of them is empty or no object."""
    old, new = _fields(before), _fields(after)
    if not old or not new:
        return ()
    return tuple(path for path in dict.fromkeys((*new, *old)) if old.get(path) != new.get(path))


def _fields(body: str) -> dict[str, JsonValue]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    fields: dict[str, JsonValue] = {}
    for name, value in found.items() if isinstance(found, Mapping) else ():
        if name in NESTED and isinstance(value, Mapping):
            fields |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            fields[name] = value
    return fields
