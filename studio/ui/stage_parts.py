"""The components of the Stage tab, and how a frame reaches them: as one message for all of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from studio.ui.frame import Frame, told

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class StageTab:
    """The components of the tab. None of them is an output of Gradio's: see `Told`."""

    table: gr.HTML
    bar: gr.HTML
    bill: gr.HTML
    script: gr.HTML
    live: gr.HTML
    backstage: gr.HTML
    replies: gr.HTML
    controls: gr.HTML
    plays: gr.HTML
    notice: gr.HTML
    sheet: gr.HTML
    export_file: gr.DownloadButton

    @property
    def parts(self) -> list[gr.HTML]:
        """Those that show a part of a frame."""
        return [getattr(self, field.name) for field in fields(self)[:-1]]


def updates(frame: Frame, beat: int) -> tuple[object, object]:
    """A frame as the values of the visit state and of the component that hands it on."""
    return frame.visit or gr.skip(), told(frame, beat)
