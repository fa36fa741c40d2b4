"""SimsChat training samples from plays."""

from __future__ import annotations

import json
import random

from studio.cards.research.simsconv import read_simsconv
from studio.cards.research.simsconv_staging import transcript_from
from studio.export.simsconv import SimsConv
from tests.cards.research.test_simsconv import NAME, sample
from tests.export.plays import play, rows_of
from tests.plays import SECRET, Clock


def test_a_row_a_speaker_with_its_own_thoughts_only() -> None:
    rows = [json.loads(row) for row in rows_of("".join(SimsConv().export((play(),))))]
    assert len({row["character"] for row in rows}) == len(rows) >= 2
    for row in rows:
        lines = row["target"].split("<|eot|>\n")
        thinkers = {line.split(" (thinking)")[0] for line in lines if " (thinking): " in line}
        assert len(thinkers) <= 1
        assert "Emotion: " in row["system"] and "Conversation Topic: " in row["system"]
        assert SECRET not in row["system"]
        assert row["target"].endswith("<|eot|>")


def test_what_came_as_a_dialogue_goes_out_as_its_lines() -> None:
    bank = read_simsconv(sample())
    one = bank.character(NAME)
    assert one is not None
    told = transcript_from(one, one.dialogues[0], {}, owner="me", clock=Clock(), rng=random.Random(1))
    rows = [json.loads(row) for row in rows_of("".join(SimsConv().export((told,))))]
    mine = next(row for row in rows if row["character"] == told.session.cast[0].id)
    assert mine["target"].split("\n") == [turn.line() for turn in one.dialogues[0].turns]
    assert "Location: Pier 2\nStatus: Pier 2, fog.\nEmotion: Tense\nConversation Topic: small talk" in mine["system"]
    other = next(row for row in rows if row["character"] != mine["character"])
    assert "(thinking)" not in other["target"]
