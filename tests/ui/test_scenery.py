"""The hour, weather and place of a scene, read off its words."""

from __future__ import annotations

import pytest

from studio.ui.scenery import scenery_of
from tests.plays import SCENE


@pytest.mark.parametrize(
    ("place", "time", "mood", "found"),
    [
        ("The ferry's deck", "Twenty past two in the morning", "fog all round", ("night", "fog", "sea")),
        ("A kitchen", "early morning", "", ("dawn", "clear", "room")),
        ("The market square", "noon", "wet", ("day", "rain", "town")),
        ("A forest clearing", "at dusk", "snow in the air", ("dusk", "snow", "wood")),
        ("The purser's office", "evening", "", ("dusk", "clear", "room")),
        ("An airlock in orbit", "14:05", "", ("day", "clear", "stars")),
        ("A training ground on a hill", "", "thunder", ("dusk", "storm", "hills")),
    ],
)
def test_a_scene_looks_as_it_is_told(place: str, time: str, mood: str, found: tuple[str, str, str]) -> None:
    scene = SCENE.model_copy(update={"place": place, "time": time, "mood": mood, "setting": "", "premise": "x"})
    seen = scenery_of(scene)
    assert (seen.light, seen.air, seen.ground) == found


def test_nothing_told_is_an_evening_indoors_and_always_the_same() -> None:
    bare = SCENE.model_copy(update={"place": "", "time": "", "mood": "", "setting": "", "premise": "They meet."})
    assert scenery_of(bare) == scenery_of(bare)
    assert (scenery_of(bare).light, scenery_of(bare).ground) == ("dusk", "room")
