"""Published trope data and dialogues, measured: communities, likeness, and lines ranked for what was heard.

Source: Li et al., ALOHA, AAAI 2020, https://arxiv.org/abs/1910.08293; dialogues in the form of SimsConv,
https://arxiv.org/abs/2406.17962.
"""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid, NotFound, StorageError
from studio.matching.tropes.community import read_communities, standing
from studio.matching.tropes.naming import read_reduction
from studio.matching.tropes.ranks import RankReport
from studio.matching.tropes.style import Line, StyleRanker, bench

PUBLISHED_PRECISION = 45.10
THRESHOLD = 10
SPEAKING = "(speaking)"


class Spoken(Value):
    """A turn of a dialogue; whatever else it holds is passed over."""

    model_config = {"extra": "ignore", "frozen": True}

    role: str = ""
    action: str = ""
    content: str = ""


class Dialogue(Value):
    """A dialogue; its setting, topics and emotion are not needed here."""

    model_config = {"extra": "ignore", "frozen": True}

    dialogue: tuple[Spoken, ...] = ()


_DIALOGUES = TypeAdapter(tuple[Dialogue, ...])


class CommunityFacts(Value):
    """The published table: rows, positives by target, and the largest difference between a weight and ln(freq)."""

    rows: int
    positives: dict[str, int]
    largest_weight_difference: float
    reduction_keys: int
    reduction_values: int
    published_precision_at_100_percent: float = PUBLISHED_PRECISION


class AlohaReport(Value):
    """What was measured. `chance` is Hits@1 of blind guessing; parts without data are None."""

    communities: CommunityFacts | None = None
    heard: RankReport | None = None
    persona: RankReport | None = None
    both: RankReport | None = None
    chance: float = 0.0


def measure(folder: Path, seed: int = 0) -> AlohaReport:
    """The report on a folder that holds the published trope files, or dialogues (`characters/`, `dialogue/`), or both.
    Blocking.

    Raises: NotFound where it holds neither; Invalid naming the file.
    """
    facts = _facts(folder) if (folder / "communities.csv").is_file() else None
    lines, personas = read_dialogues(folder) if (folder / "dialogue").is_dir() else ((), {})
    if facts is None and not lines:
        raise NotFound(f"{folder} holds neither communities.csv nor a folder dialogue/. Name one that does.")
    if not lines:
        return AlohaReport(communities=facts)
    ranker = StyleRanker(lines, personas.values())
    heard = bench(ranker, personas, use_persona=False, seed=seed)
    return AlohaReport(
        communities=facts,
        heard=heard,
        persona=bench(ranker, personas, use_heard=False, seed=seed),
        both=bench(ranker, personas, seed=seed),
        chance=round(1 / heard.candidates, 4),
    )


def _facts(folder: Path) -> CommunityFacts:
    rows = read_communities(_text(folder / "communities.csv"))
    reduction = read_reduction(_text(folder / "trope_reduction.json"))
    targets = dict.fromkeys(row.target for row in rows)
    return CommunityFacts(
        rows=len(rows),
        positives={
            target: sum(row.target == target and standing(row.freq, THRESHOLD) == "positive" for row in rows)
            for target in targets
        },
        largest_weight_difference=max(abs(row.weight - math.log(row.freq)) for row in rows),
        reduction_keys=len(reduction),
        reduction_values=len(set(reduction.values())),
    )


def read_dialogues(folder: Path) -> tuple[tuple[Line, ...], dict[str, str]]:
    """What protagonists said to what they had just heard, and their profile texts by name: of each file of
    `dialogue/`, consecutive speaking turns from a partner to the protagonist it is named after.

    Raises: Invalid naming the file.
    """
    personas = {file.stem.removeprefix("wiki_"): _text(file) for file in sorted((folder / "characters").glob("*.txt"))}
    lines: list[Line] = []
    for file in sorted((folder / "dialogue").glob("*.json")):
        name = file.stem.removeprefix("generated_agent_dialogue_")
        try:
            dialogues = _DIALOGUES.validate_python(json.loads(_text(file)))
        except (ValidationError, ValueError) as error:
            raise Invalid(f"{file} is not a list of dialogues: {str(error).splitlines()[0]}.") from error
        for one in dialogues:
            spoken = [turn for turn in one.dialogue if turn.action == SPEAKING]
            lines += [
                Line(character=name, heard=heard.content, said=said.content)
                for heard, said in itertools.pairwise(spoken)
                if said.role == name and heard.role != name
            ]
    return tuple(lines), personas


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{file} could not be read ({error}).") from error
