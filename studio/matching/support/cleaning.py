"""A reply as it was written made into one that can be said: no name tags, no flattery, nothing said back. Pure.

Source: Tu et al., CharacterChat, 2023, post-processing, https://arxiv.org/abs/2308.10278.
Differs: clauses of fewer than three real words go, as described; upstream's count keeps some of two.
"""

from __future__ import annotations

import difflib
import re

FEWEST_WORDS = 3
TOO_ALIKE = 0.9
FILLERS = ("I'm listening.", "Go on, I'm here.", "Take your time.", "Tell me more about that.")
_TAG = re.compile(r"^\s*[\"“]?([^\W\d_][\w .'’-]{0,40}?)\s*[:：]\s*")
_OPENING = re.compile(r"^(?:hey|oh|absolutely|ah|well)\b[\s,!.…]*", re.IGNORECASE)
_CLAUSE = re.compile(r"[^,.!?…。！？]*[,.!?…。！？]*", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ASSISTANT = re.compile(r"\bthank you\b|\bA\.?I\b|\blanguage model\b|\brole-?play", re.IGNORECASE)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def clauses(text: str) -> list[str]:
    """A text cut after each comma, full stop, exclamation or question mark; blanks around are gone."""
    return [clause.strip() for clause in _CLAUSE.findall(text) if clause.strip()]


def real_words(clause: str) -> int:
    """How many words a clause has; two signs of a script without blanks count as one."""
    dense = len(_DENSE.findall(clause))
    return len(_WORD.findall(_DENSE.sub(" ", clause))) + dense // 2


def alike(first: str, second: str) -> float:
    """How alike two clauses are, 0–1 (difflib's quick ratio)."""
    return difflib.SequenceMatcher(None, first.casefold(), second.casefold()).quick_ratio()


def cleaned(reply: str, heard: str = "", names: tuple[str, ...] = (), turn: int = 0) -> str:
    """The reply without line breaks, a leading name, an opening Hey or Oh, short clauses, thanks and talk of being an
    AI, and without a first clause that says back what was just heard. What is left empty becomes a listening filler,
    another one each turn."""
    text = " ".join(reply.split())
    tag = _TAG.match(text)
    if tag and (not names or tag[1].casefold() in {part for name in names for part in _forms(name)}):
        text = text[tag.end() :]
    while (shorter := _OPENING.sub("", text)) != text:
        text = shorter
    kept = [part for part in clauses(text) if real_words(part) >= FEWEST_WORDS and not _ASSISTANT.search(part)]
    before = clauses(heard)
    if kept and before and alike(kept[0], before[0]) > TOO_ALIKE:
        kept = kept[1:]
    said = " ".join(kept).strip().rstrip(",")
    if not said:
        return FILLERS[turn % len(FILLERS)]
    return said[0].upper() + said[1:]


def _forms(name: str) -> set[str]:
    return {name.casefold(), *name.casefold().split()}
