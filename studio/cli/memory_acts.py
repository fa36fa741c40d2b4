"""What the commands after `studio memory` do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import typer

from studio.archive.memory_queries import MemoryFilter
from studio.cli.opening import opened_studio, read_file, write, write_file
from studio.domain.memory import Memory, MemoryKind
from studio.domain.session import LOCAL_OWNER, Choice
from studio.errors import Invalid
from studio.memory.base import Occasion, Scope
from studio.memory.curation import Curator, Grounds
from studio.memory.nodes import read_nodes, write_lines, write_nodes
from studio.memory.policies import POLICIES
from studio.roleplay.inquiry import standpoint
from studio.roleplay.remembrance import Remembrance

PAGE = 200


async def level(*, rebuild: bool) -> None:
    """Bring the index in line with the database, or build it anew."""
    async with opened_studio() as studio:
        report = await (studio.keeper.reindex() if rebuild else studio.keeper.check())
    for notice in report.notices:
        write(f"{notice}\n")
    mended = f"{report.missing} were missing from the index, {report.extra} in it belonged to nothing; both are mended."
    write(f"{report.memories} memories. {'Indexed anew.' if rebuild else mended}\n")
    if report.unembedded:
        write(f"{report.unembedded} have no vector of the present embedder: run 'studio memory reindex'.\n")


async def show_page(character: str, words: str, kind: str, forgotten: bool, limit: int) -> None:
    """A page of memories."""
    which = MemoryFilter(character=character, words=words, kinds=_kinds(kind), forgotten=forgotten)
    async with opened_studio() as studio:
        page = await studio.curator.page(LOCAL_OWNER, which, limit=limit)
    for one in page.memories:
        write(_line(one))
    write(f"{len(page.memories)} of {page.total} memories.\n")


async def show_answer(
    character: str, text: str, session: str, policy: str, preset: str, limit: int, later_days: float
) -> None:
    """What would come to mind, and why."""
    async with opened_studio() as studio:
        here = await standpoint(studio.archive, LOCAL_OWNER, character, session)
        choice = Choice(name=policy) if policy else here.transcript.session.memory_policy
        if preset:
            choice = Choice(name="memory_stream", parameters={"preset": preset})
        asked = here.ask(text, studio.clock() + timedelta(days=later_days), limit=limit)
        answer = await studio.curator.ask(POLICIES.build(choice), asked)
    write("score  recent  important  relevant\n")
    for one in answer.recalled:
        why = f"  [{one.why}]" if one.why else ""
        scores = f"{one.score:5.2f}  {one.recency:6.2f}  {one.importance:9.2f}  {one.relevance:8.2f}"
        write(f"{scores}  {one.memory.text}{why}\n")
    write(f"{len(answer.recalled)} came to mind. Reflection: {answer.meter:.0f} of {answer.full:.0f}.\n")


async def reflect(character: str, session: str, model: str, rules: bool) -> None:
    """What a character makes of what it lived through."""
    async with opened_studio() as studio:
        here = await standpoint(studio.archive, LOCAL_OWNER, character, session)
        opened = None if rules else await studio.models.open(model)
        remembrance = Remembrance(studio.keeper, studio.clock, opened)
        done = await remembrance.review(here.transcript, here.lineage, Occasion.ASKED, character)
    for one in done:
        for memory in one.made:
            write(_line(memory))
        for problem in one.problems:
            typer.echo(problem, err=True)
    write(f"{sum(len(one.made) for one in done)} memories were made in {sum(one.usage.calls for one in done)} calls.\n")


async def show_grounds(memory: str, character: str) -> None:
    """What a memory rests on, and what rests on it."""
    async with opened_studio() as studio:
        every = await _every(studio.curator, MemoryFilter(character=character))
        tree = await studio.curator.grounds(LOCAL_OWNER, _meant(memory, every))
        drawn = await studio.curator.conclusions(LOCAL_OWNER, tree.memory.id)
    _show(tree, 0)
    for one in drawn:
        write(f"  rests on it: {_line(one)}")


async def forget(character: str, given: list[str], for_good: bool) -> None:
    """Out of mind, or gone for good."""
    async with opened_studio() as studio:
        every = await _every(studio.curator, MemoryFilter(character=character))
        every += await _every(studio.curator, MemoryFilter(character=character, forgotten=True))
        ids = [_meant(one, every) for one in given]
        done = await (studio.curator.erase if for_good else studio.curator.forget)(LOCAL_OWNER, ids)
    for one in done.memories:
        write(_line(one))
    write(f"{done.told}\n" + (f"Take it back with: studio memory undo {done.id}\n" if done.id else ""))


async def undo(act: str) -> None:
    """Take an act back."""
    async with opened_studio() as studio:
        done = await studio.curator.undo(LOCAL_OWNER, act)
    write(f"{done.told}\n")


async def show_profile(person: str) -> None:
    """What is known of a person."""
    async with opened_studio() as studio:
        known = await studio.curator.profile(LOCAL_OWNER, person)
    for one in known:
        write(f"{one.statement.created_at:%Y-%m-%d}  {one.statement.text}  (known to {one.statement.character})\n")
        for before in one.overruled:
            write(f"            before: {before.text}\n")
        if one.statement.details.reason:
            write(f"            because {one.statement.details.reason}\n")
        for line in one.learnt_from:
            write(f"            from: {line.text}\n")
    if not known:
        typer.echo(
            f"Nothing is known of '{person}' yet. The policy event_memory learns what people are like.", err=True
        )


async def export(character: str, format_: str, output: Path | None) -> None:
    """Memories as a file."""
    if format_ not in ("jsonl", "nodes"):
        raise Invalid(f"There is no format '{format_}'. Known: jsonl, nodes.")
    async with opened_studio() as studio:
        every = await _every(studio.curator, MemoryFilter(character=character, oldest_first=True))
    text = write_nodes(every) if format_ == "nodes" else write_lines(every)
    if output is None:
        write(text)
    else:
        write_file(output, text.encode())


async def read_in(character: str, file: Path, session: str) -> None:
    """A stream of another program."""
    text = read_file(file).decode("utf-8", "replace")
    async with opened_studio() as studio:
        here = await standpoint(studio.archive, LOCAL_OWNER, character, session)
        scope = Scope(LOCAL_OWNER, character, here.transcript.session.continuity)
        nodes = read_nodes(text, scope, studio.clock())
        added = await studio.keeper.keep(nodes.memories)
    for warning in nodes.warnings:
        typer.echo(warning, err=True)
    write(f"{added} of {len(nodes.memories)} memories are new.\n")


async def _every(curator: Curator, which: MemoryFilter) -> list[Memory]:
    found: list[Memory] = []
    while True:
        page = await curator.page(LOCAL_OWNER, which, limit=PAGE, offset=len(found))
        found += page.memories
        if len(found) >= page.total or not page.memories:
            return found


def _meant(given: str, every: Sequence[Memory]) -> str:
    """The id somebody began to type.

    Raises: Invalid when it fits none or several
    """
    fitting = [one.id for one in every if one.id.startswith(given)]
    if len(fitting) != 1:
        raise Invalid(f"'{given}' fits {len(fitting)} memories. Give more of the id that 'studio memory list' shows.")
    return fitting[0]


def _kinds(kind: str) -> tuple[MemoryKind, ...]:
    try:
        return (MemoryKind(kind),) if kind else ()
    except ValueError:
        raise Invalid(f"There is no kind '{kind}'. Known: {', '.join(MemoryKind)}.") from None


def _line(memory: Memory) -> str:
    pinned = " pinned" if memory.pinned else ""
    text = " ".join(memory.text.split())
    when = f"{memory.created_at:%Y-%m-%d %H:%M}"
    return f"{memory.id[:13]}  {when}  {memory.kind:<11} {memory.importance:>2.0f}{pinned}  {text}\n"


def _show(tree: Grounds, depth: int) -> None:
    write("  " * depth + _line(tree.memory))
    for one in tree.evidence:
        _show(one, depth + 1)
    for missing in tree.missing:
        write("  " * (depth + 1) + f"{missing[:13]}  is gone\n")
