"""Whether a model's line decides what a person's character does: the act that role-players mind most. Pure.

Only stage actions count (what stands between stars), as speech may well be about somebody. `*Ada nods*` takes Ada's
agency, `*looks at Ada*` and `*Ada's lamp gutters*` do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ACTION = re.compile(r"\*{1,3}(?=\S)([^*\n]+?)\*{1,3}")
_BEFORE = r"(?:^|[.!?;:,—–]\s+|\b(?:and|then|while|as|when|before|until|so|because|but)\s+)"
_VERB = (
    r"(?:(?:\w+ly|slowly|just|then|also|finally|never|always)\s+){0,2}"
    r"(?P<verb>\w+(?:s|ed)|goes|has|is|was|does|did|took|takes|said|says|went|came|gave|stood|sat|ran|fell|felt|knew|"
    r"thought|saw|heard|left|let|put|made|got|began|cannot|can|will|would|could|must)\b"
)
_NO_VERBS = frozenset({"this", "his", "hers", "ours", "yours", "theirs", "its", "us", "bed", "red", "need", "indeed"})


def taken(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The actions of a line in which one of these people does something, as they stand there.

    `names`: full names; the first word of each counts too.
    """
    known = {name for full in names for name in (full.strip(), full.split()[0] if full.split() else "") if name}
    if not known:
        return ()
    anyone = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    does = re.compile(rf"{_BEFORE}(?:{anyone})\s+{_VERB}", re.IGNORECASE)
    found = []
    for action in _ACTION.findall(text):
        if any(hit["verb"].lower() not in _NO_VERBS for hit in does.finditer(action.strip())):
            found.append(action.strip())
    return tuple(found)


def spoken_for(cut: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Of the pieces cut from a line because they were said for others, those said for one of these people."""
    firsts = {part.casefold() for full in names for part in (full, *full.split()[:1]) if part}
    return tuple(piece for piece in cut if piece.partition(":")[0].strip(" *_").casefold() in firsts)
