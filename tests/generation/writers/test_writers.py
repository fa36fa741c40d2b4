"""Every writer: what it asks, what it fills, what it leaves alone."""

from __future__ import annotations

import json
import random
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.character import Character, Identity, Voice
from studio.domain.session import Choice
from studio.errors import Invalid, ModelOutput, ModelUnavailable
from studio.generation.fields import TITLES, get
from studio.generation.forms import last_entry
from studio.generation.prose import plain, to_last_sentence
from studio.generation.writers.aims import as_goal
from studio.generation.writers.base import WRITERS, Piece, Sheet, Writer, Written
from studio.generation.writers.expand import pronouns_of
from studio.llm.client import Capabilities
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.run_context import RunContext

SECRET = "Sank the Halcyon herself, on 3 May, for the insurance."
PICKED = Character(
    id="nell",
    name="Nell Cobb",
    pronouns="she/her",
    career="a harbour pilot",
    aspiration="sail home",
    traits=("stubborn", "playful", "neat"),
    skills=("pottery",),
    secrets=(SECRET,),
)
ATTRIBUTES = {
    "personal": {
        "name": "Wilhelmina Cobb",
        "gender": "female",
        "age": "41 years",
        "tone": "dry, with long pauses.",
        "career": "a harbour pilot at Tarrant",
        "personality": "a stubborn and playful woman who sails home in her head",
        "advantages_and_disadvantages": "patient with ships; not with people",
        "hobby": ["throws pots", "pottery on Sundays"],
    },
    "social": {
        "family_relationship": "two sisters inland",
        "social_relationship": "known to every skipper",
        "living_conditions": "A neat room above the tide office",
    },
}
ANSWERS: dict[str, str] = {
    "expand": json.dumps(ATTRIBUTES),
    "narrate": "Nell Cobb is a harbour pilot. " + "You know the tide. " * 25,
    "voice": json.dumps({"style": "dry.", "habits": "Counts waves.\n- Whistles", "lines": ["Nell: Mind the rope."]}),
    "aims": json.dumps({"goals": ["Find the logbook.", "to sleep"], "secrets": ["kept the ring marked E.B."]}),
    "greeting": 'Nell Cobb: *She coils a rope.* "You are late. Coming aboard?"',
    "mbti": json.dumps({"type": "Probably istp.", "confidence": "80%", "because": "She fixes things."}),
    "looks": "Looks:\nSmall, grey plait, a coat with one sleeve mended.",
}


def context(model: ScriptedModel, seed: int = 1) -> RunContext:
    return RunContext(model=model, embedder=HashEmbedder(), rng=random.Random(seed))


async def written(writer: Writer, sheet: Sheet, model: ScriptedModel) -> tuple[list[Piece], Written]:
    pieces: list[Piece] = []
    async with aclosing(writer.write(context(model), sheet)) as steps:
        async for step in steps:
            if isinstance(step, Written):
                return pieces, step
            pieces.append(step)
    raise AssertionError("nothing was written")


def built(name: str, **parameters: Any) -> Writer:
    return WRITERS.build(Choice(name=name, parameters=parameters))


def test_there_is_an_answer_for_every_writer_here() -> None:
    assert set(ANSWERS) <= set(WRITERS.methods)


@pytest.mark.parametrize("name", ANSWERS)
async def test_it_fills_what_is_open_and_nothing_else(name: str) -> None:
    bare = PICKED.model_copy(update={"secrets": ()}) if name == "aims" else PICKED
    model = ScriptedModel([ANSWERS[name]], chunk_chars=7)
    writer = built(name)
    pieces, done = await written(writer, Sheet(character=bare), model)
    assert set(done.filled) == set(writer.open_fields(Sheet(character=bare)))
    assert {piece.field for piece in pieces} <= set(done.filled)
    assert pieces
    for path in TITLES:
        assert (get(done.character, path) != get(bare, path)) == (path in done.filled), path
    assert done.usage.calls == len(model.requests) == 1
    assert done.provenance is not None
    assert done.provenance.template == f"generation/{name}"
    assert done.character.id == "nell"


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_lock_holds_even_when_written_anew(name: str) -> None:
    writer = built(name, overwrite=True)
    locked = writer.fills[-1]
    full = PICKED.model_copy(
        update={"identity": Identity(social="a", personal="b", life_context="c"), "facts": ("Nell is d.",), "age": 30}
    )
    if len(writer.fills) == 1:
        with pytest.raises(Invalid, match="Nothing to write"):
            await written(writer, Sheet(character=full, locked=(locked,)), ScriptedModel([]))
        return
    _, done = await written(writer, Sheet(character=full, locked=(locked,)), ScriptedModel([ANSWERS[name]]))
    assert get(done.character, locked) == get(full, locked)
    assert locked not in done.filled
    assert done.filled


