"""Trying a lorebook on a text."""

from __future__ import annotations

from studio.domain.character import Character
from studio.roleplay.lore import explain
from studio.ui.cast.bench import UNSAVED_ID
from studio.ui.cast.values import TraceLine

LONGEST_TRIAL = 20_000


def trial(character: Character, text: str) -> tuple[TraceLine, ...]:
    """What becomes of every entry of the character's lorebook when they hear this text, a message a line."""
    if character.lorebook is None:
        return ()
    messages = tuple(line for line in text[:LONGEST_TRIAL].splitlines() if line.strip())
    considered = explain([character.lorebook], character.id or UNSAVED_ID, messages)
    return tuple(TraceLine(entry=one.entry, fired=one.fired, sentence=one.sentence) for one in considered)
