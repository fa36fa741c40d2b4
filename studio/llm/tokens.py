"""How long a text is for a model, without its tokenizer."""

from __future__ import annotations

import math
import re

MESSAGE_TOKENS = 4
"""What a chat template adds around each message, about."""

_WIDE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)
_OTHER = re.compile(r"[^\x00-\x7f\u00c0-\u024f\u2010-\u2027]")


def estimate(text: str) -> int:
    """About how many tokens `text` is; 0 only for an empty text.

    A token is 4 characters of Latin script, 2 of other alphabets (Cyrillic, Greek, Arabic, Hebrew, Devanagari), 1 of
    Chinese, Japanese, Korean, Thai or emoji. Counted on one sentence in each of eleven languages: for the tokenizers of
    current models (o200k) it is right within 30 % but for Thai, where it is far too high; for older ones (cl100k)
    right within 25 % in Latin and East Asian scripts and up to half too low in the others. JSON and digits come out a
    third too low. Leave a margin.
    """
    wide = len(_WIDE.findall(text))
    other = len(_OTHER.findall(text)) - wide
    return math.ceil(wide + other / 2 + (len(text) - wide - other) / 4)
