"""`studio scene import`: scenes of research data, ready to be played."""

from __future__ import annotations

from pathlib import Path

import typer

from studio.cli.opening import own_library, read_file, write


def import_scene(file: Path, number: int | None) -> None:
    """List the scenes of a CharacterBox file, or keep one with its cast in the library.

    Raises: Invalid for another file or a number that is not in it.
    """
    from studio.cards.research.characterbox import read_characterbox, staged

    title = read_characterbox(read_file(file))
    for note in title.notes:
        typer.echo(note, err=True)
    if number is None:
        for one in title.scenes:
            write(f"{one.id:>4}  {one.event} ({', '.join(person.name for person in one.characters)})\n")
        return
    scene, cast = staged(title.title, title.scene(number))
    library = own_library()
    for member in cast:
        library.save_character(member)
    kept = library.save_scene(scene)
    write(f"{kept.id}\n")
    typer.echo(f"Play it: studio play {kept.id} --mode characterbox", err=True)
