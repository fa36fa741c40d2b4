"""What the stage shows, and to whom. Pure."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.event import DIRECTOR, NARRATOR, Draft, Kind
from studio.domain.memory import Memory, Recalled
from studio.domain.provenance import Usage
from studio.domain.session import Decision, SessionSummary
from studio.roleplay.lore_calling import Considered, Outcome
from studio.ui.panels import ago, backstage_of, controls_of, cost_text, plays_of, safety_note, usage_lines
from studio.ui.present import initials_of, live_of, script_of, visible
from studio.ui.takes import takes_of
from tests.plays import NOON, Log

ON_STAGE = frozenset({"ada", "bo"})


def _night() -> Log:
    log = Log()
    log.add(Kind.NARRATION, NARRATOR, "Rain on the glass.")
    log.add(Kind.THOUGHT, "ada", "He suspects nothing.", audience=["ada"])
    log.say("ada", "Mind the *third* step.", decision={"speaker": "ada", "reason": "Ada has been quiet."})
    log.say("bo", "I always do.")
    log.add(Kind.WHISPER, DIRECTOR, "Let the lamp go out.", audience=[], to=[NARRATOR])
    return log


def test_the_director_sees_everything_a_player_only_what_their_character_witnessed() -> None:
    transcript = _night().transcript
    texts = {viewer: [line.text for line in script_of(transcript, viewer).lines] for viewer in (DIRECTOR, "ada", "bo")}
    assert len(texts[DIRECTOR]) == 5
    assert texts["ada"] == ["Rain on the glass.", "He suspects nothing.", "Mind the *third* step.", "I always do."]
    assert texts["bo"] == ["Rain on the glass.", "Mind the *third* step.", "I always do."]


def test_a_latecomer_sees_nothing_from_before_the_entrance() -> None:
    log = _night()
    log.enter("cy")
    log.say("bo", "Evening, inspector.")
    assert [line.text for line in script_of(log.transcript, "cy").lines] == ["cy comes in.", "Evening, inspector."]


@given(
    st.lists(
        st.tuples(st.sampled_from(["ada", "bo", "cy"]), st.sets(st.sampled_from(["ada", "bo", "cy"]))), max_size=20
    )
)
def test_no_viewer_is_shown_an_event_outside_their_audience(told: list[tuple[str, set[str]]]) -> None:
    log = Log()
    for number, (actor, audience) in enumerate(told):
        log.add(Kind.SPEECH, actor, f"line {number}", audience=sorted(audience))
    for viewer in ("ada", "bo", "cy"):
        assert all(viewer in event.audience for event in visible(log.transcript, viewer))
        heard = sum(viewer in audience for _, audience in told)
        assert len(script_of(log.transcript, viewer).lines) == heard


def test_a_name_is_printed_when_the_speaker_changes() -> None:
    log = Log()
    for actor in ("ada", "ada", "bo"):
        log.say(actor, "So.")
    log.add(Kind.NARRATION, NARRATOR, "Thunder.")
    log.say("bo", "There it is.")
    assert [line.lead for line in script_of(log.transcript, DIRECTOR).lines] == [True, False, True, True, True]


def test_a_thought_and_the_line_it_led_to_stand_under_one_name() -> None:
    lines = script_of(_night().transcript, DIRECTOR).lines
    assert (lines[1].kind, lines[1].lead, lines[2].kind, lines[2].lead) == ("thought", True, "speech", False)


def test_reasons_are_for_the_director() -> None:
    transcript = _night().transcript
    assert script_of(transcript, DIRECTOR).lines[2].why == "Ada has been quiet."
    assert all(line.why == "" for line in script_of(transcript, "ada").lines)


def test_a_whisper_names_its_hearers() -> None:
    log = _night()
    log.add(Kind.WHISPER, "ada", "Not a word.", audience=["ada", "bo"], to=["bo"])
    whispers = [line for line in script_of(log.transcript, DIRECTOR).lines if line.kind == "whisper"]
    assert [line.to for line in whispers] == ["the narrator", "Bo Lind"]


def test_edited_lines_are_marked_and_hidden_ones_gone() -> None:
    log = Log()
    first, second = log.say("ada", "One."), log.say("bo", "Two.")
    log.add(Kind.EDIT, DIRECTOR, "Won.", replaces=first.id)
    log.add(Kind.TOMBSTONE, DIRECTOR, hides=second.id)
    (line,) = script_of(log.transcript, DIRECTOR).lines
    assert (line.text, line.edited) == ("Won.", True)


def test_only_a_window_is_shown_and_the_rest_counted() -> None:
    log = Log()
    for number in range(12):
        log.say("ada", str(number))
    script = script_of(log.transcript, DIRECTOR, window=5)
    assert [line.text for line in script.lines] == ["7", "8", "9", "10", "11"]
    assert script.earlier == 7
    assert script.lines[0].lead


def test_takes_are_counted_where_the_turn_branches_off() -> None:
    log = Log()
    opening = log.add(Kind.NARRATION, NARRATOR, "Rain.")
    path = [opening]
    tree = [opening]
    for number in (1, 2):
        thought = opening.model_copy(
            update={
                "id": f"t{number}",
                "parent": opening.id,
                "kind": Kind.THOUGHT,
                "actor": "ada",
                "parts": {"turn": f"t{number}"},
            }
        )
        line = opening.model_copy(
            update={
                "id": f"l{number}",
                "parent": thought.id,
                "kind": Kind.SPEECH,
                "actor": "ada",
                "parts": {"turn": f"t{number}"},
            }
        )
        tree += [thought, line]
        path = [opening, thought, line]
    third = opening.model_copy(update={"id": "l3", "parent": opening.id, "kind": Kind.SPEECH, "actor": "bo"})
    assert takes_of([*tree, third], path) == {"l2": (2, 3)}
    assert takes_of([*tree, third], [opening, third]) == {"l3": (3, 3)}


def test_an_unfinished_line_is_shown_to_the_director_and_its_speaker() -> None:
    transcript = _night().transcript
    draft = Draft(session="s1", parent=None, actor="bo", text="I was only", updated_at=NOON)
    shown = {viewer: script_of(transcript, viewer, draft=draft).draft is not None for viewer in (DIRECTOR, "ada", "bo")}
    assert shown == {DIRECTOR: True, "ada": False, "bo": True}


def test_nobody_reads_another_mind_while_a_line_is_made() -> None:
    transcript = _night().transcript
    assert live_of(transcript, DIRECTOR, "bo", "He lies.", "Well…").thought == "He lies."
    assert live_of(transcript, "bo", "bo", "He lies.", "Well…").thought == "He lies."
    assert live_of(transcript, "ada", "bo", "He lies.", "Well…").thought == ""
    assert live_of(transcript, "cy", "bo", "He lies.", "Well…").text == ""


def test_the_side_panel_keeps_another_characters_memories_from_a_player() -> None:
    transcript = _night().transcript
    memory = Memory(
        id="m",
        owner="me",
        character="bo",
        continuity="s1",
        session="s1",
        text="the bell",
        created_at=NOON,
        accessed_at=NOON,
    )
    recalled = [Recalled(memory=memory, recency=0.5, importance=0.25, relevance=1, score=1.75)]
    decision = Decision(speaker="bo", reason="Bo was spoken to.")
    lore = (
        Considered(book="b", entry="fog", title="The fog", outcome=Outcome.KEY, detail="bell", place="tail"),
        Considered(book="b", entry="reef", title="The reef", outcome=Outcome.PROBABILITY, detail="40"),
        Considered(book="b", entry="moon", title="The moon", outcome=Outcome.SILENT),
    )
    for viewer, sees in ((DIRECTOR, True), ("bo", True), ("ada", False)):
        panel = backstage_of(transcript, viewer, Usage(calls=3), "openai/x", decision, recalled, lore)
        assert bool(panel.recalled) == bool(panel.reason) == bool(panel.lore) == sees
        assert panel.left_out == (("The reef: its chance of 40 % did not come up.",) if sees else ())
        assert bool(panel.hidden) != sees
        assert bool(panel.company) == (viewer == DIRECTOR)
        assert dict(panel.usage)["Calls"] == "3"


def test_the_composer_offers_the_chairs_and_the_hearers_of_the_seat() -> None:
    transcript = _night().transcript
    director = controls_of(transcript, DIRECTOR, state="idle", status="", can_redo=False)
    assert [seat.id for seat in director.seats] == [DIRECTOR, "ada", "bo", "cy"]
    assert [hearer.id for hearer in director.hearers] == [NARRATOR, "", "ada", "bo"]
    seated = controls_of(transcript, "ada", state="idle", status="", can_redo=False)
    assert [hearer.id for hearer in seated.hearers] == ["", NARRATOR, "bo"]
    assert [person.id for person in seated.people] == ["ada", "bo"]


def test_there_is_something_to_undo_once_somebody_spoke() -> None:
    assert not controls_of(Log().transcript, DIRECTOR, state="idle", status="", can_redo=False).can_undo
    assert controls_of(_night().transcript, DIRECTOR, state="idle", status="", can_redo=False).can_undo


def test_figures_say_what_is_not_known() -> None:
    told = dict(usage_lines(Usage(calls=2, prompt_tokens=1000, evaluated_tokens=250, cost=None), ""))
    assert told["of these evaluated"] == "250 (25%)"
    assert told["Cost"] == "not known"
    assert told["Model"] == "none yet"
    assert [cost_text(cost) for cost in (0, 0.00123, 12.5)] == ["free", "$0.0012", "$12.50"]


def test_initials_come_from_any_script() -> None:
    names = ("Ada Voss", "Pennywhistle", "محمد علي", "🦊 Fox", "🦊", "Ursula K. Le Guin")
    assert [initials_of(name) for name in names] == ["AV", "P", "مع", "F", "🦊", "UG"]


def test_time_passed_is_told_in_words() -> None:
    seconds = (5, 150, 7300, 90_000, 1_000_000)
    told = [ago(NOON - timedelta(seconds=count), NOON) for count in seconds]
    assert told == ["just now", "2 min ago", "2 h ago", "yesterday", "17 Feb 2026"]


def test_the_list_of_plays_tells_what_to_choose_by() -> None:
    summary = SessionSummary(
        id="s", title="T", scene_title="S", cast_names=("A", "B"), turns=3, model="m", updated_at=NOON, has_draft=True
    )
    (play,) = plays_of([summary], NOON, current="s", query="", archived=False, more=False).items
    assert (play.cast, play.turns, play.unfinished) == ("A, B", 3, True)


def test_the_last_safe_copy_and_what_stands_in_its_way_are_told() -> None:
    assert safety_note(None, "", NOON) == "No safe copy has been made yet."
    assert safety_note(NOON, "", NOON) == "Last safe copy: just now."
    assert safety_note(NOON, "The disk is full.", NOON).endswith("The next one failed: The disk is full.")
