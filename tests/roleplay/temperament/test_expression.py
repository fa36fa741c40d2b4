"""How traits bend, with worked numbers."""

from __future__ import annotations

import pytest

from studio.domain.character import BigFive, Character
from studio.roleplay.temperament.expression import (
    ACTIVATION,
    MIDDLE,
    adapter,
    adapter_prompt,
    base_of,
    express,
    settled,
)
from studio.roleplay.temperament.router import traced

BASE = (0.60, 0.55, 0.30, 0.70, 0.40)
LOGITS = (1.2, 0.3, -0.5, 2.0, 0.1, -1.0, 0.4, 0, -0.2, 0.9)
SHARES = (0.165645, 0.045793, 0.014604, 0.519415, 0.034412, 0.007149, 0.052825, 0.029831, 0.022418, 0.107908)


def test_a_situation_moves_the_middling_traits_most() -> None:
    shown = express(BASE, (0.10, 0.20, -0.40, 0.80, -0.60), 0.5)
    assert shown == pytest.approx((0.64, 0.64, 0.18, 0.94, 0.16))


def test_ten_logits_become_shares_gates_activation_and_expression() -> None:
    trace = traced(LOGITS, BASE)
    assert trace.shares == pytest.approx(SHARES, abs=1e-6)
    assert trace.top == ("C-", "O+")
    assert trace.gates == pytest.approx((0.758204, 0.241796), abs=1e-6)
    assert trace.activation == pytest.approx((0.45, -1, 0.55, 0.2, -0.55))
    assert trace.expressed == pytest.approx((0.78, 0.10, 0.465, 0.76, 0.18))
    assert not trace.neutral


def test_extremes_hold_and_without_kappa_nothing_moves() -> None:
    pull = (1, -1, 1, -1, 1)
    ends = (0.0, 1.0, 0.0, 1.0, 0.0)
    assert express(ends, pull) == ends
    assert express(BASE, pull, 0) == BASE


@pytest.mark.parametrize("logits", [(0.0,) * 10, (7.0,) * 10, (float("nan"),) * 10])
def test_where_nothing_stands_out_nothing_is_said(logits: tuple[float, ...]) -> None:
    trace = traced(logits, BASE)
    assert trace.shares == pytest.approx((0.1,) * 10)
    assert trace.neutral and trace.expressed == BASE
    assert adapter(trace) == ()
    assert adapter_prompt("You are Ada.", trace) == "You are Ada."


def test_what_is_said_follows_the_persona_in_two_lines_and_the_five_values() -> None:
    text = adapter_prompt("You are Ada.\nShe is dry.", traced(LOGITS, BASE))
    assert text.startswith("You are Ada.\nShe is dry.\n")
    first, second, values = text.splitlines()[2:]
    assert "strongly, you let things slide" in first
    assert "a little, you are drawn to what is new" in second
    assert "openness 78, conscientiousness 10, extraversion 46" in values and "negative emotionality 18" in values


def test_what_was_shown_before_lingers() -> None:
    assert settled((1, 1, 1, 1, 1), (0, 0, 0, 0, 0), 0.4) == pytest.approx((0.6,) * 5)
    assert settled(BASE, None, 0.4) == pytest.approx(BASE)


def test_base_traits_come_from_scores_else_letters_else_the_middle() -> None:
    scores = BigFive(openness=7, conscientiousness=1, extraversion=4, agreeableness=5.5, negative_emotionality=2.5)
    ada = Character(id="ada", name="Ada", big_five=scores, mbti="ISTJ")
    assert base_of(ada) == pytest.approx((1, 0, 0.5, 0.75, 0.25))
    assert base_of(ada.model_copy(update={"big_five": None})) == (0.35, 0.75, 0.25, 0.35, 0.5)
    assert base_of(Character(id="bo", name="Bo", mbti="ENFP")) == (0.70, 0.30, 0.75, 0.70, 0.5)
    assert base_of(Character(id="cy", name="Cy")) == MIDDLE


def test_every_emotion_has_an_activation_within_range() -> None:
    assert len(ACTIVATION) == 16
    assert all(-1 <= pull <= 1 for row in ACTIVATION.values() for pull in row)
    assert ACTIVATION["Playful"] == (0.4, -0.3, 0.6, 0.3, -0.3)
