"""Cards and characters, one from the other without loss.

Ten fields of a card have a home in a character; `_reading` says what a field's value means there, `_rendered` how a
character writes it. Going in, whatever the rendering would not give back as it was (unknown fields, extensions, a
list of tags with blanks) is kept under `extensions.card` of the character. Going out, a kept value stands in for the
rendering as long as it still means what the character says. What no field of a card can say (traits, age, a voice)
travels under `extensions.greenroom` of the card; coming back, it counts unless the card's own text was changed since.
"""

from __future__ import annotations

import hashlib
import math
from typing import TypeAlias

from pydantic import JsonValue, ValidationError

from studio.cards import example_lines, prose
from studio.cards.card_schema import LISTS, TEXTS, CharacterCard, normalised, v2
from studio.cards.json_text import Object, write_object
from studio.cards.lorebook_files import lorebook_from_card, lorebook_to_card
from studio.cards.report import Notes, shown, visible
from studio.domain.character import Character
from studio.domain.lorebook import Lorebook
from studio.errors import Invalid

BAG = "card"
"""Where a character keeps what it has no field for: `data`, `extensions` and `top` of the card, `greenroom` from a
newer version of ours, `beside` for a second card of the same file."""
BLOCK = "greenroom"
"""Where a card keeps what it has no field for."""
LONGEST_NAME = 200
MAX_LINES = 12
"""Example lines taken from one card: they stand in every prompt."""

Fields: TypeAlias = dict[str, JsonValue | Lorebook]
"""A character's fields by name, those of identity and speech as `identity.social`; the values as JSON but for the
lorebook, which is costly to turn."""

_HOMES = ("name", "description", "personality", "scenario", "first_mes", "mes_example", "alternate_greetings", "tags")
_ALWAYS = frozenset({*TEXTS, *LISTS})
"""Every card has these, empty if need be."""
_NESTED = ("identity", "speech")
_LOCAL = ("id", "portrait", "original", "extensions")
_TALKATIVENESS = "talkativeness"
_BOOK = "character_book"
_WRITTEN = "written"


def character_from(card: CharacterCard, notes: Notes, name: str = "") -> Character:
    """The character a card describes. Its id is empty, which asks the library for a fresh one; `name` is used when
    the card has none.

    Raises: Invalid when neither says a name.
    """
    data = dict(card.data)
    said = visible(str(data["name"]))[:LONGEST_NAME].strip()
    name = said or visible(name)[:LONGEST_NAME].strip()
    if not name:
        raise Invalid("The card has no name. Give the character one.")
    extensions = dict(_object(data.pop("extensions")))
    block = extensions.pop(BLOCK, {})
    if not isinstance(block, dict):
        notes.refused.append(f"'extensions.{BLOCK}' is not of the studio's making; it was left out.")
        block = {}
    values: Object = {key: data.get(key) for key in (*_HOMES, _BOOK)}
    values |= {"name": values["name"] if said else None, _TALKATIVENESS: extensions.get(_TALKATIVENESS)}
    plain = {key: _reading(key, value, name, notes) for key, value in values.items()}
    character = _overlaid(plain, values, block, notes)
    _note_readings(data, character, notes)
    newer = {key: value for key, value in block.items() if key not in (*Character.model_fields, _WRITTEN)}
    bag: Object = {**_left_over(data, extensions, values, plain, character), "top": card.top, BLOCK: newer}
    kept: Object = {key: value for key, value in bag.items() if value}
    own = {key: value for key, value in _object(block.get("extensions")).items() if key != BAG}
    return character.model_copy(update={"extensions": {**own, BAG: kept} if kept else own})


def card_from(character: Character) -> CharacterCard:
    """The card of a character: everything it says, everything it kept from a card it came from.

    Raises: Invalid when its extensions nest too deep for a card.
    """
    bag = _object(character.extensions.get(BAG))
    fields = _flat(character)
    rendered = {**_rendered(character), _BOOK: lorebook_to_card(character.lorebook) if character.lorebook else None}
    kept = dict(_object(bag.get("data")))
    extensions = {**_object(bag.get("extensions"))}
    for key in (*_HOMES, _TALKATIVENESS):
        source = extensions if key == _TALKATIVENESS else kept
        value = source.pop(key, None)
        if value is not None and _means(_reading(key, value, character.name), fields):
            rendered[key] = value
    data: Object = {**rendered, **kept}
    extensions[_TALKATIVENESS] = data.pop(_TALKATIVENESS)
    block = {**_object(bag.get(BLOCK)), **_block(character, fields, rendered)}
    data["extensions"] = {**extensions, BLOCK: block} if block else extensions
    if data[_BOOK] is None:
        del data[_BOOK]
    return normalised({**_object(bag.get("top")), "spec": "chara_card_v3", "data": data}, Notes())


