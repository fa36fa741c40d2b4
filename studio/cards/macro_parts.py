"""A text with macros taken apart: plain stretches, macros with their arguments, and `if` blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_NESTED = 24

_TOKEN = re.compile(r"\{\{(?!\{)|\}\}|<(?:user|bot|char|group|charifnotgroup)>", re.IGNORECASE)
_HEAD = re.compile(r"\s*(?P<name>//|time_utc[+-]\d{1,2}|/?[a-z][\w-]*)(?P<rest>\s*::|\s*:|\s+|$)", re.IGNORECASE)


@dataclass
class Macro:
    """A macro and where it stands in the text. `parts`: what is between its braces."""

    start: int
    end: int = 0
    parts: list[Part] = field(default_factory=list)
    name: str = ""
    arguments: list[Part] = field(default_factory=list)

    def named(self) -> Macro:
        """With its name and arguments told apart; without a name where it has none."""
        first = self.parts[0] if self.parts else ""
        head = _HEAD.match(first) if isinstance(first, str) else None
        if head is None and isinstance(first, str) and first.lstrip().startswith("//"):
            self.name = "//"
        elif head is not None and isinstance(first, str) and (head["rest"] or len(self.parts) == 1):
            self.name = head["name"].lower()
            alone = not head["rest"].strip() and head.end() == len(first) and len(self.parts) == 1
            self.arguments = [] if alone else [first[head.end() :], *self.parts[1:]]
        return self


Part = str | Macro


def parsed(text: str) -> list[Part]:
    """The text as plain stretches and macros. Braces without a partner, and those nested too deep, are plain."""
    open_: list[Macro] = [Macro(0)]
    at = 0
    for token in _TOKEN.finditer(text):
        open_[-1].parts.append(text[at : token.start()])
        at = token.end()
        if token[0] == "{{":
            if len(open_) <= MOST_NESTED:
                open_.append(Macro(token.start()))
            else:
                open_[-1].parts.append(token[0])
        elif token[0] == "}}":
            if len(open_) > 1:
                closed = open_.pop()
                closed.end = at
                open_[-1].parts.append(_merged(closed).named())
            else:
                open_[-1].parts.append(token[0])
        else:
            open_[-1].parts.append(Macro(token.start(), at, name=token[0][1:-1].lower()))
    open_[-1].parts.append(text[at:])
    while len(open_) > 1:
        unclosed = open_.pop()
        open_[-1].parts += ["{{", *unclosed.parts]
    return _merged(open_[0]).parts


def _merged(macro: Macro) -> Macro:
    """With neighbouring plain stretches joined."""
    parts: list[Part] = []
    plain: list[str] = []
    for part in macro.parts:
        if isinstance(part, str):
            plain.append(part)
            continue
        if joined := "".join(plain):
            parts.append(joined)
        plain = []
        parts.append(part)
    if joined := "".join(plain):
        parts.append(joined)
    macro.parts = parts
    return macro


def split(parts: Sequence[Part], separator: re.Pattern[str]) -> list[list[Part]]:
    """The parts cut where plain stretches hold the separator."""
    pieces: list[list[Part]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            pieces[-1].append(part)
            continue
        first, *rest = separator.split(part)
        pieces[-1].append(first)
        pieces += [[piece] for piece in rest]
    return pieces


def blocks(parts: Sequence[Part]) -> dict[int, tuple[int, int]]:
    """For each `{{if}}` with an `{{/if}}`: where its `{{else}}` stands, or its end where there is none, and its end."""
    found: dict[int, tuple[int, int]] = {}
    open_: list[list[int]] = []
    for at, part in enumerate(parts):
        name = part.name if isinstance(part, Macro) else ""
        if name == "if":
            open_.append([at])
        elif name == "else" and open_ and len(open_[-1]) == 1:
            open_[-1].append(at)
        elif name == "/if" and open_:
            opened = open_.pop()
            found[opened[0]] = (opened[1] if len(opened) > 1 else at, at)
    return found


def trimmed(pieces: Sequence[str | None]) -> str:
    """The pieces joined; where one is None, the line breaks around it go."""
    out: list[str] = []
    trimming = False
    for piece in pieces:
        if piece is None:
            trimming = True
            while out and not out[-1].rstrip("\r\n"):
                out.pop()
            if out:
                out[-1] = out[-1].rstrip("\r\n")
            continue
        text = piece.lstrip("\r\n") if trimming else piece
        if text:
            out.append(text)
            trimming = False
    return "".join(out)
