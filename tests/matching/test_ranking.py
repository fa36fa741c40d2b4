"""Scorers and what a person sees of a ranking: filters, variety, reasons, the baseline, honest notes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from studio.domain.session import Choice
from studio.errors import Invalid, ModelUnavailable
from studio.llm.scripted import ScriptedModel
from studio.matching import regression
from studio.matching.affine import Affine
from studio.matching.base import MATCHERS, RatedPair, Seeker, seeking
from studio.matching.cosine import Cosine
from studio.matching.learned import Learned
from studio.matching.pool import Pool
from studio.matching.ranking import Filters, likeness, rank, rated
from studio.matching.rating import Rating
from studio.matching.topics import about
from studio.matching.trope_space import TropeSpace
from tests.matching.people import PEOPLE, context, pool
from tests.plays import ADA

EXAM = Seeker(feeling="I failed my exam and dread the next one.", mbti="INFP", age=22, region="Hull, England")


def pairs(n: int, rule: object = None, seed: int = 0) -> tuple[RatedPair, ...]:
    """Rated pairs in which like letters make good talks, or none make any difference."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        differs = float(rng.integers(0, 2))
        near = float(rng.uniform(0, 1))
        rating = (
            4.5 - 3 * differs if rule == "letters" else 1 + 4 * near if rule == "near" else float(rng.uniform(1, 5))
        )
        features = {"similarity": near, "differs_FT": differs, "age_gap": float(rng.uniform(0, 4))}
        found.append(RatedPair(supporter="amy", rating=rating, similarity=near, embedder="hash-384", features=features))
    return tuple(found)


def test_a_line_is_fitted() -> None:
    a, b = regression.fit_affine(np.array([0.10, 0.35, 0.60]), np.array([11 / 3, 4.0, 14 / 3]))
    assert a == pytest.approx(2.0) and b == pytest.approx(3.411111, abs=1e-6)
    assert Affine(a=a, b=b).predict(0.50) == pytest.approx(4.411111, abs=1e-6)
    assert Affine(a=9.0, b=3.0).predict(0.9) == 5.0, "a rating is never above 5"
    assert regression.fit_affine(np.array([0.3, 0.3]), np.array([2.0, 4.0])) == (0.0, 3.0)
    with pytest.raises(Invalid, match="no rated pairs"):
        regression.fit_affine(np.zeros(0), np.zeros(0))


def test_a_gain_is_only_claimed_where_it_was_measured() -> None:
    rng = np.random.default_rng(1)
    features, noise = rng.normal(size=(60, 3)), rng.normal(3, 1, 60)
    assert not regression.cross_validated(features, np.clip(noise, 1, 5), 5.0).gains
    clear = regression.cross_validated(features, np.clip(3 + features[:, 0], 1, 5), 1.0)
    assert clear.gains and "a gain of" in clear.sentence
    assert regression.correlation(np.ones(3), np.arange(3.0)) == 0.0


async def test_the_nearest_story_comes_first() -> None:
    ranking = await rank(Cosine(by="words"), EXAM, pool(), context(), count=3)
    assert {match.profile.id for match in ranking.matches[:2]} == {"amy", "fay"}
    assert [match.rank for match in ranking.matches] == [1, 2, 3]
    assert ranking.baseline[0] in ("amy", "fay") and ranking.overlap >= 2
    assert ranking.matcher == "cosine" and ranking.pool == 6


async def test_reasons_are_plain_sentences() -> None:
    seeker = EXAM.model_copy(update={"traits": ("Patient",), "tropes": ("the scholar", "Scholar")})
    ranking = await rank(Cosine(by="words"), seeker, pool(), context(), count=6)
    by_id = {match.profile.id: match for match in ranking.matches}
    told = {reason.kind: reason.text for reason in by_id["amy"].reasons}
    assert told["lived"].startswith("Knows about exams and learning: “Amy failed the exam twice")
    assert "Scholar".lower() in told["tropes"]
    assert by_id["amy"].reasons[-1].kind == "score"
    letters = {reason.kind: reason.text for reason in by_id["eve"].reasons}
    assert letters["letters"] == "You both go by what matters to people. (INFP and INFP)"
    assert all(reason.text and "{" not in reason.text for match in ranking.matches for reason in match.reasons)


