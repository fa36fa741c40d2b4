"""What a container gave up: the card as written, and what came with it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from studio.cards.json_text import Object

_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BLANKS = b" \t\r\n\x0b\x0c\0"


@dataclass(frozen=True)
class Contents:
    """`card` is the object as it was parsed, `container` a word for where it lay, `text` its very bytes.

    `beside` is a second card that was in the file too (a PNG's `chara` beside its `ccv3`). `portrait` has the card
    cut out of it, so that showing it to somebody does not hand over secrets; `icon` is the URI it has among the card's
    assets, if it has one.
    """

    container: str
    card: Object
    text: bytes
    portrait: bytes | None = None
    icon: str = ""
    beside: Object | None = None
    beside_text: bytes = b""


def from_base64(text: bytes) -> bytes | None:
    """The bytes behind a base64 text; blanks, the URL-safe alphabet and missing padding are forgiven. None when it
    is not base64."""
    plain = text.translate(_URL_SAFE, _BLANKS).rstrip(b"=")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None
