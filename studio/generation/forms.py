"""JSON a model is asked for: forms that forgive, and the part of one that is being written. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


def _told(value: object) -> object:
    """Models put lists where a text was asked for; nothing they say is lost."""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value if item)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return "" if value is None else value


def _listed(value: object) -> object:
    """A single text where a list was asked for is a list of one."""
    if isinstance(value, str):
        return [line.strip(" -•\t") for line in value.splitlines() if line.strip(" -•\t")]
    return [] if value is None else value


Told = Annotated[str, BeforeValidator(_told)]
Listed = Annotated[tuple[Told, ...], BeforeValidator(_listed)]


def _all_required(schema: dict[str, Any]) -> None:
    schema["required"] = list(schema.get("properties", {}))


class Form(BaseModel):
    """Answers of a form. Every key is asked for; one that is missing stays empty, but not all may be."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, json_schema_extra=_all_required)

    @model_validator(mode="before")
    @classmethod
    def _levelled(cls, data: object) -> object:
        """Some models sort the keys under headings of their own."""
        if not isinstance(data, dict):
            return data
        flat = dict(data)
        for key, value in data.items():
            if key not in cls.model_fields and isinstance(value, dict):
                flat = {**value, **flat}
        return {key: _meant(value, cls.model_fields) for key, value in flat.items()}

    @model_validator(mode="after")
    def _not_empty(self) -> Form:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError(f"none of the keys {', '.join(type(self).model_fields)} is filled")
        return self


def _meant(value: object, keys: Collection[str]) -> object:
    """Weak models write the names of the keys where values belong: they say nothing."""
    if isinstance(value, str):
        return "" if value.strip(" .:\"'").casefold() in keys else value
    return [item for item in value if _meant(item, keys) != ""] if isinstance(value, list) else value


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)("?)(\s*:)?')


def last_entry(answer: str) -> tuple[str, str]:
    """The key of a growing JSON object that is being written, and its text so far; both empty before the first."""
    key, texts, end, listed = "", list[str](), 0, False
    for found in _STRING.finditer(answer):
        between, end = answer[end : found.start()], found.end()
        listed = (listed or "[" in between) and "]" not in between
        if found[2] and found[3]:
            key, texts, listed = found[1], [], False
        elif listed or not texts:  # any other string is a key of which the end has not come yet
            texts.append(_unescaped(found[1]))
    return (key, "\n".join(texts)) if key else ("", "")


def _unescaped(part: str) -> str:
    try:
        return str(json.loads(f'"{part}"', strict=False))
    except ValueError:
        return part.rstrip("\\")
