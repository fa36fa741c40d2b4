"""Memory streams of other programs: `nodes.json` of Generative Agents and of genagents, read and written. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from studio.domain.identifiers import derived
from studio.domain.memory import Memory, MemoryDetails, MemoryKind
from studio.domain.value import Value
from studio.errors import Invalid
from studio.memory.base import Scope

_KINDS = {
    "event": MemoryKind.EVENT,
    "chat": MemoryKind.EVENT,
    "observation": MemoryKind.EVENT,
    "thought": MemoryKind.REFLECTION,
    "reflection": MemoryKind.REFLECTION,
    "plan": MemoryKind.PLAN,
}
_WRITTEN = {
    MemoryKind.REFLECTION: "thought",
    MemoryKind.SUMMARY: "thought",
    MemoryKind.PERSONA: "thought",
    MemoryKind.PROFILE: "thought",
    MemoryKind.PLAN: "thought",
}
_TIME = "%Y-%m-%d %H:%M:%S"
STEP = timedelta(hours=1)
LARGEST = 64 << 20


class Nodes(Value):
    """The memories of a stream, oldest first, and what was odd about it, a sentence each."""

    memories: tuple[Memory, ...]
    warnings: tuple[str, ...] = ()


def read_nodes(text: str, scope: Scope, start: datetime) -> Nodes:
    """A stream of either form as memories of this scope. genagents counts steps instead of hours: they are laid an hour
    apart from `start` on. Evidence that is missing stays as an id that points nowhere.

    Raises: Invalid for what is no such file.
    """
    if len(text) > LARGEST:
        raise Invalid(f"That file has {len(text):,} characters; {LARGEST:,} is the limit.")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(f"That file is no JSON: {error}.") from error
    warnings: list[str] = []
    if isinstance(found, dict):
        made = [_ville(name, node, scope, warnings) for name, node in found.items()]
    elif isinstance(found, list):
        made = [_genagents(node, scope, start, warnings) for node in found]
    else:
        raise Invalid("That file is no memory stream: it holds neither an object of nodes nor a list of them.")
    memories = sorted((one for one in made if one), key=lambda one: (one.created_at, one.id))
    said: dict[str, str] = {}
    for one in memories:
        text_ = one.text.casefold()
        if text_ in said:
            warnings.append(f"{one.id[:8]} says the same as {said[text_][:8]}: “{one.text[:80]}”.")
        said.setdefault(text_, one.id)
    return Nodes(memories=tuple(memories), warnings=tuple(warnings))


def _ville(name: str, node: Any, scope: Scope, warnings: list[str]) -> Memory | None:
    if not isinstance(node, dict) or not str(node.get("description") or "").strip():
        warnings.append(f"{name} has no description and was left out.")
        return None
    filling = node.get("filling")
    if filling is None:
        warnings.append(f"{name} names no evidence (null).")
        filling = []
    elif not isinstance(filling, list):
        warnings.append(f"{name} has a text where its evidence should be ({str(filling)[:40]!r}); it has none now.")
        filling = []
    plan = "plan" in (node.get("keywords") or ()) or node.get("predicate") == "plan"
    kind = MemoryKind.PLAN if plan else _KINDS.get(str(node.get("type")), MemoryKind.EVENT)
    created = _time(node.get("created"), name, warnings)
    expires = node.get("expiration")
    details = MemoryDetails(
        depth=max(0, int(node.get("depth") or 0)),
        topics=tuple(map(str, node.get("keywords") or ())),
        subject=str(node.get("subject") or ""),
        expires_at=_time(expires, name, warnings) if expires else None,
    )
    evidence = tuple(derived(*scope, str(one)) for one in filling if isinstance(one, str))
    importance = _importance(node.get("poignancy"), 10, name, warnings)
    accessed = _time(node["last_accessed"], name, warnings) if node.get("last_accessed") else created
    return _memory(scope, name, str(node["description"]), kind, importance, created, accessed, evidence, details)


def _genagents(node: Any, scope: Scope, start: datetime, warnings: list[str]) -> Memory | None:
    name = f"node {node.get('node_id') if isinstance(node, dict) else node!r:.40}"
    if not isinstance(node, dict) or not str(node.get("content") or "").strip():
        warnings.append(f"{name} has no content and was left out.")
        return None
    kind = _KINDS.get(str(node.get("node_type")), MemoryKind.EVENT)
    pointers = node.get("pointer_id")
    pointers = pointers if isinstance(pointers, list) else [] if pointers is None else [pointers]
    evidence = tuple(derived(*scope, f"node {one}") for one in pointers)
    created, last = _number(node.get("created")), _number(node.get("last_retrieved"))
    return _memory(
        scope,
        name,
        str(node["content"]),
        kind,
        _importance(node.get("importance"), 100, name, warnings),
        start + created * STEP,
        start + max(created, last) * STEP,
        evidence,
        MemoryDetails(depth=int(kind is MemoryKind.REFLECTION)),
    )


def _memory(
    scope: Scope,
    name: str,
    text: str,
    kind: MemoryKind,
    importance: float,
    created: datetime,
    accessed: datetime,
    evidence: tuple[str, ...],
    details: MemoryDetails,
) -> Memory:
    return Memory(
        id=derived(*scope, name),
        owner=scope.owner,
        character=scope.character,
        continuity=scope.continuity,
        session="",
        text=" ".join(text.split()),
        kind=kind,
        importance=importance,
        created_at=created,
        accessed_at=accessed,
        evidence=evidence,
        details=details,
    )


def write_nodes(memories: Iterable[Memory]) -> str:
    """Memories as `nodes.json` of Generative Agents; what that form has no room for is left out."""
    every = sorted(memories, key=lambda one: (one.created_at, one.id))
    names = {one.id: f"node_{number}" for number, one in enumerate(every, 1)}
    counts: dict[str, int] = {}
    nodes = {}
    for number, one in enumerate(every, 1):
        kind = _WRITTEN.get(one.kind, "event")
        counts[kind] = counts.get(kind, 0) + 1
        expires = one.details.expires_at
        nodes[names[one.id]] = {
            "node_count": number,
            "type_count": counts[kind],
            "type": kind,
            "depth": one.details.depth,
            "created": one.created_at.astimezone(UTC).strftime(_TIME),
            "expiration": expires.astimezone(UTC).strftime(_TIME) if expires else None,
            "subject": one.details.subject or one.about or one.character,
            "predicate": "plan" if one.kind is MemoryKind.PLAN else "is",
            "object": "",
            "description": one.text,
            "embedding_key": one.text,
            "poignancy": round(one.importance),
            "keywords": sorted({*one.details.topics, *(["plan"] if one.kind is MemoryKind.PLAN else [])}),
            "filling": [names.get(id_, id_) for id_ in one.evidence],
        }
    return json.dumps(nodes, ensure_ascii=False, indent=1)


def write_lines(memories: Sequence[Memory]) -> str:
    """Memories as JSON Lines, a whole memory each: everything the studio knows of them."""
    return "".join(f"{one.model_dump_json()}\n" for one in memories)


def _time(value: object, name: str, warnings: list[str]) -> datetime:
    try:
        return datetime.strptime(str(value), _TIME).replace(tzinfo=UTC)
    except ValueError:
        warnings.append(f"{name} has the time {value!r}, which is none; it counts as the oldest.")
        return datetime.fromtimestamp(0, UTC)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _importance(value: object, most: float, name: str, warnings: list[str]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        warnings.append(f"{name} has the importance {value!r}; it counts as 3.")
        return 3.0
    return min(10.0, max(1.0, float(value) * 10 / most))
