"""ShareGPT conversations, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import Field

from studio.domain.transcript import Transcript
from studio.export.base import Exporter, json_line, origin
from studio.export.conversation import conversations
from studio.registry import Card

SENDER = {"system": "system", "user": "human", "assistant": "gpt"}


class ShareGpt(Exporter):
    """The rows of `messages_jsonl` in the older shape many trainers still read.

    Keys: `id`, `conversations` (from, value), `character`, `provenance`.
    """

    card: ClassVar[Card] = Card(
        name="sharegpt",
        title="ShareGPT (JSONL)",
        summary="The same rows as chat messages, as `conversations` from system, human and gpt.",
        source="The ShareGPT conversation format, as read by Axolotl, LLaMA-Factory and Unsloth",
        url="https://docs.axolotl.ai/docs/dataset-formats/conversation.html",
    )
    media_type: ClassVar[str] = "application/jsonl"
    ending: ClassVar[str] = ".sharegpt.jsonl"

    thoughts: bool = Field(
        default=False, description="The character's own private thoughts, before the lines they led to"
    )

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """One line for each speaking character of each play."""
        for transcript in transcripts:
            for conversation in conversations(transcript, thoughts=self.thoughts):
                yield json_line(
                    {
                        "id": f"{transcript.session.id}/{conversation.character.id}",
                        "conversations": [
                            {"from": SENDER[message.role], "value": message.content}
                            for message in conversation.messages
                        ],
                        "character": conversation.character.id,
                        "provenance": origin(self, transcript, conversation.events).model_dump(mode="json"),
                    }
                )
