"""One text told to somebody and about somebody. Pure.

The lexicon is written in the second person: `You keep* bees that taught ye patience.` A star marks a verb that bends
with its person, `ye` is you as an
object, `yall` you who are several. So one text gives both what a character is told about itself and what a
reader is told about the character.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from studio.domain.value import Value

_IRREGULAR = {"are": "is", "have": "has", "do": "does", "go": "goes", "were": "was"}
_OBJECT = re.compile(r"\b([Yy])(?:e|all)\b")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?\*?|.", re.DOTALL)


class Pronouns(Value):
    """How somebody is spoken of. `plural`: verbs after the pronoun bend as for many (`they keep`)."""

    subject: str
    object_: str
    possessive: str
    standalone: str
    reflexive: str
    plural: bool = False

    @property
    def label(self) -> str:
        """As on a card: `she/her`."""
        return f"{self.subject}/{self.object_}"


SHE = Pronouns(subject="she", object_="her", possessive="her", standalone="hers", reflexive="herself")
HE = Pronouns(subject="he", object_="him", possessive="his", standalone="his", reflexive="himself")
THEY = Pronouns(
    subject="they", object_="them", possessive="their", standalone="theirs", reflexive="themself", plural=True
)
BY_GENDER = {"female": SHE, "male": HE, "nonbinary": THEY}


def told_to(text: str) -> str:
    """The text as it is said to the person it is about."""
    return _OBJECT.sub(r"\1ou", text).replace("*", "")


def told_about(text: str, name: str, pronouns: Pronouns) -> str:
    """The text as it is said about the person: the first subject is their name, later ones the pronoun."""
    pieces: list[str] = []
    named = plural = after_subject = False
    for token in _TOKEN.findall(text):
        word = token.rstrip("*")
        low = word.casefold()
        told = word
        if low == "you":
            told, plural, named = (pronouns.subject, pronouns.plural, True) if named else (name, False, True)
        elif (token.endswith("*") and word) or (low == "were" and after_subject):
            told = word if plural else _bent(word)
        elif low == "ye":
            told = pronouns.object_
        elif low in _PLAIN:
            told = _PLAIN[low](pronouns)
        if not token.isspace():
            after_subject = low == "you"
        pieces.append(_cased(told, word) if told != word else word)
    return "".join(pieces)


_PLAIN: dict[str, Callable[[Pronouns], str]] = {
    "yall": lambda p: "them",
    "your": lambda p: p.possessive,
    "yours": lambda p: p.standalone,
    "yourself": lambda p: p.reflexive,
}


def _cased(told: str, like: str) -> str:
    return told[0].upper() + told[1:] if like[:1].isupper() else told


def _bent(verb: str) -> str:
    """The third person of a verb given in the plain form."""
    low = verb.casefold()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s" if low not in ("can", "will", "must", "may") else verb
