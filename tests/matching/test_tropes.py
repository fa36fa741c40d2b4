"""The space of tropes, communities in it, and lines ranked for what was heard."""

from __future__ import annotations

import itertools
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from studio.errors import Invalid, NotFound
from studio.matching.tropes import naming, ranks, space
from studio.matching.tropes.community import Limits, community, frequencies, read_communities, standing
from studio.matching.tropes.space import CharacterSpace
from studio.matching.tropes.style import Line, StyleRanker, bench, persona_text

LISTS = {"A": "ABCDEF", "B": "BACEDF", "C": "CBAFDE", "D": "DEFABC", "E": "EDBFAC", "F": "FDECBA"}


def groups(seed: int = 0) -> list[tuple[str, str]]:
    """Two groups of ten characters with eight tropes each, seven of ten cells filled."""
    rng = random.Random(seed)
    return [
        (f"{group}{one:02}", f"{group} trope {trope}")
        for group in ("left", "right")
        for one in range(10)
        for trope in range(8)
        if rng.random() < 0.7
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BadassBookworm", "badass bookworm"),
        ("TheHeart", "the heart"),
        ("MsFanservice", "ms fanservice"),
        ("Reluctant hero", "reluctant hero"),
        ("AFatherToHisMen", "a father to his men"),
        ("ÉlanVital", "élan vital"),
        ("Catch22", "catch22"),
        ("SuperOCD", "super ocd"),
        ("", ""),
    ],
)
def test_names_are_read_as_words(name: str, words: str) -> None:
    assert naming.decamel(name) == words


def test_the_vocabulary_is_large_and_each_trope_says_what_it_means() -> None:
    tropes = naming.vocabulary()
    assert len(tropes) >= 200
    assert len({naming.decamel(trope.name) for trope in tropes}) == len(tropes)
    assert all(trope.meaning.endswith(".") and len(trope.meaning) < 140 for trope in tropes)
    names = {naming.decamel(trope.name) for trope in tropes}
    others = [naming.decamel(other) for trope in tropes for other in trope.also]
    assert len(set(others)) == len(others) and not names & set(others)


def test_synonyms_meet() -> None:
    assert naming.representative("LoneWolf") == naming.representative("loner") == naming.representative("lone wolf")
    assert naming.representative("Sings To Tractors") == "Sings To Tractors"
    assert naming.overlap(["Loner", "mentor"], ["lone wolf", "the mentor"]) == 1.0
    assert naming.overlap([], []) == 0.0


def test_the_picker_finds_by_beginning_and_meaning() -> None:
    assert naming.known("mentor")[0].name.casefold().endswith("mentor")
    assert naming.known("zzzz") == ()
    assert len(naming.known("")) == 8


def test_the_published_reduction(shared_data: Path) -> None:
    text = (shared_data / "data" / "aloha" / "trope_reduction.json").read_text(encoding="utf-8")
    reduction = naming.read_reduction(text)
    assert (len(reduction), len(set(reduction.values()))) == (709, 214)
    assert naming.representative("Adorkable", reduction) == "DoggedNiceGuy"
    assert naming.representative("NobodySaysThis", reduction) == "NobodySaysThis"
    for name in reduction:
        once = naming.representative(name, reduction)
        assert isinstance(naming.representative(once, reduction), str)


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1}'])
def test_a_reduction_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="trope reduction"):
        naming.read_reduction(text)


def test_the_published_demo_characters(shared_data: Path) -> None:
    tropes = json.loads((shared_data / "data" / "aloha" / "demo_hlas.json").read_text(encoding="utf-8"))
    assert len({name for names in tropes.values() for name in names}) == 36
    ids, _names, counts = space.table((id_, name) for id_, names in tropes.items() for name in names)
    likeness = space.rarity(counts) @ space.rarity(counts).T
    at = {id_: row for row, id_ in enumerate(ids)}
    expected = {
        ("Picard", "Grissom"): (0.142857, 0.178288),
        ("Sheldon", "Monica"): (0.066667, 0.087087),
        ("Monica", "Marge"): (0.066667, 0.087087),
    }
    for one in ids:
        for other in ids:
            if one < other:
                both = set(tropes[one]) & set(tropes[other])
                jaccard = len(both) / len(set(tropes[one]) | set(tropes[other]))
                known = expected.get((one, other)) or expected.get((other, one)) or (0.0, 0.0)
                assert jaccard == pytest.approx(known[0], abs=1e-6)
                assert likeness[at[one], at[other]] == pytest.approx(known[1], abs=1e-6)


