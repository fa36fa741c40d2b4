"""Lives a town through, a step at a time. Everything that happens is an event of a session, perceived by those at the
same place; where the run stands is read from the log, so that it can be stopped, killed and gone on with anywhere."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.provenance import Provenance, Usage
from studio.domain.scene import Ending, Part, Scene
from studio.domain.session import Choice, Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.llm import structured
from studio.memory.base import Occasion
from studio.memory.consolidation import consolidate
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.prompts import render
from studio.roleplay.persona import persona
from studio.run_context import RunContext
from studio.simulation import town_plans
from studio.simulation.town import ASLEEP, MINUTES_A_DAY, Slot, Town, clock_face, slot_at, standing, tells, town_of
from studio.simulation.town_log import PERSONA_CHARS, TownLog, texts
from studio.simulation.town_talk import meet

AT_ONCE = 4
DEFAULT_POLICY = Choice(name="memory_stream")


class Heard(BaseModel):
    """What somebody says when asked about a rumour."""

    knows: bool = False
    said: str = ""


@dataclass(frozen=True)
class Moment:
    """A minute of a town that was lived through to its end."""

    minute: int
    events: tuple[Event, ...]
    transcript: Transcript


def scene_of(town: Town, residents: Sequence[Character]) -> Scene:
    """The town as a scene: everybody is in it from the start, and nobody on one stage."""
    return Scene(
        id="town",
        title="A town",
        place=", ".join(town.places),
        premise="People of a small town go about their days.",
        cast=tuple(Part(character=one.id) for one in residents),
        end=Ending(max_turns=10_000),
        tags=("town",),
    )


class TownRun:
    """Lives towns through with the models, memory and archive it is given. The clock of the archive is left alone:
    what happens in the town is dated by the town's own.

    Source: Park et al., Generative Agents, UIST 2023, sections 3 to 5 and 7, https://arxiv.org/abs/2304.03442
    Differs: a day is planned in one call, and not refined hour by hour; places are one level deep; people react to each
        other by talking, not by planning anew; a conversation has a fixed length.
    Cost: for each day 1 a person (plan) and a reflection each; `lines` a conversation.
    """

    def __init__(self, archive: Archive, keeper: MemoryKeeper, context: RunContext) -> None:
        self.archive = archive
        self.keeper = keeper
        self.context = context

    async def begin(
        self, owner: str, town: Town, residents: Sequence[Character], policy: Choice = DEFAULT_POLICY
    ) -> Transcript:
        """A new town with its rumour sown.

        Raises: Invalid for fewer than two residents, a resident without a home, or a knower who does not live there.
        """
        ids = [one.id for one in residents]
        if len(set(ids)) < 2 or len(set(ids)) != len(ids):
            raise Invalid("A town needs two residents at least, each once.")
        homeless = [id_ for id_ in ids if town.homes.get(id_) not in town.places]
        if homeless:
            raise Invalid(f"'{homeless[0]}' has no home in the town. Give each resident one of its places.")
        if town.rumour and town.knower not in ids:
            raise Invalid(f"'{town.knower}' is to know the rumour, but does not live there. Name a resident.")
        at = self.context.clock()
        id_ = uuid7(at, self.context.rng)
        session = Session(
            id=id_,
            owner=owner,
            continuity=id_,
            title="A town",
            scene=scene_of(town, residents),
            cast=tuple(residents),
            memory_policy=policy,
            model=self.context.model.name,
            seed=town.seed,
            created_at=at,
            updated_at=at,
        )
        transcript = Transcript(session=await self.archive.sessions.create(session))
        day = _Days(self.archive, self.keeper, self.context, transcript, town)
        day.note("The town begins.", {"begun": town.model_dump(mode="json")}, town.wakes)
        if town.rumour:
            day.add(Kind.THOUGHT, town.knower, town.rumour, (town.knower,), {"rumour": True}, town.wakes, salience=8)
        await day.stored()
        return day.transcript

    async def live(self, transcript: Transcript, until: int) -> AsyncIterator[Moment]:
        """Go on, step by step, until a minute since the first midnight; each step once it is stored for good.

        Closing the iterator, or killing the process, loses at most the step under way: its events so far stand, and
        the next run goes on within it.

        Raises: Invalid for a session that is no town; Conflict when somebody else lives it too; ModelUnavailable,
            ModelRefused, ModelBudget, StorageError.
        """
        town = town_of(transcript)
        if town is None:
            raise Invalid(f"'{transcript.session.title}' is no town: nothing in it says how it began.")
        while True:
            state = standing(transcript.events)
            minute = town.wakes if state.done < 0 else state.done + town.step
            if minute > until:
                return
            day = _Days(self.archive, self.keeper, self.context, transcript, town)
            before = len(transcript.events)
            await day.lived(minute)
            transcript = day.transcript
            yield Moment(minute, transcript.events[before:], transcript)

    async def interview(self, transcript: Transcript) -> dict[str, tuple[bool, bool]]:
        """Ask everybody whether they know the rumour: whether they say so, and whether any memory of theirs bears it
        out. Who says so without one makes it up.

        Cost: 1 call a resident.
        """
        town = town_of(transcript)
        if town is None or not town.rumour:
            raise Invalid("There is no rumour in this town to ask about.")
        from_log = _Days(self.archive, self.keeper, self.context, transcript, town)
        return await from_log.interviewed()


class _Days(TownLog):
    """The steps of a town."""

    async def lived(self, minute: int) -> None:
        """The step that ends with this minute: plans, moves, meetings; reflection at the end of a day."""
        awake = self.town.wakes <= minute % MINUTES_A_DAY < self.town.sleeps
        day = minute // MINUTES_A_DAY
        if awake:
            await self._plan(day, minute)
            await self._move(minute)
            await meet(self, minute)
        else:
            await self._sleep(minute)
            await self._reflect(day, minute)
        self.note(clock_face(minute), {"minute": minute}, minute)
        await self.stored()

    async def _plan(self, day: int, minute: int) -> None:
        state = self.state
        without = [one for one in self.transcript.session.cast if state.planned.get(one.id, -1) != day]
        results = await self.context.map(lambda one: self._planned(one, minute), without, AT_ONCE)
        failed = [result for result in results if isinstance(result, Exception)]
        for one, result in zip(without, results, strict=True):
            if isinstance(result, Exception):
                continue
            plan, usage, provenance = result
            text = "My plan for today: " + "; ".join(f"{_hour(slot.at)} {slot.what} at {slot.where}" for slot in plan)
            told = {"plan": [slot.model_dump() for slot in plan], "day": day}
            self.add(
                Kind.THOUGHT, one.id, text, (one.id,), told, minute, usage=usage, provenance=provenance, salience=3
            )
        await self.stored()
        if failed:
            raise failed[0]

    async def _planned(self, one: Character, minute: int) -> tuple[tuple[Slot, ...], Usage | None, Provenance | None]:
        home = self.town.homes[one.id]
        model = self.context.model
        chance = random.Random(f"{self.town.seed}:{one.id}:{minute}")
        prompt = render(
            "simulation/town_plan",
            persona=persona(one, PERSONA_CHARS),
            name=one.name,
            places=self.town.places,
            home=home,
            memories=texts(await self.recalled(one, "What do I have to do today?", minute)),
            time=clock_face(minute),
            wakes=_hour(self.town.wakes),
        )
        request = self.request(one, prompt, "simulation/town_plan", 500)
        asked = await structured.ask(model, request, town_plans.DayPlan, town_plans.DayPlan())
        plan = town_plans.understood(asked.value, self.town, home)
        if plan:
            return plan, asked.usage, request.provenance(model.name)
        return town_plans.by_rules(one, self.town, home, chance), asked.usage, None

    async def _move(self, minute: int) -> None:
        state = self.state
        goes = {}
        for one in self.transcript.session.cast:
            slot = slot_at(state.plans.get(one.id, ()), minute % MINUTES_A_DAY)
            where, what = (slot.where, slot.what) if slot else (self.town.homes[one.id], "be at home")
            if state.places.get(one.id) != where or state.doing.get(one.id) != what:
                goes[one.id] = (where, what)
        after = {**state.places, **{who: where for who, (where, _) in goes.items()}}
        for who, (where, what) in goes.items():
            name = self.transcript.session.name_of(who)
            text = f"{name} is at {where}: {what}."
            seen = [other for other, place in after.items() if place == where]
            self.add(
                Kind.NARRATION, NARRATOR, text, seen, {"who": who, "place": where, "doing": what}, minute, salience=2
            )
        await self.stored()

    async def _sleep(self, minute: int) -> None:
        state = self.state
        for one in self.transcript.session.cast:
            if state.doing.get(one.id) != ASLEEP:
                home = self.town.homes[one.id]
                told = {"who": one.id, "place": home, "doing": ASLEEP}
                self.add(Kind.NARRATION, NARRATOR, f"{one.name} goes to sleep.", (one.id,), told, minute, salience=1)
        await self.stored()

    async def _reflect(self, day: int, minute: int) -> None:
        """Each goes over the day once, in their sleep."""
        if self.state.reflected >= day:
            return
        session = self.transcript.session
        policy = POLICIES.build(session.memory_policy)
        usage = Usage()
        for one in session.cast:
            done = await consolidate(
                self.keeper,
                policy,
                self.ask(one, "", minute),
                Occasion.BREAK,
                names={member.id: member.name for member in session.cast},
                persona="\n".join(one.statements()[:6]),
                model=self.context.model,
                seed=self.town.seed,
            )
            usage += done.usage
        self.add(Kind.NOTE, DIRECTOR, "The day was gone over.", (), {"reflected": day}, minute, usage=usage)
        await self.stored()

    async def interviewed(self) -> dict[str, tuple[bool, bool]]:
        minute = max(self.town.wakes, self.state.done)
        found = {}
        for one in self.transcript.session.cast:
            recalled = await self.recalled(one, self.town.rumour, minute)
            prompt = render(
                "simulation/town_ask",
                name=one.name,
                persona=persona(one, PERSONA_CHARS),
                memories=texts(recalled),
                rumour=self.town.rumour,
            )
            request = self.request(one, prompt, "simulation/town_ask", 120)
            asked = await structured.ask(self.context.model, request, Heard, Heard())
            known = any(tells(event.text, self.town.rumour) for event in self.transcript.witnessed_by(one.id))
            found[one.id] = (asked.value.knows, known)
        return found


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
