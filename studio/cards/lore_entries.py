"""Lore entries out of files and back: of a card's `character_book` and of World Info.

An entry keeps its file's own object under `extensions`, without the text, so that it goes back as it came and only what
was edited since is written over. One that says nothing but what we would write ourselves keeps nothing.
"""

from __future__ import annotations

import copy
import json

from pydantic import JsonValue

from studio.cards.decorators import decorated
from studio.cards.json_text import Object
from studio.cards.lore_names import (
    BLOCK,
    CARD_ONLY,
    FIELDS,
    INERT,
    LOGICS,
    OURS,
    POSITIONS,
    ROLES,
    TEMPLATE,
    Form,
    inside,
    put,
)
from studio.cards.lore_values import LARGEST, Reading, parts
from studio.cards.report import Notes, shown
from studio.domain.identifiers import slug
from studio.domain.lorebook import LoreEntry

SOURCE = "source"
"""Where an entry or book of ours keeps its file's own object."""
LONGEST_DEPTH = 1000
_ALWAYS = ("key", "content", "name", "comment", "keysecondary", "selective", "constant", "order", "disable")


def entry_from(raw: Object, form: Form, id_: str, notes: Notes, *, keep: bool = False) -> LoreEntry:
    """The entry an object of this form describes, under the id given; values out of form are mended and noted.

    `keep`: hold on to the object even where it says nothing of its own.
    """
    entry = _read(raw, form, id_, notes)
    _note_inert(raw, form, notes)
    if not keep and same(fresh(entry, form), raw):
        return entry
    kept = {**raw, "content": decorated(str(raw["content"])).head} if isinstance(raw.get("content"), str) else raw
    return entry.model_copy(update={"extensions": {SOURCE: {"form": form.value, "entry": copy.deepcopy(kept)}}})


def entry_to(entry: LoreEntry, form: Form) -> Object:
    """The entry as an object of this form: its own with what was edited since, else a new one."""
    source = inside(entry.extensions.get(SOURCE))
    raw = inside(source.get("entry"))
    if source.get("form") == form.value:
        return (
            _onto({**raw, "content": _whole(raw, entry)}, entry, form) if "content" in raw else _onto(raw, entry, form)
        )
    new = fresh(entry, form)
    if source.get("form") == Form.WORLD_INFO.value:
        for name in INERT:
            if raw.get(name):
                put(new, name, copy.deepcopy(raw[name]), form)
        strange: Object = {name: value for name, value in raw.items() if name not in TEMPLATE and name != "extensions"}
        new["extensions"] = copy.deepcopy({**strange, **inside(raw.get("extensions")), **inside(new["extensions"])})
    return new


def amended(original: Object, entry: LoreEntry, before: LoreEntry) -> Object:
    """A card's entry that a World Info entry was made from, with what differs between `before` and `entry`."""
    new = copy.deepcopy(original)
    old = _values(before, Form.WORLD_INFO)
    for name, value in _values(entry, Form.WORLD_INFO).items():
        if value != old[name] and name != "content":
            put(new, name, value, Form.CARD)
    written = original.get("content")
    head = decorated(written) if isinstance(written, str) else decorated("")
    if entry.content != head.text:
        new["content"] = head.head + entry.content
    return new


def unedited(entry: LoreEntry) -> LoreEntry:
    """The entry as its World Info file had it, before any edit; a new one as it is."""
    source = inside(entry.extensions.get(SOURCE))
    raw = inside(source.get("entry"))
    if source.get("form") != Form.WORLD_INFO.value:
        return entry
    return _read({**raw, "content": _whole(raw, entry)}, Form.WORLD_INFO, entry.id, Notes())


def same(one: JsonValue, other: JsonValue) -> bool:
    """Whether both read the same in a file, the order of keys included."""
    return json.dumps(one) == json.dumps(other)


