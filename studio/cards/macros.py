"""Macros of imported cards and lore: a closed list, replaced in one pass over the text they stand in.

What a macro puts in is never read again, so that no name, message or variable can smuggle in a macro. Arguments may
hold macros; they are read where they stand in the text. An unknown macro, or one whose arguments make no sense, stays
as it is written. Nesting, the length of what is put in and the number of variables are bounded.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from studio.cards.macro_parts import MOST_NESTED, Macro, Part, blocks, parsed, split, trimmed
from studio.cards.moments import DATE, TIME, formatted, span
from studio.domain.value import Value

MOST_VARIABLES = 1000
LONGEST_VALUE = 20_000
LIMIT = 200_000
"""How many characters macros may put into a text in all."""

_COMMA = re.compile(r"(?<!\\),")
_DICE = re.compile(r"(?P<count>\d{0,4})d(?P<sides>\d{1,6})(?P<plus>[+-]\d{1,6})?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_NO = frozenset({"", "0", "false", "off"})


class MacroNames(Value):
    """What macros stand for, told as it is to be read: macros in it are not replaced. `greetings`: the first message,
    then the alternate ones. `last_at`: when somebody last wrote. `outlets`: the texts of named places."""

    char: str = ""
    user: str = ""
    group: str = ""
    group_not_muted: str = ""
    not_char: str = ""
    original: str = ""
    description: str = ""
    personality: str = ""
    scenario: str = ""
    persona: str = ""
    examples: str = ""
    char_prompt: str = ""
    char_instruction: str = ""
    char_depth_prompt: str = ""
    greetings: tuple[str, ...] = ()
    last_message: str = ""
    last_user_message: str = ""
    last_char_message: str = ""
    last_message_id: int | None = None
    last_at: datetime | None = None
    summary: str = ""
    model: str = ""
    max_prompt: int | None = None
    outlets: dict[str, str] = {}


def expand(
    text: str,
    names: MacroNames,
    *,
    rng: random.Random,
    clock: Callable[[], datetime],
    variables: MutableMapping[str, str] | None = None,
    global_variables: MutableMapping[str, str] | None = None,
    chat: str = "",
    limit: int = LIMIT,
) -> str:
    """The text with its macros replaced; at most `limit` characters longer than it was.

    `variables` and `global_variables` are written by `setvar` and its kin. `chat`: what `pick` is to be stable for.
    `clock`: a time in the zone dates are to be told in.
    """
    if "{{" not in text and "<" not in text:
        return text
    own = {} if variables is None else variables
    shared = {} if global_variables is None else global_variables
    return _Expansion(text, names, rng, clock, own, shared, chat, limit).text(parsed(text))


_COLONS = re.compile("::")


class _Expansion:
    """One text on its way out."""

    def __init__(
        self,
        source: str,
        names: MacroNames,
        rng: random.Random,
        clock: Callable[[], datetime],
        variables: MutableMapping[str, str],
        global_variables: MutableMapping[str, str],
        chat: str,
        limit: int,
    ) -> None:
        self.source, self.names, self.rng, self.clock = source, names, rng, clock
        self.variables, self.global_variables = variables, global_variables
        self.chat, self.room = chat, limit
        self.depth = 0
        self.original = names.original

    def text(self, parts: Sequence[Part]) -> str:
        """The parts as they read now."""
        return self._told(parts, blocks(parts), 0, len(parts))

    def _told(self, parts: Sequence[Part], pairs: Mapping[int, tuple[int, int]], at: int, end: int) -> str:
        out: list[str | None] = []
        while at < end:
            part = parts[at]
            if isinstance(part, str):
                out.append(part)
            elif at in pairs:
                out.append(self._block(parts, pairs, at))
                at = pairs[at][1]
            else:
                out.append(None if part.name == "trim" and not part.arguments else self._macro(part))
            at += 1
        return trimmed(out)

    def _block(self, parts: Sequence[Part], pairs: Mapping[int, tuple[int, int]], at: int) -> str:
        otherwise, end = pairs[at]
        opening, closing = parts[at], parts[end]
        assert isinstance(opening, Macro) and isinstance(closing, Macro)
        if self.depth >= MOST_NESTED:
            return self.source[opening.start : closing.end]
        self.depth += 1
        if self._holds(opening.arguments):
            told = self._told(parts, pairs, at + 1, otherwise)
        else:
            told = self._told(parts, pairs, min(otherwise + 1, end), end)
        self.depth -= 1
        return told

    def _holds(self, condition: Sequence[Part]) -> bool:
        told = self.text(condition).strip()
        negated = told.startswith("!")
        word = told.lstrip("! ")
        if all(isinstance(part, str) for part in condition) and (value := self._value(word.lower())) is not None:
            word = value.strip()
        return (word.lower() in _NO) is negated

    def _macro(self, macro: Macro) -> str:
        """What stands for one macro: its value, nothing, or its own text."""
        name, arguments = macro.name, macro.arguments
        if name in _SILENT:
            return ""
        if name == "reverse" and arguments:
            return self.text(arguments)[::-1]
        if name in ("random", "pick") and arguments:
            return self._choice(macro)
        written = self.source[macro.start : macro.end]
        if name in _ASKING and arguments:
            value = self._asked(name, [self.text(piece) for piece in split(arguments, _COLONS)])
        elif (value := None if arguments else self._value(name)) is None:
            return f"{{{{{self.text(macro.parts)}}}}}"
        if value is None or len(value) > self.room:
            return written
        self.room -= len(value)
        return value

    def _choice(self, macro: Macro) -> str:
        """One of a list, set apart by `::` or by commas; only the chosen one is read."""
        pieces = split(macro.arguments, _COLONS)
        by_comma = len(pieces) == 1
        if by_comma:
            pieces = split(macro.arguments, _COMMA)
        place = f"{self.chat}\x1f{zlib.crc32(self.source.encode(errors='replace'))}\x1f{macro.start}"
        chosen = self.text((random.Random(place) if macro.name == "pick" else self.rng).choice(pieces))
        return chosen.strip().replace("\\,", ",") if by_comma else chosen

    def _value(self, name: str) -> str | None:
        """What a macro without arguments stands for; None when there is no such macro."""
        names = self.names
        if name in _TEXTS:
            return str(getattr(names, _TEXTS[name]))
        match name:
            case "newline":
                return "\n"
            case "charifnotgroup":
                return names.group or names.char
            case "original":
                told, self.original = self.original, ""
                return told
            case "lastmessageid":
                return "" if names.last_message_id is None else str(names.last_message_id)
            case "maxprompt":
                return "" if names.max_prompt is None else str(names.max_prompt)
            case "charfirstmessage":
                return names.greetings[0] if names.greetings else ""
            case "idleduration" | "idle_duration":
                return span(self.clock() - names.last_at) if names.last_at else "just now"
        if name in _TIMES:
            return formatted(self.clock(), _TIMES[name])
        if name.startswith("time_utc") and abs(hours := int(name.removeprefix("time_utc"))) < 24:
            return formatted(self.clock().astimezone(timezone(timedelta(hours=hours))), TIME)
        return None

    def _asked(self, name: str, told: list[str]) -> str | None:
        """What a macro with arguments stands for; None when they make no sense."""
        first = told[0].strip()
        match name:
            case "roll":
                return self._rolled(first)
            case "datetimeformat":
                return formatted(self.clock(), "::".join(told).strip()[:200])
            case "charfirstmessage":
                found = first.isdecimal() and len(first) < 6 and int(first) < len(self.names.greetings)
                return self.names.greetings[int(first)] if found else None
            case "outlet":
                return self.names.outlets.get(first, "")
        store = self.global_variables if "global" in name else self.variables
        return _variable(store, name.replace("global", "")[:3], first, told[1] if len(told) > 1 else None)

    def _rolled(self, formula: str) -> str | None:
        dice = _DICE.fullmatch(f"1d{formula}" if formula.isdecimal() else formula)
        if dice is None or int(dice["sides"]) < 1 or int(dice["count"] or 1) > 1000:
            return None
        thrown = sum(self.rng.randint(1, int(dice["sides"])) for _ in range(int(dice["count"] or 1)))
        return str(thrown + int(dice["plus"] or 0))


_SILENT = frozenset({"//", "comment", "hidden_key", "noop"})
_ASKING = frozenset({"roll", "datetimeformat", "charfirstmessage", "outlet"}).union(
    f"{verb}{kind}var" for verb in ("get", "set", "add", "inc", "dec") for kind in ("", "global")
)
_TIMES = MappingProxyType({"time": TIME, "date": DATE, "weekday": "dddd", "isotime": "HH:mm", "isodate": "YYYY-MM-DD"})
_TEXTS = MappingProxyType(
    {
        "char": "char",
        "bot": "char",
        "user": "user",
        "group": "group",
        "groupnotmuted": "group_not_muted",
        "notchar": "not_char",
        "description": "description",
        "personality": "personality",
        "scenario": "scenario",
        "persona": "persona",
        "mesexamples": "examples",
        "charprompt": "char_prompt",
        "charinstruction": "char_instruction",
        "charjailbreak": "char_instruction",
        "chardepthprompt": "char_depth_prompt",
        "lastmessage": "last_message",
        "lastusermessage": "last_user_message",
        "lastcharmessage": "last_char_message",
        "summary": "summary",
        "model": "model",
    }
)


def _variable(store: MutableMapping[str, str], verb: str, name: str, value: str | None) -> str | None:
    """Read or write a variable; what stands for the macro then."""
    if not name or (verb != "get" and (len(name) > 200 or (name not in store and len(store) >= MOST_VARIABLES))):
        return None
    old = store.get(name, "")
    if verb == "get":
        return old
    if verb in ("inc", "dec"):
        value = "1" if verb == "inc" else "-1"
    if value is None:
        return None
    new = value if verb == "set" else _added(old, value)
    if len(new) > LONGEST_VALUE:
        return None
    store[name] = new
    return new if verb in ("inc", "dec") else ""


def _added(old: str, more: str) -> str:
    """The sum of two numbers, or one text after the other."""
    if not (_NUMBER.fullmatch(old or "0") and _NUMBER.fullmatch(more)):
        return old + more
    total = round(float(old or 0) + float(more), 9)
    return str(int(total)) if total.is_integer() else str(total)
