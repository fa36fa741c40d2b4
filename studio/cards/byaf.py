"""Cards in Backyard archives: a manifest, characters and scenarios."""

from __future__ import annotations

import posixpath
import re

from pydantic import JsonValue

from studio.cards import picture
from studio.cards.contents import Contents
from studio.cards.json_text import MAX_BYTES, Object, read_object
from studio.cards.report import Notes, counted, shown
from studio.cards.zip_file import Archive
from studio.errors import Invalid

MANIFEST = "manifest.json"
MAX_SCENARIOS_BYTES = 8 << 20

_MACROS = (
    (re.compile(r"#\{user\}:", re.IGNORECASE), "{{user}}:"),
    (re.compile(r"#\{character\}:", re.IGNORECASE), "{{char}}:"),
    (re.compile(r"(?<!\{)\{user\}(?!\})", re.IGNORECASE), "{{user}}"),
    (re.compile(r"(?<!\{)\{character\}(?!\})", re.IGNORECASE), "{{char}}"),
)


def read_byaf(archive: Archive, notes: Notes) -> Contents:
    """The first character of a Backyard archive as a V2 card, greetings from its scenarios.

    What a card has no place for goes under `extensions.byaf`. Chats stay in the file.
    Raises: Invalid when the manifest or the character is not there or cannot be read.
    """
    manifest = read_object(archive.read(MANIFEST, MAX_BYTES), MANIFEST, notes)
    paths = _paths(manifest, "characters")
    if not paths:
        raise Invalid(f"{MANIFEST} names no character. Export the character from Backyard anew.")
    for path in paths[1:6]:
        notes.refused.append(f"Another character, {shown(path)}, is in the archive; only the first was read.")
    text = archive.read(paths[0], MAX_BYTES)
    character = read_object(text, shown(paths[0]), notes)
    scenarios = _scenarios(archive, manifest, notes)
    notes.changed.append("Backyard's {user} and {character} became {{user}} and {{char}}.")
    portrait = _portrait(character, paths[0], archive, notes)
    return Contents("byaf", _card(manifest, character, scenarios), text, portrait)


def _card(manifest: Object, character: Object, scenarios: list[Object]) -> Object:
    first = scenarios[0] if scenarios else {}
    author = manifest.get("author")
    author = author if isinstance(author, dict) else {}
    greetings = [greeting for scenario in scenarios for greeting in _texts(scenario, "firstMessages")[:1]]
    opening = _texts(first, "firstMessages")[:1]
    data: Object = {
        "name": character.get("name") or character.get("displayName"),
        "description": _macros(character.get("persona")),
        "scenario": _macros(first.get("narrative")),
        "first_mes": opening[0] if opening else "",
        "mes_example": "\n".join(f"<START>\n{text}" for text in _texts(first, "exampleMessages")),
        "system_prompt": _macros(first.get("formattingInstructions")),
        "creator": author.get("name"),
        "creator_notes": author.get("backyardURL"),
        "alternate_greetings": [*greetings[len(opening) :]],
        "extensions": {"byaf": _rest(manifest, character, scenarios)},
    }
    items = character.get("loreItems")
    if isinstance(items, list) and items:
        data["character_book"] = {"entries": [_entry(item, order) for order, item in enumerate(items)]}
    return {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}


def _entry(item: JsonValue, order: int) -> JsonValue:
    item = item if isinstance(item, dict) else {}
    keys = _macros(item.get("key")).split(",")
    return {
        "keys": [key.strip() for key in keys if key.strip()],
        "content": _macros(item.get("value")),
        "extensions": {"byaf": {key: value for key, value in item.items() if key not in ("key", "value")}},
        "enabled": True,
        "insertion_order": order,
    }


def _rest(manifest: Object, character: Object, scenarios: list[Object]) -> Object:
    told = ("name", "persona", "loreItems")
    return {
        "manifest": manifest,
        "character": {key: value for key, value in character.items() if key not in told},
        "scenarios": [*scenarios],
    }


def _scenarios(archive: Archive, manifest: Object, notes: Notes) -> list[Object]:
    found: list[Object] = []
    left = MAX_SCENARIOS_BYTES
    for path in _paths(manifest, "scenarios"):
        try:
            text = archive.read(path, left)
            left -= len(text)
            scenario = read_object(text, shown(path), notes)
        except Invalid as error:
            notes.refused.append(str(error))
            continue
        messages = scenario.pop("messages", None)
        found.append(scenario)
        if isinstance(messages, list) and messages:
            notes.refused.append(f"A chat of {counted(len(messages), 'message')} stays in the file.")
    return found


def _portrait(character: Object, path: str, archive: Archive, notes: Notes) -> bytes | None:
    images = character.get("images")
    for image in images if isinstance(images, list) else ():
        if isinstance(image, dict) and isinstance(image.get("path"), str):
            name = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(image["path"])))
            if name in archive:
                return picture.unpacked(archive, name, "The image", notes)
            notes.refused.append(f"The image {shown(name)} is not in the archive.")
    return None


def _paths(manifest: Object, field: str) -> list[str]:
    paths = manifest.get(field)
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def _texts(scenario: Object, field: str) -> list[JsonValue]:
    """The texts of a scenario's messages, without empty ones."""
    messages = scenario.get(field)
    found = [item.get("text") for item in messages if isinstance(item, dict)] if isinstance(messages, list) else []
    return [_macros(text) for text in found if text]


def _macros(value: JsonValue) -> str:
    text = value if isinstance(value, str) else ""
    for pattern, macro in _MACROS:
        text = pattern.sub(macro, text)
    return text
