"""What people say of themselves, found by rules: likes and dislikes with their reasons, facts, habits; what they ask to
be forgotten; what is nobody's business. Pure. English patterns; in other languages nothing is found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from studio.domain.words import lemma, telling, words

LONGEST = 160
ALL_OF = 2


class Statement(NamedTuple):
    """Something said of a person: in a sentence, on which subject, for (True) or against (False) where it is a matter
    of taste, and why. `who`: the name of somebody else than the speaker whose words were quoted."""

    text: str
    subject: str = ""
    likes: bool | None = None
    reason: str = ""
    who: str = ""


_TOLD = re.compile(r"^(?:I|[^:.!?]{1,80}?) (?:said|did|thought|whispered): ")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|\s+and (?=I\b)")
_CLAUSE = re.compile(
    r"[,;:—–!?.]|\s(?:but|because|since|while|though|now|anymore|again|these days)\b|\s(?:and|so|"
    r"as)\s(?=(?:i|we|you)\b)",
    re.I,
)
_REASON = re.compile(r"\b(?:because|since|as)\s+(?!the \w+ I\b)([^.!?;]+)", re.I)
_OTHERS = re.compile(
    r"\b[Mm]y (?:[a-z]+ )?([A-Z][a-zà-ÿ]+) (?:asked|asks|wants|wanted|told|said|says|wrote|writes|"
    r"needs|sent)\b[^'\"“‘:]*"
    r":?\s*['\"“‘](.+?)['\"”’](?=\s|$|[.,])"
)
_SOME = r"(?:(?:really|always|still|just|only|ever|now|also|absolutely|mostly|usually|often|never|do|so|simply)\s+)*"
_AGAINST = re.compile(
    rf"\bI(?:'ve| have)?\s+{_SOME}(hate|dislike|detest|loathe|avoid|gave up|given up|quit|stopped|can(?:'t|not) stand|"
    r"can(?:'t|not) bear|(?:do not|don't|never|no longer|didn't|did not) (?:like|love|enjoy|touch|"
    r"eat|drink|play|care for))"
    r"\s+(.+)",
    re.I,
)
_FOR = re.compile(
    rf"\bI(?:'ve| have|'d)?\s+({_SOME}(?:love|loved|like|enjoy|adore|prefer|fancy|listen to|am fond of|am keen on|"
    r"am into))\s+(.+)",
    re.I,
)
_HABIT = re.compile(
    rf"\bI\s+({_SOME}(?:take|cycle|run|swim|sing|paint|collect|read|cook|garden|climb|sail|dance|"
    r"play|practise|practice|"
    r"go|drive|walk|drink|eat|keep|grow|study|teach|write))\s+(.+)",
    re.I,
)
_FACT = re.compile(
    rf"\bI(?:'m|\s+({_SOME}(?:am|have|own|live|work|come|grew up|was born|was raised|know|need|want))\b)\s*(.+)", re.I
)
_FAVOURITE = re.compile(r"\bmy (favou?rite [\w' -]{2,40}?) (?:is|are|has always been) (.+)", re.I)
_FACTS_BEGIN = re.compile(
    r"^(?:an?|the|from|in|at|as|near|with|for|allergic|afraid|married|divorced|single|vegetarian|"
    r"vegan|two|three|four|no|to)\b",
    re.I,
)
_AGAINST_TOLD = re.compile(
    r"\b(?:hates|dislikes|detests|loathes|avoids|gave up|given up|quit|stopped|can(?:'t|not) (?:stand|bear)|"
    r"does(?:n't| not)|never|no longer|didn't|did not)\b",
    re.I,
)
_PERSON = (
    (re.compile(r"\bmy\b", re.I), "their"),
    (re.compile(r"\bmine\b", re.I), "theirs"),
    (re.compile(r"\bme\b", re.I), "them"),
    (re.compile(r"\bmyself\b", re.I), "themselves"),
)
_THIRD = {
    "am": "is",
    "have": "has",
    "do": "does",
    "go": "goes",
    "study": "studies",
    "don't": "doesn't",
    "given": "has given",
}
_ADVERB_WORDS = "always really still just only ever now also never often usually mostly simply so no longer"
_ADVERBS = frozenset(_ADVERB_WORDS.split())
_UNCHANGED = frozenset(("gave", "quit", "stopped", "loved", "grew", "was"))
_FORGET = re.compile(
    r"\b(?:please (?:forget|delete|erase|do not keep|don't keep)|forget|don't keep|do not keep) "
    r"(?P<topic>(?:that|about|what|my)\b[^.!?;,]*)",
    re.I,
)
_ASKS = re.compile(r"\bplease\b|\bI (?:told|said|mentioned|ever)|\bkeep\b", re.I)
_WHEN_WORDS = "today yesterday tomorrow day week month year last morning evening night ago time told said mentioned"
_WHEN = frozenset(_WHEN_WORDS.split())
_PRIVATE = re.compile(
    r"\b(?:diagnos\w+|disease|illness|cancer|hiv|depress\w+|anxiety|therap(?:y|ist)|medicat\w+|"
    r"surgery|operation|hospital\w*|"
    r"pregnan\w+|abortion|disab\w+|gay|lesbian|bisexual|transgender|sexual\w*|salary|debts?|bankrupt\w*|loan|mortgage|"
    r"bank account|credit card|passport|social security|iban|ssn)\b|\b\d[\d -]{7,}\d\b",
    re.I,
)


def spoken(text: str) -> str:
    """What was said, of a memory that tells who said it."""
    return _TOLD.sub("", text, count=1)


def statements(text: str, name: str) -> tuple[Statement, ...]:
    """What a line says of `name`, who speaks it, and of whoever is quoted in it; each thing once."""
    found: list[Statement] = []
    own = spoken(text)
    for quoted in _OTHERS.finditer(own):
        found += [said._replace(who=quoted[1]) for said in _said(quoted[2], quoted[1])]
    found += _said(_OTHERS.sub(" ", own), name)
    return tuple(dict.fromkeys(found))


def _said(text: str, name: str) -> Iterator[Statement]:
    for sentence in _SENTENCE.split(text):
        reason = _REASON.search(sentence)
        why = " ".join(reason[1].split())[:LONGEST] if reason else ""
        plain = sentence.replace("’", "'")
        for favourite in _FAVOURITE.finditer(plain):
            thing = _clause(favourite[2])
            if thing:
                yield Statement(f"{name}'s {favourite[1].lower()} is {thing}.", thing, True, why)
        found = False
        for pattern, likes in ((_AGAINST, False), (_FOR, True), (_HABIT, True)):
            match = pattern.search(plain)
            thing = _clause(match[2]) if match else ""
            if match and thing:
                habit = pattern is _HABIT
                yield Statement(
                    f"{name} {_third(match[1])} {thing}.", _subject(match[1], thing, habit=habit), likes, why
                )
                found = True
                if pattern is not _AGAINST:
                    break
        fact = _FACT.search(plain)
        if fact and not found:
            thing = _clause(fact[2])
            if thing and (
                _FACTS_BEGIN.match(thing) or (fact[1] or "").lower().endswith(("own", "know", "need", "want"))
            ):
                yield Statement(f"{name} {_third(fact[1] or 'am')} {thing}.")


def _clause(text: str) -> str:
    """Up to where the clause ends, told of a third person; empty where little is left."""
    clause = " ".join(_CLAUSE.split(text, maxsplit=1)[0].split()).strip("'\"“”‘’*() ")
    for pattern, instead in _PERSON:
        clause = pattern.sub(instead, clause)
    return clause[:LONGEST] if len(clause) > 2 and telling(clause) else ""


def _third(verb: str) -> str:
    """`love` → `loves`, `do not like` → `does not like`, `gave up` → `gave up`."""
    words_ = verb.lower().split()
    for position, word in enumerate(words_):
        if word in _ADVERBS:
            continue
        if word in ("gave", "given", "quit", "stopped", "loved", "grew", "was", "no") or word.startswith(
            ("can", "did")
        ):
            break
        if word in ("don't",):
            words_[position] = "doesn't"
        else:
            words_[position] = _THIRD.get(word, f"{word}s" if not word.endswith("s") else word)
        break
    return " ".join(words_)


def _subject(verb: str, thing: str, *, habit: bool) -> str:
    last = verb.lower().split()[-1]
    if habit and last not in ("take", "keep", "play", "go", "read", "drink", "eat", "have", "grow"):
        return last
    return thing


def stems(subject: str) -> frozenset[str]:
    """The words of a subject without their endings: `cycling` and `cycle` are one."""
    found = set()
    for word in telling(subject) or words(subject):
        stem = lemma(word)
        for ending in ("ing", "ed", "e"):
            if stem.endswith(ending) and len(stem) - len(ending) >= 3:
                stem = stem[: -len(ending)]
                break
        found.add(stem)
    return frozenset(found)


def requests_to_forget(text: str) -> tuple[frozenset[str], ...]:
    """The stems of what a line asks to be forgotten, a set for each request. "Forget the boat, run!" asks for nothing:
    a request says please, or speaks of what was told or kept."""
    found = []
    for request in _FORGET.finditer(spoken(text).replace("’", "'")):
        topic = frozenset(stem for stem in stems(request["topic"]) if stem not in _WHEN and stem + "e" not in _WHEN)
        if topic and _ASKS.search(request[0]):
            found.append(topic)
    return tuple(found)


def mentions(text: str, topic: frozenset[str]) -> bool:
    """Whether a text speaks of a topic: of two of its words, or of the only one."""
    return len(stems(text) & topic) >= min(ALL_OF, len(topic)) > 0


def veiled(topic: Iterable[str]) -> frozenset[str]:
    """Stems as digests: a topic that is to be forgotten can be kept without its words."""
    return frozenset(hashlib.blake2b(stem.encode(), digest_size=6).hexdigest() for stem in topic)


def mentions_veiled(text: str, topic: frozenset[str]) -> bool:
    """`mentions`, of a veiled topic."""
    return len(veiled(stems(text)) & topic) >= min(ALL_OF, len(topic)) > 0


def is_for(text: str) -> bool:
    """Whether a statement in the third person tells of a liking or habit rather than of its opposite."""
    return _AGAINST_TOLD.search(text) is None


def private(text: str) -> bool:
    """Whether a text tells of health, sexuality, money or identity numbers."""
    return _PRIVATE.search(text) is not None
