"""A scene played by two, in one call: what is said, and what the protagonist thinks."""

from __future__ import annotations

import random

from pydantic import BaseModel, ConfigDict

from studio.cards.research.simsconv import SimsCharacter
from studio.cards.research.simsconv_values import EMOTIONS, SHORTEST_DIALOGUE, TOPICS, Dialogue, Scene, Turn
from studio.domain.value import Value
from studio.errors import ModelOutput
from studio.generation.asking import Made, filled, known_as, request_for
from studio.generation.forms import Form, Told
from studio.run_context import RunContext

MOST_TURNS = 31


class Draw(Value):
    """What chance gives a dialogue. `partner` is None for a monologue; `seed` is that of the call."""

    place: int
    partner: str | None
    emotion: str
    topic: str
    seed: int


class TurnForm(BaseModel):
    """One turn."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    role: Told = ""
    action: Told = ""
    content: Told = ""


class DialogueForm(Form):
    """The setting with both people in it, and the turns."""

    setting: Told = ""
    turns: tuple[TurnForm, ...] = ()


def draws(count: int, partners: tuple[str, ...], rng: random.Random) -> tuple[Draw, ...]:
    """Partner, emotion and topic for each of `count` scenes; emotions and topics are drawn like cards, without putting
    any back before all were drawn, so that every one comes equally often."""
    emotions, topics = _cards(EMOTIONS, count, rng), _cards(TOPICS, count, rng)
    return tuple(
        Draw(
            place=place,
            partner=rng.choice(partners) if partners else None,
            emotion=emotions[place],
            topic=topics[place],
            seed=rng.randrange(1 << 31),
        )
        for place in range(count)
    )


def _cards(names: tuple[str, ...], count: int, rng: random.Random) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        found += rng.sample(names, len(names))
    return found[:count]


async def play_scene(
    context: RunContext, one: SimsCharacter, partner: SimsCharacter | None, scene: Scene, draw: Draw
) -> Made[Dialogue]:
    """The scene as a dialogue of 3 to 31 turns in which only the protagonist thinks.

    Thoughts of others and turns of strangers are left out, first names become whole ones; each is noted.
    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelOutput, also when too few turns are left; what `Model.stream` raises.
    """
    request = request_for("simschat_dialogue", 1400, draw.seed, one=one, partner=partner, scene=scene, draw=draw)
    form, usage = await filled(context, request, DialogueForm)
    dialogue, notes = staged(form, one, partner, scene, draw)
    if len(dialogue.turns) < SHORTEST_DIALOGUE:
        raise ModelOutput(
            f"{context.model.name} wrote {len(dialogue.turns)} usable turns of {SHORTEST_DIALOGUE} at least."
        )
    return Made(result=dialogue, notes=notes, usage=usage, provenance=request.provenance(context.model.name))


def staged(
    form: DialogueForm, one: SimsCharacter, partner: SimsCharacter | None, scene: Scene, draw: Draw
) -> tuple[Dialogue, tuple[str, ...]]:
    """An answer as a dialogue of the published form, and what was left out. Pure."""
    people = [one, *([partner] if partner else [])]
    notes, turns = list[str](), list[Turn]()
    for turn in form.turns:
        role, text = " ".join(turn.role.split()), " ".join(turn.content.split())
        who = next((person for person in people if role.casefold() in known_as(person)), None)
        thinks = Turn(role=role, action=turn.action).tag == "thinking"
        if not text:
            continue
        if who is None:
            notes.append(f"'{role[:40]}' is in no part; the turn was left out.")
        elif thinks and who is not one:
            notes.append(f"A thought of {who.name} was left out: only {one.name} thinks.")
        else:
            turns.append(Turn(role=who.name, action="(thinking)" if thinks else "(speaking)", content=text))
    if turns and turns[0].role != one.name:
        notes.append(f"{one.name} does not open it.")
    dialogue = Dialogue(
        settings=(" ".join(form.setting.split()) or scene.background,),
        emotion=draw.emotion,
        topics=(draw.topic[:1].upper() + draw.topic[1:],),
        turns=tuple(turns[:MOST_TURNS]),
        location=scene.location,
        background=".",
        source=f"seed_dialogue_{draw.place}",
    )
    return dialogue, tuple(dict.fromkeys(notes))
