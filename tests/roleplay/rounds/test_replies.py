"""How the answers of a round are read, good and bad."""

from __future__ import annotations

import pytest

from studio.roleplay.rounds.replies import (
    Influence,
    Surroundings,
    Whereabouts,
    parse_action,
    parse_influence,
    parse_line,
    parse_reaction,
    parse_surroundings,
    parse_synopsis,
    parse_whereabouts,
    spoken,
)

NAMES = {"Ilse Brandt": "ilse", "Tom": "tom", "诸葛亮": "zhuge"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("[Ilse];;[Tom];;[Tom falls]", Influence(target="tom", impact="Tom falls")),
        ("Well.\n[Ilse Brandt] ;; Tom ;; a push; then a shove", Influence(target="tom", impact="a push; then a shove")),
        ("[Tom]；；[诸葛亮]；；[羽扇落地]", Influence(target="zhuge", impact="羽扇落地")),
        ("Ilse;;Ilse;;none", Influence()),
        ("[Ilse];;[Tom];;[None]", Influence()),
        ("[Ilse];;[Otto];;[Otto falls]", Influence()),
        ("[Ilse];;[Tom]", Influence()),
        ("Tom falls.", Influence()),
        ("", Influence()),
    ],
)
def test_an_influence_has_a_known_target_or_none(raw: str, expected: Influence) -> None:
    assert parse_influence(raw, NAMES) == expected


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    twins = {"Tom (tom-1)": "tom-1", "Tom (tom-2)": "tom-2", "Ilse": "ilse"}
    assert parse_influence("[Ilse];;[Tom (tom-2)];;[hit]", twins).target == "tom-2"
    assert parse_influence("[Ilse];;[Tom];;[hit]", twins) == Influence()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Ilse bars the chapel door.", "Ilse bars the chapel door."),
        ("Action: Ilse: *bars the door*\n\nThen she sits.", "bars the door"),
        ("<think>hm</think>\n动作：举起羽扇。", "举起羽扇。"),
        ("None", ""),
        ("", ""),
    ],
)
def test_a_deed_is_the_first_line_after_its_last_colon(raw: str, expected: str) -> None:
    assert parse_action(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('Ilse: "Not tonight."\n\nMore.', "Not tonight."),
        ("None.", ""),
        ("“无”", ""),
        ("Tom: I speak for Tom", ""),
        ("At six: no later.", "At six: no later."),
    ],
)
def test_a_line_is_the_speakers_own_or_silence(raw: str, expected: str) -> None:
    assert parse_line(raw, "Ilse Brandt", ("Tom",)) == expected


def test_a_reaction_is_a_deed_with_or_without_words() -> None:
    assert parse_reaction("*steps back* No!\n\nAnd so on.", "Ilse", ("Tom",)) == "*steps back* No!"
    assert spoken("*steps back* No! *runs*") == "No!"
    assert spoken("*runs*") == ""


def test_a_synopsis_guides_those_it_names() -> None:
    raw = "1. [Ilse Brandt]: opens the crypt\n- **Tom**：runs\nOtto: nothing\nTom: again\n诸葛亮: "
    assert parse_synopsis(raw, NAMES) == {"ilse": "opens the crypt", "tom": "runs"}
    assert parse_synopsis("They all go home.", NAMES) == {}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Position: by the door\nState: bleeding", Whereabouts(position="by the door", condition="bleeding")),
        ("**Position:** by the door. **State:** [calm]", Whereabouts(position="by the door", condition="calm")),
        (
            "位置：站在地图前\n状态：从容不迫，胸有成竹",
            Whereabouts(position="站在地图前", condition="从容不迫，胸有成竹"),
        ),
        ("Position: None\nState: unchanged", Whereabouts()),
        ("She is gone.", Whereabouts()),
    ],
)
def test_a_missing_place_or_state_leaves_the_old_one(raw: str, expected: Whereabouts) -> None:
    assert parse_whereabouts(raw) == expected


def test_surroundings_change_where_they_are_named() -> None:
    assert parse_surroundings("Time: dawn\nDescription: The lamp is out.") == Surroundings(
        time="dawn", description="The lamp is out."
    )
    assert parse_surroundings("时间：深夜\n地点：书房").place == "书房"
    assert parse_surroundings("Nothing has changed.") == Surroundings()
