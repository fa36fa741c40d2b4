"""From base traits and a situation's pull to how somebody shows now, and to words for a prompt. Pure.

Traits stand in the order openness, conscientiousness, extraversion, agreeableness, negative emotionality, each 0–1.
"""

from __future__ import annotations

from collections.abc import Sequence

from studio.domain.character import Character
from studio.domain.state import Temperament, Traits
from studio.prompts import render

POLES = ("O+", "O-", "C+", "C-", "E+", "E-", "A+", "A-", "N+", "N-")
NAMES = {
    "O": ("openness", "open", "conventional"),
    "C": ("conscientiousness", "careful", "careless"),
    "E": ("extraversion", "outgoing", "withdrawn"),
    "A": ("agreeableness", "warm", "hard"),
    "N": ("negative emotionality", "uneasy", "calm"),
}
"""Domain letter → its name, and how its high and low ends show."""
MIDDLE: Traits = (0.5, 0.5, 0.5, 0.5, 0.5)
LIGHT, CLEAR = 0.35, 0.7
MBTI_HINTS = {"E": 0.75, "I": 0.25, "N": 0.7, "S": 0.35, "F": 0.7, "T": 0.35, "J": 0.75, "P": 0.3}

ACTIVATION: dict[str, tuple[float, float, float, float, float]] = {
    "Fine": (0, 0, 0, 0, -0.1),
    "Happy": (0.1, 0, 0.4, 0.4, -0.5),
    "Confident": (0.1, 0.3, 0.5, 0, -0.6),
    "Energized": (0.2, 0.3, 0.7, 0.1, -0.3),
    "Flirty": (0.2, -0.1, 0.6, 0.4, -0.2),
    "Focused": (0.1, 0.8, -0.2, 0, -0.2),
    "Inspired": (0.8, 0.2, 0.3, 0.2, -0.3),
    "Playful": (0.4, -0.3, 0.6, 0.3, -0.3),
    "Angry": (-0.1, -0.1, 0.3, -0.8, 0.6),
    "Bored": (-0.4, -0.3, -0.4, -0.2, 0.2),
    "Dazed": (0.1, -0.6, -0.3, 0, 0.3),
    "Embarrassed": (0, 0, -0.5, 0.2, 0.6),
    "Sad": (0, -0.1, -0.5, 0.1, 0.6),
    "Tense": (-0.1, 0.1, -0.2, -0.2, 0.7),
    "Uncomfortable": (-0.1, 0, -0.4, -0.1, 0.5),
    "Asleep": (-0.2, -0.6, -0.8, 0, 0),
}
"""Emotion → the activation it goes with."""


def express(base: Sequence[float], activation: Sequence[float], kappa: float = 0.5) -> Traits:
    """Each trait moved by the situation, within 0–1: middling ones bend, extreme ones hold. `kappa`, 0–1: how far."""
    shown = [min(1.0, max(0.0, b + kappa * s * (1 - abs(2 * b - 1)))) for b, s in zip(base, activation, strict=True)]
    return (shown[0], shown[1], shown[2], shown[3], shown[4])


def settled(new: Sequence[float], before: Sequence[float] | None, inertia: float) -> Traits:
    """`new`, held back by what was shown a turn before; `inertia`, 0–1, is the weight of that."""
    told = [(1 - inertia) * n + inertia * b for n, b in zip(new, before or new, strict=True)]
    return (told[0], told[1], told[2], told[3], told[4])


def base_of(character: Character) -> Traits:
    """A character's own traits: from its Big Five scores, else hinted by its MBTI letters, else middling."""
    scores = character.big_five
    if scores is not None:
        raw = (
            scores.openness,
            scores.conscientiousness,
            scores.extraversion,
            scores.agreeableness,
            scores.negative_emotionality,
        )
        told = [(score - 1) / 6 for score in raw]
        return (told[0], told[1], told[2], told[3], told[4])
    if character.mbti is None:
        return MIDDLE
    turned, seen, judged, ordered = (MBTI_HINTS[letter] for letter in character.mbti)
    return (seen, ordered, turned, judged, 0.5)


def adapter(trace: Temperament) -> tuple[str, ...]:
    """What is said to a model about how somebody shows now: a line for each of the poles that weigh in, two at most,
    and one with the five values. Nothing where the situation moves nothing."""
    if trace.neutral:
        return ()
    weights = [(pole, "light" if gate < LIGHT else "clear" if gate < CLEAR else "strong") for pole, gate in _top(trace)]
    values = [(names[0], round(100 * shown)) for names, shown in zip(NAMES.values(), trace.expressed, strict=True)]
    return tuple(render("roleplay/temperament", poles=weights, values=values).splitlines())


def adapter_prompt(persona: str, trace: Temperament) -> str:
    """The persona, unchanged, then how it shows now."""
    return "\n".join((persona, *adapter(trace)))


def reason(trace: Temperament, cues: Sequence[tuple[str, float]]) -> str:
    """The trace for a reader: what the situation holds, and what that brings out."""
    felt = [name for name, weight in cues if weight >= 0.5]
    moved = sorted(zip(NAMES.values(), trace.activation, strict=True), key=lambda one: -abs(one[1]))
    shown = [f"{names[1] if s > 0 else names[2]} up" for names, s in moved[:2] if abs(s) >= 0.1]
    return f"{' + '.join(felt) or 'this moment'} → {', '.join(shown) or 'as ever'}"


def _top(trace: Temperament) -> tuple[tuple[str, float], ...]:
    return tuple(zip(trace.top, trace.gates, strict=True))[:2]
