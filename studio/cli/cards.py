"""`studio character import` and `export`, `studio lorebook import` and `export`: the files of other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli.characters import character_app
from studio.cli.opening import own_library, read_file, write, write_file
from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.errors import Invalid

if TYPE_CHECKING:
    from studio.cards.report import ImportReport
    from studio.cards.writing import Kind
    from studio.library import Library

lorebook_app = typer.Typer(no_args_is_help=True, help="What characters and scenes look up.")

JsonOption = Annotated[bool, typer.Option("--json", help="The report as one JSON object.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="A file, or a folder.")]
CharacterOption = Annotated[str, typer.Option(help="Whose book: a character's id.")]
SceneOption = Annotated[str, typer.Option(help="Or of which scene.")]

WORLD_INFO = "world-info"
_KINDS: tuple[Kind, ...] = ("png", "json", "charx")
_PARTS = ("kept", "changed", "inert", "refused")


@character_app.command("import")
def character_import(
    file: Annotated[Path, typer.Argument(help="A card: .png, .json, .yaml, .webp, .jpg, .charx or .byaf.")],
    name: Annotated[str, typer.Option(help="What to call somebody whose card has no name.")] = "",
    json_: JsonOption = False,
) -> None:
    """Bring a character card of any kind into the library, and say what became of it."""
    from studio.intake import Intake

    added = Intake(own_library()).add(read_file(file), file.name, name)
    about = {"name": added.character.name, "known": added.known, "edited": added.edited}
    told = f"{added.character.id}  {added.character.name}"
    if added.known:
        since = ", edited since" if added.edited else ""
        told = f"{told} is here already{since}: nothing was written"
    show_report(added.character.id, told, added.report, about if json_ else None)


@character_app.command("export")
def character_export(
    character: Annotated[str, typer.Argument(help="A character's id.")],
    output: OutputOption,
    format_: Annotated[str, typer.Option("--format", "-f", help="png, json or charx; else by the file's ending.")] = "",
) -> None:
    """Write a character as a card that other programs read."""
    from studio.intake import Intake

    library = own_library()
    kind = format_ or output.suffix.removeprefix(".").lower()
    found = next((known for known in _KINDS if known == kind), None)
    if found is None:
        raise Invalid(f"'{kind}' is no format of a card. Say --format png, json or charx.")
    chosen = library.character(character)
    target = output / f"{chosen.id}.{found}" if output.is_dir() else output
    write_file(target, Intake(library).export(chosen, found))


def show_report(id_: str, told: str, report: ImportReport, about: dict[str, object] | None) -> None:
    """What became of a file: for people, or with `about` as one JSON object that has that too."""
    parts = {name: [*getattr(report, name)] for name in _PARTS}
    if about is not None:
        values = {"id": id_, "spec": report.spec, "container": report.container, **about, **parts}
        write(f"{json.dumps(values, ensure_ascii=False)}\n")
        return
    write(f"{told} ({report.spec}, {report.container})\n")
    for name, sentences in parts.items():
        for place, sentence in enumerate(sentences):
            write(f"  {name if not place else '':<8} {sentence}\n")


@lorebook_app.command("import")
def lorebook_import(
    file: Annotated[Path, typer.Argument(help="World Info, a card's book, NovelAI, Agnai, RisuAI or KoboldAI Lite.")],
    character: CharacterOption = "",
    scene: SceneOption = "",
    replace: Annotated[bool, typer.Option(help="In place of the book that is there, not beside its entries.")] = False,
    json_: JsonOption = False,
) -> None:
    """Give a character or a scene the lorebook of a file."""
    from studio.cards.lorebook_reading import read_lorebook
    from studio.cards.report import counted
    from studio.intake.lorebooks import joined

    library = own_library()
    owner = _owner(library, character, scene)
    read = read_lorebook(read_file(file), file.name)
    found = joined(None if replace else owner.lorebook, read.book)
    changed = owner.model_copy(update={"lorebook": found.book})
    if isinstance(changed, Character):
        library.save_character(changed)
    else:
        library.save_scene(changed)
    told = f"{owner.id}  {read.title}: {counted(found.added, 'entry', 'entries')} added"
    if found.same:
        told += f", {found.same} were there already"
    about: dict[str, object] = {"title": read.title, "added": found.added, "same": found.same}
    show_report(owner.id, told, read.report, about if json_ else None)


@lorebook_app.command("export")
def lorebook_export(
    output: OutputOption,
    character: CharacterOption = "",
    scene: SceneOption = "",
    format_: Annotated[str, typer.Option("--format", "-f", help="world-info, or card for a V3 lorebook.")] = WORLD_INFO,
) -> None:
    """Write the lorebook of a character or a scene as a file that other programs read."""
    from studio.cards.lore_names import Form
    from studio.cards.lorebook_reading import write_lorebook

    owner = _owner(own_library(), character, scene)
    form = {WORLD_INFO: Form.WORLD_INFO, "card": Form.CARD}.get(format_)
    if form is None:
        raise Invalid(f"'{format_}' is no format of a lorebook. Say --format world-info or card.")
    if owner.lorebook is None:
        raise Invalid(f"'{owner.id}' has no lorebook. Give it one with 'studio lorebook import'.")
    target = output / f"{owner.id}.json" if output.is_dir() else output
    write_file(target, write_lorebook(owner.lorebook, form))


def _owner(library: Library, character: str, scene: str) -> Character | Scene:
    if bool(character) == bool(scene):
        raise Invalid("Say whose lorebook it is: --character ID or --scene ID.")
    return library.character(character) if character else library.scene(scene)
