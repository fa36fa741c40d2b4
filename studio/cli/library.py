"""`studio library`: search it, bring whole folders in, take much of it out."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from studio.cli.opening import do, opened_studio, write
from studio.domain.holding import Find, Kind, Sort
from studio.domain.job import ItemState, Job, JobState
from studio.domain.session import LOCAL_OWNER
from studio.errors import Invalid

if TYPE_CHECKING:
    from studio.library import Library
    from studio.wiring import Studio

library_app = typer.Typer(no_args_is_help=True, help="All characters, scenes and lorebooks.")

KindOption = Annotated[Kind, typer.Option("--kind", "-k", help="What to look for.")]
QueryArgument = Annotated[str, typer.Argument(help="Words; the beginning of a word is enough.")]
TagOption = Annotated[list[str] | None, typer.Option("--tag", help="Only with this tag; may be given more than once.")]
TropeOption = Annotated[list[str] | None, typer.Option("--trope", help="Only of this trope.")]
MbtiOption = Annotated[str, typer.Option(help="Only of this MBTI type.")]
FolderOption = Annotated[str | None, typer.Option(help="Only from this folder; empty: from none.")]
MineOption = Annotated[bool, typer.Option("--mine", help="Nothing that ships with the studio.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Format = Literal["png", "json", "charx", "yaml"]


@library_app.command("search")
def library_search(
    query: QueryArgument = "",
    kind: KindOption = "character",
    tag: TagOption = None,
    trope: TropeOption = None,
    mbti: MbtiOption = "",
    folder: FolderOption = None,
    mine: MineOption = False,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    json_lines: JsonOption = False,
) -> None:
    """Find characters, scenes or lorebooks by everything that is written in them but secrets."""
    find = _find(query, kind, tag, trope, mbti, folder, mine).model_copy(update={"sort": sort, "limit": limit})
    do(_search(find, json_lines))


async def _search(find: Find, json_lines: bool) -> None:
    async with opened_studio() as studio:
        found = await asyncio.to_thread((await _library(studio)).find, find)
    for one in found.holdings:
        if json_lines:
            write(f"{one.model_dump_json(exclude={'owner'})}\n")
        else:
            write(
                f"{one.id:<28} {one.title}{f', {one.about}' if one.about else ''}{' (broken)' if one.problem else ''}\n"
            )
    if found.total > len(found.holdings) or not found.holdings:
        typer.echo(f"{len(found.holdings)} of {found.total} shown.", err=True)


@library_app.command("import")
def library_import(
    place: Annotated[Path, typer.Argument(help="A folder, a zip, or one file.")],
    json_lines: JsonOption = False,
) -> None:
    """Bring in every card, lorebook and scene of a folder. What is here already is not brought in twice, so that an
    import that was broken off can be begun again."""
    do(_import(place, json_lines))


async def _import(place: Path, json_lines: bool) -> None:
    from studio.intake.bulk import WORK
    from studio.intake.parcels import files_of

    async with opened_studio() as studio:
        files = await asyncio.to_thread(lambda: list(files_of(place)))
        if not files:
            raise Invalid(f"{place} holds nothing for the library: no card, lorebook, scene or zip.")
        items = studio.parcels.here(files, place)
        job = await studio.jobs.start(LOCAL_OWNER, WORK, place.name or str(place), items)
        live = sys.stderr.isatty()
        async for now in studio.jobs.watch(LOCAL_OWNER, job.id):
            job = now
            if live:
                sys.stderr.write(f"\r{now.done + now.failed:,} of {now.total:,}")
        if live:
            sys.stderr.write("\r" + " " * 40 + "\r")
        counts = await _tell(studio, job, json_lines)
    told = ", ".join(f"{counts[name]:,} {words}" for name, words in _WORDS.items() if counts.get(name))
    typer.echo(told or "Nothing came in.", err=True)
    if job.state is not JobState.DONE:
        raise Invalid(f"It stopped: {job.note or 'somebody stopped it'}")


_WORDS = {
    "added": "came in",
    "known": "were here already",
    "edited": "were here already and were changed since",
    "skipped": "were passed over",
    "failed": "could not be read",
}
_PARTS = ("kept", "changed", "inert", "refused")
_AT_ONCE = 500


async def _tell(studio: Studio, job: Job, json_lines: bool) -> dict[str, int]:
    """What became of every file; how many of each outcome there are."""
    counts: dict[str, int] = {}
    for offset in range(0, job.total, _AT_ONCE):
        for item in await studio.jobs.store.items(LOCAL_OWNER, job.id, limit=_AT_ONCE, offset=offset):
            failed = item.state is ItemState.FAILED
            outcome = "failed" if failed else str(item.report.get("outcome", "waiting"))
            counts[outcome] = counts.get(outcome, 0) + 1
            if json_lines:
                row = {
                    "file": item.name,
                    "outcome": outcome,
                    **item.report,
                    **({"error": item.error} if failed else {}),
                }
                write(f"{json.dumps(row, ensure_ascii=False)}\n")
            elif failed:
                write(f"{item.name}: {item.error}\n")
            elif outcome == "added":
                parts = {name: item.report.get(name) for name in _PARTS}
                lists = {name: value for name, value in parts.items() if isinstance(value, list) and name != "kept"}
                write(f"{item.name}: {item.report.get('id')}\n")
                write("".join(f"  {name:<8} {said}\n" for name, value in lists.items() for said in value))
    return counts


@library_app.command("export")
def library_export(
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder, or a .zip.")],
    query: QueryArgument = "",
    kind: KindOption = "character",
    tag: TagOption = None,
    trope: TropeOption = None,
    mbti: MbtiOption = "",
    folder: FolderOption = None,
    everything: Annotated[bool, typer.Option("--all", help="What ships with the studio too.")] = False,
    format_: Annotated[Format, typer.Option("--format", "-f", help="Of characters; yaml: of anything.")] = "png",
) -> None:
    """Write what is found to a folder or a zip: characters as cards, lorebooks as World Info, scenes as YAML."""
    do(_export(output, _find(query, kind, tag, trope, mbti, folder, not everything), format_))


async def _export(output: Path, find: Find, format_: Format) -> None:
    async with opened_studio() as studio:
        library = await _library(studio)
        ids = await asyncio.to_thread(lambda: library.catalogue.ids(LOCAL_OWNER, find))
        if not ids:
            raise Invalid("Nothing was found, so there is nothing to write. Widen the search, or add --all.")
        failed = await asyncio.to_thread(_written, library, find.kind, ids, output, format_)
    typer.echo(f"{len(ids) - failed:,} written to {output}", err=True)
    if failed:
        raise Invalid(f"{failed:,} could not be written; why is told above.")


def _written(library: Library, kind: Kind, ids: tuple[str, ...], output: Path, format_: Format) -> int:
    from studio.intake.parting import parted, zipped

    failed = 0
    files = parted(library, kind, ids, None if format_ == "yaml" else format_)
    if output.suffix.lower() == ".zip":
        for name, error in zipped(files, output):
            failed += error is not None
            if error:
                typer.echo(f"{name}: {error}", err=True)
        return failed
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            if isinstance(data, bytes):
                (output / name).write_bytes(data)
            else:
                failed += 1
                typer.echo(f"{name}: {data}", err=True)
    except OSError as error:
        raise Invalid(f"{error.filename or output} could not be written: {error.strerror}.") from error
    return failed


async def _library(studio: Studio) -> Library:
    return await studio.workshop(LOCAL_OWNER).library()


def _find(
    query: str,
    kind: Kind,
    tag: list[str] | None,
    trope: list[str] | None,
    mbti: str,
    folder: str | None,
    mine: bool,
) -> Find:
    return Find(kind=kind, text=query, tags=tag or (), tropes=trope or (), mbti=mbti, folder=folder, mine=mine)
