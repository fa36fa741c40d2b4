"""What the Memory page reads: one owner's, one mind's, one story's; and a map that stays as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from studio.domain.memory import MemoryKind
from studio.errors import NotFound
from studio.ui.desk import Desk
from studio.ui.memory.acting import Hand
from studio.ui.memory.reading import Reader, flattened
from studio.ui.memory.values import Look, Wish
from studio.ui.performance import Performance
from studio.ui.visit import Visit
from tests.ui.seated import ADA, at_desk, begun, last, scripted

BOB = Visit(page="tab-2", owner="bob")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    lines = [f"The copper kettle number {number} fell." for number in range(6)]
    async with at_desk(tmp_path, scripted(lines)) as opened:
        visit = await begun(opened)
        for _ in range(4):
            frame = await last(Performance(opened).next(visit))
            visit = frame.visit or visit
        engine_transcript = (await opened.read(visit)).transcript
        await opened.studio.engine(scripted([])).remember(engine_transcript)
        yield opened


async def test_only_the_visitors_own_are_read(desk: Desk) -> None:
    mine = await Reader(desk).page(ADA, Look())
    assert {mind.person.id for mind in mine.minds} <= {"ada", "bo", "cy"} and mine.lines and mine.total >= 4
    assert mine.stories[0].title
    other = await Reader(desk).page(BOB, Look(character="ada", continuity=mine.look.continuity))
    assert (other.minds, other.lines, other.recall) == ((), (), None)
    with pytest.raises(NotFound):
        await Hand(desk).forget(BOB, Wish(ids=(mine.lines[0].id,)))


async def test_a_mind_is_asked_without_leaving_a_trace(desk: Desk) -> None:
    reader = Reader(desk)
    before = await reader.page(ADA, Look())
    asked = await reader.page(
        ADA, before.look.model_copy(update={"focal": "which kettle fell?", "later_days": 30, "policy": "memory_stream"})
    )
    assert asked.recall is not None and asked.recall.problem == ""
    assert any("kettle" in one.line.text for one in asked.recall.scored)
    assert all(0 <= score <= 1 for one in asked.recall.scored for score in (one.recency, one.importance, one.relevance))
    assert await reader.page(ADA, before.look) == before


async def test_what_is_forgotten_is_out_of_every_view_and_comes_back(desk: Desk) -> None:
    reader, hand = Reader(desk), Hand(desk)
    page = await reader.page(ADA, Look())
    id_ = page.lines[0].id
    notice = await hand.forget(ADA, Wish(ids=(id_,)))
    assert "out of mind" in notice.text and notice.action == "undo"
    assert id_ not in {line.id for line in (await reader.page(ADA, page.look)).lines}
    on_map = await reader.page(ADA, page.look.model_copy(update={"view": "map"}))
    assert id_ not in {spot.id for spot in on_map.spots} and on_map.spots
    gone = await reader.page(ADA, page.look.model_copy(update={"forgotten": True}))
    assert [line.id for line in gone.lines] == [id_] and gone.lines[0].forgotten
    await hand.undo(ADA, notice.sent["key"])
    assert (await reader.page(ADA, page.look)).lines[0].id == id_


async def test_a_note_is_filtered_by_its_kind_and_opened_with_its_grounds(desk: Desk) -> None:
    reader, hand = Reader(desk), Hand(desk)
    page = await reader.page(ADA, Look())
    await hand.write(ADA, Wish(look=page.look, text="The password is heron."))
    notes = await reader.page(ADA, page.look.model_copy(update={"kind": MemoryKind.NOTE}))
    assert [line.text for line in notes.lines] == ["The password is heron."]
    opened = await reader.page(ADA, page.look, notes.lines[0].id)
    assert opened.opened is not None and opened.opened.tree.evidence == ()
    assert (await reader.page(ADA, page.look, "no-such-memory")).opened is None


def test_a_map_keeps_near_what_is_near_and_within_its_frame() -> None:
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(2, 32)).astype(np.float32) * 4
    vectors = np.concatenate([centre + rng.normal(size=(10, 32)).astype(np.float32) * 0.1 for centre in centres])
    flat = flattened(vectors)
    assert flat.shape == (20, 2) and flat.min() >= 0 and flat.max() <= 1
    within = np.abs(flat[:10, 0] - flat[:10, 0].mean()).max()
    between = abs(flat[:10, 0].mean() - flat[10:, 0].mean())
    assert between > 5 * within
    assert np.array_equal(flat, flattened(vectors))
    assert flattened(vectors[:1]).tolist() == [[0.5, 0.5]]
