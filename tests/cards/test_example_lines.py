"""Example dialogue in its many spellings, taken apart into the lines of one speaker."""

from __future__ import annotations

import pytest

from studio.cards.example_lines import dialogue, lines
from studio.cards.reading import read_card
from tests.cards import samples

SPELT = {
    "macros": ("<START>\n{{user}}: Loud?\n{{char}}: Only when quiet.", ("Only when quiet.",)),
    "names": ("Ola Lind: Mind the step.\nYou: Why?\nOla: It bites.", ("Mind the step.", "It bites.")),
    "old marks": ("<start>\n<USER>: Hm?\n<BOT>: Hm.\n<START>\n<CHAR>: Two.", ("Hm.", "Two.")),
    "several lines": ("{{char}}: One\ntwo\n\nthree\n{{user}}: four", ("One\ntwo\n\nthree",)),
    "nobody named": ("Ola looks up. *It is late.*", ("Ola looks up. *It is late.*",)),
    "text before the first": ("Set on a pier.\n{{char}}: Ah.", ("Ah.",)),
    "only the other": ("{{user}}: Hello?", ()),
    "nothing": ("<START>\n\n<START>", ()),
}


@pytest.mark.parametrize("case", SPELT)
def test_the_lines_of_one_speaker(case: str) -> None:
    text, expected = SPELT[case]
    assert lines(text, "Ola Lind") == expected


def test_a_name_is_not_a_pattern() -> None:
    assert lines("O.* (x): Ah.\nOla: No.", "O.* (x)") == ("Ah.\nOla: No.",)


def test_written_lines_come_back() -> None:
    spoken = ("Mind the step.", "*waves*\nCome in.")
    assert lines(dialogue(spoken), "Ola") == spoken and dialogue(()) == ""


def test_a_model_is_told_the_first_twelve_and_the_card_keeps_all() -> None:
    text = "\n".join(f"<START>\n{{{{char}}}}: Line {number}." for number in range(30))
    imported = read_card(samples.packed({**samples.V1, "mes_example": text}), "ola.json")
    assert imported.character.speech.examples == tuple(f"Line {number}." for number in range(12))
    assert any("Of 30 example lines" in sentence for sentence in imported.report.changed)
    assert imported.character.extensions["card"]["data"]["mes_example"] == text
