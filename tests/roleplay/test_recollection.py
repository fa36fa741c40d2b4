"""What may come to mind on this branch, and what of the play becomes memory."""

from __future__ import annotations

from pathlib import Path

from studio.domain.event import DIRECTOR, TURNS, Kind
from studio.domain.transcript import Transcript
from studio.roleplay.recollection import memorable, standing, superseded
from tests.plays import Log
from tests.roleplay.company import PADDING, PAIR, TWO, Company, gathered


def log_with_overlays() -> Log:
    """Four lines: the first edited twice, the second hidden, the third hidden and then edited back."""
    log = Log()
    for text in ("One.", "Two.", "Three.", "Four."):
        log.say("ada", text)
    log.add(Kind.EDIT, DIRECTOR, "Uno.", replaces="e0000")
    log.add(Kind.EDIT, DIRECTOR, "Eins.", replaces="e0000")
    log.add(Kind.TOMBSTONE, DIRECTOR, hides="e0001")
    log.add(Kind.TOMBSTONE, DIRECTOR, hides="e0002")
    log.add(Kind.EDIT, DIRECTOR, "Drei.", replaces="e0002")
    log.add(Kind.RATING, DIRECTOR, audience=(), on="e0003", rating=1)
    return log


def test_the_last_word_on_a_line_is_what_stands_for_it() -> None:
    events = log_with_overlays().transcript.events
    assert superseded(events) == {"e0000": "e0005", "e0001": None, "e0002": "e0008"}


def test_memories_may_rest_on_what_stands_and_on_nothing_else() -> None:
    assert standing(log_with_overlays().transcript.events) == {"e0003", "e0005", "e0008", "e0009"}


def test_what_becomes_memory_is_each_line_as_it_now_reads_under_the_id_that_stands_for_it() -> None:
    found = memorable(log_with_overlays().transcript)
    assert [(event.id, event.text) for event in found] == [("e0005", "Eins."), ("e0008", "Drei."), ("e0003", "Four.")]
    assert {event.id for event in found} <= standing(log_with_overlays().transcript.events)


def test_what_nobody_perceived_is_nobodys_memory() -> None:
    log = Log()
    log.add(Kind.WHISPER, DIRECTOR, "Rain, please.", (), to=["narrator"])
    log.add(Kind.NOTE, DIRECTOR, "Good.", ("ada",))
    assert memorable(log.transcript) == ()


def voiced(words: str) -> object:
    return lambda request, number: f"{number} {words} {PADDING}"


async def played(company: Company, transcript: Transcript, turns: int) -> Transcript:
    for _ in range(turns):
        transcript = await company.turn(transcript)
        await company.engine.remember(transcript)
    return transcript


def recalled(company: Company) -> str:
    """Texts of all that came to mind in the last turn."""
    return "\n".join(one.memory.text for one in company.recollected.memories) if company.recollected else ""


async def test_nothing_is_recalled_while_everything_is_still_in_the_prompt(company: Company) -> None:
    await played(company, await company.begin(TWO, PAIR), 5)
    assert company.recollected and company.recollected.memories == ()


