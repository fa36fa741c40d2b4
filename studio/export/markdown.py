"""A play script in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import Field

from studio.domain.transcript import Transcript
from studio.export.base import Exporter, Origin, origin
from studio.export.conversation import single_line
from studio.export.script import ScriptLine, billing, rows, script, whereabouts
from studio.registry import Card

_SPECIAL = re.compile(r"([\\`_\[\]<>|~&#])")
_LINE_START = re.compile(r"^(\d*)([-+=.)])")
HARD_BREAK = "\\\n"


class Markdown(Exporter):
    """A play script for reading and printing: title, cast, the lines, and where it comes from.

    Typed text can't become markup; only *actions* between asterisks are emphasised.
    """

    card: ClassVar[Card] = Card(
        name="markdown",
        title="Play script (Markdown)",
        summary="The play to read: title, cast, narration and lines, with its provenance at the foot.",
    )
    media_type: ClassVar[str] = "text/markdown"
    ending: ClassVar[str] = ".md"

    thoughts: bool = Field(default=False, description="Private thoughts too, marked as said to oneself")

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """Each play in turn, a rule between them."""
        for number, transcript in enumerate(transcripts):
            if number:
                yield "\n---\n\n"
            lines = tuple(script(transcript, thoughts=self.thoughts))
            yield _head(transcript)
            for line in lines:
                yield f"\n{_told(line)}\n"
            yield _foot(origin(self, transcript, [line.event for line in lines]))


def _head(transcript: Transcript) -> str:
    session = transcript.session
    where = whereabouts(session.scene)
    cast = []
    for member in session.cast:
        name, about = billing(member)
        cast.append(f"- **{literal(name)}**" + (f", {literal(about)}" if about else ""))
    parts = (
        f"# {literal(single_line(session.title))}",
        f"_{literal(where)}_" if where else "",
        HARD_BREAK.join(_inline(row) for row in rows(session.scene.premise)),
        "## Cast",
        "\n".join(cast),
        "## The play",
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(line: ScriptLine) -> str:
    text = HARD_BREAK.join(_inline(row) for row in rows(line.text))
    if not line.speaker:
        return f"_{text}_"
    manner = f" _({literal(line.manner)})_" if line.manner else ""
    return f"**{literal(line.speaker)}**{manner}: {text}"


def _foot(source: Origin) -> str:
    return f"\n---\n\n{literal(source.line)}\n\n<!-- events: {' '.join(source.events)} -->\n"


def literal(text: str) -> str:
    """`text` escaped so that Markdown shows it as it is."""
    return _inline(text).replace("*", "\\*")


def _inline(text: str) -> str:
    """Escaped but for asterisks, which mark actions."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))
