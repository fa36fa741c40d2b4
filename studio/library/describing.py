"""What the catalogue says of a character, a scene or a lorebook. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from studio.domain.character import Character
from studio.domain.holding import Book, Entry, Holding, Kind
from studio.domain.lorebook import Lorebook
from studio.domain.scene import Scene

Item = Character | Scene | Book
PLACE = {"id", "portrait", "original"}
"""Where something is kept, not what it is."""
TITLE_CHARS = 200
ABOUT_CHARS = 300


def kind_of(item: Item) -> Kind:
    """Which shelf something stands on."""
    if isinstance(item, Character):
        return "character"
    return "scene" if isinstance(item, Scene) else "lorebook"


def digest_of(item: Item) -> str:
    """That of the content, wherever and under whatever id it is kept."""
    return hashlib.sha256(item.model_dump_json(exclude_defaults=True, exclude=PLACE).encode()).hexdigest()


def entry_of(item: Item, owner: str, at: datetime, *, names: Mapping[str, str], stamp: str, size: int) -> Entry:
    """The line of the catalogue. `names`: those of a scene's cast, by id; `at`: when it was written."""
    holding = _holding(item, owner, at).model_copy(update={"size": size, "digest": digest_of(item)})
    return Entry(holding=holding, text="\n".join(filter(None, _texts(item, names))), stamp=stamp)


def broken(owner: str, kind: Kind, id_: str, at: datetime, *, problem: str, stamp: str) -> Entry:
    """The line of a file that cannot be used."""
    holding = Holding(owner=owner, kind=kind, id=id_, title=id_, updated_at=at, problem=problem)
    return Entry(holding=holding, stamp=stamp)


def about(character: Character) -> str:
    """Who somebody is, in half a line."""
    age = f", {character.age}" if character.age is not None else ""
    return f"{character.career}{age}" if character.career else ", ".join(character.traits[:3])


def _holding(item: Item, owner: str, at: datetime) -> Holding:
    place = Holding(owner=owner, kind=kind_of(item), id=item.id, title="", updated_at=at)
    if isinstance(item, Character):
        said: dict[str, object] = {
            "title": item.name,
            "about": about(item),
            "mbti": item.mbti or "",
            "tags": item.tags,
            "tropes": item.tropes,
            "portrait": item.portrait,
            "entries": len(item.lorebook.entries) if item.lorebook else 0,
        }
    elif isinstance(item, Scene):
        said = {
            "title": item.title,
            "about": item.premise,
            "place": item.place or item.setting,
            "genre": item.genre,
            "tags": item.tags,
            "cast": tuple(part.character for part in item.cast),
            "entries": len(item.lorebook.entries) if item.lorebook else 0,
        }
    else:
        said = {"title": item.title, "about": item.description, "entries": len(item.entries)}
    said["title"], said["about"] = str(said["title"])[:TITLE_CHARS], _short(str(said["about"]))
    return place.model_copy(update=said)


def _short(text: str) -> str:
    line = " ".join(text[: 2 * ABOUT_CHARS].split())
    return line if len(line) <= ABOUT_CHARS else f"{line[: ABOUT_CHARS - 1]}…"


def _texts(item: Item, names: Mapping[str, str]) -> Iterable[str]:
    """Everything that may be searched. What somebody hides is not among it."""
    if isinstance(item, Character):
        yield from (item.name, item.career, item.aspiration, item.mbti or "", item.pronouns, item.speech.style)
        for listed in (item.traits, item.skills, item.tropes, item.goals, item.facts, item.tags, item.speech.habits):
            yield from listed
        yield from (item.identity.social, item.identity.personal, item.identity.life_context)
        yield from (item.appearance, item.backstory, item.greeting, *item.alternate_greetings, *item.speech.examples)
    elif isinstance(item, Scene):
        yield from (item.title, item.genre, item.place, item.setting, item.time, item.mood, item.premise, item.opening)
        yield from (*item.topics, *item.tags)
        yield from (f"{part.character} {names.get(part.character, '')}" for part in item.cast)
    lorebook = item if isinstance(item, Lorebook) else item.lorebook
    if lorebook:
        yield from (lorebook.name, lorebook.description)
        yield from (
            " ".join((entry.name, entry.comment, *entry.keys, entry.content))
            for entry in lorebook.entries
            if not entry.scope
        )
