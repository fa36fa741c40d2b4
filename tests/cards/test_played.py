"""The macros of a card are replaced wherever its texts reach a prompt or a greeting, and the same at every turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.cards.played import called, introduced, macro_names, outlets_named, person_in, played
from studio.cards.reading import read_card
from studio.domain.character import Character, Identity, Voice
from studio.domain.scene import Part
from studio.export.messages_jsonl import MessagesJsonl
from studio.roleplay.happenings import openings
from studio.roleplay.views import actor_frame, character_view
from tests.cards import samples
from tests.plays import ADA, BO, CY, NOON, SCENE, Log, session

OLA = Character(
    id="ola",
    name="Ola Lind",
    age=40,
    backstory="{{char}} keeps the light for {{user}}. {{// a note}}Born {{date}}, {{random::north::south}}.",
    appearance="<BOT> is tall",
    identity=Identity(social="To {{user}}: {{char}}", personal="{{setvar::mood::calm}}{{getvar::mood}}"),
    speech=Voice(style="like {{user}}", examples=("Ah, {{user}}!", "{{// nothing}}")),
    goals=("To outwit {{USER}}.",),
    secrets=("{{char}} has {{roll:1d1}} key.",),
    facts=("{{unknown}} stays", "{{getvar::mood}}"),
    relationships={"bo": "{{char}}'s nephew"},
    greeting="*looks at {{user}}* You are late, {{user}}; it is {{time}}. {{pick::a::b::c}}",
)


def of(*others: Character, **fields: Any) -> Log:
    cast = (OLA, *others)
    scene = SCENE.model_copy(
        update={"cast": tuple(Part(character=one.id) for one in cast), "opening": "", "events": ()}
    )
    return Log(cast=cast, scene=scene.model_copy(update=fields))


def test_every_text_of_a_persona_is_told_plainly() -> None:
    made = of(BO)
    told = played(made.transcript.session, OLA, "")
    assert told.backstory.startswith("Ola Lind keeps the light for Bo Lind. Born March 1, 2026,")
    assert told.backstory.rsplit(" ", 1)[1] in ("north.", "south.")
    assert (told.appearance, told.identity.social) == ("Ola Lind is tall", "To Bo Lind: Ola Lind")
    assert told.identity.personal == "calm" and told.speech.style == "like Bo Lind"
    assert told.speech.examples == ("Ah, Bo Lind!",), "an example that says nothing is left out"
    assert told.goals == ("To outwit Bo Lind.",) and told.secrets == ("Ola Lind has 1 key.",)
    assert told.facts[0] == "{{unknown}} stays" and told.relationships == {"bo": "Ola Lind's nephew"}
    assert (told.name, told.greeting, told.extensions) == (OLA.name, OLA.greeting, OLA.extensions)
    assert played(made.transcript.session, BO) is BO


def test_a_prompt_a_greeting_and_an_export_hold_no_macro() -> None:
    made = of(BO)
    session_ = made.transcript.session
    simple = character_view(made.transcript, OLA, simple=True)
    for frame in (
        actor_frame(session_, played(session_, OLA)),
        character_view(made.transcript, OLA).frame,
        simple.frame,
    ):
        assert "{{" not in frame.replace("{{unknown}}", "") and "<BOT>" not in frame
    assert simple.examples == ("Ah, Bo Lind!",)
    assert "Ola Lind is tall" in character_view(made.transcript, BO).frame, "as others see her, too"
    (greeted,) = openings(made.transcript)
    assert greeted.text.startswith("*looks at Bo Lind* You are late, Bo Lind; it is 12:00 PM. ")
    made.say("ola", greeted.text)
    made.say("bo", "Yes.")
    made.say("ola", "Sit.")
    exported = "".join(MessagesJsonl().export([made.transcript]))
    assert "Ola Lind keeps the light" in exported and "{{char}}" not in exported


def test_the_same_words_at_every_turn_and_others_in_another_play() -> None:
    made = of(BO)
    frames = set()
    for number in range(6):
        frames.add(character_view(made.transcript, OLA).frame)
        made.say("bo" if number % 2 else "ola", f"Line {number}.")
    assert len(frames) == 1
    many = {played(session(id=f"s{number}", cast=(OLA, BO)), OLA).backstory for number in range(12)}
    assert len(many) == 2
    assert openings(of(BO).transcript) == openings(of(BO).transcript)


def test_user_is_whom_the_person_plays() -> None:
    made = of(BO, ADA)
    assert person_in(made.transcript) == "" and macro_names(made.transcript.session, OLA).user == "Bo Lind"
    made.say("ada", "It is me.", by="person")
    assert person_in(made.transcript) == "ada"
    assert "for Ada Voss." in character_view(made.transcript, OLA).frame
    assert macro_names(made.transcript.session, ADA, "ada").user == "Ola Lind", "not oneself"
    guest = Character(id="you", name="Robin", persona_type="user")
    assert person_in(of(BO, guest).transcript) == "you"
    assert macro_names(of().transcript.session, OLA).user == "you"


def test_nobody_still_to_come_is_named() -> None:
    made = of(BO, CY)
    scene = made.transcript.session.scene
    late = scene.model_copy(update={"cast": (*scene.cast[:2], Part(character="cy", entrance="turn 9"))})
    of_late = session(cast=(OLA, BO, CY), scene=late)
    names = macro_names(of_late, OLA, "cy")
    assert "Cy" not in names.model_dump_json() and names.user == "Bo Lind"


def test_another_characters_texts_never_come_in_by_a_macro() -> None:
    secret = BO.model_copy(update={"backstory": "He sank the ferry.", "secrets": ("He sank the ferry.",)})
    ola = OLA.model_copy(update={"backstory": "{{persona}}|{{description}}|{{lastMessage}}|{{char}}"})
    made = Log(cast=(ola, secret), scene=of(BO).transcript.session.scene)
    made.add(made.say("bo", "x").kind, "bo", "Unheard words.", ["bo"])
    frame = character_view(made.transcript, ola).frame
    assert "ferry" not in frame and "Unheard" not in frame and "|Ola Lind" in frame


def test_a_nickname_stands_for_char() -> None:
    character = read_card(samples.packed(samples.V3), "ola.json").character
    assert character.name == "Ola Lind" and called(character) == "Ola"
    assert called(ADA) == "Ada Voss"
    odd = ADA.model_copy(update={"extensions": {"card": {"data": {"nickname": ["x"]}}}})
    assert called(odd) == "Ada Voss"
    blank = ADA.model_copy(update={"extensions": {"card": {"data": {"nickname": " \n"}}}})
    assert called(blank) == "Ada Voss"


def test_outside_a_play_an_interviewer_is_the_user() -> None:
    told = introduced(OLA, NOON, "the interviewer")
    assert told.goals == ("To outwit the interviewer.",) and "March 1, 2026" in told.backstory
    assert introduced(ADA, NOON) == ADA


def test_jinja_never_sees_a_card() -> None:
    evil = "{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}{{ ''.__class__ }}{{ config }}{{ self }}{# no #}"
    made = of(BO)
    ola = OLA.model_copy(update={"backstory": evil, "greeting": evil})
    frame = actor_frame(made.transcript.session, played(made.transcript.session, ola))
    assert evil in frame


def test_outlets_are_found_in_every_text() -> None:
    named = OLA.model_copy(
        update={"goals": ("{{outlet::tides}}",), "backstory": "{{ OUTLET:: far away }} {{outlet::}}"}
    )
    assert outlets_named(named) == {"tides", "far away", ""}
    assert outlets_named(ADA) == frozenset()


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("{}<>:/|,abuser chr\n{}"), max_size=80))
def test_any_text_is_told_somehow(text: str) -> None:
    made = of(BO)
    ola = OLA.model_copy(update={"backstory": text, "greeting": text})
    assert isinstance(played(made.transcript.session, ola).backstory, str)
    character_view(made.transcript, ola)


@pytest.mark.parametrize("depth", [1, 30, 400])
def test_a_bomb_of_macros_stays_small(depth: int) -> None:
    bomb = "{{setvar::a::xxxxxxxxxx}}" + "{{setvar::a::{{getvar::a}}{{getvar::a}}}}" * depth + "{{getvar::a}}" * 1000
    made = of(BO)
    told = played(made.transcript.session, OLA.model_copy(update={"backstory": bomb}))
    assert len(told.backstory) < len(bomb) + 210_000
    assert len(character_view(made.transcript, OLA.model_copy(update={"backstory": bomb})).frame) < 4000
