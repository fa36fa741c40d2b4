"""What somebody can bring up in a talk, whoever they are: a bank's profile or any character of the library."""

from __future__ import annotations

from studio.domain.character import Character
from studio.matching.profile import Profile, profile_of
from studio.matching.support.memory_choice import MORE, in_order


def memories_of(profile: Profile) -> dict[str, str]:
    """Aspect → text, in the paper's order: told to them where that is known, else about them. None is empty."""
    names = [name for name in {**profile.facts, **profile.memories} if name not in ("name", "gender", "age", "region")]
    return in_order({name: profile.memories.get(name) or profile.facts.get(name, "") for name in names})


def memories_of_character(character: Character) -> dict[str, str]:
    """The same, of a character."""
    return memories_of(profile_of(character))


def more_of(memories: dict[str, str]) -> str:
    """What is used where no memory fits; empty where there is nothing more."""
    return memories.get(MORE, "")
