"""Lore: what calls an entry up, what keeps it out, and the reason given for each."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.lorebook import Logic, Lorebook, LoreEntry, Position
from studio.roleplay.lore import explain, fire
from studio.roleplay.lore_calling import FIRED, Considered, Outcome, Past
from tests.plays import dice

TEXTS = ("Ada: Wind's backing.", "Bo: The lamp is out, and the wick with it.")


def entry(id_: str = "lamp", *keys: str, **fields: Any) -> LoreEntry:
    """An entry called by its id where no key is given."""
    return LoreEntry(id=id_, keys=keys or (id_,), **{"content": f"About the {id_}.", **fields})


def book(*entries: LoreEntry, **fields: Any) -> Lorebook:
    return Lorebook(entries=entries, **{"token_budget": 1000, **fields})


def fired(*books: Lorebook, texts: tuple[str, ...] = TEXTS, knower: str = "ada", **how: Any) -> list[str]:
    return [one.entry.id for one in fire(books, knower, texts, **how)]


def told(*books: Lorebook, texts: tuple[str, ...] = TEXTS, knower: str = "ada", **how: Any) -> dict[str, Considered]:
    return {one.entry: one for one in explain(books, knower, texts, **how)}


def test_an_entry_written_before_there_was_more_still_works() -> None:
    old = {"name": "Tides", "scan_depth": 2, "token_budget": 50}
    entries = [{"id": "lamp", "keys": ["lamp"], "content": "It burns paraffin.", "order": 10, "scope": ["ada"]}]
    tides = Lorebook.model_validate({**old, "entries": entries})
    (one,) = fire([tides], "ada", TEXTS)
    assert (one.entry.content, one.because) == ("It burns paraffin.", "lamp")
    assert fire([tides], "bo", TEXTS) == ()


@pytest.mark.parametrize(
    ("key", "fields", "text", "called"),
    [
        ("lamp", {}, "The LAMP!", True),
        ("lamp", {"case_sensitive": True}, "The LAMP!", False),
        ("lamp", {}, "lamplight", False),
        ("lamp", {"whole_words": False}, "lamplight", True),
        ("red lamp", {}, "two red lamps", True),
        ("C++", {}, "he writes C++ at night", True),
        ("C++", {}, "xC++", False),
        ("Straße", {}, "in der STRASSE", True),
        ("café", {}, "the cafe\u0301 opens", True),
        ("灯台", {}, "古い灯台の光", True),
        ("등대", {}, "등대가 꺼졌다", True),
        ("фонарь", {}, "Фонарь погас", True),
        ("", {}, "anything", False),
        ("/lamps?$/i", {}, "Bring the LAMPS", True),
        ("/lamps?$/i", {"use_regex": False}, "Bring the LAMPS", False),
        ("/lamps?$/i", {"use_regex": False}, "the key is /lamps?$/i here", True),
        (r"/\x01Bo:[^\x01]*lamp/", {}, "Bo: my lamp", True),
        (r"/\x01Ada:[^\x01]*lamp/", {}, "Bo: my lamp", False),
    ],
)
def test_keys(key: str, fields: dict[str, Any], text: str, called: bool) -> None:
    assert bool(fired(book(entry("one", key, **fields)), texts=(text,))) is called


@pytest.mark.parametrize(
    ("logic", "none", "some", "every"),
    [
        (Logic.AND_ANY, False, True, True),
        (Logic.AND_ALL, False, False, True),
        (Logic.NOT_ANY, True, False, False),
        (Logic.NOT_ALL, True, True, False),
    ],
)
def test_secondary_keys(logic: Logic, none: bool, some: bool, every: bool) -> None:
    one = book(entry(secondary_keys=("oil", "wick"), logic=logic))
    texts = ("a lamp", "a lamp and oil", "a lamp, oil and a wick")
    assert [bool(fired(one, texts=(text,))) for text in texts] == [none, some, every]
    unused = book(entry(secondary_keys=("oil", "wick"), logic=logic, selective=False))
    assert all(fired(unused, texts=(text,)) for text in texts)


def test_an_excluded_key_keeps_an_entry_out() -> None:
    one = told(book(entry(excluded_keys=("wick",))))["lamp"]
    assert (one.outcome, one.detail) == (Outcome.EXCLUDED, "wick")


def test_scan_depth_counts_messages_back_from_the_newest() -> None:
    texts = ("lamp", "one", "two", "three")
    assert not fired(book(entry(), scan_depth=3), texts=texts)
    assert fired(book(entry(), scan_depth=4), texts=texts)
    assert fired(book(entry(scan_depth=4), scan_depth=1), texts=texts)
    assert not fired(book(entry(scan_depth=0), scan_depth=9), texts=texts)


def test_who_knows_it() -> None:
    secret = book(entry("spare-key", "bell", scope=("ada",)), entry("rumour", "bell", withheld_from=("cy",)))
    assert fired(secret, texts=("the bell",), knower="ada") == ["spare-key", "rumour"]
    assert fired(secret, texts=("the bell",), knower="bo") == ["rumour"]
    assert fired(secret, texts=("the bell",), knower="cy") == []
    assert told(secret, texts=("the bell",), knower="cy")["spare-key"].outcome is Outcome.SCOPE


def test_order_is_the_order_in_the_prompt_across_books() -> None:
    first = book(entry("late", "lamp", order=200), entry("early", "lamp", order=1))
    assert fired(first, book(entry("between", "lamp", order=50))) == ["early", "between", "late"]


def test_the_budget_serves_the_highest_order_and_stops_at_the_first_that_does_not_fit() -> None:
    large, small = "x" * 400, "y" * 40
    entries = (
        entry("strong", "lamp", order=300, content=small),
        entry("large", "lamp", order=200, content=large),
        entry("would-fit", "lamp", order=100, content=small),
        entry("regardless", "lamp", order=50, content=large, ignore_budget=True),
    )
    tight = book(*entries, token_budget=60)
    assert fired(tight) == ["regardless", "strong"]
    reasons = told(tight)
    assert [reasons[id_].outcome for id_ in ("large", "would-fit")] == [Outcome.BUDGET, Outcome.BUDGET]
    assert reasons["large"].sentence == "lamp: no room left in the book's 60 tokens."


def test_priority_goes_before_order_and_each_book_has_its_own_budget() -> None:
    text = "x" * 40
    weak = entry("weak", "lamp", order=900, content=text)
    kept = entry("kept", "lamp", order=1, priority=5, content=text)
    other = book(entry("other", "lamp", content=text), token_budget=10)
    assert fired(book(weak, kept, token_budget=10), other) == ["kept", "other"]


def test_probability_is_rolled_once_and_the_seed_decides() -> None:
    chancy = book(entry(probability=30))
    rolls = [bool(fired(chancy, rng=random.Random(seed))) for seed in range(400)]
    assert 80 < sum(rolls) < 160
    assert rolls == [bool(fired(chancy, rng=random.Random(seed))) for seed in range(400)]
    never = told(book(entry(probability=0)), rng=dice())["lamp"]
    assert (never.outcome, never.detail) == (Outcome.PROBABILITY, "0")
    assert fired(book(entry(probability=100)), rng=dice()) == ["lamp"]


def test_without_dice_the_same_texts_give_the_same_chance() -> None:
    chancy = book(*(entry(f"e{number}", "lamp", probability=50) for number in range(30)))
    assert fired(chancy) == fired(chancy) != fired(chancy, texts=(*TEXTS, "Cy: Another lamp."))


def test_a_constant_entry_is_always_there_and_a_disabled_one_never() -> None:
    both = book(entry("sky", "nothing", constant=True), entry("off", "lamp", enabled=False))
    assert [(one.entry.id, one.because) for one in fire([both], "ada", TEXTS)] == [("sky", "constant")]
    assert told(both)["off"].outcome is Outcome.DISABLED


def test_recursion_finds_what_called_lore_mentions_and_says_through_what() -> None:
    chain = (
        entry("stores", "wick", content="Paraffin is kept below."),
        entry("paraffin", content="It comes by the tender."),
        entry("tender", content="She sails on Fridays."),
    )
    assert fired(book(*chain)) == ["stores"]
    reasons = told(book(*chain, recursive=True))
    assert [one.outcome for one in reasons.values()] == [Outcome.KEY, Outcome.RECURSION, Outcome.RECURSION]
    assert reasons["tender"].through == "paraffin"
    assert reasons["tender"].sentence == "tender: called by “tender” in the text of paraffin."
    closed = (chain[0].model_copy(update={"prevent_recursion": True}), *chain[1:])
    assert fired(book(*closed, recursive=True)) == ["stores"]
    deaf = (chain[0], chain[1].model_copy(update={"exclude_recursion": True}), chain[2])
    assert fired(book(*deaf, recursive=True)) == ["stores"]


def test_recursion_ends_even_where_every_entry_calls_the_next() -> None:
    ring = book(*(entry(f"k{n}", f"k{n}", content=f"k{(n + 1) % 200}") for n in range(200)), recursive=True)
    assert 1 < len(fired(ring, texts=("k0",))) < 200


def test_a_book_that_is_not_recursive_neither_feeds_nor_is_fed() -> None:
    feeding = book(entry("stores", "wick", content="Paraffin is kept below."), recursive=True)
    assert fired(feeding, book(entry("paraffin"))) == ["stores"]
    assert fired(feeding, book(entry("paraffin"), recursive=True)) == ["stores", "paraffin"]


def test_an_entry_that_waits_for_recursion_comes_level_by_level() -> None:
    waiting = book(
        entry("first", "lamp", delay_until_recursion=1, content="nothing new"),
        entry("second", "lamp", delay_until_recursion=2),
        entry("opener", "wick", content="opens"),
        recursive=True,
    )
    assert fired(waiting) == ["first", "second", "opener"]
    alone = book(entry("first", "lamp", delay_until_recursion=1), recursive=True)
    assert told(alone)["first"].outcome is Outcome.WAITING


def test_of_a_group_one_joins_by_weight() -> None:
    weather = book(
        entry("rain", "lamp", groups=("weather",), group_weight=30),
        entry("fog", "lamp", groups=("weather",), group_weight=10),
        entry("never", "lamp", groups=("weather",), group_weight=0),
    )
    winners = [fired(weather, rng=random.Random(seed)) for seed in range(400)]
    assert all(len(winner) == 1 for winner in winners)
    assert 240 < sum(winner == ["rain"] for winner in winners) < 360
    assert ["never"] not in winners
    reasons = told(weather, rng=dice())
    (winner,) = [one.title for one in reasons.values() if one.fired]
    assert {one.detail for one in reasons.values() if one.outcome is Outcome.GROUP} == {winner}


def test_an_override_wins_its_group_by_order_and_scoring_by_keys_found() -> None:
    prized = book(
        entry("plain", "lamp", groups=("g",), order=900),
        entry("low", "lamp", groups=("g",), group_override=True, order=5),
        entry("high", "lamp", groups=("g",), group_override=True, order=9),
    )
    assert fired(prized) == ["high"]
    scored = book(
        entry("one", "lamp", "absent", groups=("g",)),
        entry("two", "lamp", "wick", groups=("g",)),
        entry("three", "lamp", groups=("g",), secondary_keys=("wick", "wind"), order=3),
        group_scoring=True,
    )
    assert {tuple(fired(scored, rng=random.Random(seed))) for seed in range(20)} == {("three",)}


def test_secondary_keys_score_where_they_ask_for_presence() -> None:
    both = ("wick", "wind")
    scored = {
        logic: book(
            entry("two", "lamp", "wick", groups=("g",)),
            entry("one", "lamp", groups=("g",), secondary_keys=keys, logic=logic),
            group_scoring=True,
        )
        for logic, keys in ((Logic.AND_ALL, both), (Logic.AND_ANY, both), (Logic.NOT_ANY, ("x", "y", "z")))
    }
    winners = {logic: fired(one, rng=dice()) for logic, one in scored.items()}
    assert winners == {Logic.AND_ALL: ["one"], Logic.AND_ANY: ["one"], Logic.NOT_ANY: ["two"]}


def test_a_group_already_served_takes_no_second_in_a_later_round() -> None:
    late = book(
        entry("served", "lamp", groups=("g",), content="paraffin"),
        entry("paraffin", groups=("g", "other")),
        recursive=True,
    )
    assert fired(late) == ["served"]
    assert told(late)["paraffin"].detail == "lamp"


def test_of_two_in_a_group_one_gives_way_and_other_groups_go_their_own_way() -> None:
    pair = book(entry("one", "lamp", groups=("g",)), entry("two", "lamp", groups=("g",)))
    assert len(fired(pair)) == 1
    later = book(
        entry("served", "lamp", groups=("g",), content="paraffin"),
        entry("paraffin", groups=("other",)),
        recursive=True,
    )
    assert fired(later) == ["served", "paraffin"]


def test_what_stays_from_before_wins_its_group_and_is_served_first() -> None:
    past = (Past(book="book 1", entry="staying", at=1),)
    rivals = book(
        entry("staying", "absent", groups=("g",), sticky=9, order=1),
        entry("strong", "lamp", groups=("g",), group_override=True, order=900),
    )
    assert fired(rivals, heard=5, past=past) == ["staying"]
    assert told(rivals, heard=5, past=past)["strong"].detail == "absent"
    alone = rivals.entries[1].model_copy(update={"groups": ()})
    crowded = book(rivals.entries[0], alone, token_budget=5)
    assert fired(crowded, heard=5, past=past) == ["staying"]
    assert fired(crowded) == ["strong"]


def test_macros_are_replaced_in_keys_and_contents() -> None:
    def expand(text: str) -> str:
        return text.replace("{{user}}", "Bo")

    one = book(entry("one", "{{user}}", content="{{user}} sells radios."))
    (found,) = fire([one], "ada", TEXTS, expand=expand)
    assert (found.entry.content, found.because) == ("Bo sells radios.", "{{user}}")


def test_a_regular_expression_that_runs_for_ever_is_cut_off_and_named() -> None:
    evil = book(entry("evil", "/(a+)+$/", content="never"), entry("calm", "/a{3}/", content="here"))
    texts = ("a" * 5000 + "!",)
    assert fired(evil, texts=texts) == ["calm"]
    reason = told(evil, texts=texts)["evil"]
    assert reason.outcome is Outcome.UNUSABLE
    assert reason.sentence == "/(a+)+$/: the regular expression /(a+)+$/ takes too long."


def test_a_regular_expression_that_cannot_be_used_says_why() -> None:
    odd = book(entry("broken", "/(/"), entry("plain", "and/or"), entry("both", "/(/", "lamp"))
    reasons = told(odd)
    assert [one.outcome for one in reasons.values()] == [Outcome.UNUSABLE, Outcome.SILENT, Outcome.KEY]
    assert reasons["broken"].detail == "the regular expression /(/ cannot be used: a bracket is left open"


def test_where_an_entry_asks_to_stand_comes_out_with_it() -> None:
    placed = entry(position=Position.AT_DEPTH, depth=2, role="assistant")
    (one,) = fire([book(placed)], "ada", TEXTS)
    assert (one.entry.position, one.entry.depth, one.entry.role) == (Position.AT_DEPTH, 2, "assistant")


def test_every_book_has_a_label_of_its_own() -> None:
    books = (book(entry(), name="Tides"), book(entry(), name="Tides"), book(entry()))
    assert len({one.book for one in fire(books, "ada", TEXTS)}) == 3


WORDS = ("lamp", "wick", "oil", "fog", "bell")
ENTRIES = st.builds(
    LoreEntry,
    id=st.sampled_from(tuple("abcdefgh")),
    keys=st.lists(st.sampled_from((*WORDS, "/l.mp/", "/(/")), max_size=3).map(tuple),
    content=st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
    enabled=st.booleans(),
    constant=st.booleans(),
    order=st.integers(-5, 5),
    scope=st.sampled_from(((), ("ada",), ("bo",))),
    withheld_from=st.sampled_from(((), ("ada",))),
    secondary_keys=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    logic=st.sampled_from(Logic),
    excluded_keys=st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
    probability=st.sampled_from((0, 50, 100)),
    ignore_budget=st.booleans(),
    exclude_recursion=st.booleans(),
    prevent_recursion=st.booleans(),
    delay_until_recursion=st.integers(0, 3),
    groups=st.lists(st.sampled_from(("g", "h")), max_size=2, unique=True).map(tuple),
    group_weight=st.integers(0, 3),
    group_override=st.booleans(),
    group_scoring=st.sampled_from((None, True, False)),
    delay=st.integers(0, 4),
)
BOOKS = st.builds(
    Lorebook,
    entries=st.lists(ENTRIES, max_size=8).map(tuple),
    token_budget=st.integers(1, 12),
    scan_depth=st.integers(0, 3),
    recursive=st.booleans(),
    group_scoring=st.booleans(),
)
LINES = st.lists(st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join), max_size=5).map(tuple)


@settings(deadline=None)
@given(st.lists(BOOKS, max_size=3), LINES, st.integers(0, 99))
def test_whatever_the_books_the_rules_hold(books: list[Lorebook], lines: tuple[str, ...], seed: int) -> None:
    joined = fire(books, "ada", lines, rng=random.Random(seed))
    reasons = explain(books, "ada", lines, rng=random.Random(seed))
    entries = [entry for one in books for entry in one.entries]
    assert len(reasons) == len(entries)
    assert sum(one.outcome in FIRED for one in reasons) >= len(joined)
    for one in joined:
        assert one.entry.enabled and one.entry.delay <= len(lines)
        assert "ada" not in one.entry.withheld_from and one.entry.scope in ((), ("ada",))
        assert one.entry.probability > 0
    assert [one.entry.order for one in joined] == sorted(one.entry.order for one in joined)
    for number, one in enumerate(books, start=1):
        spent = sum(
            -(-len(hit.entry.content) // 4)
            for hit in joined
            if hit.book == f"book {number}" and not hit.entry.ignore_budget
        )
        assert spent <= one.token_budget
    for group in ("g", "h"):
        assert sum(group in hit.entry.groups for hit in joined) <= 1


@settings(deadline=None)
@given(BOOKS, LINES, st.text(max_size=40))
def test_what_nobody_told_the_character_calls_nothing_up(one: Lorebook, lines: tuple[str, ...], aside: str) -> None:
    """The scan has no other source than the texts it is given."""
    silent = one.model_copy(
        update={"entries": tuple(entry.model_copy(update={"constant": False}) for entry in one.entries)}
    )
    assert fire([silent], "ada", (), rng=random.Random(1)) == ()
    assert fire([silent], "ada", ("",), heard=9, rng=random.Random(1)) == ()
