"""Texts cut to a length, at a word's end."""

from __future__ import annotations


def clipped(text: str, limit: int) -> str:
    """`text`, or its beginning up to a word's end with an ellipsis when it is longer than `limit`."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = text[: limit - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:") + "…"
