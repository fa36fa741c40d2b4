"""Characters in the making: kept before they are saved, and after."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from studio.archive import Archive
from studio.domain.character import Character, Voice
from studio.errors import Conflict, Invalid, NotFound
from studio.library.owners import Libraries
from studio.workshop import Workshop, Workshops

ADA = Character(id="", name="Ada Brandt", appearance="Red hair in a bun", career="a clerk")


class House:
    """Files, an archive, and a workshop for whoever asks."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self.folder, self.archive = folder, archive
        self.libraries = Libraries(folder / "shipped", folder / "own")
        self.workshops = Workshops(self.libraries, archive)

    def of(self, owner: str = "local") -> Workshop:
        return self.workshops.of(owner)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    shipped = tmp_path / "shipped" / "characters"
    shipped.mkdir(parents=True)
    (shipped / "bo.yaml").write_text("name: Bo of old\ntraits: [calm]\n")
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    yield House(tmp_path, archive)
    await archive.close()


async def test_a_new_character_gets_an_id_a_portrait_and_a_first_version(house: House) -> None:
    workshop = house.of()
    sketch = await workshop.sketch("", '{"name": "Ada Bra')
    assert (await workshop.open(sketch.key)).sketch == sketch
    saved = await workshop.save(ADA, key=sketch.key, base=0)
    assert (saved.character.id, saved.number) == ("ada-brandt", 1)
    library = await workshop.library()
    assert library.character("ada-brandt") == saved.character
    picture = library.portrait_path(saved.character)
    assert picture is not None
    assert house.libraries.picture(picture.stem) == picture
    assert await workshop.sketches() == ()
    with pytest.raises(NotFound, match="no longer being written"):
        await workshop.open(sketch.key)


async def test_every_version_comes_back_and_says_what_changed(house: House) -> None:
    workshop = house.of()
    first = (await workshop.save(ADA)).character
    second = first.model_copy(update={"speech": Voice(style="dry"), "age": 41})
    await workshop.save(second, base=1)
    newest, oldest = await workshop.versions("ada-brandt")
    assert (newest.number, newest.reason, oldest.number) == (2, "saved", 1)
    assert set(newest.changed) - {"portrait"} == {"age", "speech.style"}
    assert await workshop.version("ada-brandt", 1) == first


async def test_who_did_not_see_the_newest_version_is_told_and_may_still_save_over_it(house: House) -> None:
    workshop = house.of()
    ada = (await workshop.save(ADA)).character
    await workshop.save(ada.model_copy(update={"age": 30}), base=1)
    mine = ada.model_copy(update={"age": 99})
    with pytest.raises(Conflict, match="saved in another tab"):
        await workshop.save(mine, base=1)
    assert (await workshop.library()).character("ada-brandt").age == 30
    assert (await workshop.save(mine, base=None)).number == 3
    assert (await workshop.version("ada-brandt", 2)).age == 30


async def test_what_was_shipped_or_written_by_hand_is_kept_before_it_is_saved_over(house: House) -> None:
    workshop = house.of()
    opened = await workshop.open("bo")
    assert (opened.number, opened.own, opened.shipped) == (0, False, True)
    assert opened.character is not None
    await workshop.save(opened.character.model_copy(update={"age": 50}), base=0)
    assert [one.reason for one in await workshop.versions("bo")] == ["saved", "found"]
    assert (await workshop.version("bo", 1)).age is None
    (house.folder / "own" / "characters" / "bo.yaml").write_text("name: Bo by hand\n")
    await workshop.save(opened.character, base=2)
    assert (await workshop.version("bo", 3)).name == "Bo by hand"
    assert (await workshop.open("bo")).own


async def test_a_removed_character_comes_back_with_what_was_not_saved_in_its_history(house: House) -> None:
    workshop = house.of()
    ada = (await workshop.save(ADA)).character
    await workshop.sketch("ada-brandt", '{"name": "Ada Bran"}', base=1)
    token = await workshop.remove("ada-brandt")
    with pytest.raises(NotFound):
        await workshop.open("ada-brandt")
    assert await workshop.bring(token) == ada
    assert [one.reason for one in await workshop.versions("ada-brandt")] == ["saved", "deleted", "unsaved", "saved"]
    with pytest.raises(Invalid, match="ships with the studio"):
        await workshop.remove("bo")


async def test_everybodys_characters_are_theirs_alone(house: House) -> None:
    await house.of("hub:ann").save(ADA)
    await house.of("hub:ann").sketch("", "{}")
    assert [one.id for one in (await house.of("hub:ann").library()).characters()] == ["ada-brandt", "bo"]
    for other in ("local", "hub:bob", "hub:ann/../bob"):
        assert [one.id for one in (await house.of(other).library()).characters()] == ["bo"]
        assert await house.of(other).sketches() == ()
        with pytest.raises(NotFound):
            await house.of(other).open("ada-brandt")
    assert {file.parent for file in (house.folder / "own" / "owners").iterdir()} == {house.folder / "own" / "owners"}


@pytest.mark.parametrize("owner", ["local", "guest-x"])
async def test_where_the_disk_does_not_last_the_archive_brings_everything_back(house: House, owner: str) -> None:
    workshop = house.of(owner)
    ada = (await workshop.save(ADA)).character
    gone = (await workshop.save(Character(id="", name="Gone"))).character
    await workshop.remove(gone.id)
    shutil.rmtree(house.folder / "own")
    again = await House(house.folder, house.archive).of(owner).library()
    assert again.character("ada-brandt") == ada
    assert again.own_characters() == {"ada-brandt"}
    assert again.portrait_path(ada) is not None


async def test_two_saves_at_once_are_both_kept(house: House) -> None:
    workshop = house.of()
    ada = (await workshop.save(ADA)).character
    results = await asyncio.gather(
        *(workshop.save(ada.model_copy(update={"age": age}), base=1) for age in (20, 30)), return_exceptions=True
    )
    assert [type(one).__name__ for one in results] == ["Saved", "Conflict"]
    assert len(await workshop.versions("ada-brandt")) == 2


async def test_a_drawn_portrait_follows_the_looks_and_a_chosen_one_stays(house: House) -> None:
    workshop = house.of()
    ada = (await workshop.save(ADA)).character
    bald = (await workshop.save(ada.model_copy(update={"appearance": "Bald, long beard"}))).character
    assert bald.portrait != ada.portrait
    drawn = await workshop.drawn(bald, take=1)
    assert drawn.portrait not in ("", bald.portrait)

    photo = Image.new("RGB", (3000, 1500), "teal")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    data = io.BytesIO()
    photo.save(data, "JPEG", exif=exif)
    chosen = await workshop.pictured(bald, data.getvalue())
    saved = (await workshop.save(chosen.model_copy(update={"appearance": "A wig"}))).character
    assert saved.portrait == chosen.portrait
    file = (await workshop.library()).portrait_path(saved)
    assert file is not None
    assert b"taken at home" not in file.read_bytes()
    with Image.open(file) as shown:
        assert (shown.format, shown.size) == ("WEBP", (384, 768))


async def test_what_is_no_picture_is_refused_in_words(house: House) -> None:
    with pytest.raises(Invalid, match="no PNG, JPEG or WebP picture"):
        await house.of().pictured(ADA, b"<svg onload=alert(1)>")
    with pytest.raises(Invalid, match="cannot be decoded"):
        await house.of().pictured(
            ADA, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10" + b"\x00" * 40
        )
