"""From the library and the registries to tonight's bill."""

from __future__ import annotations

from studio.roleplay.speakers.base import SPEAKERS
from studio.ui.forms import SCENES_OFFERED, about, bill_of, options_of
from studio.ui.library.details import character_detail, scene_detail
from tests.plays import ADA, BO, CAST, CY, PART_SECRET, SCENE, SECRET


def _bill(count: int, chosen: str) -> tuple[list[str], str]:
    scenes = tuple(SCENE.model_copy(update={"id": f"s{number}"}) for number in range(count))
    bill = bill_of(scenes, CAST, chosen=chosen, writer="", speakers=(), speakers_default="", memory=())
    assert PART_SECRET not in bill.model_dump_json() and SECRET not in bill.model_dump_json()
    return [scene.id for scene in bill.scenes], bill.chosen


def test_a_chosen_scene_is_on_the_bill_however_long_the_library() -> None:
    ids, _ = _bill(SCENES_OFFERED + 5, f"s{SCENES_OFFERED + 3}")
    assert ids[0] == f"s{SCENES_OFFERED + 3}"
    assert len(ids) == SCENES_OFFERED
    assert _bill(3, "s2") == (["s0", "s1", "s2"], "s2")


def test_every_registered_speaker_policy_is_offered() -> None:
    assert [option.name for option in options_of(SPEAKERS)] == list(SPEAKERS.methods)


def test_somebody_without_a_career_is_told_by_their_traits() -> None:
    assert about(ADA) == "lighthouse keeper, 61"
    assert about(BO.model_copy(update={"career": ""})) == "cheerful"


def test_secrets_are_folded_away() -> None:
    sections = [*character_detail(ADA).parts, *scene_detail(SCENE, (ADA, BO, CY)).parts]
    telling = [part for part in sections if SECRET in str(part) or PART_SECRET in str(part)]
    assert len(telling) == 2
    assert all(part.secret for part in telling)


def test_a_cast_member_missing_from_the_library_is_still_named() -> None:
    detail = scene_detail(SCENE.model_copy(update={"cast": SCENE.cast}), (ADA,))
    assert any("bo: " in item for part in detail.parts for item in part.items)
