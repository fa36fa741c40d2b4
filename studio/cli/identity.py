"""`studio identity`: questionnaires scored, and a person told by parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import TypeAdapter, ValidationError

from studio.cli.opening import own_library, read_file, write
from studio.errors import Invalid

if TYPE_CHECKING:
    from studio.generation.questionnaires.bfi import Personality
    from studio.generation.questionnaires.pvq import Values

identity_app = typer.Typer(no_args_is_help=True, help="Who somebody is: to others, to themselves, in a week.")

Form = Literal["bfi", "pvq"]
_ANSWERS = TypeAdapter(dict[str, int | float | str | bool])
_BFI_ITEMS = 30


@identity_app.command("score")
def identity_score(
    file: Annotated[Path, typer.Argument(help='A JSON object of answers from 1 to 7: {"1": 6, "2": 3, …}.')],
    form: Annotated[str, typer.Option(help="bfi (30 items) or pvq (21); else by the number of answers.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="The scores as one JSON object.")] = False,
) -> None:
    """Score a questionnaire: the Big Five with their facets, or ten values."""
    from studio.generation.questionnaires.bfi import score_bfi
    from studio.generation.questionnaires.pvq import score_pvq

    try:
        answers = _ANSWERS.validate_json(read_file(file))
    except ValidationError as error:
        raise Invalid(
            f"{file} holds no answers: give one JSON object of item numbers to answers from 1 to 7."
        ) from error
    scores = score_bfi(answers) if _form_of(form, answers, file) == "bfi" else score_pvq(answers)
    if json_:
        write(f"{json.dumps(scores.model_dump(mode='json'), ensure_ascii=False)}\n")
    else:
        write("".join(_table(scores)))
    for doubt in scores.doubts:
        typer.echo(doubt, err=True)


@identity_app.command("prompt")
def identity_prompt_(
    character: Annotated[str, typer.Argument(help="A character's id.")],
    parts: Annotated[
        str, typer.Option(help="Of social, personal and life context: S, P, C, SP, SC, PC or SPC.")
    ] = "SPC",
) -> None:
    """Print what an agent is told to be this person with these parts alone."""
    from studio.generation.questionnaires.identity import identity_prompt

    write(f"{identity_prompt(own_library().character(character), parts.upper())}\n")


def _form_of(form: str, answers: dict[str, int | float | str | bool], file: Path) -> Form:
    given = form.casefold().strip()
    if not given:
        prefixed = {key.partition("-")[0] for key in answers}
        by_name: dict[str, Form] = {"D1PB": "bfi", "D2LP": "pvq"}
        found = next((by_name[prefix] for prefix in prefixed if prefix in by_name), None)
        if found:
            return found
        given = "bfi" if len(answers) == _BFI_ITEMS else "pvq" if len(answers) in (21, 22) else ""
    if given == "bfi":
        return "bfi"
    if given == "pvq":
        return "pvq"
    raise Invalid(f"{file} has {len(answers)} answers, which fits neither questionnaire. Say --form bfi or --form pvq.")


def _table(scores: Personality | Values) -> Iterator[str]:
    from studio.generation.questionnaires.pvq import Values

    if isinstance(scores, Values):
        for value in scores.values:
            yield _row(value.name, value.score, value.band, value.centred)
        return
    for domain in scores.domains:
        yield _row(domain.title, domain.score, domain.band)
        for facet in domain.facets:
            yield _row(f"  {facet.name}", facet.score, facet.band)


def _row(name: str, score: float | None, band: str, centred: float | None = None) -> str:
    number = "unknown" if score is None else f"{score:.2f}"
    beside = "" if centred is None else f"  {centred:+.2f}"
    return f"{name:<26} {number:>7}{beside}  {band}\n"
