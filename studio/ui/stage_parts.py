"""The components of the Stage tab, and how a frame reaches them: as one message for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.domain.value import Value
from studio.ui import elements
from studio.ui.frame import Frame

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
PARTS = {
    "bar": elements.STAGEBAR,
    "bill": elements.BILL,
    "script": elements.TRANSCRIPT,
    "live": elements.LIVE,
    "backstage": elements.BACKSTAGE,
    "controls": elements.COMPOSER,
    "plays": elements.PLAYS,
    "notice": elements.NOTICE,
    "sheet": elements.SHEET,
}
"""The part of a frame → the element that shows it."""


@dataclass(frozen=True)
class StageTab:
    """The components of the tab. None of them is an output of Gradio's: see `Told`."""

    bar: gr.HTML
    bill: gr.HTML
    script: gr.HTML
    live: gr.HTML
    backstage: gr.HTML
    controls: gr.HTML
    plays: gr.HTML
    notice: gr.HTML
    sheet: gr.HTML
    export_file: gr.DownloadButton


class Told(Value):
    """What the page is told at once: element id → its new value. `session`: the play it shows from now on, where that
    is said; `beat` makes each one new to the page; `ticket` opens its socket.

    One component takes it and hands the parts on. Were each part an output, Gradio would make every one of them anew
    for each frame, also those that stay as they are.
    """

    parts: dict[str, Any] = {}
    session: str | None = None
    beat: int = 0
    ticket: str = ""


def told(frame: Frame, beat: int = 0, ticket: str = "") -> dict[str, Any]:
    """A frame as the value of the component that hands it on."""
    parts = {PARTS[name]: part.model_dump(mode="json") for name, part in frame if name in PARTS and part is not None}
    session = frame.visit.session if frame.visit else None
    return Told(parts=parts, session=session, beat=beat, ticket=ticket).model_dump()


def updates(frame: Frame, beat: int) -> tuple[object, object]:
    """A frame as the values of the visit state and of the component that hands it on."""
    return frame.visit or gr.skip(), told(frame, beat)
