"""What is found in a character, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from studio.domain.character import BigFive, Character, Identity, Voice
from studio.generation.checks import CHECKS, Finding, Severity, check
from studio.generation.checks.secrecy import tells
from studio.library import Library
from tests.cards.strategies import CHARACTERS

ROOT = Path(__file__).resolve().parent.parent.parent.parent
LIBRARY = Library(ROOT, ROOT / "nobody")
OPTIONS = LIBRARY.options()
CAST = LIBRARY.characters()

GOOD = Character(
    id="nell",
    name="Nell Cobb",
    age=40,
    career="a harbour pilot",
    traits=("stubborn", "playful"),
    mbti="ENFP",
    backstory="Grew up on a ferry.",
    speech=Voice(style="dry", habits=("Counts waves.",), examples=("Mind the rope, it minds you.",)),
    goals=("to get home",),
    secrets=("Sank the Halcyon on 3 May for the insurance.",),
    facts=("Nell is afraid of gulls.", "Nell keeps a blue tin."),
    greeting='*Nell coils a rope and looks at you.* "You are late. Do you see that ship?"',
)


def found(**changes: object) -> list[tuple[str, str, str]]:
    character = Character.model_validate({**{name: getattr(GOOD, name) for name in Character.model_fields}, **changes})
    return [(one.check, one.field, one.severity.value) for one in check(character, OPTIONS)]


def test_a_good_character_has_no_findings() -> None:
    assert check(GOOD, OPTIONS) == ()


@pytest.mark.parametrize("character", CAST, ids=lambda character: character.id)
def test_the_shipped_cast_has_none_either(character: Character) -> None:
    assert [str(finding) for finding in check(character, OPTIONS)] == []


TOO_LONG = " ".join(f"On day {day} the tide came in at {day % 12} and went out again, as usual." for day in range(99))
CASES = [
    ({"traits": ("Neat", "a slob")}, ("opposed", "traits.1", "error")),
    ({"tropes": ("The Stoic", "Large Ham")}, ("opposed", "tropes.1", "error")),
    ({"traits": ("neat", "NEAT")}, ("opposed", "traits.1", "warning")),
    ({"big_five": BigFive(openness=4, conscientiousness=4, extraversion=1.5, agreeableness=4, negative_emotionality=4)},
     ("at_odds", "mbti", "warning")),
    ({"traits": ("a loner",)}, ("at_odds", "traits.0", "warning")),
    ({"age": 12}, ("too_young_or_old", "age", "warning")),
    ({"backstory": TOO_LONG}, ("told_nowhere", "backstory", "warning")),
    ({"backstory": TOO_LONG}, ("cut_short", "backstory", "warning")),
    ({"backstory": TOO_LONG[:2000]}, ("cut_short", "backstory", "hint")),
    ({"traits": (), "big_five": BigFive(openness=5, conscientiousness=5, extraversion=5, agreeableness=5,
                                        negative_emotionality=5)}, ("unsaid", "big_five", "warning")),
    ({"persona_type": "real"}, ("without_consent", "consent", "error")),
    ({"persona_type": "user"}, ("without_consent", "consent", "warning")),
    ({"persona_type": "fictional"}, ("without_source", "sources", "hint")),
    ({"persona_type": "demographic", "facts": ()}, ("stereotyped", "facts", "warning")),
    ({"goals": ()}, ("gaps", "goals", "hint")),
    ({"speech": Voice(style="dry")}, ("gaps", "speech.examples", "hint")),
    ({"greeting": "{{user}} says hello back."}, ("speaking_for_the_reader", "greeting", "error")),
    ({"greeting": "Hello.\nYou: Oh, hi!"}, ("speaking_for_the_reader", "greeting", "error")),
    ({"alternate_greetings": ("<USER>: Hi.",)}, ("speaking_for_the_reader", "alternate_greetings.0", "error")),
    ({"greeting": "*Nell waves. You smile back.*"}, ("speaking_for_the_reader", "greeting", "warning")),
    ({"greeting": 'You step aboard. "Welcome," says Nell.'}, ("speaking_for_the_reader", "greeting", "warning")),
    ({"backstory": "{{rumour}} loved her once."}, ("leftover", "backstory", "warning")),
    ({"facts": ("[insert name] is tall.",)}, ("leftover", "facts.0", "warning")),
    ({"greeting": "As an AI, I cannot coil ropes."}, ("leftover", "greeting", "error")),
    ({"backstory": "Grew up on a ferry that went from one side of the water to the other side and back and"},
     ("broken_off", "backstory", "hint")),
    ({"greeting": "On 3 May I sank the Halcyon for the insurance."}, ("leaking", "greeting", "error")),
    ({"backstory": "Sank the Halcyon on 3 May for the insurance."}, ("leaking", "backstory", "warning")),
    ({"facts": ("Nell keeps a blue tin.", "Nell keeps a blue tin!")}, ("repeated", "facts.1", "warning")),
    ({"facts": ("Nell fears gulls over the harbour.", "The harbour gulls Nell fears.")},
     ("repeated", "facts.1", "warning")),
    ({"alternate_greetings": (GOOD.greeting,)}, ("repeated", "alternate_greetings.0", "warning")),
    ({"speech": Voice(style="dry", examples=("Yes.",))}, ("lines_out_of_bounds", "speech.examples.0", "warning")),
    ({"speech": Voice(style="dry", examples=("word " * 61,))}, ("lines_out_of_bounds", "speech.examples.0", "warning")),
    ({"speech": Voice(style="dry", examples=("Nell: Mind it all.",))},
     ("lines_out_of_bounds", "speech.examples.0", "warning")),
    ({"speech": Voice(style="dry", examples=("*waves a hand*",))},
     ("lines_out_of_bounds", "speech.examples.0", "warning")),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "finding"), CASES)
def test_a_fault_is_found_where_it_is(changes: dict[str, object], finding: tuple[str, str, str]) -> None:
    assert finding in found(**changes)


def test_every_check_has_a_case() -> None:
    assert {finding[0] for _, finding in CASES} == {look.__name__ for look in CHECKS}


@pytest.mark.parametrize(
    "greeting",
    [
        '"Do you think it will hold?" Nell asks you. "You decide."',
        "*She waits until you decide.* Well?",
        "*Nell sees you step closer.* You said noon. You always said noon.",
        "You are not on my list, so you are a guest. There is soup.",
        "*She looks where you are looking.* You took your time, and you feel it, don't you?",
        "Thank you. Nods come cheap.",
    ],
)
def test_talking_to_the_reader_is_not_talking_for_them(greeting: str) -> None:
    assert [one for one in found(greeting=greeting) if one[0] == "speaking_for_the_reader"] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("She mended nets for 20 years, then sank the Halcyon for insurance.", True),
        ("The Halcyon lies off the point. In May there is a regatta. Insurance is dear.", False),
        ("Nell Cobb sold boats.", False),
    ],
)
def test_a_secret_is_told_by_its_detail_within_a_sentence(text: str, told: bool) -> None:
    assert tells(text, "Nell sank the Halcyon for the insurance.", "Nell Cobb") is told


def test_errors_come_first_and_say_what_to_do() -> None:
    bad = GOOD.model_copy(
        update={
            "goals": (),
            "traits": ("neat", "a slob"),
            "greeting": "{{user}} nods.",
            "identity": Identity(social="{{char}} is known {{where}}."),
        }
    )
    findings = check(bad, OPTIONS)
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.ERROR and severities[-1] is Severity.HINT
    assert str(findings[0]).startswith("error: traits.1: 'neat' and 'a slob' exclude each other. Keep one.")
    assert all(isinstance(finding, Finding) and finding.message.endswith(".") for finding in findings)


def test_macros_a_play_knows_are_no_leftovers() -> None:
    texts = {
        "greeting": "Well, {{user}}? I am {{char}}.",
        "backstory": "{{char}} grew up on a {{random::ferry::quay}}.",
    }
    assert [one for one in found(**texts) if one[0] in ("leftover", "told_nowhere")] == []


def test_without_options_the_rest_still_works() -> None:
    bad = GOOD.model_copy(update={"traits": ("neat", "a slob"), "greeting": "{{user}} nods."})
    assert {finding.check for finding in check(bad)} == {"speaking_for_the_reader"}


@given(CHARACTERS)
@settings(max_examples=60, deadline=None)
def test_whatever_there_is_can_be_checked(character: Character) -> None:
    for finding in check(character, OPTIONS):
        assert finding.message.strip() and finding.field
        assert finding.field.split(".")[0] in Character.model_fields
