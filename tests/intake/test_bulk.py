"""Whole folders and zips come in as one job: each file told of, nothing twice, nothing over anything."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.holding import Book, Find
from studio.domain.job import Item, ItemState, Job, JobState
from studio.domain.lorebook import LoreEntry
from studio.domain.scene import Part, Scene
from studio.errors import NotFound, StorageError
from studio.intake import parcels
from studio.intake.bulk import WORK
from studio.intake.parcels import Parcels, files_of
from studio.library.yaml_file import write
from studio.settings import Settings
from studio.wiring import Studio, open_studio
from tests.cards import samples

ANN = "guest-ann"
WORLD = {"entries": {"0": {"uid": 0, "key": ["quay"], "content": "The quay floods.", "comment": "quay"}}}
SCENE = Scene(id="door", title="A Door", premise="It is shut.", cast=(Part(character="ola-lind"),))
BOOK = Book(id="harbour", name="Harbour", entries=(LoreEntry(id="1", keys=("tide",), content="It turns."),))
FILES = {
    "Ola.png": samples.png(samples.text_chunk(samples.V2)),
    "again/Ola the same.png": samples.png(samples.text_chunk(samples.V2, "ccv3")),
    "again/Ola.json": samples.packed({**samples.V1, "name": "Ola of old"}),
    "Ola.charx": samples.charx(samples.V3),
    "worlds/World.json": json.dumps(WORLD).encode(),
    "scenes/door.yaml": write(SCENE),
    "lorebooks/harbour.yaml": write(BOOK),
    "broken.png": b"\x89PNG\r\n\x1a\nno more",
    "empty.json": b"",
    "chat.jsonl": b'{"user_name":"A"}\n',
}
LITTER = {"notes.txt": b"x", "__MACOSX/Ola.png": b"x", ".hidden/Ola.png": b"x", "Thumbs.db": b"x"}


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    """Files in a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def packed(files: dict[str, bytes]) -> bytes:
    """Files in a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    opened = await open_studio(
        Settings(data_dir=tmp_path / "data", shipped_dir=tmp_path / "none", model="scripted", embedder="hash")
    )
    yield opened
    await opened.close()


async def bring(studio: Studio, place: Path, owner: str = ANN) -> tuple[Job, dict[str, Item]]:
    """The job of bringing in a folder, done, and its items by name."""
    items = studio.parcels.here(list(files_of(place)), place)
    job = await studio.jobs.start(owner, WORK, place.name, items)
    job = await studio.jobs.wait(owner, job.id)
    assert job.state is JobState.DONE, job.note
    return job, {item.name: item for item in await studio.jobs.store.items(owner, job.id, limit=1000)}


def outcomes(items: dict[str, Item]) -> dict[str, str]:
    """What became of each file."""
    return {
        name: "failed" if item.state is ItemState.FAILED else str(item.report["outcome"])
        for name, item in items.items()
    }


async def test_a_folder_of_everything_comes_in_with_a_report_for_each_file(studio: Studio, tmp_path: Path) -> None:
    job, items = await bring(studio, fill(tmp_path / "downloads", FILES | LITTER))
    assert items.keys() == FILES.keys(), "litter was looked at"
    told = outcomes(items)
    same = {told.pop("Ola.png"), told.pop("again/Ola the same.png")}
    assert same == {"added", "known"}, "the same card came in twice"
    assert told == {
        "again/Ola.json": "added",
        "Ola.charx": "added",
        "worlds/World.json": "added",
        "scenes/door.yaml": "added",
        "lorebooks/harbour.yaml": "added",
        "broken.png": "failed",
        "empty.json": "failed",
        "chat.jsonl": "skipped",
    }
    assert (job.done, job.failed) == (8, 2)
    assert items["empty.json"].error == "'empty.json': The file is empty. Download it again."
    assert "1 regex script" in " ".join(map(str, items["Ola.charx"].report["inert"]))  # type: ignore[arg-type]
    library = await studio.workshop(ANN).library()
    assert sorted(one.id for one in library.characters()) == ["ola-lind", "ola-lind-2", "ola-of-old"]
    assert [book.title for book in library.books()] == ["Harbour", "World"]
    assert library.scene("a-door").cast == SCENE.cast
    assert library.find(Find(kind="lorebook", text="quay")).total == 1
    assert studio.library.characters() == (), "another owner's library was written to"
    assert (tmp_path / "downloads/Ola.png").read_bytes() == FILES["Ola.png"]

    again, items = await bring(studio, tmp_path / "downloads")
    assert set(outcomes(items).values()) == {"known", "failed", "skipped"} and again.failed == 2
    assert library.find(Find(kind="character")).total == 3 and library.find(Find(kind="lorebook")).total == 2


async def test_what_is_in_a_zip_is_told_of_file_by_file(studio: Studio, tmp_path: Path) -> None:
    nested = packed({"Ola.json": samples.packed(samples.V1)})
    whole = packed({**FILES, **LITTER, "inner.zip": nested, "../../up.json": samples.packed(samples.V1)})
    place = fill(tmp_path / "in", {"all.zip": whole})
    job, items = await bring(studio, place)
    told = outcomes(items)
    assert told["all.zip"] == "opened" and told["all.zip › scenes/door.yaml"] == "added"
    assert "all.zip › notes.txt" not in told
    assert told["all.zip › inner.zip"] == "failed"
    assert not [name for name in told if "up.json" in name] and not list(tmp_path.rglob("up.json"))
    assert job.total == len(FILES) + 2


async def test_a_card_edited_since_is_told_and_left_alone(studio: Studio, tmp_path: Path) -> None:
    place = fill(tmp_path / "in", {"Ola.png": FILES["Ola.png"]})
    await bring(studio, place)
    library = await studio.workshop(ANN).library()
    mine = library.save_character(library.character("ola-lind").model_copy(update={"greeting": "Ah."}))
    _, items = await bring(studio, place)
    assert outcomes(items) == {"Ola.png": "edited"} and library.character("ola-lind") == mine


async def test_two_owners_each_get_their_own(studio: Studio, tmp_path: Path) -> None:
    place = fill(tmp_path / "in", {"Ola.png": FILES["Ola.png"]})
    for owner in (ANN, "guest-bob", "local"):
        _, items = await bring(studio, place, owner)
        assert outcomes(items) == {"Ola.png": "added"}
    assert studio.library.character("ola-lind").name == "Ola Lind"


async def test_what_was_sent_is_put_away_once_it_is_done(studio: Studio, tmp_path: Path) -> None:
    job = await studio.jobs.start(ANN, WORK, "sent", sealed=False)
    for number, name in enumerate(("../../Ola.png", "all.zip", "bad\n\u202e.json")):
        draft = studio.parcels.draft(job.id, number)
        draft.write_bytes({0: FILES["Ola.png"], 1: packed({"door.yaml": write(SCENE)}), 2: b"{"}[number])
        await studio.jobs.add(ANN, job.id, [studio.parcels.sent(draft, name)])
    await studio.jobs.add(ANN, job.id, [], seal=True)
    done = await studio.jobs.wait(ANN, job.id)
    assert (done.state, done.done, done.failed) == (JobState.DONE, 3, 1)
    names = [item.name for item in await studio.jobs.store.items(ANN, job.id)]
    assert names == ["../../Ola.png", "all.zip", "bad .json", "all.zip › door.yaml"]
    assert not (tmp_path / "data/incoming" / job.id).exists()


async def test_an_import_goes_on_after_a_restart(studio: Studio, tmp_path: Path) -> None:
    job = await studio.jobs.start(ANN, WORK, "sent", sealed=False)
    for number in range(30):
        draft = studio.parcels.draft(job.id, number)
        draft.write_bytes(samples.packed({**samples.V1, "name": f"Person {number}"}))
        await studio.jobs.add(ANN, job.id, [studio.parcels.sent(draft, f"{number}.json")], seal=number == 29)
    await studio.close()
    again = await open_studio(studio.settings)
    await again.jobs.recover()
    done = await again.jobs.wait(ANN, job.id)
    assert (done.state, done.done, done.failed) == (JobState.DONE, 30, 0)
    library = await again.workshop(ANN).library()
    assert len(library.characters()) == 30
    await again.close()


def test_a_parcel_lies_nowhere_but_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Parcels(tmp_path / "incoming")
    (tmp_path / "secret").write_text("x")
    for source in ({"sent": "../secret"}, {"sent": "a/../../secret"}, {"sent": "/etc/passwd"}, {"sent": "job/0"}):
        with pytest.raises(NotFound):
            kept.read(source)  # type: ignore[arg-type]
    kept.clear("../incoming/..")
    assert (tmp_path / "secret").exists()
    monkeypatch.setattr(parcels, "SPARE_BYTES", 1 << 60)
    with pytest.raises(StorageError, match="full"):
        kept.draft("job", 0)


def test_a_member_that_claims_less_than_it_holds_gives_no_more_than_it_claims(tmp_path: Path) -> None:
    whole = bytearray(packed({"a.json": b"x" * 100_000}))
    for place in (whole.find(b"PK\x01\x02") + 24, whole.find(b"PK\x03\x04") + 22):
        whole[place : place + 4] = (10).to_bytes(4, "little")
    file = tmp_path / "bomb.zip"
    file.write_bytes(whole)
    kept = Parcels(tmp_path / "incoming")
    (item,) = kept.members({"file": str(file)}, "bomb.zip")
    try:
        assert len(kept.read(item.source)) <= 11
    except Exception as error:
        assert "cannot be unpacked" in str(error)


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        list(files_of(tmp_path / "nowhere"))
    fill(tmp_path / "in", {"b.json": b"", "a.txt": b""})
    assert [file.name for file in files_of(tmp_path / "in")] == ["b.json"]
    assert list(files_of(tmp_path / "in/a.txt")) == [tmp_path / "in/a.txt"]


async def test_a_character_of_our_own_comes_in_from_yaml(studio: Studio, tmp_path: Path) -> None:
    ours = Character(id="bo", name="Bo", traits=("bold",), secrets=("shy",))
    await bring(studio, fill(tmp_path / "in", {"bo.yaml": write(ours)}))
    assert (await studio.workshop(ANN).library()).character("bo").secrets == ("shy",)
