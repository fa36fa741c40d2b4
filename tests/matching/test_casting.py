"""Casting: counting, the council and its baselines, re-weighting without calls, the published cases."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from studio.domain.message import Request
from studio.domain.session import Choice
from studio.errors import Invalid, ModelUnavailable, NotFound
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.matching.casting import asking, table, tally
from studio.matching.casting.base import CASTINGS, Casting, pick, reweighted
from studio.matching.casting.borda import Borda
from studio.matching.casting.castbench import measure, read_cases
from studio.matching.casting.council import Council
from studio.matching.casting.table import Candidate, CastTable
from studio.run_context import RunContext
from tests.plays import ADA, BO, CAST, CY, SCENE, Log

TABLE = CastTable(
    lead=Candidate(id="lead", name="Lead", features={"career": "pilot"}),
    brief="somebody to steer the boat at night",
    candidates=tuple(
        Candidate(
            id=id_,
            name=id_.upper(),
            features={"age": age, "scenes": scenes, "bond": bond, "gender": gender, "trait": "x" * 500},
        )
        for id_, age, scenes, bond, gender in (
            ("a", 30, 5, "sister", "female"),
            ("b", 40, 3, "", "male"),
            ("c", 50, 4, "rival", "female"),
            ("d", 20, 0, "", "male"),
        )
    ),
)
ROLES = ("ties", "voices", "record", "stakes")
PLAN = {
    "criteria": [{"name": role, "weight": 0.2, "features": ["age", "scenes", "bond"]} for role in ROLES],
    "specialists": [
        {"role": role, "criteria": [role], "features": ["age", "bond"], "instructions": "Look."} for role in ROLES
    ],
}


def answers(request: Request, number: int) -> str:
    """A well-behaved model: each specialist ranks a over c over b over d."""
    if request.purpose == "planner":
        return json.dumps(PLAN)
    if request.purpose == "specialist":
        order = ("a", "c", "b", "d")
        return json.dumps({"ranking": [{"id": i, "score": 90 - 10 * n, "why": f"{i}!"} for n, i in enumerate(order)]})
    return json.dumps({"selected": [{"id": "c", "why": "best"}, {"id": "a", "why": "next"}], "near_misses": []})


def context(model: ScriptedModel) -> RunContext:
    return RunContext(model=model, embedder=HashEmbedder(), rng=random.Random(0))


async def council(rule: object, k: int = 2, **fields: object) -> tuple[Casting, ScriptedModel]:
    model = ScriptedModel(rule)  # type: ignore[arg-type]
    return await pick(Council(**fields), TABLE, k, context(model)), model  # type: ignore[arg-type]


def test_the_worked_count() -> None:
    orders, weights = ["xyzw", "yxwz", "zyxw"], [0.5, 0.3, 0.2]
    assert tally.points(orders, weights, "wxyz") == {"x": 3.3, "y": 3.3, "z": 2.1, "w": 1.3}
    assert tally.borda(orders, weights, 2) == ["x", "y"]
    assert tally.borda(orders, weights, 1) == ["x"]


def test_who_is_left_out_shares_the_last_places() -> None:
    assert tally.points(["a"], [1.0], ["a", "b", "c"]) == {"a": 3.0, "b": 1.5, "c": 1.5}


def test_match_rate() -> None:
    assert tally.match_rate(["a", "b", "c"], ["b", "c", "d"]) == pytest.approx(0.6667, abs=1e-4)
    assert tally.match_rate(["a", "a"], ["a", "b"]) == 0.5
    with pytest.raises(Invalid, match="3 were selected where 2"):
        tally.match_rate(["a", "b", "c"], ["a", "b"])
    with pytest.raises(Invalid, match="Nobody"):
        tally.match_rate([], [])


def test_weights() -> None:
    assert tally.normalised({"a": 0.2, "b": 0.2}) == {"a": 0.5, "b": 0.5}
    assert tally.normalised({"a": 0.0, "b": 0.0}) == {"a": 0.5, "b": 0.5}
    with pytest.raises(Invalid, match="'ties' is -1"):
        tally.normalised({"ties": -1})
    assert asking.weights_from("ties=.3, voices=0.7") == {"ties": 0.3, "voices": 0.7}
    for text in ("ties", "=3", "ties=many"):
        with pytest.raises(Invalid, match="no weight"):
            asking.weights_from(text)


async def test_a_council_of_four_makes_six_calls() -> None:
    casting, model = await council(answers)
    assert [request.purpose for request in model.requests].count("specialist") == 4
    assert len(model.requests) == casting.usage.calls == 6
    assert casting.ids == ("c", "a"), "the supervisor decides"
    assert casting.selected[0].why == "best" and casting.selected[0].supported_by == ROLES
    assert sum(casting.weights.values()) == pytest.approx(1)
    assert [one.weight for one in casting.strategy.criteria] == [0.25] * 4
    assert casting.unused == ("scenes", "gender", "trait", "career")
    assert any("No specialist looks at scenes" in notice for notice in casting.notices)
    assert casting.mix == "Pool: 2 female, 2 male. Picked: 2 female."


async def test_a_specialist_sees_its_features_alone_and_short_texts() -> None:
    plan = {**PLAN, "specialists": [{"role": "traits", "features": ["trait"], "criteria": ["ties"]}]}

    def rule(request: Request, number: int) -> str:
        return json.dumps(plan) if request.purpose == "planner" else answers(request, number)

    _, model = await council(rule)
    told = next(request.text for request in model.requests if request.purpose == "specialist")
    assert "sister" not in told and "x" * 200 in told and "x" * 201 not in told


async def test_a_specialist_of_prose_is_asked_twice_and_left_out() -> None:
    def rule(request: Request, number: int) -> str:
        if request.purpose == "specialist" and "one angle only: voices" in request.text:
            return "I like all of them."
        return answers(request, number)

    casting, model = await council(rule)
    assert len(model.requests) == 7
    assert set(casting.weights) == {"ties", "record", "stakes"}
    assert sum(casting.weights.values()) == pytest.approx(1)
    assert any("voices gave no usable answer" in notice for notice in casting.notices)


async def test_whoever_a_model_invents_is_left_out_and_told() -> None:
    def rule(request: Request, number: int) -> str:
        if request.purpose == "supervisor":
            return json.dumps({"selected": [{"id": "zorro", "why": "!"}, {"id": "d", "why": "quiet"}]})
        return answers(request, number)

    casting, _ = await council(rule)
    assert casting.ids == ("d", "a")
    assert any("zorro" in notice for notice in casting.notices)
    assert any("picked 1" in notice for notice in casting.notices)


async def test_nothing_usable_at_all_is_counted() -> None:
    casting, _ = await council(lambda request, number: "No.")
    assert casting.ids == ("a", "c"), "by scenes alone: age has no order"
    assert any("a standing one was used" in notice for notice in casting.notices)
    assert any("numbers were counted" in notice for notice in casting.notices)


async def test_a_model_out_of_reach_is_an_error() -> None:
    with pytest.raises(ModelUnavailable):
        await council([ModelUnavailable("gone")] * 9)

    def only_planner(request: Request, number: int) -> str:
        if request.purpose == "planner":
            return json.dumps(PLAN)
        raise ModelUnavailable("gone")

    with pytest.raises(ModelUnavailable):
        await council(only_planner)


async def test_a_negative_weight_of_a_planner_is_not_used() -> None:
    broken = json.loads(json.dumps(PLAN))
    broken["criteria"][0]["weight"] = -1

    def rule(request: Request, number: int) -> str:
        return json.dumps(broken) if request.purpose == "planner" else answers(request, number)

    casting, _ = await council(rule)
    assert "a standing one was used" in casting.notices[0]


async def test_long_tables_go_to_a_specialist_in_batches() -> None:
    many = TABLE.model_copy(
        update={"candidates": tuple(Candidate(id=f"c{n:02}", features={"age": n}) for n in range(45))}
    )

    def rule(request: Request, number: int) -> str:
        if request.purpose == "planner":
            return json.dumps({**PLAN, "specialists": PLAN["specialists"][:2]})
        if request.purpose == "specialist":
            shown = [id_ for id_ in many.ids if f'"{id_}"' in request.text]
            assert len(shown) <= 20
            return json.dumps({"ranking": [{"id": id_, "score": int(id_[1:])} for id_ in shown]})
        return "no"

    model = ScriptedModel(rule)
    casting = await pick(Council(), many, 3, context(model))
    assert casting.ids == ("c44", "c43", "c42")
    assert [request.purpose for request in model.requests].count("specialist") == 6


async def test_a_slider_needs_no_call() -> None:
    def rule(request: Request, number: int) -> str:
        if request.purpose == "specialist" and "one angle only: record" in request.text:
            return json.dumps({"ranking": [{"id": id_, "score": n} for n, id_ in enumerate("acbd")]})
        return answers(request, number)

    casting, model = await council(rule)
    before = len(model.requests)
    again = reweighted(casting, TABLE, {"record": 10.0})
    assert again.ids == ("d", "b") and len(model.requests) == before
    assert again.usage == casting.usage and again.strategy == casting.strategy
    with pytest.raises(Invalid, match="'record' is -1"):
        reweighted(casting, TABLE, {"record": -1})
    with pytest.raises(NotFound, match="ties"):
        reweighted(casting, TABLE, {"nobody": 1})


@pytest.mark.parametrize("name", ["single", "debate"])
async def test_the_baselines(name: str) -> None:
    model = ScriptedModel(answers)
    casting = await pick(CASTINGS.build(Choice(name=name)), TABLE, 2, context(model))
    assert casting.ids == ("c", "a")
    assert len(model.requests) == {"single": 1, "debate": 7}[name]
    silent = await pick(CASTINGS.build(Choice(name=name)), TABLE, 2, context(ScriptedModel(lambda r, n: "No.")))
    assert len(silent.ids) == 2 and silent.notices
    wordy = TABLE.model_copy(update={"candidates": tuple(Candidate(id=i, features={"t": "x"}) for i in "pqr")})
    texts = await pick(CASTINGS.build(Choice(name=name)), wordy, 2, context(ScriptedModel(lambda r, n: "No.")))
    assert texts.ids == ("p", "q")


async def test_all_of_a_small_pool_without_a_call() -> None:
    for k in (4, 9):
        casting, model = await council(answers, k=k)
        assert casting.ids == ("a", "b", "c", "d") and not model.requests
        assert "only 4" in casting.notices[0]


async def test_what_cannot_be_chosen_from() -> None:
    model = ScriptedModel(answers)
    empty = TABLE.model_copy(update={"candidates": ()})
    with pytest.raises(Invalid, match="nobody to choose from"):
        await pick(Council(), empty, 1, context(model))
    with pytest.raises(Invalid, match="0 is not a number"):
        await pick(Council(), TABLE, 0, context(model))
    twice = TABLE.model_copy(update={"candidates": (TABLE.candidates[0],) * 2})
    with pytest.raises(Invalid, match="called 'a'"):
        await pick(Council(), twice, 1, context(model))
    with pytest.raises(Invalid, match="'charm'"):
        await pick(Borda(features="charm"), TABLE, 1, context(model))


def test_the_library_as_a_table() -> None:
    log = Log()
    log.say("ada", "Hold the lamp.")
    log.say("bo", "I hold it.")
    log.say("ada", "Higher.")
    together = table.history([log.transcript], "ada")
    assert together["bo"].exchanges == 2 and together["bo"].scenes == 1 and together["cy"].exchanges == 0
    found = table.of_characters(ADA, CAST, role="somebody who knows bookkeeping", together=together)
    assert found.ids == ("bo", "cy")
    assert found.candidate("bo").features["bond"] == "your nephew; you raised him"
    assert found.candidate("bo").number("related") == 1 and found.candidate("bo").number("exchanges") == 2
    assert found.candidate("cy").number("fits_part") > found.candidate("bo").number("fits_part")
    assert "number" in found.summaries()["exchanges"]
    inside = table.of_characters(ADA, (ADA, BO, CY), scene=SCENE)
    assert inside.candidates == (), "whoever is in the cast already is no candidate"


def test_the_statistics_a_planner_sees() -> None:
    schema = TABLE.summaries()
    assert schema["age"] == "number 20–50, median 35"
    assert schema["gender"] == "one of female, male"
    assert schema["bond"] == "one of rival, sister, missing for 2"


CASE = {
    "case_id": "cast-900",
    "k": 1,
    "lead": {"id": "A", "gender": "female", "words": 900, "group": "g1", "play": "P"},
    "candidates": [
        {
            "id": "B",
            "role": "her brother",
            "co_scenes_with_lead": 3,
            "exchanges_with_lead": 12,
            "group": "g1",
            "play": "P",
        },
        {"id": "C", "role": None, "co_scenes_with_lead": 0, "exchanges_with_lead": 0, "group": "g1", "play": "Q"},
    ],
    "truth": ["B"],
}


async def test_an_invented_case() -> None:
    (case,) = read_cases(json.dumps(CASE), "cases")
    assert case.table().candidate("B").features["group"] == 1
    assert case.table().candidate("C").features["group"] == 0
    report = await measure([case], Borda(features="co_scenes"), context(ScriptedModel([])))
    assert (report.match_rate_percent, report.random_percent, report.calls) == (100.0, 50.0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "holds no case"), ("{", "line 1: this is not JSON"), ('{"case_id": "x"}', "line 1, k"), ("[]", "line 1")],
)
def test_a_broken_case_file_is_named(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_cases(text, "cases.jsonl")


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("co_scenes,near,exchanges", 45.05),
        ("co_scenes", 44.42),
        ("exchanges", 42.09),
        ("near", 35.60),
        ("words", 35.39),
        ("group", 32.90),
        ("co_scenes,near,exchanges,words,group", 42.51),
    ],
)
async def test_the_published_cases(shared_data: Path, features: str, expected: float) -> None:
    file = shared_data / "data" / "partnermas" / "castbench_dev_70.jsonl"
    cases = read_cases(file.read_text(encoding="utf-8"), file.name)
    report = await measure(cases, Borda(features=features), context(ScriptedModel([])))
    assert report.cases == 70
    assert report.match_rate_percent == pytest.approx(expected, abs=0.01)
    assert report.random_percent == pytest.approx(22.79, abs=0.01)
