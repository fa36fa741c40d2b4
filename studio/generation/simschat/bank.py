"""From picks to a whole bank: a person, their story, scenes, dialogues and questions."""

from __future__ import annotations

from contextlib import aclosing

from studio.cards.research.simsconv import SimsBank, SimsCharacter
from studio.cards.research.simsconv_staging import sims_of
from studio.cards.research.simsconv_values import Dialogue
from studio.domain.character import Character
from studio.domain.provenance import Usage
from studio.generation.asking import Made
from studio.generation.simschat.dialogues import Draw, draws, play_scene
from studio.generation.simschat.interview import write_questions
from studio.generation.simschat.scenes import SCENES, deal_scenes
from studio.generation.writers.base import Sheet, Writer, Written
from studio.generation.writers.expand import Expand
from studio.generation.writers.narrate import Narrate
from studio.run_context import RunContext


async def compose_bank(
    context: RunContext,
    character: Character,
    partners: tuple[SimsCharacter, ...] = (),
    locked: tuple[str, ...] = (),
    scenes: int = SCENES,
) -> Made[SimsBank]:
    """Expand, narrate, deal scenes, play each against a partner drawn from `partners`, ask fifty questions.

    The bank holds the character first, then the partners that were drawn. A dialogue that fails is left out and noted;
    without partners every scene is a monologue, which is noted too. The context's progress counts dialogues.
    Cost: 3 + `scenes` + 1 calls (24), and 1 more for each first answer that is unusable.
    Raises: what the first four steps raise.
    """
    usage, notes = Usage(), list[str]()
    for writer in (Expand(), Narrate()):
        done = await _written(writer, context, Sheet(character=character, locked=locked))
        character, usage = done.character, usage + done.usage
        notes += done.notes
    one = sims_of(character.model_copy(update={"extensions": {**character.extensions, "simsconv": {"questions": []}}}))
    deck = await deal_scenes(context, one, scenes)
    one = one.model_copy(update={"scenes": deck.result})
    others = {other.name: other for other in partners if other.name != one.name}
    drawn = draws(len(deck.result), tuple(others), context.rng)
    if not others:
        notes.append("There is nobody to talk to: every scene is a monologue.")

    async def play(draw: Draw) -> Made[Dialogue]:
        return await play_scene(context, one, others.get(draw.partner or ""), one.scenes[draw.place], draw)

    dialogues: list[Dialogue] = []
    for draw, made in zip(drawn, await context.map(play, drawn), strict=True):
        if isinstance(made, Exception):
            notes.append(f"Scene {draw.place + 1} was not played: {made}")
            continue
        dialogues.append(made.result)
        usage, notes = usage + made.usage, [*notes, *made.notes]
    asked = await write_questions(context, one)
    one = one.model_copy(update={"dialogues": tuple(dialogues), "questions": asked.result})
    met = {draw.partner for draw in drawn}
    bank = SimsBank(characters=(one, *(other for name, other in others.items() if name in met)))
    notes += [*deck.notes, *asked.notes]
    return Made(result=bank, notes=tuple(dict.fromkeys(notes)), usage=usage + deck.usage + asked.usage)


async def _written(writer: Writer, context: RunContext, sheet: Sheet) -> Written:
    """What a writer writes, waited for; a writer that finds everything written already takes no call."""
    if not writer.open_fields(sheet):
        return Written(character=sheet.character, filled=())
    async with aclosing(writer.write(context, sheet)) as steps:
        async for step in steps:
            if isinstance(step, Written):
                return step
    raise AssertionError("a writer always ends in what it wrote")
