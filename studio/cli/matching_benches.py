"""`studio bench characterchat|aloha|partnermas|smartagent`: published data measured, from a folder of the reader's."""

from __future__ import annotations

import asyncio
from pathlib import Path

from studio.cli.opening import choice_of, opened_studio, read_file, write
from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching import published
from studio.matching.casting import castbench
from studio.matching.casting.base import CASTINGS
from studio.matching.shelf import episodes
from studio.matching.tropes import dialogues


async def characterchat(data: Path, json_: bool) -> None:
    """What the published files hold, and what they foretell."""
    report = await asyncio.to_thread(published.measure, data)
    _show(report, json_, report.foretelling.sentence)


async def aloha(data: Path, seed: int, json_: bool) -> None:
    """Communities and lines ranked for what was heard."""
    report = await asyncio.to_thread(dialogues.measure, data, seed)
    note = f"Hits@1 by chance: {report.chance}." if report.both else "No dialogues here, so no lines were ranked."
    _show(report, json_, f"{note} Published precision@100 of the space: {dialogues.PUBLISHED_PRECISION} %.")


async def partnermas(data: Path, mode: str, features: str, limit: int, model: str, json_: bool) -> None:
    """The match rate on cases with a known answer."""
    file = _only(data)
    try:
        text = read_file(file).decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not UTF-8 text.") from error
    cases = castbench.read_cases(text, str(file))
    settings = [f"features={features or ','.join(castbench.DEFAULT_FEATURES)}"] if mode == "borda" else []
    method = CASTINGS.build(choice_of(mode, settings))
    async with opened_studio() as studio:
        opened = await studio.models.open(model) if method.card.needs else None
        context = studio.matching.context(opened)
        report = await castbench.measure(cases[: limit or None], method, context)
    tail = f"{report.match_rate_percent:.2f} % against {report.random_percent:.2f} % by chance, {report.calls} calls."
    _show(report, json_, tail, leave_out={"results"})


async def smartagent(data: Path, theta: float, json_: bool) -> None:
    """The four accuracies of chains of thought."""
    files = _episode_files(data)
    found = [one for file in files for one in episodes.read_episodes(read_file(file).decode("utf-8-sig"), str(file))]
    _show(episodes.measure(found, theta), json_, "Implicit accuracy stands beside that of always saying no.")


def _only(folder: Path) -> Path:
    if folder.is_file():
        return folder
    files = sorted(folder.glob("*.jsonl"))
    if len(files) != 1:
        raise Invalid(f"{folder} holds {len(files)} .jsonl files: name the one with the cases.")
    return files[0]


def _episode_files(data: Path) -> list[Path]:
    files = [data] if data.is_file() else [*sorted(data.glob("*example*.json")), *sorted(data.glob("*.jsonl"))]
    if not files:
        raise Invalid(f"{data} holds no episodes: name a file, or a folder with .jsonl files.")
    return files


def _show(report: Value, json_: bool, tail: str, leave_out: set[str] | None = None) -> None:
    if json_:
        write(report.model_dump_json() + "\n")
        return
    for name, value in report.model_dump(exclude=leave_out).items():
        write(f"{name.replace('_', ' ')}: {value}\n")
    write(f"{tail}\n")
