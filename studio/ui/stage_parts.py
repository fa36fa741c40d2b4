"""The components of the Stage tab, and how a frame becomes their values."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from studio.domain.value import Value
from studio.ui.frame import Frame

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class StageTab:
    """The components a `Frame` updates, under the same names, in the same order."""

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

    @property
    def parts(self) -> list[gr.HTML]:
        """What a frame updates, in its order."""
        return [getattr(self, field.name) for field in fields(self)[:-1]]


def updates(frame: Frame, remembered: object) -> tuple[object, ...]:
    """A frame as the values of the visit state, the browser's memory and the tab's components."""
    values: list[object] = [frame.visit or gr.skip()]
    if frame.visit is None or not isinstance(remembered, dict) or remembered.get("last") == frame.visit.session:
        values.append(gr.skip())
    else:
        values.append({**remembered, "last": frame.visit.session})
    for field in fields(StageTab)[:-1]:
        part: Value | None = getattr(frame, field.name)
        values.append(gr.skip() if part is None else part.model_dump(mode="json"))
    return tuple(values)
