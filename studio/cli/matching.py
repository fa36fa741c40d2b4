"""`studio match`, `studio bank …`, `studio kin`, `studio cast` and `studio recommend`: what can be typed. What they do
is in `matching_acts`, which is loaded by the first command that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.opening import do

matching_app = typer.Typer()
bank_app = typer.Typer(no_args_is_help=True, help="Banks of people to talk to.")
cast_app = typer.Typer(no_args_is_help=True, help="Who should be in a scene.")
matching_app.add_typer(bank_app, name="bank")
matching_app.add_typer(cast_app, name="cast")

BankOption = Annotated[str, typer.Option("--bank", help="A bank's name; empty: the studio's own.")]
ModelOption = Annotated[str, typer.Option("--model", "-m", help="A model's name; empty: the one in use.")]
SettingOption = Annotated[
    list[str] | None, typer.Option("--set", "-s", metavar="NAME=VALUE", help="A parameter of the method; repeatable.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@matching_app.command("match")
def match(
    feeling: Annotated[str, typer.Argument(help="How you are, in your own words.")] = "",
    seeker: Annotated[str, typer.Option(help="A character of the library, or of the bank, who seeks company.")] = "",
    scorer: Annotated[str, typer.Option(help="cosine, affine, learned, rating or trope_space.")] = "cosine",
    top: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 5,
    bank: BankOption = "",
    library: Annotated[bool, typer.Option("--library", help="Among your characters instead of a bank.")] = False,
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only this type, e.g. INFJ; repeatable.")] = None,
    gender: Annotated[str, typer.Option(help="Only this gender.")] = "",
    region: Annotated[str, typer.Option(help="Only from here, e.g. Scotland.")] = "",
    from_age: Annotated[int | None, typer.Option(min=0, help="Not younger than this.")] = None,
    to_age: Annotated[int | None, typer.Option(min=0, help="Not older than this.")] = None,
    diversity: Annotated[float, typer.Option(min=0, max=1, help="0: nearest only; 1: as different as can be.")] = 0.3,
    mbti: Annotated[str, typer.Option(help="Your own type, where no character seeks.")] = "",
    age: Annotated[int | None, typer.Option(min=0, help="Your own age, where no character seeks.")] = None,
    model: ModelOption = "",
    setting: SettingOption = None,
    json_: JsonOption = False,
) -> None:
    """Find somebody to talk to, with reasons. Not therapy: in need, talk to a person."""
    from studio.cli import matching_acts as acts

    wanted = acts.Wanted(
        feeling=feeling, seeker=seeker, scorer=scorer, top=top, bank=bank, library=library, types=tuple(type_ or ()),
        gender=gender, region=region, from_age=from_age, to_age=to_age, diversity=diversity, mbti=mbti, age=age,
        model=model, settings=tuple(setting or ()),
    )  # fmt: skip
    do(acts.match(wanted, json_))


@bank_app.command("list")
def bank_list() -> None:
    """List the banks there are, and where each comes from."""
    from studio.cli import matching_acts as acts

    do(acts.bank_list())


@bank_app.command("build")
def bank_build(
    name: Annotated[str, typer.Option(help="The new bank's name.")] = "mine",
    per_type: Annotated[int, typer.Option(min=1, help="Profiles of each of the 16 types.")] = 64,
    seed: Annotated[int, typer.Option(help="The same seed builds the same bank.")] = 1024,
    builder: Annotated[str, typer.Option(help="composed (no model) or told (two calls each).")] = "composed",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A folder; else your data folder.")] = None,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="Embed it at once, so that the first match is quick.")
    ] = False,
    source: Annotated[str, typer.Option(help="What to say of where it comes from.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence it is.")] = "",
    model: ModelOption = "",
) -> None:
    """Build a bank. The shipped one: --name greenroom --source "written for the studio" --licence Apache-2.0 --vectors
    -o characters/banks/greenroom"""
    from studio.cli import matching_acts as acts

    do(acts.bank_build(acts.Order(
        name=name, per_type=per_type, seed=seed, builder=builder, output=output, vectors=vectors, source=source,
        licence=licence, model=model,
    )))  # fmt: skip


@bank_app.command("check")
def bank_check(
    name: Annotated[str, typer.Argument(help="A bank's name, or a file of JSON lines; empty: the studio's own.")] = "",
    json_: JsonOption = False,
) -> None:
    """Look for twins, near twins and profiles that contradict themselves."""
    from studio.cli import matching_acts as acts

    do(acts.bank_check(name, json_))


@bank_app.command("import")
def bank_import(
    file: Annotated[Path, typer.Argument(help="JSON lines: the published form, the studio's own, or flat fields.")],
    name: Annotated[str, typer.Option(help="The bank's name.")] = "mine",
    source: Annotated[str, typer.Option(help="Where it comes from, for its provenance.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence.")] = "",
) -> None:
    """Bring in a bank of your own."""
    from studio.cli import matching_acts as acts

    do(acts.bank_import(file, name, source, licence))


@matching_app.command("talk")
def talk(
    seeker: Annotated[str, typer.Option(help="Who is listened to: an id of the library or the bank.")],
    supporter: Annotated[str, typer.Option(help="Who listens: an id of the bank or the library.")],
    bank: BankOption = "",
    selector: Annotated[str, typer.Option(help="How memories are chosen: overlap, rules or llm.")] = "overlap",
    rate: Annotated[
        bool, typer.Option("--rate", help="Have the model rate the talk, and keep it as a rating.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed repeats every choice made by chance.")] = 0,
    model: ModelOption = "",
    json_: JsonOption = False,
) -> None:
    """Let two have a whole supportive talk. Not therapy."""
    from studio.cli import matching_acts as acts

    do(acts.talk(seeker, supporter, bank, selector, rate, seed, model, json_))


@matching_app.command("kin")
def kin(
    character: Annotated[str, typer.Argument(help="A character's id.")],
    json_: JsonOption = False,
) -> None:
    """Show whom a character belongs with, by their tropes."""
    from studio.cli import matching_acts as acts

    do(acts.kin(character, json_))


@cast_app.command("pick")
def cast_pick(
    lead: Annotated[str, typer.Option(help="The character who is in the scene already.")],
    k: Annotated[int, typer.Option(min=1, help="How many to cast.")] = 2,
    scene: Annotated[str, typer.Option(help="The scene's id.")] = "",
    role: Annotated[str, typer.Option(help="The open part in your own words.")] = "",
    mode: Annotated[str, typer.Option(help="council, single, debate or borda.")] = "council",
    pool: Annotated[str, typer.Option(help="Who may be cast: tag:NAME; empty: everybody.")] = "",
    weights: Annotated[str, typer.Option(help="Weights by specialist: role=0.3, other=0.7.")] = "",
    model: ModelOption = "",
    seed: Annotated[int, typer.Option(help="The order in which candidates are shown.")] = 0,
    json_: JsonOption = False,
) -> None:
    """Say who should be in a scene with somebody, and why."""
    from studio.cli import matching_acts as acts

    do(acts.cast_pick(lead, k, scene, role, mode, pool, weights, model, seed, json_))


@matching_app.command("recommend")
def recommend(
    instruction: Annotated[str, typer.Argument(help="What you are in the mood for.")] = "",
    user: Annotated[str, typer.Option(help="Whose actions to go by.")] = "",
    kind: Annotated[str, typer.Option(help="scene, character or pair; empty: scenes and characters.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="The actions that moved each score.")] = False,
    model: Annotated[str, typer.Option("--model", "-m", help="Ask this model too; empty: no model.")] = "",
    json_: JsonOption = False,
) -> None:
    """Suggest characters and scenes by what you did before."""
    from studio.cli import matching_acts as acts

    do(acts.recommend(instruction, user, kind, explain, model, json_))