def test_the_worked_community() -> None:
    likes = LISTS["A"][:4]
    counted = frequencies({like: LISTS[like][:4] for like in likes}, "A")
    assert counted == {"B": 3, "C": 3, "D": 2, "E": 2, "F": 2}
    full = frequencies({like: LISTS[like][:4] for like in likes}, "nobody")
    assert full["A"] == 4
    assert [one for one in "BCDEF" if standing(counted[one], 3) == "positive"] == ["B", "C"]
    assert round(math.log(counted["B"]), 6) == 1.098612


@pytest.mark.parametrize(
    ("n", "expected"),
    [(20, (3, 5, 3)), (68, (6, 17, 5)), (100, (10, 25, 9)), (1024, (102, 30, 10)), (44288, (4428, 30, 10))],
)
def test_the_limits_scale(n: int, expected: tuple[int, int, int]) -> None:
    limits = Limits.of(n)
    assert (limits.first, limits.second, limits.threshold) == expected


def test_the_published_communities(shared_data: Path) -> None:
    rows = read_communities((shared_data / "data" / "aloha" / "communities.csv").read_text(encoding="utf-8"))
    assert len(rows) == 640 and len({row.target for row in rows}) == 3
    assert all(row.weight == pytest.approx(math.log(row.freq), abs=1e-6) for row in rows)
    assert round(math.log(118), 6) == 4.770685
    positives = {
        target: sum(row.target == target and standing(row.freq, 10) == "positive" for row in rows)
        for target in ("SHELDON", "PICARD", "MONICA")
    }
    assert list(positives.values()) == [96, 52, 104]


def test_a_broken_line_of_a_table_is_named() -> None:
    with pytest.raises(Invalid, match="Line 2: freq"):
        read_communities("target_id,target,target_show,freq,weight,work,character\na,b,c,many,1,d,e\n")


def test_groups_are_told_apart_and_the_loss_never_rises() -> None:
    fitted = CharacterSpace.fit(groups(), reg=1.0)
    for id_ in fitted.ids:
        nearest = [other for other, _ in fitted.similar(id_, 6)]
        assert nearest[0] == id_
        assert all(other[:4] == id_[:4] for other in nearest[1:])
    assert fitted.factors is not None
    losses = fitted.factors.losses
    assert all(after <= before * (1 + 1e-6) for before, after in itertools.pairwise(losses))


def test_groups_are_told_apart_at_the_paper_s_settings_too() -> None:
    fitted = CharacterSpace.fit(groups())
    for id_ in fitted.ids:
        assert all(other[:4] == id_[:4] for other, _ in fitted.similar(id_, 6))


def test_the_same_seed_gives_the_same_space_and_map() -> None:
    one, other = (CharacterSpace.fit(groups(), seed=3) for _ in range(2))
    assert np.array_equal(one.places, other.places)
    assert np.array_equal(one.coordinates(), other.coordinates())
    assert one.coordinates().shape == (20, 2) and np.abs(one.coordinates()).max() <= 1


def test_hidden_cells_are_found_again() -> None:
    _, _, counts = space.table(groups())
    found = space.held_out_precision(counts, factors=36, alpha=20, reg=1.0, iters=60, seed=0)
    assert found >= 0.2


def test_a_community_explains_itself() -> None:
    fitted = CharacterSpace.fit(groups())
    found = community(fitted, "left00")
    assert found.positive and all(id_.startswith("left") for id_ in found.positive)
    assert all(one.tropes for one in found.neighbours if one.standing == "positive")
    assert "left00" not in {one.id for one in found.neighbours}
    assert set(found.negative(fitted.ids)) >= {id_ for id_ in fitted.ids if id_.startswith("right")}


def test_a_community_of_those_whose_lines_are_known() -> None:
    fitted = CharacterSpace.fit(groups())
    found = community(fitted, "left00", among=frozenset({"left01", "right01"}))
    assert {one.id for one in found.neighbours} <= {"left01", "right01"}


def test_few_characters_are_compared_by_rarity() -> None:
    fitted = CharacterSpace.fit([("a", "x"), ("a", "y"), ("b", "x"), ("c", "z"), ("d", "y"), ("d", "y")])
    assert fitted.factors is None
    assert fitted.similar("a")[0] == ("a", pytest.approx(1.0))
    assert fitted.shared("a", "b") == ("x",)
    assert fitted.tropes_of("d") == ("y",)
    assert fitted.suggest(["x"]) == ("y",)


def test_suggestions_are_what_kin_have() -> None:
    fitted = CharacterSpace.fit(groups())
    offered = fitted.suggest(["left trope 0", "left trope 1"])
    assert offered and all(name.startswith("left") for name in offered)
    assert fitted.suggest(["nobody has this"]) == ()


