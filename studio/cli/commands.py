"""What can be typed after `studio`. What opens the house is imported by the command that needs it, so that
`studio --help` answers at once."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from studio import __version__
from studio.cli.bench import bench_app
from studio.cli.cards import lorebook_app
from studio.cli.casting import character_app
from studio.cli.identity import identity_app
from studio.cli.library import library_app
from studio.cli.matching import matching_app
from studio.cli.memory import memory_app
from studio.cli.meters import meters_app
from studio.cli.opening import choice_of, do, opened_studio, own_library, show_problems, write
from studio.cli.panel import hold_panel
from studio.cli.performance import JsonPrinter, Printer, ScriptPrinter, perform
from studio.cli.progress import Progress
from studio.cli.research import research_app
from studio.cli.scenes import import_scene
from studio.cli.sessions import session_app
from studio.cli.town import town_app
from studio.domain.session import LOCAL_OWNER, Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid, StudioError, UserError
from studio.export.base import EXPORTERS, Exporter
from studio.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(no_args_is_help=True, help="The language models this machine can use.")
scene_app = typer.Typer(no_args_is_help=True, help="The scenes in the library.")
app.add_typer(models_app, name="models")
app.add_typer(town_app, name="town")
app.add_typer(memory_app, name="memory")
app.add_typer(character_app, name="character")
app.add_typer(identity_app, name="identity")
app.add_typer(library_app, name="library")
app.add_typer(research_app, name="research")
app.add_typer(lorebook_app, name="lorebook")
app.add_typer(session_app, name="session")
app.add_typer(scene_app, name="scene")
app.add_typer(matching_app)
app.add_typer(meters_app)
app.add_typer(bench_app, name="bench")

ModelOption = Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")]


def main() -> None:
    """The `studio` command. Exits with 2 and one line for what the person can mend, with 1 for what failed."""
    try:
        app(prog_name="studio")
    except StudioError as error:
        _fail(error)


def _fail(error: StudioError) -> None:
    typer.echo(str(error), err=True)
    raise SystemExit(2 if isinstance(error, UserError) else 1) from None


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Say which studio this is.")] = False) -> None:
    """Greenroom: a role-playing studio where characters know only what they witnessed."""
    if version:
        write(f"{__version__}\n")
        raise typer.Exit


@app.command()
def run(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "",
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    model: ModelOption = "",
) -> None:
    """Start the studio in the browser."""
    given = {"STUDIO_HOST": host, "STUDIO_PORT": "" if port is None else str(port), "STUDIO_MODEL": model}
    file = Settings().shipped_dir / "app.py"
    if not file.is_file():
        raise Invalid(f"There is no {file}: run the studio from its own folder, or name that in STUDIO_SHIPPED_DIR.")
    changed = {name: value for name, value in given.items() if value}
    os.execve(sys.executable, [sys.executable, str(file)], {**os.environ, **changed})


@app.command()
def play(
    scene: Annotated[str, typer.Argument(help="A scene's id, as `studio scene list` shows it.")],
    turns: Annotated[int, typer.Option(min=0, help="How many turns; 0: to the scene's end.")] = 0,
    model: ModelOption = "",
    seed: Annotated[int, typer.Option(help="The same seed repeats every choice made by chance.")] = 0,
    speaker: Annotated[str, typer.Option(help="Who speaks next: a speaker policy's name.")] = "",
    memory: Annotated[str, typer.Option(help="What comes to mind: a memory policy's name.")] = "",
    mode: Annotated[str, typer.Option(help="How it is played: a mode's name.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="A parameter of the mode, as name=value.")] = None,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object a line, a summary last.")] = False,
) -> None:
    """Watch a scene being played."""
    chosen = choice_of(mode or "lean", set_ or ())
    policies = tuple(Choice(name=name) if name else None for name in (speaker, memory))
    do(_play(scene, turns, model, seed, policies, chosen, json_lines))


async def _play(
    scene: str,
    turns: int,
    model: str,
    seed: int,
    policies: tuple[Choice | None, ...],
    mode: Choice,
    json_lines: bool,
) -> None:
    speaks, remembers = policies
    async with opened_studio() as studio:
        chosen = studio.library.scene(scene)
        cast = studio.library.cast_of(chosen)
        engine = studio.engine(await studio.models.open(model), seed=seed)
        transcript = await engine.begin(
            LOCAL_OWNER, chosen, cast, seed=seed, speaker_policy=speaks, memory_policy=remembers, mode=mode
        )
        printer: Printer = JsonPrinter(write) if json_lines else ScriptPrinter(write, live=sys.stdout.isatty())
        error = await perform(engine, transcript, turns, printer)
    if error:
        raise error


@app.command()
def panel(
    task: Annotated[str, typer.Argument(help="What the panel is to work on.")],
    model: ModelOption = "",
    profile: Annotated[bool, typer.Option(help="Let each participant be described first.")] = False,
    fixed: Annotated[bool, typer.Option(help="Only the assistant and one expert.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Take a task to a panel of personas, all played by one model in one call."""
    do(hold_panel(task, model, profile=profile, fixed=fixed, json_=json_))


