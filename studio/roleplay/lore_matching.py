"""What the keys of lore find in the texts a character witnessed. Pure, but for the time regular expressions take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple

from studio.domain.lorebook import Logic, Lorebook, LoreEntry
from studio.roleplay.patterns import Stopwatch, fault, is_regex

MARK = "\x01"
"""Stands before each message, so that a regular expression can find where one begins."""
_BETWEEN = f"\n{MARK}"
# Scripts that set no space between words, or, as Korean does, hang endings on them: a key is found within a run.
_JOINED = (
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff]"
)
_WORD = re.compile(_JOINED)
_WORDS = re.compile(f"{_JOINED}+")

Expand = Callable[[str], str]


class _Form(Enum):
    """A regular expression; a word; anything else without a space; a phrase or part of one."""

    PATTERN = 0
    WORD = 1
    SIGNS = 2
    PHRASE = 3


class _Needle(NamedTuple):
    text: str
    form: _Form


@lru_cache(maxsize=50_000)
def _prepared(key: str, case_sensitive: bool, use_regex: bool) -> _Needle:
    key = key.strip()
    if use_regex and is_regex(key):
        return _Needle(key, _Form.PATTERN)
    text = key if case_sensitive else folded(key)
    if len(text.split()) != 1:
        return _Needle(text, _Form.PHRASE)
    return _Needle(text, _Form.WORD if _WORDS.fullmatch(text) else _Form.SIGNS)


def folded(text: str) -> str:
    """The text without differences of case or of how accents are encoded."""
    return unicodedata.normalize("NFC", text.casefold())


@dataclass(frozen=True)
class Scanned:
    """A stretch of text keys are looked for in."""

    text: str

    @cached_property
    def folded(self) -> str:
        """As `folded` gives it."""
        return folded(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words."""
        return frozenset(_WORDS.findall(self.text))

    @cached_property
    def folded_words(self) -> frozenset[str]:
        """Its words, folded."""
        return frozenset(_WORDS.findall(self.folded))


class Scan:
    """The messages a character witnessed, and the texts of entries called since: what keys are looked for in.

    `messages`: oldest first. `expand` replaces macros in keys and contents.
    """

    def __init__(self, messages: Sequence[str], expand: Expand | None = None) -> None:
        self.messages = tuple(reversed(messages))
        self.brought: list[tuple[str, str]] = []
        self.stopwatch = Stopwatch()
        self._expand = expand
        self._joined: dict[tuple[int, bool], Scanned] = {}

    def bring(self, text: str, by: str) -> None:
        """Add the text of an entry; `by`: its title, told in the trace."""
        self.brought.append((text, by))
        self._joined = {key: joined for key, joined in self._joined.items() if not key[1]}

    def expanded(self, text: str) -> str:
        """The text with its macros replaced."""
        return self._expand(text) if self._expand and ("{{" in text or "<" in text) else text

    def of(self, entry: LoreEntry, book: Lorebook, recursing: bool) -> Scanned:
        """What this entry's keys are looked for in: its messages, newest first, and while `recursing` what was
        brought."""
        depth = book.scan_depth if entry.scan_depth is None else entry.scan_depth
        which = (min(depth, len(self.messages)), recursing)
        if which not in self._joined:
            brought = [text for text, _ in self.brought] if recursing else []
            self._joined[which] = Scanned(MARK + _BETWEEN.join((*self.messages[: which[0]], *brought)))
        return self._joined[which]

    def found(self, key: str, entry: LoreEntry, book: Lorebook, scanned: Scanned) -> bool:
        """Whether one key is in the text."""
        return bool(self.first((key,), entry, book, scanned))

    def first(self, keys: Sequence[str], entry: LoreEntry, book: Lorebook, scanned: Scanned) -> str:
        """The first key found; empty when none is."""
        sensitive, use_regex = entry.case_sensitive, entry.use_regex
        text = scanned.text if sensitive else scanned.folded
        whole = book.whole_words if entry.whole_words is None else entry.whole_words
        for key in keys:
            needle = _prepared(self.expanded(key) if self._expand else key, sensitive, use_regex)
            if needle.form is _Form.PATTERN:
                found = self.stopwatch.found(needle.text, scanned.text)
            elif needle.form is _Form.WORD and whole:
                found = needle.text in (scanned.words if sensitive else scanned.folded_words)
            else:
                found = needle.text in text and (
                    needle.form is not _Form.SIGNS or not whole or _whole_word(needle.text, text)
                )
            if found and needle.text:
                return key
        return ""

    def bringer(self, key: str, entry: LoreEntry, book: Lorebook) -> str:
        """The title of the entry whose text holds a key; empty when the messages themselves do, or none alone."""
        if self.found(key, entry, book, self.of(entry, book, recursing=False)):
            return ""
        return next((by for text, by in self.brought if self.found(key, entry, book, Scanned(text))), "")

    def satisfied(self, entry: LoreEntry, book: Lorebook, scanned: Scanned) -> bool:
        """Whether the secondary keys say yes."""
        if not (entry.selective and entry.secondary_keys):
            return True
        hits = (self.found(key, entry, book, scanned) for key in entry.secondary_keys)
        match entry.logic:
            case Logic.AND_ANY:
                return any(hits)
            case Logic.AND_ALL:
                return all(hits)
            case Logic.NOT_ANY:
                return not any(hits)
            case Logic.NOT_ALL:
                return not all(hits)

    def score(self, entry: LoreEntry, book: Lorebook, recursing: bool) -> int:
        """How many of its keys were found; secondary keys count where they ask for presence."""
        if not entry.keys:
            return 0
        scanned = self.of(entry, book, recursing)
        primary = sum(self.found(key, entry, book, scanned) for key in entry.keys)
        if not (entry.selective and entry.secondary_keys):
            return primary
        secondary = sum(self.found(key, entry, book, scanned) for key in entry.secondary_keys)
        counts = entry.logic is Logic.AND_ANY or (
            entry.logic is Logic.AND_ALL and secondary == len(entry.secondary_keys)
        )
        return primary + secondary if counts else primary

    def trouble(self, entry: LoreEntry) -> str:
        """What kept a regular expression among the keys from being tried; empty when nothing did."""
        for key in entry.keys:
            if "/" not in key:
                continue
            needle = _prepared(self.expanded(key), entry.case_sensitive, entry.use_regex)
            if needle.form is _Form.PATTERN and needle.text in self.stopwatch.cut:
                return f"the regular expression {key} takes too long"
            if needle.form is _Form.PATTERN and (why := fault(needle.text)):
                return f"the regular expression {key} cannot be used: {why}"
        return ""


def _whole_word(key: str, text: str) -> bool:
    at = text.find(key)
    while at >= 0:
        end = at + len(key)
        if not (at and _WORD.match(text, at - 1)) and not _WORD.match(text, end):
            return True
        at = text.find(key, at + 1)
    return False
