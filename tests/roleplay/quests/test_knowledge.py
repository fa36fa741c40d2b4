"""Hints are found by the task most alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.domain.lorebook import Lorebook, LoreEntry
from studio.errors import Invalid
from studio.llm.assets import Assets
from studio.llm.embedding import HashEmbedder, MiniLmEmbedder
from studio.roleplay.quests.knowledge import KnowledgeBase, noted, read_knowledge, told_by_lore

BASE = KnowledgeBase(
    {"Open the old lock.": ["Oil it first.", " "], "Take one video.": ["Hold still."], "Open the old door.": [""]}
)


def test_the_task_most_alike_is_found_and_empty_hints_are_left_out() -> None:
    (found,) = BASE.query("open an old lock")
    assert (found.task, found.hints) == ("Open the old lock.", ("Oil it first.",))
    assert 0.5 < found.similarity < 1
    assert BASE.query("Take one video.")[0].similarity == pytest.approx(1)
    assert [one.task for one in BASE.query("the old", 5)] == ["Open the old lock.", "Open the old door."]
    assert BASE.query("zebra") == BASE.query("") == ()
    assert KnowledgeBase({}).query("x") == ()


def test_hints_are_noted_by_line_or_in_a_book_for_all() -> None:
    assert noted("Find the key = under the mat; behind the clock\n\nnothing here\nFind the key = in the oven") == {
        "Find the key": ["under the mat", "behind the clock", "in the oven"]
    }
    book = Lorebook(
        entries=(
            LoreEntry(id="a", name="Quest: Find the key", content="Under the mat."),
            LoreEntry(id="b", name="quest: Win", content="x", scope=("ada",)),
            LoreEntry(id="c", name="The mat", content="It is old."),
        )
    )
    assert told_by_lore(book) == {"Find the key": ["Under the mat."]}
    assert told_by_lore(None) == {}


@pytest.mark.parametrize("text", ["", "[]", '{"a": "b"}'])
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no file of hints"):
        read_knowledge(text)


def probe(task: str) -> str:
    """The task without every third word and with 7 for every digit."""
    words = [word for position, word in enumerate(task.split(), start=1) if position % 3]
    return re.sub(r"\d", "7", " ".join(words))


def published(shared_data: Path) -> dict[str, list[str]]:
    file = shared_data / "data" / "coloragent" / "androidworld_knowledge.json"
    return read_knowledge(file.read_text(encoding="utf-8"))


def test_the_published_hints_are_found_as_published(shared_data: Path) -> None:
    hints = published(shared_data)
    base = KnowledgeBase(hints)
    assert len(base) == 107
    assert sum(any(hint.strip() for hint in told) for told in hints.values()) == 29
    assert sum(base.query(task)[0].task == task for task in hints) == 107
    assert sum(base.query(probe(task))[0].task == task for task in hints) == 102
    (found,) = base.query("Take a video with the phone camera")
    assert found.task == "Take one video." and round(found.similarity, 4) == 0.5261


async def test_by_meaning_the_probe_is_found_as_often_at_least(shared_data: Path, assets: Path) -> None:
    hints = published(shared_data)
    base, embedder = KnowledgeBase(hints), MiniLmEmbedder(Assets(assets, ""))
    found = [(await base.query_meaning(probe(task), embedder))[0].task == task for task in hints]
    assert sum(found) >= 102


async def test_meaning_finds_what_shares_no_word() -> None:
    (found,) = await BASE.query_meaning("Take one video.", HashEmbedder())
    assert found.task == "Take one video." and found.similarity == pytest.approx(1, abs=1e-3)
    assert (
        await BASE.query_meaning(" ", HashEmbedder())
        == ()
        == await KnowledgeBase({}).query_meaning("x", HashEmbedder())
    )
