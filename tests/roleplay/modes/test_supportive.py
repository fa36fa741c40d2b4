"""The supportive mode: roles, memories, the mood gauge, a gentle close, and help that ends role-play."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.matching.support.memory_choice import broken
from studio.roleplay.steps import Ended
from studio.roleplay.supporting import GOODBYE, course_of, roles, scene_for, support_of
from tests.matching.people import PEOPLE
from tests.plays import ADA, BO, CAST
from tests.roleplay.company import Company, gathered

MODE = Choice(name="supportive")
EVE = PEOPLE[4].character()
SCENE = scene_for(ADA, EVE, "I cannot sleep before the exam.")


class Listener:
    """Answers moods from a list, two rules of manner, and numbered lines."""

    def __init__(self) -> None:
        self.moods: Iterator[int] = iter(())
        self.line = "I hear you and think of it"

    def __call__(self, request: Request, number: int) -> str:
        if request.purpose == "mood":
            return str(next(self.moods, 2))
        if request.purpose == "manner":
            return '1. When the other cries, you say "Stay."\n2. When the other jokes, you say "Ha."'
        return "hobby" if request.purpose == "memory" else f"{self.line}, number {number}."


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def pair(tmp_path: Path, listener: Listener) -> AsyncIterator[Company]:
    async with gathered(tmp_path, listener) as found:
        yield found


async def talked(company: Company, turns: int, **fields: object) -> Transcript:
    mode = Choice(name="supportive", parameters=fields)  # type: ignore[arg-type]
    transcript = await company.begin(SCENE, (ADA, EVE), mode=mode)
    return await company.turns(transcript, turns)


async def test_two_take_turns_and_the_seeker_begins(pair: Company) -> None:
    transcript = await talked(pair, 4)
    lines = [event for event in transcript.told if event.kind in TURNS]
    assert [event.actor for event in lines] == ["ada", "eve", "ada", "eve"]
    kept = [support_of(event) for event in lines]
    assert [one and one.role for one in kept] == ["seeker", "supporter", "seeker", "supporter"]
    assert kept[0] and kept[0].manner == (
        'When the other cries, you say "Stay."',
        'When the other jokes, you say "Ha."',
    )
    assert kept[2] and not kept[2].manner, "rules are made once"
    assert kept[1] and kept[1].mood == 2 and course_of(transcript).gauge == "uneasy"
    assert [request.purpose for request in pair.model.requests].count("narrator") == 0
    spoken = [request for request in pair.model.requests if request.purpose not in ("mood", "manner")]
    assert all('you say "Stay."' in request.messages[-1].content for request in spoken)


async def test_a_lifted_mood_closes_with_two_goodbyes(pair: Company, listener: Listener) -> None:
    listener.moods = iter([4, 4, 4, 4, 4])
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    for _ in range(30):
        transcript = await pair.turn(transcript)
        if any(isinstance(step, Ended) for step in pair.steps):
            break
    closing = [event for event in transcript.told if (kept := support_of(event)) and kept.closing]
    assert len(closing) == 2 and [event.actor for event in closing] == ["eve", "ada"]
    assert pair.steps[-1] == Ended(reason=GOODBYE, transcript=transcript)
    assert transcript.turns == 11
    told = next(request for request in reversed(pair.model.requests) if request.purpose not in ("mood", "manner"))
    assert "say goodbye" in told.text
    again = await pair.turn(transcript)
    assert again.turns == 11, "it has ended"


async def test_a_talk_without_relief_closes_near_the_cap(pair: Company) -> None:
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=Choice(name="supportive", parameters={"max_turn": 8}))
    for _ in range(12):
        transcript = await pair.turn(transcript)
    assert transcript.turns == 9, "lines 0 to 8, the last two goodbyes"


@pytest.mark.parametrize("selector", ["overlap", "rules", "llm"])
async def test_no_choice_breaks_the_window(pair: Company, selector: str) -> None:
    transcript = await talked(pair, 12, selector=selector, preset=False)
    kept = [support_of(event) for event in transcript.told if event.kind in TURNS]
    chosen = [one.aspect if one and one.aspect != "additional_information" else "" for one in kept]
    assert broken([chosen]) == 0
    assert any(chosen) or selector == "overlap", "nothing said here is near to anybody's life"
    assert all(one.aspect != "recent_worry_or_anxiety" for one in kept if one and one.role == "supporter")


async def test_a_memory_is_told_to_its_owner_alone(pair: Company) -> None:
    transcript = await talked(pair, 6, selector="rules")
    story = "panic attacks in shops"
    assert any(story in request.messages[-1].content for request in pair.model.requests if request.caller == "eve")
    assert all(story not in request.text for request in pair.model.requests if request.caller == "ada")
    assert transcript.turns == 6


async def test_a_person_seeks(pair: Company) -> None:
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    transcript = await pair.turn(transcript, as_="ada", line="I failed again.")
    assert [event.actor for event in transcript.told if event.kind in TURNS] == ["ada", "eve"]
    silent = await pair.turn(transcript, as_="ada")
    assert silent.turns == 2, "it is the person's turn"
    assert "I failed again." in next(r for r in pair.model.requests if r.purpose == "mood").text


async def test_words_of_danger_end_role_play(pair: Company) -> None:
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    before = len(pair.model.requests)
    transcript = await pair.turn(transcript, as_="ada", line="I want to kill myself.")
    (ended,) = [step for step in pair.steps if isinstance(step, Ended)]
    assert "988" in ended.reason and len(pair.model.requests) == before, "no model is asked"
    note = transcript.told[-1]
    assert note.kind is Kind.NOTE and note.audience == () and "988" in note.text
    transcript = await pair.turn(transcript, as_="ada", line="Go on anyway.")
    assert len(pair.model.requests) == before and isinstance(pair.steps[-1], Ended)
    assert course_of(transcript).stopped


async def test_help_is_in_the_language_of_the_scene(tmp_path: Path, listener: Listener) -> None:
    async with gathered(tmp_path, listener) as company:
        scene = SCENE.model_copy(update={"language": "German"})
        transcript = await company.begin(scene, (ADA, EVE), mode=MODE)
        await company.turn(transcript, as_="ada", line="I want to die.")
        assert "0800 111 0 111" in company.steps[-1].reason  # type: ignore[union-attr]


async def test_a_mention_shows_help_and_the_talk_goes_on(pair: Company) -> None:
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    transcript = await pair.turn(transcript, as_="ada", line="Since my uncle's suicide I sleep badly.")
    assert [event.kind for event in transcript.told][-2:] == [Kind.NOTE, Kind.SPEECH]
    transcript = await pair.turn(transcript, as_="ada", line="It helps to say it.")
    assert sum(event.kind is Kind.NOTE for event in transcript.told) == 1


async def test_a_model_that_says_it_is_stopped_too(pair: Company, listener: Listener) -> None:
    listener.line = "I want to end my life"
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    transcript = await pair.turn(transcript)
    assert isinstance(pair.steps[-1], Ended) and course_of(transcript).stopped


async def test_another_take_rests_on_the_same_memory(pair: Company) -> None:
    transcript = await talked(pair, 4)
    line = next(event for event in reversed(transcript.told) if event.kind in TURNS)
    calls = len(pair.model.requests)
    other = await pair.again(transcript, line)
    again = next(event for event in reversed(other.told) if event.kind in TURNS)
    assert again.id != line.id and again.parts["support"] == line.parts["support"]
    assert len(pair.model.requests) == calls + 1


async def test_odd_moods_score_nothing(pair: Company, listener: Listener) -> None:
    listener.moods = iter([99, 4, -3])
    transcript = await talked(pair, 6, preset=False)
    assert course_of(transcript).moods == (4,)


async def test_who_seeks_and_who_supports(pair: Company) -> None:
    transcript = await pair.begin(SCENE, (ADA, EVE), mode=MODE)
    assert roles(transcript) == ("ada", "eve") and roles(transcript, "eve") == ("eve", "ada")
    with pytest.raises(Invalid, match="'zed' is not in the cast"):
        roles(transcript, "zed")
    alone = await pair.begin(SCENE.model_copy(update={"cast": SCENE.cast[:1]}), (ADA,), mode=MODE)
    with pytest.raises(Invalid, match="needs two"):
        await pair.turn(alone)
    with pytest.raises(Invalid, match="same person"):
        scene_for(BO, BO)
    assert len(CAST) == 3
