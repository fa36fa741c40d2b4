"""One character, scene or lorebook as YAML text: read with the line of every fault, written to be gone on with by hand.

A file holds the fields of its model; its name is the id. Plain scalars are taken as written (`no` is the text "no",
`1984` may be a name) and an empty field keeps its default; only below `extensions` do numbers, true, false and null
keep their YAML meaning. Anchors, tags, repeated keys and more than one document are refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, get_args

import yaml
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR
from studio.domain.holding import Book
from studio.domain.identifiers import is_slug, slug
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.errors import Invalid
from studio.library.yaml_text import written

MAX_BYTES = 16 << 20
"""As much as is read of a card, so that whatever was imported can be kept."""
MAX_DEPTH = 24
MAX_PROBLEMS = 20
RESERVED = frozenset({NARRATOR, DIRECTOR})
"""Actors that are nobody in the cast; no file may take their ids."""

ItemT = TypeVar("ItemT", Character, Scene, Book)
ValueT = TypeVar("ValueT", bound=Value)
Location = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NODES = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_STRING_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
_MENDS = MappingProxyType(
    {
        "missing": "Add it.",
        "tuple_type": "Write a list: a line for each item, beginning with '- '.",
        "string_type": "Write one text; a text that holds ': ' or ' #' needs quotes.",
        "model_type": "Write its own fields below it, indented by two spaces.",
        "dict_type": "Write its entries below it, indented by two spaces.",
    }
)


class LibraryProblem(Value):
    """Why a file, or one field of it, cannot be used. `line` counts from 1; `field` is empty for the whole file."""

    file: Path
    line: int = 1
    field: str = ""
    message: str
    mend: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" + (f", {self.field}" if self.field else "")
        return f"{where}: {self.message} {self.mend}".rstrip()


class Unreadable(Invalid):
    """A file that cannot be used; `problems` holds everything found wrong with it, the message the first of them."""

    def __init__(self, problems: tuple[LibraryProblem, ...]) -> None:
        more = len(problems) - 1
        super().__init__(str(problems[0]) + (f" ({more} more in this file.)" if more else ""))
        self.problems = problems


class _Stop(Exception):
    """The first fault of a text that is not usable YAML."""

    def __init__(self, message: str, mend: str, line: int = 1, location: Location = ()) -> None:
        super().__init__(message)
        self.message, self.mend, self.line, self.location = message, mend, line, location


def read(data: bytes, model: type[ItemT], file: Path) -> ItemT:
    """The character or scene in the bytes of `file`, with the file's stem as id.

    Raises: Unreadable, for a file name, encoding, YAML or field that cannot be used.
    """
    try:
        _check_name(file, model)
        values, lines = _document(_decoded(data))
        if values.pop("id", file.stem) != file.stem:
            raise _Stop("The file name is the id.", "Remove this line.", lines[("id",)], ("id",))
    except _Stop as stop:
        raise Unreadable((_stopped(stop, file),)) from stop
    return _valid({**values, "id": file.stem}, model, lines, file)


def read_value(data: bytes, model: type[ValueT], file: Path) -> ValueT:
    """A value of any other kind in the bytes of `file`, which may have any name.

    Raises: Unreadable, for an encoding, YAML or field that cannot be used.
    """
    try:
        values, lines = _document(_decoded(data))
    except _Stop as stop:
        raise Unreadable((_stopped(stop, file),)) from stop
    return _valid(values, model, lines, file)


def read_values(data: bytes, file: Path) -> dict[str, JsonValue]:
    """The fields of any YAML file, read by the same rules but named as it likes; nothing is checked against a model.

    Raises: Unreadable.
    """
    try:
        return _document(_decoded(data))[0]
    except _Stop as stop:
        raise Unreadable((_stopped(stop, file),)) from stop


def write(item: Character | Scene | Book) -> bytes:
    """The item as UTF-8 YAML: fields in the model's order, defaults and the id left out, block style throughout."""
    values = item.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    return written(values).encode()


def _valid(values: Mapping[str, JsonValue], model: type[ValueT], lines: Mapping[Location, int], file: Path) -> ValueT:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)[:MAX_PROBLEMS]
        raise Unreadable(tuple(_problem(detail, model, lines, file) for detail in details)) from error


def _stopped(stop: _Stop, file: Path) -> LibraryProblem:
    field = ".".join(map(str, stop.location))
    return LibraryProblem(file=file, line=stop.line, field=field, message=stop.message, mend=stop.mend)


