"""What is in a card that other programs run, show as markup or tell to a model, and that here is only kept."""

from __future__ import annotations

import re
from types import MappingProxyType

from pydantic import JsonValue

from studio.cards import assets
from studio.cards.card_schema import LISTS, TEXTS, CharacterCard, v3
from studio.cards.json_text import Object
from studio.cards.report import Notes, counted, shown

_MARKUP = re.compile(
    r"<\s*/?\s*(?:a|audio|body|button|center|details|div|embed|font|form|head|html|iframe|img|input|link|math|meta|"
    r"object|p|script|span|style|summary|svg|table|video)\b",
    re.IGNORECASE,
)
_SCRIPTS = MappingProxyType(
    {
        "regex_scripts": "regex script",
        "tavern_helper": "Tavern Helper script",
        "TavernHelper_scripts": "Tavern Helper script",
        "quickReply_sets": "quick reply set",
        "quick_replies": "quick reply set",
    }
)
_EXTENSIONS = MappingProxyType(
    {
        "risuai": "RisuAI's settings, scripts and triggers are kept; none runs.",
        "depth_prompt": "An instruction at a depth of the chat ('depth_prompt') is kept; no model is told it.",
        "world": "A link to a lorebook outside the card ('world') is kept; import that lorebook by itself.",
    }
)
_INSTRUCTIONS = ("system_prompt", "post_history_instructions")
_UNUSED = (
    "creator_notes",
    "creator_notes_multilingual",
    "creator",
    "character_version",
    "source",
    "creation_date",
    "modification_date",
    "group_only_greetings",
)


def note_inert(card: CharacterCard, notes: Notes) -> None:
    """Note what is kept without being used, and what of it could have acted elsewhere."""
    data, extensions = card.data, card.data["extensions"]
    if isinstance(extensions, dict):
        _note_extensions(extensions, notes)
    for key in _INSTRUCTIONS:
        if data[key]:
            notes.inert.append(f"'{key}' is kept for other programs; a card does not instruct the studio's models.")
    if marked := [key for key in (*TEXTS, *LISTS) if _has_markup(data[key])]:
        notes.inert.append(f"HTML, styles or scripts in {', '.join(marked)} are shown as plain text.")
    if _has_markup(_entries(data)):
        notes.inert.append("HTML, styles or scripts in the lorebook are plain text too.")
    for address in assets.addresses(v3(card))[:5]:
        notes.inert.append(f"The address {shown(address)} is kept; nothing is fetched from it.")
    _note_kept(data, card.top, notes)


def _note_extensions(extensions: Object, notes: Notes) -> None:
    for key, noun in _SCRIPTS.items():
        if scripts := extensions.get(key):
            number = len(scripts) if isinstance(scripts, list) else 1
            notes.inert.append(f"{counted(number, noun)} ('{key}'): kept, none runs.")
    for key, sentence in _EXTENSIONS.items():
        value = extensions.get(key)
        if value.get("prompt") if key == "depth_prompt" and isinstance(value, dict) else value:
            notes.inert.append(sentence)


def _note_kept(data: Object, top: Object, notes: Notes) -> None:
    if greetings := data["alternate_greetings"]:
        number = len(greetings) if isinstance(greetings, list) else 1
        notes.kept.append(f"{counted(number, 'alternate greeting')}.")
    if unused := [key for key in _UNUSED if data.get(key)]:
        notes.kept.append(f"For other programs: {', '.join(unused)}.")
    if data.get("nickname"):
        notes.kept.append("The nickname; in the card's own texts it stands for the character.")
    known = {*TEXTS, *LISTS, *_UNUSED, "nickname", "extensions", "character_book", "assets"}
    strange = [shown(key, 30) for key in (*data, *top) if key not in known]
    if strange:
        more = f" and {len(strange) - 8} more" if len(strange) > 8 else ""
        notes.kept.append(f"Fields the studio does not know: {', '.join(strange[:8])}{more}.")


def _entries(data: Object) -> JsonValue:
    book = data.get("character_book")
    entries = book.get("entries") if isinstance(book, dict) else None
    entries = [*entries.values()] if isinstance(entries, dict) else entries
    return [entry.get("content") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _has_markup(value: JsonValue) -> bool:
    if isinstance(value, list):
        return any(_has_markup(item) for item in value)
    if not isinstance(value, str):
        return False
    return ("<" in value and _MARKUP.search(value) is not None) or "javascript:" in value.lower()
