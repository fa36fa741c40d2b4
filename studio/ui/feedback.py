"""What a person is told when something went wrong. The only place where every exception is caught."""

from __future__ import annotations

import logging
import secrets
from typing import Literal

from studio.domain.value import Value
from studio.errors import Conflict, ModelBudget, ModelError, ModelOutput, ModelRefused, StorageError, UserError

log = logging.getLogger("studio.ui")

Tone = Literal["info", "warning", "error"]
TITLES: tuple[tuple[type[Exception], str], ...] = (
    (Conflict, "This play moved on elsewhere."),
    (ModelRefused, "The model declined."),
    (ModelOutput, "The model gave no usable line."),
    (ModelBudget, "The agreed limit is reached."),
    (ModelError, "The model did not answer."),
    (StorageError, "The play could not be read or written."),
)


class Notice(Value):
    """One line over the stage. `action` is the act its button asks for, with what it `sent`. `beat` makes each one new
    to the page."""

    tone: Tone = "info"
    title: str = ""
    text: str = ""
    action: str = ""
    action_label: str = ""
    sent: dict[str, str] = {}
    beat: int = 0


def notice_of(error: Exception, *, can_retry: bool = False) -> Notice:
    """The notice for an exception. Ours are shown word for word; any other gets a number, and the log its type and
    place under that number, without what anybody wrote."""
    title = next((title for kind, title in TITLES if isinstance(error, kind)), "")
    if isinstance(error, Conflict):
        return Notice(tone="warning", title=title, text=str(error), action="reload", action_label="Reload")
    if isinstance(error, ModelError | StorageError) and can_retry:
        return Notice(tone="error", title=title, text=str(error), action="retry", action_label="Retry")
    if isinstance(error, ModelError | StorageError | UserError):
        return Notice(tone="error", title=title, text=str(error))
    number = secrets.token_hex(3)
    log.error("page error %s: %s at %s", number, type(error).__name__, _place(error))
    text = f"It is noted in the log under {number}. What was played so far is kept; you can go on or reload."
    return Notice(
        tone="error", title="Something unexpected happened.", text=text, action="reload", action_label="Reload"
    )


def _place(error: Exception) -> str:
    """The innermost frames, file and line only."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-4:]))
