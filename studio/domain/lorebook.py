"""Lore: texts that join a prompt when somebody mentions them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from studio.domain.value import Value

FOREVER = 1_000_000
"""As a number of messages: longer than any play."""


class Logic(StrEnum):
    """What the secondary keys must do once a key was found: any of them be there, not all of them, none, or all."""

    AND_ANY = "and_any"
    NOT_ALL = "not_all"
    NOT_ANY = "not_any"
    AND_ALL = "and_all"


class Position(StrEnum):
    """Where in a prompt an entry asks to stand. An outlet is a place a prompt names itself."""

    BEFORE_CHARACTER = "before_character"
    AFTER_CHARACTER = "after_character"
    BEFORE_NOTE = "before_note"
    AFTER_NOTE = "after_note"
    AT_DEPTH = "at_depth"
    BEFORE_EXAMPLES = "before_examples"
    AFTER_EXAMPLES = "after_examples"
    OUTLET = "outlet"


class LoreEntry(Value):
    """One text and what calls it up. `scope` names the characters who know it; empty means everyone on stage but
    those it is `withheld_from`.

    A key written `/…/flags` is a regular expression unless `use_regex` is off; any other is looked for as it stands, a
    single word as a whole word where `whole_words` says so (None: as the book does). `secondary_keys` count while
    `selective`, by their `logic`; one `excluded_keys` found keeps the entry out. `scan_depth`: messages looked at
    (None: as the book does). A higher `priority`, then a higher `order`, is served first from the book's budget; a
    lower `order` stands earlier in the prompt. `depth` and `role` hold at position `at_depth`, `outlet` at `outlet`.

    `sticky`, `cooldown` and `delay` count messages the character heard: how long it stays once called, how long it then
    rests, how many must have been said first. An entry with `delay_until_recursion` N waits for the texts of others,
    lower N first. Of those called in one of `groups` a single one joins: the highest with `group_override`, else by
    chance in proportion to `group_weight`; with `group_scoring` (None: as the book says) those with fewer keys found
    drop out before. `extensions`: what other programs keep with the entry, as their files had it.
    """

    id: str
    keys: tuple[str, ...] = ()
    content: str
    enabled: bool = True
    constant: bool = False
    case_sensitive: bool = False
    order: int = 100
    scope: tuple[str, ...] = ()
    withheld_from: tuple[str, ...] = ()
    name: str = ""
    comment: str = ""
    secondary_keys: tuple[str, ...] = ()
    selective: bool = True
    logic: Logic = Logic.AND_ANY
    excluded_keys: tuple[str, ...] = ()
    use_regex: bool = True
    whole_words: bool | None = None
    scan_depth: int | None = Field(default=None, ge=0, le=1000)
    position: Position = Position.BEFORE_CHARACTER
    depth: int = Field(default=4, ge=0)
    role: Literal["system", "user", "assistant"] = "system"
    outlet: str = ""
    probability: float = Field(default=100, ge=0, le=100)
    priority: int = 0
    ignore_budget: bool = False
    exclude_recursion: bool = False
    prevent_recursion: bool = False
    delay_until_recursion: int = Field(default=0, ge=0)
    groups: tuple[str, ...] = ()
    group_weight: int = Field(default=100, ge=0)
    group_override: bool = False
    group_scoring: bool | None = None
    sticky: int = Field(default=0, ge=0)
    cooldown: int = Field(default=0, ge=0)
    delay: int = Field(default=0, ge=0)
    extensions: dict[str, Any] = {}

    @property
    def title(self) -> str:
        """What to call the entry before a reader."""
        return self.name or self.comment or (self.keys[0] if self.keys else self.id)


class Lorebook(Value):
    """Entries scanned over the last `scan_depth` witnessed messages, at most `token_budget` tokens in a prompt.

    In a `recursive` book the texts of called entries are scanned too. `extensions` as in an entry.
    """

    name: str = ""
    scan_depth: int = Field(default=4, ge=0, le=1000)
    token_budget: int = Field(default=200, ge=1)
    entries: tuple[LoreEntry, ...] = ()
    description: str = ""
    recursive: bool = False
    whole_words: bool = True
    group_scoring: bool = False
    extensions: dict[str, Any] = {}
