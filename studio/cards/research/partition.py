"""Dialogues parted into training, validation and test sets, so that nothing leaks. Pure."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from studio.cards.json_text import read_object
from studio.cards.report import Notes
from studio.cards.research.folder import plain
from studio.domain.value import Value
from studio.errors import Invalid

Mode = Literal["inter", "intra"]
SPLITS = ("train", "valid", "test")
RATIOS: dict[Mode, tuple[float, float, float]] = {"inter": (0.803, 0.0985, 0.0985), "intra": (0.794, 0.107, 0.099)}
"""The published shares of training, validation and test dialogues."""
ENOUGH = 3
"""Dialogues from which a character has one in training, within characters."""


class Partition(Value):
    """Ids of dialogues. `inter`: no character in two sets; `intra`: every character in training."""

    train: tuple[str, ...] = ()
    valid: tuple[str, ...] = ()
    test: tuple[str, ...] = ()

    def splits(self) -> dict[str, str]:
        """Dialogue → the set it is in."""
        return {id_: split for split in SPLITS for id_ in getattr(self, split)}


def partition(
    targets: Mapping[str, Collection[str]],
    mode: Mode,
    seed: int = 0,
    ratios: tuple[float, float, float] | None = None,
) -> Partition:
    """The dialogues of `targets` (dialogue → the characters it is of) in three sets; the same seed, the same sets.

    `inter`: whole characters, and those who share a dialogue together, go to one set; the shares are met to within one
    such group. `intra`: one dialogue of everybody who has three or more goes to training first; the shares are met to
    within one dialogue, unless there are more such characters than training has room for.
    Raises: Invalid for ratios that do not add up to 1.
    """
    shares = ratios or RATIOS[mode]
    if min(shares) < 0 or abs(sum(shares) - 1) > 0.01:
        raise Invalid(f"The ratios {', '.join(map(str, shares))} do not add up to 1.")
    rng = random.Random(seed)
    sets = _between(targets, shares, rng) if mode == "inter" else _within(targets, shares, rng)
    return Partition(**{split: tuple(sorted(ids)) for split, ids in zip(SPLITS, sets, strict=True)})


def _between(targets: Mapping[str, Collection[str]], shares: Sequence[float], rng: random.Random) -> list[list[str]]:
    groups = [*_groups(targets)]
    rng.shuffle(groups)
    groups.sort(key=len, reverse=True)
    sets: list[list[str]] = [[], [], []]
    wanted = [share * len(targets) for share in shares]
    for group in groups:
        room = max(range(3), key=lambda place: wanted[place] - len(sets[place]))
        sets[room] += group
    return sets


def _groups(targets: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Dialogues that hang together through their characters."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for dialogue, characters in targets.items():
        for character in characters:
            root[find(f"c {character}")] = find(f"d {dialogue}")
    found: dict[str, list[str]] = {}
    for dialogue in targets:
        found.setdefault(find(f"d {dialogue}"), []).append(dialogue)
    return list(found.values())


def _within(targets: Mapping[str, Collection[str]], shares: Sequence[float], rng: random.Random) -> list[list[str]]:
    of: dict[str, list[str]] = {}
    for dialogue, characters in targets.items():
        for character in characters:
            of.setdefault(character, []).append(dialogue)
    first = {rng.choice(dialogues) for dialogues in of.values() if len(dialogues) >= ENOUGH}
    rest = [dialogue for dialogue in targets if dialogue not in first]
    rng.shuffle(rest)
    valid, test = round(shares[1] * len(targets)), round(shares[2] * len(targets))
    return [[*sorted(first), *rest[valid + test :]], rest[:valid], rest[valid : valid + test]]


def leaks(found: Partition, targets: Mapping[str, Collection[str]], mode: Mode) -> tuple[str, ...]:
    """What is wrong with a partition: a dialogue in two sets or in none, and between characters, one in two sets."""
    ids = [*found.train, *found.valid, *found.test]
    twice = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
    lost = sorted(set(targets) - set(ids))
    problems = [f"'{id_}' is in two sets" for id_ in twice] + [f"'{id_}' is in no set" for id_ in lost]
    if mode == "inter":
        where: dict[str, set[str]] = {}
        for split in SPLITS:
            for id_ in getattr(found, split):
                for character in targets.get(id_, ()):
                    where.setdefault(character, set()).add(split)
        problems += [
            f"{name} is in {' and '.join(sorted(sets))}" for name, sets in sorted(where.items()) if len(sets) > 1
        ]
    return tuple(problems)


def read_partition(data: bytes, name: str = "partitions.json") -> Partition:
    """A partition as its file has it.

    Raises: Invalid for anything else.
    """
    record = read_object(data, name, Notes())
    values = {split: record.get(f"{split}_dialogues") for split in SPLITS}
    if not all(isinstance(value, list) for value in values.values()):
        keys = ", ".join(f"{split}_dialogues" for split in SPLITS)
        raise Invalid(f"{name} is no partition: it holds lists of ids under {keys}.")
    return Partition(
        **{split: tuple(plain(id_) for id_ in value) for split, value in values.items() if isinstance(value, list)}
    )


def write_partition(found: Partition) -> bytes:
    """A partition as its file has it."""
    return json.dumps({f"{split}_dialogues": [*getattr(found, split)] for split in SPLITS}, indent=4).encode()
