"""The library's clerk: each visitor's own, undone as often as wanted, files under tickets."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from studio.domain.holding import Find
from studio.domain.job import JobState
from studio.errors import Invalid, NotFound
from studio.settings import Settings
from studio.ui.desk import Desk
from studio.ui.library import incoming
from studio.ui.library.clerk import Clerk
from studio.ui.library.deliveries import SILENT_SECONDS, Deliveries
from studio.ui.library.listing import listed
from studio.ui.library.values import ROWS, Look, Wish
from studio.ui.visit import Visit
from studio.wiring import Studio, open_studio
from tests.cards import samples
from tests.plays import ADA, BO, SCENE

ANN, BOB = Visit(owner="guest-ann"), Visit(owner="guest-bob")


class Hand:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    settings = Settings(data_dir=tmp_path / "data", shipped_dir=tmp_path / "shipped", embedder="hash")
    opened = await open_studio(settings)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def deliveries(studio: Studio, clock: Callable[[], float]) -> Deliveries:
    return Deliveries(studio, clock)


@pytest.fixture
def desk(studio: Studio) -> Desk:
    return Desk(studio)


@pytest.fixture
def clerk(desk: Desk, deliveries: Deliveries) -> Clerk:
    return Clerk(desk, deliveries)


async def fill(desk: Desk, visit: Visit, count: int) -> None:
    library = await desk.library(visit)
    for number in range(count):
        library.save_character(ADA.model_copy(update={"id": f"p{number:03}", "name": f"Person {number:03}"}))


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 100):
        yield data[at : at + 100]


async def test_a_page_of_the_list_holds_so_many_and_a_page_beyond_the_end_is_the_first(desk: Desk) -> None:
    await fill(desk, ANN, ROWS + 2)
    first = await listed(desk, ANN, Look())
    assert (len(first.rows), first.total, first.pages) == (ROWS, ROWS + 2, 2)
    second = await listed(desk, ANN, Look(page=1))
    assert [row.id for row in second.rows] == [f"p{ROWS:03}", f"p{ROWS + 1:03}"]
    assert (await listed(desk, ANN, Look(page=9))).look.page == 0
    assert (await listed(desk, BOB, Look())).total == 0


async def test_secrets_are_neither_listed_nor_found(desk: Desk) -> None:
    library = await desk.library(ANN)
    library.save_character(ADA)
    library.save_scene(SCENE)
    assert (await listed(desk, ANN, Look(text="keeper stubborn"))).total == 1
    for kind in ("character", "scene"):
        shown = (await listed(desk, ANN, Look.model_validate({"kind": kind}))).model_dump_json()
        assert ADA.secrets[0] not in shown
    assert (await listed(desk, ANN, Look(text=ADA.secrets[0]))).total == 0


async def test_marks_are_of_whoever_makes_them(clerk: Clerk, desk: Desk) -> None:
    await fill(desk, ANN, 3)
    wish = Wish(ids=("p000", "p001"), favourite=True, add=("Night",), folder="Act one")
    assert (await clerk.mark(ANN, wish)).text == "2 characters marked."
    found = await listed(desk, ANN, Look(favourites=True, folder="Act one", tags=("night",)))
    assert [row.id for row in found.rows] == ["p000", "p001"]
    assert found.choices.folders[0].name == "Act one"
    await clerk.mark(ANN, Wish(everything=True, look=Look(favourites=True), favourite=False))
    assert (await listed(desk, ANN, Look(favourites=True))).total == 0


async def test_what_is_removed_comes_back_by_its_notice_or_from_the_trash(clerk: Clerk, desk: Desk) -> None:
    await fill(desk, ANN, 3)
    notice = await clerk.remove(ANN, Wish(ids=("p000", "p002")))
    assert (notice.text, notice.action) == ("2 characters in the trash.", "bring")
    left = await listed(desk, ANN, Look())
    assert ([row.id for row in left.rows], len(left.trash)) == (["p001"], 2)
    with pytest.raises(NotFound):
        await clerk.bring(BOB, notice.sent["key"])
    assert (await clerk.bring(ANN, notice.sent["key"])).text == "2 are back."
    with pytest.raises(NotFound):
        await clerk.bring(ANN, notice.sent["key"])
    await clerk.remove(ANN, Wish(ids=("p001",)))
    (gone,) = (await listed(desk, ANN, Look())).trash
    with pytest.raises(NotFound):
        await clerk.restore(BOB, [gone.token])
    await clerk.restore(ANN, [gone.token])
    assert (await listed(desk, ANN, Look())).total == 3


async def test_what_ships_with_the_studio_stays(clerk: Clerk, desk: Desk, studio: Studio) -> None:
    folder = studio.settings.shipped_dir / "characters"
    folder.mkdir(parents=True)
    (folder / "bo.yaml").write_text("id: bo\nname: Bo\n", encoding="utf-8")
    with pytest.raises(Invalid, match="stays in the library"):
        await clerk.remove(ANN, Wish(ids=("bo",)))
    assert (await listed(desk, ANN, Look())).total == 1


async def test_one_goes_out_as_a_file_and_many_as_a_zip(clerk: Clerk, desk: Desk, deliveries: Deliveries) -> None:
    await fill(desk, ANN, 2)
    one, _ = await clerk.take(ANN, Wish(ids=("p000",), format="yaml"))
    assert deliveries._going[one.rsplit("/", 1)[1]].read_text(encoding="utf-8").startswith("name: Person 000")
    many, _ = await clerk.take(ANN, Wish(everything=True, format="json"))
    with zipfile.ZipFile(deliveries._going[many.rsplit("/", 1)[1]]) as archive:
        assert archive.namelist() == ["p000.json", "p001.json"]
    with pytest.raises(Invalid, match="Nothing is chosen"):
        await clerk.take(ANN, Wish())
    with pytest.raises(NotFound):
        await clerk.take(BOB, Wish(ids=("p000",), format="yaml"))
    deliveries.clear()
    assert deliveries._going == {}


async def test_files_are_imported_while_others_are_still_on_their_way(
    desk: Desk, deliveries: Deliveries, studio: Studio
) -> None:
    job, ticket = await deliveries.begin(ANN.owner, "two files")
    assert (await incoming.latest(desk, deliveries, ANN)).sending
    await deliveries.receive(ticket, "ola.png", pieces(samples.png(samples.text_chunk(samples.V2))))
    async for now in studio.jobs.watch(ANN.owner, job.id):
        if now.done == 1:
            break
    assert (await listed(desk, ANN, Look())).total == 1
    await deliveries.receive(ticket, "bad.json", pieces(b"{"))
    await deliveries.seal(ticket)
    assert (await studio.jobs.wait(ANN.owner, job.id)).state is JobState.DONE
    told = await incoming.latest(desk, deliveries, ANN)
    assert [(one.name, one.outcome) for one in told.files] == [("bad.json", "failed"), ("ola.png", "added")]
    assert told.counts == {"added": 1, "failed": 1}
    assert (await incoming.latest(desk, deliveries, BOB)).state == ""
    with pytest.raises(NotFound):
        await deliveries.receive(ticket, "late.png", pieces(b"x"))


async def test_a_file_that_breaks_off_leaves_nothing(deliveries: Deliveries, studio: Studio) -> None:
    _, ticket = await deliveries.begin(ANN.owner, "one")

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await deliveries.receive(ticket, "half.png", broken())
    assert [path for path in studio.parcels._folder.rglob("*") if path.is_file()] == []
    await deliveries.seal(ticket)


async def test_a_closed_tab_leaves_no_import_open(
    desk: Desk, deliveries: Deliveries, studio: Studio, clock: Hand
) -> None:
    job, _ = await deliveries.begin(ANN.owner, "none came")
    assert (await incoming.latest(desk, deliveries, ANN)).sending
    clock.now += SILENT_SECONDS + 1
    await incoming.latest(desk, deliveries, ANN)
    assert (await studio.jobs.wait(ANN.owner, job.id)).state is JobState.DONE


async def test_everything_about_one_thing_and_why_a_file_is_of_no_use(clerk: Clerk, desk: Desk) -> None:
    library = await desk.library(ANN)
    library.save_character(BO)
    library.save_scene(SCENE)
    found = await clerk.detail(ANN, "character", BO.id)
    assert found is not None and found.own and "charx" in found.formats
    scene = await clerk.detail(ANN, "scene", SCENE.id)
    assert scene is not None and [person.id for person in scene.cast] == ["bo"], "the others are not in the library"
    assert await clerk.detail(ANN, "", "") is None
    (library.own / "characters" / "torn.yaml").write_text("name: [", encoding="utf-8")
    broken = [row for row in (await listed(desk, ANN, Look())).rows if row.problem]
    assert [row.id for row in broken] == ["torn"]
    torn = await clerk.detail(ANN, "character", "torn")
    assert torn is not None and torn.broken and torn.formats == () and "torn.yaml" in torn.parts[0].text
    with pytest.raises(NotFound):
        await clerk.detail(BOB, "character", BO.id)


def test_a_look_survives_whatever_a_page_sends() -> None:
    assert Look.model_validate({"text": "x" * 5000}).text == "x" * 200
    assert Find(kind="character").limit > ROWS
