"""Whole chains of thoughts against what was really wanted: four accuracies.

Source: Zhang et al., SmartAgent, AAAI 2026, https://arxiv.org/abs/2412.07472 (Ele.Acc, SSR, Exp.Acc, Imp.Acc).
Differs: how the explicit requirement is scored was not published; here it is the share of wanted slots that are right,
letter case and known synonyms aside.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from pydantic import Field, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.shelf.items import Item
from studio.matching.shelf.recommending import THETA, recommend
from studio.matching.shelf.requirement import underlying
from studio.matching.shelf.taste import TasteEvent, preference_weights

SYNONYMS: Mapping[str, str] = {
    "whodunit": "mystery",
    "crime": "mystery",
    "sci-fi": "scifi",
    "science-fiction": "scifi",
    "cosy": "light",
    "cozy": "light",
    "grim": "dark",
    "sinister": "dark",
    "scary": "horror",
    "love-story": "romance",
    "comic": "comedy",
    "funny": "comedy",
}


class Act(Value):
    """A step on the way to the items: what was done, to what, and with which words."""

    action: str
    target: str = ""
    text: str = ""


class Episode(Value):
    """A person's actions and what they wanted: `gold_*` is what is right, the rest what is to be judged."""

    instruction: str = ""
    events: tuple[TasteEvent, ...]
    items: dict[str, tuple[str, ...]] = Field(min_length=1)
    steps: tuple[Act, ...] = ()
    gold_steps: tuple[Act, ...] = ()
    gold_requirement: dict[str, str] = {}
    gold_yes: tuple[str, ...] = ()


class EpisodeScore(Value):
    """Four shares, 0–1; None where the episode does not ask."""

    element: float | None
    step: float | None
    explicit: float | None
    implicit: float | None


class CoutReport(Value):
    """Means over the episodes that ask; beside the implicit accuracy, that of always saying no."""

    episodes: int
    element: float | None
    step: float | None
    explicit: float | None
    implicit: float | None
    always_no: float | None


def explicit_accuracy(slots: Mapping[str, str], gold: Mapping[str, str]) -> float:
    """The share of wanted slots that are there with the right value."""
    return sum(_plain(slots.get(key, "")) == _plain(value) for key, value in gold.items()) / len(gold)


def _plain(value: str) -> str:
    low = "-".join(value.casefold().replace("_", " ").split())
    return SYNONYMS.get(low, low)


def implicit_accuracy(yes: Sequence[str], gold: Sequence[str], items: Sequence[str]) -> float:
    """The share of items whose yes or no is right."""
    return sum((id_ in set(yes)) == (id_ in set(gold)) for id_ in items) / len(items)


def score_episode(episode: Episode, theta: float = THETA) -> EpisodeScore:
    """The chain run on the episode without a model, and judged."""
    requirement = underlying(episode.events)
    items = [Item(id=id_, facets=facets) for id_, facets in episode.items.items()]
    verdicts = recommend(items, preference_weights(episode.events), requirement, theta)
    yes = [one.item.id for one in verdicts if one.yes]
    pairs = list(zip(episode.steps, episode.gold_steps, strict=False))
    n = len(episode.gold_steps)
    gold = episode.gold_requirement
    return EpisodeScore(
        element=sum(one.target == other.target for one, other in pairs) / n if n else None,
        step=sum(one == other for one, other in pairs) / n if n else None,
        explicit=explicit_accuracy(requirement.slots, gold) if gold else None,
        implicit=implicit_accuracy(yes, episode.gold_yes, list(episode.items)),
    )


def measure(episodes: Sequence[Episode], theta: float = THETA) -> CoutReport:
    """The means over these episodes."""
    scores = [score_episode(episode, theta) for episode in episodes]

    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return round(statistics.fmean(known), 6) if known else None

    nos = [implicit_accuracy((), episode.gold_yes, list(episode.items)) for episode in episodes]
    return CoutReport(
        episodes=len(episodes),
        element=mean([one.element for one in scores]),
        step=mean([one.step for one in scores]),
        explicit=mean([one.explicit for one in scores]),
        implicit=mean([one.implicit for one in scores]),
        always_no=mean(nos),
    )


def read_episodes(text: str, place: str) -> tuple[Episode, ...]:
    """Episodes: one JSON object, or one a line; fields that are not ours are passed over.

    Raises: Invalid naming `place`, the line and the field.
    """
    whole = "\n" in text.strip() and not text.strip().split("\n")[0].rstrip().endswith("}")
    lines = [text] if whole else text.splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(_Loose.model_validate_json(line).episode())
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            field = ".".join(map(str, problem["loc"])) or "the line"
            raise Invalid(f"{place}, line {number}, {field}: {problem['msg']}.") from error
    if not found:
        raise Invalid(f"{place} holds no episode. Give one JSON object, or one a line.")
    return tuple(found)


class _Loose(Episode):
    """An episode with whatever else a file holds."""

    model_config = {"extra": "ignore", "frozen": True}

    def episode(self) -> Episode:
        return Episode.model_validate(self.model_dump())