@app.command()
def sessions(
    query: Annotated[str, typer.Argument(help="Words of the title or the cast.")] = "",
    archived: Annotated[bool, typer.Option(help="The archived ones instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List what was played, newest first."""
    do(_sessions(query, archived, limit))


async def _sessions(query: str, archived: bool, limit: int) -> None:
    async with opened_studio() as studio:
        found = await studio.archive.sessions.list(LOCAL_OWNER, query=query, archived=archived, limit=limit)
        for one in found:
            cast = ", ".join(one.cast_names)
            write(f"{one.id}  {one.updated_at:%Y-%m-%d %H:%M}  {one.turns:>4} turns  {one.title} ({cast})\n")
        if not found:
            typer.echo("Nothing was played yet. Try: studio scene list", err=True)


@app.command()
def export(
    session: Annotated[list[str], typer.Argument(help="Session ids, as `studio sessions` shows them.")],
    format_: Annotated[
        str, typer.Option("--format", "-f", help="messages_jsonl, sharegpt, markdown, html, sillytavern, raw.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file or folder; else the terminal.")] = None,
    thoughts: Annotated[bool, typer.Option(help="Private thoughts too.")] = False,
) -> None:
    """Write plays to a file."""
    do(_export(session, format_, output, thoughts))


async def _export(ids: list[str], format_: str, output: Path | None, thoughts: bool) -> None:
    exporter = EXPORTERS.build(Choice(name=format_, parameters={"thoughts": True} if thoughts else {}))
    async with opened_studio() as studio:
        sessions = studio.archive.sessions
        transcripts = [await sessions.transcript(LOCAL_OWNER, id_, whole=exporter.versions) for id_ in ids]
    await asyncio.to_thread(_written, exporter, transcripts, output)


def _written(exporter: Exporter, transcripts: list[Transcript], output: Path | None) -> None:
    pieces = exporter.export(transcripts)
    if output is None:
        for piece in pieces:
            write(piece)
        return
    file = output / exporter.file_name(transcripts[0]) if output.is_dir() else output
    try:
        with file.open("w", encoding="utf-8", newline="\n") as target:
            target.writelines(pieces)
    except OSError as error:
        raise Invalid(f"{file} could not be written: {error.strerror}. Name another file with -o.") from error
    typer.echo(str(file), err=True)


@models_app.command("list")
def models_list() -> None:
    """List what can be used from here: what is ready first, then what a download or a key would add."""
    do(_models_list())


async def _models_list() -> None:
    async with opened_studio() as studio:
        used, options = studio.settings.model or "starter", await studio.models.options()
    for option in options:
        mark = "*" if option.id == used else " "
        write(f"{mark} {option.id:<32} {'ready' if option.ready else '-':<6} {option.title}\n{' ' * 42}{option.note}\n")


@models_app.command("use")
def models_use(
    name: Annotated[str, typer.Argument(help="A model's id, as `studio models list` shows it, or a LiteLLM name.")],
    api_base: Annotated[str, typer.Option(help="The address of an OpenAI-compatible server.")] = "",
) -> None:
    """Play with this model from now on, on the page and here."""
    do(_models_use(name, api_base))


async def _models_use(name: str, api_base: str) -> None:
    if not name.strip():
        raise Invalid("Name a model, as 'studio models list' shows it.")
    async with opened_studio() as studio:
        listed = {option.id: option.api_base for option in await studio.models.options()}
        model = await studio.use(name, api_base or listed.get(name, ""))
    write(f"From now on plays are written by {model.name}.\n")


@models_app.command("pull")
def models_pull(name: Annotated[str, typer.Argument(help="`starter`, or a gguf/… id.")]) -> None:
    """Fetch what a model needs. What is there already is only checked."""
    do(_models_pull(name))


async def _models_pull(name: str) -> None:
    from studio.llm.models import Models

    progress = Progress(name, live=sys.stderr.isatty())
    models = Models(Settings())
    try:
        await models.pull(name, progress)
    finally:
        await models.close()
    progress.done()


@app.command()
def backup(target: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A file or folder.")] = None) -> None:
    """Write everything into one file: plays, memories, own characters and scenes."""
    do(_backup(target))


async def _backup(target: Path | None) -> None:
    from studio.archive.bundles import export_everything

    async with opened_studio() as studio:
        target = target or studio.settings.backup_dir or Path()
        written = await export_everything(studio.archive, target, _own_folders(studio.settings))
    write(f"{written}\n")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="What `studio backup` wrote.")]) -> None:
    """Put everything of a backup in place. What was there is kept beside it."""
    do(_restore(file))


async def _restore(file: Path) -> None:
    from studio.archive import backups, bundles

    settings = Settings()
    replaced: list[Path] = []
    if file.suffix == ".zip":
        replaced += await bundles.restore_everything(settings.database, file, _own_folders(settings))
    elif found := await backups.restore(settings.database, file):
        replaced.append(found)
    write(f"Restored from {file}.\n")
    for path in replaced:
        write(f"What was there before is at {path}.\n")
    async with opened_studio() as studio:
        report = await studio.keeper.reindex(embed=False)
    write(f"{report.memories} memories indexed anew.\n")


def _own_folders(settings: Settings) -> dict[str, Path]:
    return {name: settings.data_dir / name for name in ("characters", "scenes", "lorebooks", "owners")}


@scene_app.command("import")
def scene_import(
    file: Annotated[Path, typer.Argument(help="A CharacterBox scene file.")],
    scene: Annotated[int | None, typer.Option(help="Which of its scenes; none: list them.")] = None,
) -> None:
    """Bring a scene and its cast into the library, to be played on from where it begins."""
    import_scene(file, scene)


@scene_app.command("list")
def scene_list() -> None:
    """List the scenes with their casts."""
    library = own_library()
    for one in library.scenes():
        cast = ", ".join(part.character for part in one.cast)
        write(f"{one.id:<24} {one.title} [{one.genre or 'scene'}] {cast}\n")
    show_problems(library)
