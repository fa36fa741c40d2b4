"""`studio bench …`: methods measured on published data that lies in a folder of the reader's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.opening import do

bench_app = typer.Typer(no_args_is_help=True, help="Methods measured on published data of your own.")

DataOption = Annotated[Path, typer.Option("--data", exists=True, help="The folder (or file) with the published data.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@bench_app.command("characterchat")
def characterchat(data: DataOption, json_: JsonOption = False) -> None:
    """Supportive talks: counts, ratings, the memory window, and what word likeness foretells."""
    from studio.cli import matching_benches as benches

    do(benches.characterchat(data, json_))


@bench_app.command("aloha")
def aloha(
    data: DataOption,
    seed: Annotated[int, typer.Option(help="Which lines distract.")] = 0,
    json_: JsonOption = False,
) -> None:
    """Tropes: published communities, and Hits@k of lines ranked for what was heard."""
    from studio.cli import matching_benches as benches

    do(benches.aloha(data, seed, json_))


@bench_app.command("partnermas")
def partnermas(
    data: DataOption,
    mode: Annotated[str, typer.Option(help="council, single, debate or borda.")] = "borda",
    features: Annotated[str, typer.Option(help="With borda: the numbers to rank by.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Only the first so many cases; 0: all.")] = 0,
    model: Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")] = "",
    json_: JsonOption = False,
) -> None:
    """Casting: the match rate on cases with a known answer, beside chance."""
    from studio.cli import matching_benches as benches

    do(benches.partnermas(data, mode, features, limit, model, json_))


@bench_app.command("smartagent")
def smartagent(
    data: DataOption,
    theta: Annotated[float, typer.Option(min=0, max=1, help="How near to the best a yes must come.")] = 0.4,
    json_: JsonOption = False,
) -> None:
    """Recommending: explicit and implicit accuracy of chains of thought."""
    from studio.cli import matching_benches as benches

    do(benches.smartagent(data, theta, json_))
