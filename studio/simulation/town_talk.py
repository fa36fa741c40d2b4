"""People who meet, and what they say to each other."""

from __future__ import annotations

import random
from collections.abc import Sequence

from studio.domain.event import Event, Kind
from studio.errors import ModelOutput
from studio.llm.client import complete
from studio.prompts import render
from studio.roleplay.persona import persona
from studio.simulation.town import PART, clock_face, pairs
from studio.simulation.town_log import PERSONA_CHARS, TownLog, texts

LINE_CHARS = 600
REST_MINUTES = 60


async def meet(log: TownLog, minute: int) -> None:
    """Who is at one place may talk, two at a time; who talked within the last hour lets others."""
    state = log.state
    for talk in [talk for talk, count in state.talks.items() if count < log.town.lines]:
        first, second = talk.rsplit("|", 2)[1:]
        await _talk(log, first, second, minute)
    for place in log.town.places:
        here = [who for who, where in state.places.items() if where == place]
        talked = {who for talk in state.talks for who in talk.rsplit("|", 2)[1:]}
        chance = random.Random(f"{log.town.seed}:{minute}:{place}")
        drawn = list(pairs(here))
        chance.shuffle(drawn)
        for first, second in drawn:
            rested = all(minute - state.spoke.get(who, -REST_MINUTES) >= REST_MINUTES for who in (first, second))
            begins = chance.random() < log.town.chance
            if begins and rested and not talked & {first, second}:
                talked |= {first, second}
                await _talk(log, first, second, minute)


async def _talk(log: TownLog, first: str, second: str, minute: int) -> None:
    talk = f"{minute}|{log.state.places[first]}|{first}|{second}"
    while (said := log.state.talks.get(talk, 0)) < log.town.lines:
        speaker, other = (first, second) if said % 2 == 0 else (second, first)
        lines = [event for event in log.transcript.events if event.parts.get(PART, {}).get("talk") == talk]
        if not await _say(log, talk, speaker, other, lines, minute, last=said >= log.town.lines - 2):
            return


async def _say(
    log: TownLog, talk: str, speaker: str, other: str, lines: Sequence[Event], minute: int, *, last: bool
) -> bool:
    session = log.transcript.session
    one, state = session.character(speaker), log.state
    focal = lines[-1].text if lines else f"What is {session.name_of(other)} to me, and what is new?"
    place = state.places[speaker]
    prompt = render(
        "simulation/town_line",
        persona=persona(one, PERSONA_CHARS),
        name=one.name,
        time=clock_face(minute),
        place=place,
        doing=state.doing.get(speaker, ""),
        other=session.name_of(other),
        others_doing=state.doing.get(other, ""),
        relationship=one.relationships.get(other, ""),
        memories=texts(await log.recalled(one, focal, minute, frozenset({other}), [line.id for line in lines])),
        lines=[f"{session.name_of(line.actor)}: {line.text}" for line in lines],
        last=last,
    )
    request = log.request(one, prompt, "simulation/town_line", 120)
    try:
        answer = await complete(log.context.model, request)
    except ModelOutput:
        return False
    text = _spoken(answer.text, one.name)
    if not text:
        return False
    heard = [who for who, where in state.places.items() if where == place]
    provenance = request.provenance(log.context.model.name)
    told = {"talk": talk, "with": other}
    log.add(Kind.SPEECH, speaker, text, heard, told, minute, usage=answer.usage, provenance=provenance)
    await log.stored()
    return True


def _spoken(text: str, name: str) -> str:
    """The line of an answer: without a name tag or quotes around it, cut where it runs on."""
    said = " ".join(text.split())
    for tag in (f"{name}:", f"{name.split(maxsplit=1)[0]}:"):
        said = said.removeprefix(tag).strip()
    if len(said) > 1 and said[0] in '"“' and said[-1] in '"”':
        said = said[1:-1].strip()
    return said[:LINE_CHARS]
