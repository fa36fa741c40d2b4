"""The Models page as a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.llm.models import ModelOption
from studio.llm.scripted import ScriptedModel
from studio.settings import Settings
from studio.ui.roster import fetching_of, roster_of, size_text, writer_sentence

SETTINGS = Settings(data_dir=Path("nowhere"))
OPTIONS = (
    ModelOption(id="openai/x", title="X", kind="provider", ready=False, note="Give your key here."),
    ModelOption(id="starter", title="Starter", kind="starter", ready=False, note="A toy.", size_bytes=98_000_000),
    ModelOption(id="gguf/big", title="Big", kind="gguf", ready=False, note="Good.", size_bytes=5_200_000_000),
    ModelOption(id="ollama_chat/y", title="Y", kind="ollama", ready=True, note="Here.", api_base="http://127.0.0.1:1"),
)


def test_each_option_says_what_it_takes_to_play_with_it() -> None:
    roster = roster_of(OPTIONS, SETTINGS, None)
    assert {writer.id: writer.action for writer in roster.writers} == {
        "ollama_chat/y": "use",
        "gguf/big": "fetch",
        "openai/x": "key",
        "starter": "use",
    }
    assert roster.name == "starter"
    assert "does not follow a scene" in roster.limits
    assert [writer.id for writer in roster.writers if writer.current] == ["starter"]


def test_a_chosen_model_outside_the_list_is_named_and_its_provider_warned_of() -> None:
    roster = roster_of(OPTIONS, SETTINGS, ScriptedModel([], name="mistral/some"))
    assert (roster.title, roster.mine) == ("mistral/some", True)
    assert "sent to this provider" in roster.limits


def test_a_space_offers_nothing_to_fetch() -> None:
    assert not roster_of(OPTIONS, Settings(data_dir=Path("nowhere"), SPACE_ID="me/x"), None).house


@pytest.mark.parametrize(("size", "told"), [(0, ""), (900, "1 kB"), (98_362_432, "98 MB"), (5_200_000_000, "5.2 GB")])
def test_sizes_are_told_in_round_figures(size: int, told: str) -> None:
    assert size_text(size) == told


def test_a_download_tells_how_far_it_is() -> None:
    assert fetching_of("a", "A", 500_000_000, 2_000_000_000).told == "500 MB of 2.0 GB"
    assert fetching_of("a", "A", 3_000_000, 0).share == -1


def test_the_bill_says_who_writes() -> None:
    assert "a toy" in writer_sentence(SETTINGS, None)
    assert "from a list" in writer_sentence(SETTINGS, ScriptedModel([]))
    assert "openai/x" in writer_sentence(SETTINGS, ScriptedModel([], name="openai/x"))
