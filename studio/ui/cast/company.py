"""The list of the Cast page, and the versions of one of them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from studio.domain.character import Character
from studio.domain.revision import Sketch
from studio.generation.fields import TITLES
from studio.ui.cast.form import Form, name_of
from studio.ui.cast.values import Company, Member, VersionLine
from studio.ui.forms import about
from studio.ui.panels import ago
from studio.ui.present import Person, hue_of, initials_of, person_of
from studio.workshop import Version

UNTITLED = {
    "extensions": "answers, and what other programs keep",
    "persona_type": "persona type",
    "relationships": "relations",
    "lorebook": "lorebook",
    "portrait": "portrait",
    "alternate_greetings": "other greetings",
    "tags": "tags",
    "risk_notes": "what to mind",
}
WHY = {
    "found": "as it was found",
    "saved": "saved",
    "unsaved": "not saved, kept when it was taken out",
    "deleted": "taken out",
}


def company_of(
    characters: Iterable[Character], own: frozenset[str], sketches: Sequence[Sketch], *, current: str, beat: int
) -> Company:
    """One's own characters, those not saved yet first, then the house's."""
    drafts = {sketch.key: body_in(sketch) for sketch in sketches}
    characters = tuple(characters)
    saved = {character.id for character in characters}
    fresh = [
        Member(key=key, person=sketched(key, body), draft=True, own=True)
        for key, body in drafts.items()
        if key not in saved
    ]
    members = [
        Member(
            key=character.id,
            person=person_of(character, about(character)),
            draft=character.id in drafts,
            own=character.id in own,
        )
        for character in characters
    ]
    mine = [member for member in members if member.own or member.draft]
    house = tuple(member for member in members if not (member.own or member.draft))
    return Company(mine=(*fresh, *mine), house=house, current=current, beat=beat)


def sketched(key: str, body: Form) -> Person:
    """Somebody who is only being written."""
    name, career = name_of(body), body.get("career")
    portrait = body.get("portrait")
    drawn = Character.model_construct(id=key, name=name, portrait=portrait if isinstance(portrait, str) else "")
    person = person_of(drawn, career if isinstance(career, str) else "")
    faceless = Person(id=key, name=name, initials=initials_of(name), hue=hue_of(key), about=person.about)
    return person if drawn.portrait else faceless


def body_in(sketch: Sketch) -> Form:
    """What was written so far; empty where it is no JSON object."""
    try:
        found = json.loads(sketch.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def version_lines(versions: Sequence[Version], now: datetime) -> tuple[VersionLine, ...]:
    """The versions as a list to read, newest first."""
    return tuple(
        VersionLine(
            number=version.number,
            when=ago(version.at, now),
            why=WHY[version.reason],
            changed=tuple(TITLES.get(path) or UNTITLED.get(path, path) for path in version.changed),
            current=position == 0,
        )
        for position, version in enumerate(versions)
    )
