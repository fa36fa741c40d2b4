"""Everything about one thing of the library, for the sheet beside the list. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from studio.domain.character import Character
from studio.domain.holding import Book, Holding
from studio.domain.scene import Scene
from studio.ui.forms import about
from studio.ui.library.values import CardFormat, Detail, Section
from studio.ui.present import person_of

ENTRIES_SHOWN = 60
FORMATS: dict[str, tuple[CardFormat, ...]] = {
    "character": ("png", "json", "charx", "yaml"),
    "scene": ("yaml",),
    "lorebook": ("json", "yaml"),
}


def marked(detail: Detail, holding: Holding | None) -> Detail:
    """With what the reader made of it."""
    if holding is None:
        return detail
    return detail.model_copy(
        update={
            "own": not holding.shipped,
            "favourite": holding.favourite,
            "folder": holding.folder,
            "marks": holding.marks,
            "formats": () if holding.problem else FORMATS[holding.kind],
        }
    )


def broken_detail(holding: Holding) -> Detail:
    """Of a file that cannot be used: why, and where."""
    why = (Section(title="Why it cannot be used", text=holding.problem),)
    return Detail(kind=holding.kind, id=holding.id, title=holding.title or holding.id, parts=why, broken=True)


def book_detail(book: Book) -> Detail:
    """A lorebook: what it is for, and its entries by their keys."""
    shown = book.entries[:ENTRIES_SHOWN]
    entries = tuple(Section(title=", ".join(one.keys) or one.name or "Always", text=one.content) for one in shown)
    more = len(book.entries) - len(shown)
    rest = (Section(title="And more", text=f"{more:,} entries are not shown here."),) if more > 0 else ()
    description = (Section(title="What it is for", text=book.description),) if book.description else ()
    count = "1 entry" if len(book.entries) == 1 else f"{len(book.entries):,} entries"
    return Detail(kind="lorebook", id=book.id, title=book.title, subtitle=count, parts=(*description, *entries, *rest))


def character_detail(character: Character) -> Detail:
    """What a character knows of themselves; secrets folded."""
    identity = character.identity
    facts = (
        Section(title="In a few words", items=character.traits),
        Section(title="Wants", items=character.goals),
        Section(title="Where they come from", text=character.backstory),
        Section(title="Appearance", text=character.appearance),
        Section(title="To others", text=identity.social),
        Section(title="To themselves", text=identity.personal),
        Section(title="From week to week", text=identity.life_context),
        Section(title="Way of speaking", text=character.speech.style, items=()),
        Section(title="Habits of speech", items=character.speech.habits),
        Section(title="In their own words", items=tuple(f"“{line}”" for line in character.speech.examples)),
        Section(title="Good at", items=character.skills),
        Section(title="Facts", items=character.facts),
        Section(title="Secrets (only they know)", items=character.secrets, secret=True),
    )
    kinds = (character.career, f"{character.age} years old" if character.age is not None else "", character.pronouns)
    return Detail(
        kind="character",
        id=character.id,
        title=character.name,
        subtitle=" · ".join(part for part in (*kinds, character.mbti or "") if part),
        person=person_of(character),
        parts=tuple(part for part in facts if part.text or part.items),
    )


def scene_detail(scene: Scene, cast: Iterable[Character]) -> Detail:
    """A scene; what each character wants in it and must hide is folded."""
    members = {member.id: member for member in cast}
    names = {id_: member.name for id_, member in members.items()}
    goals = tuple(f"{names.get(part.character, part.character)}: {part.goal}" for part in scene.cast if part.goal)
    secrets = tuple(f"{names.get(part.character, part.character)}: {part.secret}" for part in scene.cast if part.secret)
    beats = tuple(f"After turn {beat.when}: {beat.what}" for beat in scene.events)
    parts = (
        Section(title="What it is about", text=scene.premise),
        Section(title="Setting", text=scene.setting),
        Section(title="It opens", text=scene.opening),
        Section(title="Talk of", items=scene.topics),
        Section(title="It ends", text=_ending(scene)),
        Section(title="What each one wants (for the director)", items=goals, secret=True),
        Section(title="What each one hides (for the director)", items=secrets, secret=True),
        Section(title="What is going to happen (for the director)", items=beats, secret=True),
    )
    return Detail(
        kind="scene",
        id=scene.id,
        title=scene.title,
        subtitle=" · ".join(part for part in (scene.genre, scene.place, scene.time, scene.mood) if part),
        cast=tuple(person_of(member, about(member)) for member in members.values()),
        parts=tuple(part for part in parts if part.text or part.items),
    )


def _ending(scene: Scene) -> str:
    limit = f"after {scene.end.max_turns} turns at the latest"
    return f"When {scene.end.when.rstrip('.')}, or {limit}." if scene.end.when else f"{limit.capitalize()}."
