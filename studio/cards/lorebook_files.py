"""Lorebooks in the two common forms: the `character_book` of a card, and SillyTavern's World Info.

What a file says beyond our fields is kept with the book and its entries and written again, so that an unedited book
goes back as it came, key by key. A World Info file made from a card carries the card's book (`originalData`): that one
is what goes back into a card, with what was edited since.
"""

from __future__ import annotations

import copy

from pydantic import JsonValue

from studio.cards.json_text import Object
from studio.cards.lore_entries import SOURCE, amended, entry_from, entry_to, same, unedited
from studio.cards.lore_names import BLOCK, Form, inside
from studio.cards.lore_values import Reading
from studio.cards.report import Notes, counted, shown
from studio.domain.lorebook import Lorebook

USUAL = Lorebook(scan_depth=2, recursive=True)
"""How SillyTavern reads a book that does not say."""
_ENTRIES, _EXTENSIONS, _ORIGINAL = "entries", "extensions", "originalData"
_CARD_NAMES = {
    "name": "name",
    "description": "description",
    "scan_depth": "scan_depth",
    "token_budget": "token_budget",
    "recursive": "recursive_scanning",
}
_FIELDS = (*_CARD_NAMES, "whole_words", "group_scoring")


def lorebook_from_card(book: Object, notes: Notes | None = None) -> Lorebook:
    """The lorebook a card holds as `character_book`, V2 or V3. Never fails: what cannot be read is noted and kept."""
    return _book_from(book, Form.CARD, notes or Notes())


def lorebook_to_card(book: Lorebook) -> Object:
    """The lorebook as a card's `character_book`: as it came where nothing was edited."""
    original = inside(inside(book.extensions.get(SOURCE)).get("book")).get(_ORIGINAL)
    if isinstance(original, dict) and isinstance(original.get(_ENTRIES), list):
        return _amended(original, book)
    return _filled(_frame(book, Form.CARD), {entry.id: entry_to(entry, Form.CARD) for entry in book.entries})


def lorebook_from_world_info(data: Object, notes: Notes | None = None) -> Lorebook:
    """The lorebook in a World Info file of SillyTavern's. Never fails: what cannot be read is noted and kept."""
    return _book_from(data, Form.WORLD_INFO, notes or Notes())


def lorebook_to_world_info(book: Lorebook) -> Object:
    """The lorebook as a World Info file: as it came where nothing was edited. One from a card carries the card's."""
    taken = {entry.id for entry in book.entries}
    free = (str(number) for number in range(2 * len(taken) + 1) if str(number) not in taken)
    of_card = _is_from(book.extensions, Form.CARD)
    entries: dict[str, Object] = {}
    for entry in book.entries:
        new = entry_to(entry, Form.WORLD_INFO)
        id_ = entry.id
        if not _is_from(entry.extensions, Form.WORLD_INFO) and str(new["uid"]) != id_:
            if of_card:  # SillyTavern takes the card's id for its own, and finds the card's entry by it
                new["uid"] = id_
            else:
                id_ = next(free)
                new |= {"uid": int(id_), "displayIndex": int(id_)}
        entries[id_] = new
    whole = _filled(_frame(book, Form.WORLD_INFO), entries)
    return {**whole, _ORIGINAL: lorebook_to_card(book)} if of_card else whole


def _book_from(raw: Object, form: Form, notes: Notes) -> Lorebook:
    listed = raw.get(_ENTRIES)
    if isinstance(listed, dict):
        items = [*listed.items()]
        if form is Form.CARD:
            notes.changed.append("The lorebook's entries were an object, not a list; they are read in its order.")
    else:
        items = _named(listed if isinstance(listed, list) else [])
    keep = _ORIGINAL in raw
    entries = tuple(entry_from(value, form, id_, notes, keep=keep) for id_, value in items if isinstance(value, dict))
    strange = [(place, id_, value) for place, (id_, value) in enumerate(items) if not isinstance(value, dict)]
    if strange:
        which = ", ".join(shown(id_, 20) for _, id_, _ in strange[:5])
        notes.refused.append(f"{counted(len(strange), 'lorebook entry', 'lorebook entries')} without fields: {which}.")
    book = _with_fields(raw, form, notes).model_copy(update={"entries": entries})
    held: JsonValue = listed
    if isinstance(listed, dict):
        held = {id_: [place, value] for place, id_, value in strange}
    elif isinstance(listed, list):
        held = [[place, value] for place, _, value in strange]
    frame = {key: held if key == _ENTRIES else value for key, value in raw.items()}
    if same(_fresh_frame(book, form), frame):
        return book
    return book.model_copy(update={"extensions": {SOURCE: {"form": form.value, "book": copy.deepcopy(frame)}}})