async def test_nobody_supports_themselves() -> None:
    seeker = Seeker.of_profile(PEOPLE[0])
    assert seeker.feeling == "You worry about rent."
    ranking = await rank(Cosine(by="words"), seeker, pool(), context(), count=6)
    assert "amy" not in {match.profile.id for match in ranking.matches} and len(ranking.matches) == 5
    with pytest.raises(Invalid, match="Nobody of the 1"):
        await rank(Cosine(), seeker, Pool(PEOPLE[:1]), context())


async def test_a_bank_of_one() -> None:
    for name in MATCHERS.methods:
        if name not in ("rating", "trope_space"):
            ranking = await rank(MATCHERS.build(Choice(name=name)), EXAM, Pool(PEOPLE[1:2]), context())
            assert [match.profile.id for match in ranking.matches] == ["ben"]


@pytest.mark.parametrize("name", ["cosine", "affine", "learned"])
async def test_feelings_of_all_sorts(name: str) -> None:
    method = MATCHERS.build(Choice(name=name))
    for feeling in ("", "   \n"):
        with pytest.raises(Invalid, match="Nothing to go by"):
            await rank(method, Seeker(feeling=feeling), pool(), context())
    long = await rank(method, Seeker(feeling="exam " * 2000), pool(), context())
    assert long.matches and any("first 4,000 characters" in note for note in long.notes)
    for feeling in ("我很难过", "Ich bin traurig", "😢😢😢", "{{ 7*7 }}", "\x00\x01"):
        ranking = await rank(method, Seeker(feeling=feeling), pool(), context())
        assert len(ranking.matches) == 5
        assert any("shares no word with this bank" in note for note in ranking.notes)


def test_a_seeker_without_a_feeling_goes_by_their_statement() -> None:
    found, notes = seeking(Seeker.of_character(ADA))
    assert found.text == found.statement and not notes
    assert "lighthouse keeper" in found.text


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(types=("INFP", "INFJ")), {"eve", "fay"}),
        (Filters(gender="Male"), {"amy", "dot", "fay"}),
        (Filters(least_age=40), {"cai", "dot"}),
        (Filters(most_age=24), {"amy", "eve"}),
        (Filters(region="scotland"), {"cai", "dot"}),
        (Filters(exclude=("amy", "ben", "nobody")), {"cai", "dot", "eve", "fay"}),
    ],
)
async def test_filters(filters: Filters, expected: set[str]) -> None:
    ranking = await rank(Cosine(), EXAM, pool(), context(), count=9, filters=filters)
    assert {match.profile.id for match in ranking.matches} == expected
    assert ranking.eligible == len(expected)


async def test_filters_nobody_passes() -> None:
    with pytest.raises(Invalid, match="Loosen one"):
        await rank(Cosine(), EXAM, pool(), context(), filters=Filters(least_age=99))
    with pytest.raises(Invalid, match="Diversity is 2"):
        await rank(Cosine(), EXAM, pool(), context(), diversity=2)


async def test_variety_lets_no_story_be_told_by_three() -> None:
    twins = [PEOPLE[0].model_copy(update={"id": f"amy{n}", "name": f"Amy {n}"}) for n in range(5)]
    people = Pool((*twins, *PEOPLE[1:]))
    near = await rank(Cosine(by="words"), EXAM, people, context(), count=3, diversity=0)
    varied = await rank(Cosine(by="words"), EXAM, people, context(), count=3, diversity=1)
    assert sum(match.profile.id.startswith("amy") for match in near.matches) == 3
    assert sum(match.profile.id.startswith("amy") for match in varied.matches) <= 2
    assert likeness(twins[0], twins[1]) == 1.0 > likeness(PEOPLE[0], PEOPLE[3])


@pytest.mark.parametrize("method", [Affine(), Learned()])
async def test_too_few_ratings_are_said_and_fall_back(method: Affine | Learned) -> None:
    plain = await rank(Cosine(), EXAM, pool(), context())
    few = await rank(method, EXAM, pool(), context(), evidence=pairs(19))
    assert [m.profile.id for m in few.matches] == [m.profile.id for m in plain.matches]
    assert any("19 of 20 ratings" in note for note in few.notes) and few.high == 1.0
    noise = await rank(method, EXAM, pool(), context(), evidence=pairs(40))
    assert "No gain, so nothing is claimed" in noise.measured and noise.high == 1.0


