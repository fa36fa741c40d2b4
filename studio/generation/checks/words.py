"""Words that should not be there: for the reader, from a machine, or left over from another program."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from studio.cards.macros import MacroNames, expand
from studio.cards.played import called
from studio.generation.checks.finding import NOON, Case, Finding, Passage, Severity, shown

_USER = r"(?:\{\{\s*user\s*\}\}|<user>)"
_VERBS = (
    "says?|said|asks?|asked|repl(?:y|ies|ied)|answers?|answered|whispers?|whispered|shouts?|shouted|nods?|nodded|smiles?|"
    "smiled|laughs?|laughed|sighs?|sighed|blush(?:es|ed)?|thinks?|thought|feels?|felt|decides?|decided|agrees?|agreed|"
    "realizes?|realized|realises?|realised|kiss(?:es|ed)?|hugs?|hugged|reach(?:es|ed)?|grabs?|grabbed|steps?|stepped|"
    "walks?|walked|takes?|took|gasps?|gasped|stares?|stared|shivers?|shivered"
)
_BY_NAME = re.compile(rf"{_USER}\s+(?:\w+ly\s+)?(?:{_VERBS})\b", re.IGNORECASE)
_TAG = re.compile(rf"^\s*(?:\*\*)?(?:{_USER}|you|user)(?:\*\*)?\s*:\s*\S", re.IGNORECASE | re.MULTILINE)
_BY_PRONOUN = re.compile(rf"(?<![\w'’])you\s+(?:\w+ly\s+)?(?:{_VERBS})\b(?!\s*\?)", re.IGNORECASE)
_FREE = re.compile(
    r"\b(?:do|did|does|if|when|whatever|what|as|before|until|should|would|could|will|can|may|might|must|unless|let|"
    r"watch(?:es|ing)?|see(?:s|ing)?|makes?|helps?|have|had|to)\s+$",
    re.IGNORECASE,
)
_ACTION = re.compile(r"\*[^*]+\*")
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_MACRO = re.compile(r"\{\{[^{}]{0,200}\}\}|<(?:user|char|bot)>", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\[(?:insert|your|name|add|todo|placeholder)[^\]]{0,40}\]|\bTODO\b|\bTBD\b|\blorem ipsum\b|\bXXX+\b|<START>",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\bas an ai\b|\bas a (?:large )?language model\b|\bi(?:['’]m| am) (?:sorry, but i|unable to) (?:can|assist|help)"
    r"|\b(?:sure|certainly)[,!] here(?:['’]s| is)\b|\bi hope this helps\b",
    re.IGNORECASE,
)
_ENDS = tuple(".!?…\"”’'*)]")
LONG_ENOUGH = 80
"""Characters from which a text is expected to end in a full stop."""


def speaking_for_the_reader(case: Case) -> Iterator[Finding]:
    """Text that says, does or feels something in place of whoever plays opposite."""
    for passage in (*case.openings, *case.lines):
        found = _TAG.search(passage.text) or _BY_NAME.search(passage.text)
        if found:
            yield _for_the_reader(passage, found[0], Severity.ERROR)
        elif found := _narrated_you(passage.text):
            yield _for_the_reader(passage, found[0], Severity.WARNING)
    for passage in case.descriptions:
        if found := _BY_NAME.search(passage.text):
            yield _for_the_reader(passage, found[0], Severity.WARNING)


def _for_the_reader(passage: Passage, words: str, severity: Severity) -> Finding:
    return Finding(
        check="speaking_for_the_reader",
        field=passage.field,
        severity=severity,
        message=f"{shown(words, 40)} decides for the person who plays opposite. Say what the character does, and leave "
        "the answer open.",
    )


def _narrated_you(text: str) -> re.Match[str] | None:
    """'You smile' told, not spoken: between asterisks, or outside quotation marks where there are any."""
    spans = _ACTION.findall(text)
    if _QUOTED.search(text):
        spans.append(_QUOTED.sub(" ", text))
    for span in spans:
        for found in _BY_PRONOUN.finditer(span):
            if not _FREE.search(span[: found.start()]):
                return found
    return None


def leftover(case: Case) -> Iterator[Finding]:
    """Macros nothing here knows, placeholders nobody filled in, and what a machine says of itself."""
    names = MacroNames(char=called(case.character), user="you")
    for passage in case.passages:
        left = expand(passage.text, names, rng=random.Random(0), clock=lambda: NOON)
        macros = sorted({match[0] for match in _MACRO.finditer(left)})
        if macros:
            yield Finding(
                check="leftover",
                field=passage.field,
                severity=Severity.WARNING,
                message=f"{', '.join(macros[:3])} means nothing here and is read as it stands. Write the words.",
            )
        if found := _PLACEHOLDER.search(passage.text):
            yield Finding(
                check="leftover",
                field=passage.field,
                severity=Severity.WARNING,
                message=f"{shown(found[0])} was left to be filled in. Fill it in, or delete it.",
            )
        if found := _MACHINE.search(passage.text):
            yield Finding(
                check="leftover",
                field=passage.field,
                severity=Severity.ERROR,
                message=f"{shown(found[0])} is a model speaking of itself. Delete it, and write this part again.",
            )


def broken_off(case: Case) -> Iterator[Finding]:
    """A long text that stops in the middle of a sentence."""
    for passage in (*case.openings, *case.descriptions):
        text = passage.text.rstrip()
        if len(text) > LONG_ENOUGH and passage.field in ("greeting", "backstory") and not text.endswith(_ENDS):
            yield Finding(
                check="broken_off",
                field=passage.field,
                severity=Severity.HINT,
                message=f"It ends in {shown(text[-20:])}, without a full stop. Was it cut off? Finish the sentence.",
            )
