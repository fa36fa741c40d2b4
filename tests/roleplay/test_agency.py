"""Who decides what a person's character does."""

from __future__ import annotations

import pytest

from studio.roleplay.agency import spoken_for, taken

NAMES = ("Ada Voss",)


@pytest.mark.parametrize(
    "line",
    [
        "*Ada nods and takes the lamp.*",
        "Well then. *He waits, and Ada Voss slowly smiles.*",
        "*Ada goes to the window*",
        "*the door opens. ada turned round*",
    ],
)
def test_an_action_of_a_persons_character_is_theirs(line: str) -> None:
    assert taken(line, NAMES)


@pytest.mark.parametrize(
    "line",
    [
        "*looks at Ada for a while*",
        "*Ada's lamp gutters and dies*",
        "Ada nods off whenever you sing, you know.",
        "*hands Ada the bed warmer*",
        "*He turns to Ada, his hat in hand*",
        "*waves* Ada, this is yours.",
        "",
    ],
)
def test_speaking_of_somebody_or_doing_something_to_them_is_not_acting_for_them(line: str) -> None:
    assert taken(line, NAMES) == ()


def test_nobody_played_is_nobody_acted_for() -> None:
    assert taken("*Ada nods*", ()) == ()


def test_what_was_cut_as_theirs_is_told_from_what_was_cut_as_others() -> None:
    cut = ["Ada: I agree!", "*Ada Voss*: So do I.", "Bo: Not I."]
    assert spoken_for(cut, NAMES) == ("Ada: I agree!", "*Ada Voss*: So do I.")
