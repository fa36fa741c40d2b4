"""Ids that sort by time, repeat with their seed, and never carry a user's text into a file name."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.identifiers import derived, is_slug, slug, uuid7
from tests.plays import NOON


def test_uuid7_is_a_version_7_uuid_ordered_by_time_and_repeatable() -> None:
    ids = [uuid7(NOON + timedelta(milliseconds=step), random.Random(step)) for step in range(50)]
    assert ids == sorted(ids)
    assert {uuid.UUID(id_).version for id_ in ids} == {7}
    assert {uuid.UUID(id_).variant for id_ in ids} == {uuid.RFC_4122}
    assert uuid7(NOON, random.Random(3)) == uuid7(NOON, random.Random(3))


def test_derived_ids_depend_on_every_part_and_its_place() -> None:
    assert derived("a", "b") == derived("a", "b")
    assert len({derived("a", "b"), derived("b", "a"), derived("ab"), derived("a", "b", "")}) == 4


@given(st.text(max_size=80))
def test_a_slug_is_always_safe(name: str) -> None:
    assert is_slug(slug(name, "character"))


def test_slugs_read_like_the_name() -> None:
    assert slug("Zoë  O'Hara!", "x") == "zoe-o-hara"
    assert slug("🦊", "character") == "character"
    assert slug("../../etc/passwd", "x") == "etc-passwd"
    assert not is_slug("..") and not is_slug("A b") and not is_slug("")
