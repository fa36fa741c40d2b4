"""Words that mean somebody may be in danger: then help is shown, and role-play stops. Pure, no model, any language on
the list.

It errs towards showing help. It is a net with holes: it cannot know what is not said, and is no diagnosis.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal

from studio.domain.value import Value

Level = Literal["stop", "mention"]
ENGLISH = "en"
HARMLESS = re.compile(
    r"\bcut(?:ting)? myself (?:shaving|while|on (?:a|the|paper)|some|a slice|off|short|a break)|"
    r"\bhurt(?:ing)? myself (?:at|in|on|while|playing|running|climbing|falling)\b|"
    r"\b(?:not|never|wasn't|isn't|am not|i'm not|im not|not feeling|don't feel) suicidal\b|\bsuicide squad\b|"
    r"\bkill myself laughing\b|\bwant to die of (?:embarrassment|shame|laughter|boredom)\b"
)


class Alert(Value):
    """`stop`: said of oneself; role-play ends. `mention`: the word alone; help is shown and the talk may go on. `help`
    is the text to show, in `language`; `matched` is what was found."""

    level: Level
    language: str
    matched: str
    help: str


def alert(text: str, language: str = "") -> Alert | None:
    """What to do about a text somebody wrote; None for nothing. `language`: show the help in this one (`de`, `pt-BR`)
    where there is a text in it, else in that of the words found, else in English.

    Own words said of oneself win over a mere mention; fictional lines are no exception: a person may hide behind one.
    """
    plain = folded(text)
    for level in ("stop", "mention"):
        for code, pattern in _patterns(level):
            for found in pattern.finditer(plain):
                if not _harmless(plain, found.span()):
                    shown = help_text(language or code)
                    return Alert(level=level, language=shown[0], matched=found[0], help=shown[1])
    return None


def _harmless(text: str, span: tuple[int, int]) -> bool:
    return any(found.start() <= span[0] and span[1] <= found.end() + 1 for found in HARMLESS.finditer(text))


def help_text(language: str) -> tuple[str, str]:
    """The language whose text there is, and the text; English where there is none."""
    code = language.casefold().replace("_", "-").split("-")[0]
    texts = _texts()
    return (code, texts[code]) if code in texts else (ENGLISH, texts[ENGLISH])


def languages() -> tuple[str, ...]:
    """The languages there is a help text in."""
    return tuple(_texts())


def folded(text: str) -> str:
    """A text without letter case, accents, odd quotes or repeated blanks, for comparing."""
    straight = text.replace("’", "'").replace("`", "'").replace("ı", "i").replace("ł", "l").replace("Ł", "l")
    split = unicodedata.normalize("NFKD", straight.casefold())
    bare = "".join(char for char in split if not (unicodedata.combining(char) and ord(char) < 0x0370))
    return " ".join(unicodedata.normalize("NFC", bare).split())


@cache
def _patterns(level: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for code, own, phrases in _rows("crisis"):
        if own == level:
            forms = [re.escape(folded(phrase)) for phrase in phrases.split(";")]
            bound = r"\b" if code not in ("zh", "ja", "ko", "hi", "ar") else ""
            found.append((code, re.compile(f"{bound}(?:{'|'.join(forms)})")))
    return tuple(found)


@cache
def _texts() -> dict[str, str]:
    return {row[0]: row[1] for row in _rows("help")}


def _rows(name: str) -> list[list[str]]:
    text = files("studio.matching").joinpath(f"lexicon/{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [[part.strip() for part in line.split(" | ")] for line in lines]
