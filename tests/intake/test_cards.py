"""Cards of other programs come into the library whole, once, and over nobody; and go out again."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from studio.cards.reading import read_card
from studio.cards.writing import Kind
from studio.domain.character import Character, Consent
from studio.errors import Invalid
from studio.intake import Added, Intake, import_card
from studio.library import Library
from studio.library.yaml_file import write
from tests.cards import samples


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "shipped", tmp_path / "own")


@pytest.fixture
def intake(library: Library) -> Intake:
    return Intake(library)


def files(folder: Path) -> set[str]:
    """Every file below a folder, by its path within it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("container", sorted(samples.containers(samples.V3)))
def test_a_card_is_stored_with_its_picture_and_goes_out_again(intake: Intake, library: Library, container: str) -> None:
    data = samples.containers(samples.V3)[container]
    read = read_card(data, "ola")
    added = intake.add(data, "ola")
    assert not added.known and added.character.id == "ola-lind" and added.report == read.report
    kept = library.character("ola-lind")
    local = {"id", "portrait", "original"}
    assert kept == added.character and kept.model_dump(exclude=local) == read.character.model_dump(exclude=local)
    assert intake.portrait(kept) == (read.portrait or b"")
    kinds: tuple[Kind, ...] = ("png", "json", "charx")
    for kind in kinds:
        again = read_card(intake.export(kept, kind), "again").character
        assert again.model_dump(exclude=local) == read.character.model_dump(exclude=local), kind


def test_the_same_card_is_seen_to_be_there(intake: Intake, library: Library, tmp_path: Path) -> None:
    first = intake.add(samples.png(samples.text_chunk(samples.V2)), "ola.png")
    before = files(tmp_path)
    for data in (samples.png(samples.text_chunk(samples.V2)), samples.png(samples.text_chunk(samples.V2, "ccv3"))):
        again = intake.add(data, "other.png")
        assert again.known and not again.edited and again.character == first.character
    written = intake.export(first.character, "png")
    assert intake.add(written, "from-here.png").known
    assert files(tmp_path) == before

    library.save_character(first.character.model_copy(update={"greeting": "Ah."}))
    afresh = Intake(Library(tmp_path / "shipped", tmp_path / "own"))
    again = afresh.add(samples.png(samples.text_chunk(samples.V2)), "ola.png")
    assert again.known and again.edited and again.character.greeting == "Ah."

    library.delete_character(first.character.id)
    anew = afresh.add(samples.png(samples.text_chunk(samples.V2)), "ola.png")
    assert not anew.known and anew.character == first.character


def test_another_card_of_the_same_name_stands_beside_it(intake: Intake, library: Library, tmp_path: Path) -> None:
    first = intake.add(samples.packed(samples.V1), "ola.json")
    other = intake.add(samples.packed({**samples.V1, "first_mes": "Ah."}), "ola.json")
    pictured = intake.add(samples.png(samples.text_chunk(samples.V1)), "ola.png")
    assert [one.character.id for one in (first, other, pictured)] == ["ola-lind", "ola-lind-2", "ola-lind-3"]
    assert library.character("ola-lind") == first.character
    assert not any(one.known for one in (first, other, pictured))


def test_two_at_once_are_stored_once(intake: Intake, library: Library) -> None:
    data = samples.packed(samples.V1)
    added: list[Added] = []
    threads = [threading.Thread(target=lambda: added.append(intake.add(data, "ola.json"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not one.known for one in added) == 1 and len(library.characters()) == 1


def test_a_charx_keeps_its_other_assets(intake: Intake) -> None:
    more = {"assets/emotion/image/glad.png": b"glad", "module.risum": b"\x01"}
    source = samples.charx(samples.V3, **more)
    added = intake.add(source, "ola.charx")
    assert intake.export(added.character, "charx") == source
    edited = added.character.model_copy(update={"greeting": "Ah."})
    assert more.items() <= samples.members(intake.export(edited, "charx")).items()
    stranger = edited.model_copy(update={"original": "../" * 8 + "etc/passwd"})
    assert not more.keys() & samples.members(intake.export(stranger, "charx")).keys()


def test_yaml_of_another_program_and_our_own(intake: Intake) -> None:
    text = b"name: Ola\ngreeting: You are late.\ncontext: |\n  Ola keeps the light.\n"
    added = intake.add(text, "folder/Ola Lind.yaml")
    assert added.report.spec == "text-generation-webui" and added.character.greeting == "You are late."
    ours = Character(id="bo", name="Bo", traits=("bold",), portrait="portraits/bo.png")
    read = import_card(write(ours), "Bo of old.yaml")
    assert read.character == ours.model_copy(update={"id": "", "portrait": ""}) and read.report.spec == "greenroom"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"- a\n- b", "not a list of fields"),
        (b"name: &a X\ncontext: *a", "Anchors"),
        (b"name: X\nname: Y\ncontext: c", "written twice"),
        (b"context: nobody", "no name"),
        (b"nmae: X", "name: It is missing"),
        (b"\xff\xfe", "UTF-16"),
        (b"name: X\ncontext: " + b"a" * (1 << 20), "1,048,576 at most"),
    ],
)
def test_yaml_that_cannot_be_read_says_why(text: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        import_card(text, "../x/card.yaml")
    assert "../" not in str(caught.value)


def test_a_picture_is_a_picture_whatever_it_is_called() -> None:
    assert import_card(samples.png(samples.text_chunk(samples.V2)), "ola.yaml").report.container == "png"


def test_what_cannot_be_read_leaves_nothing(intake: Intake, tmp_path: Path) -> None:
    for data in (b"", b"{", samples.picture()):
        with pytest.raises(Invalid):
            intake.add(data, "ola.png")
    assert not files(tmp_path)


def test_a_card_full_of_scripts_is_stored_whole(intake: Intake, library: Library) -> None:
    script = "<script>" + "x" * 1_500_000 + "\u2028\x85</script>"
    card = {**samples.V2, "data": {**samples.V2["data"], "extensions": {"regex_scripts": [{"replaceString": script}]}}}
    added = intake.add(samples.packed(card), "ola.json")
    kept = library.character(added.character.id)
    written = json.loads(intake.export(kept, "json"))
    assert written["data"]["extensions"]["regex_scripts"] == [{"replaceString": script}]


def test_a_broken_line_of_the_list_costs_no_more_than_a_second_copy(intake: Intake, tmp_path: Path) -> None:
    intake.add(samples.packed(samples.V1), "ola.json")
    listed = tmp_path / "own" / "characters" / "imported.jsonl"
    whole = listed.read_bytes()
    for text in (b"", whole[:-20], b"\xff\xff\n{}\n[1]\n"):
        listed.write_bytes(text)
        added = Intake(Library(tmp_path / "shipped", tmp_path / "own")).add(samples.packed(samples.V1), "ola.json")
        assert not added.known
        again = Intake(Library(tmp_path / "shipped", tmp_path / "own")).add(samples.packed(samples.V1), "ola.json")
        assert again.known and again.character == added.character


def test_nobody_living_goes_out_without_having_agreed(intake: Intake, library: Library) -> None:
    mara = library.save_character(Character(id="", name="Mara Lind", persona_type="real"))
    with pytest.raises(Invalid, match="'consent' is empty"):
        intake.export(mara, "json")
    agreed = Consent(who="Mara Lind", when="2026-01-12", scope="publication")
    data = intake.export(mara.model_copy(update={"consent": agreed}), "json")
    assert read_card(data, "mara").character.consent == agreed
