"""Plays as SillyTavern's chats, with every version of every line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import Field

from studio.cards.chats.sillytavern import write_sillytavern
from studio.cards.chats.staging import BLOCK, PART
from studio.cards.chats.telling import chat_of
from studio.domain.transcript import Transcript
from studio.export.base import Exporter, origin
from studio.registry import Card


class SillyTavern(Exporter):
    """A header line, then a message a line; other versions of a line are its swipes.

    What a chat has no field for (who heard a line, stage directions) lies in a block `greenroom` of each message, and
    where the play comes from in one of the header, so that the file can be read back as the play it was. What nobody
    else heard is hidden from the models there, as whispers are. A chat that was imported and never played on goes back
    as it came, byte for byte.
    """

    card: ClassVar[Card] = Card(
        name="sillytavern",
        title="SillyTavern chat (JSONL)",
        summary="A chat file for SillyTavern, every version of a line among its swipes; it can be read back here.",
        source="SillyTavern's chat files",
        url="https://docs.sillytavern.app/usage/core-concepts/chatfilemanagement/",
    )
    media_type: ClassVar[str] = "application/jsonl"
    ending: ClassVar[str] = ".sillytavern.jsonl"
    versions: ClassVar[bool] = True

    thoughts: bool = Field(default=False, description="Private thoughts too, as the reasoning of the line they led to")

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """The chat of each play, one after the other; SillyTavern reads a file of one."""
        for number, transcript in enumerate(transcripts):
            chat = chat_of(transcript, transcript.tree, thoughts=self.thoughts)
            if not transcript.events or any(PART not in event.parts for event in transcript.events):
                metadata = chat.extra.get("chat_metadata")
                provenance = origin(self, transcript, transcript.told).model_dump(mode="json")
                header = {
                    **chat.extra,
                    "chat_metadata": {**(metadata if isinstance(metadata, dict) else {}), BLOCK: provenance},
                    "user_name": chat.user,
                    "character_name": next(iter(chat.characters), ""),
                }
                chat = chat.model_copy(update={"extra": header})
            yield ("\n" if number else "") + write_sillytavern(chat).decode()
