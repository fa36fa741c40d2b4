"""The sheet as a value: what is looked into beside the play."""

from __future__ import annotations

from typing import Any

from studio.domain.value import Value


class Sheet(Value):
    """`kind` names the page, which is a value of the module it is named after; empty: none is open."""

    kind: str = ""
    page: dict[str, Any] = {}
    beat: int = 0
