"""Every dialect of character card as one: a V3 card with the right types, each repair told.

A dialect is known by its fields, never by where it was found: V3 and V2 (`spec`, `data`), V1 (flat), Pygmalion and
text-generation-webui (`char_name`, …; `context`), TavernAI (V1 with fields of its own).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import JsonValue

from studio.cards.json_text import Object, check_depth
from studio.cards.report import Notes, counted, shown
from studio.errors import Invalid

MAX_DEPTH = 18
"""Levels below `data`: what a library file can hold, and more than any card known."""

V1_TEXTS = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
TEXTS = (*V1_TEXTS, "creator_notes", "system_prompt", "post_history_instructions", "creator", "character_version")
LISTS = ("tags", "alternate_greetings", "group_only_greetings")
V3_ONLY = (
    "nickname",
    "creator_notes_multilingual",
    "source",
    "group_only_greetings",
    "creation_date",
    "modification_date",
    "assets",
)

_FLAT = frozenset({*TEXTS, *LISTS, *V3_ONLY, "extensions", "character_book"})
_PYGMALION = MappingProxyType(
    {
        "char_name": "name",
        "char_persona": "description",
        "char_greeting": "first_mes",
        "world_scenario": "scenario",
        "example_dialogue": "mes_example",
    }
)
_OOBA = MappingProxyType({"bot": "name", "context": "description", "greeting": "first_mes"})
_MIRRORED = MappingProxyType({"creatorcomment": "creator_notes", **{key: key for key in (*V1_TEXTS, "tags")}})
_MIRRORED_EXTENSIONS = ("talkativeness", "fav")
_ONLY_CHARACTERS = frozenset({"char_name", "personality", "first_mes", "mes_example"})
_NEWEST = 3.0


@dataclass(frozen=True)
class CharacterCard:
    """`data` as the V3 specification has it, every required field there and of its type, unknown ones untouched;
    `top` what else stood beside it; `spec` the dialect it was written in."""

    spec: str
    data: Object
    top: Object


def normalised(card: Object, notes: Notes) -> CharacterCard:
    """The card as V3. Doing it twice is doing it once.

    Raises: Invalid when it is no character card, or nests too deep.
    """
    spec, data, top = _told_apart(card, notes)
    clean: Object = {key: _text(data.get(key), key, notes) for key in TEXTS}
    clean["alternate_greetings"] = _texts(data.get("alternate_greetings"), "alternate_greetings", notes)
    clean["tags"] = _texts(data.get("tags"), "tags", notes, split=True)
    clean["group_only_greetings"] = _texts(data.get("group_only_greetings"), "group_only_greetings", notes)
    clean["extensions"] = _object(data.get("extensions"), "extensions", notes) or {}
    for key, value in data.items():
        if key in _OPTIONAL:
            repaired = None if value is None else _OPTIONAL[key](value, key, notes)
            if repaired is not None:
                clean[key] = repaired
        elif key not in clean:
            clean[key] = value
    check_depth(clean, MAX_DEPTH, "The card")
    check_depth(top, MAX_DEPTH, "The card")
    return CharacterCard(spec, clean, top)


def v2(card: CharacterCard) -> Object:
    """The card as a V2 object, its V1 fields beside `data` for readers that know no better."""
    data: Object = {key: value for key, value in card.data.items() if key not in V3_ONLY}
    return {**mirrored(card), **card.top, "spec": "chara_card_v2", "spec_version": "2.0", "data": data}


def v3(card: CharacterCard) -> Object:
    """The card as a V3 object."""
    return {**card.top, "spec": "chara_card_v3", "spec_version": "3.0", "data": card.data}


def mirrored(card: CharacterCard) -> Object:
    """The card as a V1 object."""
    return {key: card.data[key] for key in V1_TEXTS}


def _told_apart(card: Object, notes: Notes) -> tuple[str, Object, Object]:
    """The dialect, the fields of `data`, and what stood beside them."""
    spec, data = card.get("spec"), card.get("data")
    if isinstance(data, dict) and spec != "lorebook_v3":
        return _nested(card, data, notes)
    if spec == "lorebook_v3" or ("entries" in card and not card.keys() & _ONLY_CHARACTERS):
        raise Invalid("This is a lorebook, not a character. Import it as a lorebook.")
    if card.keys() & _PYGMALION.keys():
        return "pygmalion", *_renamed(card, _PYGMALION)
    if "context" in card and not card.keys() & {"description", "first_mes"}:
        return "text-generation-webui", *_renamed(card, _OOBA)
    if not card.keys() & set(V1_TEXTS):
        fields = ", ".join(shown(key, 30) for key in list(card)[:6]) or "none"
        raise Invalid(f"No field of a character card is in it (it has {fields}). Choose a character card.")
    if spec is not None:
        notes.changed.append(f"The card calls itself {shown(str(spec))} and has no 'data'; it was read as V1.")
    data = {key: value for key, value in card.items() if key in _FLAT}
    top = {key: value for key, value in card.items() if key not in _FLAT and key not in ("spec", "spec_version")}
    return "chara_card_v1", *_filled(data, top, notes)


def _nested(card: Object, data: Object, notes: Notes) -> tuple[str, Object, Object]:
    spec = card.get("spec")
    if spec not in ("chara_card_v2", "chara_card_v3"):
        notes.changed.append(f"The card calls itself {shown(str(spec))}; its 'data' was read as a V3 card's.")
        spec = "chara_card_v3"
    try:
        newer = float(str(card.get("spec_version") or 0)) > _NEWEST
    except ValueError:
        newer = False
    if newer:
        notes.changed.append(f"The card is of version {shown(str(card['spec_version']))}, newer than 3.0 known here.")
    top = {key: value for key, value in card.items() if key not in ("spec", "spec_version", "data")}
    return str(spec), *_filled(data, top, notes)


def _renamed(card: Object, names: MappingProxyType[str, str]) -> tuple[Object, Object]:
    """The fields of `data` under their V1 names; a V1 name that is there itself goes before the other."""
    data = {names.get(key, key): value for key, value in card.items() if key in names}
    data |= {key: value for key, value in card.items() if key in _FLAT and (value or key not in data)}
    return data, {key: value for key, value in card.items() if key not in names and key not in _FLAT}


def _filled(data: Object, top: Object, notes: Notes) -> tuple[Object, Object]:
    """`data` with what only stood beside it. Where both say something, `data` counts and the mirror goes."""
    data, rest = dict(data), dict(top)
    extensions = dict(_object(data.pop("extensions", None), "extensions", notes) or {})
    for key in (*_MIRRORED, *_MIRRORED_EXTENSIONS):
        if key not in rest:
            continue
        value = rest.pop(key)
        home, name = (data, _MIRRORED[key]) if key in _MIRRORED else (extensions, key)
        if home.get(name) is None:
            home[name] = value
        elif home[name] != value:
            notes.changed.append(f"'{key}' beside 'data' said something else than '{name}' in it; 'data' counts.")
    return {**data, "extensions": extensions}, rest


def _text(value: JsonValue, key: str, notes: Notes) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        notes.changed.append(f"'{key}' was a list; its items are now lines of one text.")
        return "\n".join(_plain(item) for item in value if item is not None)
    if isinstance(value, dict):
        notes.refused.append(f"'{key}' is an object where a text belongs; it was left out.")
        return ""
    notes.changed.append(f"'{key}' was the bare value {shown(_plain(value))}; it is now a text.")
    return _plain(value)


def _texts(value: JsonValue, key: str, notes: Notes, split: bool = False) -> list[JsonValue]:
    if value is None:
        return []
    if isinstance(value, dict):
        notes.changed.append(f"'{key}' was an object; its values are now a list.")
        value = [*value.values()]
    if not isinstance(value, list):
        notes.changed.append(f"'{key}' was one text; it is now a list.")
        text = _plain(value)
        return [*filter(None, (part.strip() for part in text.split(",")))] if split else [text] if text else []
    if all(isinstance(item, str) for item in value):
        return value
    kept: list[JsonValue] = [_plain(item) for item in value if isinstance(item, str | int | float)]
    odd = sum(not isinstance(item, str) for item in value)
    notes.changed.append(f"{counted(odd, 'item')} of '{key}' were no texts; numbers are now texts, the rest is gone.")
    return kept


def _object(value: JsonValue, key: str, notes: Notes) -> Object | None:
    if isinstance(value, dict):
        return value
    if value:
        notes.refused.append(f"'{key}' is no object, as it has to be; it was left out.")
    return None


def _book(value: JsonValue, key: str, notes: Notes) -> Object | None:
    if isinstance(value, list) and value:
        notes.changed.append(f"'{key}' was a bare list of entries; it is now a lorebook.")
        return {"extensions": {}, "entries": value}
    return _object(value, key, notes)


def _time(value: JsonValue, key: str, notes: Notes) -> int | float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        notes.changed.append(f"'{key}' was a text; it is now a number.")
        return int(value)
    if value:
        notes.refused.append(f"'{key}' is no time in seconds; it was left out.")
    return None


def _assets(value: JsonValue, key: str, notes: Notes) -> list[JsonValue] | None:
    if not isinstance(value, list):
        _object(value, key, notes)
        return [value] if isinstance(value, dict) else None
    kept = [item for item in value if isinstance(item, dict)]
    if len(kept) < len(value):
        notes.refused.append(f"{counted(len(value) - len(kept), 'asset')} were no objects and were left out.")
    return [*kept] or None


def _plain(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if isinstance(value, list | dict) or value is None else str(value)


_OPTIONAL: MappingProxyType[str, Callable[[JsonValue, str, Notes], JsonValue]] = MappingProxyType(
    {
        "nickname": _text,
        "creator_notes_multilingual": _object,
        "source": _texts,
        "creation_date": _time,
        "modification_date": _time,
        "assets": _assets,
        "character_book": _book,
    }
)
