"""Regular expressions as lorebooks write them, `/…/flags` of JavaScript, run within a time limit.

A pattern comes from a file a stranger wrote. It is translated sign by sign, so that nothing but JavaScript's own syntax
reaches the matcher, its unrolled size is bounded before it is compiled (counted repeats nested in each other can ask
for gigabytes), and every search is cut off by the `regex` library's clock.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

LONGEST = 5000
MOST_NESTED = 50
LARGEST = 20_000
SEARCH_SECONDS = 0.03
ALL_SEARCHES_SECONDS = 0.15

_DELIMITED = re.compile(r"/(?P<body>(?:\\.|[^/\\])+)/(?P<flags>[a-z]*)", re.DOTALL)
_FLAGS = frozenset("dgimsuvy")
_QUANTIFIER = re.compile(r"\*\??|\+\??|\?\??|\{(?P<least>\d{1,9})(?P<range>,(?P<most>\d{0,9}))?\}\??")
_GROUP = re.compile(r"\((?:\?(?:[:=!]|<[=!]|<(?P<name>[A-Za-z_$][\w$]*)>))?")
_ESCAPE = re.compile(
    r"\\(?:(?P<same>[dDwWsSbBnrtf])|(?P<hex>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\})|c(?P<control>[A-Za-z])"
    r"|(?P<back>[1-9]\d?)|k<(?P<named>[A-Za-z_]\w*)>|(?P<property>[pP]\{[\w=]{1,60}\})|(?P<other>.))",
    re.DOTALL,
)
_OTHERS = {"0": r"\x00", "v": r"\x0b"}


class Compiled(Protocol):
    """What a compiled pattern offers."""

    def search(self, string: str, *, timeout: float) -> object | None:
        """The first match or None. Raises: TimeoutError."""


def is_regex(key: str) -> bool:
    """Whether a key is written as a regular expression: between slashes, with known flags and no bare slash inside."""
    found = _DELIMITED.fullmatch(key)
    return found is not None and _FLAGS.issuperset(found["flags"])


@lru_cache(maxsize=2048)
def fault(key: str) -> str:
    """Why a regular expression cannot be used; empty when it can."""
    compiled = _compiled(key)
    return compiled if isinstance(compiled, str) else ""


@dataclass
class Stopwatch:
    """Searches that share one allowance of time, in seconds of work. `cut`: the keys whose search was cut off."""

    allowance: float = ALL_SEARCHES_SECONDS
    spent: float = 0.0
    cut: set[str] = field(default_factory=set)

    def found(self, key: str, text: str) -> bool:
        """Whether the regular expression matches somewhere; False where it cannot be used or takes too long."""
        compiled = _compiled(key)
        if isinstance(compiled, str) or key in self.cut:
            return False
        begun = time.thread_time()
        try:
            if self.spent >= self.allowance:
                raise TimeoutError
            return compiled.search(text, timeout=min(SEARCH_SECONDS, self.allowance - self.spent)) is not None
        except (TimeoutError, MemoryError, RecursionError):
            self.cut.add(key)
            return False
        finally:
            self.spent += time.thread_time() - begun


class _Unusable(ValueError):
    """A pattern that is not to be compiled; the message says why."""


@lru_cache(maxsize=2048)
def _compiled(key: str) -> Compiled | str:
    """The pattern ready to search with, or why it cannot be used."""
    import regex  # type: ignore[import-untyped]

    found = _DELIMITED.fullmatch(key)
    if found is None or not _FLAGS.issuperset(found["flags"]):
        return "it is not written as /pattern/flags"
    flags = {"i": regex.IGNORECASE, "s": regex.DOTALL, "m": regex.MULTILINE}
    try:
        pattern = translated(found["body"], multiline="m" in found["flags"])
        options = sum(option for flag, option in flags.items() if flag in found["flags"])
        compiled: Compiled = regex.compile(pattern, options | regex.V0, cache_pattern=False)
    except _Unusable as why:
        return str(why)
    except (regex.error, ValueError, RecursionError, OverflowError, MemoryError):
        return "it is not a regular expression JavaScript would take"
    return compiled


def translated(body: str, *, multiline: bool = False) -> str:
    """A JavaScript pattern in the words of the `regex` library.

    Raises: ValueError with the reason for a pattern too long, too deep, too large, or not JavaScript's.
    """
    if len(body) > LONGEST:
        raise _Unusable(f"it is longer than {LONGEST:,} signs")
    return _Translation(body, multiline).text()


class _Translation:
    """One walk over a pattern. `sizes` holds, for each group open, the size of what it holds so far and of its last
    element: what the compiler copies for every repeat, and once more (measured)."""

    def __init__(self, body: str, multiline: bool) -> None:
        self.body = body
        self.end = r"$" if multiline else r"\Z"
        self.at = 0
        self.out: list[str] = []
        self.sizes: list[list[int]] = [[0, 0]]
        self.repeatable = False

    def text(self) -> str:
        """The whole translation."""
        while self.at < len(self.body):
            self._step(self.body[self.at])
        if len(self.sizes) > 1:
            raise _Unusable("a bracket is left open")
        self._bounded(self.sizes[0][0] + self.sizes[0][1])
        return "".join(self.out)

    def _step(self, sign: str) -> None:
        if sign == "\\":
            self._element(self._escape(inside=False))
        elif sign == "[":
            self._element(self._set())
        elif sign == "(":
            self._open()
        elif sign == ")":
            self._close()
        elif quantifier := _QUANTIFIER.match(self.body, self.at):
            self._repeat(quantifier)
        else:
            self.at += 1
            self._element({"$": self.end, "{": r"\{", "}": r"\}", "]": r"\]"}.get(sign, sign))
            self.repeatable = sign not in "^|"

    def _element(self, text: str) -> None:
        self.out.append(text)
        self.sizes[-1][0] += self.sizes[-1][1]
        self.sizes[-1][1] = 1
        self.repeatable = True

    def _open(self) -> None:
        group = _GROUP.match(self.body, self.at)
        if group is None or (group[0] == "(" and self.body.startswith("(?", self.at)) or "$" in (group["name"] or ""):
            raise _Unusable("it uses a kind of group JavaScript does not have")
        if len(self.sizes) > MOST_NESTED:
            raise _Unusable(f"its brackets nest deeper than {MOST_NESTED}")
        self.out.append(group[0])
        self.at += len(group[0])
        self.sizes.append([0, 0])
        self.repeatable = False

    def _close(self) -> None:
        if len(self.sizes) == 1:
            raise _Unusable("a bracket is closed that was never opened")
        self.at += 1
        self.out.append(")")
        inside = sum(self.sizes.pop())
        self.sizes[-1][0] += self.sizes[-1][1]
        self.sizes[-1][1] = max(inside, 1)
        self.repeatable = True

    def _repeat(self, quantifier: re.Match[str]) -> None:
        if not self.repeatable:
            raise _Unusable("there is nothing before a repeat")
        least = int(quantifier["least"] or 1)
        most = int(quantifier["most"] or 0) if quantifier["range"] else least
        if quantifier["most"] and most < least:
            raise _Unusable("a repeat counts downwards")
        self.sizes[-1][1] *= max(least, most) + 1
        self._bounded(self.sizes[-1][1])
        self.out.append(quantifier[0])
        self.at = quantifier.end()
        self.repeatable = False

    def _bounded(self, size: int) -> None:
        if size > LARGEST:
            raise _Unusable("its repeats multiply to something too large")

    def _escape(self, *, inside: bool) -> str:
        found = _ESCAPE.match(self.body, self.at)
        if found is None:
            raise _Unusable("it ends in a backslash")
        self.at = found.end()
        if found["hex"]:
            number = int(found["hex"].strip("xu{}"), 16)
            if number > 0x10FFFF:
                raise _Unusable("it names a character that does not exist")
            return _literal(chr(number))
        if found["control"]:
            return _literal(chr(ord(found["control"].upper()) - 64))
        if found["named"]:
            return f"(?P={found['named']})"
        if found["same"] == "b" and inside:
            return r"\x08"
        if found["back"] and inside:
            raise _Unusable("it refers back from within a set")
        return found[0] if found["same"] or found["back"] or found["property"] else self._other(found["other"])

    def _other(self, sign: str) -> str:
        return _OTHERS.get(sign) or _literal(sign)

    def _set(self) -> str:
        negated = self.body.startswith("[^", self.at)
        self.at += 2 if negated else 1
        parts: list[str] = []
        while self.at < len(self.body) and self.body[self.at] != "]":
            sign = self.body[self.at]
            if sign == "\\":
                parts.append(self._escape(inside=True))
                continue
            self.at += 1
            starts = bool(parts) and parts[-1] != "-" and parts[-2:-1] != ["-"]
            ranged = sign == "-" and starts and self.body[self.at : self.at + 1] not in ("]", "-", "")
            parts.append("-" if ranged else _literal(sign))
        if self.at >= len(self.body):
            raise _Unusable("a set is left open")
        self.at += 1
        if not parts:
            return r"(?s:.)" if negated else r"(?!)"
        return f"[{'^' if negated else ''}{''.join(parts)}]"


def _literal(sign: str) -> str:
    """A sign that means itself, inside a set as well as outside."""
    return sign if sign.isalnum() or sign == "_" or ord(sign) > 127 else f"\\x{ord(sign):02x}"
