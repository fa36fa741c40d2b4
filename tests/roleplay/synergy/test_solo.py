"""Tasks outside a play: how many calls, and what is asked."""

from __future__ import annotations

import pytest

from studio.errors import Invalid
from studio.llm.scripted import ScriptedModel
from studio.roleplay.synergy.checkers import Method, Task, TaskItem
from studio.roleplay.synergy.solo import convene, run_item, solo_prompt

LOGIC = TaskItem(inputs="Q: Which house?\nA:", targets=["2"])
WORDS = TaskItem(word_list=["ferry", "lamp", "salt"], target_words=["ferry", "salt"])
STORY = TaskItem(topic="a ferry", questions=["Who?"], answers=[["Bo"]])
ANSWER = "Participants: AI Assistant (you); Sailor\nSailor: sea\nFinal answer: {}"


async def test_a_panel_is_one_call() -> None:
    model = ScriptedModel([ANSWER.format("We sail.")])
    convened = await convene(model, "When do we sail?", profile=True)
    assert convened.panel.final == "We sail." and convened.usage.calls == 1
    assert [one.name for one in convened.panel.panelists] == ["AI Assistant (you)", "Sailor"]
    (request,) = model.requests
    assert (request.temperature, request.top_p) == (0, 1)
    assert request.text.rstrip().endswith("Task: When do we sail?")


@pytest.mark.parametrize("task", ["", "  \n", "x" * 20_001])
async def test_no_task_is_no_call(task: str) -> None:
    model = ScriptedModel([])
    with pytest.raises(Invalid, match="task"):
        await convene(model, task)
    assert model.requests == []


@pytest.mark.parametrize(
    ("task", "item", "method", "answers", "calls"),
    [
        ("logic", LOGIC, "spp", [ANSWER.format("House 2.")], 1),
        ("logic", LOGIC, "standard", ["Answer: 2"], 1),
        ("logic", LOGIC, "self_refine", ["Answer: 3", "Count again.", "Answer: 2"], 3),
        ("trivia", STORY, "cot", ["Plan: a\nStory: Bo came."], 1),
        ("codenames", WORDS, "spp", [ANSWER.format("sea."), ANSWER.format("ferry, salt.")], 2),
        (
            "codenames",
            WORDS,
            "self_refine",
            ["Answer: sea", "ok", "Answer: sea.", "lamp", "no", "Answer: ferry, salt"],
            6,
        ),
    ],
)
async def test_each_way_takes_its_calls(
    task: Task, item: TaskItem, method: Method, answers: list[str], calls: int
) -> None:
    model = ScriptedModel(answers)
    run = await run_item(model, task, item, method)
    assert run.usage.calls == len(model.requests) == calls
    assert run.score.right == run.score.of
    assert run.parsed
    if task == "codenames":
        assert 'hint "sea"' in model.requests[-1].text


def test_the_variants_differ_in_what_they_say() -> None:
    whole, fixed = solo_prompt("T"), solo_prompt("T", fixed=True)
    assert "Poet; Teacher; Child" in whole and "Profiles:" not in whole
    assert "Poet" not in fixed and fixed.count("; Expert") == 2
    assert "Profiles:" in solo_prompt("T", profile=True)
    assert "six in which" not in solo_prompt("T", less_demo=True)
    assert solo_prompt("{{ 7 * 7 }}").endswith("Task: {{ 7 * 7 }}")
