"""What a text is about: a list of everyday troubles and the words that name them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from studio.domain.value import Value


class Topic(Value):
    """A trouble people bring: its key, how it is said, and a pattern of words that name it."""

    key: str
    title: str
    pattern: str

    def found(self, text: str) -> int:
        """How many different words of the topic a text holds."""
        return len({match.casefold() for match in _compiled(self.pattern).findall(text.casefold())})


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of the file."""
    text = files("studio.matching").joinpath("lexicon/topics.txt").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            key, title, names = (part.strip() for part in line.split("|"))
            forms = "|".join(_form(name.strip()) for name in names.split(","))
            found.append(Topic(key=key, title=title, pattern=rf"\b(?:{forms})"))
    return tuple(found)


def _form(name: str) -> str:
    """A beginning of words as a pattern; one that ends in `.` is a whole word."""
    return rf"{re.escape(name[:-1])}\b" if name.endswith(".") else rf"{re.escape(name)}\w*"


def about(text: str, most: int = 3) -> Mapping[str, int]:
    """The topics a text is about → how many of their words it holds, most first; at most `most` of them."""
    counted = {topic.key: topic.found(text) for topic in topics()}
    best = sorted((key for key, count in counted.items() if count), key=lambda key: -counted[key])
    return {key: counted[key] for key in best[:most]}


def title_of(key: str) -> str:
    """How a topic is said: `exams and learning`."""
    return next((topic.title for topic in topics() if topic.key == key), key)
