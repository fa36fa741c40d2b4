"""What differs between two states."""

from __future__ import annotations

from studio.workshop.changes import changed


def test_parts_of_identity_and_speech_are_told_one_by_one() -> None:
    before = '{"name": "Ada", "speech": {"style": "dry", "habits": ["hums"]}, "age": 30}'
    after = '{"name": "Ada", "speech": {"style": "warm", "habits": ["hums"]}, "facts": ["She swims."]}'
    assert changed(before, after) == ("speech.style", "facts", "age")


def test_nothing_is_said_about_what_cannot_be_read() -> None:
    assert changed("", '{"name": "Ada"}') == changed("{", "[]") == ()
