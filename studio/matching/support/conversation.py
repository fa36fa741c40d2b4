"""A whole supportive talk between two, without a stage: for making data and for measuring.

Source: Tu et al., CharacterChat, 2023, section 3.2 (S2Conv), https://arxiv.org/abs/2308.10278.
Differs: rules of manner are asked for once a side and kept; an answer that cannot be used costs the line its memory or
its mood, never the talk.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.errors import Invalid, ModelOutput
from studio.llm.client import Model, complete
from studio.matching.profile import WORRY, Profile
from studio.matching.support import memory_choice, mood
from studio.matching.support.aspects import memories_of
from studio.matching.support.cleaning import cleaned
from studio.matching.support.crisis import Alert, alert
from studio.prompts import render
from studio.run_context import RunContext

Role = Literal["seeker", "supporter"]
Selector = Literal["rules", "overlap", "llm"]
OPENING = "Hello"


class Said(Value):
    """A line: who, which aspect it rests on (empty for none), and the seeker's mood after it where it was asked."""

    turn: int
    role: Role
    aspect: str = ""
    memory: str = ""
    text: str
    mood: int | None = None


class Talk(Value):
    """A talk and what it took. `closed`: why it ended (`better`, `long enough` or `crisis`)."""

    seeker: str
    supporter: str
    lines: tuple[Said, ...]
    moods: tuple[int, ...] = ()
    closed: str = ""
    alert: Alert | None = None
    usage: Usage = Usage()

    @property
    def told(self) -> str:
        """As text, a line each."""
        return "\n".join(f"{line.role}: {line.text}" for line in self.lines)


class Supportive(Value):
    """How talks are held. `selector`: memories by shared words, by a model's choice, or by rule (the worry first, then
    in turn)."""

    selector: Selector = "overlap"
    max_turn: int = Field(default=mood.MAX_TURN, ge=8, le=60)

    async def talk(self, seeker: Profile, supporter: Profile, context: RunContext) -> Talk:
        """The talk. The seeker opens with Hello and tells the worry in their second line; it closes with two goodbyes
        once the mood has lifted, or near `max_turn`. Where the seeker's words say they are in danger, it ends at once.

        Cost: 2 calls for the manners, then a call a line, a mood a seeker's line, and a memory choice a line with
        `selector` llm.
        Raises: Invalid when both are the same; ModelUnavailable, ModelRefused, ModelBudget.
        """
        if seeker.id == supporter.id:
            raise Invalid("Seeker and supporter are the same person. Choose two.")
        return await _Holding(self, seeker, supporter, context).hold()


class _Holding:
    """A talk while it is held."""

    def __init__(self, method: Supportive, seeker: Profile, supporter: Profile, context: RunContext) -> None:
        self._method = method
        self._people: dict[Role, Profile] = {"seeker": seeker, "supporter": supporter}
        self._memories = {role: memories_of(one) for role, one in self._people.items()}
        self._context = context
        self._lines: list[Said] = [Said(turn=0, role="seeker", text=OPENING)]
        self._moods: list[int] = []
        self._usage = Usage()
        self._manner: dict[Role, str] = {}

    async def hold(self) -> Talk:
        for side, profile in self._people.items():
            self._manner[side] = await self._asked("manner", "manner", 260, profile=profile)
        goodbyes = 0
        closed = ""
        while goodbyes < mood.GOODBYES:
            turn = len(self._lines)
            if not goodbyes and mood.closing(self._moods, turn, self._method.max_turn):
                closed = "better" if mood.lifted(self._moods) else "long enough"
            goodbyes += bool(closed)
            role: Role = "seeker" if turn % 2 == 0 else "supporter"
            line = await self._line(turn, role, goodbye=bool(closed))
            self._lines.append(line)
            found = alert(line.text) if role == "seeker" else None
            if found and found.level == "stop":
                return self._talk("crisis", found)
        return self._talk(closed, None)

    def _talk(self, closed: str, found: Alert | None) -> Talk:
        return Talk(
            seeker=self._people["seeker"].id,
            supporter=self._people["supporter"].id,
            lines=tuple(self._lines),
            moods=tuple(self._moods),
            closed=closed,
            alert=found,
            usage=self._usage,
        )

    async def _line(self, turn: int, role: Role, *, goodbye: bool) -> Said:
        heard = self._lines[-1].text
        aspect, memory = ("", "") if goodbye else await self._memory(turn, role, heard)
        reply = await self._asked(
            "reply",
            "reply",
            120,
            profile=self._people[role],
            statement=self._people[role].statement(role),
            manner=self._manner[role],
            role=role,
            heard=heard,
            memory=memory,
            goodbye=goodbye,
            lines=[(line.role, line.text) for line in self._lines[-8:]],
        )
        text = cleaned(reply, heard, tuple(one.name for one in self._people.values()), turn)
        felt = None
        if role == "seeker" and not goodbye:
            felt = mood.read_mood(await self._asked("mood", "mood", 12, lines=[*self._told(), ("seeker", text)]))
            self._moods += [] if felt is None else [felt]
        return Said(turn=turn, role=role, aspect=aspect, memory=memory, text=text, mood=felt)

    def _told(self) -> list[tuple[str, str]]:
        return [(line.role, line.text) for line in self._lines]

    async def _memory(self, turn: int, role: Role, heard: str) -> tuple[str, str]:
        memories = self._memories[role]
        if role == "seeker" and turn == 2 and memories.get(WORRY):
            return WORRY, memories[WORRY]
        window = [line.aspect for line in self._lines]
        choices = memory_choice.choosable(memories, role, window)
        aspect = await self._chosen(heard, memories, choices, turn)
        if aspect:
            return aspect, memories[aspect]
        more = memories.get(memory_choice.MORE, "")
        if more and self._context.rng.random() < memory_choice.ELSE_CHANCE:
            return memory_choice.MORE, more
        return "", ""

    async def _chosen(self, heard: str, memories: dict[str, str], choices: tuple[str, ...], turn: int) -> str:
        if not choices:
            return ""
        if self._method.selector == "llm":
            answer = await self._asked("memory", "memory_choice", 16, heard=heard, choices=choices)
            return memory_choice.understood(answer, choices)
        if self._method.selector == "rules":
            return choices[(turn // 2) % len(choices)]
        return memory_choice.by_overlap(heard, memories, choices)

    async def _asked(self, purpose: str, template: str, max_tokens: int, **values: object) -> str:
        """One call's text; empty where the model said nothing."""
        model: Model = self._context.model
        request = Request(
            messages=(Message(role="user", content=render(f"matching/{template}", **values)),),
            caller=f"support-{purpose}",
            purpose=purpose,
            max_tokens=max_tokens,
            temperature=0.0 if purpose in ("mood", "memory") else 0.8,
            seed=self._context.rng.getrandbits(31),
            template=f"matching/{template}",
        )
        try:
            completion = await complete(model, request)
        except ModelOutput:
            return ""
        self._usage = self._usage + completion.usage
        return completion.text.strip()
