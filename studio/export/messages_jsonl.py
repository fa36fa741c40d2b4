"""Chat messages, one JSON object a line: what trainers read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import Field

from studio.domain.transcript import Transcript
from studio.export.base import Exporter, json_line, origin
from studio.export.conversation import conversations
from studio.registry import Card


class MessagesJsonl(Exporter):
    """One row for each character that speaks: it is the assistant, everybody else together the user.

    A row tells only what that character witnessed. Keys: `messages` (role, content), `character`, `provenance`.
    """

    card: ClassVar[Card] = Card(
        name="messages_jsonl",
        title="Chat messages (JSONL)",
        summary="One row for each speaking character: persona and scene as system, its lines as assistant, else user.",
        source="The conversational dataset format of TRL and of OpenAI fine-tuning",
        url="https://huggingface.co/docs/trl/dataset_formats",
    )
    media_type: ClassVar[str] = "application/jsonl"
    ending: ClassVar[str] = ".messages.jsonl"

    thoughts: bool = Field(
        default=False, description="The character's own private thoughts, before the lines they led to"
    )

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """One line for each speaking character of each play."""
        for transcript in transcripts:
            for conversation in conversations(transcript, thoughts=self.thoughts):
                yield json_line(
                    {
                        "messages": [
                            {"role": message.role, "content": message.content} for message in conversation.messages
                        ],
                        "character": conversation.character.id,
                        "provenance": origin(self, transcript, conversation.events).model_dump(mode="json"),
                    }
                )
