"""What the tests of models share."""

from __future__ import annotations

from studio.domain.message import Message, Request


def request_of(text: str = "Who keeps the lamp?", **fields: object) -> Request:
    """A request of one user message."""
    given: dict[str, object] = {"caller": "mara", "purpose": "reply", **fields}
    return Request(messages=(Message(role="user", content=text),), **given)
