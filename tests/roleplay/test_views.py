"""A prompt holds what its reader witnessed, in an order a prefix cache likes."""

from __future__ import annotations

from studio.domain.event import Kind
from studio.domain.scene import Part
from studio.roleplay.clipping import clipped
from studio.roleplay.persona import persona
from studio.roleplay.views import (
    FRAME_CHARS,
    PROMPT_CHARS,
    TAIL_CHARS,
    actor_frame,
    character_view,
    narrator_view,
)
from tests.plays import ADA, BO, CAST, CY, PART_SECRET, SCENE, SECRET, Log, session


def prompt(log: Log, character, tail: str = "Your turn.") -> str:
    return "\n".join(message.content for message in character_view(log.transcript, character).messages(tail))


def test_a_frame_holds_the_readers_own_secrets_and_nobody_elses() -> None:
    ada, bo = actor_frame(session(), ADA), actor_frame(session(), BO)
    assert SECRET in ada and PART_SECRET not in ada
    assert PART_SECRET in bo and SECRET not in bo


def test_a_frame_names_those_on_stage_and_those_one_knows_but_no_stranger_still_to_come() -> None:
    frame = actor_frame(session(), ADA)
    assert "Bo Lind" in frame and "your nephew" in frame
    assert "Cy Marsh" not in frame


def test_a_latecomer_gets_nothing_of_what_came_before() -> None:
    log = Log()
    log.say("ada", "The oil is in the red can.")
    log.enter("cy")
    log.say("bo", "Evening, inspector.")
    assert "red can" not in prompt(log, CY)
    assert "Cy" in prompt(log, CY) and "Evening, inspector." in prompt(log, CY)


def test_somebody_off_stage_hears_nothing() -> None:
    log = Log()
    log.leave("bo")
    log.say("ada", "At last he is gone.")
    assert "At last" not in prompt(log, BO)


def test_thoughts_and_whispers_stay_where_they_belong() -> None:
    log = Log()
    log.add(Kind.THOUGHT, "ada", "He smells of money.", ["ada"])
    log.add(Kind.WHISPER, "bo", "Hide the book.", ["ada", "bo"], to=["ada"])
    assert "smells of money" in prompt(log, ADA) and "smells of money" not in prompt(log, BO)
    assert "Bo Lind (whispers to you): Hide the book." in prompt(log, ADA)
    assert "(whispered to Ada Voss) Hide the book." in prompt(log, BO)
    assert narrator_view(log.transcript, ["ada", "bo", "cy"]).lines == ()
    assert len(narrator_view(log.transcript, ["ada", "bo"]).lines) == 1


def test_the_narrator_writes_from_what_all_its_hearers_share() -> None:
    log = Log()
    log.say("ada", "The oil is in the red can.")
    log.enter("cy")
    log.say("bo", "Evening, inspector.")
    shared = " ".join(line.text for line in narrator_view(log.transcript, log.transcript.present).lines)
    assert "red can" not in shared and "Evening" in shared
    assert "red can" in " ".join(line.text for line in narrator_view(log.transcript, ["ada", "bo"]).lines)
    assert SECRET not in narrator_view(log.transcript, ["ada", "bo"]).frame


def test_edits_and_deletions_hold_in_prompts() -> None:
    log = Log()
    first = log.say("ada", "The oil is in the red can.")
    log.add(Kind.EDIT, "director", "The oil is in the blue can.", first.audience, replaces=first.id)
    second = log.say("ada", "Take the torch.")
    log.add(Kind.TOMBSTONE, "director", "", second.audience, hides=second.id)
    assert "blue can" in prompt(log, BO)
    assert "red can" not in prompt(log, BO) and "torch" not in prompt(log, BO)


