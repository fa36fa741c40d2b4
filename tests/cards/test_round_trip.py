"""What goes in comes out: import, export, import is equal on every field, in every dialect and container."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from studio.cards.png_chunks import keyword, text, walk
from studio.cards.reading import read_card, read_mapping
from studio.cards.writing import Kind, write_card
from studio.domain.character import Character
from studio.errors import Invalid
from studio.library.yaml_file import read, write
from tests.cards import samples, strategies

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS: tuple[Kind, ...] = ("png", "json", "charx")
DIALECTS = {"V1": samples.V1, "V2": samples.V2, "V3": samples.V3}
ROOMY = settings(max_examples=80, deadline=None)


def card_texts(data: bytes) -> dict[str, bytes]:
    """The texts of a PNG card by keyword, still base64."""
    items = walk(data).items
    return {keyword(data, chunk): text(data, chunk) for chunk in items if keyword(data, chunk)}


def contained(part: object, whole: object) -> bool:
    """Whether every key and value of `part` is somewhere at the same place in `whole`."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and contained(part[key], whole[key]) for key in part)
    return part == whole


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_container_tells_of_the_same_character(dialect: str) -> None:
    card = DIALECTS[dialect]
    files = samples.containers(card)
    expected = read_card(files["json"], "ola.json").character
    assert (expected.name, expected.greeting, expected.backstory) == (
        "Ola Lind",
        card_text(card, "first_mes"),
        card_text(card, "description"),
    )
    assert expected.speech.examples == ("Only when quiet.", "Mind the step.") and expected.talkativeness == 0.7
    assert expected.tags == ("harbour", "storm")
    for container, data in files.items():
        imported = read_card(data, "ola")
        own_assets = {"extensions"} if "charx" in container else None
        assert imported.character.model_dump(exclude=own_assets) == expected.model_dump(exclude=own_assets), container
        assert imported.original is data and not imported.report.refused
        assert (imported.portrait is None) == container.startswith("json"), container
        for kind in KINDS:
            again = read_card(write_card(imported.character, kind, samples.picture()), "again")
            assert again.character == imported.character, (container, kind)


def card_text(card: dict[str, object], key: str) -> object:
    """A field of a card, wherever its dialect has it."""
    data = card.get("data", card)
    return data[key] if isinstance(data, dict) else None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_unknown_fields_and_extensions_go_out_as_they_came(dialect: str) -> None:
    card = DIALECTS[dialect]
    character = read_card(samples.packed(card), "ola.json").character
    written = json.loads(write_card(character, "json"))
    if dialect == "V1":
        assert contained({"x_unknown": card["x_unknown"], "create_date": card["create_date"]}, written)
        assert written["data"]["creator_notes"] == "Invented."
    else:
        assert contained({**card, "spec": "chara_card_v3", "spec_version": "3.0"}, written)


@ROOMY
@given(strategies.V1 | strategies.V2 | strategies.V3)
def test_any_card(card: dict[str, object]) -> None:
    files = samples.containers(card)
    characters = {container: read_card(data, "card").character for container, data in files.items()}
    first = characters["json"]
    for container, character in characters.items():
        if not container.startswith("charx"):  # there the samples themselves set the main icon
            assert character == first, container
        for kind in KINDS if container in ("json", "charx") else ():
            data = write_card(character, kind, samples.picture())
            again = read_card(data, "again")
            assert again.character == character, (container, kind)
            assert write_card(again.character, kind, samples.picture()) == data
    kept = json.loads(write_card(first, "json"))
    if "data" in card:
        extensions = {key: value for key, value in card["data"]["extensions"].items() if key.startswith("x_")}
        assert contained({key: value for key, value in card["data"].items() if key.startswith("x_")}, kept["data"])
        assert contained(extensions, kept["data"]["extensions"])
        assert kept["data"].get("character_book") == card["data"].get("character_book")
    assert contained({key: value for key, value in card.items() if key.startswith("x_")}, kept)


@ROOMY
@given(strategies.CHARACTERS)
def test_any_character_of_ours(character: Character) -> None:
    for kind in KINDS:
        data = write_card(character, kind, samples.picture())
        again = read_card(data, "again")
        assert again.character == character
        assert not (again.report.changed or again.report.refused)


