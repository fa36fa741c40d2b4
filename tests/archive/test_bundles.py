"""Bundles: everything in one zip, and back; nothing in a zip reaches outside it."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.archive import Archive, bundles
from studio.archive.bundles import export_everything, restore_everything
from studio.errors import Invalid, NotFound, StorageError
from tests.archive.test_backups import contents, lived_in, names
from tests.archive.values import NOON

Fill = Callable[[zipfile.ZipFile], None]


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """What a person made themselves."""
    made = {"characters": tmp_path / "own" / "characters", "scenes": tmp_path / "own" / "scenes"}
    for path in (made["characters"] / "portraits", made["scenes"]):
        path.mkdir(parents=True)
    (made["characters"] / "ada.yaml").write_text("name: Ada")
    (made["characters"] / "portraits" / "ada.png").write_bytes(b"\x89PNG")
    (made["scenes"] / "kitchen.yaml").write_text("title: Küche")
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_everything_goes_out_and_comes_back_elsewhere(
    archive: Archive, url: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    await lived_in(archive)
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    assert names(tmp_path) == {"all.zip", "home", "own"}
    await archive.close()
    there = {name: tmp_path / "new" / name for name in folders}
    elsewhere = f"sqlite:///{tmp_path}/new/studio.db"
    assert await restore_everything(elsewhere, target, there) == ()
    assert await contents(elsewhere) == await contents(url)
    for name, folder in folders.items():
        assert files(there[name]) == files(folder)
    assert names(tmp_path / "new") == {"characters", "scenes", "studio.db"}


async def test_what_is_replaced_is_kept_beside_it(
    archive: Archive, url: str, file: Path, folders: dict[str, Path], tmp_path: Path
) -> None:
    await lived_in(archive)
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    await archive.sessions.purge("ann", "tea")
    await archive.close()
    (folders["scenes"] / "attic.yaml").write_text("title: Attic")
    kept = await restore_everything(url, target, folders, clock=lambda: NOON)
    assert [path.name for path in kept] == [
        "studio.replaced-20250601T120000.db",
        "characters.replaced-20250601T120000",
        "scenes.replaced-20250601T120000",
    ]
    assert len((await contents(url))[1]) == 2
    assert set(files(folders["scenes"])) == {"kitchen.yaml"}
    assert set(files(kept[2])) == {"kitchen.yaml", "attic.yaml"}


async def test_an_export_takes_a_dated_name_in_a_folder_and_no_links(
    archive: Archive, folders: dict[str, Path], tmp_path: Path
) -> None:
    archive.clock = lambda: NOON
    (tmp_path / "secret.txt").write_text("not mine to give")
    (folders["scenes"] / "link.yaml").symlink_to(tmp_path / "secret.txt")
    target = await export_everything(archive, tmp_path, folders)
    assert target.name == "greenroom.everything-20250601T120000.zip"
    with zipfile.ZipFile(target) as bundle:
        assert not [name for name in bundle.namelist() if "link" in name]
        assert b"not mine" not in b"".join(bundle.read(name) for name in bundle.namelist())


async def test_an_export_replaces_nothing_but_a_zip(archive: Archive, folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("Chapter one")
    with pytest.raises(Invalid, match="is no zip and will not be replaced"):
        await export_everything(archive, tmp_path / "novel.txt", folders)
    assert (tmp_path / "novel.txt").read_text() == "Chapter one"


async def test_a_file_too_large_to_come_back_does_not_go_out(
    archive: Archive, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "FILE_BYTES", 1000)
    (folders["scenes"] / "big.yaml").write_bytes(bytes(1001))
    with pytest.raises(Invalid, match=r"big\.yaml is larger than"):
        await export_everything(archive, tmp_path / "all.zip", folders)
    assert not (tmp_path / "all.zip").exists()


def add(name: str, content: bytes = b"x", mode: int = 0, times: int = 1) -> Fill:
    """Puts a member into a zip as somebody with ill intent would."""

    def fill(bundle: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.filename = name
        info.external_attr = mode << 16
        for _ in range(times):
            bundle.writestr(info, content)

    return fill


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (add("../evil.yaml"), "lies outside"),
        (add("characters/../../evil.yaml"), "lies outside"),
        (add("/etc/evil.yaml"), "lies outside"),
        (add("characters//etc/evil.yaml"), "lies outside"),
        (add("characters\\..\\evil.yaml"), "lies outside"),
        (add("C:/evil.yaml"), "lies outside"),
        (add("characters/C:evil.yaml"), "lies outside"),
        (add("characters/./evil.yaml"), "lies outside"),
        (add("evil.yaml"), "lies outside"),
        (add("plugins/evil.py"), "lies outside"),
        (add("characters/link.yaml", b"/etc/passwd", stat.S_IFLNK | 0o777), "is a link"),
        (add("characters/big.yaml", bytes(5000)), "at most 4,000 are taken"),
        (add("characters/ADA.yaml"), "two files of one name"),
    ],
)
async def test_a_member_that_means_ill_is_refused_before_anything_is_written(
    archive: Archive,
    url: str,
    file: Path,
    folders: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fill: Fill,
    message: str,
) -> None:
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    await archive.close()
    with zipfile.ZipFile(target, "a") as bundle:
        fill(bundle)
    monkeypatch.setattr(bundles, "FILE_BYTES", 4000)
    before = files(tmp_path)
    with pytest.raises(Invalid, match=message):
        await restore_everything(url, target, folders)
    assert files(tmp_path) == before
    assert names(tmp_path) == {"all.zip", "home", "own"}


async def test_a_zip_that_lies_about_a_size_is_refused(
    archive: Archive, url: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    await archive.close()
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("characters/bomb.yaml", bytes(10_000_000))
    size = (10_000_000).to_bytes(4, "little")
    raw = target.read_bytes()
    assert size in raw
    target.write_bytes(raw.replace(size, (100).to_bytes(4, "little")))
    before = files(tmp_path)
    with pytest.raises(Invalid, match="is no bundle of the studio, or a damaged one"):
        await restore_everything(url, target, folders)
    assert files(tmp_path) == before


async def test_a_file_that_is_no_bundle_is_refused(
    archive: Archive, url: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    await archive.close()
    whole = target.read_bytes()
    before = files(tmp_path / "own"), files(tmp_path / "home")
    (tmp_path / "text.zip").write_text("Chapter one")
    (tmp_path / "short.zip").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as foreign:
        foreign.writestr("readme.txt", "Hello")
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        odd.writestr("greenroom.json", '{"format": "greenroom-everything", "version": 9, "made_at": ""}')
        odd.writestr("studio.db", "x")
    with zipfile.ZipFile(tmp_path / "hollow.zip", "w") as hollow:
        hollow.writestr("greenroom.json", '{"made_at": ""}')
        hollow.writestr("studio.db", "no database at all")
    for name, message in (
        ("text.zip", "is no bundle of the studio"),
        ("short.zip", "is no bundle of the studio"),
        ("foreign.zip", "it holds no greenroom.json"),
        ("odd.zip", "greenroom-everything 9; this studio reads greenroom-everything 1"),
        ("hollow.zip", "is no backup of the studio"),
    ):
        with pytest.raises(Invalid, match=message):
            await restore_everything(url, tmp_path / name, folders)
        assert (files(tmp_path / "own"), files(tmp_path / "home")) == before
    with pytest.raises(NotFound, match="There is no file"):
        await restore_everything(url, tmp_path / "nowhere.zip", folders)


async def test_an_archive_in_use_keeps_its_folders_too(
    archive: Archive, url: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    target = await export_everything(archive, tmp_path / "all.zip", folders)
    (folders["scenes"] / "attic.yaml").write_text("title: Attic")
    before = files(tmp_path / "own")
    with pytest.raises(StorageError, match="is in use"):
        await restore_everything(url, target, folders)
    assert files(tmp_path / "own") == before
