"""Why somebody was found, in plain words: what both went through, what one has that the other lacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from studio.domain.value import Value
from studio.matching.base import Scored, Seeker
from studio.matching.features import TITLES
from studio.matching.lexical import LexicalIndex, content_words, cosine
from studio.matching.pool import Pool, country
from studio.matching.profile import WORRY, Profile
from studio.matching.topics import about, title_of
from studio.matching.tropes.naming import representative

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
Kind = Literal["lived", "shared", "complementary", "letters", "traits", "tropes", "place", "age", "opinion", "score"]

SAME = {
    "E": "You both think out loud.",
    "I": "You both need quiet to think.",
    "N": "You both look for what lies behind things.",
    "S": "You both keep to what can be seen and done.",
    "F": "You both go by what matters to people.",
    "T": "You both want to understand before you comfort.",
    "J": "You both like to know what comes next.",
    "P": "You both leave room for things to change.",
}
OTHER = {
    "E": "{name} is outgoing where you keep to yourself, and will carry the talk.",
    "I": "{name} is quieter than you, and will let you finish.",
    "N": "{name} looks for possibilities where you look at facts.",
    "S": "{name} looks at what can be done today where you see everything at once.",
    "F": "{name} asks how it feels where you ask why.",
    "T": "{name} sorts things out where you feel them.",
    "J": "{name} brings order where you keep things open.",
    "P": "{name} takes things as they come where you like a plan.",
}
LEAST_OVERLAP = 0.15


class Reason(Value):
    """A sentence for the reader, and what kind of reason it is."""

    kind: Kind
    text: str


def reasons_for(seeker: Seeker, pool: Pool, at: int, scored: Scored, most: int = 5) -> tuple[Reason, ...]:
    """Why the supporter at this position, most telling first; the last one always says what the score is made of."""
    profile = pool.profiles[at]
    found = [
        *_opinion(scored, at),
        *_lived(seeker, profile, pool.lexical),
        *_shared(seeker, profile, pool.lexical),
        *_tropes(seeker, profile),
        *_letters(seeker, profile),
        *_traits(seeker, profile),
        *_place(seeker, profile),
    ]
    return (*found[: most - 1], _score(scored, at))


def _opinion(scored: Scored, at: int) -> Iterator[Reason]:
    if scored.whys.get(at):
        yield Reason(kind="opinion", text=f"The model says: {scored.whys[at]}")


def _lived(seeker: Seeker, profile: Profile, index: LexicalIndex) -> Iterator[Reason]:
    """What they went through that is near to what is felt: the same topic, or the same words."""
    felt = about(seeker.text)
    best: tuple[float, str, str] | None = None
    for name in ("growth_experience", WORRY, "working_conditions", "emotional_state", "family_relationship"):
        text = profile.facts.get(name, "")
        for sentence in _SENTENCE.split(text):
            own = about(sentence, most=19)
            topics = [key for key in felt if key in own]
            weight = cosine(seeker.text, sentence, index) + 0.15 * len(topics)
            weight *= 1.5 if name == "growth_experience" else 1.0
            if weight >= LEAST_OVERLAP and (best is None or weight > best[0]):
                best = (weight, topics[0] if topics else "", sentence)
    if best:
        title = f"Knows about {title_of(best[1])}" if best[1] else "Has been near to this"
        yield Reason(kind="lived", text=f"{title}: “{best[2]}”")


def _shared(seeker: Seeker, profile: Profile, index: LexicalIndex) -> Iterator[Reason]:
    """The two sentences, one of each, that share most; only where the seeker said something of themselves."""
    if not seeker.statement or not seeker.feeling:
        return
    own = [sentence for sentence in _SENTENCE.split(seeker.statement) if len(content_words(sentence)) > 2]
    theirs = [
        sentence
        for name in ("hobby", "personality", "advantages_and_disadvantages", "social_relationship")
        for sentence in _SENTENCE.split(profile.memories.get(name, profile.facts.get(name, "")))
    ]
    best = max(((cosine(one, other, index), one, other) for one in own[:12] for other in theirs), default=(0.0, "", ""))
    if best[0] > 0.2:
        yield Reason(kind="shared", text=f"You have something in common: “{best[1]}” and “{best[2]}”")


def _tropes(seeker: Seeker, profile: Profile) -> Iterator[Reason]:
    both = {representative(name) for name in seeker.tropes} & {representative(name) for name in profile.tropes}
    if both:
        yield Reason(kind="tropes", text=f"The same kind of person: {', '.join(sorted(both)).lower()}.")


def _letters(seeker: Seeker, profile: Profile) -> Iterator[Reason]:
    """A letter that differs, thinking and feeling first, else one that is shared."""
    if not seeker.mbti or not profile.mbti:
        return
    order = (2, 0, 3, 1)
    differing = [at for at in order if seeker.mbti[at] != profile.mbti[at]]
    if differing:
        text = OTHER[profile.mbti[differing[0]]].format(name=profile.first_name)
        yield Reason(kind="complementary", text=f"{text} ({seeker.mbti} and {profile.mbti})")
    same = [at for at in order if at not in differing]
    if same:
        yield Reason(kind="letters", text=f"{SAME[profile.mbti[same[0]]]} ({seeker.mbti} and {profile.mbti})")


def _traits(seeker: Seeker, profile: Profile) -> Iterator[Reason]:
    both = {trait.casefold() for trait in seeker.traits} & {trait.casefold() for trait in profile.traits}
    if both:
        yield Reason(kind="traits", text=f"You are both {' and '.join(sorted(both))}.")
    elif profile.traits:
        yield Reason(kind="traits", text=f"{profile.first_name} is {', '.join(profile.traits[:3])}.")


def _place(seeker: Seeker, profile: Profile) -> Iterator[Reason]:
    if seeker.region and profile.region and country(seeker.region) == country(profile.region):
        yield Reason(kind="place", text=f"You are both from {profile.region.rpartition(',')[2].strip()}.")
    if seeker.age is not None and profile.age is not None:
        gap = profile.age - seeker.age
        if abs(gap) <= 3:
            yield Reason(kind="age", text="You are about the same age.")
        elif gap >= 20:
            yield Reason(kind="age", text=f"{profile.first_name} is {gap} years older and has seen some of it before.")


def _score(scored: Scored, at: int) -> Reason:
    value = float(scored.values[at])
    told = f"{value:.2f} on a scale of {scored.low:g} to {scored.high:g}"
    named = {name: float(values[at]) for name, values in scored.parts.items() if name in TITLES}
    if len(named) > 1:
        largest = sorted(named, key=lambda name: -abs(named[name]))[:2]
        moved = "; ".join(
            f"{TITLES[name]} {'adds' if named[name] >= 0 else 'takes'} {abs(named[name]):.2f}" for name in largest
        )
        return Reason(kind="score", text=f"{told}: {moved}.")
    if "similarity" in scored.parts and scored.high > 1:
        return Reason(kind="score", text=f"{told}, from a cosine of {float(scored.parts['similarity'][at]):.2f}.")
    return Reason(kind="score", text=f"{told}.")