def test_a_character_without_tropes_is_told_so() -> None:
    fitted = CharacterSpace.fit(groups())
    with pytest.raises(NotFound, match="no tropes yet"):
        fitted.similar("stranger")
    with pytest.raises(NotFound, match="no tropes yet"):
        community(fitted, "stranger")


def test_too_few_characters_and_all_alike() -> None:
    with pytest.raises(Invalid, match="at least 4"):
        community(CharacterSpace.fit([("a", "x"), ("b", "x")]), "a")
    with pytest.raises(Invalid, match="No character has"):
        CharacterSpace.fit([])
    alike = CharacterSpace.fit([(f"c{n}", trope) for n in range(20) for trope in ("x", "y")])
    assert "cannot be told apart" in community(alike, "c3").note


def test_rare_characters_and_tropes_are_dropped_in_one_pass() -> None:
    rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x")]
    ids, names, counts = space.table([*rows, ("a", "x")], least=2)
    assert ids == ("a", "b") and names == ("x", "y")
    assert counts.tolist() == [[2, 1], [1, 1]]


def test_ranks() -> None:
    given = [1, 3, 2, 8, 1]
    assert ranks.hits(given, 1) == 0.4 and ranks.hits(given, 5) == 0.8
    found = ranks.report(given, [20] * 5)
    assert found.mrr == pytest.approx(0.591667, abs=1e-6) and found.mean_rank == 3.0
    assert ranks.rank_of([0.5] * 20, 3) == 10, "whoever says nothing is no better than chance"
    with pytest.raises(Invalid):
        ranks.report([], [])


LINES = tuple(
    Line(character=who, heard=heard, said=said)
    for who, heard, said in (
        ("left00", "Where is the lantern?", "The lantern hangs by the door, as ever."),
        ("left01", "Is the boat ready?", "The boat was ready before you were."),
        ("left02", "Will it storm?", "A storm is only weather with opinions."),
        ("right00", "Is the boat ready?", "Ask the boat."),
        ("right01", "Where is the lantern?", "I sold the lantern."),
    )
)


def test_kin_lend_their_manner_and_never_the_target_s_own() -> None:
    ranker = StyleRanker(LINES)
    found = community(CharacterSpace.fit(groups()), "left00")
    ranked = ranker.by_kin(found, "Is the boat ready?")
    assert ranked[0].line.said == "The boat was ready before you were."
    assert {one.line.character for one in ranked} <= set(found.positive)
    assert any(one.line.character == "left00" for one in ranker.by_kin(found, "the lantern", zero_shot=False))
    best = max((line for line in LINES if line.character in found.positive), key=lambda line: "boat" in line.heard)
    assert ranker.answer(found, "the boat, ready?") == best.said
    with pytest.raises(Invalid):
        StyleRanker(())


def test_a_small_pool_is_used_whole() -> None:
    found = bench(StyleRanker(LINES), {})
    assert found.n == 5 and found.candidates == 5.0


def test_a_persona_is_told_by_eight_tropes() -> None:
    text = persona_text([f"Trope{letter}Name" for letter in "ABCDEFGHIJ"])
    assert text.count("i am trope") == 8


def test_the_published_dialogues(shared_data: Path) -> None:
    """The style ranker on SimsConv: the true line among 20."""
    folder = shared_data / "data" / "simschat"
    personas, lines = {}, []
    for file in sorted((folder / "characters").glob("*.txt")):
        personas[file.stem.removeprefix("wiki_")] = file.read_text(encoding="utf-8-sig")
    for file in sorted((folder / "dialogue").glob("*.json")):
        name = file.stem.removeprefix("generated_agent_dialogue_")
        for dialogue in json.loads(file.read_text(encoding="utf-8")):
            spoken = [turn for turn in dialogue["dialogue"] if turn["action"] == "(speaking)"]
            lines += [
                Line(character=name, heard=heard["content"], said=said["content"])
                for heard, said in itertools.pairwise(spoken)
                if said["role"] == name and heard["role"] != name
            ]
    assert len(lines) == 2416
    ranker = StyleRanker(lines, personas.values())
    heard, persona, both = (
        bench(ranker, personas, use_heard=use_heard, use_persona=use_persona)
        for use_heard, use_persona in ((True, False), (False, True), (True, True))
    )
    assert heard.hits_1 >= 0.57 and persona.hits_1 >= 0.21
    assert both.hits_1 >= 0.59 and both.mrr >= 0.68
    assert both.candidates == 20
