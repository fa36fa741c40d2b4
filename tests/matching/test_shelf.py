"""The shelf: weights, the requirement, yes and no, and the four accuracies, with the worked numbers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from studio.domain.message import Request
from studio.errors import Invalid
from studio.llm.scripted import ScriptedModel
from studio.matching.shelf.episodes import Act, Episode, measure, read_episodes, score_episode
from studio.matching.shelf.items import Item, of_character, of_scene, pair
from studio.matching.shelf.recommending import explain, opinions, recommend, shelve
from studio.matching.shelf.requirement import edited, from_instruction, underlying, underlying_by, weights_for
from studio.matching.shelf.taste import TasteEvent, preference_weights, read_events
from tests.matching.people import context
from tests.plays import CAST, SCENE

DARK = ("genre:mystery", "tone:dark", "trope:detective")
LIGHT = ("genre:romance", "tone:light", "trope:slow-burn")
EVENTS = tuple(
    TasteEvent(id=f"e{at}", type=kind, facets=facets, item=item)
    for at, (kind, facets, item) in enumerate(
        (
            ("search", ("genre:mystery",), ""),
            ("open", LIGHT, "tea_shop"),
            ("abandon", LIGHT, "tea_shop"),
            ("filter", ("tone:dark",), ""),
            ("open", DARK, "noir_alley"),
            ("start", DARK, "noir_alley"),
            ("like", DARK, "noir_alley"),
        )
    )
)
ITEMS = tuple(
    Item(id=id_, title=id_, facets=facets)
    for id_, facets in (
        ("noir_alley", DARK),
        ("tea_shop", ("genre:romance", "tone:light")),
        ("haunted_inn", ("genre:horror", "tone:dark")),
        ("cosy_crime", ("genre:mystery", "tone:light")),
        ("space_opera", ("genre:scifi", "trope:found-family")),
    )
)


def yes(events: tuple[TasteEvent, ...] = EVENTS, theta: float = 0.4) -> set[str]:
    requirement = underlying(events)
    return {one.item.id for one in recommend(ITEMS, preference_weights(events), requirement, theta) if one.yes}


def test_the_worked_weights() -> None:
    weights = {name: round(weight, 4) for name, weight in preference_weights(EVENTS).items()}
    assert weights == {
        "genre:mystery": 8.2043,
        "genre:romance": -0.0656,
        "tone:dark": 8.068,
        "tone:light": -0.0656,
        "trope:detective": 6.61,
        "trope:slow-burn": -0.0656,
    }


def test_the_worked_scores() -> None:
    verdicts = recommend(ITEMS, preference_weights(EVENTS), underlying(EVENTS))
    assert [(one.item.id, one.score) for one in verdicts] == [
        ("noir_alley", 13.2111),
        ("cosy_crime", 5.7549),
        ("haunted_inn", 5.7049),
        ("space_opera", 0.0),
        ("tea_shop", -0.0928),
    ]
    assert yes() == {"noir_alley", "cosy_crime", "haunted_inn"}
    assert yes(theta=0.5) == {"noir_alley"}
    assert verdicts[0].because.startswith("mystery (+8.2), dark (+8.1)")


def test_the_requirement_without_a_model() -> None:
    found = underlying(EVENTS)
    assert found.slots == {"genre": "mystery", "tone": "dark", "trope": "detective"}
    assert found.sentence == "You seem to want: dark mystery, a detective." and found.based_on == 7


def test_a_dislike_turns_it_away_and_forgetting_it_brings_it_back() -> None:
    hated = (
        *EVENTS,
        TasteEvent(type="dislike", item="noir_alley", facets=DARK),
        *[TasteEvent(type="dislike", item="noir_alley", facets=DARK)] * 4,
    )
    assert "noir_alley" not in yes(hated)
    assert recommend(ITEMS, preference_weights(EVENTS), underlying(EVENTS)) == recommend(
        ITEMS, preference_weights(hated[:7]), underlying(hated[:7])
    )


def test_order_of_events_counts_and_that_of_items_does_not() -> None:
    assert preference_weights(EVENTS[::-1]) != preference_weights(EVENTS)
    mixed = list(ITEMS)
    random.Random(3).shuffle(mixed)
    weights, requirement = preference_weights(EVENTS), underlying(EVENTS)
    assert recommend(mixed, weights, requirement) == recommend(ITEMS, weights, requirement)


def test_turns_in_a_started_scene_count_up_to_two() -> None:
    def worth(turns: int) -> float:
        return TasteEvent(type="start", turns=turns).worth

    assert (worth(0), worth(5), worth(20), worth(500)) == (2.0, 2.5, 4.0, 4.0)


def test_nothing_known_is_asked_and_nothing_liked_is_said() -> None:
    found = underlying(())
    assert len(found.questions) == 2 and found.slots == {}
    shelf = shelve(found, recommend(ITEMS, {}, found), ())
    assert not shelf.shown
    sour = (TasteEvent(type="dislike", facets=DARK),)
    empty = shelve(underlying(sour), recommend(ITEMS, preference_weights(sour), underlying(sour)), sour)
    assert not empty.shown and "turned things down" in empty.explanation
    hard = edited(underlying(EVENTS), {"genre": "scifi", "tone": "dark"}, hard=("genre", "tone"))
    nothing = shelve(hard, recommend(ITEMS, weights_for(EVENTS, hard), hard), EVENTS)
    assert not nothing.shown and "Loosen one" in nothing.explanation


def test_an_edited_chip_changes_the_order() -> None:
    vocabulary = [name for item in ITEMS for name in item.facets]
    found = edited(underlying(EVENTS), {"genre": "Sci Fi", "tone": "light", "cast": ""}, vocabulary=vocabulary)
    assert found.free == ("genre: Sci Fi",) and found.slots == {"tone": "light"} and found.by == "user"
    verdicts = recommend(ITEMS, weights_for(EVENTS, found), found)
    assert verdicts[0].item.id == "cosy_crime", "mystery is still wanted, light was asked for"
    with pytest.raises(Invalid, match="'price'"):
        edited(found, {"price": "low"})
    with pytest.raises(Invalid, match="cannot be made a must"):
        edited(found, {"tone": "dark"}, hard=("genre",))


def test_every_fifth_place_is_something_different() -> None:
    many = (
        *tuple(Item(id=f"m{n:02}", facets=("genre:mystery",)) for n in range(12)),
        Item(id="odd", facets=("genre:opera",)),
        Item(id="seen", facets=("genre:opera",)),
    )
    events = (
        TasteEvent(type="open", item="seen", facets=("length:short",)),
        TasteEvent(type="like", facets=("genre:mystery",)),
    )
    requirement = underlying(events)
    shelf = shelve(requirement, recommend(many, preference_weights(events), requirement), events)
    assert [one.item.id for one in shelf.shown if one.different] == ["odd", "seen"]
    assert shelf.shown[4].different and len(shelf.shown) == 10


def test_why_names_the_actions() -> None:
    verdicts = recommend(ITEMS, preference_weights(EVENTS), underlying(EVENTS))
    assert explain(verdicts[0], EVENTS)[0] == "like noir_alley (+12.00)"


def test_facets_of_what_the_library_holds() -> None:
    ada = of_character(CAST[0].model_copy(update={"tropes": ("LoneWolf",), "mbti": "ISTJ"}))
    assert "trait:stubborn" in ada.facets and "mbti:istj" in ada.facets and "trope:lone-wolf" in ada.facets
    scene = of_scene(SCENE.model_copy(update={"genre": "Gothic Tale", "mood": "dark, tense"}), CAST)
    assert {"genre:gothic-tale", "tone:dark", "tone:tense", "length:short", "cast:three"} <= set(scene.facets)
    both = pair(scene, ada)
    assert both.id == "lamp-room+ada" and set(both.facets) == {*scene.facets, *ada.facets}
    assert from_instruction("a dark gothic tale, please", [scene]) == ("genre:gothic-tale", "tone:dark")


def test_a_log_of_events_is_read_with_its_lines() -> None:
    text = '{"t": "2026-01-01T10:00:00Z", "type": "open", "item": "x", "facets": ["genre:mystery", "price:low"]}\n'
    (event,) = read_events(text, "log")
    assert "price:low" in event.facets and preference_weights([event]) == {"genre:mystery": 1.0}
    for bad, said in (
        ('{"type": "sing"}', "line 1, type"),
        ('{"type": "open", "facets": ["dark"]}', "facets"),
        ("x", "line 1"),
    ):
        with pytest.raises(Invalid, match=said):
            read_events(bad, "log")


async def test_a_model_reads_the_requirement_and_judges_within_its_calls() -> None:
    def rule(request: Request, number: int) -> str:
        if request.purpose == "requirement":
            slots = {"genre": "mystery", "tone": "velvet", "budget": "low"}
            return json.dumps({"sentence": "You want a mystery.", "slots": slots, "hard": ["genre", "tone"]})
        rows = [{"id": item.id, "yes": item.id != "cosy_crime", "why": "so"} for item in ITEMS]
        return json.dumps({"verdicts": rows})

    model = ScriptedModel(rule)
    found = await underlying_by(model, EVENTS, "something tonight", ITEMS)
    assert found.slots == {"genre": "mystery"} and found.hard == ("genre",) and found.by == "model"
    assert found.free == ("tone: velvet", "budget: low")
    verdicts = recommend(ITEMS, weights_for(EVENTS, found), found)
    assert {one.item.id for one in verdicts if one.yes} == {"noir_alley", "cosy_crime"}
    told, usage = await opinions(verdicts, found, context(model))
    assert usage.calls == 1 and len(model.requests) == 2 <= 2 + -(-len(ITEMS) // 10)
    assert next(one for one in told if one.item.id == "cosy_crime").opinion is False
    plain = await underlying_by(ScriptedModel(lambda r, n: "no"), EVENTS, "", ITEMS)
    assert plain == underlying(EVENTS)


def test_the_four_accuracies() -> None:
    steps = (Act(action="click", target="a"), Act(action="type", target="b", text="dark"))
    episode = Episode(
        events=EVENTS,
        items={item.id: item.facets for item in ITEMS},
        steps=(steps[0], steps[1].model_copy(update={"text": "light"})),
        gold_steps=steps,
        gold_requirement={"genre": "Whodunit", "length": "short"},
        gold_yes=("noir_alley",),
    )
    found = score_episode(episode)
    assert (found.element, found.step, found.explicit, found.implicit) == (1.0, 0.5, 0.5, 0.6)
    assert measure([episode]).always_no == 0.8
    for bad, said in (
        ("", "no episode"),
        ('{"events": []}', "line 1, items"),
        ('{"events": [{"type": "x"}], "items": {"a": []}}', "type"),
    ):
        with pytest.raises(Invalid, match=said):
            read_episodes(bad, "file")


def test_the_published_example(shared_data: Path) -> None:
    file = shared_data / "data" / "smartagent" / "worked_example.json"
    text = file.read_text(encoding="utf-8")
    (episode,) = read_episodes(text, file.name)
    expected = json.loads(text)["expected"]
    weights = preference_weights(episode.events)
    assert {name: round(value, 4) for name, value in weights.items()} == expected["weights"]
    assert score_episode(episode).implicit == expected["imp_acc_theta_0_4"] == 1.0
    assert score_episode(episode, 0.5).implicit == expected["imp_acc_theta_0_5"] == 0.6
    assert score_episode(episode).explicit == 1.0
