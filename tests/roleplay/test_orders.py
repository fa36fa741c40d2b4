"""What a director orders and lets happen: it holds on its branch, and reaches those who are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR, NARRATOR, Kind
from studio.domain.scene import Beat, Ending
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid, NotFound
from studio.roleplay import orders
from studio.roleplay.happenings import Happening, over
from studio.roleplay.state import state_after
from tests.plays import CAST, SCENE, Log
from tests.roleplay.company import LONG, PAIR, TWO, Company, Voice, gathered, lines, texts


async def done(company: Company, transcript: Transcript, happening: Happening) -> Transcript:
    return await company.scribe.store(transcript, company.scribe.write(transcript, happening))


async def test_who_is_muted_is_passed_over_until_named_or_let_speak(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR)
    transcript = await done(company, transcript, orders.mute(transcript, "bo", True))
    transcript = await company.turns(transcript, 3)
    assert [actor for actor, _ in lines(transcript)] == ["ada", "ada", "ada"]
    named = await company.turn(transcript, speaker="bo")
    assert lines(named)[-1][0] == "bo"
    freed = await done(company, named, orders.mute(named, "bo", False))
    assert orders.standing_orders(freed).muted == ()
    assert orders.standing_orders(await company.history.undo(freed)).muted == ("bo",)
    freed = await company.history.redo(await company.stored(freed))
    assert [actor for actor, _ in lines(await company.turns(freed, 2))][-2:] == ["ada", "bo"]


async def test_when_everybody_is_muted_the_word_is_the_directors_to_give(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR)
    for who in ("ada", "bo"):
        transcript = await done(company, transcript, orders.mute(transcript, who, True))
    after = await company.turn(transcript)
    assert after == transcript and company.decision is None


async def test_a_muted_character_is_not_answered_for_when_called(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="Bo, what do you say?")) as company:
        transcript = await company.begin(LONG, CAST, speakers="natural")
        transcript = await company.scribe.enter(transcript, "cy")
        transcript = await done(company, transcript, orders.mute(transcript, "bo", True))
        transcript = await company.turns(transcript, 4)
        assert "bo" not in {actor for actor, _ in lines(transcript)}


async def test_another_way_to_choose_speakers_holds_from_here_on_and_on_this_branch(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    ordered = await done(company, transcript, orders.follow(Choice(name="manual")))
    assert ordered.events[-1].text == "From here on: you choose."
    assert (await company.turn(ordered)).events == ordered.events and company.decision is None
    assert orders.policy_of(ordered).name == "manual" and orders.policy_of(transcript).name == "round_robin"
    undone = await company.history.undo(ordered)
    assert len(lines(await company.turn(undone))) == 3
    with pytest.raises(NotFound):
        orders.follow(Choice(name="dice"))


async def test_a_scene_at_its_end_goes_on_when_told(company: Company) -> None:
    scene = TWO.model_copy(update={"end": Ending(max_turns=2)})
    transcript = await company.turns(await company.begin(scene, PAIR), 2)
    assert company.ended == "The scene has run its 2 turns."
    onward = await done(company, transcript, orders.play_on(transcript, 2))
    onward = await company.turns(onward, 2)
    assert len(lines(onward)) == 4 and company.ended == "The scene has run its 4 turns."
    for turns in (0, -3, 100_000):
        with pytest.raises(Invalid, match=f"{turns}"):
            orders.play_on(onward, turns)


async def test_the_narrators_word_for_the_end_is_stored_and_playing_on_lifts_it(tmp_path: Path) -> None:
    scene = TWO.model_copy(update={"end": Ending(when="the lamp is lit", max_turns=50)})
    async with gathered(tmp_path, Voice(narrator='{"ended": true}', wants_ruling=True)) as company:
        transcript = await company.turns(await company.begin(scene, PAIR), 5)
        assert company.ended
        stored = await company.stored(transcript)
        assert over(stored) == company.ended
        onward = await done(company, stored, orders.play_on(stored, 4))
        assert over(onward) == ""


async def test_who_goes_elsewhere_hears_what_is_said_there_and_nothing_else(company: Company) -> None:
    transcript = await company.scribe.enter(await company.begin(LONG, CAST), "cy")
    transcript = await done(company, transcript, orders.move(transcript, "ada", " the  gallery "))
    moved = transcript.events[-1]
    assert moved.text == "Ada Voss goes to the gallery." and moved.audience == ("ada", "bo", "cy")
    assert transcript.places == {"ada": "the gallery"}
    transcript = await company.turn(transcript, speaker="bo")
    assert transcript.events[-1].audience == ("bo", "cy")
    transcript = await company.turn(transcript, line="Nobody hears me.", as_="ada", answer=False)
    assert transcript.events[-1].audience == ("ada",)
    with pytest.raises(Invalid, match="Bo Lind is out of earshot"):
        await company.turn(transcript, whisper="Psst.", to=("bo",), as_="ada")
    transcript = await company.turn(transcript, whisper="Psst.", to=("ada",), answer=False)
    assert transcript.events[-1].audience == ("ada",)
    transcript = await done(company, transcript, orders.move(transcript, "cy", "The Gallery"))
    assert transcript.events[-1].audience == ("ada", "bo", "cy") and transcript.places["cy"] == "the gallery"
    transcript = await company.turn(transcript, speaker="cy")
    assert transcript.events[-1].audience == ("ada", "cy")
    transcript = await company.scribe.leave(transcript, "cy")
    assert transcript.events[-1].audience == ("ada", "cy")
    transcript = await company.scribe.enter(transcript, "cy")
    assert transcript.events[-1].audience == ("bo", "cy") and transcript.places == {"ada": "the gallery"}
    transcript = await done(company, transcript, orders.move(transcript, "ada", ""))
    assert transcript.events[-1].text == "Ada Voss comes back." and transcript.places == {}
    assert state_after(transcript).world.positions == {}


async def test_the_narrator_speaks_to_those_where_the_last_line_was_said(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(narrator='{"narration": "The lamp gutters."}')) as company:
        transcript = await company.scribe.enter(await company.begin(LONG, CAST), "cy")
        transcript = await done(company, transcript, orders.move(transcript, "ada", "the gallery"))
        transcript = await company.turn(transcript, line="I see a sail, a green one.", as_="ada", answer=False)
        transcript = await company.turn(transcript, speaker="bo")
        transcript = await company.turn(transcript, whisper="Let the lamp gutter.")
        told = next(event for event in transcript.events if event.text == "The lamp gutters.")
        assert told.audience == ("bo", "cy")
        (asked,) = [request for request in company.model.requests if request.purpose == "narrator"]
        assert "green" not in asked.text and "by bo" in asked.text


async def test_somebody_called_from_another_room_has_not_heard_it(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="Ada, come down!")) as company:
        transcript = await company.begin(LONG, CAST, speakers="natural")
        transcript = await done(company, transcript, orders.move(transcript, "ada", "the gallery"))
        transcript = await company.turn(transcript, speaker="bo")
        await company.turn(transcript)
        assert company.decision is not None and company.decision.reason != "Ada was spoken to."


def test_a_move_that_is_none_is_refused() -> None:
    log = Log()
    for who, place, why in (("zed", "the roof", "zed"), ("cy", "the roof", "not on stage"), ("ada", "", "there")):
        with pytest.raises((Invalid, NotFound), match=why):
            orders.move(log.transcript, who, place)
    with pytest.raises(Invalid, match="80 characters"):
        orders.move(log.transcript, "ada", "x" * 81)
    assert orders.move(log.transcript, "ada", "upstairs").text == "Ada Voss goes upstairs."


async def test_an_event_a_thing_and_a_beat_are_dropped_in(company: Company) -> None:
    scene = LONG.model_copy(update={"events": (Beat(when=3, what="The generator dies."),)})
    transcript = await company.begin(scene, CAST)
    transcript = await done(company, transcript, orders.happen(transcript, " A knock below. ", ["ada"]))
    assert (transcript.events[-1].text, transcript.events[-1].audience) == ("A knock below.", ("ada",))
    transcript = await done(company, transcript, orders.prop(transcript, "a lantern", "lit, on the stairs"))
    transcript = await done(company, transcript, orders.prop(transcript, "a rope", ""))
    assert texts(transcript.events[-2:]) == ["A lantern: lit, on the stairs.", "There is a rope."]
    things = state_after(transcript).world.objects
    assert things == {"a lantern": "lit, on the stairs", "a rope": "here"}
    assert orders.pending_beats(transcript) == ((0, "The generator dies."),)
    transcript = await done(company, transcript, orders.beat(transcript, 0))
    assert orders.pending_beats(transcript) == ()
    transcript = await company.turns(transcript, 4)
    assert texts(transcript.events).count("The generator dies.") == 1
    with pytest.raises(NotFound, match="Event 1 of this scene has been told"):
        orders.beat(transcript, 0)
    with pytest.raises(Invalid, match="empty"):
        orders.happen(transcript, "  ")
    with pytest.raises(Invalid, match="name has 1 to 80"):
        orders.prop(transcript, " ", "red")
    offstage = Log(scene=SCENE).transcript
    with pytest.raises(Invalid, match="Cy Marsh is not on stage"):
        orders.happen(offstage, "Thunder.", ["cy"])


async def test_notes_and_orders_reach_no_prompt(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR)
    transcript = await done(company, transcript, orders.aside("Canary: remember to mend the pacing."))
    transcript = await done(company, transcript, orders.mute(transcript, "bo", True))
    assert all(event.audience == () and event.actor == DIRECTOR for event in transcript.events[-2:])
    transcript = await company.turn(transcript)
    assert not any("Canary" in request.text or "says nothing" in request.text for request in company.model.requests)
    with pytest.raises(Invalid):
        orders.aside(" ")


def test_orders_nobody_can_understand_do_not_count() -> None:
    log = Log()
    log.add(Kind.NOTE, DIRECTOR, "?", (), orders={"muted": ["bo"], "weather": "foul"})
    log.add(Kind.NOTE, NARRATOR, "?", (), orders={"max_turns": "soon"})
    assert orders.standing_orders(log.transcript) == orders.Orders()
