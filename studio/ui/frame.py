"""What changes on the stage page at one moment."""

from __future__ import annotations

from typing import Literal

from studio.domain.value import Value
from studio.ui.feedback import Notice
from studio.ui.forms import Bill, Option
from studio.ui.panels import Backstage, Controls, Plays
from studio.ui.present import Live, Script
from studio.ui.sheet import Sheet
from studio.ui.visit import Visit


class Bar(Value):
    """The bar over the stage. `mode` switches the page between the bill and the play."""

    mode: Literal["bill", "play"] = "bill"
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
