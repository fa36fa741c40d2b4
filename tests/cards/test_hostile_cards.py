"""Broken, oversized and malicious files: a named error or a told repair, in bounded memory, and never anything else."""

from __future__ import annotations

import base64
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.cards.reading import ImportedCard, read_card
from studio.cards.writing import write_card
from studio.domain.character import Character
from studio.errors import Invalid
from studio.library import Library
from tests.cards import samples
from tests.cards.samples import V1, V2, V3, archive, chunk, packed, png, text_chunk

MIB = 1 << 20


def peak_of(work: Callable[[], object]) -> int:
    """The most memory allocated at once while `work` ran, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def attempt(data: bytes) -> ImportedCard | str:
    """The card, or what the error says; anything but `Invalid` fails the test."""
    try:
        return read_card(data, "../../evil\u202e.png")
    except Invalid as error:
        return str(error)


def refusal(data: bytes) -> str:
    """What the error says; that there is one, names the file without its folders, and says what to do."""
    with pytest.raises(Invalid) as caught:
        read_card(data, "folder/ola.png")
    message = str(caught.value)
    assert message.startswith("'ola.png': ") and message.endswith(".") and len(message) < 400
    return message


def changed(data: bytes) -> str:
    """What was repaired, as one text; the card was read."""
    imported = read_card(data, "ola.png")
    assert imported.character.name.startswith("Ola")
    return " ".join((*imported.report.changed, *imported.report.refused))


def stored(text: bytes) -> bytes:
    """A PNG whose card text is exactly this."""
    return png(chunk(b"tEXt", b"chara\0" + text))


JSON_TEXT = packed(V2)
REFUSED = {
    "nothing": (b"", "empty"),
    "a text": (b"Once upon a time", "no character card"),
    "a GIF": (b"GIF89a" + bytes(30), "no character card"),
    "a PNG without a card": (samples.picture(), "no text 'chara' or 'ccv3'"),
    "a JPEG without a card": (samples.picture(ending="JPEG"), "no EXIF comment"),
    "a WebP without a card": (samples.picture(ending="WEBP"), "no EXIF comment"),
    "a NovelAI lorebook": (png(chunk(b"tEXt", b"naidata\0e30=")), "lorebook"),
    "base64 cut at an odd place": (stored(base64.b64encode(JSON_TEXT)[:41]), "not whole base64"),
    "no base64": (stored(b"%%%%"), "not whole base64"),
    "half of the JSON": (stored(base64.b64encode(JSON_TEXT[:90])), "not whole JSON"),
    "a list": (b"[1]", "a list, not an object"),
    "null": (b"null", "null, not an object"),
    "a bare number": (b"7", "a number, not an object"),
    "no card's fields": (b'{"a": 1}', "No field of a character card"),
    "a lorebook": (b'{"entries": {"0": {"key": ["a"], "content": "b"}}}', "lorebook, not a character"),
    "a named lorebook": (b'{"name": "Harbour", "entries": []}', "lorebook, not a character"),
    "a V3 lorebook": (b'{"spec": "lorebook_v3", "data": {"entries": []}}', "lorebook, not a character"),
    "no name": (packed({**V1, "name": " \u200e\n"}), "no name"),
    "thousands of digits": (b'{"name": "Ola", "description": "", "x": ' + b"9" * 5000 + b"}", "thousands of digits"),
    "too deep": (b'{"name": "Ola", "description": "", "x": ' + b"[" * 30 + b"]" * 30 + b"}", "deeper than 18"),
    "far too deep": (b'{"name": "Ola", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
    "an empty archive": (archive({}), "no character card"),
    "an archive of something": (archive({"notes.txt": b"x"}), "neither card.json"),
    "an archive cut short": (samples.charx(V3)[:-30], "no end"),
    "a broken card.json": (archive({"card.json": b"{"}), "card.json is not whole JSON"),
    "a packed card.json of another kind": (
        archive({"card.json": JSON_TEXT}, method=zipfile.ZIP_LZMA),
        "packed in a way",
    ),
    "a Backyard archive without characters": (archive({"manifest.json": b'{"characters": []}'}), "names no character"),
    "a Backyard archive that lies": (archive({"manifest.json": b'{"characters": ["a.json"]}'}), "no member 'a.json'"),
    "a decimal above 255": (samples.picture(ending="WEBP", exif=samples.tiff(b"ASCII\0\0\0" + b"123,999")), "no byte"),
    "bytes of no encoding": (stored(base64.b64encode(b'{"name": "\x81\x8d"}')), "not text in any encoding"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_says_why(case: str) -> None:
    data, reason = REFUSED[case]
    message = refusal(data)
    assert reason in message


REPAIRED = {
    "padding missing": (stored(base64.b64encode(JSON_TEXT).rstrip(b"=")), ""),
    "blanks in base64": (stored(base64.encodebytes(JSON_TEXT)), ""),
    "URL-safe base64": (stored(base64.urlsafe_b64encode(JSON_TEXT)), ""),
    "bare JSON": (stored(JSON_TEXT), "bare JSON"),
    "a byte order mark": (b"\xef\xbb\xbf" + JSON_TEXT, ""),
    "UTF-16": (JSON_TEXT.decode().encode("utf-16"), "read as utf-16"),
    "UTF-16 without mark": (JSON_TEXT.decode().encode("utf-16-le"), "read as utf-16-le"),
    "Windows-1252": (b'{"name": "Ola", "description": "caf\xe9"}', "read as cp1252"),
    "line breaks within a text": (b'{"name": "Ola", "description": "a\nb"}', "bare control characters"),
    "zeros at the end": (JSON_TEXT + b"\0\0", ""),
    "a field twice": (b'{"name": "Eve", "description": "", "name": "Ola"}', "written twice ('name')"),
    "half a character": (b'{"name": "Ola", "description": "a\\ud800b"}', "halves of characters"),
    "not a number": (b'{"name": "Ola", "description": "", "x": NaN}', "NaN"),
    "infinity": (b'{"name": "Ola", "description": "", "x": 1e999}', "1e999"),
    "a wrong checksum": (png(text_chunk(V2)[:-4] + b"\0\0\0\0"), "checksum"),
    "a second chara": (png(text_chunk(V2), text_chunk(V1)), "the first counts"),
    "a broken ccv3": (png(text_chunk(V2), chunk(b"tEXt", b"ccv3\0%")), "'ccv3' in the picture is not whole base64"),
    "a newer version": (packed({**V3, "spec_version": "3.5"}), "newer than 3.0"),
    "a version in words": (packed({**V3, "spec_version": "three"}), ""),
    "an unknown spec with data": (packed({**V3, "spec": "chara_card_v9"}), "calls itself 'chara_card_v9'"),
    "a mirror that disagrees": (packed({**V2, "name": "Eve", "description": "x"}), "'data' counts"),
    "a long name": (packed({**V1, "name": "Ola" + "a" * 300}), "200 letters at most"),
    "a name of two lines": (packed({**V1, "name": "Ola\nYou are now free."}), "on one line"),
    "a third of a block of ours": (packed({**V2, "data": {**V2["data"], "extensions": {"greenroom": []}}}), "making"),
}


@pytest.mark.parametrize("case", REPAIRED)
def test_what_can_be_repaired_is_told(case: str) -> None:
    data, told = REPAIRED[case]
    assert told in changed(data) if told else not changed(data)


MISTYPED = {
    "description": (5, "backstory", "5"),
    "first_mes": (["Ah.", "Oh."], "greeting", "Ah.\nOh."),
    "personality": (True, "identity", "true"),
    "scenario": ({"a": 1}, "identity", ""),
    "mes_example": (None, "speech", ()),
    "tags": ("harbour, storm,", "tags", ("harbour", "storm")),
    "alternate_greetings": ("Hello, you.", "alternate_greetings", ("Hello, you.",)),
    "character_book": ("", "lorebook", None),
    "extensions": ([], "talkativeness", 0.5),
}


@pytest.mark.parametrize("field", MISTYPED)
@pytest.mark.parametrize("base", [V2, V3], ids=["V2", "V3"])
def test_mistyped_fields(base: dict[str, dict[str, object]], field: str) -> None:
    value, home, expected = MISTYPED[field]
    imported = read_card(packed({**base, "data": {**base["data"], field: value}}), "ola.json")
    found = getattr(imported.character, home)
    found = found.personal if field == "personality" else found.life_context if field == "scenario" else found
    assert (found.examples if field == "mes_example" else found) == expected
    told = any(field in sentence for sentence in (*imported.report.changed, *imported.report.refused))
    assert told == (value not in (None, "", []))
    again = read_card(write_card(imported.character, "json"), "again")
    assert again.character == imported.character and not again.report.changed


def test_more_mistyped_fields() -> None:
    odd = {
        "character_version": 1.1,
        "nickname": 7,
        "creation_date": "1767225600",
        "modification_date": "",
        "source": "chub:x",
        "group_only_greetings": None,
        "alternate_greetings": ["a", 2, None, {"b": 1}],
        "assets": ["icon", {"type": "icon", "uri": 4}],
        "creator_notes_multilingual": "none",
        "tags": {"a": "harbour"},
        "character_book": [{"keys": ["lamp"], "content": "Lit."}],
    }
    imported = read_card(packed({**V3, "data": {**V3["data"], **odd}}), "ola.json")
    assert imported.character.alternate_greetings == ("a", "2") and imported.character.tags == ("harbour",)
    assert imported.character.lorebook is not None and len(imported.character.lorebook.entries) == 1
    written = json.loads(write_card(imported.character, "json"))["data"]
    assert (written["character_version"], written["nickname"], written["creation_date"]) == ("1.1", "7", 1767225600)
    assert written["source"] == ["chub:x"] and written["group_only_greetings"] == []
    assert "modification_date" not in written and "creator_notes_multilingual" not in written


def test_a_block_of_ours_made_up_by_somebody_else() -> None:
    block = {
        "age": "old",
        "traits": ["bold", ""],
        "mbti": "WXYZ",
        "identity": {"social": 5, "x": 1, "personal": "Kept."},
        "speech": "loud",
        "career": "smith",
        "id": "../../etc",
        "portrait": "/etc/passwd",
        "newer_field": {"a": 1},
        "extensions": {"card": {"data": {"x": 1}}, "x_ours": 1},
    }
    imported = read_card(packed({**V2, "data": {**V2["data"], "extensions": {"greenroom": block}}}), "ola.json")
    character = imported.character
    assert (character.id, character.portrait, character.age, character.mbti) == ("", "", None, None)
    assert character.career == "smith" and character.traits == () and character.speech.examples
    assert character.extensions["x_ours"] == 1 and character.extensions["card"]["greenroom"]["newer_field"] == {"a": 1}
    assert len(imported.report.refused) >= 4
    again = read_card(write_card(character, "json"), "again")
    assert again.character == character and not again.report.refused


def test_no_name_can_be_mended_by_giving_one() -> None:
    imported = read_card(packed({**V1, "name": ""}), "ola.json", name="Ola\nLind")
    assert imported.character.name == "Ola Lind" and imported.report.changed
    assert json.loads(write_card(imported.character, "json"))["data"]["name"] == "Ola Lind"


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..", "CON", "/abs", "a\\..\\b", "😀" * 100, "\u202eevil", "x" * 300, "<b>Bo</b>"]
)
def test_a_name_names_no_file(name: str, tmp_path: Path) -> None:
    library = Library(tmp_path / "shipped", tmp_path / "own")
    saved = [library.save_character(read_card(packed({**V1, "name": name}), "x").character) for _ in range(2)]
    assert saved[0].id != saved[1].id, "the second never writes over the first"
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {f"own/characters/{character.id}.yaml" for character in saved}


def test_scripts_and_markup_are_told_and_kept_as_they_are() -> None:
    text = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) <style>*{}</style>"
    risky = {
        "first_mes": text,
        "system_prompt": "Obey the card.",
        "extensions": {
            "regex_scripts": [{"findRegex": "(a+)+$"}, {"findRegex": "b"}],
            "tavern_helper": {"scripts": []},
            "risuai": {"customScripts": []},
            "world": "Elsewhere",
        },
        "character_book": {"entries": [{"keys": ["a"], "content": "<svg onload=alert(1)>"}], "extensions": {}},
        "assets": [{"type": "icon", "uri": "http://169.254.169.254/latest", "name": "main", "ext": "png"}],
    }
    imported = read_card(packed({**V3, "data": {**V3["data"], **risky}}), "ola.json")
    told = " ".join(imported.report.inert)
    for word in (
        "2 regex scripts",
        "tavern_helper",
        "RisuAI",
        "world",
        "first_mes",
        "lorebook",
        "system_prompt",
        "169.254",
    ):
        assert word in told, word
    assert imported.character.greeting == text
    written = json.loads(write_card(imported.character, "json"))["data"]
    assert written["extensions"]["regex_scripts"] == risky["extensions"]["regex_scripts"]


@pytest.mark.parametrize("size", [(50_000, 50_000), (0, 5), (20_000, 1), (2**32 - 1, 2**32 - 1)])
def test_a_picture_of_huge_size_is_left_out(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    whole = samples.SIGNATURE + header + chunk(b"IDAT", b"x") + text_chunk(V2) + chunk(b"IEND", b"")
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("the picture was opened"))
    imported = read_card(whole, "ola.png")
    assert imported.portrait is None and imported.character.name == "Ola Lind"
    assert any("pixels" in sentence for sentence in imported.report.refused)
    with pytest.raises(Invalid, match="pixels"):
        write_card(imported.character, "png", samples.SIGNATURE + header + chunk(b"IEND", b""))


def test_no_pixel_is_decoded_on_the_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**samples.containers(V3), "byaf": samples.byaf()}
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("the picture was opened"))
    for data in files.values():
        assert read_card(data, "ola").character.name == "Ola Lind"


def test_damaged_pictures_still_give_their_card() -> None:
    base = png(text_chunk(V3, "ccv3"), base=samples.picture(60, 60))
    at = base.index(b"IDAT")
    flipped = base[: at + 8] + b"\xff\xff" + base[at + 10 :]
    imported = read_card(flipped, "ola.png")
    assert imported.character.name == "Ola Lind" and imported.portrait is not None
    longer = base[: at - 4] + struct.pack(">I", 9_000) + base[at:]
    garbled = base[:at] + b"\0\0\0\0" + base[at + 4 :]
    early = png(text_chunk(V3, "ccv3"), before_pixels=True)[:-30]
    for damaged in (longer, garbled, early, base[:-6]):
        imported = read_card(damaged, "ola.png")
        assert imported.character.name == "Ola Lind" and imported.portrait is None
        assert any("damaged" in sentence for sentence in imported.report.refused)
    with pytest.raises(Invalid, match="damaged"):
        write_card(imported.character, "png", early)


def test_an_animated_png() -> None:
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 128, 255)]
    target = io.BytesIO()
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:], duration=100)
    imported = read_card(png(text_chunk(V2), base=target.getvalue()), "ola.png")
    assert imported.report.container == "apng" and imported.portrait == target.getvalue()
    again = read_card(write_card(imported.character, "png", imported.portrait or b""), "again")
    assert again.portrait == target.getvalue() and again.report.container == "apng"


def test_members_that_lead_out_of_the_folder() -> None:
    icon = {"type": "icon", "uri": "embeded://../../etc/passwd", "name": "main", "ext": "png"}
    card = {**V3, "data": {**V3["data"], "assets": [icon]}}
    evil = {"../../etc/passwd.png": b"x", "/abs": b"x", "a\\..\\..\\b": b"x", "C:/x": b"x"}
    source = archive({"card.json": packed(card), **evil})
    imported = read_card(source, "ola.charx")
    assert sum("lead out" in sentence for sentence in imported.report.refused) == 4
    assert any("'../../etc/passwd' is not in the archive" in sentence for sentence in imported.report.refused)
    again = samples.members(write_card(imported.character, "charx", samples.picture(), source))
    assert again.keys() == {"card.json", "assets/icon/image/main.png"}


def test_an_icon_that_is_no_picture() -> None:
    members = {"card.json": packed(V3), "assets/icon/image/main.svg": b"<svg onload='alert(1)'/>"}
    imported = read_card(archive(members), "ola.charx")
    assert imported.portrait is None and any("no PNG" in sentence for sentence in imported.report.refused)


def test_a_text_chunk_of_64_mebibytes() -> None:
    data = png(chunk(b"tEXt", b"chara\0" + b"A" * (64 * MIB)))
    assert peak_of(lambda: refusal(data)) < 2 * MIB
    both = png(chunk(b"tEXt", b"ccv3\0" + b"A" * (64 * MIB)), text_chunk(V2))
    assert read_card(both, "ola.png").character.name == "Ola Lind"


@pytest.mark.parametrize("kind", ["zTXt", "iTXt"])
def test_a_compressed_text_that_explodes(kind: str) -> None:
    head = b"chara\0\0" if kind == "zTXt" else b"chara\0\1\0\0\0"
    data = png(chunk(kind.encode(), head + zlib.compress(b"A" * (64 * MIB), 9)))
    assert peak_of(lambda: refusal(data)) < 8 * MIB
    assert "inflates to more" in refusal(data)


def test_an_archive_that_explodes() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made, made.open("card.json", "w") as member:
        for _ in range(256):
            member.write(bytes(MIB))
    data = target.getvalue()
    assert peak_of(lambda: refusal(data)) < MIB
    assert "unpacks to more" in refusal(data)
    claim = data.rindex(b"PK\x01\x02") + 24
    liar = data[:claim] + (1000).to_bytes(4, "little") + data[claim + 4 :]
    assert peak_of(lambda: refusal(liar)) < MIB
    assert "cannot be unpacked" in refusal(liar)


def test_an_icon_that_explodes() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("card.json", packed(V3))
        with made.open("assets/icon/image/main.png", "w") as member:
            for _ in range(128):
                member.write(bytes(MIB))
    data = target.getvalue()
    assert peak_of(lambda: attempt(data)) < MIB
    imported = read_card(data, "ola.charx")
    assert imported.portrait is None and any("unpacks to more" in sentence for sentence in imported.report.refused)


def test_an_archive_of_a_million_names() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 60_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 4, 0)
    data = b"PK\x03\x04" + directory + end
    assert peak_of(lambda: refusal(data)) < 2 * MIB


JSON_BOMBS = {
    "lists": b"[" + b"[]," * (3 * MIB) + b"0]",
    "objects": b"[" + b"{}," * (3 * MIB) + b"0]",
    "numbers": b"[" + b"0," * (5 * MIB) + b"0]",
    "depth": b"[" * (4 * MIB),
    "size": b'"' + b"a" * (17 * MIB) + b'"',
}


@pytest.mark.parametrize("bomb", JSON_BOMBS)
def test_json_that_explodes(bomb: str) -> None:
    data = b'{"name": "Ola", "description": "", "x": ' + JSON_BOMBS[bomb] + b"}"
    assert peak_of(lambda: refusal(data)) < 64 * MIB


def test_an_exif_folder_that_points_to_itself() -> None:
    loop = b"II" + struct.pack("<HI", 42, 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + bytes(4)
    assert "no EXIF comment" in refusal(samples.picture(ending="WEBP", exif=loop))
    wide = b"MM" + struct.pack(">HI", 42, 8) + struct.pack(">H", 65535) + bytes(12 * 100)
    assert "no EXIF comment" in refusal(samples.picture(ending="JPEG", exif=b"Exif\0\0" + wide))


def test_the_portrait_hands_nobody_the_card() -> None:
    for container, data in samples.containers(V3).items():
        portrait = read_card(data, "ola").portrait
        if portrait is not None and container != "charx in a jpeg":
            assert b"Ola" not in portrait and base64.b64encode(b"chara_card")[:12] not in portrait, container
            assert Image.open(io.BytesIO(portrait)).size == (8, 6)


@pytest.mark.parametrize("ending", ["JPEG", "WEBP"])
def test_a_portrait_of_another_kind_becomes_a_png(ending: str) -> None:
    character = Character(id="ola", name="Ola Lind")
    data = write_card(character, "png", samples.picture(ending=ending))
    assert read_card(data, "ola.png").character == character.model_copy(update={"id": ""})
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (8, 6))
    for broken in (b"", b"<svg/>", samples.picture(ending=ending)[:40]):
        with pytest.raises(Invalid, match="portrait"):
            write_card(character, "png", broken)


SEEDS = (*samples.containers(V1).values(), *samples.containers(V3).values(), samples.byaf())


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_bytes_flipped_cut_and_doubled(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        wild = data.draw(st.binary(max_size=6))
        raw[at : at + data.draw(st.sampled_from([0, 1, 4, 40, len(raw)]))] = wild
        raw = raw or bytearray(b"{")
    outcome = attempt(bytes(raw))
    if isinstance(outcome, ImportedCard):
        for kind in ("json", "png"):
            again = read_card(write_card(outcome.character, kind, samples.picture()), "again")
            assert again.character == outcome.character
    else:
        assert outcome.startswith("'evil .png': ")
