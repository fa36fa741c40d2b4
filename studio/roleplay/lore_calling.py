"""One calling-up of lore: from books and what a character heard to what joins the prompt, with reasons. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.domain.lorebook import Lorebook, LoreEntry
from studio.domain.value import Value
from studio.roleplay.lore_matching import Expand, Scan

MOST_ROUNDS = 16
_STEADY = re.compile(r"\{\{\s*(?:char|user|bot|newline|trim|noop|//[^{}]*)\s*\}\}", re.IGNORECASE)
"""Macros that come to the same at every turn."""


class Outcome(StrEnum):
    """What became of an entry. With the first four it fired."""

    KEY = "key"
    CONSTANT = "constant"
    STICKY = "sticky"
    RECURSION = "recursion"
    DISABLED = "disabled"
    SCOPE = "scope"
    DELAY = "delay"
    COOLDOWN = "cooldown"
    SILENT = "silent"
    UNUSABLE = "unusable key"
    EXCLUDED = "excluded"
    SECONDARY = "secondary keys"
    WAITING = "waiting for recursion"
    GROUP = "group"
    PROBABILITY = "probability"
    BUDGET = "budget"
    ROOM = "room"
    PLACE = "place"


FIRED = frozenset({Outcome.KEY, Outcome.CONSTANT, Outcome.STICKY, Outcome.RECURSION})
QUIET = frozenset({Outcome.SILENT, Outcome.DISABLED, Outcome.SCOPE, Outcome.WAITING, Outcome.DELAY, Outcome.COOLDOWN})
"""Nothing called it, or would have but for a rest or a wait."""
CUT = frozenset({Outcome.GROUP, Outcome.PROBABILITY, Outcome.BUDGET, Outcome.ROOM, Outcome.PLACE})
"""Called, and left out all the same."""
_TOLD = {
    Outcome.KEY: "called by “{}”",
    Outcome.CONSTANT: "always there",
    Outcome.STICKY: "still there from before",
    Outcome.RECURSION: "called by “{}”",
    Outcome.DISABLED: "switched off",
    Outcome.SCOPE: "not known to this character",
    Outcome.DELAY: "comes only after {} messages",
    Outcome.COOLDOWN: "rests; messages to go: {}",
    Outcome.SILENT: "not mentioned",
    Outcome.UNUSABLE: "{}",
    Outcome.EXCLUDED: "kept out by “{}”",
    Outcome.SECONDARY: "called by “{}”, but its secondary keys say no",
    Outcome.WAITING: "waits for other lore to be called",
    Outcome.GROUP: "gave way to {}, of the same group",
    Outcome.PROBABILITY: "its chance of {} % did not come up",
    Outcome.BUDGET: "no room left in the book's {} tokens",
    Outcome.ROOM: "no room left in the prompt",
    Outcome.PLACE: "no text of the character has a place for it, {{{{outlet::{}}}}}",
}


class Past(Value):
    """An entry that fired for this character when it had heard `at` messages. `stayed`: only because it was sticky."""

    book: str
    entry: str
    at: int
    stayed: bool = False


class Fired(Value):
    """An entry and the key that called it (`constant` when it always applies, `sticky` when it stays from before).

    `through`: the title of the entry whose text called it; empty when a message did. `book`: which book it is from.
    `steady`: it is always there and always reads the same.
    """

    entry: LoreEntry
    because: str
    book: str = ""
    through: str = ""
    steady: bool = False


class Considered(Value):
    """An entry and what became of it. `detail`, by outcome: the key, the number of messages, the winner, the chance.

    `wanted`: the key that would have called an entry that rests or waits, `constant` where it needs none. `place`:
    where in the prompt one that fired stands.
    """

    book: str
    entry: str
    title: str
    outcome: Outcome
    detail: str = ""
    through: str = ""
    wanted: str = ""
    place: str = ""

    @property
    def fired(self) -> bool:
        """Whether it joins the prompt."""
        return self.outcome in FIRED

    @property
    def cut(self) -> bool:
        """Whether it would have joined the prompt, were it not for luck, a rest, a rival or want of room."""
        return self.outcome in CUT or bool(self.wanted)

    @property
    def sentence(self) -> str:
        """For a reader: 'Lamp oil: called by “wick” in the text of The stores.'"""
        where = f" in the text of {self.through}" if self.through else ""
        called = f" (called by “{self.wanted}”)" if self.wanted and self.wanted != Outcome.CONSTANT else ""
        return f"{self.title}: {_TOLD[self.outcome].format(self.detail)}{where}{called}."


@dataclass(eq=False)
class _Candidate:
    """An entry on its way through one calling-up."""

    entry: LoreEntry
    book: Lorebook
    label: str
    place: int
    outcome: Outcome = Outcome.SILENT
    detail: str = ""
    through: str = ""
    sticky: bool = False
    content: str = ""
    wanted: str = ""

    def settle(self, outcome: Outcome, detail: object = "", through: str = "") -> bool:
        """Note what became of it, until something else does. Whether it is called."""
        self.outcome, self.detail, self.through = outcome, str(detail), through
        return outcome in FIRED

    def fired(self) -> Fired:
        """As it joins the prompt."""
        entry = self.entry
        told = entry if self.content == entry.content else entry.model_copy(update={"content": self.content})
        because = self.detail or self.outcome.value
        return Fired(entry=told, because=because, book=self.label, through=self.through, steady=_is_steady(entry))

    def considered(self) -> Considered:
        """As the trace tells it."""
        return Considered.model_construct(  # every field is there and of its type, and there may be thousands
            book=self.label,
            entry=self.entry.id,
            title=self.entry.title,
            outcome=self.outcome,
            detail=self.detail,
            through=self.through,
            wanted=self.wanted,
        )


@dataclass(frozen=True)
class Called:
    """What was called up, and what became of every entry."""

    joined: list[_Candidate]
    candidates: list[_Candidate]

    def fired(self) -> tuple[Fired, ...]:
        """What joins the prompt, lower order first."""
        ordered = sorted(self.joined, key=lambda one: (one.entry.order, one.place))
        return tuple(one.fired() for one in ordered if one.content.strip())

    def considered(self, *, every: bool = True) -> tuple[Considered, ...]:
        """Every entry, in the order of the books; else those alone that something called."""
        quiet = frozenset() if every else QUIET
        return tuple(one.considered() for one in self.candidates if one.outcome not in quiet or one.wanted)


def call(
    books: Sequence[Lorebook],
    known_as: frozenset[str],
    texts: Sequence[str],
    *,
    heard: int,
    past: Iterable[Past],
    rng: random.Random,
    expand: Expand | None,
    tokens: Callable[[str], int],
) -> Called:
    """Call up what the texts mention. `known_as`: the ids the knower has in scopes; the rest as `lore.fire` has it."""
    candidates = _candidates(books)
    latest = {(one.book, one.entry): one.at for one in sorted(past, key=lambda one: one.at) if not one.stayed}
    ready = [one for one in candidates if _admissible(one, known_as, heard, latest.get((one.label, one.entry.id)))]
    ready.sort(key=lambda one: (-one.entry.priority, -one.entry.order, one.place))
    calling = _Calling(Scan(texts, expand), rng, tokens)
    joined = calling.run(ready)
    for one in candidates:
        if one.outcome in (Outcome.COOLDOWN, Outcome.DELAY):
            one.wanted = calling.wanted(one)
    return Called(joined=joined, candidates=candidates)


def _is_steady(entry: LoreEntry) -> bool:
    changing = entry.probability < 100 or entry.cooldown or entry.groups or entry.delay_until_recursion
    return entry.constant and not changing and "{{" not in _STEADY.sub("", entry.content)


def _candidates(books: Sequence[Lorebook]) -> list[_Candidate]:
    """All entries in the order of the books, each book under a label no other has."""
    found: list[_Candidate] = []
    labels: set[str] = set()
    for number, book in enumerate(books, start=1):
        label = book.name or f"book {number}"
        while label in labels:
            label += f" ({number})"
        labels.add(label)
        found += [_Candidate(entry, book, label, len(found) + place) for place, entry in enumerate(book.entries)]
    return found


def _admissible(one: _Candidate, known_as: frozenset[str], heard: int, called_at: int | None) -> bool:
    """Whether the entry may be called at all, and whether it is still there from before."""
    entry = one.entry
    since = heard - called_at if called_at is not None else 0
    one.sticky = 0 < since < entry.sticky
    rest = entry.sticky + entry.cooldown - since
    if not entry.enabled:
        one.settle(Outcome.DISABLED)
    elif (entry.scope and known_as.isdisjoint(entry.scope)) or not known_as.isdisjoint(entry.withheld_from):
        one.settle(Outcome.SCOPE)
    elif heard < entry.delay:
        one.settle(Outcome.DELAY, entry.delay)
    elif since > 0 and rest > 0 and entry.cooldown and not one.sticky:
        one.settle(Outcome.COOLDOWN, rest)
    else:
        return True
    return False


class _Calling:
    """The rounds of one calling-up."""

    def __init__(self, scan: Scan, rng: random.Random, tokens: Callable[[str], int]) -> None:
        self.scan, self.rng, self.tokens = scan, rng, tokens
        self.spent: dict[str, int] = {}
        self.full: set[str] = set()
        self.joined: list[_Candidate] = []

    def run(self, ready: list[_Candidate]) -> list[_Candidate]:
        """Those of `ready`, best first, that join. Ends with the first round that brings nothing new."""
        levels = sorted({one.entry.delay_until_recursion for one in ready} - {0})
        level = levels.pop(0) if levels else 0
        recursing = False
        for _ in range(MOST_ROUNDS):
            called = [one for one in ready if self._called(one, recursing, level)]
            news, failed = self._admitted(self._winners(called, recursing))
            done = {*news, *failed}
            ready = [one for one in ready if one not in done]
            self.joined += news
            feeding = [one for one in news if self._feeds(one)]
            for one in feeding:
                self.scan.bring(one.content, one.entry.title)
            if not feeding:
                if not levels:
                    break
                level = levels.pop(0)
            recursing = True
        return self.joined

    def wanted(self, one: _Candidate) -> str:
        """What would have called an entry that was kept from it: a key, `constant`; empty when nothing would."""
        entry, book = one.entry, one.book
        if entry.constant:
            return Outcome.CONSTANT.value
        scanned = self.scan.of(entry, book, book.recursive and not entry.exclude_recursion)
        key = self.scan.first(entry.keys, entry, book, scanned)
        if not key or self.scan.first(entry.excluded_keys, entry, book, scanned):
            return ""
        return key if self.scan.satisfied(entry, book, scanned) else ""

    def _feeds(self, one: _Candidate) -> bool:
        return one.book.recursive and not one.entry.prevent_recursion and one.label not in self.full

    def _called(self, one: _Candidate, recursing: bool, level: int) -> bool:
        entry, book = one.entry, one.book
        if one.sticky:
            return one.settle(Outcome.STICKY)
        if entry.delay_until_recursion and (not recursing or entry.delay_until_recursion > level):
            return one.settle(Outcome.WAITING)
        if recursing and entry.exclude_recursion:
            return False
        if entry.constant:
            return one.settle(Outcome.CONSTANT)
        recursing = recursing and book.recursive
        scanned = self.scan.of(entry, book, recursing)
        key = self.scan.first(entry.keys, entry, book, scanned)
        if not key:
            trouble = self.scan.trouble(entry)
            return one.settle(Outcome.UNUSABLE, trouble) if trouble else one.settle(Outcome.SILENT)
        excluded = self.scan.first(entry.excluded_keys, entry, book, scanned)
        if excluded:
            return one.settle(Outcome.EXCLUDED, excluded)
        if not self.scan.satisfied(entry, book, scanned):
            return one.settle(Outcome.SECONDARY, key)
        through = self.scan.bringer(key, entry, book) if recursing else ""
        return one.settle(Outcome.RECURSION if through else Outcome.KEY, key, through)

    def _winners(self, called: list[_Candidate], recursing: bool) -> list[_Candidate]:
        """Those left when of each group but one has given way."""
        groups: dict[str, list[_Candidate]] = {}
        for one in called:
            for name in one.entry.groups:
                groups.setdefault(name, []).append(one)
        lost: set[_Candidate] = set()
        for name, members in groups.items():
            members = [one for one in members if one not in lost]
            for loser, winner in self._rivals(name, members, recursing):
                loser.settle(Outcome.GROUP, winner.entry.title)
                lost.add(loser)
        return [one for one in called if one not in lost]

    def _rivals(self, name: str, members: list[_Candidate], recursing: bool) -> Iterable[tuple[_Candidate, _Candidate]]:
        """Each member that gives way, and to whom."""
        staying = [one for one in members if one.sticky]
        before = next((one for one in self.joined if name in one.entry.groups), None)
        if staying:
            return [(one, staying[0]) for one in members if not one.sticky]
        if before:
            return [(one, before) for one in members]
        if len(members) < 2:
            return []
        best = self._best_scored(members, recursing)
        overriding = [one for one in best if one.entry.group_override]
        if overriding:
            winner = max(overriding, key=lambda one: (one.entry.order, -one.place))
        else:
            weights = [one.entry.group_weight for one in best]
            winner = self.rng.choices(best, weights)[0] if any(weights) else best[0]
        return [(one, winner) for one in members if one is not winner]

    def _best_scored(self, members: list[_Candidate], recursing: bool) -> list[_Candidate]:
        """Without those that are scored and had fewer keys found than the best of all."""

        def scored(one: _Candidate) -> bool:
            asked = one.entry.group_scoring
            return one.book.group_scoring if asked is None else asked

        if not any(map(scored, members)):
            return members
        scores = {one: self.scan.score(one.entry, one.book, recursing and one.book.recursive) for one in members}
        most = max(scores.values())
        return [one for one in members if not scored(one) or scores[one] == most]

    def _admitted(self, winners: list[_Candidate]) -> tuple[list[_Candidate], list[_Candidate]]:
        """Those that have luck and room, and those that have not. After the first without room only entries that
        ignore the budget are served from its book."""
        news: list[_Candidate] = []
        failed: list[_Candidate] = []
        for one in sorted(winners, key=lambda one: not one.sticky):
            entry = one.entry
            if one.label in self.full and not entry.ignore_budget:
                one.settle(Outcome.BUDGET, one.book.token_budget)
                failed.append(one)
                continue
            rolls = not one.sticky and entry.probability < 100
            if rolls and self.rng.random() * 100 >= entry.probability:
                one.settle(Outcome.PROBABILITY, f"{entry.probability:g}")
                failed.append(one)
                continue
            one.content = self.scan.expanded(entry.content)
            size = self.spent.get(one.label, 0) + self.tokens(one.content)
            if size > one.book.token_budget and not entry.ignore_budget:
                self.full.add(one.label)
                one.settle(Outcome.BUDGET, one.book.token_budget)
                failed.append(one)
                continue
            self.spent[one.label] = size
            news.append(one)
        return news, failed