async def test_what_left_the_prompt_comes_back_when_it_bears_on_the_moment(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        transcript = await company.begin(TWO, PAIR)
        transcript = await company.turn(transcript, line="The walrus ate the brass sextant.", as_="ada", answer=False)
        transcript = await played(company, transcript, 14)
        assert "sextant" not in company.model.requests[-1].text.partition("You remember:")[0]
        transcript = await company.turn(transcript, line="Where did the brass sextant go, walrus?", as_="ada")
        assert "walrus ate the brass sextant" in recalled(company)
        assert "walrus ate the brass sextant" in company.model.requests[-1].text


async def test_nobody_recalls_what_they_did_not_witness(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        transcript = await company.turn(
            await company.begin(TWO, PAIR), whisper="The walrus ate the brass sextant.", to=("ada",), answer=False
        )
        transcript = await played(company, transcript, 14)
        minds = {}
        for who in ("ada", "bo"):
            await company.turn(transcript, line="Brass sextant? Walrus?", as_="ada", answer=False)
            transcript = await company.stored(transcript)
            transcript = await company.turn(transcript, speaker=who)
            minds[who] = recalled(company)
        assert "sextant" in minds["ada"] and "ate the brass" not in minds["bo"]


async def test_a_branch_recalls_nothing_of_the_other(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        start = await company.begin(TWO, PAIR)
        one = await company.turn(start, line="The walrus ate the brass sextant.", as_="ada", answer=False)
        one = await played(company, one, 12)
        for _ in range(13):
            one = await company.history.undo(one)
        other = await played(company, one, 14)
        other = await company.turn(other, line="Where did the brass sextant go, walrus?", as_="ada")
        assert recalled(company) and "ate the brass sextant" not in recalled(company)


async def test_a_line_is_recalled_as_it_was_edited_and_not_as_it_was(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        transcript = await company.begin(TWO, PAIR)
        transcript = await company.turn(transcript, line="The walrus ate the brass sextant.", as_="ada", answer=False)
        await company.engine.remember(transcript)
        transcript = await company.scribe.edit(
            transcript, transcript.events[-1].id, "The walrus sold the brass sextant."
        )
        transcript = await played(company, transcript, 14)
        await company.turn(transcript, line="Where did the brass sextant go, walrus?", as_="ada")
        assert "sold the brass sextant" in recalled(company) and "ate the brass" not in recalled(company)


async def test_the_next_scene_recalls_the_last_one_as_it_stood(tmp_path: Path) -> None:
    """An edit and a deletion hold in the next scene too: what was taken back is not remembered there."""
    async with gathered(tmp_path, voiced("So.")) as company:
        first = await company.begin(TWO, PAIR)
        for text in ("The walrus ate the brass sextant.", "The brass sextant was a walrus gift."):
            first = await company.turn(first, line=text, as_="ada", answer=False)
        await company.engine.remember(first)
        ate, gift = first.events[-2:]
        first = await company.scribe.edit(first, ate.id, "The walrus sold the brass sextant.")
        first = await company.scribe.hide(first, gift.id)
        await company.engine.remember(first)
        second = await company.begin(TWO, PAIR, follows=first)
        third = await company.begin(TWO, PAIR, follows=await company.turn(second))
        for scene in (second, third):
            scene = await company.stored(scene)
            await company.turn(scene, line="Where did the brass sextant go, walrus?", as_="ada")
            assert "sold the brass sextant" in recalled(company)
            assert "ate the brass" not in recalled(company) and "walrus gift" not in recalled(company)
            assert "ate the brass" not in company.model.requests[-1].text
    async with gathered(tmp_path, voiced("So."), seed=2) as again:
        await again.turn(await again.stored(third), line="Where did the brass sextant go, walrus?", as_="ada")
        assert "sold the brass sextant" in recalled(again) and "ate the brass" not in recalled(again)


async def test_what_is_edited_in_the_last_scene_later_changes_nothing_in_the_next(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        first = await company.begin(TWO, PAIR)
        first = await company.turn(first, line="The walrus ate the brass sextant.", as_="ada", answer=False)
        await company.engine.remember(first)
        second = await company.begin(TWO, PAIR, follows=first)
        first = await company.scribe.edit(first, first.events[-1].id, "The walrus sold the brass sextant.")
        await company.engine.remember(first)
        await company.turn(second, line="Where did the brass sextant go, walrus?", as_="ada")
        assert "ate the brass sextant" in recalled(company) and "sold" not in recalled(company)


async def test_an_unrelated_play_recalls_nothing(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        first = await company.begin(TWO, PAIR)
        await played(company, await company.turn(first, line="The walrus ate the sextant.", as_="ada"), 3)
        await played(company, await company.begin(TWO, PAIR), 14)
        assert "walrus" not in recalled(company)


async def test_memory_catches_up_on_what_a_crash_left_out_and_never_twice(tmp_path: Path) -> None:
    async with gathered(tmp_path, voiced("So.")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 4)
    async with gathered(tmp_path, voiced("So."), seed=2) as again:
        heard = sum(len(event.audience) for event in transcript.events)
        assert await again.engine.remember(transcript) == heard
        assert await again.engine.remember(transcript) == 0
        edited = await again.scribe.edit(transcript, transcript.events[-1].id, "Otherwise.")
        assert await again.engine.remember(edited) == 2
        assert await again.engine.remember(transcript) == 0
    async with gathered(tmp_path, voiced("So."), seed=3) as third:
        assert await third.engine.remember(edited) == 0
        assert all(event.kind in {*TURNS, Kind.NARRATION} for event in memorable(edited))
