"""How a change is laid over a state."""

from __future__ import annotations

from studio.domain.state import Beliefs, CharacterState, Panel, PlayState, Quest, Round, WorldState

BEFORE = PlayState(
    characters={"ada": CharacterState(emotion="wary", relations={"bo": "nephew"}, beliefs=Beliefs(of_self="I hold."))},
    world=WorldState(place="the lamp room", objects={"lamp": "lit", "door": "shut"}),
)


def test_a_change_touches_what_it_sets_and_nothing_else() -> None:
    change = PlayState(
        characters={"ada": CharacterState(beliefs=Beliefs(of_scene="It is failing."), relations={"cy": "a threat"})},
        world=WorldState(time="midnight", objects={"lamp": "out"}),
    )
    after = BEFORE.changed(change)
    ada = after.characters["ada"]
    assert ada.emotion == "wary"
    assert ada.relations == {"bo": "nephew", "cy": "a threat"}
    assert ada.beliefs == Beliefs(of_self="I hold.", of_scene="It is failing.")
    assert after.world == WorldState(place="the lamp room", time="midnight", objects={"lamp": "out", "door": "shut"})


def test_an_empty_text_takes_a_key_out() -> None:
    assert BEFORE.changed(PlayState(world=WorldState(objects={"door": ""}))).world.objects == {"lamp": "lit"}


def test_a_record_is_replaced_as_a_whole() -> None:
    first = PlayState(quest=Quest(goal="Light it.", acts=("a", "b")), panel=Panel(task="why?"), round=Round(number=1))
    second = first.changed(PlayState(quest=Quest(goal="Leave.")))
    assert second.quest == Quest(goal="Leave.")
    assert (second.panel, second.round) == (first.panel, first.round)


def test_a_change_survives_being_written_and_read() -> None:
    change = PlayState(
        characters={"ada": CharacterState(condition="soaked")}, world=WorldState(positions={"ada": "out"})
    )
    written = change.model_dump(mode="json", exclude_unset=True)
    assert written == {"characters": {"ada": {"condition": "soaked"}}, "world": {"positions": {"ada": "out"}}}
    assert BEFORE.changed(PlayState.model_validate(written)) == BEFORE.changed(change)
