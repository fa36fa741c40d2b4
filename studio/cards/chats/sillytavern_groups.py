"""SillyTavern's groups: who belongs to a group chat, and who answers when. The chat itself is a file of its own."""

from __future__ import annotations

import copy
from typing import Any, Literal

from studio.cards.chats.base import text_of
from studio.cards.json_text import Object, read_object, write_object
from studio.cards.report import Notes, shown
from studio.domain.value import Value
from studio.errors import Invalid

Strategy = Literal["natural", "round_robin", "manual", "pooled"]
STRATEGIES: tuple[Strategy, ...] = ("natural", "round_robin", "manual", "pooled")
"""By SillyTavern's number, under the names of our speaker policies."""


class Group(Value):
    """A group. `members` and `muted` are the names of the members' card files, without an ending; `chats` the names of
    its chat files. `extra`: the group's own object as its file had it."""

    name: str
    members: tuple[str, ...]
    muted: tuple[str, ...] = ()
    strategy: Strategy = "natural"
    chats: tuple[str, ...] = ()
    extra: dict[str, Any] = {}


def read_group(data: bytes, filename: str) -> Group:
    """The group in a `groups/<id>.json` file.

    Raises: Invalid when there is none.
    """
    raw = read_object(data, shown(filename), Notes())
    members = raw.get("members")
    if not isinstance(members, list):
        raise Invalid(f"{shown(filename)} names no members of a group. Take a file from SillyTavern's folder 'groups'.")
    number = raw.get("activation_strategy")
    known = isinstance(number, int) and 0 <= number < len(STRATEGIES)
    return Group(
        name=text_of(raw.get("name")),
        members=_stems(raw, "members"),
        muted=_stems(raw, "disabled_members"),
        strategy=STRATEGIES[number] if known and isinstance(number, int) else "natural",
        chats=_listed(raw, "chats"),
        extra=copy.deepcopy(raw),
    )


def write_group(group: Group) -> bytes:
    """The group as a file: its own object with what was changed, else a new one. Members are `<name>.png`."""
    raw: Object = copy.deepcopy(group.extra)
    changes = {
        "members": (_stems(raw, "members"), group.members, [f"{name}.png" for name in group.members]),
        "disabled_members": (_stems(raw, "disabled_members"), group.muted, [f"{name}.png" for name in group.muted]),
        "chats": (_listed(raw, "chats"), group.chats, [*group.chats]),
    }
    new = not raw
    if new:
        raw = {"id": group.chats[0] if group.chats else group.name, "allow_self_responses": False, "generation_mode": 0}
    if text_of(raw.get("name")) != group.name:
        raw["name"] = group.name
    for key, (before, now, written) in changes.items():
        if new or before != now:
            raw[key] = [*written]
    if new or raw.get("activation_strategy") != STRATEGIES.index(group.strategy):
        raw["activation_strategy"] = STRATEGIES.index(group.strategy)
    if new:
        raw["chat_id"] = group.chats[0] if group.chats else ""
    return write_object(raw)


def _listed(raw: Object, key: str) -> tuple[str, ...]:
    items = raw.get(key)
    return tuple(item for item in items if isinstance(item, str)) if isinstance(items, list) else ()


def _stems(raw: Object, key: str) -> tuple[str, ...]:
    return tuple(name.removesuffix(".png") for name in _listed(raw, key))
