"""What a situation holds, read without a model. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from pydantic import Field

from studio.domain.event import BOOKKEEPING, Kind
from studio.domain.transcript import Transcript
from studio.domain.value import Value

TURNS_READ = 2
TEXT_CHARS = 600
_CUES = {
    "task": r"deadline|due|must|hurry|now!|order|report|count|check|finish|fix|plan|list|step|exact|exam|minute|hour|"
    r"\d+|work|task|job|measure|repair|quick|before (?:dawn|noon|midnight)|carefully",
    "social": r"hello|welcome|thank|please|sorry|friend|laugh|joke|smil|kiss|danc|quarrel|shout|argu|liar|insult|"
    r"confess|cry|tears|love|hate|praise|flatter|charming|secret|together|everybody|guest|toast|you\b.*[!?]",
    "role": r"rule|law|king|queen|captain|judge|master|servant|boss|board|committee|inspector|officer|guard|audience|"
    r"court|church|ceremony|oath|vow|school|before (?:guests|the whole|everybody)|sir|madam|rank|order!",
}
_WORD = re.compile(r"[a-z']+")
_COMMON = """the a an and or but of to in on at for with as is are was were be been it its this that these those i my me
you your he his she her they their we our us them him not so just if then there here do does did have has had can could
would will what how who"""
COMMON = frozenset(_COMMON.split())
"""Words that say nothing of a situation."""


class Cues(Value):
    """How much a situation is about a task, about people, about roles and rules; 0–1 each."""

    task: float = Field(default=0, ge=0, le=1)
    social: float = Field(default=0, ge=0, le=1)
    role: float = Field(default=0, ge=0, le=1)

    def named(self) -> tuple[tuple[str, float], ...]:
        """Each cue with a name for a reader."""
        return (("a task", self.task), ("people", self.social), ("roles and rules", self.role))


def cues_of(text: str) -> Cues:
    """The cues of an English text: a first sign of one counts for half, each further one for half of what is left."""
    lowered = text.lower()
    found = {name: len(_signs(name).findall(lowered)) for name in _CUES}
    return Cues(**{name: 1 - 0.5**count for name, count in found.items()})


@cache
def _signs(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_CUES[name]})")


def words(text: str) -> list[str]:
    """The words of an English text that say something, lower-cased."""
    return [word for word in _WORD.findall(text.lower()) if word not in COMMON]


def hashed(tokens: Iterable[str], seed: int, dimensions: int) -> dict[int, int]:
    """How often each of `dimensions` places is hit; the same in every process."""
    counted = Counter(tokens)
    places: dict[int, int] = {}
    for token, count in counted.items():
        digest = hashlib.blake2b(f"{seed}:{token}".encode(), digest_size=8).digest()
        place = int.from_bytes(digest, "big") % dimensions
        places[place] = places.get(place, 0) + count
    return places


def situation_of(transcript: Transcript, character: str) -> str:
    """The situation as one character perceives it: the setting, the last two turns, the topic. Nothing it missed."""
    scene = transcript.session.scene
    perceived = [
        event.text
        for event in transcript.witnessed_by(character)
        if event.kind not in BOOKKEEPING and event.kind is not Kind.THOUGHT
    ]
    setting = scene.setting or scene.premise
    told = [setting[:TEXT_CHARS], *(text[:TEXT_CHARS] for text in perceived[-TURNS_READ:]), *scene.topics[:1]]
    return "\n".join(text for text in told if text.strip())