def keep_beside(character: Character, beside: Object, notes: Notes) -> Character:
    """The character with a second card that disagrees with its own kept, to be written again while it is unedited."""
    notes.changed.append("The file holds two cards that differ: 'ccv3' counts, 'chara' is kept to be written again.")
    second: Object = {"card": beside, "mark": _mark(card_from(character).data)}
    bag: Object = {**_object(character.extensions.get(BAG)), "beside": second}
    return character.model_copy(update={"extensions": {**character.extensions, BAG: bag}})


def beside(character: Character) -> Object | None:
    """The second card kept with a character; None without one, and once the character was edited."""
    bag = dict(_object(character.extensions.get(BAG)))
    second = _object(bag.pop("beside", None))
    plain = character.model_copy(update={"extensions": {**character.extensions, BAG: bag}})
    return (
        _object(second.get("card")) or None if second and second.get("mark") == _mark(card_from(plain).data) else None
    )


def agrees(card: CharacterCard, second: CharacterCard) -> bool:
    """Whether the second card says nothing else than the first does, as far as a V2 card can say it."""
    return _gives(v2(card)["data"], v2(second)["data"]) and _gives(card.top, second.top)


def _overlaid(plain: dict[str, Fields], values: Object, block: Object, notes: Notes) -> Character:
    """The character the card's own fields and the block make together; a field changed since goes before the block."""
    told = _flattened({key: value for key, value in block.items() if key in Character.model_fields})
    told = {key: value for key, value in told.items() if key not in _LOCAL}
    written = _object(block.get(_WRITTEN))
    changed = [
        key for key, fields in plain.items() if fields.keys() & told.keys() and written.get(key) != _mark(values[key])
    ]
    for key in changed:
        notes.changed.append(f"'{key}' was changed by another program since; its text counts.")
        told = {field: value for field, value in told.items() if field not in plain[key]}
    character = _valid({field: value for part in plain.values() for field, value in part.items()}, told, notes)
    if "description" not in changed:
        return character
    ending = prose.description(character.model_copy(update={"backstory": ""}))
    whole = character.backstory
    backstory = "" if whole == ending else whole.removesuffix(f"\n\n{ending}" if ending else "")
    return character.model_copy(update={"backstory": backstory})


def _valid(fields: Fields, told: Fields, notes: Notes) -> Character:
    """The character of both, without those told fields that are not of their form."""
    for _ in range(2):
        try:
            return Character.model_validate(_unflat({**fields, **told}))
        except ValidationError as error:
            wrong = {".".join(map(str, detail["loc"][:2])) for detail in error.errors(include_url=False)}
            wrong |= {key.split(".")[0] for key in wrong}
            for key in [key for key in told if key in wrong]:
                notes.refused.append(f"{shown(key)} in 'extensions.{BLOCK}' is not of its form; it was left out.")
                del told[key]
    return Character.model_validate(_unflat(fields))


def _left_over(
    data: Object, extensions: Object, values: Object, plain: dict[str, Fields], character: Character
) -> Object:
    """What writing the character would not give back: fields without a home, and values written in another way."""
    fields, rendered = _flat(character), _rendered(character)
    odd = {
        key: values[key]
        for key in rendered
        if values[key] is not None and values[key] != rendered[key] and _means(plain[key], fields)
    }
    kept = {key: value for key, value in data.items() if key not in values and (value or key not in _ALWAYS)}
    kept |= {key: value for key, value in odd.items() if key != _TALKATIVENESS}
    rest = {key: value for key, value in extensions.items() if key != _TALKATIVENESS or key in odd}
    return {"data": kept, "extensions": rest}


def _block(character: Character, fields: Fields, rendered: Object) -> Object:
    """What the card's own fields do not say of a character; with a mark of every text it stands in for."""
    plain = {key: _reading(key, value, character.name) for key, value in rendered.items()}
    said: Fields = {field: value for part in plain.values() for field, value in part.items()}
    default = _flat(Character(id="", name="-"))
    told = {key: value for key, value in fields.items() if said.get(key, default[key]) != value}
    block: Object = {
        key: value.model_dump(mode="json") if isinstance(value, Lorebook) else value
        for key, value in _unflat(told).items()
        if key != "id"
    }
    written: Object = {key: _mark(rendered[key]) for key, part in plain.items() if part.keys() & told.keys()}
    own: Object = {key: value for key, value in character.extensions.items() if key != BAG}
    return {**block, **({"extensions": own} if own else {}), **({_WRITTEN: written} if written else {})}


