"""Plays in full rounds: how many calls, in which order, and what becomes of stops, failures and people who join in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.scene import Ending, Part, Scene
from studio.domain.session import Choice
from studio.domain.state import Beliefs
from studio.domain.transcript import Transcript
from studio.roleplay.rounds.standing import beat_of, standing_of
from studio.roleplay.state import state_after
from studio.roleplay.steps import Decided
from tests.plays import ADA, BO, CY
from tests.roleplay.company import Company, gathered

FULL = Choice(name="characterbox")
PEOPLE = (ADA, BO, CY)


def scene(count: int, **fields: Any) -> Scene:
    parts = tuple(Part(character=member.id) for member in PEOPLE[:count])
    return Scene(**{"id": "s", "title": "S", "premise": "P", "cast": parts, "end": Ending(max_turns=1000), **fields})


class Voice:
    """Answers every step; `hits`: actor id → whom their acts reach."""

    def __init__(self, hits: dict[str, str] | None = None) -> None:
        self.hits = hits or {}
        self.names = {member.id: member.name for member in PEOPLE}
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: Request, number: int) -> str:
        self.asked.append((request.purpose, request.caller))
        match request.purpose:
            case "synopsis":
                return "\n".join(f"[{name}]: does deed {number}" for name in self.names.values())
            case "action":
                return f"Action: {self.names[request.caller]} does deed {number}."
            case "dialogue":
                return f"Line {number}."
            case "influence":
                actor = self.actor(request)
                target = self.hits.get(actor, actor)
                return f"[{self.names[actor]}];;[{self.names[target]}];;[a jolt {number}]"
            case "whereabouts":
                return f"Position: at spot {number}\nState: state {number}"
            case "surroundings":
                return "Time: midnight"
            case _:
                return f"{request.purpose} {number}"

    def actor(self, request: Request) -> str:
        tail = request.messages[-1].content
        return next(id_ for id_, name in self.names.items() if f"{name} just did this" in tail)

    @property
    def steps(self) -> list[str]:
        return [f"{purpose} {caller}" for purpose, caller in self.asked]


async def rounds(company: Company, transcript: Transcript, count: int = 1) -> Transcript:
    """The play after so many whole rounds more."""
    number = standing_of(transcript).number + count
    while not (standing_of(transcript).number == number and standing_of(transcript).closed):
        transcript = await company.turn(transcript)
    return transcript


def spoke(transcript: Transcript) -> list[str]:
    return [event.actor for event in transcript.told if event.kind in TURNS]


@pytest.mark.parametrize(
    ("people", "hits", "calls"),
    [
        (3, {"ada": "cy"}, 20),
        (3, {}, 21),
        (2, {"ada": "bo"}, 14),
        (2, {}, 15),
    ],
    ids=["N3 A2 R1", "N3 A3 R0", "N2 A1 R1", "N2 A2 R0"],
)
async def test_a_round_takes_as_many_calls_as_the_formula_says(
    tmp_path: Path, people: int, hits: dict[str, str], calls: int
) -> None:
    voice = Voice(hits)
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene(people), PEOPLE[:people], mode=FULL)
        transcript = await rounds(company, transcript)
        assert len(voice.asked) == calls
        acting, hit = people - len(hits), len(hits)
        assert calls == 2 * people + 1 + 3 * acting + 4 * hit + (acting - hit) + 2
        assert sum(event.usage.calls for event in transcript.events if event.usage) == calls


async def test_whoever_is_hit_reacts_at_once_and_the_next_round_goes_as_they_came_to_act(tmp_path: Path) -> None:
    voice = Voice({"ada": "cy"})
    async with gathered(tmp_path, voice) as company:
        transcript = await rounds(company, await company.begin(scene(3), PEOPLE, mode=FULL))
        assert spoke(transcript) == ["ada", "cy", "bo"]
        beliefs = [f"{belief} {who}" for who in ("ada", "bo", "cy") for belief in ("self_belief", "scene_belief")]
        assert voice.steps == [
            *beliefs,
            "synopsis narrator",
            *("action ada", "dialogue ada", "influence narrator", "reaction cy", "result narrator"),
            *("whereabouts narrator", "whereabouts narrator"),
            *("action bo", "dialogue bo", "influence narrator", "whereabouts narrator"),
            *("surroundings narrator", "summary narrator"),
        ]
        voice.hits = {}
        transcript = await rounds(company, transcript)
        assert spoke(transcript)[3:] == ["cy", "ada", "bo"]


async def test_what_a_round_makes_is_in_the_state_and_only_for_those_it_is_meant_for(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice({"ada": "cy"})) as company:
        transcript = await rounds(company, await company.begin(scene(3), PEOPLE, mode=FULL))
        state = state_after(transcript)
        assert state.characters["ada"].beliefs == Beliefs(of_self="self_belief 1", of_scene="scene_belief 2")
        assert state_after(transcript, "bo").characters["ada"].beliefs == Beliefs()
        assert state.world.time == "midnight"
        assert state.world.positions == {"cy": "at spot 13", "ada": "at spot 14", "bo": "at spot 18"}
        assert state.characters["bo"].condition == "state 18"
        assert state.round is not None
        assert (state.round.number, state.round.acted) == (1, ("cy", "ada", "bo"))
        assert state.round.summary == "summary 20"
        for event in transcript.events:
            if event.kind is Kind.THOUGHT:
                assert event.audience == (event.actor,)


async def test_the_guidance_is_told_to_its_actor_alone(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        await company.turns(transcript, 2)
        asked = [request for request in company.model.requests if request.purpose == "action"]
        assert [request.caller for request in asked] == ["ada", "bo"]
        for request in asked:
            assert request.messages[-1].content.count("does deed 5") == 1
        assert company.decision is not None
        assert company.decision.cue == "does deed 5"


async def test_a_scene_in_chinese_is_asked_and_understood_in_chinese(tmp_path: Path) -> None:
    names = {"ada": "周瑜", "bo": "诸葛亮"}

    def voice(request: Request, number: int) -> str:
        match request.purpose:
            case "influence":
                return "[周瑜];;[诸葛亮];;[羽扇落地]"
            case "whereabouts":
                return "位置：站在地图前\n状态：从容不迫"
            case "dialogue":
                return "无"
            case _:
                return f"{request.purpose}：动作{number}"

    cast = tuple(member.model_copy(update={"name": names[member.id]}) for member in PEOPLE[:2])
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene(2, language="中文"), cast, mode=FULL)
        transcript = await rounds(company, transcript)
        for request in company.model.requests:
            assert request.template.startswith("roleplay/rounds/zh/")
            assert "You are" not in request.text
            assert "Narrator:" not in request.messages[-1].content
        state = state_after(transcript)
        assert state.world.positions == {"ada": "站在地图前", "bo": "站在地图前"}
        assert state.characters["bo"].condition == "从容不迫"
        first = next(event for event in transcript.told if event.kind in TURNS)
        assert (first.kind, first.text) == (Kind.ACTION, "*动作6*"), "silence is an act without a line"


async def test_somebody_alone_affects_nobody(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        await rounds(company, await company.begin(scene(1), PEOPLE[:1], mode=FULL))
        assert "influence narrator" not in voice.steps
        assert len(voice.asked) == 2 + 1 + 2 + 1 + 2


async def test_three_rounds_are_played_and_a_word_goes_on(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        transcript = await company.turns(transcript, 6)
        assert company.ended == "The play has had its 3 rounds."
        before = len(transcript.events)
        transcript = await company.turn(transcript)
        assert company.ended and len(transcript.events) == before
        transcript = await company.turn(transcript, line="And then?")
        assert standing_of(transcript).number == 4
        assert not company.ended


async def test_without_a_limit_the_scene_ends_the_rounds(tmp_path: Path) -> None:
    endless = Choice(name="characterbox", parameters={"rounds": 0})
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(scene(2, end=Ending(max_turns=8)), PEOPLE[:2], mode=endless)
        transcript = await company.turns(transcript, 8)
        assert company.ended == "The scene has run its 8 turns."
        assert standing_of(transcript).number == 4


async def test_a_persons_line_is_their_act_and_has_consequences(tmp_path: Path) -> None:
    voice = Voice({"bo": "ada"})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        transcript = await company.turn(transcript, as_="bo")
        assert spoke(transcript) == ["ada"]
        assert "self_belief bo" not in voice.steps
        transcript = await company.turn(transcript, as_="bo")
        assert company.decision is not None and company.decision.speaker == "bo", "it waits for the person"
        voice.asked.clear()
        transcript = await company.turn(transcript, as_="bo", line="I pull the lever.")
        assert voice.steps[:2] == ["influence narrator", "reaction ada"]
        assert "action bo" not in voice.steps
        assert spoke(transcript) == ["ada", "bo", "ada"]
        assert standing_of(transcript).closed


async def test_a_person_who_is_hit_reacts_in_their_own_words(tmp_path: Path) -> None:
    voice = Voice({"ada": "bo"})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        transcript = await company.turn(transcript, as_="bo")
        first, then = (step.decision for step in company.steps if isinstance(step, Decided))
        assert (first.speaker, then.speaker) == ("ada", "bo")
        assert "a jolt" in then.reason
        transcript = await company.turn(transcript, as_="bo", line="Ouch.")
        assert "reaction bo" not in voice.steps
        assert voice.steps[-5:-2] == ["result narrator", "whereabouts narrator", "whereabouts narrator"]
        standing = standing_of(transcript)
        assert (standing.acted, standing.closed) == (("bo", "ada"), True)


async def test_a_guests_character_that_is_hit_is_waited_for_too(tmp_path: Path) -> None:
    voice = Voice({"ada": "bo"})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        await company.turn(transcript, people=("bo",))
        assert [step.decision.speaker for step in company.steps if isinstance(step, Decided)] == ["ada", "bo"]
        assert "reaction bo" not in voice.steps and "action bo" not in voice.steps


async def test_a_newcomer_joins_the_next_round_and_whoever_leaves_drops_out(tmp_path: Path) -> None:
    late = scene(3).model_copy(update={"cast": (*scene(2).cast, Part(character="cy", entrance="later"))})
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.turn(await company.begin(late, PEOPLE, mode=FULL))
        transcript = await company.scribe.enter(transcript, "cy")
        transcript = await rounds(company, transcript, 0)
        assert spoke(transcript) == ["ada", "bo"]
        transcript = await company.scribe.leave(transcript, "ada")
        transcript = await rounds(company, transcript)
        assert spoke(transcript)[2:] == ["bo", "cy"]


async def test_a_whisper_to_the_narrator_is_heard_when_the_next_round_is_planned(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(scene(2), PEOPLE[:2], mode=FULL)
        transcript = await company.turn(transcript, whisper="Let the roof leak.")
        (asked,) = (request for request in company.model.requests if request.purpose == "synopsis")
        assert "Let the roof leak." in asked.text
        transcript = await rounds(company, transcript)
        asked = [request for request in company.model.requests if request.purpose == "synopsis"][-1]
        assert "Let the roof leak." not in asked.messages[-1].content, "once is enough"


async def test_an_act_is_told_again_with_its_consequences_and_a_reaction_alone(tmp_path: Path) -> None:
    voice = Voice({"ada": "bo"})
    async with gathered(tmp_path, voice) as company:
        transcript = await rounds(company, await company.begin(scene(2), PEOPLE[:2], mode=FULL))
        act, reaction = (event for event in transcript.told if event.kind in TURNS)
        voice.asked.clear()
        other = await company.again(transcript, reaction)
        assert voice.steps[0] == "reaction bo" and "action ada" not in voice.steps
        assert act in other.told and reaction not in other.told
        voice.asked.clear()
        voice.hits = {}
        other = await company.again(other, act)
        assert voice.steps[:4] == ["action ada", "dialogue ada", "influence narrator", "whereabouts narrator"]
        assert standing_of(other).queue == ("bo",)
        assert {act.id, reaction.id} < {event.id for event in await company.tree(transcript)}


async def test_undo_takes_back_one_thing_at_a_time_and_the_play_goes_on_from_there(tmp_path: Path) -> None:
    voice = Voice({"ada": "bo"})
    async with gathered(tmp_path, voice) as company:
        transcript = await rounds(company, await company.begin(scene(2), PEOPLE[:2], mode=FULL))
        transcript = await company.history.undo(transcript)
        assert not standing_of(transcript).closed
        transcript = await company.history.undo(transcript)
        assert spoke(transcript) == ["ada"]
        assert standing_of(transcript).target == "bo"
        transcript = await company.turn(transcript)
        assert spoke(transcript) == ["ada", "bo"] and standing_of(transcript).closed


async def test_every_event_says_its_beat(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice({"ada": "bo"})) as company:
        transcript = await rounds(company, await company.begin(scene(2), PEOPLE[:2], mode=FULL))
        beats = [beat.step for event in transcript.told if (beat := beat_of(event))]
        assert beats == ["belief", "belief", "synopsis", "act", "influence", "reaction", "result", "close"]
