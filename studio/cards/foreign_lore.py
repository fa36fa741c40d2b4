"""Lorebooks of other programs, read only: NovelAI, Agnai, RisuAI, KoboldAI Lite. Each entry keeps its file's own object
under `extensions`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from studio.cards.decorators import Fields, decorated
from studio.cards.json_text import Object
from studio.cards.lore_entries import SOURCE
from studio.cards.lore_names import Form, inside
from studio.cards.lore_values import LARGEST, Reading
from studio.cards.report import Notes, counted, shown
from studio.domain.lorebook import Lorebook, LoreEntry


class _Program(NamedTuple):
    """How one program keeps lore. `place`: the field of its entries; `usual`: what its books do unasked."""

    place: str
    read: Callable[[Reading], Fields | None]
    usual: Lorebook


def program_of(data: Object) -> str:
    """Which program's lore an object holds: `novelai`, `agnai`, `risu` or `koboldai_lite`; empty for none of them."""
    if "lorebookVersion" in data:
        return "novelai"
    if data.get("kind") == "memory":
        return "agnai"
    if data.get("type") == "risu":
        return "risu"
    return "koboldai_lite" if isinstance(data.get("worldinfo"), list) else ""


def lorebook_from_foreign(data: Object, notes: Notes) -> Lorebook:
    """The lorebook in an object `program_of` knows. Never fails: what cannot be read is noted."""
    name = program_of(data)
    program = _PROGRAMS[name]
    listed = data.get(program.place)
    entries: list[LoreEntry] = []
    for number, raw in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(raw, dict):
            notes.refused.append(f"Entry {number + 1} is no object; it was left out.")
            continue
        fields = program.read(Reading(raw, Form.WORLD_INFO, f"Entry {number + 1}", notes))
        if fields is None:
            notes.inert.append(f"The folder {shown(str(raw.get('comment', '')), 40)} is not kept; its entries are.")
            continue
        kept = {SOURCE: {"form": name, "entry": copy.deepcopy(raw)}}
        said = {field: value for field, value in fields.items() if value is not None}
        entries.append(LoreEntry.model_validate({**said, "id": str(number), "extensions": kept}))
    notes.changed.append(f"{counted(len(entries), 'entry', 'entries')} of {name} lore were brought into our form.")
    read = Reading(data, Form.WORLD_INFO, "The lorebook", notes)
    depth, budget = read.number("scanDepth", 0, 1000), read.number("tokenBudget")
    told = {"name": read.text("name"), "entries": tuple(entries), "scan_depth": depth, "token_budget": budget or None}
    if name == "agnai":
        told |= {"description": read.text("description"), "recursive": read.flag("recursiveScanning")}
    return program.usual.model_copy(update={field: value for field, value in told.items() if value is not None})


def _novelai(read: Reading) -> Fields:
    priority = Reading(inside(read.said("contextConfig")), Form.WORLD_INFO, read.what, read.notes)
    return {
        "keys": read.texts("keys"),
        "content": read.text("text"),
        "name": read.text("displayName"),
        "enabled": read.flag("enabled"),
        "constant": read.flag("forceActivation"),
        "order": priority.number("budgetPriority", -LARGEST) or 0,
    }


def _agnai(read: Reading) -> Fields:
    return {
        "keys": read.texts("keywords"),
        "content": read.text("entry"),
        "name": read.text("name"),
        "comment": read.text("comment"),
        "enabled": read.flag("enabled"),
        "constant": read.flag("constant"),
        "order": read.number("weight", -LARGEST),
        "priority": read.number("priority", -LARGEST),
        "secondary_keys": read.texts("secondaryKeys"),
        "selective": bool(read.flag("selective")),
    }


def _risu(read: Reading) -> Fields | None:
    if read.said("mode") == "folder":
        return None
    regex = bool(read.flag("useRegex"))
    head = decorated(read.text("content"))
    for name in head.inert:
        read.notes.inert.append(f"The decorator '@@{name}' is kept with the entry and has no effect.")
    case = Reading(inside(read.said("extentions")), Form.WORLD_INFO, read.what, read.notes)
    return {
        "keys": (read.text("key").strip(),) if regex else read.texts("key"),
        "secondary_keys": read.texts("secondkey"),
        "selective": bool(read.flag("selective")),
        "content": head.text,
        "name": read.text("comment"),
        "constant": bool(read.flag("alwaysActive")) or read.said("mode") == "constant",
        "order": read.number("insertorder", -LARGEST),
        "probability": read.number("activationPercent", 0, 100),
        "use_regex": regex,
        "case_sensitive": case.flag("risu_case_sensitive"),
        **head.fields,
    }


def _koboldai_lite(read: Reading) -> Fields:
    selective = bool(read.flag("selective"))
    return {
        "keys": read.texts("key"),
        "secondary_keys": read.texts("keysecondary"),
        "selective": selective,
        "excluded_keys": read.texts("keyanti") if selective else (),
        "content": read.text("content"),
        "name": read.text("comment"),
        "constant": read.flag("constant"),
        "enabled": not read.flag("widisabled"),
        "probability": read.number("probability", 0, 100),
        "use_regex": False,
    }


_PROGRAMS = MappingProxyType(
    {
        "novelai": _Program("entries", _novelai, Lorebook(scan_depth=4, recursive=True)),
        "agnai": _Program("entries", _agnai, Lorebook(scan_depth=10)),
        "risu": _Program("data", _risu, Lorebook(scan_depth=5, recursive=True, whole_words=False)),
        "koboldai_lite": _Program("worldinfo", _koboldai_lite, Lorebook(scan_depth=10, whole_words=False)),
    }
)