def fresh(entry: LoreEntry, form: Form) -> Object:
    """A new object of this form."""
    values = _values(entry, form)
    block = values.pop(BLOCK)
    number = int(entry.id) if entry.id.isdecimal() and str(int(entry.id[:12])) == entry.id else None
    if form is Form.WORLD_INFO:
        own: Object = {"uid": number or 0, "addMemo": bool(entry.comment), "displayIndex": number or 0}
        new: Object = {**copy.deepcopy(dict(TEMPLATE)), **values, **own}
        return {**new, "extensions": {BLOCK: block}} if block else new
    default = _values(LoreEntry(id="", content=""), form)
    new = {"id": entry.id if number is None else number}
    for name in _ALWAYS:
        put(new, name, values[name], form)
    new["extensions"] = {}
    put(new, "position", values["position"], form)
    for name in values:
        if name in ("priority", "use_regex") or (values[name] != default[name] and name not in FIELDS):
            put(new, name, values[name], form)
    if block:
        put(new, BLOCK, block, form)
    return new


def _onto(raw: Object, entry: LoreEntry, form: Form) -> Object:
    """An object of this form that says what the entry says, and is otherwise as it was."""
    new = copy.deepcopy(raw)
    before = _read(new, form, entry.id, Notes())
    if isinstance(new.get("content"), str):
        head = decorated(str(new["content"]))
        doomed = {field for field in head.governing if getattr(before, field) != getattr(entry, field)}
        new["content"] = head.without(doomed) + entry.content
        before = _read(new, form, entry.id, Notes()).model_copy(update={"content": entry.content})
    old = _values(before, form)
    for name, value in _values(entry, form).items():
        if value != old[name]:
            put(new, name, value, form)
    rule = inside(new.get("characterFilter"))
    if rule.get("names") and (entry.scope, entry.withheld_from) != (before.scope, before.withheld_from):
        names: list[JsonValue] = [*(entry.scope or entry.withheld_from)]
        new["characterFilter"] = {**rule, "isExclude": not entry.scope, "names": names}
    return new


def _whole(raw: Object, entry: LoreEntry) -> JsonValue:
    """The text as the file had it, decorators and all; what was no text stays what it was."""
    head = raw.get("content")
    return head + entry.content if isinstance(head, str) else head


def _read(raw: Object, form: Form, id_: str, notes: Notes) -> LoreEntry:
    read = Reading(raw, form, f"Entry {shown(id_, 30)}", notes)
    content = read.text("content")
    head = decorated(content)
    block = inside(read.said(BLOCK))
    ours = Reading({**raw, **{name: block.get(name) for name in CARD_ONLY}}, form, read.what, notes)
    ours = ours if form is Form.WORLD_INFO else read
    fields: dict[str, object] = {
        "id": id_,
        "keys": read.texts("key"),
        "content": head.text,
        "enabled": not read.flag("disable"),
        "constant": read.flag("constant"),
        "case_sensitive": read.flag("caseSensitive"),
        "order": read.number("order", -LARGEST),
        "name": ours.text("name"),
        "comment": read.text("comment"),
        "secondary_keys": read.texts("keysecondary"),
        "selective": bool(read.flag("selective")),
        "logic": read.one_of("selectiveLogic", LOGICS),
        "use_regex": ours.flag("use_regex"),
        "whole_words": read.flag("matchWholeWords"),
        "scan_depth": read.number("scanDepth", 0, LONGEST_DEPTH),
        "position": read.one_of("position", POSITIONS),
        "depth": read.number("depth"),
        "role": read.one_of("role", ROLES),
        "outlet": read.text("outletName"),
        "probability": _probability(read),
        "priority": ours.number("priority", -LARGEST),
        "ignore_budget": read.flag("ignoreBudget"),
        "exclude_recursion": read.flag("excludeRecursion"),
        "prevent_recursion": read.flag("preventRecursion"),
        "delay_until_recursion": read.number("delayUntilRecursion")
        if read.said("delayUntilRecursion") is not True
        else 1,
        "groups": tuple(dict.fromkeys(parts(read.text("group")))),
        "group_weight": read.number("groupWeight"),
        "group_override": read.flag("groupOverride"),
        "group_scoring": read.flag("useGroupScoring"),
        "sticky": read.number("sticky"),
        "cooldown": read.number("cooldown"),
        "delay": read.number("delay"),
        **_known_by(read, block),
        **head.fields,
    }
    return LoreEntry.model_validate({name: value for name, value in fields.items() if value is not None})


