"""What a scorer is given (a seeker, a pool, the ratings so far) and what it answers: a number each, and its parts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import AwareDatetime, Field

from studio.domain.character import Character, Mbti
from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.pool import Mask, Numbers, Pool
from studio.matching.profile import WORRY, Profile, profile_of
from studio.registry import CardedMethod, Registry
from studio.run_context import RunContext

LONGEST_FEELING = 4000


class Seeker(Value):
    """Who looks for somebody to talk to: what they feel, in their own words, and what else is known of them."""

    id: str = ""
    name: str = ""
    feeling: str = ""
    statement: str = ""
    mbti: Mbti | None = None
    age: int | None = None
    region: str = ""
    traits: tuple[str, ...] = ()
    tropes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is compared: the feeling, else the statement."""
        return self.feeling or self.statement

    @classmethod
    def of_profile(cls, profile: Profile, feeling: str = "") -> Seeker:
        """Somebody of a bank, with their own worry where no other feeling is given."""
        return cls(
            id=profile.id,
            name=profile.name,
            feeling=feeling.strip() or profile.memories.get(WORRY, profile.facts.get(WORRY, "")),
            statement=profile.statement("seeker"),
            mbti=profile.mbti,
            age=profile.age,
            region=profile.region,
            traits=profile.traits,
            tropes=profile.tropes,
        )

    @classmethod
    def of_character(cls, character: Character, feeling: str = "") -> Seeker:
        """A character of the library."""
        return cls.of_profile(profile_of(character), feeling)


def seeking(seeker: Seeker) -> tuple[Seeker, tuple[str, ...]]:
    """The seeker as it can be worked with, and notices of what was changed: a very long feeling is cut.

    Raises: Invalid where there is nothing to go by.
    """
    if not seeker.text.strip():
        raise Invalid("Nothing to go by: write a line about how you are, or choose a character who seeks company.")
    if len(seeker.feeling) > LONGEST_FEELING:
        note = f"Only the first {LONGEST_FEELING:,} characters of what you wrote were read."
        return seeker.model_copy(update={"feeling": seeker.feeling[:LONGEST_FEELING]}), (note,)
    return seeker, ()


class RatedPair(Value):
    """How good a talk was (1–5), with what was known of the two before it: the learned scorers' food. `similarity` is
    the cosine under `embedder`; `features` are those of `studio.matching.features`."""

    seeker: str = ""
    supporter: str
    rating: float = Field(ge=1, le=5)
    similarity: float = Field(ge=-1.001, le=1.001)
    embedder: str = ""
    features: dict[str, float] = {}
    at: AwareDatetime | None = None


@dataclass(frozen=True)
class Scored:
    """`values` (n,), larger is better, on the scale `low`–`high`; `scored` (n,) says who has one. `parts` are arrays of
    what each value is made of, by name. `measured` says what gain over the baseline was measured, `notes` what went
    otherwise than asked."""

    values: Numbers
    scored: Mask
    low: float
    high: float
    measured: str
    parts: Mapping[str, Numbers] = field(default_factory=dict)
    whys: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Matcher(CardedMethod):
    """One verb: how well each of a pool suits a seeker."""

    @abstractmethod
    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """A value for everybody eligible.

        Raises: Invalid when the seeker lacks what the method goes by; as the model or embedder it uses.
        """


MATCHERS: Registry[Matcher] = Registry("studio.matching", Matcher)  # type: ignore[type-abstract]