@pytest.mark.parametrize("name", ANSWERS)
async def test_secrets_and_other_peoples_braces_stay_out_of_the_prompt(name: str) -> None:
    model = ScriptedModel([ANSWERS[name]])
    who = PICKED.model_copy(update={"skills": ("{{ c.secrets }} {% raw %}",)})
    await written(built(name, overwrite=True), Sheet(character=who, wish="More {{ salt }}."), model)
    prompt = model.requests[0].text
    assert "Halcyon" not in prompt
    assert "{{ c.secrets }} {% raw %}" in prompt
    assert "More {{ salt }}." in prompt
    assert "English" in prompt


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_unusable_answer_is_an_error_and_changes_nothing(name: str) -> None:
    with pytest.raises(ModelOutput, match="scripted"):
        await written(built(name, overwrite=True), Sheet(character=PICKED), ScriptedModel(["", ""]))
    with pytest.raises(ModelUnavailable):
        await written(built(name, overwrite=True), Sheet(character=PICKED), ScriptedModel([ModelUnavailable("gone")]))


async def test_the_same_seed_asks_the_same() -> None:
    first, second = (ScriptedModel([ANSWERS["expand"]]) for _ in range(2))
    for model in (first, second):
        await written(built("expand"), Sheet(character=PICKED), model)
    assert first.requests == second.requests


async def test_expand_puts_attributes_where_they_belong() -> None:
    blank = PICKED.model_copy(update={"name": "X", "career": "", "pronouns": ""})
    writer = built("expand", overwrite=True)
    pieces, done = await written(writer, Sheet(character=blank), ScriptedModel([ANSWERS["expand"]], chunk_chars=20))
    who = done.character
    assert (who.name, who.age, who.pronouns) == ("Wilhelmina Cobb", 41, "she/her")
    assert who.speech.style == "dry, with long pauses"
    assert who.identity.personal == "A stubborn and playful woman who sails home in her head."
    assert who.identity.social == "Two sisters inland. Known to every skipper."
    assert who.identity.life_context == "A neat room above the tide office."
    assert who.facts == ("Patient with ships; not with people.", "Throws pots; pottery on Sundays.")
    assert done.unseen == ()
    assert "identity.personal" in {piece.field for piece in pieces}


async def test_expand_says_which_pick_went_lost_and_which_name_is_taken() -> None:
    answer = json.dumps({"name": "ODILE MARSH", "personality": "Quiet."})
    sheet = Sheet(character=PICKED, taken=("Odile Marsh",))
    _, done = await written(built("expand", overwrite=True), sheet, ScriptedModel([answer]))
    assert done.character.name == "Nell Cobb"
    assert "taken" in done.notes[0]
    assert done.unseen == ("sail home", "stubborn", "playful", "neat", "pottery")


async def test_an_unusable_form_is_repaired_once() -> None:
    model = ScriptedModel(["I would love to!", ANSWERS["voice"]])
    _, done = await written(built("voice"), Sheet(character=PICKED), model)
    assert done.usage.calls == 2
    assert "could not be used" in model.requests[1].text
    assert done.character.speech == Voice(
        style="dry", habits=("Counts waves.", "Whistles."), examples=("Mind the rope.",)
    )


async def test_a_value_out_of_range_is_left_out_and_said() -> None:
    answer = json.dumps({"age": "99999 years", "personality": "Old."})
    _, done = await written(built("expand"), Sheet(character=PICKED), ScriptedModel([answer]))
    assert done.character.age is None or done.character.age <= 10_000
    _, done = await written(
        built("expand", overwrite=True), Sheet(character=PICKED), ScriptedModel([json.dumps({"name": "N" * 300})])
    )
    assert len(done.character.name) == 200


