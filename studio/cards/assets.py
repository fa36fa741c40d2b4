"""The `assets` of a V3 card: which of them is the portrait, and where its bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from studio.cards.contents import from_base64
from studio.cards.json_text import Object

DEFAULT_URI = "ccdefault:"
EMBEDDED = "embeded://"
"""Spelt so in the specification."""

_EMBEDDED = re.compile(r"(?:embedd?ed://|__asset:)", re.IGNORECASE)
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+(?:;[a-z]+=[^;,]*)*;base64,", re.IGNORECASE)


def listed(card: Object) -> tuple[Object, ...]:
    """The assets of a card as written, main icon first, other icons next."""
    data = card.get("data")
    assets = data.get("assets") if isinstance(data, dict) else None
    found = [asset for asset in assets if isinstance(asset, dict)] if isinstance(assets, list) else []
    return tuple(sorted(found, key=lambda asset: (not _is_main(asset), asset.get("type") != "icon")))


def icon_paths(card: Object) -> Iterator[str]:
    """Where in an archive the portrait may lie, the likeliest first."""
    for asset in listed(card):
        uri = str(asset.get("uri"))
        if asset.get("type") == "icon" and (scheme := _EMBEDDED.match(uri)):
            yield uri[scheme.end() :]


def icon_bytes(card: Object) -> bytes | None:
    """The portrait written into the card itself as a data URL; None without one."""
    for asset in listed(card):
        uri = asset.get("uri")
        if asset.get("type") == "icon" and isinstance(uri, str) and (head := _DATA_URL.match(uri)):
            return from_base64(uri[head.end() :].encode("ascii", "replace"))
    return None


def addresses(card: Object) -> tuple[str, ...]:
    """Assets that lie elsewhere on the net; they are never fetched."""
    uris = (str(asset.get("uri")) for asset in listed(card))
    return tuple(uri for uri in uris if uri.lower().startswith(("http://", "https://", "//", "ftp://", "file:")))


def without_portrait(assets: list[JsonValue], taken: bool) -> list[JsonValue]:
    """The assets once the portrait stands on its own. A main icon that was `taken` as the portrait now means 'the
    picture of this card'; a list that says only that is the same as none."""
    plain = [_defaulted(asset) for asset in assets] if taken else assets
    return [] if len(plain) == 1 and _says_nothing(plain[0]) else plain


def with_portrait(assets: list[JsonValue], path: str, ending: str) -> list[JsonValue]:
    """The assets for an archive that holds the portrait at `path`."""
    icon: Object = {"type": "icon", "uri": EMBEDDED + path, "name": "main", "ext": ending}
    if not any(_is_main(asset) for asset in assets):
        return [icon, *assets]
    return [
        {**asset, "uri": icon["uri"]}
        if isinstance(asset, dict) and _is_main(asset) and asset.get("uri") == DEFAULT_URI
        else asset
        for asset in assets
    ]


def _is_main(asset: JsonValue) -> bool:
    return isinstance(asset, dict) and asset.get("type") == "icon" and asset.get("name") == "main"


def _says_nothing(asset: JsonValue) -> bool:
    return (
        isinstance(asset, dict)
        and _is_main(asset)
        and asset.get("uri") == DEFAULT_URI
        and asset.keys() == {"type", "uri", "name", "ext"}
    )


def _defaulted(asset: JsonValue) -> JsonValue:
    if not isinstance(asset, dict) or not _is_main(asset):
        return asset
    uri = str(asset.get("uri"))
    return {**asset, "uri": DEFAULT_URI} if _EMBEDDED.match(uri) or _DATA_URL.match(uri) else asset
