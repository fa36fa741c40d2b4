"""A prompt taken apart: nothing of it is missing, and what it lacks is named."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.character import Voice as Speech
from studio.domain.message import Message, Request
from studio.llm.client import Capabilities
from studio.roleplay.inspection import Change, aligned, changes, inspect, shared
from studio.roleplay.preview import preview
from studio.roleplay.steps import Turn
from tests.plays import ADA, BO, CAST, Log
from tests.roleplay.company import LONG, PADDING, PAIR, TWO, Voice, gathered


def request(*texts: str, **fields: object) -> Request:
    roles = ("system", "user", "assistant", "user")
    messages = tuple(Message(role=role, content=text) for role, text in zip(roles, texts, strict=False))
    return Request.model_validate({"messages": messages, "caller": "ada", "purpose": "actor", **fields})


async def test_every_word_of_a_prompt_is_in_one_of_its_parts(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text=PADDING, thought="What now?")) as company:
        transcript = await company.turns(await company.begin(LONG, CAST), 10)
        await company.engine.remember(transcript)
        shown = await preview(company.engine, transcript, Turn(speaker="ada"))
        found = inspect(shown.requests[-1], shown.told, before=company.model.requests[-3])
        text = " ".join(word for piece in found.pieces for word in piece.text.split())
        said = " ".join(word for message in shown.requests[-1].messages for word in message.content.split())
        for mark in ("[Earlier:]", "[The scene so far, as you saw it:]"):
            said = said.replace(mark, "")
        assert sorted(text.split()) == sorted(said.split())
        groups = {piece.group for piece in found.pieces}
        assert {"Rules", "Persona", "Scene", "Witnessed", "Earlier, in short", "Memories", "Direction"} <= groups
        assert found.tokens >= sum(piece.tokens for piece in found.pieces) > 300
        assert found.shared is not None and 0 < found.shared < 1


async def test_what_is_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    wordy = ADA.model_copy(
        update={
            "speech": Speech(examples=tuple(f"{number} {PADDING[:180]}" for number in range(9))),
            "backstory": PADDING * 6,
        }
    )
    async with gathered(tmp_path, Voice(text=PADDING)) as company:
        transcript = await company.turns(await company.begin(TWO, (wordy, BO)), 10)
        transcript = await company.turn(transcript, whisper="Only for Bo.", to=("bo",), answer=False)
        shown = await preview(company.engine, transcript, Turn(speaker="ada"))
        dropped = {one.what: one.why for one in inspect(shown.requests[-1], shown.told).dropped}
        assert any(what.endswith("older lines") for what in dropped)
        assert dropped["1 line"] == "Ada did not perceive it."
        persona = next(what for what in dropped if what.startswith("Of the persona"))
        assert "speech: examples" in persona


async def test_the_narrators_prompt_is_taken_apart_too(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="Hm.")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        transcript = await company.turn(transcript, whisper="Only for Bo.", to=("bo",), answer=False)
        shown = await preview(company.engine, transcript, Turn(whisper="Let it thunder."))
        found = inspect(shown.requests[0], shown.told)
        assert found.caller == "narrator" and [one.what for one in found.dropped] == ["2 lines"]
        assert {piece.group for piece in found.pieces} == {"Frame", "Witnessed", "Direction"}


async def test_a_small_models_prompt_is_taken_apart_too(tmp_path: Path) -> None:
    weak = Capabilities(directs=False, follows_script=False)
    async with gathered(tmp_path, Voice(), capabilities=weak) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        shown = await preview(company.engine, transcript, Turn(speaker="ada"))
        found = inspect(shown.requests[0], shown.told)
        assert "Example lines" in {piece.group for piece in found.pieces}
        assert any("small one" in one.why for one in found.dropped)


def test_what_is_new_stands_beside_what_stayed() -> None:
    old = request("You are Ada.\nYou keep the lamp.", "Hello.\nHow so?\nWell.\n\nYour turn.")
    new = request("You are Ada.\nYou keep the lamp.", "Hello.\nHow so?\nWell.\nIndeed.\n\nYour turn.")
    told = [(one.kind, one.text, one.count) for one in changes(old, new)]
    assert ("new", "Indeed.", 0) in told and told[0] == ("same", "", 4)
    assert [one for one in told if one[0] == "gone"] == []
    assert 0.5 < shared(new, old) < 1 and shared(new, new) == 1 and shared(request("xyz" * 9), request("yz" * 9)) < 0.5
    assert changes(new, new) == (Change(kind="same", count=8),)


def test_pieces_are_found_in_order_and_what_stands_between_is_lore() -> None:
    assert aligned([("a", "one"), ("b", "two")], "one\nextra\ntwo\nend") == [
        ("a", "one"),
        ("lore", "\nextra\n"),
        ("b", "two"),
        ("lore", "\nend"),
    ]
    assert aligned([("a", "gone")], "something else") == [("frame", "something else")]
    assert aligned([], "") == []


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=200))
def test_no_text_gets_lost_between_pieces(pieces: list[str], content: str) -> None:
    told = aligned([(str(number), piece) for number, piece in enumerate(pieces)], content)
    assert "".join("".join(text.split()) for _, text in told) == "".join(content.split())


def test_an_unknown_callers_prompt_is_all_frame_and_question() -> None:
    found = inspect(request("Judge this.", "Some text.\n\nIs it good?", caller="judge"), Log().transcript)
    assert [(piece.part, piece.text) for piece in found.pieces] == [
        ("frame", "Judge this."),
        ("history", "Some text."),
        ("question", "Is it good?"),
    ]
    assert found.dropped == () and found.shared is None
