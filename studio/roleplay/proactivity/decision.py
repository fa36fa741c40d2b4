"""What somebody makes of a moment: a thought, how needed it is to speak, and the tools for it. Pure."""

from __future__ import annotations

import re

from pydantic import ValidationError

from studio.domain.value import Value
from studio.roleplay.proactivity.scoring import literal
from studio.roleplay.reply import storable

LEAST, MOST = 1, 5
THOUGHT_CHARS = 600
CALLS = 8
_THINK = re.compile(r"<think(?:ing)?>(.*?)(?:</think(?:ing)?>|<\\think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_INDEX = re.compile(r"proactive[ _]index\W{0,6}(true|false|medium)", re.IGNORECASE)
_SCORE = re.compile(r"proactive[ _]score\W{0,6}(\d+)", re.IGNORECASE)
_TOOLS = re.compile(r"##\s*tool calling\s*:?\s*", re.IGNORECASE)
_ACTIONS = re.compile(r"##\s*actions?\s*:?\s*(.*?)(?=##|\Z)", re.DOTALL | re.IGNORECASE)


class Call(Value):
    """A tool and its arguments."""

    name: str
    parameters: dict[str, object] = {}


class Proposal(Value):
    """What was decided. `score`: 1–5, None where none can be read; `index`: the same in a word; `unreadable`: tools
    were named in a form that cannot be read, so none is run."""

    thought: str = ""
    score: int | None = None
    index: str = ""
    action: str = ""
    calls: tuple[Call, ...] = ()
    unreadable: bool = False

    def acts(self, threshold: float) -> bool:
        """Whether the need reaches the threshold; a missing score is silence."""
        return self.score is not None and self.score >= threshold


def parse_proposal(raw: str) -> Proposal:
    """A model's answer: a think block, then index, score, actions and tool calls, each of which may be missing."""
    raw = storable(raw)
    thought = _THINK.search(raw)
    told = _THINK.sub("", raw, count=1) if thought else raw
    index, score, action = _INDEX.search(told), _SCORE.search(told), _ACTIONS.search(told)
    calls, unreadable = _calls(told)
    number = int(score[1][:3]) if score else None
    return Proposal(
        thought=" ".join((thought[1] if thought else "").split())[:THOUGHT_CHARS],
        score=number if number is not None and LEAST <= number <= MOST else None,
        index=index[1].lower() if index else "",
        action="" if action is None or action[1].strip() in ("", "None") else action[1].strip()[:THOUGHT_CHARS],
        calls=calls,
        unreadable=unreadable,
    )


def _calls(told: str) -> tuple[tuple[Call, ...], bool]:
    found = _TOOLS.search(told)
    if found is None:
        return (), False
    listed = re.sub(r"^```\w*\s*|\s*```\s*$", "", told[found.end() :].strip())
    if not listed or re.match(r"none\b", listed, re.IGNORECASE):
        return (), False
    end = listed.rfind("]")
    try:
        return tuple(_call(one) for one in literal(listed[: end + 1]))[:CALLS], False
    except (ValueError, KeyError, ValidationError):
        return (), True


def _call(told: dict[str, object]) -> Call:
    parameters = told.get("parameters")
    given = {str(key): value for key, value in parameters.items()} if isinstance(parameters, dict) else {}
    return Call(name=str(told["name"]), parameters=given)
