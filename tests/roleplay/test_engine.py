"""A play from its first word to its last, with the real archive and index and a model that says what it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, Kind
from studio.domain.scene import Ending, Part, Scene
from studio.errors import Conflict, Invalid, ModelOutput, NotFound
from studio.llm.client import Capabilities
from studio.llm.scripted import ScriptedModel
from studio.roleplay.steps import Committed, Turn
from tests.plays import ADA, BO, CY, SCENE
from tests.roleplay.company import LONG, OWNER, PAIR, TWO, Company, Voice, gathered, lines, plan, texts

# --- the beginning --------------------------------------------------------------------------------------------------


async def test_a_play_begins_with_its_opening_told_to_those_on_stage(company: Company) -> None:
    transcript = await company.begin()
    (opening,) = transcript.events
    assert (opening.kind, opening.actor, opening.text) == (Kind.NARRATION, NARRATOR, SCENE.opening)
    assert opening.audience == ("ada", "bo")
    assert transcript == await company.stored(transcript)
    assert transcript.session.title == SCENE.title and transcript.session.continuity == transcript.session.id


@pytest.mark.parametrize(("directs", "policy"), [(True, "director"), (False, "natural")])
async def test_who_chooses_the_speakers_follows_from_what_the_narrator_is_up_to(
    tmp_path: Path, directs: bool, policy: str
) -> None:
    model = ScriptedModel(Voice(), capabilities=Capabilities(directs=directs))
    async with gathered(tmp_path, model=model) as company:
        transcript = await company.begin(speakers="")
    assert transcript.session.speaker_policy.name == policy


async def test_without_an_opening_the_first_who_has_a_greeting_begins_with_it(company: Company) -> None:
    shy, warm = ADA.model_copy(update={"greeting": " "}), BO.model_copy(update={"greeting": "*waves* Come in!"})
    late = CY.model_copy(update={"greeting": "Too early."})
    transcript = await company.begin(SCENE.model_copy(update={"opening": ""}), (shy, late, warm))
    assert lines(transcript) == [("bo", "*waves* Come in!")]
    assert transcript.events[0].audience == ("ada", "bo")
    assert lines(await company.begin(cast=(shy, warm))) == []


@pytest.mark.parametrize(
    ("scene", "cast", "says"),
    [
        (SCENE, (), "'The lamp room' has no cast. Choose at least one character."),
        (SCENE, (CY,), "nobody is on stage at the start"),
        (SCENE, (ADA, BO, ADA), "Ada Voss is in the cast twice"),
        (SCENE, (ADA, BO.model_copy(update={"id": "narrator"})), "cannot be 'narrator'"),
        (SCENE, (BO.model_copy(update={"id": "director"}),), "cannot be 'director'"),
    ],
)
async def test_a_cast_that_cannot_play_is_refused_and_leaves_nothing(
    company: Company, scene: Scene, cast: tuple[Character, ...], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        await company.begin(scene, cast)
    assert await company.archive.sessions.list(OWNER) == ()


async def test_an_unknown_policy_is_refused_before_anything_is_stored(company: Company) -> None:
    with pytest.raises(NotFound, match="natural"):
        await company.begin(speakers="loudest")
    assert await company.archive.sessions.list(OWNER) == ()


async def test_a_next_scene_goes_on_from_the_last_line_and_keeps_the_continuity(company: Company) -> None:
    first = await company.turns(await company.begin(), 2)
    second = await company.turns(await company.begin(follows=first), 2)
    assert second.session.continuity == first.session.continuity
    assert second.events[0].parent == first.events[-1].id == second.session.follows
    assert first == await company.stored(first)


# --- one turn -------------------------------------------------------------------------------------------------------


async def test_a_turn_goes_through_its_steps_in_order(tmp_path: Path) -> None:
    voice = Voice(thought="He lies, I can hear it.", emotion="wary", salience=7)
    async with gathered(tmp_path, voice, chunk_chars=9) as company:
        transcript = await company.begin(speakers="natural")
        transcript = await company.turn(transcript, line="Bo, what is that noise?", as_="ada")
        streaming = company.kinds.count("Streaming")
        assert company.kinds == ["speech", "Decided", "Recollected", *["Streaming"] * streaming, "thought", "speech"]
        assert streaming > 2
        said, thought, line = transcript.events[-3:]
        assert (said.actor, said.parts, said.audience, said.provenance) == (
            "ada",
            {"by": "person"},
            ("ada", "bo"),
            None,
        )
        assert (thought.kind, thought.audience) == (Kind.THOUGHT, ("bo",))
        assert (line.actor, line.audience, line.emotion, line.salience) == ("bo", ("ada", "bo"), "wary", 7)
        assert line.parts["turn"] == thought.parts["turn"] == thought.id
        assert line.parts["decision"]["reason"] == "Bo was spoken to."
        assert line.provenance and line.provenance.model == "scripted" and line.usage and line.usage.calls == 1
        assert [line.story_minute, said.story_minute] == [2, 1]
        assert transcript.session.version == 3, "opening, the person's line, thought and line together"


async def test_streaming_never_shows_what_the_line_will_not_hold(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="Not a word of this.", to="Ada"), chunk_chars=3) as company:
        transcript = await company.turn(await company.begin())
        final = transcript.events[-1].text
        shown = [step.text for step in company.streamed]
        assert all(final.startswith(text.rstrip()) for text in shown) and shown[-1] == final
        assert company.streamed[-1].thought == "Not a word of this."


async def test_every_committed_step_carries_the_play_as_it_stands(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="Quiet now, all of you.")) as company:
        transcript = await company.begin()
        async for step in company.engine.advance(transcript, Turn(line="So.", as_="ada", whisper="psst", to=("bo",))):
            if isinstance(step, Committed):
                assert step.transcript == await company.stored(transcript)
                assert step.event in step.transcript.events


async def test_a_line_alone_is_stored_and_nobody_answers(company: Company) -> None:
    transcript = await company.turn(await company.begin(), line="  Shut that door. ", as_="ada", answer=False)
    assert (company.kinds, lines(transcript)) == (["speech"], [("ada", "Shut that door.")])
    assert company.model.requests == []


async def test_a_line_without_a_seat_is_narration_heard_by_all_on_stage(company: Company) -> None:
    transcript = await company.turn(await company.begin(), line="The door flies open.", answer=False)
    event = transcript.events[-1]
    assert (event.kind, event.actor, event.audience) == (Kind.NARRATION, NARRATOR, ("ada", "bo"))


async def test_a_whisper_reaches_its_hearers_and_the_one_who_whispers(company: Company) -> None:
    transcript = await company.turns(await company.begin(), 3)
    transcript = await company.turn(transcript, whisper="The key is fake.", to=("bo",), as_="ada", answer=False)
    assert transcript.events[-1].audience == ("ada", "bo")
    transcript = await company.turn(transcript, whisper="Trust nobody.", to=("cy",), answer=False)
    assert (transcript.events[-1].audience, transcript.events[-1].actor) == (("cy",), DIRECTOR)
    await company.turns(transcript, 3)
    heard = {request.caller: request.text for request in company.model.requests[-3:]}
    assert {who for who, text in heard.items() if "The key is fake." in text} == {"ada", "bo"}
    assert {who for who, text in heard.items() if "Trust nobody." in text} == {"cy"}


@pytest.mark.parametrize(
    "turn",
    [
        Turn(line="Hello.", as_="cy"),
        Turn(whisper="Hello.", to=("cy",)),
        Turn(line="Hello.", as_="nobody"),
        Turn(speaker="cy"),
        Turn(speaker="narrator"),
        Turn(line="Hello.", as_="ada", speaker="cy"),
        Turn(line="x" * 100_001, as_="ada"),
    ],
)
async def test_what_cannot_be_said_is_refused_whole(company: Company, turn: Turn) -> None:
    transcript = await company.begin()
    with pytest.raises(Invalid, match=r"is not on stage\. Bring them in|100,000 is the limit"):
        await company.taken(company.engine.advance(transcript, turn), transcript)
    assert company.steps == [] and company.model.requests == []
    assert await company.stored(transcript) == transcript


async def test_the_one_who_was_given_the_word_speaks_whatever_the_policy_says(company: Company) -> None:
    transcript = await company.begin(speakers="manual")
    transcript = await company.turn(transcript)
    assert company.kinds == [] and lines(transcript) == []
    transcript = await company.turn(transcript, speaker="bo")
    transcript = await company.turn(transcript, speaker="bo")
    assert [actor for actor, _ in lines(transcript)] == ["bo", "bo"]
    assert company.decision and (company.decision.by, company.decision.reason) == ("user", "You gave them the word.")


async def test_a_seated_player_is_never_spoken_for(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR, speakers="natural")
    for _ in range(4):
        transcript = await company.turn(transcript, as_="ada")
    assert {actor for actor, _ in lines(transcript)} == {"bo"}
    alone = await company.begin(TWO, (ADA,))
    assert lines(await company.turn(alone, as_="ada")) == [] and company.kinds == []


async def test_a_seated_player_who_is_still_off_stage_can_watch(company: Company) -> None:
    transcript = await company.turn(await company.begin(), as_="cy", wait=True)
    assert len(lines(transcript)) == 1


async def test_auto_waits_for_the_seated_player_who_was_spoken_to(tmp_path: Path) -> None:
    async with gathered(tmp_path, lambda request, number: "Ada, is it true?") as company:
        transcript = await company.begin(TWO, PAIR, speakers="natural")
        transcript = await company.turn(transcript, as_="ada", wait=True)
        assert lines(transcript) == [("bo", "Ada, is it true?")]
        stood = transcript
        transcript = await company.turn(transcript, as_="ada", wait=True)
        assert transcript == stood and company.kinds == ["Decided"]
        assert company.decision and (company.decision.speaker, company.decision.by) == ("ada", "user")
        transcript = await company.turn(transcript, as_="ada")
        assert [actor for actor, _ in lines(transcript)] == ["bo", "bo"], "without `wait` the play goes on"


async def test_a_director_makes_no_plan_while_it_is_the_seated_players_turn(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(plan("Bo"), text="Ada, is it true?")) as company:
        transcript = await company.begin(TWO, PAIR, speakers="director")
        transcript = await company.turn(transcript, as_="ada", wait=True)
        asked = company.calls("narrator")
        await company.turn(transcript, as_="ada", wait=True)
        assert company.kinds == ["Decided"] and company.calls("narrator") == asked


# --- what happens by itself -----------------------------------------------------------------------------------------


async def test_a_timed_entrance_and_a_beat_come_at_their_turns_and_once(company: Company) -> None:
    transcript = await company.begin()
    seen = []
    for _ in range(5):
        before = len(transcript.events)
        transcript = await company.turn(transcript)
        seen.append([event.kind.value for event in transcript.events[before:]])
    assert seen == [["speech"], ["speech"], ["enter", "speech"], ["narration", "speech"], ["speech"]]
    enter = next(event for event in transcript.events if event.kind is Kind.ENTER)
    assert (enter.parts, enter.audience) == ({"character": "cy"}, ("ada", "bo", "cy"))
    beat = next(event for event in transcript.events if "beat" in event.parts)
    assert (beat.text, beat.parts["beat"], beat.audience) == ("The generator coughs and dies.", 0, ("ada", "bo", "cy"))


async def test_a_latecomer_speaks_and_knows_nothing_of_before(tmp_path: Path) -> None:
    async with gathered(tmp_path, lambda request, number: f"line-{number}-") as company:
        transcript = await company.turns(await company.begin(), 6)
        assert {actor for actor, _ in lines(transcript)} == {"ada", "bo", "cy"}
        first = next(request for request in company.model.requests if request.caller == "cy")
        assert "line-1-" not in first.text and SCENE.opening not in first.text and "Cy Marsh comes in." in first.text


async def test_somebody_who_comes_later_comes_only_when_called(company: Company) -> None:
    parts = (Part(character="ada"), Part(character="bo"), Part(character="cy", entrance="later"))
    transcript = await company.turns(await company.begin(LONG.model_copy(update={"cast": parts, "events": ()})), 8)
    assert "cy" not in transcript.present
    transcript = await company.scribe.enter(transcript, "cy")
    transcript = await company.turns(transcript, 3)
    assert "cy" in {actor for actor, _ in lines(transcript)}


async def test_somebody_sent_away_is_not_fetched_back_by_their_entrance(company: Company) -> None:
    transcript = await company.turns(await company.begin(LONG), 3)
    transcript = await company.turns(await company.scribe.leave(transcript, "cy"), 3)
    assert "cy" not in transcript.present


# --- the end --------------------------------------------------------------------------------------------------------


async def test_a_scene_ends_after_its_turns_and_goes_on_only_when_asked_to(company: Company) -> None:
    scene = TWO.model_copy(update={"end": Ending(max_turns=3)})
    transcript = await company.turns(await company.begin(scene, PAIR), 3)
    assert company.ended == "The scene has run its 3 turns."
    stood = await company.turn(transcript)
    assert stood == transcript and company.kinds == ["Ended"]
    transcript = await company.turn(transcript, line="One more thing.", as_="ada")
    assert [actor for actor, _ in lines(transcript)][3:] == ["ada", "bo"] and company.ended
    transcript = await company.turn(transcript, speaker="ada")
    assert len(lines(transcript)) == 6


async def test_when_everybody_has_left_the_play_is_over_whatever_is_said(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR)
    for member in PAIR:
        transcript = await company.scribe.leave(transcript, member.id)
    for turn in ({}, {"line": "Silence."}, {"whisper": "Let it snow."}):
        transcript = await company.turn(transcript, **turn)
        assert company.ended == "Everybody has left the stage."
    assert company.model.requests == [] and texts(transcript.events)[-2:] == ["Silence.", "Let it snow."]
    transcript = await company.turn(await company.scribe.enter(transcript, "bo"))
    assert [actor for actor, _ in lines(transcript)] == ["bo"]


# --- what fails -----------------------------------------------------------------------------------------------------


async def test_a_stale_play_is_refused_and_nothing_is_written_or_drafted(company: Company) -> None:
    stale = await company.begin(TWO, PAIR)
    fresh = await company.turn(stale)
    for turn in (Turn(line="Too late.", as_="ada"), Turn()):
        with pytest.raises(Conflict, match="load it again"):
            await company.taken(company.engine.advance(stale, turn), stale)
    with pytest.raises(Conflict):
        await company.again(fresh.model_copy(update={"session": stale.session}), fresh.events[-1])
    assert await company.stored(fresh) == fresh and len(await company.tree(fresh)) == 2
    assert await company.archive.sessions.draft(OWNER, fresh.session.id) is None


async def test_three_answers_without_a_line_are_a_clear_error_and_the_next_try_is_another(tmp_path: Path) -> None:
    answers = ["", "Bo: I do it for her.", ModelOutput("empty"), "Garbage: no.", "At last."]
    async with gathered(tmp_path, answers) as company:
        transcript = await company.begin(TWO, PAIR)
        with pytest.raises(ModelOutput, match=r"scripted gave Ada Voss no usable line in 3 tries\. Press Retry"):
            await company.turn(transcript, line="Well?", as_="bo", speaker="ada")
        transcript = await company.stored(transcript)
        assert lines(transcript) == [("bo", "Well?")]
        transcript = await company.turn(transcript, speaker="ada")
        assert lines(transcript) == [("bo", "Well?"), ("ada", "Garbage: no.")]
        seeds = [request.seed for request in company.model.requests]
        assert len(set(seeds)) == 4, "a retry that asks the very same again gets the very same again"


async def test_tries_that_failed_are_counted_in_the_line_that_came(tmp_path: Path) -> None:
    async with gathered(tmp_path, ["", "", "Here."]) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        assert (transcript.events[-1].usage or pytest.fail("no usage")).calls == 3
        assert "had no line of your own" in company.model.requests[1].text
        assert "had no line of your own" not in company.model.requests[0].text
