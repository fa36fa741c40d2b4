"""The second thought: what somebody's actions imply they are looking for, as a sentence they can edit.

Source: Zhang et al., SmartAgent, AAAI 2026, section 3, https://arxiv.org/abs/2412.07472.
Differs: without a model the slots are the largest weight of each key, where it is a quarter of the largest of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from studio.domain.message import Message, Request
from studio.domain.value import Value
from studio.errors import Invalid
from studio.llm.client import Model
from studio.llm.structured import ask
from studio.matching.shelf.items import Item, facet
from studio.matching.shelf.taste import KEYS, TasteEvent, key_of, preference_weights, value_of
from studio.prompts import render

SHARE = 0.25
EDITED = 6.0
"""What a slot somebody typed weighs: as much as a search and a half, whatever came before."""
QUESTIONS = ("What kind of story are you in the mood for?", "Light, dark, or something else?")
_WORDS = {"length": "{} in length", "cast": "a cast of {}", "trope": "a {}", "mbti": "type {}"}


class Requirement(Value):
    """What is looked for. `slots`: key → value; `hard`: keys that must hold; `free`: what no facet says; `based_on` how
    many actions; `questions` instead of a guess where there are none."""

    sentence: str
    slots: dict[str, str] = {}
    hard: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    based_on: int = 0
    questions: tuple[str, ...] = ()
    by: str = "rule"

    def violated(self, facets: Sequence[str]) -> bool:
        """Whether something with these facets breaks a hard constraint: it has the key with another value, or not at
        all."""
        return any(f"{key}:{self.slots[key]}" not in facets for key in self.hard if key in self.slots)


def underlying(events: Sequence[TasteEvent]) -> Requirement:
    """The requirement these actions imply, without a model; two questions where there are no actions yet."""
    if not events:
        return Requirement(sentence="", questions=QUESTIONS)
    weights = preference_weights(events)
    top = max(weights.values(), default=0.0)
    slots: dict[str, str] = {}
    for key in KEYS:
        own = {name: weight for name, weight in weights.items() if key_of(name) == key and weight > 0}
        if own:
            best = min(own, key=lambda name: (-own[name], name))
            if own[best] >= SHARE * top:
                slots[key] = value_of(best)
    return Requirement(sentence=sentence(slots), slots=slots, based_on=len(events))


def sentence(slots: Mapping[str, str]) -> str:
    """Slots as a sentence: `You seem to want: dark mystery, a detective, short in length.`"""
    if not slots:
        return "Nothing stands out yet."
    plain = {key: value.replace("-", " ") for key, value in slots.items()}
    head = " ".join(plain[key] for key in ("tone", "genre") if key in plain)
    rest = [_WORDS.get(key, "{}").format(plain[key]) for key in KEYS if key in plain and key not in ("tone", "genre")]
    return f"You seem to want: {', '.join(filter(None, (head, *rest)))}."


def edited(
    requirement: Requirement, slots: Mapping[str, str], hard: Sequence[str] = (), vocabulary: Sequence[str] = ()
) -> Requirement:
    """The requirement with these slots in place of its own, as a person edits its chips; no model is asked. A value no
    item has becomes free text, which is shown and not scored.

    Raises: Invalid for a key that is no facet's, or a hard key without a slot.
    """
    known = set(vocabulary)
    kept: dict[str, str] = {}
    free: list[str] = []
    for key, value in slots.items():
        if key not in KEYS:
            raise Invalid(f"'{key[:40]}' cannot be asked for. Use one of: {', '.join(KEYS)}.")
        if not value.strip():
            continue
        wanted = facet(key, value)
        if known and wanted not in known:
            free.append(f"{key}: {value.strip()[:80]}")
        else:
            kept[key] = value_of(wanted)
    for key in hard:
        if key not in kept:
            raise Invalid(f"'{key[:40]}' cannot be made a must: it has no value any item has.")
    return requirement.model_copy(
        update={
            "slots": kept,
            "hard": tuple(hard),
            "free": tuple(free),
            "sentence": sentence(kept),
            "questions": (),
            "by": "user",
        }
    )


def weights_for(events: Sequence[TasteEvent], requirement: Requirement) -> dict[str, float]:
    """Preference weights with what was asked for on top: each slot a person edited or a model found adds a fixed
    weight, and other values of an edited key lose theirs."""
    weights = preference_weights(events)
    if requirement.by == "rule":
        return weights
    for key, value in requirement.slots.items():
        if requirement.by == "user":
            weights = {name: weight for name, weight in weights.items() if key_of(name) != key or weight < 0}
        weights[f"{key}:{value}"] = weights.get(f"{key}:{value}", 0.0) + EDITED
    return weights


class RequirementForm(BaseModel):
    """What a model answers."""

    sentence: str = Field(min_length=1)
    slots: dict[str, str] = {}
    hard: list[str] = []


async def underlying_by(
    model: Model, events: Sequence[TasteEvent], instruction: str, items: Sequence[Item]
) -> Requirement:
    """The requirement as a model reads it from the actions and what was asked; the rule's where its answer is not
    usable. Slots no item has become free text.

    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelUnavailable, ModelRefused, ModelBudget.
    """
    plain = underlying(events)
    vocabulary = tuple(dict.fromkeys(name for item in items for name in item.facets if key_of(name) in KEYS))
    content = render(
        "matching/requirement", events=events[-20:], instruction=instruction[:500], vocabulary=vocabulary[:120]
    )
    request = Request(
        messages=(Message(role="user", content=content),),
        caller="shelf",
        purpose="requirement",
        max_tokens=220,
        temperature=0.0,
        template="matching/requirement",
    )
    answer = await ask(model, request, RequirementForm, RequirementForm(sentence="-"))
    if answer.defaulted:
        return plain
    slots = {key: value for key, value in answer.value.slots.items() if key in KEYS and value.strip()}
    odd = tuple(f"{key}: {value}"[:90] for key, value in answer.value.slots.items() if key not in KEYS)
    found = edited(plain, slots, vocabulary=vocabulary)
    hard = tuple(key for key in answer.value.hard if key in found.slots)
    return found.model_copy(
        update={
            "sentence": answer.value.sentence[:300],
            "hard": hard,
            "free": (*found.free, *odd),
            "by": "model",
            "based_on": len(events),
        }
    )


def from_instruction(instruction: str, items: Sequence[Item]) -> tuple[str, ...]:
    """The facets of the items whose value stands in what somebody typed, as the search they would make: the longest
    match of each key first."""
    plain = f" {' '.join(instruction.casefold().replace('-', ' ').split())} "
    found: dict[str, str] = {}
    for name in sorted({name for item in items for name in item.facets}, key=lambda name: (-len(name), name)):
        value = value_of(name).replace("-", " ")
        if key_of(name) in KEYS and len(value) > 2 and f" {value} " in plain.replace(",", " ").replace(".", " "):
            found.setdefault(key_of(name), name)
    return tuple(found[key] for key in KEYS if key in found)
