"""What the router learns, and that it learns the same thing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.errors import Invalid
from studio.roleplay.temperament.expression import ACTIVATION
from studio.roleplay.temperament.router import (
    Router,
    Situation,
    balance,
    info_nce,
    shipped_router,
    shipped_situations,
)
from studio.roleplay.temperament.situations import Cues, cues_of, situation_of
from tests.plays import Log

ROWS = tuple(
    Situation(situation=f"{text} {place}", activation=pull)
    for text, pull in (
        ("they dance and laugh together in", (0, 0, 0.9, 0.4, 0)),
        ("something moves in the dark of", (0, 0, 0, 0, 0.9)),
        ("the ledgers must be exact before noon in", (0, 0.9, 0, 0, 0)),
    )
    for place in ("the yard", "the house", "the old mill", "the tower")
)


def test_balance_is_one_when_all_poles_are_used_alike() -> None:
    used = (0.5, 0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025)
    shares = (0.3, 0.12, 0.1, 0.1, 0.1, 0.08, 0.06, 0.05, 0.05, 0.04)
    assert balance(used, shares) == pytest.approx(1.96)
    assert balance((0.1,) * 10, (0.1,) * 10) == pytest.approx(1.0)


def test_a_near_pair_among_far_ones_costs_little() -> None:
    assert info_nce(0.8, (0.2, 0.1, -0.3), 0.1) == pytest.approx(0.003402, abs=1e-6)


def test_a_new_situation_is_taken_for_its_like() -> None:
    router = Router.fit(ROWS, steps=120)
    trace = router.route("they dance and laugh at the fair")
    assert trace.top[0] == "E+" and trace.activation[2] > 0.4
    assert router.route("something moves in the dark cellar").top[0] == "N+"
    assert router.route("").neutral


def test_the_same_rows_and_seed_give_the_same_router_and_it_survives_its_file() -> None:
    first, second = Router.fit(ROWS, seed=3, steps=40), Router.fit(ROWS, seed=3, steps=40)
    assert first.weights.shape == (10, 4096 + 3)
    assert np.array_equal(first.weights, second.weights) and np.array_equal(first.bias, second.bias)
    assert not np.array_equal(first.weights, Router.fit(ROWS, seed=4, steps=40).weights)
    again = Router.load(first.dump())
    assert again.route("they laugh") == first.route("they laugh")
    assert again.recognise("laugh and dance") == first.recognise("laugh and dance") == str(ROWS[0].activation)


@pytest.mark.parametrize("data", [b"", b"PK nothing", b"PK\x03\x04", b"\x93NUMPY"])
def test_what_is_no_router_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="no router file"):
        Router.load(data)
    with pytest.raises(Invalid, match="at least one situation"):
        Router.fit(())


def test_the_shipped_router_reads_what_it_was_not_taught() -> None:
    rows = shipped_situations()
    assert len(rows) >= 60
    router = shipped_router()
    poles = {router.route(row.situation).top[0] for row in rows}
    assert poles == {"O+", "O-", "C+", "C-", "E+", "E-", "A+", "A-", "N+", "N-"}
    assert router.route("You thief! he shouts before everybody.").activation[3] < -0.3
    assert router.route("The figures are due at noon; check every step.").activation[1] > 0.3


def test_cues_are_counted_and_saturate() -> None:
    assert cues_of("A stone.") == Cues()
    assert cues_of("The report is due.") == Cues(task=0.75)
    assert cues_of("Welcome, friend!").social == pytest.approx(0.75)
    assert cues_of("The captain reads the rules.").role == pytest.approx(0.75)


def test_a_situation_is_what_the_speaker_perceived() -> None:
    log = Log()
    log.say("ada", "First.")
    log.say("bo", "Second.")
    log.say("bo", "Psst, third.", audience=["bo"])
    log.say("ada", "Fourth.")
    text = situation_of(log.transcript, "ada")
    assert text.splitlines() == [log.transcript.session.scene.premise, "Second.", "Fourth."]


def dialogues(folder: Path, test: bool) -> Iterator[tuple[str, str]]:
    for position, file in enumerate(sorted((folder / "data" / "simschat" / "dialogue").glob("*.json"))):
        if (position % 3 == 2) is test:
            for dialogue in json.loads(file.read_text(encoding="utf-8")):
                thoughts = [turn["content"] for turn in dialogue["dialogue"] if "think" in turn["action"]]
                yield " ".join(thoughts), dialogue["emotion"]


def test_feelings_are_read_from_thoughts_better_than_by_chance(shared_data: Path) -> None:
    known, unseen = list(dialogues(shared_data, test=False)), list(dialogues(shared_data, test=True))
    assert (len(known), len(unseen)) == (611, 295)
    rows = [Situation(situation=text, activation=ACTIVATION[emotion], label=emotion) for text, emotion in known]
    router = Router.fit(rows)
    right = [router.recognise(text) == emotion for text, emotion in unseen]
    assert sum(right) / len(right) >= 0.20, "a majority guess has .085"