def _check_name(file: Path, model: type[BaseModel]) -> None:
    better = f"{slug(file.stem, model.__name__.lower())}.yaml"
    if file.suffix != ".yaml":
        raise _Stop(f"The name ends in {file.suffix}.", f"Rename it to {better}.")
    if file.stem in RESERVED:
        raise _Stop(f"'{file.stem}' is an id of the stage itself.", "Rename the file.")
    if not is_slug(file.stem):
        raise _Stop("A file name holds a-z, 0-9, - and _, 64 at most.", f"Rename it, say to {better}.")


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Stop(f"It is larger than {MAX_BYTES:,} bytes.", "Make it shorter.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Stop("It is saved as UTF-16.", "Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Stop(f"Byte 0x{data[error.start]:02x} is not UTF-8.", "Save the file as UTF-8.", line) from error
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _Stop(f"It holds the control character U+{ord(found[0]):04X}.", "Delete it.", line)
    return text


def _document(text: str) -> tuple[dict[str, JsonValue], dict[Location, int]]:
    """The fields of the text, and the line of every value by its path."""
    reader = _Reader(text)
    try:
        values = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        rows = text.splitlines()
        tabbed = line <= len(rows) and "\t" in rows[line - 1]
        mend = "Indent with spaces, not tabs." if tabbed else "Compare its quotes and indents with the lines above."
        raise _Stop(f"This is not YAML: {error.problem}.", mend, line) from error
    except yaml.YAMLError as error:
        raise _Stop(f"This is not YAML: {error}.", "Compare it with a shipped file.") from error
    return values, reader.lines


class _Reader:
    """Builds plain values from YAML events, which come one by one however deep a text nests."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Location, int] = {(): 1}
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)

    def document(self) -> dict[str, JsonValue]:
        event = self._next()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return {}
        if not isinstance(event, yaml.MappingStartEvent):
            raise _Stop("The file is not a list of fields.", "Begin each line with a field: 'name: …'.")
        values = self._mapping(())
        while not isinstance(event, yaml.StreamEndEvent):
            event = self._next()
            if isinstance(event, yaml.DocumentStartEvent):
                raise _Stop("A second document begins here.", "Put it in a file of its own.", _line(event))
        return values

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _value(self, event: yaml.Event, location: Location) -> JsonValue:
        line = self.lines.setdefault(location, _line(event))
        if not isinstance(event, _NODES) or event.anchor:
            raise _Stop("Anchors (&) and aliases (*) are not read.", "Write the text out.", line, location)
        if event.tag not in _STRING_TAGS and not (isinstance(event, yaml.CollectionStartEvent) and event.implicit):
            raise _Stop(f"Tags ({event.tag}) are not read.", "Remove it, or quote the text.", line, location)
        if len(location) > MAX_DEPTH:
            raise _Stop(f"More than {MAX_DEPTH} levels deep.", "Nest less.", line, location)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(location)
        return _scalar(event, typed=_typed(location))

    def _mapping(self, location: Location) -> dict[str, JsonValue]:
        values: dict[str, JsonValue] = {}
        keeps_empty = _typed(location) or location == ("relationships",)
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise _Stop("A field's name must be a word.", "Write 'name: …'.", _line(key), location)
            here = (*location, key.value)
            if here in self.lines:
                message = f"It is written twice; first in line {self.lines[here]}."
                raise _Stop(message, "Keep one.", _line(key), here)
            self.lines[here] = _line(key)
            value = self._value(self._next(), here)
            if value is not None or keeps_empty:
                values[key.value] = value
        return values

    def _sequence(self, location: Location) -> list[JsonValue]:
        items: list[JsonValue] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*location, len(items))))
        return items


def _typed(location: Location) -> bool:
    """Whether scalars there keep their YAML type: in `extensions`, a character's, its lorebook's or an entry's."""
    return "extensions" in location and location[0] != "relationships"


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent, typed: bool) -> JsonValue:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _NULLS:
        return None
    if not typed:
        return text
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _problem(detail: ErrorDetails, model: type[BaseModel], lines: Mapping[Location, int], file: Path) -> LibraryProblem:
    location = detail["loc"]
    nearest = next(location[:length] for length in range(len(location), -1, -1) if location[:length] in lines)
    kind, message = detail["type"], detail["msg"].removeprefix("Value error, ")
    mend = _MENDS.get(kind, "")
    if kind == "missing":
        message = "It is missing."
    elif kind == "extra_forbidden":
        message = "There is no such field."
        known = _fields(model, location[:-1])
        near = difflib.get_close_matches(str(location[-1]), known, n=1)
        mend = f"Did you mean {near[0]}?" if near else f"Fields here: {', '.join(known)}."
    else:
        shown = repr(detail["input"])
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        message = f"{message[0].upper()}{message[1:]}, not {shown}." if location else f"{message}."
    field = ".".join(map(str, location))
    return LibraryProblem(file=file, line=lines[nearest], field=field, message=message, mend=mend)


def _fields(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The names of the fields of the model found at a path below `model`."""
    for step in location:
        if isinstance(step, str) and step in model.model_fields:
            annotation = model.model_fields[step].annotation
            inner = (annotation, *get_args(annotation))
            model = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return tuple(name for name in model.model_fields if name != "id")
