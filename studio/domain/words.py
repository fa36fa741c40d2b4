"""Words of a text that say something, and its nouns, without a tagger. Pure. English word lists; other languages keep
all their words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CLITIC = re.compile(r"['’](?:s|t|d|m|ll|re|ve|n)$")
_EMPTY_WORDS = (
    "a about above after again against all almost along already also although always am among an and another any"
    " anyone anything are aren around as at away back be became because been before behind being below beside"
    " between both but by can cannot could couldn did didn do does doesn doing don done down during each either"
    " else enough even ever every everybody everyone everything few for from further get gets getting go goes"
    " going gone got had hadn has hasn have haven having he her here hers herself him himself his how however i if"
    " in indeed instead into is isn it its itself just kind least less let like lot made make makes many may maybe"
    " me might mine more most much must my myself near neither never next no nobody none nor not nothing now of"
    " off often oh ok okay on once one only onto or other others our ours ourselves out over own perhaps please"
    " quite rather really said same say says see seem seems shall she should shouldn since so some somebody"
    " someone something sometimes soon sort still such sure take than that the their theirs them themselves then"
    " there these they thing things this those though through thus to together too toward towards under until up"
    " upon us very was wasn way we well went were weren what whatever when where whether which while who whom"
    " whose why will with within without won would wouldn yes yet you your yours yourself"
)
_PLAIN_WORDS = (
    "able afraid angry ask asked asking bad begin believe best better big bring broke call called came certain"
    " clear come comes coming dear different early easy fast feel feeling feels felt find fine first found full"
    " gave give given gives giving glad good great happy hard heard hear help high hold hope hot keep kept knew"
    " know known knows last late later lead leave left listen little live lived long look looked looking looks"
    " lost love loved low mean means meet met mind move need needed needs new nice old open own play put quick ran"
    " read ready real right run sad sat saw second sell sent set short show small sold speak spoke stand start"
    " stay stood stop strange strong talk talked tell tells thank thanks think thinking thinks third thought told"
    " took tried true try trying turn turned understand use used wait walk want wanted wants warm watch whole"
    " wonder work worked worry wrong young"
)
EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing by themselves."""
_NO_NOUNS = frozenset(_PLAIN_WORDS.split())
_NO_NOUN_ENDINGS = ("ly", "ful", "less", "ous", "ive", "able", "ible", "ish")


def words(text: str) -> tuple[str, ...]:
    """The words in lower case, in their order; `don't` and `Ada's` as `don` and `ada`."""
    return tuple(_CLITIC.sub("", word) for word in _WORD.findall(text.lower()))


def telling(text: str, *, least_letters: int = 2) -> tuple[str, ...]:
    """The words that say something, each once, in their order."""
    return tuple(dict.fromkeys(word for word in words(text) if len(word) >= least_letters and word not in EMPTY))


@lru_cache(maxsize=4096)
def lemma(word: str) -> str:
    """The singular of a plural: `keys` → `key`, `berries` → `berry`, `boxes` → `box`; what is none stays."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def nouns(text: str) -> frozenset[str]:
    """The words that may be nouns, as singulars: those that say something, less common verbs and adjectives and what
    ends like an adverb or an adjective. A rule of thumb, of the same use as a tagger for finding what talks share."""
    found = set()
    for word in telling(text, least_letters=3):
        if word in _NO_NOUNS or word.endswith(_NO_NOUN_ENDINGS) or word.isdecimal():
            continue
        if word.endswith(("ing", "ed")) and len(word) > 5:
            continue
        found.add(lemma(word))
    return frozenset(found)


def overlap(asked: Iterable[str], known: Iterable[str]) -> float:
    """How much two sets of topics share, 0 to 1: the mean of the share of each. 0 when either is empty.

    Source: Li et al., LD-Agent, NAACL 2025, section 3.2, https://arxiv.org/abs/2406.05925
    """
    one, other = frozenset(asked), frozenset(known)
    if not one or not other:
        return 0.0
    both = len(one & other)
    return 0.5 * both / len(one) + 0.5 * both / len(other)
