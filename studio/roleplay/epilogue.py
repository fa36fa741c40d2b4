"""How a scene closes: the narrator's last paragraph, from what everybody still on stage has witnessed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.event import NARRATOR, Kind
from studio.domain.message import Request
from studio.domain.provenance import Usage
from studio.domain.transcript import Transcript
from studio.errors import ModelOutput
from studio.prompts import render
from studio.roleplay.clipping import clipped
from studio.roleplay.engine import Engine
from studio.roleplay.happenings import EPILOGUE, over
from studio.roleplay.reply import parse_reply
from studio.roleplay.steps import Committed, Streaming
from studio.roleplay.views import narrator_view

MAX_TOKENS = 260
EPILOGUE_CHARS = 1500


def request_for(transcript: Transcript, seed: int) -> Request:
    """The call for an epilogue. Its view holds only what everybody on stage has witnessed, so that they may remember
    it in the next scene. Pure."""
    view = narrator_view(transcript, sorted(transcript.present))
    tail = render("roleplay/epilogue_tail", why=over(transcript), language=transcript.session.scene.language)
    return Request(
        messages=view.messages(tail),
        caller=NARRATOR,
        purpose="epilogue",
        max_tokens=MAX_TOKENS,
        temperature=0.8,
        seed=seed,
        template="roleplay/narrator_frame",
    )


def paragraph(raw: str, transcript: Transcript) -> str:
    """The narrator's prose out of an answer: no reasoning, no name tag, nothing spoken for a character. Pure."""
    names = tuple(member.name for member in transcript.session.cast)
    told = parse_reply(raw, "Narrator", names, partial=True).text
    return clipped(" ".join(told.split()), EPILOGUE_CHARS)


async def epilogue(engine: Engine, transcript: Transcript) -> AsyncGenerator[Streaming | Committed, None]:
    """The epilogue as it streams, then stored: a narration that everybody on stage perceives.

    Raises: ModelOutput when the model wrote none; else as `Engine.advance`.
    """
    request = request_for(transcript, engine.seed(transcript, again=True))
    raw, usage = "", Usage()
    with engine.thinking():
        async with aclosing(engine.narrator_model.stream(request)) as chunks:
            async for chunk in chunks:
                usage = usage + chunk.usage if chunk.usage else usage
                raw += chunk.text
                if chunk.text:
                    yield Streaming(actor=NARRATOR, text=paragraph(raw, transcript))
    text = paragraph(raw, transcript)
    if not text:
        raise ModelOutput(f"{engine.narrator_model.name} wrote no epilogue. Press Epilogue to ask again.")
    event = engine.scribe.event(
        transcript,
        Kind.NARRATION,
        NARRATOR,
        text,
        parts={EPILOGUE: True},
        salience=7,
        usage=usage,
        provenance=request.provenance(engine.narrator_model.name),
    )
    transcript = await engine.scribe.store(transcript, event)
    yield Committed(event=transcript.events[-1], transcript=transcript)
