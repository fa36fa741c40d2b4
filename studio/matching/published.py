"""The published CharacterChat data, measured: what it holds, and how little its texts foretell its ratings.

Source: Tu et al., CharacterChat, 2023, https://arxiv.org/abs/2308.10278, files of morecry/CharacterChat.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid, NotFound, StorageError
from studio.matching.bank.published import read_published
from studio.matching.lexical import LexicalIndex, cosine
from studio.matching.pool import Numbers
from studio.matching.profile import WORRY
from studio.matching.regression import correlation, cross_validated, fit_affine
from studio.matching.support import memory_choice
from studio.matching.support.rating import read_rating

PUBLISHED_R = 0.085
PUBLISHED_MSE, PUBLISHED_CONSTANT = 0.1123, 0.1131
_ROWS = TypeAdapter(list[dict[str, Any]])
_LISTS = TypeAdapter(dict[int, list[int]])


class Foretelling(Value):
    """How far word likeness (TF-IDF cosine) foretells a rating: r, squared errors in the sample and held out, beside
    those of a constant. `sentence` claims nothing that was not measured."""

    pairs: int
    r: float
    a: float
    b: float
    mse: float
    constant_mse: float
    held_out_mse: float
    held_out_constant_mse: float
    sentence: str


class CharacterChatReport(Value):
    """What the files of a folder hold, and what was measured on them."""

    profiles: int
    by_type: dict[str, int]
    dialogues: int
    turns: int
    ratings: int
    mean_mood: float
    mean_problem: float
    mean_active: float
    label_mean: float
    label_variance: float
    largest_label_difference: float
    planned_dialogues: int
    self_pairs: int
    choices: int
    choices_against_the_window: int
    second_line_is_the_worry: float
    foretelling: Foretelling


def measure(folder: Path) -> CharacterChatReport:
    """The report on a folder with the five published files. Blocking.

    Raises: NotFound naming the missing file; Invalid naming file and line.
    """
    profiles = read_published(folder / "profile_trans_output.jsonl")
    chosen = [_aspects(row) for row in _rows(folder / "dial_output.jsonl")]
    ratings = [read_rating(row.get("rating", {})) for row in _rows(folder / "eval_dial_output.jsonl")]
    pairs = [_pair(row) for row in _rows(folder / "persona_score_dataset.jsonl")]
    planned = _planned(folder / "dial_list.json")
    labels = [label for _, _, label in pairs]
    if not (chosen and ratings and len(pairs) > 2):
        raise Invalid(f"{folder} holds too little to measure: it needs dialogues, ratings and at least three pairs.")
    return CharacterChatReport(
        profiles=len(profiles),
        by_type=dict(Counter(profile.mbti or "none" for profile in profiles)),
        dialogues=len(chosen),
        turns=sum(map(len, chosen)),
        ratings=len(ratings),
        mean_mood=round(statistics.fmean(one.mood for one in ratings), 4),
        mean_problem=round(statistics.fmean(one.problem for one in ratings), 4),
        mean_active=round(statistics.fmean(one.active for one in ratings), 4),
        label_mean=round(statistics.fmean(labels), 4),
        label_variance=round(statistics.pvariance(labels), 4),
        largest_label_difference=max(abs(one.label - label) for one, label in zip(ratings, labels, strict=False)),
        planned_dialogues=sum(map(len, planned.values())),
        self_pairs=sum(seeker in others for seeker, others in planned.items()),
        choices=sum(bool(aspect) for aspects in chosen for aspect in aspects),
        choices_against_the_window=memory_choice.broken(chosen),
        second_line_is_the_worry=sum(aspects[2:3] == [WORRY] for aspects in chosen) / len(chosen),
        foretelling=foretold(pairs),
    )


def foretold(pairs: Sequence[tuple[str, str, float]]) -> Foretelling:
    """How far the word likeness of two statements foretells the rating of their talk."""
    index = LexicalIndex([text for seeker, supporter, _ in pairs for text in (seeker, supporter)])
    near: Numbers = np.array([cosine(seeker, supporter, index) for seeker, supporter, _ in pairs])
    ratings: Numbers = np.array([label for _, _, label in pairs])
    slope, base = fit_affine(near, ratings)
    held_out = cross_validated(near[:, None], ratings, 0.0)
    r = correlation(near, ratings)
    published = f"published, all 100 pairs: r = {PUBLISHED_R}, {PUBLISHED_MSE} against {PUBLISHED_CONSTANT}"
    return Foretelling(
        pairs=len(pairs),
        r=round(r, 4),
        a=round(slope, 4),
        b=round(base, 4),
        mse=round(float(((slope * near + base - ratings) ** 2).mean()), 4),
        constant_mse=round(float(ratings.var()), 4),
        held_out_mse=round(held_out.mse, 4),
        held_out_constant_mse=round(held_out.constant_mse, 4),
        sentence=f"TF-IDF, r = {r:.3f}. {held_out.sentence} ({published}.)",
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}: name the folder with the published files.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{file} could not be read ({error}).") from error


def _rows(file: Path) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(_text(file).splitlines(), start=1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            raise Invalid(f"{file}, line {number}: this is not JSON ({error}).") from error
    try:
        return _ROWS.validate_python(rows)
    except ValidationError as error:
        raise Invalid(f"{file}: each line is one JSON object; {error.error_count()} are not.") from error


def _aspects(row: dict[str, Any]) -> list[str]:
    turns = row.get("dial")
    found = []
    for turn in turns if isinstance(turns, list) else []:
        info = turn.get("choose_info") if isinstance(turn, dict) else None
        found.append(str(info.get("aspect") or "") if isinstance(info, dict) else "")
    return found


def _pair(row: dict[str, Any]) -> tuple[str, str, float]:
    inner = row.get("conversations")
    inner = inner if isinstance(inner, dict) else {}
    try:
        return str(inner["seeker_statement"]), str(inner["supporter_statement"]), float(inner["rating"])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("A rated pair lacks its statements or a number as rating.") from error


def _planned(file: Path) -> dict[int, list[int]]:
    try:
        return _LISTS.validate_json(_text(file))
    except ValidationError as error:
        raise Invalid(f"{file} is not an object of seekers and their lists of supporters.") from error
