"""What commands share."""

from __future__ import annotations

import pytest

from studio.cli.opening import choice_of
from studio.domain.session import Choice
from studio.errors import Invalid


def test_settings_are_numbers_switches_or_texts() -> None:
    given = ["rounds=2", "theta=2.5", "tools=false", "goal=Find it = win", "name="]
    wanted = {"rounds": 2, "theta": 2.5, "tools": False, "goal": "Find it = win", "name": ""}
    assert choice_of("quest", given) == Choice(name="quest", parameters=wanted)


@pytest.mark.parametrize("bad", ["rounds", "=3", " =3"])
def test_a_setting_needs_a_name_and_a_value(bad: str) -> None:
    with pytest.raises(Invalid, match="write it as name=value"):
        choice_of("lean", [bad])
