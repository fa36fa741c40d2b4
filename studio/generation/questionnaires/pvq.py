"""Values: 21 portraits after the PVQ-21, 7-point, in the studio's own wording.

Source: Schwartz, Portrait Values Questionnaire (keys as in the European Social Survey); Lee et al., SPeCtrum, 2025
(7-point scale, bands, numbering), https://arxiv.org/abs/2502.08599
Differs: every portrait is said anew; scores are centred too (value − mean of all), as Schwartz advises and SPeCtrum
leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.value import Value
from studio.errors import Invalid
from studio.generation.questionnaires.answers import Band, Item, banded, doubts, mean, read_answers

STEM = "How much is this like me?"

KEYS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "Self-Direction": (1, 11),
        "Power": (2, 17),
        "Universalism": (3, 8, 19),
        "Achievement": (4, 13),
        "Security": (5, 14),
        "Stimulation": (6, 15),
        "Conformity": (7, 16),
        "Tradition": (9, 20),
        "Hedonism": (10, 21),
        "Benevolence": (12, 18),
    }
)
"""Value → its items."""

BANDS = (
    Band(edge=2, word="minimal", closed=True),
    Band(edge=3, word="some", closed=True),
    Band(edge=4, word="somewhat important", closed=True),
    Band(edge=5, word="important", closed=True),
    Band(edge=6, word="highly important", closed=True),
    Band(edge=7, word="central", closed=True),
)
UPSTREAM: Mapping[int, int] = MappingProxyType({21: 20, 22: 21})
"""Published answer files have an attention check as number 20, so the last two items are one further on."""

_TEXTS = (
    "Having ideas of one's own and doing things one's own way.",
    "Being rich, and having what is dear.",
    "Seeing everybody in the world treated alike.",
    "Showing what one can do, and being admired for it.",
    "Living where it is safe, and keeping out of danger.",
    "Trying what is new, and a great deal of it.",
    "Doing as one is told, also when nobody looks.",
    "Hearing out people who are unlike oneself.",
    "Being modest, and drawing no eyes.",
    "Having a good time, and spoiling oneself.",
    "Deciding for oneself, and depending on nobody.",
    "Looking after the people around one.",
    "Being very successful, and known for it.",
    "A state that is strong enough to keep its people safe.",
    "Looking for adventure, and living dangerously.",
    "Behaving properly, so that nobody can find fault.",
    "Being looked up to, and having people do as one says.",
    "Standing by one's friends, come what may.",
    "Caring for nature and what lives in it.",
    "Keeping to the customs one grew up with.",
    "Taking every chance of fun.",
)

ITEMS = tuple(
    Item(number=number, text=text, scale=next(name for name, numbers in KEYS.items() if number in numbers))
    for number, text in enumerate(_TEXTS, 1)
)


class ValueScore(Value):
    """One of ten. `centred`: how far it lies above (or below) what this person answers on average."""

    name: str
    score: float | None = None
    centred: float | None = None
    band: str = ""


class Values(Value):
    """Scores from 1 to 7. `mean`: of all answers. `doubts`: what is odd about them."""

    values: tuple[ValueScore, ...]
    mean: float
    doubts: tuple[str, ...] = ()

    def value(self, name: str) -> ValueScore:
        """One value by name. Raises: KeyError."""
        for found in self.values:
            if found.name == name:
                return found
        raise KeyError(name)

    @property
    def ranked(self) -> tuple[ValueScore, ...]:
        """What matters most first; values without an answer are left out."""
        return tuple(
            sorted((found for found in self.values if found.score is not None), key=lambda one: -(one.score or 0))
        )


def score_pvq(answers: Mapping[str, object] | Mapping[int, object]) -> Values:
    """The ten values of answers from 1 (not like me) to 7 (very much like me), keyed by item (`7`, `D2LP-7`).

    Numbers up to 22 without a 20 are taken as published answer files number them.
    Raises: Invalid for a key that is no item or an answer out of range, when both 20 and 22 are answered, or when
    nothing is.
    """
    numbers = {str(key).rpartition("-")[2].strip() for key in answers}
    if {"20", "22"} <= numbers:
        raise Invalid(
            "Both 20 and 22 are answered: number the items 1 to 21, or leave out the attention check (20) as published "
            "files do. Which numbering is it?"
        )
    given = read_answers(answers, ITEMS, UPSTREAM if "22" in numbers else None)
    average = mean([*given.values()])
    if average is None:
        raise Invalid("There is no answer to score. Answer at least one statement.")
    found = []
    for name, keys in KEYS.items():
        score = mean([given[number] for number in keys if number in given])
        centred = None if score is None else score - average
        found.append(
            ValueScore(name=name, score=score, centred=centred, band="" if score is None else banded(score, BANDS))
        )
    return Values(values=tuple(found), mean=average, doubts=doubts(given, ITEMS))
