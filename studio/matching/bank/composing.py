"""Profiles composed from the lexicon: the same seed gives the same bank, byte for byte."""

from __future__ import annotations

import random
from collections import Counter

from studio.domain.character import Mbti
from studio.matching.bank.lexicon import Fragment, by_type, fragments, traits
from studio.matching.bank.life import Life, drawn
from studio.matching.profile import Profile

TYPES: tuple[Mbti, ...] = (
    *("INTJ", "ENTJ", "INFJ", "ENFJ", "ESTJ", "ISTP", "ESTP", "ISTJ"),
    *("INTP", "ENTP", "INFP", "ENFP", "ISFJ", "ESFJ", "ISFP", "ESFP"),
)
"""The order of types in a bank: a profile's number divided by the profiles of a type gives its type."""

FILES = {
    "family_relationship": "family",
    "living_conditions": "living",
    "growth_experience": "growth",
    "hobby": "hobby",
    "social_relationship": "social",
    "emotional_state": "emotion",
    "recent_worry_or_anxiety": "worry",
    "additional_information": "extra",
    "tone": "tone",
}


class Composer:
    """Composes one profile after another and keeps count of what was used, so that everything gets its turn."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._used: Counter[str] = Counter()
        self._names: set[str] = set()

    def profile(self, mbti: Mbti, number: int) -> Profile:
        """The profile of this type with this number within the type; ids are `intj-00` and so on."""
        rng = random.Random(f"{self._seed}/{mbti}/{number}")
        life = drawn(mbti, rng, self._names)
        facts: dict[str, str] = {}
        kin = 0
        told: dict[str, str] = {"working_conditions": _filled(life.job, life, rng, 0)}
        for aspect, file in FILES.items():
            count = 2 if aspect == "hobby" and rng.random() < 0.3 else 1
            texts = []
            for fragment in self._chosen(file, life, facts, rng, count):
                facts.update(fragment.sets)
                texts.append(_filled(fragment, life, rng, kin))
                kin += "{kin}" in fragment.text
            told[aspect] = " ".join(texts)
        adjectives, told["personality"], told["advantages_and_disadvantages"] = self._character(life, rng)
        tropes = tuple(rng.sample(by_type("tropes")[mbti], 2)) + (("Grieving One",) if "widowed" in life.flags else ())
        return Profile(
            id=f"{mbti.lower()}-{number:02}",
            name=life.name,
            mbti=mbti,
            gender=life.gender,
            age=life.age,
            region=life.place,
            job=life.job.titles[0],
            traits=adjectives,
            tropes=tropes,
            told={name: told[name] for name in sorted(told) if told[name]},
            marked=True,
        )

    def _chosen(
        self, file: str, life: Life, facts: dict[str, str], rng: random.Random, count: int
    ) -> tuple[Fragment, ...]:
        """Fragments that fit, among those used least so far; ones written for the person's letters come first more
        often."""
        chosen: list[Fragment] = []
        for _ in range(count):
            known = {**facts, **_facts(life)}
            keys = {one.key for one in chosen}
            fitting = [one for one in fragments(file) if one.key not in keys and one.fits(life.flags, life.age, known)]
            if not fitting:
                break
            fewest = min(self._used[one.key] for one in fitting)
            rare = [one for one in fitting if self._used[one.key] <= fewest + 1]
            special = [one for one in rare if one.needs]
            fragment = rng.choice(special if special and rng.random() < 0.5 else rare)
            self._used[fragment.key] += 1
            chosen.append(fragment)
        return tuple(chosen)

    def _character(self, life: Life, rng: random.Random) -> tuple[tuple[str, ...], str, str]:
        """Adjectives, the personality and the strengths with their other sides."""
        letters = list(life.mbti)
        rng.shuffle(letters)
        drawn_traits = [rng.choice([one for one in traits() if one.letter == letter]) for letter in letters]
        sentences = rng.sample(by_type("personality")[life.mbti], 2)
        adjectives = tuple(one.adjective for one in drawn_traits[:3])
        personality = f"You are* {adjectives[0]}, {adjectives[1]} and {adjectives[2]}. {' '.join(sentences)}"
        strengths = " ".join(one.strength for one in drawn_traits[1:3])
        return adjectives, personality, f"{strengths} On the other hand: {_lower(drawn_traits[3].other_side)}"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _facts(life: Life) -> dict[str, str]:
    return {"child": "girl" if sum(map(ord, life.name)) % 2 else "boy"}


def _filled(fragment: Fragment, life: Life, rng: random.Random, kin: int) -> str:
    """The fragment with its slots filled: names of those around, and numbers the age allows."""
    age = life.age
    child = life.people[_facts(life)["child"]]
    values = {
        **life.people,
        "kin": life.people[f"kin{kin % 6}"],
        "child": child,
        "agenext": str((age // 10 + 1) * 10 if age % 10 > 6 else age + 1),
        "n2": str(rng.randint(2, 3)),
        "n4": str(rng.randint(3, 5)),
        "n6": str(rng.randint(4, max(4, min(8, age - 19)))),
        "n12": str(rng.randint(5, max(5, min(14, age - 21)))),
        "n24": str(rng.randint(22, max(22, min(30, age - 3)))),
        "n24less": str(rng.randint(19, max(19, min(28, age - 2)))),
        "n20s": str(rng.randint(21, max(21, min(29, age - 2)))),
        "n30": str(rng.randint(14, 40)),
        "n30plus": str(rng.randint(31, max(31, min(55, age - 2)))),
        "n60": str(rng.randint(41, 93)),
    }
    text = fragment.text
    for slot in fragment.slots:
        text = text.replace(f"{{{slot}}}", values[slot])
    return text[0].upper() + text[1:]
