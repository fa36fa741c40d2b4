"""The list of the Cast page, and of versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from studio.domain.revision import Sketch
from studio.ui.cast.company import body_in, company_of, version_lines
from studio.workshop import Version
from tests.plays import ADA, BO, CY

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_drafts_come_first_then_ones_own_then_the_house() -> None:
    sketches = (
        Sketch(key="+1", body='{"name": " Zoe  Arc ", "career": "a pilot", "portrait": 7}', at=NOON),
        Sketch(key="+2", body="{broken", at=NOON),
        Sketch(key="bo", body="{}", at=NOON),
    )
    found = company_of((ADA, BO, CY), frozenset({"ada"}), sketches, current="+1", beat=1)
    assert [(one.key, one.person.name, one.draft) for one in found.mine] == [
        ("+1", "Zoe Arc", True),
        ("+2", "Nobody yet", True),
        ("ada", ADA.name, False),
        ("bo", BO.name, True),
    ]
    assert [one.key for one in found.house] == ["cy"]
    assert found.mine[0].person.about == "a pilot" and found.mine[0].person.portrait == ""


def test_what_is_no_object_counts_as_nothing_written() -> None:
    assert body_in(Sketch(key="x", body="[1]", at=NOON)) == {}


def test_versions_say_when_why_and_what_changed() -> None:
    versions = (
        Version(number=2, at=NOON, reason="saved", changed=("speech.style", "lorebook", "odd")),
        Version(number=1, at=NOON - timedelta(hours=3), reason="found"),
    )
    newest, oldest = version_lines(versions, NOON + timedelta(seconds=5))
    assert newest.changed == ("Way of speaking", "lorebook", "odd") and newest.current and newest.when == "just now"
    assert (oldest.when, oldest.why, oldest.current) == ("3 h ago", "as it was found", False)
