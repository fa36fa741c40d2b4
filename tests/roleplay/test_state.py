"""What a transcript has come to, for the director and for one who did not see everything."""

from __future__ import annotations

from studio.domain.event import Kind
from studio.domain.state import CharacterState, WorldState
from studio.roleplay.state import state_after
from tests.plays import ADA, Log


def test_a_play_begins_with_what_scene_and_cast_say() -> None:
    state = state_after(Log().transcript)
    assert state.world == WorldState(place="a lighthouse")
    assert state.characters["ada"] == CharacterState(goals=ADA.goals, relations=ADA.relationships)
    assert not state.characters["cy"].present, "he comes at turn 2"


def test_feelings_and_relations_come_with_a_line_and_things_with_a_ruling() -> None:
    log = Log()
    log.say("ada", "No.", trailer={"relations": {"Bo": "a disappointment", "the owner": "owed"}})
    line = log.transcript.events[-1].model_copy(update={"emotion": "bitter"})
    log.transcript = log.transcript.model_copy(update={"events": (line,)})
    log.add(Kind.RULING, "narrator", "It gives.", changes={"the door": "open", "Place": "the stairs", "time": "dawn"})
    state = state_after(log.transcript)
    assert state.characters["ada"].emotion == "bitter"
    assert state.characters["ada"].relations == {"bo": "a disappointment", "the owner": "owed"}
    assert state.world == WorldState(place="the stairs", time="dawn", objects={"the door": "open"})


def test_what_a_mode_writes_down_counts_and_what_cannot_be_understood_does_not() -> None:
    log = Log()
    log.add(Kind.NOTE, "narrator", state={"characters": {"bo": {"condition": "dazed"}, "zed": {"condition": "here"}}})
    log.add(Kind.NOTE, "narrator", state={"world": {"positions": {"bo": "on the floor"}}})
    log.add(Kind.NOTE, "narrator", state={"characters": {"bo": {"condition": 7}}})
    log.add(Kind.NOTE, "narrator", state="soaked")
    state = state_after(log.transcript)
    assert state.characters["bo"].condition == "dazed"
    assert set(state.characters) == {"ada", "bo", "cy"}
    assert state.world.positions == {"bo": "on the floor"}


def test_nobody_knows_what_came_of_what_they_did_not_perceive() -> None:
    log = Log()
    log.add(Kind.RULING, "narrator", "Snap.", ["ada"], changes={"the rope": "cut"})
    log.add(Kind.THOUGHT, "ada", "Now.", ["ada"], state={"characters": {"ada": {"beliefs": {"of_self": "I must."}}}})
    log.add(Kind.NOTE, "narrator", state={"characters": {"ada": {"plan": "climb", "condition": "pale"}}})
    seen = {viewer: state_after(log.transcript, viewer) for viewer in ("director", "ada", "bo", "cy")}
    assert seen["director"].world.objects == seen["ada"].world.objects == {"the rope": "cut"}
    assert seen["bo"].world.objects == {}
    assert seen["ada"].characters["ada"].beliefs.of_self == "I must."
    bos = seen["bo"].characters["ada"]
    assert bos.condition == "pale", "anybody near can see that"
    assert (bos.goals, bos.plan, bos.relations, bos.beliefs.of_self) == ((), "", {}, "")
    assert seen["cy"].characters["ada"].condition == ""


def test_whoever_leaves_is_nowhere() -> None:
    log = Log()
    log.add(Kind.NOTE, "narrator", state={"world": {"positions": {"ada": "at the lamp", "bo": "below"}}})
    log.leave("bo")
    state = state_after(log.transcript)
    assert state.world.positions == {"ada": "at the lamp"}
    assert not state.characters["bo"].present
    log.enter("bo")
    assert state_after(log.transcript).characters["bo"].present


def test_an_undone_line_changed_nothing_and_an_edited_one_still_did() -> None:
    log = Log()
    first = log.add(Kind.RULING, "narrator", "It snaps.", changes={"the rope": "cut"})
    second = log.add(Kind.RULING, "narrator", "It burns.", changes={"the rope": "ash"})
    log.add(Kind.EDIT, "director", "It parts.", replaces=first.id)
    log.add(Kind.TOMBSTONE, "director", hides=second.id)
    assert state_after(log.transcript).world.objects == {"the rope": "cut"}
