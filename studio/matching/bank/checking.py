"""What is wrong with a bank: twins, near twins, and profiles that contradict themselves. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from studio.domain.value import Value
from studio.matching.profile import ASPECTS, Profile

NEAR = 0.6
"""Two profiles that share this part of their sentences are near twins."""

LEAST_AGES = {
    "judge": 28,
    "surgeon": 28,
    "captain": 24,
    "retired": 50,
    "professor": 27,
    "doctor": 24,
    "undertaker": 20,
    "midwife": 21,
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_YEARS = re.compile(r"\bfor (?:the last )?(\d{1,2}) years\b")
_PAIRS = (
    (
        "an only child",
        re.compile(r"\bonly child\b"),
        re.compile(r"\b(?:her|his|their|your) (?:\w+ )?(?:sister|brother)s?\b"),
    ),
    (
        "never married",
        re.compile(r"\bnever married\b"),
        re.compile(r"\b(?:her|his|their|your) (?:husband|wife|marriage)\b|\bmarried to\b"),
    ),
    (
        "no parents left",
        re.compile(r"\bparents are (?:dead|gone|both dead)\b"),
        re.compile(r"\b(?:mother|father) (?:is|has|lives|rings|asks)\b|\bparents (?:run|live|save|have)\b"),
    ),
    (
        "living alone",
        re.compile(r"\blives? (?:alone|by (?:herself|himself|themself|yourself))\b"),
        re.compile(r"\bshares? (?:a|an old) flat\b|\blives? with (?:her|his|their|your) parents\b"),
    ),
    (
        "no children",
        re.compile(r"\bhave no children\b|\bhas no children\b"),
        re.compile(r"\b(?:her|his|their|your) (?:son|daughter|children)\b"),
    ),
    (
        "never had a car",
        re.compile(r"\bnever owned a car\b"),
        re.compile(r"\b(?:her|his|their|your) car\b|\bin the car\b"),
    ),
)


class Finding(Value):
    """Something wrong. `kind`: twin, near twin, contradiction, missing or order; `ids` are those concerned."""

    kind: str
    ids: tuple[str, ...]
    message: str


class BankReport(Value):
    """A bank looked through. `distinct_sentences` over `sentences` says how varied it is; `by_type` counts types."""

    profiles: int
    by_type: dict[str, int]
    sentences: int
    distinct_sentences: int
    closest: float
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong but missing fields."""
        return all(one.kind == "missing" for one in self.findings)


def check(profiles: Sequence[Profile]) -> BankReport:
    """Everything found wrong with these profiles, in the order of kinds: twins first."""
    sentences = [frozenset(_sentences(profile)) for profile in profiles]
    every = Counter(sentence for one in sentences for sentence in one)
    pairs = list(near_twins(sentences))
    closest = max((share for _, _, share in pairs), default=0.0)
    findings = [
        *_twins(profiles),
        *(_near(profiles[a], profiles[b], share) for a, b, share in pairs if share >= NEAR),
        *(found for profile in profiles for found in contradictions(profile)),
        *_missing(profiles),
    ]
    return BankReport(
        profiles=len(profiles),
        by_type=dict(sorted(Counter(profile.mbti or "none" for profile in profiles).items())),
        sentences=sum(every.values()),
        distinct_sentences=len(every),
        closest=round(closest, 4),
        findings=tuple(findings),
    )


def _sentences(profile: Profile) -> Iterator[str]:
    for text in profile.memories.values() or profile.facts.values():
        for sentence in _SENTENCE.split(text):
            yield sentence.strip().casefold()


def near_twins(sentences: Sequence[frozenset[str]]) -> Iterator[tuple[int, int, float]]:
    """Pairs that share sentences, with the share of the smaller one; sentences of over a hundred profiles do not
    count, so that this stays quick."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(sentences):
        for sentence in one:
            holders[sentence].append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        if 1 < len(found) <= 100:
            shared.update((a, b) for place, a in enumerate(found) for b in found[place + 1 :])
    for (a, b), count in shared.items():
        if count > 2:
            yield a, b, count / max(1, min(len(sentences[a]), len(sentences[b])))


def _near(first: Profile, second: Profile, share: float) -> Finding:
    message = f"{first.name} and {second.name} share {share:.0%} of their sentences."
    return Finding(kind="near twin", ids=(first.id, second.id), message=message)


def _twins(profiles: Sequence[Profile]) -> Iterator[Finding]:
    for what in ("id", "name"):
        groups: dict[str, list[Profile]] = defaultdict(list)
        for profile in profiles:
            groups[profile.id if what == "id" else profile.name.casefold()].append(profile)
        for value, found in groups.items():
            if len(found) > 1:
                ids = tuple(one.id for one in found)
                yield Finding(kind="twin", ids=ids, message=f"{len(found)} profiles have the {what} '{value[:80]}'.")


def contradictions(profile: Profile) -> Iterator[Finding]:
    """Where a profile says two things that cannot both be so."""
    told = " ".join(profile.facts.values())
    plain = told.casefold()

    def found(message: str) -> Finding:
        return Finding(kind="contradiction", ids=(profile.id,), message=f"{profile.name}: {message}")

    for title, first, second in _PAIRS:
        if first.search(plain) and (clash := second.search(plain)):
            yield found(f'{title}, and yet "{clash[0]}".')
    if profile.age is not None:
        for word, least in LEAST_AGES.items():
            if re.search(rf"\b{word}\b", profile.job.casefold()) and profile.age < least:
                yield found(f"{profile.age} years old and already {profile.job}.")
        for years in _YEARS.findall(plain):
            if int(years) > profile.age - 3:
                yield found(f"{profile.age} years old, and something has lasted for {years} years.")
    wrong = {"female": r"\b(?:he|him|his|himself)\b", "male": r"\b(?:she|her|hers|herself)\b"}
    pattern = wrong.get(profile.gender)
    if pattern and profile.marked:
        for name, text in profile.facts.items():
            if re.match(pattern, text.split(". ")[0].casefold()):
                yield found(f"{profile.gender}, and {name} begins with the wrong pronoun.")


def _missing(profiles: Sequence[Profile]) -> Iterator[Finding]:
    for profile in profiles:
        gone = [name for name in ASPECTS if name not in profile.memories and name not in profile.facts]
        gone += [name for name in ("age", "region", "job", "mbti") if getattr(profile, name) in (None, "")]
        if gone:
            yield Finding(kind="missing", ids=(profile.id,), message=f"{profile.name} has no {', '.join(gone)}.")
