"""A weak hint at a type, learnt from examples."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from studio.cards.research.prodigy import mbti_letters, read_characters
from studio.errors import Invalid
from studio.generation.type_hint import PAIRS, learn

SIGNS = {
    "E": "party crowd", "I": "alone quiet", "N": "dream theory", "S": "tools facts", "F": "heart friends",
    "T": "logic proof", "J": "plan list", "P": "whim maybe",
}  # fmt: skip


def invented(count: int, seed: int) -> tuple[list[str], list[str]]:
    rng = random.Random(seed)
    types = ["".join(rng.choice(pair) for pair in ("EI", "NS", "FT", "JP")) for _ in range(count)]
    texts = [" ".join([*(SIGNS[letter] for letter in type_), rng.choice(["sea", "hill"])]) for type_ in types]
    return texts, types


def test_what_can_be_learnt_is_learnt() -> None:
    texts, types = invented(120, 1)
    hint = learn(texts[:80], types[:80])
    guesses = [hint.guess(text) for text in texts[80:]]
    right = [guess.mbti == type_ for guess, type_ in zip(guesses, types[80:], strict=True)]
    assert sum(right) / len(right) > 0.9
    assert all(0.5 <= certainty <= 1 for guess in guesses for certainty in guess.certainties)
    assert guesses[0].certainty > hint.guess("words nobody used").certainty
    assert learn(texts[:80], types[:80]).guess(texts[90]) == guesses[10]


def test_too_little_to_learn_from_is_said() -> None:
    texts, types = invented(40, 2)
    with pytest.raises(Invalid, match=r"39 characters .* too few"):
        learn(texts[:39], types[:39])
    with pytest.raises(Invalid, match="same letter of I and E"):
        learn(texts, [f"E{type_[1:]}" for type_ in types])


def test_it_is_as_weak_as_published_but_no_weaker(shared_data: Path) -> None:
    found = read_characters((shared_data / "data" / "prodigy" / "characters.json").read_bytes()).characters
    texts = [" ".join(one.biography) for one in found]
    types = [mbti_letters(one.mbti) for one in found]
    order = np.random.RandomState(0).permutation(len(texts))
    right = [0, 0, 0, 0]
    for fold in np.array_split(order, 5):
        held = set(fold.tolist())
        kept = [place for place in range(len(texts)) if place not in held]
        hint = learn([texts[place] for place in kept], [types[place] for place in kept])
        for place in held:
            guess = hint.guess(texts[place]).mbti
            right = [so_far + (guess[at] == types[place][at]) for at, so_far in enumerate(right)]
    accuracy = [so_far / len(texts) for so_far in right]
    for at in range(len(PAIRS)):
        majority = max(Counter(type_[at] for type_ in types).values()) / len(types)
        assert accuracy[at] >= majority - 0.02, (PAIRS[at], accuracy[at], majority)
    assert accuracy[1] >= 0.58
