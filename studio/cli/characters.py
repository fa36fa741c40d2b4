"""`studio character`: who is in the library."""

from __future__ import annotations

from typing import Annotated

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


@character_app.command("show")
def character_show(character: Annotated[str, typer.Argument(help="A character's id.")]) -> None:
    """Show one character: facts, secrets and example lines."""
    one = own_library().character(character)
    sections = {
        one.name: one.statements(),
        "Background": tuple(text for text in (one.appearance, one.backstory) if text),
        "Secrets": one.secrets,
        "Sounds like": one.speech.examples,
    }
    for title, texts in sections.items():
        if texts:
            write(f"\n{title}\n" + "".join(f"  {text}\n" for text in texts))
