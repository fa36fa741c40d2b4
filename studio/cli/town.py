"""What can be typed after `studio town`. What it does is in `town_acts`, imported by the command that needs it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from studio.cli.opening import do

town_app = typer.Typer(no_args_is_help=True, help="Towns whose people live by themselves.")

Id = Annotated[str, typer.Argument(metavar="TOWN", help="A town's id, as `studio town run` shows it.")]
ModelOption = Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, a report last.")]
HoursOption = Annotated[float, typer.Option(min=0.1, max=24 * 365, help="How many hours to live through from here.")]


@town_app.command("run")
def run(
    resident: Annotated[list[str], typer.Option("--resident", "-r", help="A character's id; give it for each.")] = [],  # noqa: B006
    personas: Annotated[Path | None, typer.Option(help="A personas file of Generative Agents instead.")] = None,
    hours: HoursOption = 16,
    step: Annotated[int, typer.Option(min=5, max=240, help="Minutes a step.")] = 60,
    rumour: Annotated[str, typer.Option(help="News that one resident has at first, to watch it travel.")] = "",
    knower: Annotated[str, typer.Option(help="Who has it; else the first resident.")] = "",
    lines: Annotated[int, typer.Option(min=2, max=20, help="Lines a conversation.")] = 4,
    model: ModelOption = "",
    seed: Annotated[int, typer.Option(help="The same seed repeats every choice made by chance.")] = 0,
    json_lines: JsonOption = False,
) -> None:
    """Let people live in a town, and watch whom they meet and what they hear."""
    do(_acts().run(resident, personas, hours, step, rumour, knower, lines, model, seed, json_lines))


@town_app.command("resume")
def resume(town: Id, hours: HoursOption = 16, model: ModelOption = "", json_lines: JsonOption = False) -> None:
    """Go on where a town was left, stopped or killed."""
    do(_acts().resume(town, hours, model, json_lines))


@town_app.command("replay")
def replay(town: Id) -> None:
    """Show again what happened, minute by minute. No model is asked."""
    do(_acts().show_replay(town))


@town_app.command("report")
def report(town: Id, json_lines: JsonOption = False) -> None:
    """Show how far the rumour and the ties between people got, hour by hour."""
    do(_acts().show_report(town, json_lines))


@town_app.command("interview")
def interview(town: Id, model: ModelOption = "") -> None:
    """Ask everybody whether they know the rumour, and see who makes it up. One call a resident."""
    do(_acts().interview(town, model))


def _acts() -> ModuleType:
    from studio.cli import town_acts

    return town_acts
