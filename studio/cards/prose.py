"""A composed character as the free texts a card has room for."""

from __future__ import annotations

from studio.domain.character import Character


def description(character: Character) -> str:
    """The backstory, then a line for everything else a card has no field for; the backstory alone without that."""
    told = "\n".join(_told(character))
    return f"{character.backstory}\n\n{told}" if character.backstory and told else character.backstory or told


def personality(character: Character) -> str:
    """Traits and type in a line, then how the character sees itself; the latter alone without traits."""
    kind = f" ({character.mbti})" if character.mbti else ""
    listed = ", ".join(character.traits) + kind if character.traits else character.mbti or ""
    return "\n".join(filter(None, (listed, character.identity.personal)))


def _told(character: Character) -> list[str]:
    single = (
        ("Age", "" if character.age is None else str(character.age)),
        ("Pronouns", character.pronouns),
        ("Occupation", character.career),
        ("Looks", character.appearance),
        ("Hopes for", character.aspiration),
        ("Good at", ", ".join(character.skills)),
        ("Type", ", ".join(character.tropes)),
        ("To others", character.identity.social),
        ("Speaks", character.speech.style),
    )
    listed = (
        *character.speech.habits,
        *character.facts,
        *(f"Wants: {goal}" for goal in character.goals),
        *(f"Secret, never told unless forced: {secret}" for secret in character.secrets),
        *(f"Towards {who.replace('-', ' ').title()}: {text}" for who, text in character.relationships.items()),
    )
    return [*(f"{label}: {text}" for label, text in single if text), *(f"- {text}" for text in listed)]
