"""A library for each owner: the shipped characters, scenes and lorebooks for all, and for everybody their own alone."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from pathlib import Path
from types import MappingProxyType

from studio.archive.catalogue import Catalogue
from studio.domain.session import LOCAL_OWNER
from studio.errors import Invalid
from studio.library.cataloguing import Cataloguing
from studio.library.library import PICTURES, Library

FOLDER = "owners"
OPEN_AT_ONCE = 256
"""Libraries kept in memory; what is beyond is read from its files again."""
_DIGEST = re.compile(r"[0-9a-f]{40}")
MEDIA = MappingProxyType({".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"})


class Libraries:
    """`house` is the library of whoever runs the studio. Everybody else's own files lie below `owners/`, in a folder
    named by a digest, as an owner's name may hold anything."""

    def __init__(self, shipped: Path, own: Path, catalogue: Catalogue | Cataloguing | None = None) -> None:
        cataloguing = Cataloguing(catalogue) if isinstance(catalogue, Catalogue) else catalogue
        self.house = Library(shipped, own, cataloguing)
        self._root = own / FOLDER
        self._open: OrderedDict[str, Library] = OrderedDict()

    def of(self, owner: str) -> Library:
        """An owner's library.

        Raises: Invalid for no owner at all: that is everybody's, and its files are those of the studio.
        """
        if not owner:
            raise Invalid("The page has not arrived yet, so nobody knows whose library this is. Reload the page.")
        if owner == LOCAL_OWNER:
            return self.house
        found = self._open.pop(owner, None) or self.house.beside(self._root / folder_name(owner), owner)
        self._open[owner] = found
        while len(self._open) > OPEN_AT_ONCE:
            self._open.popitem(last=False)
        return found

    def picture(self, digest: str) -> Path | None:
        """A picture by the digest of what is in it, whosever it is: who can name it has seen it. Blocking."""
        if not _DIGEST.fullmatch(digest):
            return None
        names = [f"{digest}{ending}" for ending in PICTURES]
        folders = [self.house.own, *(folder for folder in self._root.glob("*") if folder.is_dir())]
        files = (folder / "characters" / "portraits" / name for folder in folders for name in names)
        return next((file for file in files if file.is_file()), None)


def folder_name(owner: str) -> str:
    """The name of an owner's folder."""
    return hashlib.blake2b(owner.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
