"""Characters as a play tells of them: the macros of imported texts replaced by who and when it is.

The texts of a persona are read once for a whole play: what chance picks is picked by the play's own id, and dates are
those of its beginning, so that a prompt begins with the same words at every turn. What other programs would fill in
with another character's private texts (`persona`) or the card's instructions stays empty.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime

from studio.cards import example_lines, prose
from studio.cards.conversion import BAG
from studio.cards.macros import MacroNames, expand
from studio.domain.character import Character
from studio.domain.event import TURNS
from studio.domain.session import Session
from studio.domain.transcript import Transcript

_TEXTS = ("aspiration", "backstory", "appearance", "career", "pronouns", "timeline_point")
_LISTS = ("traits", "skills", "tropes", "goals", "secrets", "facts", "knowledge_boundary")
_NESTED = {"identity": ("social", "personal", "life_context"), "speech": ("style", "habits", "examples")}
_OUTLET = re.compile(r"\{\{\s*outlet\s*::([^{}]*)\}\}", re.IGNORECASE)


def has_macros(text: str) -> bool:
    """Whether a text may hold a macro."""
    return "{{" in text or "<" in text


def person_named(transcript: Transcript) -> str:
    """As `person_in`; empty at once where no text of the cast has a macro that might name them."""
    cast = transcript.session.cast
    return person_in(transcript) if any(has_macros(text) for member in cast for text in _texts(member)) else ""


def person_in(transcript: Transcript) -> str:
    """The character a person plays, by id: the one they last spoke as, else one made for them; empty for nobody."""
    cast = transcript.session.cast
    ids = {member.id for member in cast}
    for event in reversed(transcript.events):
        if event.kind in TURNS and event.parts.get("by") == "person" and event.actor in ids:
            return event.actor
    return next((member.id for member in cast if member.persona_type == "user"), "")


def macro_names(session: Session, character: Character, person: str = "") -> MacroNames:
    """Whom and what macros mean for this character, as far as it never changes in a play.

    `person`: the character that is `user`. Without one, or where it is this character or nobody this one can know of
    from the start, `user` is the first of the others there.
    """
    others = [member for member in session.cast if member.id != character.id and _known(session, character, member)]
    user = next((member for member in others if member.id == person), others[0] if others else None)
    group = ", ".join(member.name for member in (character, *others)) if len(others) > 1 else ""
    return MacroNames(
        char=called(character),
        user=user.name if user else "you",
        group=group,
        group_not_muted=group,
        not_char=", ".join(member.name for member in others),
        description=character.backstory,
        personality=prose.personality(character),
        scenario=character.identity.life_context,
        examples=example_lines.dialogue(character.speech.examples),
        greetings=(character.greeting, *character.alternate_greetings),
        model=session.model,
    )


def called(character: Character) -> str:
    """What `{{char}}` means: the nickname of a V3 card, else the name."""
    bag = character.extensions.get(BAG)
    data = bag.get("data") if isinstance(bag, dict) else None
    nickname = data.get("nickname") if isinstance(data, dict) else None
    return " ".join(nickname.split())[:200] or character.name if isinstance(nickname, str) else character.name


def played(
    session: Session, character: Character, person: str = "", outlets: dict[str, str] | None = None
) -> Character:
    """The character with every text of it as it is told in this play; itself where nothing is to be replaced.

    `person` as in `macro_names`; `outlets`: the texts of named places.
    """
    if not any(map(has_macros, _texts(character))):
        return character
    names = macro_names(session, character, person).model_copy(update={"outlets": outlets or {}})
    return _retold(character, teller(session, character, names, random.Random(f"{session.id}\x1f{character.id}")))


def introduced(character: Character, at: datetime, user: str = "you") -> Character:
    """The character with every text of it as it is told outside any play, as to an interviewer called `user`. `at`:
    the time it is."""
    names = MacroNames(char=called(character), user=user, greetings=(character.greeting,))
    rng = random.Random(character.id)
    return _retold(character, _teller(names, rng, lambda: at, character.id))


def teller(
    session: Session,
    character: Character,
    names: MacroNames,
    rng: random.Random,
    clock: Callable[[], datetime] | None = None,
) -> Callable[[str], str]:
    """A function that replaces the macros of one text after the other; variables set in one hold in the next. Without
    a clock it is the time the play began."""
    return _teller(names, rng, clock or (lambda: session.created_at), f"{session.id}\x1f{character.id}")


def outlets_named(character: Character) -> frozenset[str]:
    """The places for lore that the character's texts name."""
    return frozenset(found.strip() for text in _texts(character) for found in _OUTLET.findall(text))


def _teller(names: MacroNames, rng: random.Random, clock: Callable[[], datetime], chat: str) -> Callable[[str], str]:
    variables: MutableMapping[str, str] = {}

    def tell(text: str) -> str:
        if not has_macros(text):
            return text
        return expand(text, names, rng=rng, clock=clock, variables=variables, chat=chat)

    return tell


def _retold(character: Character, tell: Callable[[str], str]) -> Character:
    update: dict[str, object] = {name: tell(getattr(character, name)) for name in _TEXTS}
    update |= {name: _listed(getattr(character, name), tell) for name in _LISTS}
    for outer, fields in _NESTED.items():
        value = getattr(character, outer)
        told = {
            name: tell(text) if isinstance(text := getattr(value, name), str) else _listed(text, tell)
            for name in fields
        }
        update[outer] = value.model_copy(update=told)
    update["relationships"] = {id_: tell(text) for id_, text in character.relationships.items()}
    return character.model_copy(update=update)


def _known(session: Session, character: Character, other: Character) -> bool:
    return session.scene.part(other.id).entrance_turn == 0 or other.id in character.relationships


def _texts(character: Character) -> Iterator[str]:
    yield from (getattr(character, name) for name in _TEXTS)
    for name in _LISTS:
        yield from getattr(character, name)
    yield from (character.identity.social, character.identity.personal, character.identity.life_context)
    yield character.speech.style
    yield from character.speech.habits
    yield from character.speech.examples
    yield from character.relationships.values()


def _listed(items: tuple[str, ...], tell: Callable[[str], str]) -> tuple[str, ...]:
    """The items told; those that come to nothing are left out."""
    return tuple(told for item in items if (told := tell(item).strip()))