def test_messages_alternate_and_ones_own_lines_are_the_assistants() -> None:
    log = Log()
    for actor, text in [("ada", "One."), ("bo", "Two."), ("bo", "Three."), ("ada", "Four.")]:
        log.say(actor, text)
    messages = character_view(log.transcript, ADA).messages("TAIL")
    assert [message.role for message in messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert messages[2].content == "One." and messages[4].content == "Four."
    assert messages[-1].content == "TAIL"


def test_the_prefix_of_the_last_prompt_returns_while_nothing_is_folded() -> None:
    log = Log()
    previous = ""
    for turn in range(9):
        text = prompt(log, ADA, "")
        assert text.startswith(previous.rstrip())
        previous = text
        log.say(("ada", "bo")[turn % 2], f"Line number {turn} about the weather.")


def test_long_plays_stay_within_the_prompt_and_fold_rarely() -> None:
    log = Log()
    moves, previous = 0, ""
    for turn in range(200):
        log.say(("ada", "bo")[turn % 2], f"{turn}: " + "the lamp is slow and the oil is low. " * 5)
        text = prompt(log, ADA, "t" * TAIL_CHARS)
        assert len(text) <= PROMPT_CHARS + 100
        moves += not text.startswith(previous[: -TAIL_CHARS - 50])
        previous = text
    assert 0 < moves < 40
    view = character_view(log.transcript, ADA)
    assert view.digest and "199: " in view.lines[-1].text


def test_a_crowds_chatter_is_shortened_but_the_last_line_is_whole() -> None:
    log = Log()
    for turn in range(8):
        log.say("bo", f"{turn}: " + "words " * 60)
    lines = character_view(log.transcript, ADA).lines
    assert len(lines[-1].text) > 300 and lines[0].text.endswith("…")


def test_a_huge_line_is_told_in_part() -> None:
    log = Log()
    log.say("bo", "x" * 50_000)
    assert len(prompt(log, ADA)) < PROMPT_CHARS


def test_a_persona_drops_examples_before_facts() -> None:
    long = ADA.model_copy(
        update={"speech": ADA.speech.model_copy(update={"examples": tuple("e" * 300 for _ in range(9))})}
    )
    text = persona(long, 1200)
    assert len(text) <= 1200 and "Keep the lamp lit" in text and SECRET in text


def test_clipping_ends_at_a_word() -> None:
    assert clipped("one two three", 9) == "one two…"
    assert clipped("short", 9) == "short"
    assert len(clipped("x" * 50, 9)) == 9


def test_everyone_in_a_cast_of_twelve_is_named() -> None:
    crowd = tuple(BO.model_copy(update={"id": f"b{i}", "name": f"Person {i}"}) for i in range(12))
    scene = SCENE.model_copy(update={"cast": ()})
    frame = actor_frame(session(scene, crowd), crowd[0])
    assert all(f"Person {i}" in frame for i in range(1, 12))
    assert len(CAST) == 3


def test_a_weak_model_gets_a_short_frame_and_examples_and_still_only_what_was_witnessed() -> None:
    log = Log()
    log.say("ada", "The oil is in the red can.")
    log.enter("cy")
    ada = character_view(log.transcript, ADA, simple=True)
    assert len(ada.frame) < len(character_view(log.transcript, ADA).frame) / 2
    assert ADA.speech.examples[0] in [message.content for message in ada.messages("") if message.role == "assistant"]
    cy = "\n".join(message.content for message in character_view(log.transcript, CY, simple=True).messages(""))
    assert "red can" not in cy and SECRET not in cy and SECRET in ada.frame


def test_whatever_the_length_of_what_people_write_there_is_room_for_the_play() -> None:
    words = "once upon a time " * 400
    crowd = tuple(
        ADA.model_copy(
            update={
                "id": f"p{i}",
                "name": f"Person {i}",
                "appearance": words,
                "backstory": words,
                "facts": (words,) * 20,
                "goals": (words,) * 5,
                "secrets": (f"secret of {i}: {words}", words),
                "relationships": {f"p{j}": words for j in range(12)},
            }
        )
        for i in range(12)
    )
    part = Part(character="p0", goal=words, secret=words)
    scene = SCENE.model_copy(update={"premise": words, "place": words, "mood": words, "cast": (part,)})
    for cast in (crowd[:1], crowd[:3], crowd):
        frame = actor_frame(session(scene, cast), cast[0])
        assert len(frame) <= FRAME_CHARS + 150, len(frame)
        assert "secret of 0" in frame and "secret of 1" not in frame
        log = Log(scene=scene, cast=cast)
        for turn in range(40):
            log.say(f"p{turn % len(cast)}", f"{turn} " + "the lamp is slow " * 20)
        assert len(prompt(log, cast[0], "t" * TAIL_CHARS)) <= PROMPT_CHARS + 250
        narrated = narrator_view(log.transcript, [one.id for one in cast]).messages("t" * TAIL_CHARS)
        assert sum(len(message.content) for message in narrated) <= PROMPT_CHARS


def test_in_a_crowd_the_relation_is_told_before_the_look() -> None:
    crowd = tuple(
        BO.model_copy(update={"id": f"b{i}", "name": f"Person {i}", "appearance": "tall, in a long red coat " * 9})
        for i in range(12)
    )
    ada = ADA.model_copy(update={"relationships": {"b3": "owes you forty crowns since the storm"}})
    frame = actor_frame(session(SCENE.model_copy(update={"cast": ()}), (ada, *crowd)), ada)
    assert "owes you forty crowns since the storm" in frame
    small = actor_frame(session(SCENE.model_copy(update={"cast": ()}), (ada, *crowd[:2])), ada)
    assert "tall, in a long red coat tall" in small


def test_clipping_to_nothing_gives_nothing() -> None:
    assert [clipped("one two", limit) for limit in (0, 1, 2, 7)] == ["", "…", "o…", "one two"]
