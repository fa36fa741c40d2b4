"""One character does and says something: streamed, kept as a draft while it is made, and stored when it is whole."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing

from studio.domain.event import Event
from studio.domain.message import Request
from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.errors import Conflict
from studio.roleplay.actor import Prompted
from studio.roleplay.asking import Answer, Reading, Said, hear
from studio.roleplay.drafting import Drafting
from studio.roleplay.lore import call_up, recorded
from studio.roleplay.rounds import prompts, replies
from studio.roleplay.rounds.writing import RoundWriter
from studio.roleplay.steps import Committed, Recollected, Step, Streaming

MEMORIES = 3


class Performed(Value):
    """What somebody did and said. `text` is both as the play tells it; empty where the model gave neither."""

    action: str = ""
    line: str = ""
    text: str = ""
    declined: bool = False
    answer: Answer = Answer()
    usage: Usage = Usage()
    lore: list[dict[str, str]] = []


class Acting:
    """The characters' side of a round. `performed` is what came of the last act or reaction."""

    def __init__(self, writer: RoundWriter) -> None:
        self.writer = writer
        self.performed = Performed()
        self.spoke = False
        self._drafting: Drafting | None = None

    async def request(
        self, who: str, step: str, values: Mapping[str, str] | None = None, cue: str = ""
    ) -> tuple[Request, Recollected, list[dict[str, str]]]:
        """The call for a step, what came to mind for it (newest first in the prompt), and the lore for the log."""
        transcript = self.writer.transcript
        character = transcript.session.character(who)
        production = self.writer.production
        seed = production.seed(transcript, again=True)
        lore = call_up(transcript, character, rng=random.Random(seed), clock=production.context.clock)
        view = prompts.view_of(transcript, character, lore.placed)
        recollected, prompted = await production.recollected(transcript, character, view, cue, lore)
        newest = sorted(recollected.memories, key=lambda recalled: recalled.memory.created_at, reverse=True)
        prompted = Prompted(memories=tuple(one.memory.text for one in newest[:MEMORIES]), lore=prompted.lore)
        request = prompts.character_request(transcript, character, step, prompted, seed, values)
        return request, recollected, recorded(lore.considered)

    async def act(self, who: str, cue: str) -> AsyncGenerator[Step, None]:
        """Two calls: a deed, then a line with it."""
        self.performed, self.spoke = Performed(), True
        request, recollected, lore = await self.request(who, "action", {"guidance": cue}, cue)
        yield recollected
        action, said, usage, declined = "", Answer(), Usage(), False
        for step in ("action", "dialogue"):
            if step == "dialogue":
                request, _, _ = await self.request(who, "dialogue", {"action": action}, cue)
            async with aclosing(self._streamed(who, request, self._reader(who, step), action)) as steps:
                async for one in steps:
                    if isinstance(one, Answer):
                        said = one
                    else:
                        yield one
            usage, declined = usage + said.usage, declined or said.declined
            action = said.text if step == "action" else action
        self.performed = Performed(
            action=action,
            line=said.text,
            text=as_told(action, said.text),
            declined=declined,
            answer=said,
            usage=usage,
            lore=lore,
        )

    async def react(self, who: str, values: Mapping[str, str]) -> AsyncGenerator[Step, None]:
        """One call: what somebody does about what was done to them."""
        self.performed, self.spoke = Performed(), True
        request, recollected, lore = await self.request(who, "reaction", values, values.get("impact", ""))
        yield recollected
        said = Answer()
        async with aclosing(self._streamed(who, request, self._reader(who, "reaction"), "")) as steps:
            async for one in steps:
                if isinstance(one, Answer):
                    said = one
                else:
                    yield one
        self.performed = Performed(
            line=replies.spoken(said.text),
            text=said.text,
            declined=said.declined,
            answer=said,
            usage=said.usage,
            lore=lore,
        )

    async def store(self, event: Event) -> Iterator[Committed]:
        """Store what was performed; where that fails, its text stays as a draft.

        Raises: Conflict, StorageError.
        """
        drafting, stored = self._drafting, None
        try:
            if drafting:
                await drafting.settled()
            stored = await self.writer.telling.store(event)
        except Conflict:
            if drafting:
                drafting.note("")
            raise
        finally:
            if drafting and stored is None:
                await drafting.kept()
        self._drafting = None
        return stored

    def _reader(self, who: str, step: str) -> Reading:
        if step == "action":
            return replies.parse_action
        session = self.writer.transcript.session
        others = (*(member.name for member in session.cast if member.id != who), "Narrator")
        name = session.name_of(who)
        if step == "dialogue":
            return lambda raw: replies.parse_line(raw, name, others)
        return lambda raw: replies.parse_reaction(raw, name, others)

    async def _streamed(
        self, who: str, request: Request, read: Reading, action: str
    ) -> AsyncGenerator[Streaming | Answer, None]:
        """The call's words as they come, after what was done so far."""
        transcript, production = self.writer.transcript, self.writer.production
        if self._drafting is None:
            parent = transcript.events[-1].id if transcript.events else transcript.session.follows
            self._drafting = Drafting(production.scribe.archive, transcript.session, parent, who)
        attempts = 1 if request.purpose == "dialogue" and action else 2  # silence is an answer to who has acted
        whole = False
        try:
            heard = hear(production, production.context.model, request, read, attempts)
            async with aclosing(heard) as answers:
                async for answer in answers:
                    if isinstance(answer, Said):
                        doing = request.purpose == "action"
                        text = as_told(answer.text, "") if doing else as_told(action, answer.text)
                        self._drafting.note(text)
                        yield Streaming(actor=who, text=text)
                    else:
                        yield answer
            whole = True
        finally:
            if not whole:
                await self._drafting.kept()


def as_told(action: str, line: str) -> str:
    """A deed between asterisks, then the line."""
    deed = f"*{action.replace('*', '').strip()}*" if action.strip("* ") else ""
    return " ".join(part for part in (deed, line) if part)