async def test_learned_ratings_move_the_order_and_say_how_much() -> None:
    ranking = await rank(Learned(), EXAM, pool(), context(), count=6, evidence=pairs(60, "letters"), diversity=0)
    assert "a gain of" in ranking.measured and ranking.high == 5.0
    feeling = [match.profile.mbti[2] for match in ranking.matches if match.profile.mbti]
    assert feeling == sorted(feeling), "those led by feeling, like the seeker, come first"
    assert "led by feeling" in ranking.matches[0].reasons[-1].text
    line = await rank(Affine(), EXAM, pool(), context(), evidence=pairs(60, "near"))
    assert "a gain of" in line.measured and "r = " in line.measured and line.high == 5.0


async def test_ratings_under_another_embedder_do_not_count() -> None:
    foreign = tuple(pair.model_copy(update={"embedder": "other"}) for pair in pairs(60, "letters"))
    ranking = await rank(Learned(), EXAM, pool(), context(), evidence=foreign)
    assert any("0 of 20 ratings" in note for note in ranking.notes)


async def test_a_rating_becomes_evidence() -> None:
    pair = await rated(EXAM, "eve", 4, pool(), context())
    assert pair.features["differs_FT"] == 0 and pair.features["same_country"] == 1 and pair.features["age_gap"] == 0.3
    assert pair.embedder == "hash-384" and pair.at is not None
    for supporter, rating, said in (("eve", 6, "1 to 5"), ("nobody", 3, "not in this bank")):
        with pytest.raises(Invalid, match=said):
            await rated(EXAM, supporter, rating, pool(), context())
    with pytest.raises(Invalid, match="same person"):
        await rated(Seeker.of_profile(PEOPLE[0]), "amy", 3, pool(), context())


async def test_kindred_by_tropes() -> None:
    seeker = Seeker(feeling="hm", tropes=("dreamer",))
    ranking = await rank(TropeSpace(), seeker, pool(), context(), count=2, diversity=0)
    assert {match.profile.id for match in ranking.matches} == {"ben", "eve"}
    with pytest.raises(Invalid, match="no tropes to go by"):
        await rank(TropeSpace(), EXAM, pool(), context())
    with pytest.raises(Invalid, match="Nobody here is"):
        await rank(TropeSpace(), Seeker(feeling="hm", tropes=("Sings To Tractors",)), pool(), context())


async def test_a_model_s_opinion() -> None:
    def rule(request: object, number: int) -> str:
        rows = [{"id": id_, "rating": 5 if id_ == "dot" else 2, "why": "Fits."} for id_ in ("amy", "dot", "zorro")]
        return json.dumps({"ratings": rows})

    ranking = await rank(Rating(), EXAM, pool(), context(ScriptedModel(rule)))
    assert [match.profile.id for match in ranking.matches] == ["dot", "amy"]
    assert ranking.matches[0].reasons[0].text == "The model says: Fits."
    silent = await rank(Rating(), EXAM, pool(), context(ScriptedModel(lambda r, n: "no")))
    assert len(silent.matches) == 5 and "no usable rating" in silent.notes[-1]
    with pytest.raises(ModelUnavailable):
        await rank(Rating(), EXAM, pool(), context(ScriptedModel([ModelUnavailable("gone")] * 4)))


async def test_vectors_are_computed_once_and_kept(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    told: list[tuple[int, int]] = []
    first = Pool(PEOPLE, digest="abc", cache=folder)
    assert not first.ready(context().embedder)
    vectors = await first.vectors(context().embedder, progress=lambda done, total: told.append((done, total)))
    assert told == [(6, 6)] and len(list(folder.iterdir())) == 1
    again = Pool(PEOPLE, digest="abc", cache=folder)
    assert again.ready(context().embedder)
    assert np.abs(await again.vectors(context().embedder) - vectors).max() < 0.02


def test_topics() -> None:
    assert list(about("My mother died and I cannot sleep"))[:2] == ["grief", "health"]
    assert about("我很难过") == {}
    assert "study" in about("the EXAM is tomorrow") and "work" in about("my boss shouts")
