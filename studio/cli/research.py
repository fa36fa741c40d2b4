"""`studio research`: characters and dialogues of published data sets in and out, and a SimsChat bank made."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.opening import do, opened_studio, own_library, read_file, write
from studio.domain.session import LOCAL_OWNER

research_app = typer.Typer(no_args_is_help=True, help="Characters and dialogues in the formats of research data.")

FormatArgument = Annotated[str, typer.Argument(metavar="FORMAT", help="simsconv, spectrum, prodigy or aloha.")]
_SHOWN_NOTES = 20


@research_app.command("import")
def research_import(
    format_: FormatArgument,
    path: Annotated[Path, typer.Argument(help="The folder or file that holds the data.")],
    names: Annotated[Path | None, typer.Option(help="For spectrum: JSON of numbers to names.")] = None,
    dialogues: Annotated[bool, typer.Option(help="For simsconv: its dialogues too, as plays.")] = False,
) -> None:
    """Bring everybody in a data set into the library."""
    from studio.intake.research import format_of, keep, read_names, read_research

    chosen = format_of(format_)
    given = read_names(read_file(names), str(names)) if names else None
    kept = keep(own_library(), read_research(chosen, path, given))
    for one in kept.added:
        write(f"{one.id:<32} {one.name}\n")
    _say(kept.notes)
    typer.echo(f"{len(kept.added)} added, {kept.known} were here already.", err=True)
    if dialogues and chosen == "simsconv":
        do(_dialogues(path))


async def _dialogues(path: Path) -> None:
    from studio.intake.research import import_dialogues

    async with opened_studio() as studio:
        library = await asyncio.to_thread(studio.library.characters)
        rng = random.Random()
        sessions, _ = await import_dialogues(path, studio.archive, owner=LOCAL_OWNER, rng=rng, library=library)
    typer.echo(f"{len(sessions)} plays added.", err=True)


@research_app.command("export")
def research_export(
    format_: FormatArgument,
    folder: Annotated[Path, typer.Argument(help="Where to write; made where it is missing.")],
    characters: Annotated[list[str] | None, typer.Argument(help="Ids; none: everybody.")] = None,
) -> None:
    """Write characters of the library in a format of research data."""
    from studio.cards.research.folder import write_folder
    from studio.intake.research import format_of, write_research

    library = own_library()
    chosen = [library.character(id_) for id_ in characters] if characters else [*library.characters()]
    files = write_research(format_of(format_), chosen)
    write_folder(folder, files)
    typer.echo(f"{len(chosen)} characters in {len(files)} files below {folder}.", err=True)


@research_app.command("compose")
def research_compose(
    character: Annotated[str, typer.Argument(help="A character's id: whose bank it is.")],
    folder: Annotated[Path, typer.Argument(help="Where to write the SimsConv files.")],
    partner: Annotated[list[str] | None, typer.Option(help="Who they talk to: ids; none: everybody else.")] = None,
    scenes: Annotated[int, typer.Option(min=1, max=100, help="How many scenes are dealt and played.")] = 20,
    model: Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed asks the same.")] = 0,
) -> None:
    """Have a model write a SimsConv bank: story, scenes, dialogues and an interview, in 4 calls and one a scene."""
    do(_compose(character, folder, partner or [], scenes, model, seed))


async def _compose(character: str, folder: Path, partners: list[str], scenes: int, model: str, seed: int) -> None:
    from studio.cards.research.folder import write_folder
    from studio.cards.research.simsconv import write_simsconv
    from studio.cards.research.simsconv_staging import sims_of
    from studio.generation.simschat.bank import compose_bank
    from studio.run_context import RunContext

    async with opened_studio() as studio:
        one = studio.library.character(character)
        others = [studio.library.character(id_) for id_ in partners] if partners else studio.library.characters()
        context = RunContext(
            model=await studio.models.open(model),
            embedder=studio.embedder,
            rng=random.Random(seed),
            clock=studio.clock,
            progress=lambda done, total: typer.echo(f"{done} of {total} scenes played", err=True),
        )
        company = tuple(sims_of(other) for other in others if other.id != one.id)
        made = await compose_bank(context, one, company, ("name",), scenes)
    await asyncio.to_thread(write_folder, folder, write_simsconv(made.result))
    _say(made.notes)
    usage = made.usage
    typer.echo(
        f"{usage.calls} calls, {usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written.", err=True
    )
    write(f"{folder}\n")


def _say(notes: tuple[str, ...]) -> None:
    for note in notes[:_SHOWN_NOTES]:
        typer.echo(f"  {note}", err=True)
    if len(notes) > _SHOWN_NOTES:
        typer.echo(f"  And {len(notes) - _SHOWN_NOTES} more of the kind.", err=True)
