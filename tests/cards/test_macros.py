"""Macros: what each stands for, and that nothing put in is ever read again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.cards.macros import LIMIT, LONGEST_VALUE, MOST_VARIABLES, MacroNames, expand
from studio.cards.moments import formatted, span

NOW = datetime(2026, 3, 1, 15, 7, 9, tzinfo=UTC)
NAMES = MacroNames(
    char="Ada",
    user="Bo",
    group="Ada, Cy",
    group_not_muted="Ada",
    not_char="Cy, Bo",
    original="Stay in character.",
    description="A keeper.",
    personality="dry",
    greetings=("Evening.", "Shut that door."),
    last_message="The lamp is out.",
    last_user_message="Hello?",
    last_char_message="Mm.",
    last_message_id=7,
    last_at=NOW - timedelta(minutes=5),
    model="starter",
    max_prompt=4096,
    outlets={"cellar": "It is damp."},
)


def told(text: str, names: MacroNames = NAMES, seed: int = 1, **how: object) -> str:
    return expand(text, names, rng=random.Random(seed), clock=lambda: NOW, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("{{char}} met {{User}}.", "Ada met Bo."),
        ("<BOT> met <user>, <CHAR>.", "Ada met Bo, Ada."),
        ("{{ char }}", "Ada"),
        ("{{{user}}}", "{Bo}"),
        ("{{group}}|{{groupNotMuted}}|{{notChar}}|{{charIfNotGroup}}|<GROUP>", "Ada, Cy|Ada|Cy, Bo|Ada, Cy|Ada, Cy"),
        ("{{original}} Twice: {{original}}.", "Stay in character. Twice: ."),
        ("{{description}} {{personality}}{{scenario}}", "A keeper. dry"),
        ("{{charFirstMessage}} {{charFirstMessage::1}}", "Evening. Shut that door."),
        ("{{charFirstMessage::2}} {{charFirstMessage::x}}", "{{charFirstMessage::2}} {{charFirstMessage::x}}"),
        ("{{lastMessage}}/{{lastUserMessage}}/{{lastCharMessage}}/{{lastMessageId}}", "The lamp is out./Hello?/Mm./7"),
        ("{{outlet::cellar}}{{outlet::attic}}", "It is damp."),
        ("{{model}} {{maxPrompt}}", "starter 4096"),
        ("a{{// a note, {{user}} too }}b{{comment: c}}{{hidden_key:k}}{{noop}}{{//x}}d", "abd"),
        ("one\n\n{{trim}}\r\ntwo", "onetwo"),
        ("one{{newline}}two", "one\ntwo"),
        ("{{reverse:abc}} {{reverse::{{user}}}}", "cba oB"),
        ("{{time}}, {{date}}, {{weekday}}", "3:07 PM, March 1, 2026, Sunday"),
        ("{{isotime}} {{isodate}} {{time_UTC-5}}", "15:07 2026-03-01 10:07 AM"),
        ("{{time_UTC+24}} {{time_UTC+23}}", "{{time_UTC+24}} 2:07 PM"),
        ("{{datetimeformat DD.MM.YYYY [at] HH:mm:ss}}", "01.03.2026 at 15:07:09"),
        ("{{idleDuration}} {{idle_duration}}", "5 minutes 5 minutes"),
        ("{{setvar::mood::grim}}{{getvar::mood}} {{getvar::none}}.", "grim ."),
        ("{{setvar::n::5}}{{addvar::n::3}}{{getvar::n}} {{incvar::n}} {{decvar::n}}", "8 9 8"),
        ("{{addvar::list::a}}{{addvar::list::b}}{{addvar::list::3}}{{getvar::list}}", "ab3"),
        ("{{addvar::n::3}}{{addvar::n::b}}{{getvar::n}}", "3b"),
        ("{{setglobalvar::n::1.5}}{{addglobalvar::n::1}}{{getglobalvar::n}}{{getvar::n}}", "2.5"),
        ("{{if char}}yes{{else}}no{{/if}}", "yes"),
        ("{{if scenario}}yes{{else}}no{{/if}}", "no"),
        ("{{if !scenario}}yes{{/if}}", "yes"),
        ("{{if {{getvar::x}}}}yes{{else}}no{{/if}}", "no"),
        ("{{if 1}}a{{if 0}}b{{else}}c{{/if}}{{/if}}", "ac"),
        ("{{if off}}{{setvar::x::1}}{{/if}}{{getvar::x}}.", "."),
        ("{{unknown}} {{unknown::{{user}}}} {{}} {{user", "{{unknown}} {{unknown::Bo}} {{}} {{user"),
        (
            "{{user::x}} {{roll:d0}} {{roll:many}} {{/if}} {{else}}",
            "{{user::x}} {{roll:d0}} {{roll:many}} {{/if}} {{else}}",
        ),
        ("{{if x}}never closed", "{{if x}}never closed"),
        ("}} {{ }} {% for %} {{ config.items() }} {{7*7}}", "}} {{ }} {% for %} {{ config.items() }} {{7*7}}"),
        ("plain", "plain"),
    ],
)
def test_a_macro(text: str, reads: str) -> None:
    assert told(text) == reads


@pytest.mark.parametrize("text", ["{{random::a::b::c}}", "{{random:a,b , c}}", "{{random: a, b, c}}"])
def test_random_follows_the_dice(text: str) -> None:
    drawn = [told(text, seed=seed) for seed in range(60)]
    assert set(drawn) == {"a", "b", "c"}
    assert drawn == [told(text, seed=seed) for seed in range(60)]


def test_a_comma_can_be_escaped_and_only_the_drawn_one_is_read() -> None:
    assert told(r"{{random:one\, two}}") == "one, two"
    variables: dict[str, str] = {}
    drawn = told("{{random::{{setvar::a::1}}A::{{setvar::b::1}}B}}", variables=variables)
    assert variables == {drawn.lower(): "1"}


def test_pick_is_stable_for_a_chat_and_a_place() -> None:
    text = "{{pick::a::b::c::d}} {{pick::a::b::c::d}} {{pick::a::b::c::d}}"
    one = told(text, seed=1, chat="one")
    assert one == told(text, seed=2, chat="one")
    assert len({told(text, chat=str(chat)) for chat in range(20)}) > 5
    assert len({tuple(told(text, chat=str(chat)).split()) for chat in range(20)} - {(x, x, x) for x in "abcd"}) > 5


@pytest.mark.parametrize(
    ("formula", "least", "most"), [("d20", 1, 20), ("6", 1, 6), ("2d6+3", 5, 15), ("1d1-4", -3, -3), ("D2", 1, 2)]
)
def test_dice(formula: str, least: int, most: int) -> None:
    for opening in ("{{roll:", "{{roll::", "{{roll "):
        thrown = {int(told(f"{opening}{formula}}}}}", seed=seed)) for seed in range(300)}
        assert (min(thrown), max(thrown)) == (least, most)


def test_what_is_put_in_is_never_read_again() -> None:
    sly = MacroNames(user="{{char}}::{{setvar::x::1}}}}<BOT>", char="Ada", last_message="{{if 1}}a{{/if}}")
    variables: dict[str, str] = {}
    assert told("{{user}} {{lastMessage}}", sly, variables=variables) == f"{sly.user} {sly.last_message}"
    assert told("{{setvar::y::{{user}}}}{{getvar::y}}", sly, variables=variables) == sly.user
    assert told("{{random::{{user}}}}", sly, variables=variables) == sly.user
    assert told("{{if {{user}}}}x{{/if}}", sly, variables=variables) == "x"
    assert variables == {"y": sly.user}


def test_variables_belong_to_the_caller_and_are_bounded() -> None:
    variables = {"n": "41"}
    assert told("{{incvar::n}}", variables=variables) == "42"
    assert variables == {"n": "42"}
    assert told(f"{{{{setvar::big::{'x' * (LONGEST_VALUE + 1)}}}}}", variables=variables).startswith("{{setvar")
    doubling = "{{setvar::x::ab}}" + "{{addvar::x::{{getvar::x}}}}" * 60
    told(doubling, variables=variables)
    assert len(variables["x"]) <= LONGEST_VALUE
    told("".join(f"{{{{setvar::v{number}::1}}}}" for number in range(MOST_VARIABLES + 50)), variables=variables)
    assert len(variables) == MOST_VARIABLES


def test_too_much_is_left_as_written() -> None:
    long = MacroNames(user="x" * 100)
    assert told("{{user}}{{user}}{{user}}", long, limit=250) == "x" * 200 + "{{user}}"
    deep = "{{reverse:" * 400 + "a" + "}}" * 400
    assert told(deep)
    many = "{{if 1}}" * 400 + "a" + "{{/if}}" * 400
    assert "a" in told(many)


def test_it_ends_soon_whatever_is_nested() -> None:
    hostile = ("{{random::" * 20_000, "{{if a}}" * 20_000, "{" * 100_000, "}}" * 100_000)
    assert [told(text) for text in hostile] == [*hostile]
    assert told("{{roll:" * 200 + "x" + "}}" * 200).startswith("{{roll:")
    assert told("\n{{trim}}" * 20_000) == ""


PIECES = st.sampled_from(
    [
        "{{", "}}", "{", "::", ":", ",", "char", "user", "random", "pick", "roll", "2d6", "if", "else", "/if", "trim",
        "setvar", "getvar", "addvar", "x", "reverse", "//", "<USER>", "<bot>", " ", "\n", "!", "original", "unknown",
        "{{char}}", "{{user}}", "{{getvar::x}}", "{{/if}}", "{{else}}", "{{if ", "{{setvar::x::", "datetimeformat",
        "charFirstMessage", "time_UTC+9", "outlet", "incvar", "{{random::", "é", "\x00",
    ]
)  # fmt: skip
SLY = MacroNames(
    char="§", user="{{char}}<BOT>{{getvar::x}}", greetings=("{{user}}",), original="{{char}}", group="<CHAR>"
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80), st.integers(0, 5), st.integers(0, 300))
def test_no_text_raises_grows_without_bound_or_is_read_twice(text: str, seed: int, limit: int) -> None:
    variables: dict[str, str] = {}
    reads = told(text, SLY, seed=seed, limit=limit, variables=variables)
    assert len(reads) <= len(text) + limit
    lower = text.lower()
    asked = sum(lower.count(macro) for macro in ("char", "bot>", "§"))
    read = sum(lower.count(macro) for macro in ("getvar", "addvar"))
    if not read:
        assert reads.count("§") <= asked
    if "{{" not in text and "<" not in text:
        assert reads == text


@settings(deadline=None)
@given(st.text(alphabet="abc{}:<>", max_size=30), st.text(max_size=30))
def test_a_name_comes_out_as_it_is(name: str, around: str) -> None:
    plain = around.replace("{", "").replace("}", "").replace("<", "")
    assert told(f"{plain}{{{{user}}}}{plain}", MacroNames(user=name)) == f"{plain}{name}{plain}"
    assert len(told("{{user}}" * 3, MacroNames(user="x" * LIMIT))) <= LIMIT + 24


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=10), "a few seconds"),
        (timedelta(seconds=60), "a minute"),
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(minutes=60), "an hour"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=1), "a day"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=30), "a month"),
        (timedelta(days=90), "3 months"),
        (timedelta(days=400), "a year"),
        (timedelta(days=-1500), "4 years"),
    ],
)
def test_spans_in_words(length: timedelta, words: str) -> None:
    assert span(length) == words


@pytest.mark.parametrize(
    ("pattern", "reads"),
    [
        ("dddd, Do MMMM YY", "Sunday, 1st March 26"),
        ("ddd D MMM h:m:s a", "Sun 1 Mar 3:7:9 pm"),
        ("[YYYY] LT LL", "YYYY 3:07 PM March 1, 2026"),
        ("Z ZZ X SSS DDDD M H hh", "+01:00 +0100 1772374029 000 060 3 15 03"),
    ],
)
def test_dates(pattern: str, reads: str) -> None:
    assert formatted(NOW.replace(tzinfo=timezone(timedelta(hours=1))), pattern) == reads
