"""Plays at the edges of what people make: alone, in a crowd, under strange names, with endless lines; and twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.event import TURNS, Event
from studio.domain.message import Request
from studio.domain.scene import Ending, Part, Scene
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.llm.scripted import ScriptedModel
from studio.roleplay.actor import ANSWER_CHARS
from studio.roleplay.views import PROMPT_CHARS
from tests.plays import ADA, BO, CAST, NOON, SCENE
from tests.roleplay.company import LONG, PADDING, PAIR, TWO, Company, Voice, gathered, lines

POLICIES = ("natural", "round_robin", "pooled", "director")


def longest_prompt(company: Company) -> int:
    return max(sum(len(message.content) for message in request.messages) for request in company.model.requests)


@pytest.mark.parametrize("speakers", POLICIES)
async def test_a_cast_of_one_talks_alone(tmp_path: Path, speakers: str) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turns(await company.begin(TWO, (BO,), speakers=speakers), 4)
        assert [actor for actor, _ in lines(transcript)] == ["bo"] * 4


async def test_a_person_and_one_character_answer_each_other(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR, speakers="director")
    for number in range(4):
        transcript = await company.turn(transcript, line=f"Word {number}.", as_="ada")
    assert [actor for actor, _ in lines(transcript)] == ["ada", "bo"] * 4


@pytest.mark.parametrize("speakers", POLICIES)
async def test_in_a_cast_of_twelve_everybody_is_heard_within_bounds(tmp_path: Path, speakers: str) -> None:
    crowd = tuple(
        BO.model_copy(
            update={
                "id": f"p{number}",
                "name": f"Person {number}",
                "appearance": "a tall figure in a long coat, " * 5,
                "relationships": {f"p{other}": "an old debt never spoken of, " * 5 for other in range(12)},
            }
        )
        for number in range(12)
    )
    scene = LONG.model_copy(update={"cast": tuple(Part(character=one.id) for one in crowd), "events": ()})
    cues = iter(range(10_000))

    def voice(request: Request, number: int) -> str:
        if request.purpose == "narrator":
            return json.dumps({"cues": [{"speaker": f"Person {next(cues) % 12}"} for _ in range(4)]})
        return f"{number} {PADDING}"

    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene, crowd, speakers=speakers)
        for _ in range(26):
            transcript = await company.turn(transcript)
        assert {actor for actor, _ in lines(transcript)} == {one.id for one in crowd}
        assert longest_prompt(company) <= PROMPT_CHARS


STRANGE = (
    Character(id="fox", name="🦊"),
    Character(id="amal", name="أمل الحداد"),
    Character(id="noa", name="נועה לוי", talkativeness=0.9),
    Character(id="zero", name="Z\u200dero (the 3rd) *.+?[x]"),
)


@pytest.mark.parametrize("speakers", POLICIES)
async def test_names_in_any_script_are_only_names(tmp_path: Path, speakers: str) -> None:
    def voice(request: Request, number: int) -> str:
        names = [one.name for one in STRANGE]
        if request.purpose == "narrator":
            return json.dumps({"narration": f"{names[number % 4]} looks up.", "cues": [{"speaker": n} for n in names]})
        own = next(one.name for one in STRANGE if one.id == request.caller)
        other = names[(names.index(own) + 1) % 4]
        return f"{own}: {other}, what now?\n{other}: Nothing."

    scene = LONG.model_copy(update={"cast": tuple(Part(character=one.id) for one in STRANGE), "events": ()})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(scene, STRANGE, speakers=speakers), 8)
        spoken = [event for event in transcript.told if event.kind in TURNS]
        names = {one.id: one.name for one in STRANGE}
        assert {event.actor for event in spoken} == set(names)
        for event in spoken:
            assert event.text.endswith("what now?") and names[event.actor] not in event.text.partition(",")[2]
            assert event.parts["cut"] and event.parts["cut"][0].endswith(": Nothing.")


async def test_a_line_of_fifty_kilobytes_is_kept_whole_and_told_in_part(company: Company) -> None:
    line = "וְעַתָּה " + "🌧️ rain " * 6000 + "end."
    transcript = await company.turn(await company.begin(TWO, PAIR), line=line, as_="ada")
    await company.engine.remember(transcript)
    assert lines(transcript)[0] == ("ada", line) and lines(transcript)[1][0] == "bo"
    await company.turns(transcript, 3)
    assert longest_prompt(company) <= PROMPT_CHARS


async def test_a_text_no_disk_can_hold_is_cleaned_on_its_way_in(tmp_path: Path) -> None:
    halves = "Snow\x00 \ud83e\udd8a and a half: \ud83d"
    async with gathered(tmp_path, lambda request, number: halves, chunk_chars=3) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR), line="Ring\x07 it.", as_="ada")
        assert lines(transcript) == [("ada", "Ring it."), ("bo", "Snow 🦊 and a half: �")]


async def test_a_model_that_never_stops_is_stopped(tmp_path: Path) -> None:
    async with gathered(tmp_path, lambda request, number: "On and on. " * 100_000, chunk_chars=50) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        assert len(transcript.events[-1].text) <= ANSWER_CHARS + 50
        assert transcript.events[-1].text.endswith("On and on.")


@pytest.mark.parametrize("premise", ["", "It rains. " * 5000])
async def test_a_scene_with_no_premise_or_an_endless_one_still_plays(tmp_path: Path, premise: str) -> None:
    part = Part(character="ada", goal="Win. " * 400, secret="It was me. " * 400)
    scene = Scene(id="s", title="T" * 200, premise=premise, place="x" * 4000, cast=(part,), end=Ending(when="x" * 4000))
    ada = ADA.model_copy(update={"goals": ("To be warm. " * 300,), "backstory": "Once. " * 3000})
    async with gathered(tmp_path, lambda request, number: f"{number} {PADDING}") as company:
        transcript = await company.begin(scene, (ada, BO), speakers="director")
        for _ in range(8):
            transcript = await company.turn(transcript)
        assert longest_prompt(company) <= PROMPT_CHARS
        assert all(ADA.secrets[0] in r.text for r in company.model.requests if r.caller == "ada")


async def test_a_copy_of_a_scene_that_could_never_be_read_again_is_refused(company: Company) -> None:
    with pytest.raises(Invalid, match=r"cannot be played: scene\.title: .*200 characters"):
        await company.begin(SCENE.model_copy(update={"title": "x" * 201}))
    assert await company.archive.sessions.list("me") == ()


async def logged(folder: Path, seed: int) -> tuple[list[str], list[tuple[str, str]]]:
    """A play with a bit of everything, as the exact bytes of its log and as its lines."""
    folder.mkdir()
    voice = Voice(thought="What do they want?", emotion="wary", salience=6)
    async with gathered(folder, voice, clock=lambda: NOON, seed=seed, chunk_chars=11) as company:
        transcript = await company.begin(LONG, CAST, speakers="natural", seed=seed)
        for number in range(12):
            transcript = await company.turn(transcript)
            await company.engine.remember(transcript)
            if number == 3:
                transcript = await company.turn(transcript, line=f"Now then. {PADDING}", as_="ada")
            if number == 5:
                transcript = await company.turn(transcript, whisper="Let it thunder.")
            if number == 7:
                transcript = await company.again(transcript, transcript.events[-1])
            if number == 9:
                transcript = await company.history.undo(transcript)
                transcript = await company.history.redo(transcript)
                transcript = await company.scribe.edit(transcript, transcript.events[3].id, "Otherwise.")
        tree = await company.tree(transcript)
        return [event.model_dump_json() for event in tree], lines(transcript)


async def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = await logged(tmp_path / "a", 7), await logged(tmp_path / "b", 7)
    assert first == second and len(first[0]) > 25
    other, _ = await logged(tmp_path / "c", 8)
    assert other != first[0]


async def test_on_a_clock_that_stands_still_the_newest_take_is_still_the_newest(tmp_path: Path) -> None:
    async with gathered(tmp_path, clock=lambda: NOON) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        opening = transcript.events[0]
        for _ in range(6):
            transcript = await company.again(transcript, transcript.events[-1])
            newest: Event = transcript.events[-1]
            undone = await company.history.undo(transcript)
            redone = await company.history.redo(undone)
            assert redone.events[-1] == newest
            transcript = await company.history.select(redone, opening.id)
            assert transcript.events[-1] == newest


async def test_a_play_is_the_same_whoever_reads_it_back(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turns(await company.begin(), 5)
    async with gathered(tmp_path, seed=2) as again:
        stored: Transcript = await again.stored(transcript)
        assert stored == transcript and stored.present == transcript.present and stored.told == transcript.told
        assert stored.session.speaker_policy == Choice(name="round_robin")
        assert isinstance(again.model, ScriptedModel)
