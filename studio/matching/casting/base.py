"""What a way of casting is given and answers, and what re-weighting does to an answer without another call."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import Field

from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.errors import NotFound
from studio.matching.casting.table import CastTable, checked
from studio.matching.casting.tally import Ranking, borda, normalised, points
from studio.registry import CardedMethod, Registry
from studio.run_context import RunContext


class Criterion(Value):
    """Something that matters for the part. `weight` 0–1; those of a strategy add up to 1."""

    name: str
    weight: float = Field(ge=0)
    features: tuple[str, ...] = ()


class Specialist(Value):
    """One angle: which features it may see, and what it is told to look for."""

    role: str = Field(min_length=1)
    criteria: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    instructions: str = ""


class Strategy(Value):
    """How a choice is to be made."""

    criteria: tuple[Criterion, ...] = ()
    specialists: tuple[Specialist, ...] = ()

    def weight_of(self, specialist: Specialist) -> float:
        """What its criteria weigh together; an equal share where none is named."""
        known = {one.name: one.weight for one in self.criteria}
        named = [known[name] for name in specialist.criteria if name in known]
        return sum(named) if named else 1 / max(1, len(self.specialists))

    def unused(self, features: Sequence[str]) -> tuple[str, ...]:
        """The features no specialist looks at."""
        seen = {name for one in self.specialists for name in one.features}
        return tuple(name for name in features if name not in seen)


class Pick(Value):
    """Somebody chosen, or narrowly not. `supported_by`: the roles that ranked them within the first k."""

    id: str
    points: float
    why: str = ""
    supported_by: tuple[str, ...] = ()


class Casting(Value):
    """An answer. `selected` best first, `near_misses` after them; `weights` by role; `notices` say what went otherwise
    than planned; `unused` features nobody looked at; `mix` compares pool and picks by gender."""

    method: str
    k: int
    selected: tuple[Pick, ...]
    near_misses: tuple[Pick, ...] = ()
    strategy: Strategy = Strategy()
    specialists: tuple[Ranking, ...] = ()
    weights: dict[str, float] = {}
    notices: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    mix: str = ""
    usage: Usage = Usage()

    @property
    def ids(self) -> tuple[str, ...]:
        """Who was selected."""
        return tuple(one.id for one in self.selected)


class CastingMethod(CardedMethod):
    """One verb: choose k of a table."""

    @abstractmethod
    async def pick(self, table: CastTable, k: int, context: RunContext) -> Casting:
        """At most k of the candidates, best first, with reasons.

        Raises: Invalid for an empty table or k below 1; ModelUnavailable, ModelRefused, ModelBudget.
        """


CASTINGS: Registry[CastingMethod] = Registry("studio.matching.casting", CastingMethod)  # type: ignore[type-abstract]


async def pick(method: CastingMethod, table: CastTable, k: int, context: RunContext) -> Casting:
    """What the method picks, from a table that was checked. Where as many are wanted as there are, all are returned
    without a call, with a note.

    Raises: as `CastingMethod.pick`.
    """
    checked(table, k)
    if k >= len(table.candidates):
        note = f"There are only {len(table.candidates)} to choose from, so all of them are in."
        everybody = tuple(Pick(id=id_, points=0.0, why="Nobody else is left.") for id_ in sorted(table.ids))
        return Casting(method=method.card.name, k=k, selected=everybody, notices=(note,))
    return await method.pick(table, k, context)


def tallied(
    method: str, table: CastTable, k: int, rankings: Sequence[Ranking], weights: Mapping[str, float]
) -> Casting:
    """A casting by weighted Borda count over these rankings, with the reasons the specialists gave."""
    shares = normalised({ranking.role: weights.get(ranking.role, 0.0) for ranking in rankings}) if rankings else {}
    orders = [ranking.order for ranking in rankings]
    total = points(orders, list(shares.values()), table.ids)
    order = borda(orders, list(shares.values()), len(total), table.ids)
    picks = tuple(_reasoned(id_, total[id_], k, rankings) for id_ in order)
    return Casting(
        method=method,
        k=k,
        selected=picks[:k],
        near_misses=picks[k : k + 3],
        specialists=tuple(rankings),
        weights=shares,
        mix=mix(table, order[:k]),
    )


def _reasoned(id_: str, total: float, k: int, rankings: Sequence[Ranking]) -> Pick:
    supporters = tuple(ranking.role for ranking in rankings if id_ in ranking.order[:k])
    said = next(
        (one.why for ranking in rankings if ranking.role in supporters for one in ranking.ranking if one.id == id_), ""
    )
    return Pick(id=id_, points=total, why=said, supported_by=supporters)


def reweighted(casting: Casting, table: CastTable, weights: Mapping[str, float]) -> Casting:
    """The same specialists weighed otherwise, without a call: what a slider does. Roles not named keep their weight.

    Raises: NotFound for a role nobody has; Invalid for a negative weight.
    """
    for role in weights:
        if role not in casting.weights:
            raise NotFound(f"No specialist is called '{role[:80]}'. There are: {', '.join(casting.weights)}.")
    again = tallied(casting.method, table, casting.k, casting.specialists, {**casting.weights, **weights})
    kept = {"strategy": casting.strategy, "usage": casting.usage, "unused": casting.unused}
    return again.model_copy(update={**kept, "notices": casting.notices})


def mix(table: CastTable, selected: Sequence[str]) -> str:
    """How the picks compare with the pool by gender, in a line; empty where gender is not known."""
    gender = {one.id: str(one.features["gender"]) for one in table.candidates if one.features.get("gender")}
    if not gender:
        return ""

    def shares(ids: Sequence[str]) -> str:
        counted = Counter(gender.get(id_, "unknown") for id_ in ids)
        return ", ".join(f"{times} {name}" for name, times in sorted(counted.items()))

    return f"Pool: {shares(table.ids)}. Picked: {shares(selected)}."
