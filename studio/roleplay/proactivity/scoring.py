"""How well a proactive assistant decides and chooses its tools: the measures of ContextAgentBench. Pure.

Source: ContextAgent (NeurIPS 2025), section 5, and its released scorer; https://arxiv.org/abs/2505.14668
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from studio.domain.value import Value
from studio.errors import Invalid

NEEDED = 3
LITERAL_CHARS = 20_000
NO_TOOLS = frozenset({"None"})
UNREADABLE = frozenset({"Error"})


class ToolResult(BaseModel):
    """A tool that was run, and what it said."""

    model_config = ConfigDict(extra="ignore")

    tool_name: str
    results: object = ""


class Prediction(BaseModel):
    """What an assistant decided for one item, as the published prediction files hold it."""

    model_config = ConfigDict(extra="ignore")

    proactive_score: str = ""
    tools: str = "None"
    tools_results: list[ToolResult] = Field(default_factory=list)

    @field_validator("proactive_score", "tools", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    @field_validator("tools_results", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        return value if isinstance(value, list) else []


class Item(BaseModel):
    """One item of the benchmark: its gold decision, and perhaps a prediction."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    category: str = Field(default="", alias="Category")
    context: str = Field(default="", alias="Context information")
    personas: list[str] = Field(default_factory=list, alias="Personas")
    index: str = Field(default="", alias="Proactive index")
    score: str = Field(default="", alias="Proactive score")
    tools: str = Field(default="None", alias="Tools")
    predictions: Prediction | None = None

    @field_validator("score", "index", "tools", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return value if isinstance(value, str) else json.dumps(value)

    @property
    def needed(self) -> bool:
        """Whether help is wanted: a score of 3 or more, or an index of `medium`."""
        return needed(self.score) or self.index.strip().lower() == "medium"

    @property
    def level(self) -> int:
        """How many tools the gold answer takes: 1 for at most one, 2 for two, 3 for more."""
        names = tool_names(self.tools)
        return min(3, max(1, len(names)))


class Metrics(Value):
    """All are shares of 0–1 but `rmse`, over all `n` items. `accuracy`: decisions right; `missed` and `false_alarms`:
    needed but silent, and the reverse; `score_accuracy`: the very score; `arguments`: tool calls that worked."""

    n: int
    accuracy: float
    missed: float
    false_alarms: float
    score_accuracy: float
    rmse: float
    precision: float
    recall: float
    f1: float
    arguments: float


def load_items(text: str) -> dict[str, Item]:
    """The items of a benchmark or prediction file by name.

    Raises: Invalid for a file that is none.
    """
    try:
        found = json.loads(text)
        return {str(name): Item.model_validate(item) for name, item in found.items()}
    except (ValueError, AttributeError, ValidationError) as error:
        raise Invalid(f"This is no ContextAgent file: {error!s:.200}") from error


def needed(score: str) -> bool:
    """Whether a score calls for help; one that cannot be read does not."""
    return (number_of(score) or 0) >= NEEDED


def number_of(score: str) -> int | None:
    """A score as a number; None where it is none."""
    try:
        return int(score)
    except ValueError:
        return None


def tool_names(tools: str) -> frozenset[str]:
    """The names in a list of tools; `None` for no tools, `Error` for a list that cannot be read."""
    if tools.strip() in ("", "None", "null"):
        return NO_TOOLS
    try:
        names = frozenset(str(tool["name"]) for tool in literal(tools))
    except (ValueError, TypeError, KeyError):
        return UNREADABLE
    return names or NO_TOOLS


def literal(text: str) -> list[dict[str, object]]:
    """A list of objects written as JSON or, as some models do, as Python.

    Raises: ValueError for anything else.
    """
    if len(text) > LITERAL_CHARS:
        raise ValueError(f"it has more than {LITERAL_CHARS} characters")
    found: object = None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text.strip())
            break
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("it is no list of objects")
    return found


def unreadable(items: Mapping[str, Item]) -> tuple[str, ...]:
    """The names of items whose gold list of tools cannot be read."""
    return tuple(sorted(name for name, item in items.items() if tool_names(item.tools) == UNREADABLE))


def score_predictions(items: Mapping[str, Item]) -> Metrics:
    """The measures over all items; one without a prediction counts as silence.

    Raises: Invalid without items.
    """
    if not items:
        raise Invalid("There is nothing to score: the file holds no items.")
    rows = [(item, item.predictions or Prediction()) for item in items.values()]
    wanted = [item.needed for item, _ in rows]
    given = [needed(prediction.proactive_score) for _, prediction in rows]
    names = [overlap(tool_names(item.tools), tool_names(prediction.tools)) for item, prediction in rows]
    gaps = [(number_of(item.score) or 0) - (number_of(prediction.proactive_score) or 0) for item, prediction in rows]
    errors, counts = _arguments(rows)
    return Metrics(
        n=len(rows),
        accuracy=_mean([a == b for a, b in zip(wanted, given, strict=True)]),
        missed=_mean([a and not b for a, b in zip(wanted, given, strict=True)]),
        false_alarms=_mean([b and not a for a, b in zip(wanted, given, strict=True)]),
        score_accuracy=_mean([item.score == prediction.proactive_score for item, prediction in rows]),
        rmse=math.sqrt(_mean([gap * gap for gap in gaps])),
        precision=_mean([precision for precision, _, _ in names]),
        recall=_mean([recall for _, recall, _ in names]),
        f1=_mean([f1 for _, _, f1 in names]),
        arguments=1 - errors / counts if counts else 1.0,
    )


def by_level(items: Mapping[str, Item]) -> dict[int, Metrics]:
    """The measures apart for items whose gold answer takes at most one, two, or more tools."""
    levels = sorted({item.level for item in items.values()})
    return {
        level: score_predictions({name: item for name, item in items.items() if item.level == level})
        for level in levels
    }


def overlap(gold: frozenset[str], predicted: frozenset[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a set of names."""
    hit = len(gold & predicted)
    precision, recall = hit / len(predicted), hit / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def _arguments(rows: Sequence[tuple[Item, Prediction]]) -> tuple[int, int]:
    """Errors and counts of tool calls: a miss is one of each; a call is wrong that nobody asked for or that failed."""
    errors = counts = 0
    for item, prediction in rows:
        if item.needed and not needed(prediction.proactive_score):
            errors, counts = errors + 1, counts + 1
        gold = tool_names(item.tools)
        for run in prediction.tools_results:
            counts += 1
            errors += run.tool_name not in gold or "error" in str(run.results).lower()
    return errors, counts


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
