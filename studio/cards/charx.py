"""Cards in charx archives, alone or behind a picture or program."""

from __future__ import annotations

import io
import zipfile

from studio.cards import assets, picture
from studio.cards.contents import Contents
from studio.cards.json_text import MAX_BYTES, Object, read_object
from studio.cards.report import Notes, counted, shown
from studio.cards.zip_file import Archive, is_safe
from studio.errors import Invalid

CARD = "card.json"
ICON_FOLDER = "assets/icon/image/"
MAX_ASSETS_BYTES = 256 << 20

_ICON_FOLDERS = (ICON_FOLDER, "assets/icon/images/")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENDINGS = {"png": "png", "jpeg": "jpg", "webp": "webp"}


def read_charx(data: bytes, archive: Archive, notes: Notes) -> Contents:
    """The card in a charx archive, its main icon as portrait; a picture before the archive stands in for it.

    Raises: Invalid when card.json is not there or cannot be read.
    """
    text = archive.read(CARD, MAX_BYTES)
    card = read_object(text, CARD, notes)
    for name in archive.unsafe()[:5]:
        notes.refused.append(f"The member {shown(name)} would lead out of its folder; it was left alone.")
    portrait, uri = _icon(card, archive, notes)
    if portrait is None and archive.start() > 0 and picture.look(data[: archive.start()]):
        portrait = picture.accepted(data[: archive.start()], "The picture before the archive", notes)
    rest = [name for name in archive.names if name != CARD and not name.startswith(ICON_FOLDER)]
    if "module.risum" in rest:
        notes.inert.append("RisuAI's module (scripts, triggers, more lore) stays in the file; nothing of it runs.")
    if others := [name for name in rest if name.startswith("assets/")]:
        notes.kept.append(f"{counted(len(others), 'other asset')} stay in the original file.")
    return Contents("charx", card, text, portrait, uri)


def write_charx(text: bytes, icon: tuple[str, bytes] | None, original: Archive | None = None) -> bytes:
    """An archive of a card (its JSON) and its icon (path and picture); with `original`, the archive the card was read
    from, that one's other members too. Same input, same bytes.

    Raises: Invalid when the original's members unpack to more than 256 MiB, or cannot be unpacked.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(CARD, _EPOCH), text, zipfile.ZIP_DEFLATED)
        if icon:
            archive.writestr(zipfile.ZipInfo(icon[0], _EPOCH), icon[1], zipfile.ZIP_STORED)
        left = MAX_ASSETS_BYTES
        if original:
            for name in _others(original, icon):
                content = original.read(name, left)
                left -= len(content)
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def icon_path(portrait: bytes) -> tuple[str, str]:
    """Where a portrait goes in an archive, and its ending.

    Raises: Invalid when it is no picture.
    """
    known = picture.look(portrait)
    if known is None:
        raise Invalid("The portrait is no PNG, JPEG or WebP picture. Choose another.")
    ending = _ENDINGS[known.kind]
    return f"{ICON_FOLDER}main.{ending}", ending


def _others(original: Archive, icon: tuple[str, bytes] | None) -> list[str]:
    """The members of an archive to take over: not the card, nor the icon that the new one stands in for."""
    card = read_object(original.read(CARD, MAX_BYTES), CARD, Notes())
    replaced = {CARD, *([icon[0], *(path for _, path in assets.icon_paths(card))][:2] if icon else ())}
    return [name for name in original.names if name not in replaced and is_safe(name)]


def _icon(card: Object, archive: Archive, notes: Notes) -> tuple[bytes | None, str]:
    """The main icon and its URI, else whatever lies where icons lie."""
    wanted = [*assets.icon_paths(card)]
    wanted += [("", name) for name in archive.names if name.startswith(_ICON_FOLDERS)]
    for uri, name in wanted:
        if name in archive:
            return picture.unpacked(archive, name, "The icon", notes), uri
    for _, name in wanted[:1]:
        notes.refused.append(f"The icon {shown(name)} is not in the archive.")
    return None, ""
