"""Full rounds: everybody believes, acts, is answered by the world, and reacts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar

from pydantic import Field

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.rounds.flow import RoundPlay
from studio.roleplay.rounds.standing import beat_of
from studio.roleplay.rounds.writing import RoundWriter
from studio.roleplay.steps import Step, Turn
from studio.roleplay.telling import Telling


class CharacterBox(Mode):
    """In each round everybody forms beliefs, the narrator guides them, each acts in turn, and the narrator says whom an
    act affects, what comes of it, where everybody is and how the scene has changed. Whoever was hit reacts at once and,
    not having acted, has had their turn; the next round goes in the order in which they came to it.

    A turn plays one actor; the first of a round begins it, the last ends it. A person's line is their character's act
    or reaction. The speaker policy is not asked: the order is the round's own, or a person's word.

    Source: CharacterBox: Evaluating the Role-Playing Capabilities of LLMs in Text-Based Virtual Worlds (NAACL 2025),
    section 3; https://arxiv.org/abs/2412.05631

    Differs: the narrator writes from what everybody it writes for has witnessed, not from all there is; a state is how
    somebody looks, minds being their owners'; a reader's character is not asked for beliefs; what was witnessed stands
    before the question and the memories after it, so that a prompt's beginning can be cached. With one person on stage
    nobody can be affected, so that call is spared.

    Cost: 2N + 1 + 3A + 4R + (A − R) + 2 calls a round for N people, of whom A act and R acts affect somebody.
    """

    card: ClassVar[Card] = Card(
        name="characterbox",
        title="Full rounds",
        summary="Everybody believes, acts and reacts in rounds; the narrator decides what each act does to whom.",
        source="CharacterBox (NAACL 2025)",
        url="https://arxiv.org/abs/2412.05631",
        needs=("a model that keeps to a form",),
        cost="2N + 1 + 3A + 4R + (A − R) + 2 a round: N on stage, A act, R acts affect somebody",
    )

    rounds: int = Field(default=3, ge=0, le=1000, description="Rounds to play; 0: until the scene ends")

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """The rest of the last act, or the next one, with all that a round begins and ends with."""
        writer = RoundWriter(production, Telling(production, transcript))
        return RoundPlay(writer, turn, self.rounds).play()

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The act or reaction told anew, and its consequences."""
        beat = beat_of(chosen)
        speaker = chosen.actor if beat is None or beat.step == "act" else ""
        writer = RoundWriter(production, Telling(production, earlier, remarks))
        return RoundPlay(writer, Turn(speaker=speaker), self.rounds).play()
