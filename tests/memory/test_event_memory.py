"""Talks summed up and found by topic, and what is known of people, as a ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio.domain.memory import Memory, MemoryDetails, MemoryKind
from studio.memory import ledger, traits
from studio.memory.base import Occasion
from studio.memory.event_memory import EventMemory
from tests.memory.mind import Mind, answering, ask, said, sitting
from tests.plays import NOON

CRASH = [
    said(0, "I broke my arm in a bike accident."),
    said(1, "Which hospital?", "ada"),
    said(2, "The one by the harbour."),
]
COOKING = [said(200, "I made soup from the pumpkins."), said(201, "The pumpkins in my garden?", "ada")]


def kinds(memories: tuple[Memory, ...]) -> list[str]:
    return [one.kind.value for one in memories]


async def test_a_talk_that_ended_by_silence_becomes_one_summary() -> None:
    model = answering(summary={"summary": "Bo broke an arm in a bike accident."})
    done = await EventMemory().consolidate(
        sitting([*CRASH, *COOKING], model, Occasion.TURN, now=COOKING[-1].created_at)
    )
    (summary,) = done.made
    assert summary.kind is MemoryKind.SUMMARY and summary.text == "Bo broke an arm in a bike accident."
    assert summary.created_at == CRASH[-1].created_at, "the time of its last line"
    assert summary.sources == tuple(line.sources[0] for line in CRASH)
    assert {"bike", "accident", "arm", "hospital"} <= set(summary.details.topics)
    assert done.usage.calls == 1 == len(model.requests)
    again = await EventMemory().consolidate(
        sitting([*CRASH, *COOKING, summary], model, Occasion.TURN, now=COOKING[-1].created_at)
    )
    assert again.made == () and len(model.requests) == 1


@pytest.mark.parametrize(("silence", "closed"), [(3600, 0), (3601, 1)])
async def test_exactly_an_hour_is_no_end(silence: int, closed: int) -> None:
    now = CRASH[-1].created_at + timedelta(seconds=silence)
    done = await EventMemory(draw_traits=False).consolidate(sitting(CRASH, None, Occasion.TURN, now=now))
    assert kinds(done.made) == ["summary"] * closed


async def test_a_scene_break_ends_a_talk_at_once_and_another_scene_is_another_talk() -> None:
    other = [said(3, "New scene, new talk.", session="s0")]
    done = await EventMemory(draw_traits=False).consolidate(sitting([*CRASH, *other]))
    assert kinds(done.made) == ["summary", "summary"]
    done = await EventMemory(draw_traits=False).consolidate(
        sitting([*CRASH, *other], None, Occasion.TURN, session="s0", now=other[0].created_at)
    )
    assert kinds(done.made) == ["summary"], "the scene before has ended whatever the clock says"


async def test_the_talk_that_fits_comes_to_mind_with_its_age() -> None:
    done = await EventMemory(draw_traits=False).consolidate(sitting([*CRASH, *COOKING]))
    memories = [*CRASH, *COOKING, *done.made]
    asked = ask(memories, focal="How is your arm since the accident?", now=NOON + timedelta(days=33, minutes=2))
    for policy in (EventMemory(mode="code"), EventMemory(least_cosine=0.1)):
        (found,) = await policy.recall(asked, Mind(asked, memories))
        assert found.memory.text.startswith("1 month 3 days ago, ") and "arm" in found.memory.text
        assert found.memory.sources == tuple(line.sources[0] for line in CRASH) and "topics" in found.why
    elsewhere = asked.model_copy(update={"focal": "Nothing of the kind."})
    assert await EventMemory(mode="code").recall(elsewhere, Mind(elsewhere, memories)) == ()


async def test_a_model_draws_traits_with_the_line_they_come_from() -> None:
    given = [
        {"who": "Bo Lind", "trait": "Bo Lind rides a bike.", "line": 1, "subject": "bike", "likes": True},
        {"who": "Bo Lind", "trait": "NO_TRAIT", "line": 1},
        {"who": "Bo Lind", "trait": "From nowhere.", "line": 44},
        {"who": "Uncle Per", "trait": " ".join(["word"] * 50), "line": 3},
        "ok",
    ]
    done = await EventMemory().consolidate(
        sitting(CRASH, answering(summary={"summary": "An accident.", "traits": given}))
    )
    assert kinds(done.made) == ["summary", "persona", "persona"]
    bike, uncle = done.made[1:]
    assert (bike.about, bike.evidence, bike.details.likes) == ("bo", (CRASH[0].id,), True)
    assert uncle.about == "Uncle Per" and len(uncle.text.split()) == 20


async def test_without_a_model_people_are_taken_at_their_word() -> None:
    lines = [
        said(0, "I love sailing because my father taught me."),
        said(1, "I keep bees.", "ada"),
        said(2, "Good morning!"),
    ]
    done = await EventMemory().consolidate(sitting(lines, None, Occasion.TURN, now=lines[-1].created_at))
    assert [(one.about, one.text) for one in done.made] == [
        ("bo", "Bo Lind loves sailing."),
        ("ada", "Ada Voss keeps bees."),
    ]
    assert done.made[0].details.reason == "their father taught them" or "father" in done.made[0].details.reason
    again = await EventMemory().consolidate(
        sitting([*lines, *done.made], None, Occasion.TURN, now=lines[-1].created_at)
    )
    assert again.made == ()


async def test_like_dislike_like_is_one_thread_of_three_with_one_active() -> None:
    told = [
        said(0, "I love photography."),
        said(10, "I hate photography because the camera broke."),
        said(20, "I love photography since I own a new camera."),
    ]
    memories: list[Memory] = []
    for line in told:
        memories.append(line)
        done = await EventMemory().consolidate(sitting(memories, None, Occasion.TURN, now=line.created_at))
        memories += done.made
    memories.append(said(30, "I like herring."))
    memories += (
        await EventMemory().consolidate(sitting(memories, None, Occasion.TURN, now=memories[-1].created_at))
    ).made
    threads = ledger.timelines(memories)
    thread = next(thread for thread in threads if len(thread) == 3)
    assert [one.created_at for one in thread] == [line.created_at for line in told]
    assert [one.details.likes for one in thread] == [True, False, True]
    assert [one.details.replaces for one in thread] == ["", thread[0].id, thread[1].id]
    assert [one.details.reason for one in thread] == ["", "the camera broke", "I own a new camera"]
    active = ledger.active(memories)
    assert [one.id for one in active] == [thread[2].id, memories[-1].id]


@pytest.mark.parametrize(("newest", "count"), [(2, 2), (0, 3)])
async def test_the_newest_traits_are_considered_or_all(newest: int, count: int) -> None:
    known = [
        said(n, text, kind=MemoryKind.PERSONA, details=MemoryDetails(subject=text), importance=5)
        for n, text in enumerate(("bees", "boats", "bread"))
    ]
    asked = ask(known, focal="bread", people=frozenset({"bo"}))
    found = await EventMemory(traits_told=newest).recall(asked, Mind(asked, known))
    assert len(found) == count and found[0].memory.text.endswith("bread")
    stranger = ask(known, focal="bread", people=frozenset({"cy"}))
    assert await EventMemory().recall(stranger, Mind(stranger, known)) == ()


def test_what_is_asked_to_be_forgotten_is_told_from_what_is_only_said() -> None:
    assert traits.requests_to_forget("Bo Lind said: Please forget my knee operation.") == (
        traits.stems("knee operation"),
    )
    assert traits.requests_to_forget("Forget the boat, Tomas, run!") == ()
    assert traits.mentions("the operation on her knee", traits.stems("knee operation"))
    assert not traits.mentions("a rescue operation", traits.stems("knee operation"))
