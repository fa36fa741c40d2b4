"""What a hearer takes away from an event: in which words, and how much it matters. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, Event, Kind
from studio.domain.session import Session
from studio.memory.retrieval import is_idle

MEMORY_CHARS = 1200
MUNDANE, LIFE_CHANGING = 1.0, 10.0

_VERBS = {Kind.SPEECH: "said", Kind.ACTION: "did", Kind.THOUGHT: "thought", Kind.WHISPER: "whispered"}
_BASE = {
    Kind.SPEECH: 3,
    Kind.ACTION: 3,
    Kind.THOUGHT: 3,
    Kind.NARRATION: 4,
    Kind.LEAVE: 4,
    Kind.ENTER: 5,
    Kind.WHISPER: 5,
    Kind.RULING: 7,
}
_NEUTRAL = frozenset({"", "neutral", "calm", "none"})


def _stems(words: str) -> re.Pattern[str]:
    alternatives = "|".join(word.replace("*", r"\w*") for word in words.split())
    return re.compile(rf"\b(?:{alternatives})\b")


_EMOTION = _stems(
    "love loved lover* loves loving hate* hating afraid fear* terrif* panic* scared ashamed shame guilt* grief griev*"
    " mourn* cry* cried tears sob* weep* wept joy* overjoyed delight* thrill* happi* heartbr* jealous* envy envious"
    " furious rage* anger angry desperat* despair* hope* lonel* miss* proud pride sorry regret* disgust* humiliat*"
    " adore* trembl* shiver* scream*"
)
_CONFLICT = _stems(
    "kill* murder* dead death die* dying blood* wound* hurt* attack* fight* fought hit struck punch* stab* shoot* shot"
    " gun* knife weapon* threat* warn* danger* betray* accus* blame* lie lies lied liar lying cheat* steal* stole*"
    " theft thief argu* quarrel* refus* revenge enemy enemies fired divorc* arrest* escap* destroy*"
)
_CONFIDENCE = _stems(
    "secret* confess* admit* promise* swear* swore vow* oath trust* truth reveal* hid hidden hiding conceal* private*"
    " whisper* discover* inherit* marry* married wedding pregnan* propose* forgive* debt*"
)
_WORDS = re.compile(r"[\w']+")
_SMALL_TALK = frozenset(
    _WORDS.findall(
        "a ah alright and bye coffee cup day evening fine for good goodbye goodnight hello hey hi hm hmm how i"
        " indeed is it its lovely morning nice no nod nods of oh ok okay pleasant please quite rain really right see"
        " shrug shrugs sit smile smiles some so sun sunny sure tea thank thanks that the then there this to today too"
        " very warm cold"
        " weather welcome well what with yeah yes you your are"
    )
)


def hearers(event: Event) -> tuple[str, ...]:
    """Who remembers an event: the characters in its audience. Nobody remembers the director's bookkeeping."""
    if event.kind in BOOKKEEPING:
        return ()
    return tuple(dict.fromkeys(hearer for hearer in event.audience if hearer not in (NARRATOR, DIRECTOR)))


def perceived(event: Event, session: Session, hearer: str = "") -> str:
    """How a hearer would put what happened, in the first person where it was their own doing; without a hearer, as
    anybody else would. Cut at `MEMORY_CHARS`; empty when there is nothing to put."""
    text = " ".join(event.text.split())
    if event.kind in (Kind.ENTER, Kind.LEAVE) and not text:
        who = str(event.parts.get("character", event.actor))
        moved = "came in" if event.kind is Kind.ENTER else "left"
        text = f"{'I' if who == hearer else session.name_of(who)} {moved}."
    elif text and event.actor == DIRECTOR:
        text = f"An inner voice said: {text}"
    elif text and event.actor != NARRATOR and event.kind in _VERBS:
        text = f"{'I' if event.actor == hearer else session.name_of(event.actor)} {_VERBS[event.kind]}: {text}"
    return text if len(text) <= MEMORY_CHARS else text[: MEMORY_CHARS - 1].rstrip() + "…"


def names_in(text: str, session: Session) -> frozenset[str]:
    """The ids of the members of the cast whom a text names, by full or first name."""
    found = _name_pattern(tuple((member.id, member.name) for member in session.cast))
    return frozenset(id_ for id_, pattern in found if pattern.search(text))


@lru_cache(maxsize=64)
def _name_pattern(cast: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (id_, re.compile(rf"(?<!\w)(?:{re.escape(name)}|{re.escape(name.split()[0])})(?!\w)")) for id_, name in cast
    )


def importance_of(event: Event, *, first_named: bool = False) -> float:
    """How much an event matters to those who perceived it, from 1 (brushing teeth) to 10 (life-changing).

    The event's own salience where the actor gave one. Else by rules: what kind it is (a ruling 7, speech 3), and then
    strong feeling +2, conflict +2, secrets and promises +2, somebody named for the first time +2, a question +1, an
    emotion noted +1. Small talk with none of these is 1; so is whatever is idle.
    """
    if event.salience is not None:
        return float(event.salience)
    if is_idle(event.text):
        return MUNDANE
    text = event.text.lower()
    moved = sum(bool(pattern.search(text)) for pattern in (_EMOTION, _CONFLICT, _CONFIDENCE)) + first_named
    points = _BASE.get(event.kind, 3) + 2 * moved
    if event.emotion.lower() not in _NEUTRAL:
        points += 1
    elif not moved and event.kind in (Kind.SPEECH, Kind.ACTION) and _is_small_talk(text):
        return MUNDANE
    return max(MUNDANE, min(LIFE_CHANGING, float(points + ("?" in text))))


def _is_small_talk(text: str) -> bool:
    words = _WORDS.findall(text)
    return sum(word in _SMALL_TALK for word in words) >= 0.7 * len(words)
