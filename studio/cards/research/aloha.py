"""ALOHA / HLA-Chat: tropes observed of characters, lines they heard and said, and ParlAI training text.

Source: Li et al., ALOHA, AAAI 2020, https://arxiv.org/abs/1910.08293 (files as in its repository).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter, ValidationError

from studio.cards.research.folder import rows_of
from studio.domain.character import Character, Source
from studio.domain.identifiers import slug
from studio.domain.value import Value
from studio.errors import Invalid

BAG = "aloha"
"""Where a character keeps its id, its work and the tropes as they were written, under `extensions`."""
FEATURES = ("feature", "char_id", "work", "char_name")
PAIRS = ("show_id", "char_name", "char_id", "dia1", "dia2")

SOURCES = (Source(kind="description", ref="ALOHA (arXiv 1910.08293)", licence="none stated"),)

_HLAS = TypeAdapter(dict[str, tuple[str, ...]])
_JOIN = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])")
_PERSONA = re.compile(r"(?:your|n)?\s*persona:\s*(?:i am\s+)?(?P<trope>.+?)\.?\s*$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?P<number>\d+|n)\s(?P<rest>.*)$")


class Observation(Value):
    """A trope observed of a character; the same one twice is a weight of two."""

    feature: str
    char_id: str
    work: str = ""
    char_name: str = ""


class Exchange(Value):
    """A line somebody said, and the line it answered."""

    show_id: str
    char_name: str
    char_id: str
    heard: str
    said: str


class RankingExample(Value):
    """One task of the ranker: whose tropes, what was heard and said, and the candidates, the answer among them."""

    tropes: tuple[str, ...] = ()
    heard: str
    said: str
    reward: str = ""
    candidates: tuple[str, ...] = ()


def read_observations(text: str, name: str = "char_features.csv") -> tuple[Observation, ...]:
    """The rows of `char_features_live.csv` or `…_animated.csv`, with or without a header.

    Raises: Invalid naming the first row that has not four fields, or when there is no row.
    """
    return tuple(Observation(**dict(zip(FEATURES, row, strict=True))) for row in _rows(text, name, FEATURES))


def write_observations(observations: Iterable[Observation]) -> str:
    """The same, with a header."""
    return _csv(FEATURES, ([getattr(one, field) for field in FEATURES] for one in observations))


def read_exchanges(text: str, name: str = "all_dialogs.csv") -> tuple[Exchange, ...]:
    """The rows of `all_dialogs.csv`.

    Raises: as `read_observations`, for five fields.
    """
    fields = ("show_id", "char_name", "char_id", "heard", "said")
    return tuple(Exchange(**dict(zip(fields, row, strict=True))) for row in _rows(text, name, PAIRS))


def write_exchanges(exchanges: Iterable[Exchange]) -> str:
    """The same, with a header."""
    return _csv(PAIRS, ([one.show_id, one.char_name, one.char_id, one.heard, one.said] for one in exchanges))


def characters_from(observations: Iterable[Observation]) -> tuple[Character, ...]:
    """A character for each id, with its tropes in words, in the order of first rows. Ids are empty."""
    found: dict[str, list[Observation]] = {}
    for one in observations:
        found.setdefault(one.char_id, []).append(one)
    return tuple(
        Character(
            id="",
            name=(rows[0].char_name.strip() or char_id)[:200],
            persona_type="fictional",
            tropes=tuple(dict.fromkeys(in_words(row.feature) for row in rows)),
            sources=SOURCES,
            tags=(rows[0].work,) if rows[0].work.strip() else (),
            extensions={BAG: {"id": char_id, "work": rows[0].work, "features": [row.feature for row in rows]}},
        )
        for char_id, rows in found.items()
    )


def observations_of(characters: Iterable[Character]) -> Iterator[Observation]:
    """The tropes of characters as rows: as they were read, with repeats, but for those added or taken away since."""
    for place, one in enumerate(characters):
        kept = one.extensions.get(BAG)
        bag = kept if isinstance(kept, dict) else {}
        read = [str(feature) for feature in bag.get("features", [])]
        have = set(one.tropes)
        features = [feature for feature in read if in_words(feature) in have]
        features += [joined(trope) for trope in one.tropes if trope not in set(map(in_words, read))]
        char_id = str(bag.get("id", one.id or slug(one.name, f"character-{place + 1}")))
        work = str(bag.get("work", one.tags[0] if one.tags else ""))
        for feature in features:
            yield Observation(feature=feature, char_id=char_id, work=work, char_name=one.name)


def read_hlas(data: bytes, name: str = "demo_hlas.json") -> tuple[Character, ...]:
    """Characters of a JSON object name → tropes. Ids are empty.

    Raises: Invalid for anything else.
    """
    try:
        found = _HLAS.validate_python(json.loads(data.decode("utf-8-sig")))
    except (ValidationError, ValueError) as error:
        raise Invalid(f"{name} is no object of names to lists of tropes.") from error
    return tuple(
        Character(id="", name=who, persona_type="fictional", tropes=tuple(dict.fromkeys(tropes)), sources=SOURCES)
        for who, tropes in found.items()
    )


def write_hlas(characters: Iterable[Character]) -> bytes:
    """The same of any characters, tropes in lower-case words."""
    found = {one.name: [trope.casefold() for trope in one.tropes] for one in characters}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def write_parlai(examples: Iterable[RankingExample]) -> str:
    """Training text: numbered lines of the persona, then one that parts heard, said, reward and candidates by tabs."""
    lines = []
    for example in examples:
        persona = [f"persona: i am {' '.join(trope.casefold().split())}." for trope in example.tropes]
        task = "\t".join((_flat(example.heard), _flat(example.said), _flat(example.reward),
                          "|".join(_flat(one).replace("|", "/") for one in example.candidates)))  # fmt: skip
        lines += [f"{number} {line}" for number, line in enumerate((*persona, task), 1)]
    return "".join(f"{line}\n" for line in lines)


def read_parlai(text: str, name: str = "train.txt") -> tuple[RankingExample, ...]:
    """The same back; a persona holds for every task up to the next line numbered 1.

    Raises: Invalid naming a line that is neither persona nor task.
    """
    found: list[RankingExample] = []
    tropes: list[str] = []
    for place, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _NUMBERED.match(line)
        if match is None:
            raise Invalid(f"{name}, line {place}: a line begins with its number. Compare it with the lines above.")
        if match["number"] == "1":
            tropes = []
        parts = match["rest"].split("\t")
        if persona := _PERSONA.fullmatch(match["rest"]):
            tropes.append(persona["trope"])
        elif len(parts) >= 2:
            heard, said, reward, candidates = (*parts, "", "")[:4]
            listed = tuple(candidates.split("|")) if candidates else ()
            found.append(RankingExample(tropes=tuple(tropes), heard=heard, said=said, reward=reward, candidates=listed))
        else:
            raise Invalid(f"{name}, line {place}: it is neither a persona nor a line heard and said, parted by a tab.")
    return tuple(found)


def in_words(feature: str) -> str:
    """A trope's joined name in words, capitals kept: `CloudCuckooLander` as `Cloud Cuckoo Lander`."""
    return " ".join(_JOIN.sub(" ", feature).split())


def joined(trope: str) -> str:
    """A trope in words as one joined name: `Cloud Cuckoo Lander` as `CloudCuckooLander`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^\w]+", trope) if part)


def _rows(text: str, name: str, fields: tuple[str, ...]) -> Iterator[list[str]]:
    rows = rows_of(text)
    if rows and [cell.strip().casefold() for cell in rows[0]] == list(fields):
        rows = rows[1:]
    if not rows:
        raise Invalid(f"{name} has no rows. Each is {','.join(fields)}.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(fields):
            raise Invalid(f"{name}, row {number}: it has {len(row)} fields, not {len(fields)} ({','.join(fields)}).")
        yield row


def _csv(header: tuple[str, ...], rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _flat(text: str) -> str:
    return " ".join(text.split())
