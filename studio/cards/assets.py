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

_OURS = "greenroom"
"""Marks an icon that no card had before."""
_EMBEDDED = re.compile(r"(?:embedd?ed://|__asset:)", re.IGNORECASE)
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+(?:;[a-z]+=[^;,]*)*;base64,", re.IGNORECASE)


def listed(card: Object) -> tuple[Object, ...]:
    """The assets of a card as written, main icon first, other icons next."""
    data = card.get("data")
    assets = data.get("assets") if isinstance(data, dict) else None
    found = [asset for asset in assets if isinstance(asset, dict)] if isinstance(assets, list) else []
    return tuple(sorted(found, key=lambda asset: (not _is_main(asset), asset.get("type") != "icon")))


def icon_paths(card: Object) -> Iterator[tuple[str, str]]:
    """The URIs under which the portrait may be in an archive, the likeliest first, each with the path it means."""
    for asset in listed(card):
        uri = str(asset.get("uri"))
        if asset.get("type") == "icon" and (scheme := _EMBEDDED.match(uri)):
            yield uri, uri[scheme.end() :]


def icon_in_text(card: Object) -> tuple[str, bytes] | None:
    """The portrait written into the card itself as a data URL: that URL, and the picture; None without one."""
    for asset in listed(card):
        uri = asset.get("uri")
        if asset.get("type") == "icon" and isinstance(uri, str) and (head := _DATA_URL.match(uri)):
            picture = from_base64(uri[head.end() :].encode("ascii", "replace"))
            return None if picture is None else (uri, picture)
    return None


def addresses(card: Object) -> tuple[str, ...]:
    """Assets that lie elsewhere on the net; they are never fetched."""
    uris = (str(asset.get("uri")) for asset in listed(card))
    return tuple(uri for uri in uris if uri.lower().startswith(("http://", "https://", "//", "ftp://", "file:")))


def without_portrait(assets: list[JsonValue], taken: str) -> list[JsonValue]:
    """The assets once the picture at the URI `taken` stands on its own as the portrait: a main icon there now means
    'the picture of this card', and one that `with_portrait` put there is gone."""
    return [
        {**asset, "uri": DEFAULT_URI} if isinstance(asset, dict) and _is_main_at(asset, taken) else asset
        for asset in assets
        if not (isinstance(asset, dict) and _is_main_at(asset, taken) and _OURS in asset)
    ]


def with_portrait(assets: list[JsonValue], path: str, ending: str) -> list[JsonValue]:
    """The assets for an archive that holds the portrait at `path`."""
    icon: Object = {"type": "icon", "uri": EMBEDDED + path, "name": "main", "ext": ending, _OURS: True}
    if not any(_is_main(asset) for asset in assets):
        return [icon, *assets]
    return [
        {**asset, "uri": icon["uri"]} if isinstance(asset, dict) and _is_main_at(asset, DEFAULT_URI) else asset
        for asset in assets
    ]


def _is_main(asset: JsonValue) -> bool:
    return isinstance(asset, dict) and asset.get("type") == "icon" and asset.get("name") == "main"


def _is_main_at(asset: Object, uri: str) -> bool:
    return _is_main(asset) and asset.get("uri") == uri
