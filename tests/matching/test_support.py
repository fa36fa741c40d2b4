"""Supportive talk: memory choice, mood, cleaning, ratings, whole talks, and words that stop role-play."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

from studio.domain.message import Request
from studio.errors import Invalid
from studio.llm.scripted import ScriptedModel
from studio.matching.profile import Profile
from studio.matching.support import memory_choice, mood
from studio.matching.support.cleaning import FILLERS, clauses, cleaned
from studio.matching.support.conversation import Supportive
from studio.matching.support.crisis import alert, help_text, languages
from studio.matching.support.rating import rate, read_rating
from tests.matching.people import PEOPLE, context

QUESTIONS = (
    "Does the conversation improve the mood of the seeker",
    "Did the suggestion made by the supporter in the conversation solve seeker's problem",
    "Is the seeker actively participating in the conversation",
)


@pytest.mark.parametrize(
    ("scores", "ends"),
    [([4, 4, 4, 4], False), ([2, 3, 3, 4, 4], True), ([4, 4, 4, 4, 3], False), ([3, 3, 3, 3, 4, 4], True), ([], False)],
)
def test_a_talk_may_close_when_the_mood_has_lifted(scores: list[int], ends: bool) -> None:
    assert mood.lifted(scores) is ends


def test_only_goodbyes_fit_near_the_cap() -> None:
    assert [mood.near_cap(turn) for turn in (17, 18, 19, 20)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("answer", "value"),
    [("4", 4), ("Mood: 3/5", 3), ("7", None), ("-1", None), ("fine", None), ("", None), ("99999", None)],
)
def test_moods_are_read(answer: str, value: int | None) -> None:
    assert mood.read_mood(answer) == value


def test_the_gauge_has_words() -> None:
    assert mood.gauge([]) == "not known yet"
    assert mood.gauge([1, 3]) == "so-so, rising" and mood.gauge([5, 1]) == "low, falling" and mood.gauge([5]) == "well"


def test_the_window_bars_and_frees_an_aspect() -> None:
    window = ["hobby", "hobby", "x", "hobby", "y"]
    assert memory_choice.barred(window) == {"hobby"}
    assert memory_choice.barred([*window, "z"]) == frozenset()
    assert memory_choice.barred(["", "", ""]) == frozenset(), "choosing nothing bars nothing"


def test_who_may_bring_up_what() -> None:
    memories = {"tone": "x", "hobby": "You row.", "recent_worry_or_anxiety": "You fret.", "additional_information": "y"}
    assert memory_choice.choosable(memories, "seeker", ()) == ("hobby", "recent_worry_or_anxiety")
    assert memory_choice.choosable(memories, "supporter", ()) == ("hobby",)
    assert memory_choice.choosable(memories, "supporter", ("hobby",) * 3) == ()


def test_a_memory_is_chosen_by_what_was_heard() -> None:
    memories = {
        "hobby": "You bake bread.",
        "growth_experience": "You failed an exam twice.",
        "family_relationship": "Two aunts.",
    }
    choices = tuple(memories)
    assert memory_choice.by_overlap("I am afraid of my exam", memories, choices) == "growth_experience"
    assert memory_choice.by_overlap("Bread!", memories, choices) == "hobby"
    assert memory_choice.by_overlap("Nothing near", memories, choices) == ""
    assert memory_choice.by_overlap("exam", memories, ()) == ""


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [("hobby", "hobby"), ("I'd say: Growth Experience.", "growth_experience"), ("NONE", ""), ("tone", "")],
)
def test_a_model_s_choice_is_understood(answer: str, chosen: str) -> None:
    assert memory_choice.understood(answer, ("hobby", "growth_experience")) == chosen


def test_cleaning() -> None:
    assert cleaned("Ana: Oh, I see. Hmm. That sounds really hard!", names=("Ana Moss",)) == "That sounds really hard!"
    assert cleaned("that sounds really hard!", heard="That sounds really hard!") in FILLERS
    assert cleaned("") in FILLERS and cleaned("Hey! Oh.") in FILLERS
    assert cleaned("Thank you for telling me that. You did it well today.") == "You did it well today."
    assert cleaned("I am only an AI model. But I listen to you.") == "But I listen to you."
    assert cleaned("The AIM is to rest a little.") == "The AIM is to rest a little."
    assert cleaned("Note: this is not a name tag here.", names=("Ana",)).startswith("Note: this")
    assert clauses("One, two! Three?  Four") == ["One,", "two!", "Three?", "Four"]
    assert cleaned("我很理解你的感受，真的。") == "我很理解你的感受，真的。"


def test_ratings_are_read_in_any_dress() -> None:
    found = read_rating({QUESTIONS[0]: 5, QUESTIONS[1].upper(): "4", QUESTIONS[2]: "4.0", "Rating Reason": "Good."})
    assert (found.mood, found.problem, found.active, found.reason) == (5, 4, 4, "Good.")
    assert found.label == pytest.approx(13 / 3)
    with pytest.raises(Invalid, match="says nothing of active"):
        read_rating({QUESTIONS[0]: 5, QUESTIONS[1]: 4})
    with pytest.raises(Invalid, match="'lots'"):
        read_rating({QUESTIONS[0]: "lots", QUESTIONS[1]: 4, QUESTIONS[2]: 4})


async def test_a_judge_rates() -> None:
    good = await rate("seeker: hi", ScriptedModel(['{"mood": 4, "problem": 3, "active": 5, "reason": "kind"}']))
    assert good is not None and good.label == 4.0
    assert await rate("seeker: hi", ScriptedModel(["no", "no"])) is None


def answers(moods: list[int]) -> ScriptedModel:
    """A model whose lines differ and whose moods are given."""
    left = iter(moods)

    def rule(request: Request, number: int) -> str:
        if request.purpose == "mood":
            return str(next(left, 2))
        return "hobby" if request.purpose == "memory" else f"I hear what you say number {number} today."

    return ScriptedModel(rule)


async def test_a_happy_talk_closes_with_two_goodbyes() -> None:
    model = answers([4] * 5)
    talk = await Supportive().talk(PEOPLE[0], PEOPLE[1], context(model))
    assert (len(talk.lines), talk.closed, talk.moods) == (13, "better", (4,) * 5)
    assert talk.lines[0].text == "Hello" and talk.lines[2].aspect == "recent_worry_or_anxiety"
    goodbyes = [request for request in model.requests if "time to end the talk" in request.text]
    assert len(goodbyes) == 2
    assert [line.role for line in talk.lines[:3]] == ["seeker", "supporter", "seeker"]


async def test_a_talk_without_relief_ends_at_the_cap() -> None:
    talk = await Supportive().talk(PEOPLE[0], PEOPLE[1], context(answers([1] * 30)))
    assert (len(talk.lines), talk.closed) == (21, "long enough")


@pytest.mark.parametrize("selector", ["rules", "overlap", "llm"])
async def test_no_talk_breaks_the_window(selector: str) -> None:
    method = Supportive.model_validate({"selector": selector})
    talk = await method.talk(PEOPLE[0], PEOPLE[2], context(answers([1] * 30)))
    chosen = [line.aspect for line in talk.lines]
    assert memory_choice.broken([[aspect if aspect != "additional_information" else "" for aspect in chosen]]) == 0
    assert all(line.aspect != "recent_worry_or_anxiety" for line in talk.lines if line.role == "supporter")


async def test_somebody_without_memories_can_talk() -> None:
    bare = Profile(id="bare", name="Bare")
    talk = await Supportive().talk(bare, PEOPLE[0], context(answers([4] * 5)))
    assert talk.closed == "better" and all(not line.memory for line in talk.lines if line.role == "seeker")


async def test_nobody_talks_with_themselves() -> None:
    with pytest.raises(Invalid, match="same person"):
        await Supportive().talk(PEOPLE[0], PEOPLE[0], context())


async def test_a_cry_for_help_ends_a_talk() -> None:
    def rule(request: Request, number: int) -> str:
        if "tell your trouble" in request.text:
            return "I want to kill myself tonight."
        return "What is it that weighs on you?" if request.purpose == "reply" else "1"

    talk = await Supportive().talk(PEOPLE[0], PEOPLE[1], context(ScriptedModel(rule)))
    assert talk.closed == "crisis" and talk.alert is not None and "988" in talk.alert.help
    assert len(talk.lines) == 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I want to kill myself", "en"),
        ("i don’t want to live anymore", "en"),
        ("Everyone would be BETTER OFF WITHOUT ME.", "en"),
        ("Ich will nicht mehr leben", "de"),
        ("ich möchte sterben", "de"),
        ("J'ai envie de mourir", "fr"),
        ("Je veux mettre fin à mes jours", "fr"),
        ("Ya no quiero vivir", "es"),
        ("Quero morrer", "pt"),
        ("Voglio morire", "it"),
        ("ik wil niet meer leven", "nl"),
        ("Chcę umrzeć", "pl"),
        ("jag vill inte leva", "sv"),
        ("Yaşamak istemiyorum", "tr"),
        ("Я не хочу жить", "ru"),
        ("не хочу жити", "uk"),
        ("我不想活了", "zh"),
        ("もう死にたいです", "ja"),
        ("죽고 싶어요", "ko"),
        ("أريد أن أموت", "ar"),
        ("मैं मरना चाहता हूँ", "hi"),
        ("Δεν θέλω να ζω", "el"),
    ],
)
def test_words_that_stop_role_play(text: str, language: str) -> None:
    found = alert(text)
    assert found is not None and (found.level, found.language) == ("stop", language)
    assert found.help == help_text(language)[1]


@pytest.mark.parametrize(
    "text",
    [
        "I'm dying to see that film",
        "This traffic is killing me",
        "I could kill my brother, he ate the cake",
        "I cut myself shaving",
        "I hurt myself playing football",
        "I'm not suicidal, just tired",
        "I nearly died of embarrassment",
        "My phone died and the deadline killed my mood",
        "Das Konzert war zum Sterben schön",
        "",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert alert(text) is None


def test_a_mention_shows_help_and_goes_on() -> None:
    found = alert("My uncle's suicide was years ago.")
    assert found is not None and found.level == "mention"
    both = alert("Since her suicide I want to die too")
    assert both is not None and both.level == "stop"


def test_help_is_in_the_reader_s_language() -> None:
    assert len(languages()) >= 15
    for code in languages():
        assert len(help_text(code)[1]) > 40
    found = alert("I want to die", "pt-BR")
    assert found is not None and found.language == "pt" and "188" in found.help
    assert help_text("xx")[0] == "en" and "findahelpline.com" in help_text("")[1]


def test_the_published_talks(shared_data: Path) -> None:
    folder = shared_data / "data" / "characterchat"

    def rows(name: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]

    talks = rows("dial_output.jsonl")
    dials: list[list[dict[str, object]]] = [talk["dial"] for talk in talks]  # type: ignore[misc]
    assert len(talks) == 50 and sum(map(len, dials)) == 766
    chosen = [[turn["choose_info"]["aspect"] for turn in dial] for dial in dials]  # type: ignore[index]
    assert memory_choice.broken(chosen) == 0  # type: ignore[arg-type]
    assert all(aspects[2] == "recent_worry_or_anxiety" for aspects in chosen)
    ratings = [read_rating(row["rating"]) for row in rows("eval_dial_output.jsonl")]  # type: ignore[arg-type]
    labels = [row["conversations"]["rating"] for row in rows("persona_score_dataset.jsonl")]  # type: ignore[index]
    assert len(ratings) == len(labels) == 70
    assert all(abs(one.label - label) < 1e-9 for one, label in zip(ratings, labels, strict=True))
    means = [statistics.fmean(getattr(one, name) for one in ratings) for name in ("mood", "problem", "active")]
    assert means == pytest.approx([4.3571, 3.3143, 4.8571], abs=1e-4)
    assert statistics.fmean(labels) == pytest.approx(4.1762, abs=1e-4)
    assert statistics.pvariance(labels) == pytest.approx(0.1166, abs=1e-4)
    listed = json.loads((folder / "dial_list.json").read_text(encoding="utf-8"))
    assert len(listed) == 1024 and sum(map(len, listed.values())) == 10240
    assert not any(int(seeker) in others for seeker, others in listed.items())
