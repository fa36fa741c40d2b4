"""Quick replies: what somebody likes to say often, a tap away over the composer."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from studio.archive import Archive
from studio.domain.value import Value
from studio.errors import Invalid

KEY = "quick-replies"
MOST = 12
CHARS = 300
USUAL = ("*looks around*", "Go on.", "What do you mean by that?", "/next")
_FORM: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


class Replies(Value):
    """The replies, in the order of their owner. One that begins with a stroke is a command."""

    items: tuple[str, ...] = ()
    beat: int = 0


def checked(items: Iterable[str]) -> tuple[str, ...]:
    """Without empty ones and doubles. Raises: Invalid for more than twelve, or one over 300 characters."""
    found = tuple(dict.fromkeys(" ".join(item.split()) for item in items if item.strip()))
    if len(found) > MOST:
        raise Invalid(f"There is room for {MOST} quick replies; these are {len(found)}. Take {len(found) - MOST} out.")
    for item in found:
        if len(item) > CHARS:
            raise Invalid(f"A quick reply has at most {CHARS} characters; “{item[:40]}…” has {len(item)}.")
    return found


async def replies_of(archive: Archive, owner: str) -> Replies:
    """An owner's replies; the usual ones for who never changed them. Raises: StorageError."""
    try:
        return Replies(items=_FORM.validate_json(await archive.preferences.get(owner, KEY, "") or "null"))
    except ValidationError:
        return Replies(items=USUAL)


async def keep(archive: Archive, owner: str, items: Iterable[str]) -> Replies:
    """Keep an owner's replies. Raises: Invalid, StorageError."""
    kept = Replies(items=checked(items))
    await archive.preferences.set(owner, KEY, _FORM.dump_json(kept.items).decode())
    return kept
