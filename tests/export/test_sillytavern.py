"""A play as a SillyTavern chat holds every version of a line, and comes back as the play it was."""

from __future__ import annotations

import json

from studio.cards.chats.reading import read_chats
from studio.export.sillytavern import SillyTavern
from tests.cards.test_chats import essence, play, staged, transcript_of
from tests.export import plays


def test_every_version_of_a_line_is_among_its_swipes() -> None:
    transcript, tree = play()
    whole = transcript.model_copy(update={"tree": tuple(tree)})
    text = "".join(SillyTavern(thoughts=True).export([whole]))
    header, *lines = map(json.loads, text.split("\n"))
    assert header["chat_metadata"]["greenroom"]["session"] == transcript.session.id
    assert ["Dry yourself.", "Out."] in [line.get("swipes") for line in lines]
    (chat,) = read_chats(text.encode(), "x.jsonl").chats
    again = transcript_of(staged(chat, transcript.session), transcript.session)
    assert essence(again.events) == essence(transcript.events)


def test_thoughts_stay_at_home_unless_asked_for() -> None:
    plain, told = ("".join(SillyTavern(thoughts=asked).export([play()[0]])) for asked in (False, True))
    assert "wet" not in plain and "wet" in told


def test_the_header_names_who_plays() -> None:
    header = json.loads("".join(SillyTavern().export([plays.play()])).split("\n")[0])
    assert header["character_name"] == "Teo Brandt" and header["user_name"]
