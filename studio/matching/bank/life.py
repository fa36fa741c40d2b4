"""A life in outline: drawn first, so that everything told of somebody afterwards fits together."""

from __future__ import annotations

import random

from studio.domain.value import Value
from studio.matching.bank.lexicon import Culture, Fragment, cultures, fragments

KIN = (
    ("your aunt", "women"),
    ("your uncle", "men"),
    ("your grandmother", "women"),
    ("your grandfather", "men"),
    ("your cousin", "either"),
    ("your godmother", "women"),
)


class Life(Value):
    """Who somebody is before a word is told: `flags` are what fragments ask for."""

    name: str
    gender: str
    age: int
    place: str
    mbti: str
    culture: Culture
    job: Fragment
    flags: frozenset[str]
    people: dict[str, str]


def drawn(mbti: str, rng: random.Random, taken: set[str]) -> Life:
    """A life of this type; its full name is none of `taken`, to which it is added."""
    gender = rng.choices(("female", "male", "nonbinary"), (48, 48, 4))[0]
    age = _age(rng)
    culture, name = _named(gender, rng, taken)
    own = frozenset(mbti)
    job = _job(own, age, rng)
    flags = own | _work(job) | _love(age, rng) | _siblings(rng) | _parents(age, rng)
    flags |= _children(age, flags, rng)
    flags |= _home(age, flags, rng)
    people = _people(name.split()[0], culture, rng)
    place = rng.choice(culture.places)
    return Life(
        name=name,
        gender=gender,
        age=age,
        place=place,
        mbti=mbti,
        culture=culture,
        job=job,
        flags=flags,
        people=people,
    )


def _age(rng: random.Random) -> int:
    low, high = rng.choices(((18, 25), (26, 35), (36, 48), (49, 62), (63, 79)), (24, 32, 22, 13, 9))[0]
    return rng.randint(low, high)


def _named(gender: str, rng: random.Random, taken: set[str]) -> tuple[Culture, str]:
    """A culture and a full name nobody has yet; after many tries in vain, one with a second surname."""
    for attempt in range(200):
        culture = rng.choice(cultures())
        first = rng.choice({"female": culture.women, "male": culture.men}.get(gender, culture.either))
        name = f"{first} {rng.choice(culture.surnames)}"
        if attempt > 100:
            name = f"{name}-{rng.choice(culture.surnames)}"
        if name not in taken:
            break
    taken.add(name)
    return culture, name


def _job(letters: frozenset[str], age: int, rng: random.Random) -> Fragment:
    fitting = [one for one in fragments("work") if one.least_age <= age <= one.most_age]
    if age >= 67:
        fitting = [one for one in fitting if _work(one) == {"retired"}] or fitting
    weights = [3 if one.letters & letters else 1 for one in fitting]
    weights = [
        weight * (4 if _work(one) == {"student"} and age <= 24 else 1)
        for weight, one in zip(weights, fitting, strict=True)
    ]
    return rng.choices(fitting, weights)[0]


def _work(job: Fragment) -> frozenset[str]:
    kinds = {flag for group in job.needs for flag in group} & {"student", "retired"}
    return frozenset(kinds or {"job"})


def _love(age: int, rng: random.Random) -> frozenset[str]:
    names = ("single", "partner", "married", "divorced", "widowed")
    weights = (
        (75, 25, 0, 0, 0)
        if age < 24
        else (45, 35, 20, 0, 0)
        if age < 31
        else (25, 22, 43, 9, 1)
        if age < 46
        else (18, 12, 42, 20, 8)
        if age < 63
        else (12, 6, 42, 14, 26)
    )
    return frozenset(rng.choices(names, weights))


def _children(age: int, flags: frozenset[str], rng: random.Random) -> frozenset[str]:
    settled = flags & {"married", "divorced", "widowed"}
    if not settled or age < 25 or rng.random() < (0.6 if age < 31 else 0.3):
        return frozenset({"none"})
    kind = "young" if age < 38 else "teen" if age < 51 else "grown"
    return frozenset({kind, "kids"})


def _siblings(rng: random.Random) -> frozenset[str]:
    return frozenset(rng.choices(("only", "sister", "brother", "many"), (22, 30, 28, 20)))


def _parents(age: int, rng: random.Random) -> frozenset[str]:
    gone = 0.03 if age < 31 else 0.1 if age < 46 else 0.45 if age < 58 else 0.97
    if rng.random() < gone:
        return frozenset({"orphan"})
    if rng.random() < (0.05 if age < 31 else 0.25):
        return frozenset({rng.choice(("mother", "father"))})
    return frozenset({"mother", "father"})


def _home(age: int, flags: frozenset[str], rng: random.Random) -> frozenset[str]:
    if flags & {"married"} or (flags & {"partner"} and age >= 24 and rng.random() < 0.75):
        return frozenset({"family"})
    if flags & {"young", "teen"}:
        return frozenset({"family"})
    if age <= 30 and {"mother", "father"} <= flags and rng.random() < 0.25:
        return frozenset({"parents"})
    return frozenset({"flat" if rng.random() < (0.55 if age < 41 else 0.15) else "alone"})


def _people(own: str, culture: Culture, rng: random.Random) -> dict[str, str]:
    """The names of those around them, each used once."""
    used = {own}

    def one(kind: str) -> str:
        pools = {"women": culture.women, "men": culture.men, "either": (*culture.women, *culture.men)}
        name = rng.choice([name for name in pools[kind] if name not in used])
        used.add(name)
        return name

    people = {"partner": one("either"), "friend": one("either"), "sister": one("women"), "brother": one("men")}
    people["late"] = people["partner"]
    people["girl"], people["boy"], people["child2"] = one("women"), one("men"), one("either")
    relations = list(KIN)
    rng.shuffle(relations)
    for at, (relation, kind) in enumerate(relations):
        people[f"kin{at}"] = f"{relation} {one(kind)}"
    return people
