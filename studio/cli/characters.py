"""`studio character`: who is in the library."""

from __future__ import annotations

import typer

from studio.cli.opening import own_library, show_problems, write

character_app = typer.Typer(no_args_is_help=True, help="The characters in the library.")


@character_app.command("list")
def character_list() -> None:
    """List the characters."""
    library = own_library()
    for one in library.characters():
        about = ", ".join(str(part) for part in (one.age, one.career) if part)
        write(f"{one.id:<24} {one.name}{f', {about}' if about else ''}\n")
    show_problems(library)
