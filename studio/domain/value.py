"""The one base of every value that moves through the studio."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Frozen and strict about its fields: a misspelt field is an error, not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")
