"""What can be typed after `studio memory`. What it does is in `memory_acts`, imported by the command that needs it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from studio.cli.opening import do

memory_app = typer.Typer(no_args_is_help=True, help="What characters remember.")

Who = Annotated[str, typer.Argument(metavar="CHARACTER", help="A character's id.")]
SessionOption = Annotated[str, typer.Option("--session", "-s", help="A session's id; else the play it remembers last.")]


@memory_app.command("check")
def check() -> None:
    """Compare the index with the database, and mend what differs."""
    do(_acts().level(rebuild=False))


@memory_app.command("reindex")
def reindex() -> None:
    """Build the index anew from the database, embedding what is not. Stopped, it goes on where it was the next time."""
    do(_acts().level(rebuild=True))


@memory_app.command("list")
def list_(
    character: Who,
    words: Annotated[str, typer.Option(help="Words to look for.")] = "",
    kind: Annotated[str, typer.Option(help="observation, reflection, summary, persona, plan, note or profile.")] = "",
    forgotten: Annotated[bool, typer.Option(help="Those out of mind instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List memories, newest first."""
    do(_acts().show_page(character, words, kind, forgotten, limit))


@memory_app.command("ask")
def ask(
    character: Who,
    text: Annotated[str, typer.Argument(help="What to call to mind for.")],
    session: SessionOption = "",
    policy: Annotated[str, typer.Option(help="A memory policy; else the session's own.")] = "",
    preset: Annotated[str, typer.Option(help="memory_stream: paper, ville or genagents.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 8,
    later_days: Annotated[float, typer.Option(help="As if so many days had passed.")] = 0.0,
) -> None:
    """See what would come to a character's mind, and why. Nothing counts as remembered by asking."""
    do(_acts().show_answer(character, text, session, policy, preset, limit, later_days))


@memory_app.command("reflect")
def reflect(
    character: Who,
    session: SessionOption = "",
    model: Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="Without a model.")] = False,
) -> None:
    """Let a character go over what it lived through: insights, summaries or a written memory, as its policy has it."""
    do(_acts().reflect(character, session, model, rules))


@memory_app.command("why")
def why(memory: Annotated[str, typer.Argument(help="A memory's id, or its beginning.")], character: Who) -> None:
    """Show what a memory rests on, down to the lines, and what rests on it."""
    do(_acts().show_grounds(memory, character))


@memory_app.command("forget")
def forget(
    character: Who,
    memory: Annotated[list[str], typer.Argument(help="Ids of memories, or their beginnings.")],
    for_good: Annotated[bool, typer.Option("--for-good", help="Erase them; this cannot be taken back.")] = False,
) -> None:
    """Put memories out of mind, with everything concluded from them. `studio memory undo` brings them back."""
    do(_acts().forget(character, memory, for_good))


@memory_app.command("undo")
def undo(act: Annotated[str, typer.Argument(help="The id that was shown when it was done.")]) -> None:
    """Take back an edit, a pin or a forgetting."""
    do(_acts().undo(act))


@memory_app.command("profile")
def profile(person: Annotated[str, typer.Argument(help="The id of the character a person plays, or of any.")]) -> None:
    """Show what is known of a person, and from which lines."""
    do(_acts().show_profile(person))


@memory_app.command("export")
def export(
    character: Who,
    format_: Annotated[str, typer.Option("--format", "-f", help="jsonl, or nodes (Generative Agents).")] = "jsonl",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else the terminal.")] = None,
) -> None:
    """Write a character's memories to a file."""
    do(_acts().export(character, format_, output))


@memory_app.command("import")
def import_(
    character: Who,
    file: Annotated[Path, typer.Argument(help="A nodes.json of Generative Agents or genagents.")],
    session: SessionOption = "",
) -> None:
    """Give a character the memories of a stream another program kept. Reading one twice adds nothing."""
    do(_acts().read_in(character, file, session))


def _acts() -> ModuleType:
    from studio.cli import memory_acts

    return memory_acts
