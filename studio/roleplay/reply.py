"""From what a model wrote to one character's turn. Pure.

The script a small model can follow: an optional first line in round brackets (a private thought), speech with
*actions*, an optional last line of JSON. Everything but the speech may be missing.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError, field_validator

from studio.domain.value import Value

_REASONING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_CONTROL = re.compile(r"<\|[^|>\n]{0,40}\|>|</s>|\[/?INST\]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FENCE = re.compile(r"^```[a-z]*\n?|\n?```$")
_THOUGHT_LINE = re.compile(r"\A\(([^()\n]{2,600})\)[ \t]*(?:\n|\Z)")
_THOUGHT_MARKED = re.compile(r"\A\((?:thinking|thought|thinks)\)[ \t]*([^\n]+)(?:\n|\Z)", re.IGNORECASE)
_THOUGHT_BEFORE_SPEECH = re.compile(r"\A\(((?:[^()\s]+[ \t]+){4,}[^()\n]+)\)[ \t]*")
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", '"', "”")
_TRAILER_START = re.compile(r"\n?\{\s*\"?[a-z_]*\"?\s*:?[^{}\n]*\Z")


def storable(text: str) -> str:
    """The text as it can be written to a disk: halves of a split character joined, or replaced; no unseen controls."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSEEN.sub("", text)


Text = Annotated[str, AfterValidator(storable)]


class Trailer(Value):
    """What a speaker adds about its own turn. Anything unusable in it is ignored, never an error."""

    emotion: Text = ""
    salience: int | None = Field(default=None, ge=1, le=10)
    to: Text = ""
    yields: Text = ""
    wants_ruling: bool = False
    relations: dict[Text, Text] = {}

    @field_validator("salience", mode="before")
    @classmethod
    def _within_range(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        return None if math.isnan(number) else round(max(1.0, min(10.0, number)))


class Reply(Value):
    """One turn as understood. `cut` holds what was removed because it was spoken for somebody else."""

    thought: str = ""
    text: str = ""
    trailer: Trailer = Trailer()
    cut: tuple[str, ...] = ()


def parse_reply(
    raw: str, speaker: str, others: tuple[str, ...], *, partial: bool = False, unfinished: bool = False
) -> Reply:
    """Read a model's answer as the turn of `speaker` (full name). `others`: names nobody may speak for here.

    `partial`: the text is still streaming, so a possible start of a trailer or thought is held back. `unfinished`: the
    token limit cut it off, so it is taken back to its last whole sentence, if it has one.
    """
    text = _CONTROL.sub("", _REASONING.sub("", storable(raw))).strip()
    text = _FENCE.sub("", text).strip()
    text, trailer = _without_trailer(text, partial=partial)
    text = _untagged(text, speaker)
    thought, text = _without_thought(text, partial=partial)
    text = _untagged(text, speaker)
    text, cut = _own_lines(text, speaker, others)
    text = _unquoted(_whole(text) if unfinished and not cut else text)
    return Reply(thought=thought, text=text, trailer=trailer, cut=cut)


def _names(name: str) -> list[str]:
    """The forms a name tag takes: whole and first name, longest first."""
    return sorted({name, name.partition(" ")[0]}, key=len, reverse=True)


@lru_cache(maxsize=512)
def _tagged(names: tuple[str, ...], before: str) -> re.Pattern[str]:
    """A name tag of any of these people behind `before`."""
    return re.compile(f"{before}(?:{'|'.join(_tag(_names(name)) for name in names)})", re.IGNORECASE)


def _tag(names: list[str]) -> str:
    forms = "|".join(re.escape(form) for form in names)
    return rf"[*_\[]{{0,2}}(?:{forms})[*_\]]{{0,2}}\s*(?:\([^)\n]{{0,40}}\))?\s*:[*_]{{0,2}}[ \t]*"


def _untagged(text: str, speaker: str) -> str:
    return _tagged((speaker,), r"\A\s*").sub("", text)


def _without_trailer(text: str, *, partial: bool) -> tuple[str, Trailer]:
    text, found = _without_trailer_lines(text)
    start = text.rfind("{")
    while start != -1:
        end = text.rfind("}")
        last = _object(text[start : end + 1]) if end > start else None
        if last is not None and not text[end + 1 :].strip(" `\n"):
            return text[:start].rstrip(" `\n"), _trailer({**found, **last})
        start = text.rfind("{", 0, start)
    if partial:
        return _TRAILER_START.sub("", text), _trailer(found)
    # A trailer cut off by the token limit is not something a person says.
    return re.sub(r"\n\s*\{\s*\"[^}]*\Z|\A\{\s*\"[^}]*\Z", "", text), _trailer(found)


def _without_trailer_lines(text: str) -> tuple[str, dict[str, object]]:
    """The text without lines that are a trailer and nothing else: some models put it first, or talk on behind it."""
    kept: list[str] = []
    found: dict[str, object] = {}
    for line in text.split("\n"):
        told = _object(line) if line.lstrip().startswith("{") else None
        if told and told.keys() <= Trailer.model_fields.keys():
            found.update(told)
        else:
            kept.append(line)
    return "\n".join(kept), found


def _object(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _trailer(found: dict[str, object]) -> Trailer:
    known = {key: value for key, value in found.items() if key in Trailer.model_fields}
    while True:
        try:
            return Trailer.model_validate(known)
        except ValidationError as error:
            for problem in error.errors():
                known.pop(str(problem["loc"][0]), None)


def _without_thought(text: str, *, partial: bool) -> tuple[str, str]:
    for form in (_THOUGHT_MARKED, _THOUGHT_LINE, _THOUGHT_BEFORE_SPEECH):
        found = form.match(text)
        if found:
            return found[1].strip(), text[found.end() :].strip()
    if partial and text.startswith("("):
        return text.lstrip("("), ""
    return "", text


def _own_lines(text: str, speaker: str, others: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Everything up to the first line tagged with another's name; the speaker's own tags dropped."""
    if others:
        found = _tagged(others, r"(?:\A|\n)[ \t]*").search(text)
        if found:
            text, rest = text[: found.start()], text[found.start() :]
            own = _tagged((speaker,), r"\n\s*").sub("\n", text)
            return own.strip(), tuple(line.strip() for line in rest.strip().splitlines() if line.strip())
    return _tagged((speaker,), r"\n\s*").sub("\n", text).strip(), ()


def _whole(text: str) -> str:
    """The text up to its last sentence's end; as it is when it has none, or when it closes an action or a quotation."""
    if text.endswith((*SENTENCE_ENDS, "*")):
        return text
    ends = [match.end() for match in re.finditer(r"[.!?…。！？][\"”’*)]*(?=\s)", text)]
    return text[: ends[-1]].rstrip() if ends else text


def _unquoted(text: str) -> str:
    for opening, closing in (('"', '"'), ("“", "”")):
        if (
            len(text) > 1
            and text[0] == opening
            and text[-1] == closing
            and text.count(opening) + text.count(closing) in (2, 4)
        ):
            inner = text[1:-1]
            if opening not in inner and closing not in inner:
                return inner.strip()
    return text
