"""What somebody did, as weights of facets. Pure.

Source: Zhang et al., SmartAgent, AAAI 2026, https://arxiv.org/abs/2412.07472.
Differs: the paper's agent looks at screens; here the studio's own actions are the first thought. The weights are ours.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from studio.domain.value import Value
from studio.errors import Invalid

ALPHA: Mapping[str, float] = {
    "search": 3.0,
    "filter": 2.0,
    "open": 1.0,
    "start": 2.0,
    "like": 4.0,
    "dislike": -4.0,
    "abandon": -1.0,
}
KEYS = ("genre", "tone", "trope", "trait", "mbti", "career", "length", "cast")
"""The keys that are scored; others are kept and not scored."""
LAMBDA = 0.9
TURN_WORTH, MOST_FOR_TURNS = 0.1, 2.0
_FACET = re.compile(r"^[a-z_]{1,30}:\S.{0,198}$")


class TasteEvent(Value):
    """Something a person did, and the facets (`key:value`) of what they did it to. `turns`: how many lines they spoke
    in a scene they started."""

    id: str = ""
    t: AwareDatetime | None = None
    type: str
    item: str = ""
    facets: tuple[str, ...] = ()
    turns: int = Field(default=0, ge=0)

    @field_validator("type")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in ALPHA:
            raise ValueError(f"'{kind[:40]}' is no action; known are {', '.join(ALPHA)}")
        return kind

    @field_validator("facets")
    @classmethod
    def _facets(cls, facets: tuple[str, ...]) -> tuple[str, ...]:
        for facet in facets:
            if not _FACET.match(facet):
                raise ValueError(f"'{facet[:60]}' is no facet; write key:value")
        return tuple(dict.fromkeys(facets))

    @property
    def worth(self) -> float:
        """What it says: how much more, or less, of its facets."""
        return ALPHA[self.type] + (min(MOST_FOR_TURNS, TURN_WORTH * self.turns) if self.type == "start" else 0.0)


def key_of(facet: str) -> str:
    """`genre` of `genre:mystery`."""
    return facet.partition(":")[0]


def value_of(facet: str) -> str:
    """`mystery` of `genre:mystery`."""
    return facet.partition(":")[2]


def scored(facet: str) -> bool:
    """Whether the facet's key counts."""
    return key_of(facet) in KEYS


def preference_weights(events: Sequence[TasteEvent], lam: float = LAMBDA) -> dict[str, float]:
    """Facet → weight: the sum over its events of their worth times λ to the power of their age, 0 for the latest.
    Events are oldest first."""
    weights: dict[str, float] = defaultdict(float)
    for age, event in enumerate(reversed(events)):
        for facet in event.facets:
            if scored(facet):
                weights[facet] += event.worth * lam**age
    return dict(sorted(weights.items()))


def moved_by(
    events: Sequence[TasteEvent], facets: Iterable[str], lam: float = LAMBDA
) -> list[tuple[TasteEvent, float]]:
    """The events that moved a score with these facets, with how far each did, furthest first."""
    wanted = {facet for facet in facets if scored(facet)}
    found = [
        (event, event.worth * lam**age * len(wanted & set(event.facets)))
        for age, event in enumerate(reversed(events))
        if wanted & set(event.facets)
    ]
    return sorted(found, key=lambda pair: (-abs(pair[1]), pair[0].id))


def exposure(events: Sequence[TasteEvent]) -> Mapping[str, int]:
    """Item → how often it was opened or started."""
    return Counter(event.item for event in events if event.item and event.type in ("open", "start"))


def read_events(text: str, place: str) -> tuple[TasteEvent, ...]:
    """Events, one JSON object a line, oldest first.

    Raises: Invalid naming `place`, the line and the field; an unknown action too.
    """
    events = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            events.append(TasteEvent.model_validate_json(line))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            field = ".".join(map(str, problem["loc"])) or "the line"
            raise Invalid(f"{place}, line {number}, {field}: {problem['msg']}.") from error
    return tuple(events)
