"""A task taken to a panel that one model plays alone, and the ways it is compared with.

Source: Unleashing the Emergent Cognitive Synergy in Large Language Models (Solo Performance Prompting, NAACL 2024);
https://arxiv.org/abs/2307.05300

Cost: 1 call a task with a panel; codenames 2, first the hint and then the guess; self-refine 3 (codenames 6).
"""

from __future__ import annotations

from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.domain.state import Panel
from studio.domain.value import Value
from studio.errors import Invalid
from studio.llm.client import Model, complete
from studio.prompts import render
from studio.roleplay.synergy.checkers import ItemScore, Method, Task, TaskItem, parse_answer, score_item
from studio.roleplay.synergy.transcripts import parse_panel

ASSISTANT = "AI Assistant (you)"
MAX_TOKENS = 5000
TASK_CHARS = 20_000


class Convened(Value):
    """A panel, and what it took."""

    panel: Panel
    usage: Usage
    raw: str


class ItemRun(Value):
    """A model's answer to one item. `raws`: its texts in order; `parsed`: whether the last one kept to the form."""

    raws: tuple[str, ...]
    answer: str
    parsed: bool
    score: ItemScore
    usage: Usage


def solo_prompt(
    task: str, *, leader: str = ASSISTANT, profile: bool = False, fixed: bool = False, less_demo: bool = False
) -> str:
    """What is asked: two worked examples of a panel, then the task."""
    return render(
        "roleplay/panel/solo", task=task.strip(), leader=leader, profile=profile, fixed=fixed, less_demo=less_demo
    )


async def convene(model: Model, task: str, *, profile: bool = False, fixed: bool = False) -> Convened:
    """A task solved by a panel, outside any play.

    Cost: 1 call.
    Raises: Invalid for an empty or endless task; as `Model.stream`.
    """
    if not task.strip():
        raise Invalid("There is no task. Say what the panel is to work on.")
    if len(task) > TASK_CHARS:
        raise Invalid(f"The task has {len(task):,} characters; {TASK_CHARS:,} is the limit.")
    completion = await complete(model, _request(solo_prompt(task, profile=profile, fixed=fixed)))
    return Convened(panel=parse_panel(completion.text, task), usage=completion.usage, raw=completion.text)


async def run_item(model: Model, task: Task, item: TaskItem, method: Method) -> ItemRun:
    """One item of a task, answered in one of the paper's ways, and its points.

    Raises: as `Model.stream`.
    """
    raws: list[str] = []
    usage = Usage()
    hint = ""
    asked = ("spymaster", "guesser") if task == "codenames" else (task,)
    for part in asked:
        raw, spent = await _answered(model, _question(part, item, method, hint), method)
        raws += raw
        usage += spent
        if part == "spymaster":
            hint = parse_answer(task, method, raw[-1])[0].strip().replace(".", "")
    answer, parsed = parse_answer(task, method, raws[-1])
    return ItemRun(raws=tuple(raws), answer=answer, parsed=parsed, score=score_item(task, item, answer), usage=usage)


def _question(part: str, item: TaskItem, method: Method, hint: str) -> str:
    panel = method.startswith("spp")
    inputs = item.inputs.removesuffix("\nA:")
    values = {"item": item, "hint": hint, "inputs": inputs, "plan": method == "cot", "answer": not panel}
    return render(f"roleplay/panel/{part}", **values)


async def _answered(model: Model, question: str, method: Method) -> tuple[list[str], Usage]:
    if method.startswith("spp"):
        asked = solo_prompt(
            question,
            profile=method == "spp_profile",
            fixed=method == "spp_fixed_persona",
            less_demo=method == "spp_less_demo",
        )
        return await _told(model, asked)
    given, usage = await _told(model, question)
    if method != "self_refine":
        return given, usage
    feedback, spent = await _told(model, render("roleplay/panel/feedback", question=question, given=given[0]))
    revise = render("roleplay/panel/revise", question=question, given=given[0], feedback=feedback[0])
    again, more = await _told(model, revise)
    return [*given, *feedback, *again], usage + spent + more


async def _told(model: Model, text: str) -> tuple[list[str], Usage]:
    completion = await complete(model, _request(text))
    return [completion.text], completion.usage


def _request(text: str) -> Request:
    return Request(
        messages=(Message(role="user", content=text),),
        caller="panel",
        purpose="panel",
        max_tokens=MAX_TOKENS,
        temperature=0,
        top_p=1,
        template="roleplay/panel/solo",
    )
