"""The Big Five: 30 statements after the BFI-2-S, 7-point, in the studio's own wording.

Source: Soto & John, Short and extra-short forms of the BFI-2, 2017 (keys); Lee et al., SPeCtrum, 2025 (7-point scale
and bands), https://arxiv.org/abs/2502.08599
Differs: the inventory's own wording is copyrighted, so every statement is said anew; means are not rounded down.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.character import BigFive
from studio.domain.options import DOMAINS, Domain
from studio.domain.value import Value
from studio.errors import Invalid
from studio.generation.questionnaires.answers import Band, Item, banded, doubts, mean, read_answers

STEM = "I am somebody who …"

FACETS: Mapping[Domain, tuple[str, str, str]] = MappingProxyType(
    {
        "extraversion": ("Sociability", "Assertiveness", "Energy"),
        "agreeableness": ("Compassion", "Respectfulness", "Trust"),
        "conscientiousness": ("Organization", "Productiveness", "Responsibility"),
        "negative_emotionality": ("Anxiety", "Depression", "Emotional Volatility"),
        "openness": ("Aesthetic", "Intellectual Curiosity", "Creative Imagination"),
    }
)
"""Domain → its facets, in the order of the questionnaire."""

TITLES: Mapping[Domain, str] = MappingProxyType(
    {
        "extraversion": "Extraversion",
        "agreeableness": "Agreeableness",
        "conscientiousness": "Conscientiousness",
        "negative_emotionality": "Negative Emotionality",
        "openness": "Open-Mindedness",
    }
)

BANDS = (
    Band(edge=2, word="very low"),
    Band(edge=3, word="low"),
    Band(edge=4, word="slightly below average"),
    Band(edge=5, word="slightly above average"),
    Band(edge=6, word="high"),
    Band(edge=7, word="very high", closed=True),
)

_REVERSED = frozenset({1, 3, 7, 8, 10, 14, 17, 19, 20, 21, 24, 26, 27, 28, 30})
_TEXTS = (
    "keeps quiet in company",
    "feels for people and is soft with them",
    "lets things lie where they fall",
    "frets a good deal",
    "is moved by music, pictures or a well-made sentence",
    "takes the lead when nobody else does",
    "can be short or insolent with people",
    "finds it hard to make a start",
    "often feels low",
    "has little patience with abstract ideas",
    "is full of drive",
    "expects the best of people",
    "can be relied upon",
    "stays even and seldom swings in mood",
    "comes up with things nobody else thought of",
    "likes to be among people, the more the better",
    "is cool about other people's troubles",
    "has a place for everything and puts it there",
    "is at ease, also under strain",
    "has little use for art",
    "would rather somebody else took charge",
    "is courteous, also where it costs something",
    "keeps at it until it is done",
    "feels safe and content as things are",
    "enjoys thinking a hard question through",
    "does less in a day than most",
    "looks for what is wrong with people",
    "is sometimes careless of what was promised",
    "flares up easily",
    "seldom has an idea out of the ordinary",
)


def _scale(number: int) -> str:
    """Facets come round every fifteen items, domains every five."""
    domain = tuple(FACETS)[(number - 1) % 5]
    return FACETS[domain][(number - 1) % 15 // 5]


ITEMS = tuple(
    Item(number=number, text=text, scale=_scale(number), reversed_=number in _REVERSED)
    for number, text in enumerate(_TEXTS, 1)
)


class Facet(Value):
    """One of fifteen. Without an answer to either of its items the score is None and the band empty."""

    name: str
    score: float | None = None
    band: str = ""


class DomainScore(Value):
    """One of five, with its facets."""

    domain: Domain
    score: float | None = None
    band: str = ""
    facets: tuple[Facet, ...] = ()

    @property
    def title(self) -> str:
        """What the questionnaire calls it."""
        return TITLES[self.domain]


class Personality(Value):
    """Scores from 1 to 7. `doubts`: what is odd about the answers."""

    domains: tuple[DomainScore, ...]
    doubts: tuple[str, ...] = ()

    def domain(self, name: Domain) -> DomainScore:
        """One domain."""
        return next(found for found in self.domains if found.domain == name)

    def facet(self, name: str) -> Facet:
        """One facet by name. Raises: KeyError."""
        for domain in self.domains:
            for facet in domain.facets:
                if facet.name == name:
                    return facet
        raise KeyError(name)

    @property
    def big_five(self) -> BigFive | None:
        """The five scores as a character has them, two decimals; None while one is unknown."""
        scores = {found.domain: found.score for found in self.domains}
        if any(score is None for score in scores.values()):
            return None
        return BigFive(**{name: round(scores[name] or 0, 2) for name in DOMAINS})


def score_bfi(answers: Mapping[str, object] | Mapping[int, object]) -> Personality:
    """Domains and facets of answers from 1 (not at all) to 7 (wholly), keyed by item (`7`, `D1PB-7`).

    A facet is the mean of its two items, or the one that is answered; a domain the mean of those of its six that are.
    Raises: Invalid for a key that is no item or an answer out of range, or when there is no answer at all.
    """
    given = read_answers(answers, ITEMS)
    if not given:
        raise Invalid("There is no answer to score. Answer at least one statement.")
    counted = {item.number: item.score(given[item.number]) for item in ITEMS if item.number in given}
    domains = []
    for domain, names in FACETS.items():
        facets = tuple(_facet(name, counted) for name in names)
        score = mean([counted[item.number] for item in ITEMS if item.scale in names and item.number in counted])
        band = "" if score is None else banded(score, BANDS)
        domains.append(DomainScore(domain=domain, score=score, band=band, facets=facets))
    return Personality(domains=tuple(domains), doubts=doubts(given, ITEMS))


def _facet(name: str, counted: Mapping[int, int]) -> Facet:
    score = mean([counted[item.number] for item in ITEMS if item.scale == name and item.number in counted])
    return Facet(name=name, score=score, band="" if score is None else banded(score, BANDS))
