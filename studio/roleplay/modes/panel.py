"""Lines that come of a panel in the speaker's head, and tasks taken to a panel."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar, Literal

from pydantic import Field

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.steps import Step, Turn
from studio.roleplay.synergy.checkers import keeps_form
from studio.roleplay.synergy.convening import Convening, Rules
from studio.roleplay.synergy.sitting import Task, forms_kept, open_task, sitting_of, step_of
from studio.roleplay.telling import Telling
from studio.roleplay.turns import play_turn, retell


class PanelMode(Mode):
    """Before each line voices in the speaker's head confer, object to drafts and agree, all in the one call; what they
    say is the speaker's private thought. `/panel …`, whispered to a character or the narrator or said aloud, takes a
    task to a panel that one leads: alone in its head, or with everybody else on stage, who comment on its drafts, one
    voice a turn, until all approve.

    A model that keeps to the form in fewer than four of its last five panels speaks without one, and its tasks go to
    the cast: small models fail exactly here.

    Source: Unleashing the Emergent Cognitive Synergy in Large Language Models: A Task-Solving Agent through
    Multi-Persona Self-Collaboration (NAACL 2024); https://arxiv.org/abs/2307.05300

    Differs: own wording and examples; lines of a play are asked for without the examples, in the speaker's prompt; the
    panel of the cast (`form` ensemble) is the studio's own.

    Cost: 1 call a line or task in one head; by the cast, 1 a voice: up to `rounds` × (1 + panelists) a task.
    """

    card: ClassVar[Card] = Card(
        name="panel",
        title="Panels",
        summary="Voices in the speaker's head agree on each line; /panel takes a task to one head or the whole cast.",
        source="Solo Performance Prompting (NAACL 2024)",
        url="https://arxiv.org/abs/2307.05300",
        needs=("a strong model for panels in one head",),
        cost="1 a line or solo task; 1 a voice with the cast, at most rounds × (1 + panelists)",
    )

    form: Literal["solo", "ensemble"] = Field(
        default="solo", description="Who sits on a task's panel: voices in one head, or the cast"
    )
    lines: bool = Field(default=True, description="Whether each line comes of a panel too")
    task: str = Field(default="", max_length=4000, description="A task to begin with")
    rounds: int = Field(default=3, ge=1, le=10, description="How often the cast may be heard on a task")
    profile: bool = Field(default=False, description="Whether voices are described before they speak")

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """The next voice of a panel at work, or a task taken up, or a line."""
        convening = Convening(production, Rules(rounds=self.rounds, profile=self.profile, task=self.task))
        sitting = sitting_of(transcript)
        if sitting and (not turn.speaker or turn.speaker in sitting.waiting(transcript.present)):
            return convening.next_voice(Telling(production, transcript), sitting, turn)
        task = None if turn.speaker else open_task(transcript, self.task)
        if task is None:
            whole = self.lines and self._able(production, transcript)
            return play_turn(production, transcript, turn, convening.line if whole else None)
        if self._by_cast(production, transcript, task):
            return convening.next_voice(Telling(production, transcript), convening.seated(transcript, task), turn)
        return convening.solo(Telling(production, transcript), task, turn.as_)

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line, the voice or the answer told anew, as it came about."""
        convening = Convening(production, Rules(rounds=self.rounds, profile=self.profile, task=self.task))
        telling = Telling(production, earlier, remarks)
        step, task = step_of(chosen), open_task(telling.transcript, self.task)
        sitting = sitting_of(telling.transcript) or (convening.seated(telling.transcript, task) if task else None)
        if step and step.step in ("draft", "comment") and sitting:
            return convening.next_voice(telling, sitting, Turn(speaker=chosen.actor))
        if task and "decision" not in chosen.parts:
            return convening.solo(telling, task, "")
        whole = self.lines and self._able(production, earlier)
        return retell(production, earlier, chosen, remarks, convening.line if whole else None)

    def _able(self, production: Production, transcript: Transcript) -> bool:
        return production.context.model.capabilities.follows_script and keeps_form(forms_kept(transcript))

    def _by_cast(self, production: Production, transcript: Transcript, task: Task) -> bool:
        """Whether the cast takes a task: where that was asked for or one head is not up to it, if anybody is there."""
        others = [member for member in production.stage(transcript) if member.id != task.leader]
        return bool(others) and (self.form == "ensemble" or not self._able(production, transcript))
