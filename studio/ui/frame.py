"""What changes on the stage page at one moment."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal

from studio.domain.value import Value
from studio.ui import elements
from studio.ui.feedback import Notice
from studio.ui.forms import Bill, Option
from studio.ui.panels import Backstage, Controls, Plays
from studio.ui.present import Live, Script
from studio.ui.replies import Replies
from studio.ui.sheet import Sheet
from studio.ui.table import Table
from studio.ui.visit import Visit


class Bar(Value):
    """The bar over the stage. `mode` switches the page between the bill and a play, one's own or a host's."""

    mode: Literal["bill", "play", "guest"] = "bill"
    title: str = ""
    formats: tuple[Option, ...] = ()


class Frame(Value):
    """Parts that are None stay as they are."""

    visit: Visit | None = None
    bar: Bar | None = None
    bill: Bill | None = None
    script: Script | None = None
    live: Live | None = None
    backstage: Backstage | None = None
    controls: Controls | None = None
    plays: Plays | None = None
    notice: Notice | None = None
    sheet: Sheet | None = None
    table: Table | None = None
    replies: Replies | None = None

    @property
    def controls_run(self) -> bool:
        """Whether the composer shows a play that runs."""
        return self.controls is not None and self.controls.state == "running"


PARTS = MappingProxyType(
    {
        "bar": elements.STAGEBAR,
        "bill": elements.BILL,
        "script": elements.TRANSCRIPT,
        "live": elements.LIVE,
        "backstage": elements.BACKSTAGE,
        "controls": elements.COMPOSER,
        "plays": elements.PLAYS,
        "notice": elements.NOTICE,
        "sheet": elements.SHEET,
        "table": elements.TABLE,
        "replies": elements.REPLIES,
    }
)
"""The part of a frame → the element that shows it."""


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
