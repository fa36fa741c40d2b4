"""Those who could be cast, as a table of features: numbers, categories and short texts."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from studio.domain.character import Character
from studio.domain.event import TURNS
from studio.domain.scene import Scene
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.lexical import LexicalIndex
from studio.matching.tropes.naming import overlap

LONGEST_TEXT = 200
NO_ORDER = frozenset({"age"})
"""Numbers of which more is not better."""
Feature = float | int | str | None


class Candidate(Value):
    """Somebody by id and name, with what is known of them. A text is told to a model cut at 200 characters."""

    id: str = Field(min_length=1)
    name: str = ""
    features: dict[str, Feature] = {}

    def number(self, feature: str) -> float:
        """The feature as a number; 0 where it is missing or a text."""
        value = self.features.get(feature)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def told(self, features: Iterable[str]) -> dict[str, Feature]:
        """The named features as a model is told them, long texts cut."""
        chosen = {name: self.features.get(name) for name in features if self.features.get(name) not in (None, "")}
        return {name: v[:LONGEST_TEXT] if isinstance(v, str) else v for name, v in chosen.items()}


class CastTable(Value):
    """Who leads, who could join, and what is looked for (`brief`: the open part in words)."""

    lead: Candidate
    candidates: tuple[Candidate, ...]
    brief: str = ""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of all features anybody has, in order of first use."""
        return tuple(dict.fromkeys(name for one in (*self.candidates, self.lead) for name in one.features))

    @property
    def numeric(self) -> tuple[str, ...]:
        """The features that are numbers for all who have them, not the same for everybody, and better when larger."""
        return tuple(name for name in self.features if self._is_numeric(name))

    def _is_numeric(self, name: str) -> bool:
        values = [one.features.get(name) for one in self.candidates]
        given = [value for value in values if value is not None]
        return (
            name not in NO_ORDER
            and bool(given)
            and all(isinstance(value, (int, float)) for value in given)
            and len(set(values)) > 1
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the candidates."""
        return tuple(one.id for one in self.candidates)

    def candidate(self, id_: str) -> Candidate:
        """Raises: KeyError."""
        return next(one for one in self.candidates if one.id == id_)

    def summaries(self) -> dict[str, str]:
        """Each feature with a line of statistics: what a planner sees instead of the whole table."""
        return {name: self._summary(name) for name in self.features}

    def _summary(self, name: str) -> str:
        values = [one.features.get(name) for one in self.candidates]
        given = [value for value in values if value not in (None, "")]
        missing = f", missing for {len(values) - len(given)}" if len(given) < len(values) else ""
        numbers = [value for value in given if isinstance(value, (int, float))]
        if given and len(numbers) == len(given):
            return f"number {min(numbers):g}–{max(numbers):g}, median {statistics.median(numbers):g}{missing}"
        kinds = sorted({str(value) for value in given})
        if len(kinds) <= 6 and all(len(kind) <= 30 for kind in kinds):
            return f"one of {', '.join(kinds) or 'nothing'}{missing}"
        return f"text, for {len(given)} of {len(values)}{missing}"


def checked(table: CastTable, k: int) -> CastTable:
    """The table where it can be chosen from.

    Raises: Invalid for nobody to choose from, nobody wanted, or two candidates of one id.
    """
    if not table.candidates:
        raise Invalid("There is nobody to choose from. Add characters to the library, or widen the filter.")
    if k < 1:
        raise Invalid(f"{k} is not a number of people to cast. Ask for 1 or more.")
    twice = sorted({id_ for id_ in table.ids if table.ids.count(id_) > 1})
    if twice:
        raise Invalid(f"Two candidates are called '{twice[0][:80]}'. Give each its own id.")
    return table


class Together(Value):
    """What two characters have played together: scenes both were in, and lines that followed each other."""

    scenes: int = 0
    exchanges: int = 0


def history(transcripts: Iterable[Transcript], lead: str) -> dict[str, Together]:
    """Everybody the lead has played with → what they played together."""
    found: dict[str, Together] = {}
    for transcript in transcripts:
        actors = [event.actor for event in transcript.told if event.kind in TURNS]
        if lead not in {member.id for member in transcript.session.cast}:
            continue
        for other in {member.id for member in transcript.session.cast} - {lead}:
            pairs = sum({one, two} == {lead, other} for one, two in itertools.pairwise(actors))
            before = found.get(other, Together())
            found[other] = Together(scenes=before.scenes + 1, exchanges=before.exchanges + pairs)
    return found


def of_characters(
    lead: Character,
    characters: Sequence[Character],
    *,
    scene: Scene | None = None,
    role: str = "",
    together: Mapping[str, Together] | None = None,
) -> CastTable:
    """The library as a table around a lead: card fields, what they are to each other, what they have played together,
    and how near each comes to the part in words (`role`, or the scene's premise and setting). The lead and those
    already in the scene's cast are left out."""
    cast = {part.character for part in scene.cast} if scene else set()
    brief = role or (" ".join((scene.title, scene.premise, scene.setting, scene.place)) if scene else "")
    free = [one for one in characters if one.id != lead.id and one.id not in cast]
    index = LexicalIndex([" ".join((*one.statements(), one.backstory)) for one in free], stems=True)
    near = index.cosines(brief)
    played = together or {}
    candidates = tuple(
        Candidate(id=one.id, name=one.name, features=_features(lead, one, float(near[at]), played.get(one.id)))
        for at, one in enumerate(free)
    )
    about: dict[str, Feature] = {"career": lead.career, "traits": ", ".join(lead.traits), "mbti": lead.mbti}
    return CastTable(lead=Candidate(id=lead.id, name=lead.name, features=about), candidates=candidates, brief=brief)


def _features(lead: Character, one: Character, near: float, played: Together | None) -> dict[str, Feature]:
    played = played or Together()
    letters = sum(a == b for a, b in zip(lead.mbti or "", one.mbti or "", strict=False))
    return {
        "career": one.career,
        "age": one.age,
        "traits": ", ".join(one.traits),
        "mbti": one.mbti,
        "tropes": ", ".join(one.tropes),
        "speech": one.speech.style,
        "gender": {"she/her": "female", "he/him": "male"}.get(one.pronouns, "other" if one.pronouns else None),
        "bond": one.relationships.get(lead.id) or lead.relationships.get(one.id),
        "related": int(lead.id in one.relationships) + int(one.id in lead.relationships),
        "fits_part": round(near, 4),
        "shared_scenes": played.scenes,
        "exchanges": played.exchanges,
        "shared_tropes": round(overlap(lead.tropes, one.tropes), 4),
        "letters_in_common": letters,
    }
