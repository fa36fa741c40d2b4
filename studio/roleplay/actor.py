"""One character says one thing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.character import Character
from studio.domain.message import Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.session import Session
from studio.domain.value import Value
from studio.errors import ModelOutput
from studio.llm.client import Model
from studio.prompts import sections
from studio.roleplay.clipping import clipped
from studio.roleplay.lore_placing import NOTHING, Placed
from studio.roleplay.persona import joined
from studio.roleplay.reply import Reply, parse_reply
from studio.roleplay.steps import Recollected, Streaming
from studio.roleplay.views import View

ATTEMPTS = 3
MAX_TOKENS = 120
SIMPLE_TOKENS = 48
MEMORY_CHARS = 160
CUE_CHARS = 160
MAX_STOPS = 4
ANSWER_CHARS = 4000
"""More than `MAX_TOKENS` ever come to: a model that does not stop by itself is stopped here."""


class Prompted(Value):
    """What goes into the volatile tail of an actor's prompt."""

    cue: str = ""
    memories: tuple[str, ...] = ()
    lore: Placed = NOTHING
    manner: tuple[str, ...] = ()


class Prepared(Value):
    """Everything one call is made from. The seed is that of its first try."""

    view: View
    prompted: Prompted
    recollected: Recollected
    seed: int


class Spoken(Value):
    """A finished turn and what it took, failed tries included."""

    reply: Reply
    usage: Usage
    provenance: Provenance


def request_for(
    session: Session,
    character: Character,
    view: View,
    prompted: Prompted,
    *,
    seed: int,
    attempt: int = 0,
    simple: bool = False,
) -> Request:
    """The call that asks for this character's turn. `simple`: for a model that cannot follow the reply script. Pure."""
    memories = [clipped(memory, MEMORY_CHARS) for memory in prompted.memories]
    if simple:
        alone = not view.lines or view.lines[-1].own
        ending = sections(
            "roleplay/actor_tail_simple",
            name=character.name,
            memories=memories,
            lore=prompted.lore,
            manner=prompted.manner,
            alone=alone,
        )
    else:
        cue = clipped(prompted.cue, CUE_CHARS)
        ending = sections(
            "roleplay/actor_tail",
            name=character.name,
            cue=cue,
            memories=memories,
            lore=prompted.lore,
            manner=prompted.manner,
            attempt=attempt,
        )
    others = [member.name for member in session.cast if member.id != character.id]
    return Request(
        messages=view.messages(joined(ending)),
        caller=character.id,
        purpose="actor",
        max_tokens=SIMPLE_TOKENS if simple else MAX_TOKENS,
        stop=("\n",) if simple else tuple(f"\n{name}:" for name in others[:MAX_STOPS]),
        seed=seed + attempt,
        template="roleplay/actor_frame_simple" if simple else "roleplay/actor_frame",
        ending=ending,
    )


async def speak(
    model: Model, session: Session, character: Character, view: View, prompted: Prompted, *, seed: int
) -> AsyncGenerator[Streaming | Spoken, None]:
    """The turn as it streams, then as it stands.

    An answer without a line of the character's own is asked for again, with the fault named, up to twice.
    Raises: ModelOutput when all three answers were unusable; what `Model.stream` raises.
    """
    others = (*(member.name for member in session.cast if member.id != character.id), "Narrator")
    simple = not model.capabilities.follows_script
    spent = Usage()
    for attempt in range(ATTEMPTS):
        request = request_for(session, character, view, prompted, seed=seed, attempt=attempt, simple=simple)
        raw, finish = "", ""
        try:
            async with aclosing(model.stream(request)) as chunks:
                async for chunk in chunks:
                    spent = spent + chunk.usage if chunk.usage else spent
                    finish = chunk.finish or finish
                    if chunk.text:
                        raw += chunk.text
                        so_far = parse_reply(raw, character.name, others, partial=True)
                        yield Streaming(actor=character.id, thought=so_far.thought, text=so_far.text)
                    if len(raw) > ANSWER_CHARS:
                        finish = "length"
                        break
        except ModelOutput:
            spent = spent + Usage(calls=1)
        reply = parse_reply(raw, character.name, others, unfinished=finish == "length")
        if reply.text:
            yield Spoken(reply=reply, usage=spent, provenance=request.provenance(model.name))
            return
    raise ModelOutput(
        f"{model.name} gave {character.name} no usable line in {ATTEMPTS} tries. Press Retry, or choose another model."
    )
