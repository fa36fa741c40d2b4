"""An identity built from answers: what others see, what the scores say, what a week is like. Pure, no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.cards.research.spectrum import Entry, Spectrum, life_text
from studio.domain.character import Character, Identity
from studio.errors import Invalid
from studio.generation.questionnaires.bfi import Facet, Personality
from studio.generation.questionnaires.pvq import Values
from studio.generation.temperament import MIDDLE
from studio.prompts import render

CONDITIONS = ("S", "P", "C", "SP", "SC", "PC", "SPC")
"""The parts a prompt can be made of: social, personal, life context."""
TOLD_VALUES = 3
_PART_OF = {"S": "social", "P": "personal", "C": "life_context"}

_LOW_HIGH: Mapping[str, tuple[str, str]] = {
    "Sociability": ("keeps to few people", "seeks company"),
    "Assertiveness": ("lets others lead", "takes charge"),
    "Energy": ("takes things slowly", "is full of drive"),
    "Compassion": ("is unmoved by others' troubles", "feels for others"),
    "Respectfulness": ("is curt and quick to quarrel", "is courteous"),
    "Trust": ("suspects motives", "thinks well of people"),
    "Organization": ("lives in disorder", "keeps order"),
    "Productiveness": ("puts things off", "sees things through"),
    "Responsibility": ("forgets promises", "can be relied upon"),
    "Anxiety": ("worries little", "worries much"),
    "Depression": ("is in good heart", "is often low"),
    "Emotional Volatility": ("keeps an even temper", "flares up"),
    "Aesthetic": ("is untouched by art", "is moved by beauty"),
    "Intellectual Curiosity": ("avoids abstract talk", "likes hard questions"),
    "Creative Imagination": ("keeps to the usual way", "has ideas of their own"),
}
_STRONG = 1.5
"""How far from the middle a facet must be to be worth a word."""


def describe(personality: Personality | None, values: Values | None = None) -> str:
    """A few sentences on temperament and values: every domain's band, facets that stand out, what matters most and
    least. Empty without either."""
    sentences = []
    if personality is not None:
        known = [domain for domain in personality.domains if domain.score is not None]
        sentences += [f"{domain.title} is {domain.band}{_facets(domain.facets)}." for domain in known]
    if values is not None and values.ranked:
        ranked = values.ranked
        sentences.append(f"What matters most: {_named([one.name for one in ranked[:TOLD_VALUES]])}.")
        if len(ranked) > TOLD_VALUES:
            sentences.append(f"What matters least: {_named([one.name for one in ranked[-1:]])}.")
    return " ".join(sentences)


def _facets(facets: Sequence[Facet]) -> str:
    known = ((facet.name, facet.score) for facet in facets if facet.score is not None)
    told = [_LOW_HIGH[name][score > MIDDLE] for name, score in known if abs(score - MIDDLE) >= _STRONG]
    return f" ({', '.join(told)})" if told else ""


def _named(names: Sequence[str]) -> str:
    return names[0].lower() if len(names) == 1 else f"{', '.join(names[:-1]).lower()} and {names[-1].lower()}"


def build_identity(
    demographics: Sequence[Entry] = (),
    personality: Personality | None = None,
    values: Values | None = None,
    weekday: str = "",
    weekend: str = "",
    loves: Sequence[str] = (),
    hates: Sequence[str] = (),
) -> Identity:
    """The three parts of an identity from answers; a part nobody answered is empty."""
    life = Spectrum(weekday=weekday.strip(), weekend=weekend.strip(), loves=tuple(loves), hates=tuple(hates))
    return Identity(
        social="\n".join(one.line() for one in demographics),
        personal=describe(personality, values),
        life_context=life_text(life),
    )


def with_identity(character: Character, identity: Identity, personality: Personality | None = None) -> Character:
    """The character with the parts of the identity that are not empty, and with the scores where all five are known."""
    parts = {name: text for name, text in identity.model_dump().items() if text}
    changes: dict[str, object] = {"identity": character.identity.model_copy(update=parts)}
    if personality is not None and personality.big_five is not None:
        changes["big_five"] = personality.big_five
    return character.model_copy(update=changes)


def identity_prompt(character: Character, condition: str) -> str:
    """What an agent is told to be this person with these parts alone: `SC` for social and life context.

    Without `S`, not even the name is told.
    Raises: Invalid for any other condition, or when none of the parts is filled.
    """
    if condition not in CONDITIONS:
        raise Invalid(f"'{condition[:20]}' is no choice of parts. Choose: {', '.join(CONDITIONS)}.")
    parts = {letter: getattr(character.identity, _PART_OF[letter]) for letter in condition}
    if not any(parts.values()):
        raise Invalid(f"{character.name} has nothing to tell for {condition}. Fill in the identity first.")
    name = character.name if "S" in condition else ""
    return render(
        "generation/identity", name=name, **{name: parts.get(letter, "") for letter, name in _PART_OF.items()}
    )
