"""Twenty scenes for one character, in one call."""

from __future__ import annotations

from itertools import cycle, islice

from pydantic import BaseModel, ConfigDict

from studio.cards.research.prodigy import sentences
from studio.cards.research.simsconv import SimsCharacter
from studio.cards.research.simsconv_values import SCENE_TYPES, Scene
from studio.generation.asking import Made, filled, request_for
from studio.generation.forms import Form, Told
from studio.run_context import RunContext

SCENES = 20
LONGEST_BACKGROUND = 2
"""Sentences."""


class SceneForm(BaseModel):
    """One scene."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    type: Told = ""
    location: Told = ""
    background: Told = ""


class Deck(Form):
    """The scenes in order."""

    scenes: tuple[SceneForm, ...] = ()


async def deal_scenes(context: RunContext, one: SimsCharacter, count: int = SCENES) -> Made[tuple[Scene, ...]]:
    """`count` scenes that could befall the character, their types taking turns: chat, debate, discussion, speech.

    A location that comes twice is left out, a background is cut to two sentences, and types are set right; each is
    noted, and so is a deck that is short.
    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelOutput, and what `Model.stream` raises.
    """
    request = request_for(
        "simschat_scenes", 80 * count + 100, context.rng.randrange(1 << 31), one=one, count=count, types=SCENE_TYPES
    )
    form, usage = await filled(context, request, Deck)
    scenes, notes = arranged(form, one, count)
    return Made(result=scenes, notes=notes, usage=usage, provenance=request.provenance(context.model.name))


def arranged(deck: Deck, one: SimsCharacter, count: int) -> tuple[tuple[Scene, ...], tuple[str, ...]]:
    """The scenes of an answer as the published form has them, and what was mended. Pure."""
    notes, kept, seen = list[str](), list[SceneForm](), set[str]()
    for scene in deck.scenes:
        location = " ".join(scene.location.split())
        if not location or not scene.background.strip():
            continue
        if location.casefold() in seen:
            notes.append(f"'{location}' came twice; the second scene there was left out.")
            continue
        seen.add(location.casefold())
        kept.append(scene)
    kept = kept[:count]
    if len(kept) < count:
        notes.append(f"{len(kept)} of {count} scenes could be used.")
    scenes = []
    for place, (scene, type_) in enumerate(zip(kept, islice(cycle(SCENE_TYPES), count), strict=False)):
        told = sentences(" ".join(scene.background.split()))
        if len(told) > LONGEST_BACKGROUND:
            notes.append(f"The background of '{scene.location}' was cut to {LONGEST_BACKGROUND} sentences.")
        scenes.append(
            Scene(
                type=type_,
                location=" ".join(scene.location.split()),
                background=" ".join(told[:LONGEST_BACKGROUND]),
                source=f"seed_scene_0_c{place + 1}",
                profile=one.profile,
            )
        )
    return tuple(scenes), tuple(notes)
