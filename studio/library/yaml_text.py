"""Plain values as block YAML, made for people to go on with by hand.

Ten times as quick as PyYAML's own emitter for what characters hold. A text it is not sure of, it leaves to PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import yaml
from pydantic import JsonValue

WIDTH = 110
LONG = 100
"""Characters from which on a text of one line is folded."""
KEY_CHARS = 100
_ODD_BREAK = re.compile("[\r\x85\u2028\u2029]")
_MEANT_OTHERWISE = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_OFF_PLAIN = re.compile(r": | #|:$|\s$")


class _Unsure(Exception):
    """Not a text for this module."""


def written(values: Mapping[str, JsonValue]) -> str:
    """The mapping as a YAML document: block style throughout, lists indented below their field."""
    try:
        return "".join(_mapping(values, 0)) or "{}\n"
    except _Unsure:
        return yaml.dump(
            dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=WIDTH
        )


def _mapping(values: Mapping[str, JsonValue], indent: int) -> Iterator[str]:
    for key, value in values.items():
        if len(key) > KEY_CHARS or not key.isprintable():
            raise _Unsure
        yield f"{' ' * indent}{_line(key)}:{_value(value, indent)}"


def _value(value: JsonValue, indent: int) -> str:
    """What stands behind a field's colon, its line end included."""
    if isinstance(value, dict) and value:
        return "\n" + "".join(_mapping(value, indent + 2))
    if isinstance(value, list) and value:
        return "\n" + "".join(_item(item, indent + 2) for item in value)
    return f" {_scalar(value, indent + 2)}\n"


def _item(value: JsonValue, indent: int) -> str:
    start = " " * indent
    if isinstance(value, dict) and value:
        return f"{start}- {''.join(_mapping(value, indent + 2))[indent + 2 :]}"
    if isinstance(value, list) and value:
        return f"{start}- {''.join(_item(item, indent + 2) for item in value)[indent + 2 :]}"
    return f"{start}- {_scalar(value, indent + 2)}\n"


def _scalar(value: JsonValue, indent: int) -> str:
    if isinstance(value, str):
        return _text(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        shown = repr(value)
        if not shown.replace("-", "").replace(".", "").isdigit():
            raise _Unsure  # an exponent, or no number at all
        return shown
    return "[]" if isinstance(value, list) else "{}"


def _text(text: str, indent: int) -> str:
    if "\n" in text:
        return _literal(text, indent)
    return _folded(text, indent) if len(text) > LONG else _line(text)


def _line(text: str) -> str:
    if not text.isprintable():
        raise _Unsure
    if text[:1].isalpha() and not _OFF_PLAIN.search(text) and text.lower() not in _MEANT_OTHERWISE:
        return text
    return "'{}'".format(text.replace("'", "''"))


def _literal(text: str, indent: int) -> str:
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if not lines[0] or lines[0][0] == " " or not lines[-1]:
        raise _Unsure
    if not all(line.isprintable() and line[-1:] != " " for line in lines):
        raise _Unsure
    start = " " * indent
    told = "\n".join(f"{start}{line}" if line else "" for line in lines)
    return f"|{'' if body != text else '-'}\n{told}"


def _folded(text: str, indent: int) -> str:
    words = text.split(" ")
    if not all(words) or not text.isprintable():
        raise _Unsure
    lines, line = [], words[0]
    for word in words[1:]:
        if indent + len(line) > WIDTH:  # at the first blank past it, as PyYAML does
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}"
    start = "\n" + " " * indent
    return f">-{start}{start.join([*lines, line])}"


def _represented(dumper: yaml.representer.BaseRepresenter, text: str) -> yaml.Node:
    block = "|" if "\n" in text else ">" if len(text) > LONG else None
    style = '"' if _ODD_BREAK.search(text) else block  # any other style would turn odd breaks into plain line ends
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Dumper(yaml.SafeDumper):
    """Lists indented below their field; long and many-lined texts as blocks; no anchors."""

    yaml_representers: ClassVar = {**yaml.SafeDumper.yaml_representers, str: _represented}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True
