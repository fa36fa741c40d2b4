"""`studio session import`: chats of other programs as plays."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.cards import JsonOption, show_report
from studio.cli.opening import do, opened_studio, read_file, write
from studio.domain.session import LOCAL_OWNER

session_app = typer.Typer(no_args_is_help=True, help="Plays that were played elsewhere.")


@session_app.command("import")
def session_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="A chat of SillyTavern, text-generation-webui, Agnai, RisuAI, KoboldAI Lite or Character.AI."
        ),
    ],
    user: Annotated[str, typer.Option(help="What to call the person where the file does not say.")] = "",
    character: Annotated[str, typer.Option(help="What to call the character where the file does not say.")] = "",
    json_: JsonOption = False,
) -> None:
    """Bring a chat of another program in as a play, with every version of its messages."""
    do(_session_import(file, user, character, json_))


async def _session_import(file: Path, user: str, character: str, json_: bool) -> None:
    from studio.intake.chats import import_chats

    data = read_file(file)
    async with opened_studio() as studio:
        made = await import_chats(
            data,
            file.name,
            studio.archive,
            owner=LOCAL_OWNER,
            rng=random.Random(),
            library=studio.library.characters(),
            user=user,
            character=character,
        )
    told = [{"id": one.id, "title": one.title, "cast": [member.name for member in one.cast]} for one in made.sessions]
    first = made.sessions[0]
    show_report(first.id, f"{first.id}  {first.title}", made.report, {"sessions": told} if json_ else None)
    for one in () if json_ else made.sessions[1:]:
        write(f"{one.id}  {one.title}\n")