def _named(items: list[JsonValue]) -> list[tuple[str, JsonValue]]:
    """Each item of a list under its own id, or its place where that is missing or taken."""
    named: dict[str, JsonValue] = {}
    for place, item in enumerate(items):
        own = item.get("id") if isinstance(item, dict) else None
        id_ = str(own) if isinstance(own, str | int) and not isinstance(own, bool) and str(own) else str(place)
        while id_ in named:
            id_ += f"-{place}"
        named[id_] = item
    return [*named.items()]


def _with_fields(raw: Object, form: Form, notes: Notes) -> Lorebook:
    """The book's own fields, without entries."""
    block = inside(inside(raw.get(_EXTENSIONS)).get(BLOCK))
    said: Object = {**block, "name": raw.get("name")}
    if form is Form.CARD:
        said |= {field: raw.get(name) for field, name in _CARD_NAMES.items()}
    read = Reading(said, Form.WORLD_INFO, "The lorebook", notes)
    budget = read.number("token_budget")
    fields: dict[str, object] = {
        "name": read.text("name"),
        "description": read.text("description"),
        "scan_depth": read.number("scan_depth", 0, 1000),
        "token_budget": budget or None,
        "recursive": read.flag("recursive"),
        "whole_words": read.flag("whole_words"),
        "group_scoring": read.flag("group_scoring"),
    }
    told = {name: value for name, value in fields.items() if value is not None}
    return Lorebook.model_validate({**USUAL.model_dump(exclude={"entries", "extensions"}), **told})


def _frame(book: Lorebook, form: Form) -> Object:
    """The book without its entries: its own object with what was edited since, else a new one."""
    source = inside(book.extensions.get(SOURCE))
    if source.get("form") != form.value:
        return _fresh_frame(book, form)
    frame = copy.deepcopy(inside(source.get("book")))
    _put_fields(frame, book, _with_fields(frame, form, Notes()), form)
    return frame


def _fresh_frame(book: Lorebook, form: Form) -> Object:
    frame: Object = {_ENTRIES: {}}
    if form is Form.CARD:
        named: Object = {name: getattr(book, field) for field, name in _CARD_NAMES.items()}
        frame = {**named, _EXTENSIONS: {}, _ENTRIES: []}
        _put_fields(frame, book, _with_fields(frame, form, Notes()), form)
        return frame
    _put_fields(frame, book, USUAL, form)
    return frame


def _put_fields(frame: Object, book: Lorebook, before: Lorebook, form: Form) -> None:
    """Write the fields that differ from what the frame says."""
    changed = [field for field in _FIELDS if getattr(book, field) != getattr(before, field)]
    block = dict(inside(inside(frame.get(_EXTENSIONS)).get(BLOCK)))
    for field in changed:
        value: JsonValue = getattr(book, field)
        if field == "name" or (form is Form.CARD and field in _CARD_NAMES):
            frame[_CARD_NAMES[field]] = value
        else:
            block[field] = value
    if block.keys() & set(changed):
        frame[_EXTENSIONS] = {**inside(frame.get(_EXTENSIONS)), BLOCK: block}


def _filled(frame: Object, entries: dict[str, Object]) -> Object:
    """The frame with its entries, by their ids or as a list, and what could not be read in its place among them."""
    held = frame.get(_ENTRIES)
    named: list[tuple[str, JsonValue]] = [*entries.items()]
    if isinstance(held, dict):
        for id_, kept in held.items():
            named.insert(*_placed(id_, kept))
        frame[_ENTRIES] = dict(named)
    elif isinstance(held, list):
        for kept in held:
            named.insert(*_placed("", kept))
        frame[_ENTRIES] = [value for _, value in named]
    elif entries:
        frame[_ENTRIES] = [*entries.values()]
    return frame


def _placed(id_: str, kept: JsonValue) -> tuple[int, tuple[str, JsonValue]]:
    place, value = kept if isinstance(kept, list) and len(kept) == 2 else (0, kept)
    return (place if isinstance(place, int) else 0), (id_, value)


def _amended(original: Object, book: Lorebook) -> Object:
    """The card's book a World Info file was made from, with what was edited since."""
    whole = copy.deepcopy(original)
    listed = whole[_ENTRIES]
    left = {entry.id: entry for entry in book.entries}
    entries: list[JsonValue] = []
    for id_, raw in _named(listed if isinstance(listed, list) else []):
        entry = left.pop(id_, None)
        if entry is not None and isinstance(raw, dict):
            entries.append(amended(raw, entry, unedited(entry)))
    whole[_ENTRIES] = [*entries, *(entry_to(entry, Form.CARD) for entry in left.values())]
    before = _with_fields(inside(inside(book.extensions[SOURCE]).get("book")), Form.WORLD_INFO, Notes())
    _put_fields(whole, book, before, Form.CARD)
    return whole


def _is_from(extensions: dict[str, JsonValue], form: Form) -> bool:
    return inside(extensions.get(SOURCE)).get("form") == form.value