def _probability(read: Reading) -> float | None:
    value = read.said("probability")
    if read.flag("useProbability") is False or value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        return value
    return read.number("probability", 0, 100)


def _known_by(read: Reading, block: Object) -> dict[str, object]:
    """Who knows the entry, and what keeps it out: from our block, else from SillyTavern's filter by character."""
    ours = Reading(block, Form.WORLD_INFO, read.what, read.notes)
    found: dict[str, object] = {name: ours.texts(name) for name in OURS}
    rule = inside(read.said("characterFilter")) if read.form is Form.WORLD_INFO else {}
    names = rule.get("names")
    if isinstance(names, list) and names and not found["scope"] and not found["withheld_from"]:
        ids = tuple(slug(str(name), str(name)) for name in names if isinstance(name, str))
        found["withheld_from" if rule.get("isExclude") else "scope"] = ids
    return found


def _values(entry: LoreEntry, form: Form) -> Object:
    """What the entry says, by World Info's names."""
    values: Object = {
        "key": [*entry.keys],
        "keysecondary": [*entry.secondary_keys],
        "comment": entry.comment,
        "content": entry.content,
        "constant": entry.constant,
        "selective": entry.selective,
        "selectiveLogic": LOGICS.index(entry.logic),
        "order": entry.order,
        "position": POSITIONS.index(entry.position),
        "disable": not entry.enabled,
        "ignoreBudget": entry.ignore_budget,
        "excludeRecursion": entry.exclude_recursion,
        "preventRecursion": entry.prevent_recursion,
        "delayUntilRecursion": entry.delay_until_recursion,
        "probability": int(entry.probability) if float(entry.probability).is_integer() else entry.probability,
        "depth": entry.depth,
        "outletName": entry.outlet,
        "group": ", ".join(entry.groups),
        "groupOverride": entry.group_override,
        "groupWeight": entry.group_weight,
        "scanDepth": entry.scan_depth,
        "caseSensitive": entry.case_sensitive or None,
        "matchWholeWords": entry.whole_words,
        "useGroupScoring": entry.group_scoring,
        "role": ROLES.index(entry.role),
        "sticky": entry.sticky or None,
        "cooldown": entry.cooldown or None,
        "delay": entry.delay or None,
    }
    beside: Object = {"name": entry.name, "priority": entry.priority, "use_regex": entry.use_regex}
    block: Object = {name: [*getattr(entry, name)] for name in OURS if getattr(entry, name)}
    if form is Form.CARD:
        return {**values, **beside, BLOCK: block}
    plain = {"name": "", "priority": 0, "use_regex": True}
    return {**values, BLOCK: {**block, **{name: value for name, value in beside.items() if value != plain[name]}}}


def _note_inert(raw: Object, form: Form, notes: Notes) -> None:
    read = Reading(raw, form, "", Notes())
    for name, wish in INERT.items():
        if read.said(name):
            notes.inert.append(f"Some entries ask {wish} ('{name}'); that is kept and has no effect.")
    if inside(raw.get("characterFilter")).get("tags"):
        notes.inert.append("Some entries are for characters with certain tags; that is kept and has no effect.")
    for name in dict.fromkeys(decorated(read.text("content")).inert):
        notes.inert.append(f"The decorator '@@{name}' is kept in the file and has no effect.")
