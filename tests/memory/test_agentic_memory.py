"""One written memory: how a history is read, how the text is kept in bounds, and what is forgotten for good."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from studio.domain.memory import Memory, MemoryKind
from studio.llm.tokens import estimate
from studio.memory import note, traits
from studio.memory.agentic_memory import AgenticMemory, current
from studio.memory.base import Occasion
from tests.memory.mind import Mind, answering, ask, said, sitting

LENGTHS = (0, 1, 4_999, 5_000, 5_001, 31_842, 104_178)


def test_histories_are_read_in_so_many_chunks() -> None:
    assert [note.chunks_in(length) for length in LENGTHS] == [0, 1, 1, 1, 2, 7, 8]
    assert note.calls(31_842, questions=10) == 17


def test_chunks_hold_whole_messages_and_leave_out_the_middle() -> None:
    sizes = {str(number): 900 for number in range(100)}
    found = note.chunks(list(sizes), measure=sizes.__getitem__)
    assert len(found) == 8 and all(sum(sizes[str(p)] for p in chunk) <= 5000 for chunk in found[:-1])
    read = [position for chunk in found for position in chunk]
    assert read == sorted(read) and read[0] == 0 and read[-1] == 99 and 50 not in read
    assert sum(900 for _ in read) <= 40_000
    assert note.chunks([]) == () and note.chunks(["x" * 90_000]) == ((0,),)


def test_bullets_are_read_from_whatever_a_model_writes() -> None:
    text = "```\n# Ruth\n- likes tea\n* likes tea\n2. has a cat\n(a) an option\n- What does she do?\n```"
    assert note.bullets(text) == ("likes tea", "has a cat")
    assert note.bullets("Ruth likes tea.\n\nRuth has a cat.") == ("Ruth likes tea.", "Ruth has a cat.")
    assert note.bullets("No previous memory") == ()


def mini(shared_data: Path, number: int) -> list[Memory]:
    """A published history as what Ada heard: the user is Ruth, the other lines her own."""
    name = f"data/personamem-v2/mini/data/chat_history_32k/chat_history_mini_persona{number}.json"
    history = json.loads((shared_data / name).read_text())["chat_history"]
    return [
        said(position, message["content"], "ruth" if message["role"] == "user" else "ada")
        for position, message in enumerate(history)
        if message["role"] != "system"
    ]


def ruth(memories: list[Memory], model: object = None, **fields: object):
    made = sitting(memories, model, **fields)
    return type(made)(**{**made.__dict__, "names": {"ada": "Ada Voss", "ruth": "Ruth"}, "persons": frozenset({"ruth"})})


async def test_on_the_published_sample_rules_keep_what_holds_and_forget_what_must_go(shared_data: Path) -> None:
    history = mini(shared_data, 0)
    done = await AgenticMemory().consolidate(ruth(history))
    (text,) = done.made
    assert "Devi only ever listens to heavy metal." in text.text and "Ruth only" not in text.text
    assert "Ruth takes the early ferry." in text.text and "Ruth cycles" not in text.text
    assert "knee" not in text.model_dump_json() and "operation" not in text.model_dump_json()
    gone = [one for one in history if one.id in done.forgotten]
    assert len(gone) == 1 and "knee operation" in gone[0].text and not set(gone[0].sources) & set(text.sources)
    kept = [one for one in history if one.id not in done.forgotten]
    again = await AgenticMemory().consolidate(ruth([*kept, text]))
    assert again.made == () and again.forgotten == ()
    rebuilt = await AgenticMemory().consolidate(ruth(kept))
    assert "knee" not in rebuilt.made[0].text
    late = said(99, "My knee operation went badly, I love my knee operation.", "ruth")
    learnt = await AgenticMemory(private=True).consolidate(ruth([*kept, text, late]))
    assert all("knee" not in one.text for one in learnt.made), "it is not learnt again"


async def test_the_update_never_sees_the_question_nor_the_system_message(shared_data: Path) -> None:
    model = answering(profile_update="- Ruth takes the ferry.")
    for number in (0, 1):
        await AgenticMemory(chunk_tokens=100).consolidate(ruth(mini(shared_data, number), model))
    prompts = "\n".join(request.text for request in model.requests)
    with (shared_data / "data/personamem-v2/mini/benchmark/text/benchmark.csv").open(newline="") as file:
        questions = [json.loads(row["user_query"])["content"] for row in csv.DictReader(file)]
    assert len(questions) == 8 and len(model.requests) >= 4
    assert not [question for question in questions if question in prompts]
    assert "You are an AI assistant" not in prompts and "Message 1 (Ruth): Can you fix the grammar" in prompts


LINES = [said(number, f"Line {number} tells of nothing much.") for number in range(30)]


async def test_the_text_grows_in_versions_and_each_keeps_what_it_rests_on() -> None:
    first = await AgenticMemory().consolidate(
        sitting(LINES[:10], answering(profile_update="- Bo counts.\n- Bo is calm."))
    )
    (one,) = first.made
    assert one.kind is MemoryKind.PROFILE and one.sources == tuple(line.sources[0] for line in LINES[:10])
    model = answering(profile_update=lambda request: "- Bo counts.\n- Bo is calm.\n- Line 12 tells nothing.")
    second = await AgenticMemory().consolidate(
        sitting([*LINES[:20], one], model, now=one.created_at + timedelta(hours=1))
    )
    (two,) = second.made
    assert "- Bo counts." in model.requests[0].text and "Line 3 tells" not in model.requests[0].text
    assert set(two.sources) == {line.sources[0] for line in LINES[:20]} and two.details.replaces == one.id
    assert two.details.grounds["Line 12 tells nothing."] == ("e0012",)
    assert current([two, one]) == two


async def test_it_is_rewritten_when_a_chunk_is_full_at_a_break_or_when_asked() -> None:
    model = answering(profile_update="- Bo counts.")
    assert not (await AgenticMemory().consolidate(sitting(LINES, model, Occasion.TURN))).made
    assert (await AgenticMemory(chunk_tokens=150).consolidate(sitting(LINES, model, Occasion.TURN))).made
    assert (await AgenticMemory().consolidate(sitting(LINES, model, Occasion.ASKED))).made


async def test_a_text_beyond_the_cap_is_shortened_once_then_cut_between_points() -> None:
    long = note.written(f"point {number} about the harbour, the boats and all their owners" for number in range(60))
    model = answering(profile_update=long, profile_compress=long)
    (made,) = (await AgenticMemory(cap_tokens=200).consolidate(sitting(LINES, model))).made
    assert [request.template for request in model.requests] == ["memory/profile_update", "memory/profile_compress"]
    assert 150 < estimate(made.text) <= 200 and set(note.bullets(made.text)) <= set(note.bullets(long))


async def test_a_rewrite_that_lost_most_points_is_not_believed() -> None:
    points = [f"Bo likes thing {number}" for number in range(8)]
    (before,) = (
        await AgenticMemory().consolidate(sitting(LINES[:9], answering(profile_update=note.written(points))))
    ).made
    done = await AgenticMemory().consolidate(
        sitting([*LINES, before], answering(profile_update="- Bo left."), now=before.created_at + timedelta(hours=1))
    )
    assert note.bullets(done.made[0].text) == (*points, "Bo left.") and "1 of 8" in done.problems[0]


async def test_private_things_are_left_out_unless_wanted() -> None:
    model = answering(profile_update="- Bo has debts.\n- Bo likes herring.")
    assert "debts" not in (await AgenticMemory().consolidate(sitting(LINES, model))).made[0].text
    assert "debts" in (await AgenticMemory(private=True).consolidate(sitting(LINES, model))).made[0].text


@pytest.mark.parametrize("budget", [0, 8, 20, 400])
async def test_a_turn_is_told_the_points_that_fit(budget: int) -> None:
    points = ["Bo likes herring", "Bo fears the sea", "Bo has a boat named Mira", "Bo sells radios in the harbour"]
    (made,) = (await AgenticMemory().consolidate(sitting(LINES, answering(profile_update=note.written(points))))).made
    asked = ask(LINES, focal="Who named that boat?", budget_tokens=budget)
    told = await AgenticMemory().recall(asked, Mind(asked, [made]))
    assert sum(estimate(one.memory.text) for one in told) <= budget
    if budget == 400:
        assert told[0].memory.text == made.text
    if budget == 8:
        assert told[0].memory.text == "- Bo has a boat named Mira"


async def test_on_another_branch_an_older_version_speaks() -> None:
    model = answering(profile_update="- Bo counts.")
    (one,) = (await AgenticMemory().consolidate(sitting(LINES[:10], model))).made
    other = answering(profile_update="- Bo counts.\n- Bo lies.")
    (two,) = (
        await AgenticMemory().consolidate(sitting([*LINES, one], other, now=one.created_at + timedelta(hours=1)))
    ).made
    here, there = ask(LINES, now=two.created_at), ask(LINES[:15], now=two.created_at)
    assert "lies" in (await AgenticMemory().recall(here, Mind(here, [one, two])))[0].memory.text
    assert "lies" not in (await AgenticMemory().recall(there, Mind(there, [one, two])))[0].memory.text


def test_topics_are_kept_without_their_words() -> None:
    topic = traits.veiled(traits.stems("knee operation"))
    assert not any("kne" in digest or "oper" in digest for digest in topic)
    assert traits.mentions_veiled("her knee operation", topic) and not traits.mentions_veiled("her knee", topic)
