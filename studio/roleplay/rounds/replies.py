"""From what a model wrote to a deed, a line, an influence, a state. Chinese answers are read as English ones are. Pure.

Bad answers cost nobody their turn: an unknown name is no target, a missing state leaves the old one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from studio.domain.value import Value
from studio.roleplay.reply import parse_reply

ACTION_CHARS = 300
SILENT = frozenset({"none", "nothing", "silence", "无", "沒有", "没有", "沉默", "n/a", ""})
_MARKS = " \t*_\"“”「」『』'`"
_BRACKETS = "[]【】 \t"


class Influence(Value):
    """Who an act affected, by id; empty for nobody but the actor. `impact`: what the target perceives of it."""

    target: str = ""
    impact: str = ""


class Whereabouts(Value):
    """Where somebody is and how they are; an empty text leaves it as it was."""

    position: str = ""
    condition: str = ""


class Surroundings(Value):
    """What changed about the scene; an empty text leaves it as it was."""

    time: str = ""
    place: str = ""
    description: str = ""


def clean(raw: str) -> str:
    """A model's answer without reasoning, fences and control marks."""
    return parse_reply(raw, "\0", ()).text


def parse_action(raw: str) -> str:
    """One deed: the first line, from after its last colon, without marks around it; empty where there is none."""
    line = next((line for line in clean(raw).splitlines() if line.strip()), "")
    deed = re.split(r"[:：]", line)[-1].strip().strip(_MARKS)
    return "" if deed.casefold().rstrip(".。") in SILENT else deed[:ACTION_CHARS].strip()


def parse_line(raw: str, speaker: str, others: tuple[str, ...]) -> str:
    """One spoken line: the first paragraph of the speaker's own; empty for silence."""
    text = parse_reply(raw, speaker, others).text
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    quoted = re.fullmatch(r"[\"“「]([^\"“”「」]+)[\"”」]", line)
    line = quoted[1].strip() if quoted else line
    return "" if line.casefold().strip(" .。[]()*\"'") in SILENT else line


def parse_reaction(raw: str, speaker: str, others: tuple[str, ...]) -> str:
    """What somebody does and says: the first paragraph of their own."""
    text = parse_reply(raw, speaker, others).text
    return next((line for line in text.splitlines() if line.strip()), "").strip()


def spoken(text: str) -> str:
    """What is said in a line: all that stands outside asterisks."""
    return " ".join(re.sub(r"\*[^*]*\*", " ", text).split())


def parse_influence(raw: str, names: Mapping[str, str]) -> Influence:
    """`[actor];;[target];;[impact]` with or without brackets. `names`: what a character is called → its id.

    A target nobody is called, or the actor itself, is no target.
    """
    for line in clean(raw).splitlines():
        fields = [field.strip().strip(_BRACKETS) for field in re.split(r";;|；；", line)]
        if len(fields) < 3:
            continue
        actor, target = _id(fields[0], names), _id(fields[1], names)
        impact = ";; ".join(fields[2:]).strip()
        if not target or target == actor or impact.casefold().rstrip(".。") in SILENT:
            return Influence()
        return Influence(target=target, impact=impact[:ACTION_CHARS])
    return Influence()


def parse_synopsis(raw: str, names: Mapping[str, str]) -> dict[str, str]:
    """Character id → its next deed, from lines `[name]: deed`. Whoever is not named has none."""
    found: dict[str, str] = {}
    for line in clean(raw).splitlines():
        called, colon, deed = re.sub(r"^[\s\-*\d.、]+", "", line).replace("：", ":").partition(":")
        id_ = _id(called, names)
        if colon and id_ and id_ not in found and deed.strip(_MARKS):
            found[id_] = deed.strip(_MARKS)[:ACTION_CHARS]
    return found


def parse_whereabouts(raw: str) -> Whereabouts:
    """`Position: …` and `State: …`, or 位置 and 状态, on one line or two."""
    labels = {"position": ("position", "位置"), "condition": ("state", "states", "condition", "状态", "狀態")}
    return Whereabouts(**_labelled(raw, labels))


def parse_surroundings(raw: str) -> Surroundings:
    """`Time: …`, `Location: …`, `Description: …`, or 时间, 地点, 描述."""
    labels = {
        "time": ("time", "时间", "時間"),
        "place": ("location", "place", "地点", "地點"),
        "description": ("description", "描述", "场景描述", "環境", "环境"),
    }
    return Surroundings(**_labelled(raw, labels))


def _labelled(raw: str, labels: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    field_of = {label: field for field, known in labels.items() for label in known}
    forms = "|".join(sorted(map(re.escape, field_of), key=len, reverse=True))
    label = rf"[\[*_\s]*\b({forms})\b[\]*_\s]*[:：]"
    pieces = re.split(rf"(?:^|\n|[;；,，.。]\s*){label}", "\n" + clean(raw), flags=re.IGNORECASE)
    found: dict[str, str] = {}
    for known, text in zip(pieces[1::2], pieces[2::2], strict=False):
        first = next((line for line in text.splitlines() if line.strip()), "")
        value = first.strip().strip("[]【】*_ \t;；")
        field = field_of[known.casefold()]
        if value and value.casefold().rstrip(".。") not in (*SILENT, "unchanged", "不变", "same"):
            found.setdefault(field, value[:ACTION_CHARS])
    return found


def _id(called: str, names: Mapping[str, str]) -> str:
    wanted = " ".join(called.strip().strip(_BRACKETS + _MARKS).split()).casefold()
    if not wanted:
        return ""
    for name, id_ in names.items():
        if wanted == name.casefold():
            return id_
    matching = {id_ for name, id_ in names.items() if wanted in name.casefold().split()}
    return matching.pop() if len(matching) == 1 else ""
