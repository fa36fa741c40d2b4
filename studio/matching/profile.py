"""Somebody who could be talked to: the 17 fields of a persona bank, told to them and told about them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from studio.domain.character import Character, Identity, Mbti, Voice
from studio.domain.value import Value
from studio.matching.bank.voice import BY_GENDER, THEY, Pronouns, told_about, told_to

ASPECTS = (
    "tone",
    "personality",
    "advantages_and_disadvantages",
    "hobby",
    "growth_experience",
    "family_relationship",
    "working_conditions",
    "social_relationship",
    "emotional_state",
    "living_conditions",
    "recent_worry_or_anxiety",
    "additional_information",
)
WORRY = "recent_worry_or_anxiety"
EXTENSION = "greenroom_profile"
"""Where a character keeps the profile it was made from."""

LONGEST = 4000
Text = Annotated[str, StringConstraints(max_length=LONGEST)]


class Profile(Value):
    """A profile. `told` holds the aspects in the second person; `marked`: they carry the marks of the lexicon, so that
    the third person can be made from them; else `about` holds it. Any aspect may be missing."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    mbti: Mbti | None = None
    gender: Annotated[str, StringConstraints(max_length=40)] = ""
    age: int | None = Field(default=None, ge=0, le=10_000)
    region: Annotated[str, StringConstraints(max_length=200)] = ""
    job: Annotated[str, StringConstraints(max_length=400)] = ""
    traits: tuple[Annotated[str, StringConstraints(max_length=200)], ...] = Field(default=(), max_length=40)
    tropes: tuple[Annotated[str, StringConstraints(max_length=200)], ...] = Field(default=(), max_length=60)
    told: dict[str, Text] = Field(default={}, max_length=60)
    about: dict[str, Text] = Field(default={}, max_length=60)
    marked: bool = False
    seeker: Text = ""
    supporter: Text = ""

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split()[0]

    @property
    def pronouns(self) -> Pronouns:
        """By gender; they for any other."""
        return BY_GENDER.get(self.gender.casefold(), THEY)

    @cached_property
    def memories(self) -> Mapping[str, str]:
        """Aspect → text in the second person, in the order of the paper's fields."""
        texts = {name: told_to(text) if self.marked else text for name, text in self.told.items() if text.strip()}
        return {name: texts[name] for name in (*ASPECTS, *texts) if name in texts}

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """Aspect → text in the third person; where none was given and none can be made, the second."""
        names = (*ASPECTS, *self.told, *self.about)
        found = {name: self._fact(name) for name in dict.fromkeys(names)}
        return {name: text for name, text in found.items() if text}

    def _fact(self, name: str) -> str:
        if self.about.get(name, "").strip():
            return self.about[name]
        text = self.told.get(name, "")
        return told_about(text, self.first_name, self.pronouns) if self.marked else text

    def statement(self, role: Literal["seeker", "supporter"]) -> str:
        """Who they are, told to them: a seeker with the worry, a supporter without."""
        given = self.seeker if role == "seeker" else self.supporter
        if given:
            return given
        who = " ".join(filter(None, (f"a {self.age}-year-old" if self.age is not None else "a", self.gender, "person")))
        first = f"You are {self.name}, {who}" + (f" from {self.region}." if self.region else ".")
        parts = [first, f"You work as: {self.job}." if self.job else ""]
        names = ("tone", "personality", *((WORRY,) if role == "seeker" else ()))
        return " ".join(filter(None, (*parts, *(self.memories.get(name, "") for name in names))))

    @cached_property
    def story(self) -> str:
        """What brings somebody close to a worry: what they went through, and how they are now. Some eighty words."""
        names = ("growth_experience", "emotional_state", "personality")
        return " ".join(self.memories[name] for name in names if name in self.memories) or self.whole

    @cached_property
    def whole(self) -> str:
        """Everything that may bring somebody close, most telling first: what they went through, what they do, who they
        are."""
        names = (
            "growth_experience",
            "hobby",
            "personality",
            "working_conditions",
            "emotional_state",
            "family_relationship",
            "advantages_and_disadvantages",
            "social_relationship",
            "living_conditions",
            "additional_information",
        )
        texts = [self.memories[name] for name in names if name in self.memories]
        return " ".join((*texts[:3], self.job, *texts[3:])) or " ".join((self.name, self.job, *self.traits))

    def character(self) -> Character:
        """As a character of the studio, to be played. The profile itself is kept in its extensions."""
        facts = self.facts
        told = [facts[name] for name in ("hobby", "working_conditions", "social_relationship") if name in facts]
        return Character(
            id=self.id,
            name=self.name,
            persona_type="fictional",
            age=self.age,
            pronouns=self.pronouns.label,
            career=self.job,
            traits=tuple(dict.fromkeys(self.traits)),
            mbti=self.mbti,
            tropes=tuple(dict.fromkeys(self.tropes)),
            identity=Identity(
                social=facts.get("family_relationship", ""),
                personal=facts.get("advantages_and_disadvantages", ""),
                life_context=facts.get("living_conditions", ""),
            ),
            backstory=facts.get("growth_experience", ""),
            speech=Voice(style=facts.get("tone", "")),
            facts=(*told, *(facts[name] for name in ("additional_information",) if name in facts)),
            tags=("supportive",),
            extensions={EXTENSION: self.model_dump(mode="json", exclude_defaults=True)},
        )


def profile_of(character: Character) -> Profile:
    """A character as somebody who could be talked to: the profile it was made from, else what its fields say."""
    kept = character.extensions.get(EXTENSION)
    if isinstance(kept, dict):
        return Profile.model_validate({**kept, "id": character.id[:64] or str(kept.get("id", ""))})
    about = {
        "tone": character.speech.style,
        "personality": ", ".join(character.traits),
        "advantages_and_disadvantages": " ".join((character.identity.personal, *character.skills)),
        "hobby": " ".join(fact for fact in character.facts),
        "growth_experience": character.backstory,
        "family_relationship": " ".join(character.relationships.values()),
        "working_conditions": character.career,
        "social_relationship": character.identity.social,
        "living_conditions": character.identity.life_context,
        "additional_information": " ".join(character.goals),
    }
    texts = {name: " ".join(text.split())[:LONGEST] for name, text in about.items() if text.strip()}
    gender = {"she/her": "female", "he/him": "male"}.get(character.pronouns, "")
    return Profile(
        id=character.id[:64] or "character",
        name=character.name,
        mbti=character.mbti,
        gender=gender,
        age=character.age,
        job=character.career[:400],
        traits=tuple(trait[:200] for trait in character.traits[:40]),
        tropes=tuple(trope[:200] for trope in character.tropes[:60]),
        told=texts,
        about=texts,
    )


def row_of(profile: Profile) -> dict[str, Any]:
    """The profile as a line of a bank: fields at their default left out."""
    return profile.model_dump(mode="json", exclude_defaults=True)
