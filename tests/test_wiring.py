"""The house opens in an empty folder, closes, opens again, and loads nothing heavy before it is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cards.reading import read_card
from studio.errors import Invalid, NotFound, StorageError
from studio.settings import Settings
from studio.wiring import Studio, open_studio
from tests.cards import samples
from tests.plays import NOON

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ["gradio", "litellm", "chromadb", "onnxruntime", "tokenizers", "xllamacpp", "alembic", "PIL", "openai"]


def settings(folder: Path, **fields: str) -> Settings:
    return Settings(**{"data_dir": folder / "new" / "data", "model": "scripted", "embedder": "hash", **fields})


async def played(studio: Studio, turns: int) -> str:
    """The id of a play of some turns, remembered."""
    engine = studio.engine(await studio.models.open(), seed=7)
    scene = studio.library.scenes()[0]
    transcript = await engine.begin("local", scene, studio.library.cast_of(scene))
    for _ in range(turns):
        async for step in engine.advance(transcript):
            transcript = getattr(step, "transcript", transcript)
        await engine.remember(transcript)
    return transcript.session.id


async def test_an_empty_folder_becomes_a_house_that_can_be_closed_twice_and_opened_again(tmp_path: Path) -> None:
    studio = await open_studio(settings(tmp_path))
    assert studio.library.scenes() and not studio.library.problems
    assert (tmp_path / "new" / "data" / "studio.db").is_file()
    id_ = await played(studio, 2)
    before = await studio.archive.sessions.transcript("local", id_)
    await studio.close()
    await studio.close()
    with pytest.raises(StorageError, match="is closed"):
        await studio.archive.sessions.get("local", id_)

    again = await open_studio(settings(tmp_path))
    assert await again.archive.sessions.transcript("local", id_) == before
    assert (await again.keeper.check()).memories == sum(len(event.audience) for event in before.events)
    await again.close()


async def test_a_house_that_was_only_opened_can_be_closed(tmp_path: Path) -> None:
    await (await open_studio(settings(tmp_path))).close()


async def test_two_houses_in_one_process_do_not_meet(tmp_path: Path) -> None:
    one, two = await open_studio(settings(tmp_path / "1")), await open_studio(settings(tmp_path / "2"))
    id_ = await played(one, 1)
    with pytest.raises(NotFound):
        await two.archive.sessions.get("local", id_)
    assert await two.archive.sessions.list("local") == ()
    await one.close()
    await two.close()


async def test_a_damaged_database_is_an_error_and_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "new" / "data" / "studio.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match="studio restore"):
        await open_studio(settings(tmp_path))
    assert file.read_bytes() == b"not a database at all" * 100


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"database_url": "nonsense"}, "no database URL"), ({"chroma_url": "ftp://x"}, "http://host:port")],
)
async def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, fields: dict[str, str], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        await open_studio(settings(tmp_path, **fields))


async def test_a_model_once_chosen_is_the_one_from_then_on_unless_the_settings_name_another(tmp_path: Path) -> None:
    studio = await open_studio(settings(tmp_path, model=""))
    await studio.use("scripted")
    await studio.close()
    again = await open_studio(settings(tmp_path, model=""))
    assert again.settings.model == "scripted" and (await again.models.open()).name.startswith("scripted")
    await again.close()
    named = await open_studio(settings(tmp_path, model="openai/other"))
    assert named.settings.model == "openai/other"
    await named.close()


async def test_the_clock_given_is_the_clock_of_the_play(tmp_path: Path) -> None:
    studio = await open_studio(settings(tmp_path), clock=lambda: NOON)
    transcript = await studio.archive.sessions.transcript("local", await played(studio, 1))
    assert {event.at for event in transcript.events} == {NOON}
    await studio.close()


def test_the_wiring_imports_nothing_heavy() -> None:
    code = f"import sys, studio.wiring; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_the_house_loads_nothing_heavy_either(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from studio.settings import Settings
from studio.wiring import open_studio
async def main():
    studio = await open_studio(Settings(data_dir=Path({str(tmp_path)!r})))
    print([name for name in {HEAVY} if name in sys.modules])
    await studio.close()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_visitors_card_is_theirs_alone_and_comes_back_where_the_disk_does_not_last(tmp_path: Path) -> None:
    card = read_card(samples.png(samples.text_chunk(samples.V3)), "ola.png")
    studio = await open_studio(settings(tmp_path))
    added = await studio.take_in("visitor", card, "ola.png")
    assert not added.known and (await studio.take_in("visitor", card, "ola.png")).known
    with pytest.raises(NotFound):
        studio.library.character(added.character.id)
    await studio.close()
    shutil.rmtree(tmp_path / "new" / "data" / "owners")

    again = await open_studio(settings(tmp_path))
    library = await again.workshop("visitor").library()
    assert library.character("ola-lind") == added.character
    path = library.portrait_path(added.character)
    assert path is not None and path.suffix == ".png" and path.read_bytes() == card.portrait
    assert not (await again.take_in("local", card, "ola.png")).known and again.library.character("ola-lind")
    await again.close()
