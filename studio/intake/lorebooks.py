"""Lorebooks of other programs into a character or a scene of the library. Pure."""

from __future__ import annotations

from studio.domain.lorebook import Lorebook, LoreEntry
from studio.domain.value import Value


class Joined(Value):
    """A book with another's entries at its end. `added`: how many are new, `same`: how many it held already."""

    book: Lorebook
    added: int
    same: int = 0


def joined(book: Lorebook | None, other: Lorebook) -> Joined:
    """`book` with those entries of `other` that it has not, under ids of their own where theirs are taken; without
    a book, `other` itself. How deep and how much is read stays as `book` says."""
    if book is None:
        return Joined(book=other, added=len(other.entries))
    held = {_told(entry) for entry in book.entries}
    taken = {entry.id for entry in book.entries}
    new: list[LoreEntry] = []
    for entry in other.entries:
        if _told(entry) in held:
            continue
        number, id_ = 1, entry.id
        while id_ in taken:
            number += 1
            id_ = f"{entry.id}-{number}"
        taken.add(id_)
        new.append(entry.model_copy(update={"id": id_}))
    whole = book.model_copy(update={"entries": (*book.entries, *new)})
    return Joined(book=whole, added=len(new), same=len(other.entries) - len(new))


def _told(entry: LoreEntry) -> str:
    return entry.model_dump_json(exclude={"id", "extensions"})
