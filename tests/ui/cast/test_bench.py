"""Between a click and the workshop: drafts, conflicts, dice, writers, wishes that fail."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.errors import Conflict, Invalid
from studio.library import Library
from studio.llm.client import Model
from studio.llm.models import Models
from studio.llm.scripted import ScriptedModel
from studio.settings import ROOT, Settings
from studio.ui.cast import pen
from studio.ui.cast.bench import Bench
from studio.ui.cast.hand import Hand
from studio.ui.cast.values import Ask
from studio.ui.desk import Desk
from studio.ui.visit import Visit
from studio.wiring import open_studio

ME = Visit(page="p", owner="ann")


class Fixed(Models):
    """Always this model."""

    def __init__(self, settings: Settings, model: Model) -> None:
        super().__init__(settings, ports=())
        self._model = model

    async def open(self, name: str = "", key: object = None, api_base: str = "") -> Model:
        return self._model


@pytest.fixture
async def model() -> ScriptedModel:
    return ScriptedModel(lambda request, number: "You are Ada Voss, who keeps a lamp.")


@pytest.fixture
async def bench(tmp_path: Path, model: ScriptedModel) -> AsyncIterator[Bench]:
    shipped = tmp_path / "shipped"
    Library(tmp_path / "nothing", shipped).save_character(Character(id="bo", name="Bo Lind", traits=("vain",)))
    (shipped / "characters" / "options").symlink_to(ROOT / "characters" / "options")
    settings = Settings(data_dir=tmp_path / "own", shipped_dir=shipped, embedder="hash")
    studio = await open_studio(settings)
    object.__setattr__(studio, "models", Fixed(settings, model))
    yield Bench(Desk(studio))
    await studio.close()


async def test_a_new_character_is_a_draft_from_the_first_stroke_and_saved_under_its_name(bench: Bench) -> None:
    new = await bench.open(ME, "")
    assert (new.key, new.marks, new.version) == ("", (), 0)
    draft = await bench.written(ME, Ask(patch={"name": "Ada Voss", "age": 61}))
    assert draft.key.startswith("+") and draft.version == 1
    saved = await bench.save(ME, Ask(key=draft.key, version=1, patch={"career": "a keeper"}))
    assert (saved.key, saved.base, saved.version) == ("ada-voss", 1, 0)
    assert saved.saved is not None and saved.saved.career == "a keeper" and saved.saved.portrait
    assert await bench.shop(ME).sketches() == ()


async def test_a_draft_that_is_again_what_was_saved_is_none(bench: Bench) -> None:
    draft = await bench.written(ME, Ask(key="bo", patch={"age": 30}))
    assert draft.kept.said == "Draft kept"
    same = await bench.written(ME, Ask(key="bo", version=draft.version, patch={"age": None}))
    assert (same.version, same.kept.said) == (0, "Saved")
    assert await bench.shop(ME).sketches() == ()


async def test_a_tab_that_has_not_seen_the_newest_draft_or_version_writes_nothing(bench: Bench) -> None:
    await bench.written(ME, Ask(key="bo", patch={"age": 30}))
    with pytest.raises(Conflict, match="being changed in another tab"):
        await bench.written(ME, Ask(key="bo", patch={"age": 40}))
    await bench.save(ME, Ask(key="bo", version=1))
    with pytest.raises(Conflict, match="saved in another tab"):
        await bench.save(ME, Ask(key="bo", patch={"age": 40}))
    over = await bench.save(ME, Ask(key="bo", patch={"career": "a thief"}, over=True))
    assert over.saved is not None and (over.saved.age, over.saved.career) == (30, "a thief"), "what is not mine stays"


async def test_what_cannot_be_used_is_kept_as_a_draft_and_not_saved(bench: Bench) -> None:
    draft = await bench.written(ME, Ask(key="bo", patch={"age": -1}))
    assert draft.marks[0].field == "age" and draft.version == 1
    with pytest.raises(Invalid, match="age: Write the age in whole years"):
        await bench.save(ME, Ask(key="bo", version=1))
    assert (await bench.open(ME, "bo")).body["age"] == -1


async def test_findings_stand_at_their_fields(bench: Bench) -> None:
    work = await bench.written(ME, Ask(key="bo", patch={"traits": ["neat", "slob"]}))
    assert ("traits.1", "error") in {(mark.field, mark.severity) for mark in work.marks}
    nameless = await bench.written(ME, Ask(patch={"traits": ["neat", "slob"]}))
    assert {mark.field for mark in nameless.marks} >= {"name", "traits.1"}, "also before there is a name"


async def test_dice_leave_locks_alone_and_repeat_from_a_seed(bench: Bench) -> None:
    ask = Ask(patch={"traits": ["neat"]}, locks=("traits",), seed="7")
    first, second = await pen.rolled(bench, ME, ask), await pen.rolled(bench, ME, ask)
    assert first == second and "traits" not in first.values and first.seed == "7"
    one = await pen.rolled(bench, ME, Ask(key="bo", path="career"))
    assert set(one.values) == {"career"}
    with pytest.raises(Invalid, match="Greeting cannot be rolled"):
        await pen.rolled(bench, ME, Ask(key="bo", path="greeting"))
    assert await bench.shop(ME).sketches() == (), "chance writes nothing by itself"


async def test_a_writer_fills_what_is_open_and_names_the_nameless(bench: Bench, model: ScriptedModel) -> None:
    told = [frame async for frame in pen.written(bench, ME, Ask(key="bo", name="narrate"))]
    assert (told[0].state, told[-1].state) == ("writing", "done")
    assert str(told[-1].values["backstory"]).startswith("You are")
    with pytest.raises(Invalid, match="Nothing to write"):
        async for _ in pen.written(bench, ME, Ask(key="bo", name="narrate", locks=("backstory",))):
            pass
    attributes = {"name": "Odile Marsh", "tone": "dry", "career": "a pilot", "age": "40"}
    model._answers = lambda request, number: json.dumps(attributes)
    ask = Ask(name="expand", patch={"career": "a lighthouse keeper"})
    *_, done = [frame async for frame in pen.written(bench, ME, ask)]
    assert done.values["name"] == "Odile Marsh"
    assert "career" not in done.values, "what was picked stays"


async def test_restoring_brings_back_also_what_the_page_never_sees(bench: Bench) -> None:
    kept = Character(id="", name="Ada", extensions={"card": {"secret sauce": 1}})
    saved = await bench.shop(ME).save(kept)
    await bench.shop(ME).save(saved.character.model_copy(update={"extensions": {}, "age": 3}))
    work = await bench.restore(ME, Ask(key="ada", base=2, number=1))
    assert work.body["extensions"] == kept.extensions and work.version == 1
    copy = await bench.duplicate(ME, Ask(key="ada", base=2, version=1))
    assert (copy.id, copy.body["name"], copy.body["extensions"]) == ("", "Ada (copy)", kept.extensions)


async def test_the_prompt_is_shown_for_the_nameless_and_in_any_scene(bench: Bench) -> None:
    work = await bench.written(ME, Ask(patch={"career": "a pilot"}))
    told = await bench.told(ME, work, "", simple=False)
    assert told.trouble == "" and "a pilot" in told.pieces[2].text
    broken = await bench.written(ME, Ask(key=work.key, version=work.version, patch={"age": "x"}))
    assert "Age: Write the age" in (await bench.told(ME, broken, "")).trouble


async def test_a_wish_that_fails_is_answered_so_that_the_page_goes_on(bench: Bench) -> None:
    hand = Hand(bench)
    answer = await hand.answered(ME, {"seq": 4, "key": "nobody"}, hand.on_open)
    assert answer.bench is not None and (answer.bench.seq, answer.bench.failed) == (4, True)
    assert answer.notice is not None and "no character 'nobody'" in answer.notice.text
    odd = await hand.answered(ME, {"seq": 5, "nonsense": 1}, hand.on_open)
    assert odd.notice is not None and odd.notice.tone == "error"
    big = await hand.answered(ME, {"seq": 6, "text": "%%%"}, hand.on_picture)
    assert big.notice is not None and "did not arrive whole" in big.notice.text


async def test_a_draft_thrown_away_can_be_taken_up_again(bench: Bench) -> None:
    hand = Hand(bench)
    draft = await bench.written(ME, Ask(patch={"name": "Ada"}))
    gone = await hand.answered(ME, {"seq": 1, "key": draft.key}, hand.on_discard)
    assert gone.notice is not None and gone.notice.action == "redraft"
    assert await bench.shop(ME).sketches() == ()
    back = await hand.acted(ME, Ask(key=gone.notice.sent["key"]), "redraft")
    assert back.bench is not None and back.bench.opened is not None and back.bench.opened.form is not None
    assert back.bench.opened.form["name"] == "Ada"
