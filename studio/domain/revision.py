"""What somebody makes for the library, as it was each time they saved it, and as it stands while they write."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from studio.domain.value import Value

Kept = Literal["character", "scene"]
"""What is kept: the folder of the library it goes to."""

Reason = Literal["found", "saved", "unsaved", "deleted"]
"""Why a revision was kept: it stood in the library before it was saved over, was saved, was written and not saved when
the rest was taken out, or was taken out."""


class Revision(Value):
    """One saved state. `item`: its id in the library; `number` counts from 1; `body`: the whole of it as JSON."""

    item: str
    number: int = Field(ge=1)
    body: str
    reason: Reason = "saved"
    at: AwareDatetime


class Sketch(Value):
    """What was written and not yet saved. `key`: the id in the library, or one of its own for what is new; `body`: JSON
    that need not be usable yet; `base`: the revision it began from, 0 for none; `version` grows with every write."""

    key: str
    body: str
    base: int = Field(default=0, ge=0)
    version: int = Field(default=1, ge=1)
    at: AwareDatetime
