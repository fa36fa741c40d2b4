"""The example dialogue of a card as lines its character could say, and back."""

from __future__ import annotations

import re

_START = re.compile(r"<START>", re.IGNORECASE)
_OWN = r"\{\{char\}\}|<BOT>|<CHAR>"
_OTHER = r"\{\{user\}\}|<USER>|You|User"


def lines(dialogue: str, name: str) -> tuple[str, ...]:
    """What the character called `name` says in it, blocks apart at `<START>`, in order, none empty.

    A block in which nobody is named as speaking is taken as one line.
    """
    names = "|".join(sorted({re.escape(name), re.escape(name.split(maxsplit=1)[0])}, key=len, reverse=True))
    speaker = re.compile(rf"^[ \t]*(?:(?P<own>{_OWN}|{names})|{_OTHER})[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
    found: list[str] = []
    for block in _START.split(dialogue):
        turns = [*speaker.finditer(block)]
        if turns:
            ends = [*(turn.start() for turn in turns[1:]), len(block)]
            found += [block[turn.end() : end] for turn, end in zip(turns, ends, strict=True) if turn["own"]]
        else:
            found.append(block)
    return tuple(line for line in map(str.strip, found) if line)


def dialogue(spoken: tuple[str, ...]) -> str:
    """The lines as the example dialogue of a card; empty without any."""
    return "\n".join(f"<START>\n{{{{char}}}}: {line}" for line in spoken)
