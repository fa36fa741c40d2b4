"""JSON as strangers write it: read with repairs that are told, within bounds; written the compact way."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from pydantic import JsonValue

from studio.cards.report import Notes, shown
from studio.errors import Invalid

Object: TypeAlias = dict[str, JsonValue]
"""A JSON object."""

MAX_BYTES = 16 << 20
MAX_VALUES = 500_000
MAX_DEPTH = 60

_NESTING = (dict, list)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_object(data: bytes, what: str, notes: Notes) -> Object:
    """The JSON object in `data`; `what` names it in messages.

    Repairs, each noted: byte order marks and other encodings, unescaped line breaks, keys written twice (the last
    counts), NaN and infinity (null), broken characters.
    Raises: Invalid for anything else, for more than 16 MiB, 500,000 values or 60 levels.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(f"{what} has {len(data):,} bytes; {MAX_BYTES:,} at most are read. Make it shorter.")
    text = decoded(data, what, notes).strip("\0 \t\r\n")
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise Invalid(f"{what} has more than {MAX_VALUES:,} values. Make it shorter.")
    value = _parsed(text, what, notes)
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(value), "a number")
        raise Invalid(f"{what} is {kind}, not an object with fields. Export the card anew.")
    if text.count("[") + text.count("{") > MAX_DEPTH:
        check_depth(value, MAX_DEPTH, what)
    if _SURROGATE.search(text) and (whole := _whole(value)) != value:
        notes.changed.append(f"{what} held halves of characters; each is now �.")
        return whole if isinstance(whole, dict) else value
    return value


def write_object(value: Object) -> bytes:
    """Compact UTF-8 JSON, keys in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def decoded(data: bytes, what: str, notes: Notes) -> str:
    """The bytes as text: UTF-8 with or without mark, UTF-16 or UTF-32, else Windows-1252 as the last resort.

    Raises: Invalid when none fits.
    """
    encoding = json.detect_encoding(data)
    for name in dict.fromkeys((encoding, "utf-8-sig", "cp1252")):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if not name.startswith("utf-8"):
            notes.changed.append(f"{what} was not UTF-8; it was read as {name}. Look for odd characters.")
        return text
    raise Invalid(f"{what} is not text in any encoding known. Export the card anew, as UTF-8.")


def check_depth(value: JsonValue, limit: int, what: str) -> None:
    """Raises: Invalid when lists and objects nest more than `limit` levels deep."""
    level = [value] if isinstance(value, _NESTING) else []
    depth = 0
    while level:
        depth += 1
        if depth > limit:
            raise Invalid(f"{what} nests deeper than {limit} levels. Flatten what an extension stored there.")
        inner = (item.values() if isinstance(item, dict) else item for item in level)
        level = [value for values in inner for value in values if isinstance(value, _NESTING)]


def _parsed(text: str, what: str, notes: Notes) -> object:
    """As json.loads; a second try forgives bare control characters within a text."""
    doubled: dict[str, None] = {}

    def gathered(pairs: list[tuple[str, object]]) -> dict[str, object]:
        values = dict(pairs)
        if len(values) != len(pairs) and len(doubled) < 20:
            times = Counter(key for key, _ in pairs)
            doubled.update({key: None for key in times if times[key] > 1})
        return values

    def load(strict: bool) -> object:
        return json.loads(
            text,
            strict=strict,
            object_pairs_hook=gathered,
            parse_float=lambda number: _finite(number, what, notes),
            parse_constant=lambda number: _finite(number, what, notes),
        )

    value = _attempt(lambda: load(strict=True), what)
    if isinstance(value, json.JSONDecodeError) and value.msg.startswith("Invalid control character"):
        value = _attempt(lambda: load(strict=False), what)
        notes.changed.append(f"{what} held line breaks or other bare control characters within a text; they stay.")
    if isinstance(value, json.JSONDecodeError):
        where = f"line {value.lineno}, column {value.colno}"
        raise Invalid(f"{what} is not whole JSON: {value.msg} at {where}. Export the card anew.") from value
    if doubled:
        keys = ", ".join(shown(key, 30) for key in list(doubled)[:5])
        notes.changed.append(f"{what} has fields written twice ({keys}); the last of each counts.")
    return value


def _attempt(load: Callable[[], object], what: str) -> object:
    """What `load` returns, or the error that says where the text breaks off."""
    try:
        return load()
    except json.JSONDecodeError as error:
        return error
    except RecursionError as error:
        raise Invalid(f"{what} nests too deep; {MAX_DEPTH} levels at most are read. Export the card anew.") from error
    except ValueError as error:
        raise Invalid(f"{what} holds a number of thousands of digits. Export the card anew.") from error


def _finite(number: str, what: str, notes: Notes) -> float | None:
    value = float(number)
    if math.isfinite(value):
        return value
    notes.changed.append(f"{what} held the number {number[:20]}, which JSON does not know; it is now null.")
    return None


def _whole(value: JsonValue) -> JsonValue:
    """The value with every lone surrogate replaced; what holds one can be neither stored nor sent."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {str(_whole(key)): _whole(item) for key, item in value.items()}
    return value
