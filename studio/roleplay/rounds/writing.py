"""What all the steps of a round share: the play as it stands, the narrator's ear, and events that say their beat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio.domain.event import Event, Kind
from studio.domain.provenance import Usage
from studio.domain.state import STATE, PlayState
from studio.domain.transcript import Transcript
from studio.roleplay.asking import Answer, answer_of
from studio.roleplay.production import Production
from studio.roleplay.rounds import prompts, replies
from studio.roleplay.rounds.standing import Beat, Standing, standing_of
from studio.roleplay.steps import Committed
from studio.roleplay.telling import Telling


class RoundWriter:
    """One turn of a play in rounds, being written."""

    def __init__(self, production: Production, telling: Telling) -> None:
        self.production = production
        self.telling = telling

    @property
    def transcript(self) -> Transcript:
        """The play with what was stored so far."""
        return self.telling.transcript

    @property
    def standing(self) -> Standing:
        """Where the play stands."""
        return standing_of(self.transcript)

    def name(self, who: str) -> str:
        """What to call somebody before a reader."""
        return self.transcript.session.name_of(who)

    async def narrate(self, step: str, values: Mapping[str, object]) -> Answer:
        """One call to the narrator, who writes for everybody on stage."""
        seed = self.production.seed(self.transcript, again=True)
        request = prompts.narrator_request(self.transcript, self.transcript.present, step, seed, values)
        return await answer_of(self.production, self.production.narrator_model, request, replies.clean)

    def event(
        self,
        kind: Kind,
        actor: str,
        text: str,
        beat: Beat,
        answer: Answer,
        usage: Usage,
        *,
        change: PlayState | None = None,
        audience: tuple[str, ...] | None = None,
        parts: dict[str, object] | None = None,
        salience: int | None = None,
    ) -> Event:
        """An event of a round. No audience given: everybody on stage."""
        told: dict[str, object] = {**(parts or {}), **beat.part()}
        if change is not None and change.model_fields_set:
            told[STATE] = change.model_dump(mode="json", exclude_unset=True)
        return self.production.scribe.event(
            self.transcript,
            kind,
            actor,
            text,
            audience=audience,
            parts=told,
            salience=salience,
            usage=usage if usage.calls else None,
            provenance=answer.provenance,
        )

    async def store(self, event: Event) -> Iterator[Committed]:
        """Store an event for good."""
        return await self.telling.store(event)
