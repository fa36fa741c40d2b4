"""Training samples of SimsChat: a profile and a status, then the turns with what is thought and what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from studio.cards.played import person_in, played
from studio.cards.research.simsconv_staging import dialogue_of, sims_of
from studio.domain.character import Character
from studio.domain.event import TURNS
from studio.domain.transcript import Transcript
from studio.export.base import Exporter, json_line, origin
from studio.prompts import render
from studio.registry import Card


class SimsConv(Exporter):
    """One row for each character that speaks, as protagonist: only it thinks, and only what it witnessed is told.

    Keys: `system` (profile, instruction, location, status, emotion, topic), `target` (a line a turn,
    `Name (speaking): text<|eot|>`), `character`, `provenance`. Secrets stay out of the profile.
    Source: Yang et al., SimsChat, 2024, §3.3, https://arxiv.org/abs/2406.17962
    """

    card: ClassVar[Card] = Card(
        name="simsconv",
        title="SimsChat training samples (JSONL)",
        summary="One row for each speaking character: profile and status, then turns tagged speaking or thinking.",
        source="Yang et al., SimsChat, 2024",
        url="https://arxiv.org/abs/2406.17962",
    )
    media_type: ClassVar[str] = "application/jsonl"
    ending: ClassVar[str] = ".simsconv.jsonl"

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """One line for each speaking character of each play."""
        for transcript in transcripts:
            person = person_in(transcript)
            for character in transcript.session.cast:
                events = transcript.witnessed_by(character.id)
                if any(event.kind in TURNS and event.actor == character.id for event in events):
                    seen = Transcript(session=transcript.session, events=events)
                    yield json_line(
                        {
                            **self._sample(seen, played(transcript.session, character, person)),
                            "character": character.id,
                            "provenance": origin(self, transcript, events).model_dump(mode="json"),
                        }
                    )

    def _sample(self, seen: Transcript, character: Character) -> dict[str, object]:
        dialogue = dialogue_of(seen, character.id)
        system = render("export/simsconv", profile=sims_of(character).profile, dialogue=dialogue)
        return {"system": system, "target": "\n".join(turn.line() for turn in dialogue.turns)}
