"""A model's text as it may stand in a character. Pure."""

from __future__ import annotations

import re

_QUOTES = ('"', "“", "”", "'")
_LABEL = re.compile(r"^\s*(?:\*\*|#+\s*)?(?:[A-Z][\w' ]{0,30}):\s*(?:\*\*)?\s*\n")


def plain(text: str) -> str:
    """A model's text without fences, a heading before it, or quotation marks around the whole."""
    text = _LABEL.sub("", text.strip().removeprefix("```text").strip("`").strip())
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and text[1:-1].count(text[-1]) == 0:
        text = text[1:-1]
    return text.strip()


def to_last_sentence(text: str) -> str:
    """A text that was cut off, up to its last whole sentence; as it is where it has none."""
    ends = [match.end() for match in re.finditer(r"[.!?…][\"”’*)]*(?=\s|$)", text)]
    return text[: ends[-1]] if ends else text


def sentence(text: str) -> str:
    """The text on one line with a capital and a full stop."""
    line = " ".join(text.split()).strip(" ;,")
    if not line:
        return ""
    line = line[:1].upper() + line[1:]
    return line if line[-1] in '.!?…"”' else f"{line}."
