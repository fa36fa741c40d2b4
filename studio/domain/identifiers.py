"""Ids. Our own ids name rows and files; a user's text never does."""

from __future__ import annotations

import random
import re
import unicodedata
import uuid
from datetime import datetime

SLUG_LENGTH = 64
_NAMESPACE = uuid.UUID("6f1d5c0e-9d5b-4b6e-8e43-3c4c1a6f7a10")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def uuid7(at: datetime, rng: random.Random) -> str:
    """A time-ordered UUID (RFC 9562, version 7) from an injected clock and generator, so that runs repeat exactly."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    number = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return str(uuid.UUID(int=number))


def derived(*parts: str) -> str:
    """The same id for the same parts, in every process: makes writing a derived row twice harmless."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


def is_slug(text: str) -> bool:
    """Whether `text` may name a character or scene file: lower-case letters, digits, `-`, `_`; 64 at most."""
    return _SLUG.fullmatch(text) is not None


def slug(name: str, fallback: str) -> str:
    """A file-safe id made from a name; `fallback` where nothing of the name survives (emoji, other scripts)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:SLUG_LENGTH].strip("-")
    return words if is_slug(words) else fallback
