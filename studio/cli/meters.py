"""`studio meters`: how well plays keep to their form, by play, character and model."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.cards import JsonOption
from studio.cli.opening import do

meters_app = typer.Typer(invoke_without_command=True)


@meters_app.command("meters")
def meters(
    play: Annotated[
        str, typer.Argument(help="A play's id, as `studio sessions` shows it; none: every play, by model.")
    ] = "",
    json_: JsonOption = False,
) -> None:
    """Show what was cut as spoken for others, said before, ran long, or decided for a person. No model is asked."""
    from studio.cli import meter_acts

    do(meter_acts.show(play, json_))
