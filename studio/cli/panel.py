"""`studio panel`: a task solved by a panel that one model plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from studio.cli.opening import opened_studio, write

if TYPE_CHECKING:
    from studio.domain.state import Panel


async def hold_panel(task: str, model: str, *, profile: bool, fixed: bool, json_: bool) -> None:
    """Convene it, and show who took part, what they said and what they agreed on."""
    from studio.roleplay.synergy.solo import convene

    async with opened_studio() as studio:
        convened = await convene(await studio.models.open(model), task, profile=profile, fixed=fixed)
    write(convened.model_dump_json(exclude={"raw"}) + "\n" if json_ else shown(convened.panel))
    if not convened.panel.parsed:
        typer.echo("This model did not keep to the form of a panel: the answer is all it wrote.", err=True)


def shown(panel: Panel) -> str:
    """A panel as a text for the terminal."""
    who = "".join(f"  {one.name}{f': {one.profile}' if one.profile else ''}\n" for one in panel.panelists)
    talk = "".join(f"\n{turn.speaker or 'Narrator'}: {turn.text}\n" for turn in panel.turns)
    return f"Participants\n{who}{talk}\nFinal answer\n{panel.final}\n" if panel.panelists else f"{panel.final}\n"
