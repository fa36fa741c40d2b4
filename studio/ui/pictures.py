"""Pictures as the page sends them."""

from __future__ import annotations

import base64
import binascii

from studio.errors import Invalid

LARGEST_PICTURE = 12 << 20
"""Bytes; the page makes a photograph small before it sends it."""


def decoded(text: str) -> bytes:
    """A picture from base64. Raises: Invalid when it is too large or did not arrive whole."""
    if len(text) > LARGEST_PICTURE * 4 // 3:
        raise Invalid(f"The picture is larger than {LARGEST_PICTURE >> 20} MB. Choose a smaller one.")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Invalid("The picture did not arrive whole. Choose it again.") from error