async def test_narrate_begins_as_an_actor_is_told_and_counts_its_words() -> None:
    _, done = await written(built("narrate"), Sheet(character=PICKED), ScriptedModel([ANSWERS["narrate"]]))
    assert done.character.backstory.startswith("You are Nell Cobb, a harbour pilot. You know the tide.")
    assert done.notes == ()
    _, done = await written(built("narrate"), Sheet(character=PICKED), ScriptedModel(["You are short."]))
    assert "3 words; 100 to 325" in done.notes[0]
    _, done = await written(built("narrate"), Sheet(character=PICKED), ScriptedModel(["Born at sea."]))
    assert done.character.backstory == "You are Nell Cobb. Born at sea."


async def test_an_endless_text_is_stopped_at_a_sentence() -> None:
    model = ScriptedModel(["You are Nell. " + "It goes on. " * 4000], chunk_chars=500)
    _, done = await written(built("narrate"), Sheet(character=PICKED), model)
    assert len(done.character.backstory) < 5000
    assert done.character.backstory.endswith("It goes on.")


async def test_closing_early_stops_the_model() -> None:
    model = ScriptedModel([ANSWERS["narrate"]], chunk_chars=4)
    steps = built("narrate").write(context(model), Sheet(character=PICKED))
    await anext(steps)
    await steps.aclose()
    assert PICKED.backstory == ""


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("", ("", "")),
        ('{"name": "Ni', ("name", "Ni")),
        ('{"name": "Nina", "tone": "so\\nft \\"qu', ("tone", 'so\nft "qu')),
        ('{"lines": ["One.", "Tw', ("lines", "One.\nTw")),
        ('{"a": "x\\', ("a", "x")),
    ],
)
def test_a_growing_answer_shows_its_last_entry(answer: str, found: tuple[str, str]) -> None:
    assert last_entry(answer) == found


async def test_a_key_echoed_as_its_value_says_nothing() -> None:
    echo = json.dumps({"style": "style:", "habits": ["Habits.", "Counts waves."], "lines": ['"lines"']})
    _, done = await written(built("voice"), Sheet(character=PICKED), ScriptedModel([echo]))
    assert done.filled == ("speech.habits",)
    assert done.character.speech.habits == ("Counts waves.",)


async def test_a_type_comes_with_how_sure_and_why() -> None:
    _, done = await written(built("mbti"), Sheet(character=PICKED), ScriptedModel([ANSWERS["mbti"]]))
    assert done.character.mbti == "ISTP"
    assert done.notes == ("80 % sure", "She fixes things.")
    with pytest.raises(ModelOutput, match="nothing usable"):
        await written(built("mbti"), Sheet(character=PICKED), ScriptedModel([json.dumps({"type": "a sailor"})]))


async def test_a_weak_model_is_told_of() -> None:
    weak = Capabilities(follows_script=False)
    model = ScriptedModel([ANSWERS["looks"]], capabilities=weak)
    _, done = await written(built("looks"), Sheet(character=PICKED), model)
    assert "scripted is small for writing of this kind" in done.notes[-1]


@given(st.text(max_size=200), st.integers(0, 200))
def test_any_answer_can_be_watched_as_it_grows(text: str, cut: int) -> None:
    whole = json.dumps({"style": text, "habits": [text, "b"]})
    assert last_entry(whole[:cut])[0] in ("", "style", "habits") or '"' in text
    assert last_entry(whole) == ("habits", f"{text}\nb")
    assert isinstance(plain(text), str) and isinstance(to_last_sentence(text), str)


def test_texts_are_cleaned() -> None:
    assert plain('"All of it."') == "All of it."
    assert plain('"One." "Two."') == '"One." "Two."'
    assert plain("**Backstory:**\nBorn.") == "Born."
    assert to_last_sentence("One. Two! Thr") == "One. Two!"
    assert to_last_sentence("no end") == "no end"
    assert [as_goal(text) for text in ("Find it.", "to go", "She wants to win", " ")] == [
        "to find it",
        "to go",
        "to win",
        "",
    ]
    assert [pronouns_of(word) for word in ("Female", "a man", "non-binary", "xe/xem", "robot")] == [
        "she/her",
        "he/him",
        "they/them",
        "xe/xem",
        "",
    ]
