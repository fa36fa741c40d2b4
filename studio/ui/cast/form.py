"""A character as the page holds it: plain JSON that need not be usable yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from pydantic import JsonValue, ValidationError

from studio.domain.character import Character
from studio.domain.value import Value
from studio.ui.cast.surveys import KEPT, answers_in

Form = dict[str, JsonValue]

HELD_BACK = frozenset({"id", "original", "extensions"})
"""What a person does not write, and a browser need not carry: it is laid under the form again here."""
NAMELESS = "Nobody yet"
BLANK: Form = {"name": ""}
_MENDS: Mapping[str, str] = {
    "name": "Give them a name of at most 200 characters.",
    "age": "Write the age in whole years, from 0 to 10,000, or leave it open.",
    "mbti": "Choose one of the sixteen types, or leave it open.",
    "big_five": "Every score lies between 1 and 7.",
    "persona_type": "Choose one of the five kinds.",
    "talkativeness": "It lies between 0 and 1.",
}


class Mark(Value):
    """Something said about one field. `field`: its path, with the place in a list: `facts.2` is the third fact."""

    field: str
    severity: str
    message: str


def blank() -> Form:
    """A character nobody has written anything about."""
    return body_of(Character(id="", name=NAMELESS)) | BLANK


def body_of(character: Character) -> Form:
    """Everything about a character but its id: what is kept while it is being written."""
    return character.model_dump(mode="json", exclude={"id"})


def shown(body: Form) -> Form:
    """What of a body goes to the page."""
    form = {name: value for name, value in body.items() if name not in HELD_BACK}
    form["answers"] = answers_in(body)
    book = form.get("lorebook")
    if isinstance(book, dict):
        entries = [_without(entry, "extensions") for entry in _entries(book)]
        form["lorebook"] = {**_without(book, "extensions"), "entries": cast(JsonValue, entries)}
    return form


def merged(body: Form, patch: Form) -> Form:
    """The body with the fields of a patch from the page, and under them what the page never had."""
    new = {**body, **{name: value for name, value in patch.items() if _is_field(name)}}
    if "answers" in patch:
        kept = body.get("extensions")
        others = _without(kept, KEPT) if isinstance(kept, dict) else {}
        new["extensions"] = {**others, KEPT: patch["answers"]} if patch["answers"] else others
    book, before = new.get("lorebook"), body.get("lorebook")
    if "lorebook" in patch and isinstance(book, dict) and isinstance(before, dict):
        new["lorebook"] = _with_extensions(book, before)
    return new


def understood(body: Form, id_: str) -> tuple[Character | None, tuple[Mark, ...]]:
    """The character a body describes, or what keeps it from being one, field by field."""
    try:
        return Character.model_validate({**body, "id": id_}), ()
    except ValidationError as error:
        return None, faults(error)


def faults(error: ValidationError) -> tuple[Mark, ...]:
    """What is wrong, in words for the person at the form."""
    marks: dict[str, Mark] = {}
    for problem in error.errors(include_url=False):
        path = [str(part) for part in problem["loc"]]
        field = ".".join(path)
        message = _MENDS.get(path[0] if path else "", f"{problem['msg']}.")
        blank_name = field == "name" and not str(problem["input"]).strip()
        severity = "hint" if blank_name else "error"  # whoever has just begun has done nothing wrong
        marks.setdefault(field, Mark(field=field, severity=severity, message=message))
    return tuple(marks.values())


def name_of(body: Form) -> str:
    """What to call somebody who may have no name yet."""
    name = body.get("name")
    return (" ".join(name.split())[:200] if isinstance(name, str) else "") or NAMELESS


def _is_field(name: str) -> bool:
    return name in Character.model_fields and name not in HELD_BACK


def _without(values: Mapping[str, JsonValue], *names: str) -> Form:
    return {name: value for name, value in values.items() if name not in names}


def _entries(book: Mapping[str, JsonValue]) -> Iterator[Form]:
    entries = book.get("entries")
    for entry in entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ():
        if isinstance(entry, dict):
            yield entry


def _with_extensions(book: Form, before: Form) -> Form:
    """What other programs keep with a book and its entries, found again by the entries' ids, in order where several
    share one."""
    kept: dict[str, list[JsonValue]] = {}
    for entry in _entries(before):
        kept.setdefault(str(entry.get("id")), []).append(entry.get("extensions", {}))
    entries = []
    for entry in _entries(book):
        waiting = kept.get(str(entry.get("id")), [])
        entries.append({**entry, "extensions": waiting.pop(0) if waiting else {}})
    return {**book, "extensions": before.get("extensions", {}), "entries": cast(JsonValue, entries)}
