"""`studio character new`, `show` and `check`: from picks or dice to somebody worth playing."""

from __future__ import annotations

import json
import random
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from studio.cli.characters import character_app
from studio.cli.opening import do, opened_studio, own_library, write
from studio.domain.character import Character
from studio.domain.options import WORLDS
from studio.domain.session import Choice
from studio.errors import Invalid

if TYPE_CHECKING:
    from studio.domain.provenance import Usage

__all__ = ["character_app"]

LockOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lock", "-l", metavar="FIELD=VALUE", help="What stays as it is, e.g. 'traits=neat, shy'; repeatable."
    ),
]
WriteOption = Annotated[
    list[str] | None,
    typer.Option("--write", "-w", metavar="WRITER", help="Let the model write a part: expand, narrate, …; repeatable."),
]


@character_app.command("new")
def character_new(
    dice: Annotated[bool, typer.Option("--dice", help="Roll every field that is not locked.")] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed rolls the same character.")] = None,
    lock: LockOption = None,
    world: Annotated[str, typer.Option(help="The kind of story: today, past, fantasy or space.")] = "today",
    part: WriteOption = None,
    model: Annotated[str, typer.Option("--model", "-m", help="The model that writes; empty: the one in use.")] = "",
    dry: Annotated[bool, typer.Option("--dry", help="Show the character, save nothing.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="The character as one JSON object.")] = False,
) -> None:
    """Make a character: from locked fields, by dice, written out by a model, or all three."""
    from studio.generation.dice import roll

    known = next((name for name in WORLDS if name == world), None)
    if known is None:
        raise Invalid(f"There is no world '{world}'. Say {', '.join(WORLDS)}.")
    if seed is None:
        seed = random.SystemRandom().randrange(1 << 31)
    character, locked = _locked(lock or [])
    library = own_library()
    if dice:
        character = roll(library.options(), random.Random(seed), character, locked, known)
    elif "name" not in locked and "expand" not in (part or []):
        raise Invalid("Somebody needs a name: --lock 'name=Ada Voss', or roll one with --dice.")
    if part:
        do(_write_out(character, locked, part, model, seed, dry=dry, json_=json_))
    else:
        _finish(character if dry else library.save_character(character), dry=dry, json_=json_)
    if dice:
        typer.echo(f"Rolled with --seed {seed}.", err=True)


def _locked(given: list[str]) -> tuple[Character, tuple[str, ...]]:
    """A character of the locked values alone, and their paths. A list that is locked twice grows."""
    from studio.generation.fields import get, parsed, put

    character, paths = Character(id="", name="Nobody"), list[str]()
    for lock in given:
        path, sign, text = lock.partition("=")
        path = path.strip()
        if not sign:
            raise Invalid(f"'{lock[:60]}' locks nothing. Say FIELD=VALUE, e.g. 'career=a beekeeper'.")
        value = parsed(path, text)
        before = get(character, path)
        if isinstance(value, tuple) and isinstance(before, tuple):
            value = (*before, *value)
        try:
            character = put(character, path, value)
        except ValidationError as error:
            raise Invalid(
                f"'{text[:60]}' cannot be the {path}: {error.errors(include_url=False)[0]['msg']}."
            ) from error
        paths.append(path)
    return character, tuple(dict.fromkeys(paths))


async def _write_out(
    character: Character, locked: tuple[str, ...], parts: list[str], model: str, seed: int, *, dry: bool, json_: bool
) -> None:
    from studio.domain.provenance import Usage
    from studio.generation.writers.base import WRITERS, Sheet, Written
    from studio.run_context import RunContext

    writers = [WRITERS.build(Choice(name=part)) for part in parts]
    spent = Usage()
    async with opened_studio() as studio:
        chosen = await studio.models.open(model)
        context = RunContext(model=chosen, embedder=studio.embedder, rng=random.Random(seed), clock=studio.clock)
        taken = tuple(other.name for other in studio.library.characters())
        for writer in writers:
            sheet = Sheet(character=character, locked=locked, taken=taken)
            if character.name == "Nobody":
                writer = writer.model_copy(update={"overwrite": True})
            async with aclosing(writer.write(context, sheet)) as steps:
                async for step in steps:
                    if isinstance(step, Written):
                        character, spent = step.character, spent + step.usage
                        _report(
                            writer.card.title,
                            step.filled,
                            (*step.notes, *(f"'{p}' shows nowhere." for p in step.unseen)),
                        )
        if not dry:
            character = studio.library.save_character(character)
    _finish(character, dry=dry, json_=json_)
    typer.echo(_cost(spent), err=True)


def _report(title: str, filled: tuple[str, ...], notes: tuple[str, ...]) -> None:
    typer.echo(f"{title}: {', '.join(filled) or 'nothing'}", err=True)
    for note in notes:
        typer.echo(f"  {note}", err=True)


def _cost(usage: Usage) -> str:
    calls = f"{usage.calls} call{'s' if usage.calls != 1 else ''}"
    price = "" if not usage.cost else f", ${usage.cost:.4f}"
    return f"{calls}, {usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written{price}."


def _finish(character: Character, *, dry: bool, json_: bool) -> None:
    from studio.roleplay.persona import persona

    if json_:
        write(f"{character.model_dump_json(exclude_defaults=True)}\n")
    elif dry:
        write(f"{persona(character)}\n")
    else:
        write(f"{character.id}  {character.name}\n")


@character_app.command("show")
def character_show(
    character: Annotated[str, typer.Argument(help="A character's id.")],
    json_: Annotated[bool, typer.Option("--json", help="Every field as one JSON object.")] = False,
) -> None:
    """Show what a model will be told of a character."""
    from studio.llm.tokens import estimate
    from studio.roleplay.persona import persona

    one = own_library().character(character)
    if json_:
        write(f"{one.model_dump_json(exclude_defaults=True)}\n")
        return
    told = persona(one)
    write(f"{told}\n")
    typer.echo(f"{len(told):,} characters, about {estimate(told)} tokens.", err=True)


@character_app.command("check")
def character_check(
    characters: Annotated[list[str] | None, typer.Argument(metavar="[CHARACTER]...", help="Ids; none: all.")] = None,
    hints: Annotated[bool, typer.Option(help="What could be better, too.")] = True,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,
) -> None:
    """Look for contradictions, leaked secrets and leftovers. Exits with 1 when there is an error."""
    from studio.generation.checks import Severity, check

    library = own_library()
    options = library.options()
    chosen = [library.character(id_) for id_ in characters] if characters else library.characters()
    worst, count = False, 0
    for one in chosen:
        for finding in check(one, options):
            if finding.severity is Severity.HINT and not hints:
                continue
            worst, count = worst or finding.severity is Severity.ERROR, count + 1
            about = {"character": one.id, **finding.model_dump(mode="json")}
            write(f"{json.dumps(about, ensure_ascii=False)}\n" if json_ else f"{one.id}: {finding}\n")
    typer.echo(f"{len(chosen)} checked, {count or 'nothing'} found.", err=True)
    if worst:
        sys.exit(1)