def _reading(key: str, value: JsonValue, name: str, notes: Notes | None = None) -> Fields:
    """What a card's field says of a character called `name`."""
    texts = {"description": "backstory", "first_mes": "greeting"}
    texts |= {"personality": "identity.personal", "scenario": "identity.life_context"}
    if key in texts:
        return {texts[key]: value or ""}
    if key == "name":
        return {"name": visible(str(value or ""))[:LONGEST_NAME].strip() or name}
    if key == "mes_example":
        return {"speech.examples": [*example_lines.lines(str(value or ""), name)[:MAX_LINES]]}
    if key == "tags":
        tags = [str(tag).strip() for tag in value] if isinstance(value, list) else []
        return {"tags": [tag for tag in tags if tag]}
    if key == _TALKATIVENESS:
        return {_TALKATIVENESS: _share(value)}
    if key == _BOOK:
        return {"lorebook": lorebook_from_card(value, notes) if isinstance(value, dict) else None}
    return {key: value if isinstance(value, list) else []}


def _rendered(character: Character) -> Object:
    """What a character says in a card's own fields, but for the lorebook, which keeps its own way of writing."""
    return {
        "name": character.name,
        "description": prose.description(character),
        "personality": prose.personality(character),
        "scenario": character.identity.life_context,
        "first_mes": character.greeting,
        "mes_example": example_lines.dialogue(character.speech.examples),
        "alternate_greetings": [*character.alternate_greetings],
        "tags": [*character.tags],
        _TALKATIVENESS: character.talkativeness,
    }


def _note_readings(data: Object, character: Character, notes: Notes) -> None:
    if not data["name"]:
        notes.changed.append(f"The card has no name; it is now {shown(character.name)}.")
    elif data["name"] != character.name:
        notes.changed.append(
            f"The name is now {shown(character.name)}, on one line and {LONGEST_NAME} letters at most."
        )
    if data["scenario"] and data["scenario"] == character.identity.life_context:
        notes.kept.append("The scenario stands as the life context; empty it where a scene sets another.")
    spoken = example_lines.lines(str(data["mes_example"]), character.name)
    if len(spoken) > MAX_LINES:
        notes.changed.append(f"Of {len(spoken)} example lines the first {MAX_LINES} are told to a model.")


def _share(value: JsonValue) -> float:
    """A talkativeness from 0 to 1, also from a text; one half where there is none."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return 0.5
    return number if 0 <= number <= 1 else 0.5


def _means(reading: Fields, fields: Fields) -> bool:
    return all(fields[key] == value for key, value in reading.items())


def _gives(rendered: JsonValue, value: JsonValue) -> bool:
    """Whether everything in `value` is in `rendered` too; an object may have more fields, such as defaults."""
    if isinstance(rendered, dict) and isinstance(value, dict):
        return all(key in rendered and _gives(rendered[key], item) for key, item in value.items())
    if isinstance(rendered, list) and isinstance(value, list):
        return len(rendered) == len(value) and all(map(_gives, rendered, value))
    return rendered == value


def _flat(character: Character) -> Fields:
    values = character.model_dump(mode="json", exclude={*_LOCAL, "lorebook"})
    return {**_flattened(values), "lorebook": character.lorebook}


def _flattened(values: Object) -> Fields:
    flat: Fields = {}
    for key, value in values.items():
        if key in _NESTED and isinstance(value, dict):
            flat.update({f"{key}.{inner}": item for inner, item in value.items()})
        else:
            flat[key] = value
    return flat


def _unflat(fields: Fields) -> Fields:
    values: Fields = {"id": ""}
    for key, value in fields.items():
        outer, _, inner = key.partition(".")
        if inner and not isinstance(value, Lorebook):
            values[outer] = {**_object(values.get(outer)), inner: value}
        else:
            values[key] = value
    return values


def _mark(value: JsonValue) -> str:
    """A short fingerprint, by which a later reader sees whether a value is still the one written."""
    return hashlib.sha256(write_object({"": value})).hexdigest()[:16]


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}
