"""Whether an answer to a task of the paper is right. Pure.

Source: Solo Performance Prompting (NAACL 2024), section 3; https://arxiv.org/abs/2307.05300
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid
from studio.roleplay.synergy.transcripts import answer_in

Task = Literal["trivia", "codenames", "logic"]
Method = Literal["standard", "cot", "self_refine", "spp", "spp_profile", "spp_fixed_persona", "spp_less_demo"]
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
GATE_ITEMS = 5
GATE_SHARE = 0.8
SHORT_ALIAS = 3


class TaskItem(BaseModel):
    """One item of any of the three tasks; the fields of the others are empty."""

    model_config = ConfigDict(extra="ignore")

    idx: int = 0
    topic: str = ""
    questions: list[str] = Field(default_factory=list)
    answers: list[list[str]] = Field(default_factory=list)
    word_list: list[str] = Field(default_factory=list)
    target_words: list[str] = Field(default_factory=list)
    inputs: str = ""
    targets: list[str] = Field(default_factory=list)


class ItemScore(Value):
    """`right` of `of` points. `mentions`: where substrings are counted, which were found."""

    right: int
    of: int
    mentions: tuple[str, ...] = ()


class TaskScore(Value):
    """Points over all items that have an answer; `missing` have none."""

    right: int
    of: int
    missing: int = 0

    @property
    def percent(self) -> float:
        """0–100."""
        return 100 * self.right / self.of if self.of else 0.0


def load_task(text: str) -> tuple[TaskItem, ...]:
    """The items of a task file, one JSON object a line.

    Raises: Invalid naming the line that is none.
    """
    items = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            items.append(TaskItem.model_validate({"idx": number - 1, **json.loads(line)}))
        except (ValueError, TypeError, ValidationError) as error:
            raise Invalid(f"Line {number} is no task: {error!s:.200}") from error
    return tuple(items)


def parse_answer(task: Task, method: Method, raw: str) -> tuple[str, bool]:
    """The answer in a model's text, and whether it stood where it should."""
    if method.startswith("spp"):
        return answer_in(raw)
    if task == "trivia":
        if method != "cot":
            return raw, True
        return _after(raw, "Story:")
    answer, found = _after(raw, "Answer:")
    return answer, found or (task == "codenames" and method == "standard")


def score_item(task: Task, item: TaskItem, answer: str) -> ItemScore:
    """How many points an answer earns."""
    if task == "trivia":
        found = [_mention(answer, aliases) for aliases in item.answers]
        return ItemScore(right=sum(map(bool, found)), of=len(item.questions), mentions=tuple(filter(None, found)))
    if task == "codenames":
        named = guesses(answer) & {word.lower() for word in item.target_words}
        return ItemScore(right=len(named), of=len(item.target_words), mentions=tuple(sorted(named)))
    target = item.targets[0] if item.targets else ""
    return ItemScore(right=int(picks(answer, target)), of=1)


def guesses(answer: str) -> frozenset[str]:
    """The words of a guess: parted by commas, without full stops, lower-cased."""
    words = (word.strip().replace(".", "").lower() for word in answer.split(","))
    return frozenset(word for word in words if word)


def picks(answer: str, target: str) -> bool:
    """Whether an answer names the house `target` (a digit) and no other, in digits or ordinals, as substrings."""
    text = answer.lower()
    number = int(target) if target.isdigit() else 0
    if not 1 <= number <= len(ORDINALS):
        return False
    wanted = str(number) in text or ORDINALS[number - 1] in text
    others = (n for n in range(1, len(ORDINALS) + 1) if n != number)
    return wanted and not any(str(n) in text or ORDINALS[n - 1] in text for n in others)


def total(scores: Iterable[ItemScore | None]) -> TaskScore:
    """Points over all items; None stands for one without an answer."""
    scores = tuple(scores)
    given = [score for score in scores if score is not None]
    return TaskScore(
        right=sum(score.right for score in given), of=sum(score.of for score in given), missing=len(scores) - len(given)
    )


def short_aliases(items: Sequence[TaskItem]) -> int:
    """How many questions have an alias so short that it is found by chance."""
    return sum(any(len(alias) < SHORT_ALIAS for alias in aliases) for item in items for aliases in item.answers)


def keeps_form(parsed: Sequence[bool]) -> bool:
    """Whether a model may go on as a whole panel: not once five or more of its runs are known, and fewer than four in
    five of the last five kept to the form. Small models fail exactly here."""
    last = parsed[-GATE_ITEMS:]
    return len(parsed) < GATE_ITEMS or sum(last) / len(last) >= GATE_SHARE


def _after(raw: str, mark: str) -> tuple[str, bool]:
    found = re.search(re.escape(mark), raw)
    return (raw[found.end() :].strip(), True) if found else (raw, False)


def _mention(answer: str, aliases: Sequence[str]) -> str:
    text = answer.lower()
    return next((alias for alias in aliases if alias.lower() in text), "")