@ROOMY
@given(strategies.V2 | strategies.V3)
def test_what_was_edited_here_counts_and_the_rest_stays(card: dict[str, object]) -> None:
    character = read_card(samples.packed(card), "card").character
    edited = character.model_copy(
        update={"backstory": "Rewritten.", "traits": ("bold",), "age": 7, "tags": ("new",), "greeting": "Ah."}
    )
    again = read_card(write_card(edited, "png", samples.picture()), "again").character
    kept = {"extensions"}
    assert again.model_dump(exclude=kept) == edited.model_dump(exclude=kept)
    assert "Rewritten." in json.loads(write_card(edited, "json"))["data"]["description"]


@pytest.mark.parametrize("file", sorted((ROOT / "characters").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_shipped_cast(file: Path) -> None:
    character = read(file.read_bytes(), Character, file)
    for kind in KINDS:
        again = read_card(write_card(character, kind, samples.picture()), "again").character
        assert again == character.model_copy(update={"id": "", "portrait": ""})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_imported_character_survives_the_library(dialect: str) -> None:
    character = read_card(samples.packed(DIALECTS[dialect]), "ola.json").character
    file = Path("ola-lind.yaml")
    saved = read(write(character), Character, file)
    assert saved == character.model_copy(update={"id": "ola-lind"})
    assert write_card(saved, "json") == write_card(character, "json")


def test_png_holds_both_cards_and_leaves_every_other_byte_alone() -> None:
    extra = samples.chunk(b"tEXt", b"parameters\0steps: 20") + samples.chunk(b"prVt", b"\x00\x01")
    portrait = samples.png(extra, samples.text_chunk(samples.V1, "Chara"), before_pixels=True)
    imported = read_card(portrait, "ola.png")
    assert imported.portrait == samples.png(extra, before_pixels=True)
    data = write_card(imported.character, "png", imported.portrait)
    chunks = walk(data)
    assert chunks.whole and {"parameters", "chara", "ccv3"} == card_texts(data).keys()
    first, second = (chunk for chunk in chunks.items if keyword(data, chunk) in ("chara", "ccv3"))
    assert data[: first.start] + data[second.end :] == imported.portrait
    assert data == write_card(imported.character, "png", data), "old cards are replaced, not added to"
    assert [chunk.kind for chunk in chunks.items][-3:] == [b"tEXt", b"tEXt", b"IEND"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_unedited_card_goes_out_in_its_very_bytes(dialect: str) -> None:
    odd = json.dumps(DIALECTS[dialect], indent=3).encode()
    imported = read_card(odd, "ola.json")
    assert write_card(imported.character, "json", original=odd) == odd
    word = "ccv3" if dialect == "V3" else "chara"
    picture = samples.png(samples.text_chunk(DIALECTS[dialect], word))
    imported = read_card(picture, "ola.png")
    renamed = imported.character.model_copy(update={"id": "ola-2", "portrait": "portraits/ola-2.png"})
    data = write_card(renamed, "png", imported.portrait or b"", original=picture)
    assert card_texts(data)[word] == samples.encoded(DIALECTS[dialect])
    assert read_card(data, "again").character == imported.character
    edited = renamed.model_copy(update={"greeting": "Ah."})
    assert card_texts(write_card(edited, "png", imported.portrait or b"", original=picture))[word] != samples.encoded(
        DIALECTS[dialect]
    )


def test_a_charx_keeps_its_other_members() -> None:
    members = {"assets/emotion/image/glad.png": b"glad", "module.risum": b"\x01\x02", "x_meta/glad.json": b"{}"}
    source = samples.charx(samples.V3, **members)
    imported = read_card(source, "ola.charx")
    assert write_card(imported.character, "charx", imported.portrait or b"", source) == source
    edited = imported.character.model_copy(update={"greeting": "Ah."})
    again = samples.members(write_card(edited, "charx", samples.picture(9, 9), source))
    assert {name: again[name] for name in members} == members
    assert again["assets/icon/image/main.png"] == samples.picture(9, 9) and b"Ah." in again["card.json"]
    assert len(again) == len(members) + 2


def test_two_cards_that_disagree_both_stay_until_one_is_edited() -> None:
    older = {**samples.V2, "data": {**samples.V2["data"], "description": "An older text."}}
    source = samples.png(samples.text_chunk(older), samples.text_chunk(samples.V3, "ccv3"))
    imported = read_card(source, "ola.png")
    assert imported.character.backstory == samples.V3["data"]["description"]
    assert any("differ" in sentence for sentence in imported.report.changed)
    again = write_card(imported.character, "png", imported.portrait or b"")
    assert card_texts(again)["chara"] == samples.encoded(older)
    assert read_card(again, "again").character == imported.character
    edited = imported.character.model_copy(update={"greeting": "Ah."})
    written = write_card(edited, "png", imported.portrait or b"")
    assert card_texts(written)["chara"] != samples.encoded(older)
    assert not read_card(written, "again").report.changed


def test_chara_may_hold_a_v3_card() -> None:
    imported = read_card(samples.png(samples.text_chunk(samples.V3, "chara")), "ola.png")
    assert imported.report.spec == "chara_card_v3"
    assert json.loads(write_card(imported.character, "json"))["data"]["nickname"] == "Ola"


def test_what_another_program_changed_counts() -> None:
    file = next(iter(sorted((ROOT / "characters").glob("*.yaml"))))
    ours = read(file.read_bytes(), Character, file)
    card = json.loads(write_card(ours, "json"))
    ending = card["data"]["description"].removeprefix(ours.backstory)
    card["data"]["description"] = f"A new life.{ending}"
    card["data"]["first_mes"] = "Good day."
    card["data"]["scenario"] = "Elsewhere."
    imported = read_card(samples.packed(card), "changed.json")
    assert imported.character.backstory == "A new life."
    assert imported.character.greeting == "Good day."
    assert imported.character.identity.life_context == "Elsewhere."
    assert imported.character.traits == ours.traits and imported.character.secrets == ours.secrets
    assert any("'description' was changed" in sentence for sentence in imported.report.changed)
    card["data"]["description"] = "Nothing of before."
    again = read_card(samples.packed(card), "changed.json")
    assert again.character.backstory == "Nothing of before." and again.character.age == ours.age
    for kind in KINDS:
        assert read_card(write_card(again.character, kind, samples.picture()), "x").character == again.character


def test_a_parsed_yaml_card() -> None:
    values = {"name": "Ola", "greeting": "You are late.", "context": "Ola keeps the light.", "your_name": "Guest"}
    imported = read_mapping(values, "Ola.yaml")
    assert (imported.character.name, imported.character.greeting) == ("Ola", "You are late.")
    assert imported.character.backstory == "Ola keeps the light."
    assert (imported.report.spec, imported.report.container) == ("text-generation-webui", "yaml")
    assert json.loads(write_card(imported.character, "json"))["your_name"] == "Guest"


def test_pygmalion_and_tavern_ai() -> None:
    old = {
        "char_name": "Ola",
        "char_persona": "Keeps the light.",
        "char_greeting": "Late.",
        "world_scenario": "Storm.",
        "example_dialogue": "{{char}}: Hm.",
    }
    character = read_card(samples.packed(old), "ola.json").character
    assert (character.backstory, character.greeting, character.speech.examples) == (
        "Keeps the light.",
        "Late.",
        ("Hm.",),
    )
    tavern = {**samples.V1, "spec": "tavern_ai", "public_id": "abc", "categories": ["x"], "nsfw": 0}
    imported = read_card(samples.packed(tavern), "ola.json")
    assert imported.report.spec == "chara_card_v1" and imported.report.changed
    assert contained({"public_id": "abc", "nsfw": 0}, json.loads(write_card(imported.character, "json")))


def test_a_backyard_archive() -> None:
    imported = read_card(samples.byaf(), "ola.byaf")
    character = imported.character
    assert (character.name, character.backstory) == ("Ola Lind", "{{char}} keeps the light for {{user}}.")
    assert character.greeting == "You are late, {{user}}." and character.alternate_greetings == ("Calm tonight.",)
    assert character.speech.examples == ("Only when quiet.",) and character.lorebook is not None
    assert [entry.keys for entry in character.lorebook.entries] == [("lamp", "light"), ("tide",)]
    assert imported.portrait == samples.picture() and imported.report.spec == "byaf"
    for kind in KINDS:
        assert read_card(write_card(character, kind, samples.picture()), "again").character == character


def test_a_repaired_card_goes_out_repaired_even_unedited() -> None:
    original = samples.packed({**samples.V2, "data": {**samples.V2["data"], "tags": "harbour, storm"}})
    imported = read_card(original, "ola.json")
    written = write_card(imported.character, "json", original=original)
    assert written != original and json.loads(written)["data"]["tags"] == ["harbour", "storm"]


def test_there_are_three_formats() -> None:
    with pytest.raises(Invalid, match="png, json or charx"):
        write_card(Character(id="ola", name="Ola"), "webp")  # type: ignore[arg-type]
