"""Lore stands where its book asks, as far as the beginning of a prompt can stay as it is; what is cut is told."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.event import Kind
from studio.domain.lorebook import Lorebook, LoreEntry, Position
from studio.domain.message import Request
from studio.domain.transcript import Transcript
from studio.roleplay.actor import Prompted, request_for
from studio.roleplay.lore import Lore, call_up, recorded, traced
from studio.roleplay.lore_calling import Fired, Outcome
from studio.roleplay.lore_placing import (
    AROUND_CHARS,
    LORE_CHARS,
    SIMPLE_CHARS,
    STEADY_CHARS,
    place,
    room_for,
)
from studio.roleplay.views import PROMPT_CHARS, character_view
from tests.plays import ADA, BO, CAST, SCENE, Clock, Log, dice


def entry(id_: str, **fields: Any) -> LoreEntry:
    return LoreEntry(**{"id": id_, "keys": (id_,), "content": f"About {id_}.", **fields})


def book(*entries: LoreEntry, **fields: Any) -> Lorebook:
    return Lorebook(**{"name": "Tides", "entries": entries, "token_budget": 500, **fields})


def called(transcript: Transcript, simple: bool = False) -> tuple[Request, Lore]:
    """Ada's next prompt and its lore, as the engine has them."""
    ada = transcript.session.character("ada")
    lore = call_up(transcript, ada, rng=dice(), clock=Clock(), simple=simple)
    view = character_view(transcript, ada, simple=simple, lore=lore.placed)
    prompted = Prompted(cue="Be brief.", lore=lore.placed)
    return request_for(transcript.session, ada, view, prompted, seed=1, simple=simple), lore


def log(*entries: LoreEntry, lines: int = 6, **fields: Any) -> Log:
    """Ada and Bo talk about everything in the book."""
    made = Log(scene=SCENE.model_copy(update={"lorebook": book(*entries, **fields)}))
    for number in range(lines):
        made.say("bo", f"Line {number}.")
    made.say("bo", " and ".join(one.keys[0] for one in entries if one.keys))
    return made


def test_each_entry_stands_in_its_place() -> None:
    places = {
        "first": {"position": Position.BEFORE_CHARACTER, "constant": True},
        "after": {"position": Position.AFTER_CHARACTER, "constant": True},
        "lastly": {"position": Position.AFTER_EXAMPLES, "constant": True},
        "called": {"position": Position.BEFORE_CHARACTER},
        "prior": {"position": Position.BEFORE_NOTE},
        "later": {"position": Position.AFTER_NOTE},
        "deep": {"position": Position.AT_DEPTH, "depth": 3},
        "newest": {"position": Position.AT_DEPTH, "depth": 0},
    }
    request, lore = called(log(*(entry(id_, **fields) for id_, fields in places.items())).transcript)
    system, tail = request.messages[0].content, request.messages[-1].content
    assert system.index("- About first.") < system.index("# Who you are") < system.index("- About after.")
    assert system.index("- About after.") < system.index("- About lastly.") < system.index("# Where you are")
    order = ["Line 3.", "[Keep in mind: About deep.]", "Line 4.", "first and after", "[Keep in mind: About newest.]"]
    order += ["You know:", "- About called.", "[Keep in mind: About prior.]", "to you alone: Be brief."]
    order += ["[Keep in mind: About later.]", "your turn.]"]
    assert sorted(order, key=tail.index) == order
    assert {one.entry: one.place for one in lore.considered} == {
        **dict.fromkeys(("first", "after", "lastly"), "frame"),
        **dict.fromkeys(("prior", "later"), "note"),
        "called": "tail",
        "deep": "depth 3",
        "newest": "depth 0",
    }


def test_roles_keep_the_messages_in_strict_alternation() -> None:
    entries = [
        entry(role, position=Position.AT_DEPTH, depth=2, role=role) for role in ("system", "user", "assistant")
    ] + [entry("own", position=Position.AT_DEPTH, depth=0, role="assistant")]
    made = log(*entries, lines=1)
    made.say("ada", "Mm.")
    made.say("bo", "system, user, assistant, own")
    request, _ = called(made.transcript)
    roles = [message.role for message in request.messages]
    assert roles[0] == "system" and roles[-1] == "user"
    assert all(one != other for one, other in pairwise(roles))
    whole = request.text
    first, second, third = (whole.index(text) for text in ("About assistant.", "About user.", "in mind: About system."))
    assert first < second < third < whole.index("Mm.")
    own = next(message for message in request.messages if "About own." in message.content)
    assert own.role == "assistant" and request.messages[-2] is own


def test_a_depth_beyond_the_play_is_its_beginning() -> None:
    request, _ = called(log(entry("deep", position=Position.AT_DEPTH, depth=999), lines=2).transcript)
    text = request.messages[-1].content
    assert text.index("The scene so far") < text.index("About deep.") < text.index("Line 0.")


def test_what_lasts_is_marked_for_the_cache_and_nothing_behind_an_inset_is() -> None:
    made = log(entry("deep", position=Position.AT_DEPTH, depth=2), lines=3)
    for number in range(3):
        made.say("ada", f"Mm {number}.")
        made.say("bo", f"deep {number}")
    request, _ = called(made.transcript)
    at = next(at for at, message in enumerate(request.messages) if "About deep." in message.content)
    assert [place for place, message in enumerate(request.messages) if message.cached] == [0, at - 1]


def test_an_outlet_is_filled_where_a_text_names_it() -> None:
    ada = ADA.model_copy(update={"backstory": "She keeps the log. {{outlet::tides}} {{outlet::calls}}"})
    steady = entry("t", position=Position.OUTLET, outlet="tides", constant=True)
    keyed = entry("c", position=Position.OUTLET, outlet="calls")
    lost = entry("x", position=Position.OUTLET, outlet="nowhere")
    made = Log(cast=(ada, *CAST[1:]), scene=SCENE.model_copy(update={"lorebook": book(steady, keyed, lost)}))
    made.say("bo", "c and x and t")
    request, lore = called(made.transcript)
    assert "She keeps the log. About t." in request.messages[0].content and "{{" not in request.text
    assert "- About c." in request.messages[-1].content and "About x." not in request.text
    cut = {one.entry: one.sentence for one in lore.considered if one.cut}
    assert cut == {"x": "x: no text of the character has a place for it, {{outlet::nowhere}}."}


def test_the_frame_stays_the_same_whatever_keys_call() -> None:
    entries = (entry("always", constant=True), entry("lamp"), entry("oil", sticky=2), entry("fog", cooldown=3))
    made = Log(scene=SCENE.model_copy(update={"lorebook": book(*entries, scan_depth=1)}))
    frames, texts = set(), []
    for line in ("the lamp", "nothing", "oil", "fog", "fog", "always", "lamp oil fog"):
        made.say("bo", line)
        request, lore = called(made.transcript)
        frames.add(request.messages[0].content)
        texts.append(request.text.split("your turn.]")[0])
        made.say("ada", "Mm.", lore=recorded(lore.considered))
    assert len(frames) == 1 and "About always." in frames.pop()
    for earlier, later in pairwise(texts):
        told = earlier.split("You know:")[0].split("Director, to you")[0].rstrip()
        assert later.startswith(told), "what was told before is told again in the same words"


@pytest.mark.parametrize(
    "changing", [{"probability": 99}, {"cooldown": 2}, {"groups": ("g",)}, {"content": "{{time}}"}]
)
def test_what_may_change_stands_in_the_tail(changing: dict[str, Any]) -> None:
    request, lore = called(log(entry("always", constant=True, **changing)).transcript)
    (one,) = lore.considered
    assert one.place == "tail" and "- " in request.messages[-1].content


def test_what_was_called_and_cut_is_told_with_the_reason() -> None:
    entries = (
        entry("lamp", order=5),
        entry("dear", content="x" * 1200, order=9),
        entry("late", order=1, content="y" * 700),
        entry("rare", probability=0),
        entry("calm", cooldown=30),
        entry("slow", delay=99),
        entry("one", groups=("g",), group_override=True),
        entry("two", groups=("g",)),
        entry("unsaid", keys=("never",)),
    )
    made = Log(scene=SCENE.model_copy(update={"lorebook": book(*entries, token_budget=300)}))
    made.say(
        "ada", "Mm.", lore=[{"book": "Tides", "entry": "calm", "title": "calm", "outcome": "key", "detail": "calm"}]
    )
    made.say("bo", "lamp dear late rare calm slow one two")
    _, lore = called(made.transcript)
    event = made.say("ada", "Mm.", lore=recorded(lore.considered))
    trace = {one.entry: one for one in traced(event)}
    assert trace.keys() == {"lamp", "dear", "late", "rare", "calm", "slow", "one", "two"}
    assert {one.entry for one in trace.values() if one.fired} == {"one"}
    assert trace["rare"].sentence == "rare: its chance of 0 % did not come up."
    assert trace["calm"].sentence == "calm: rests; messages to go: 28 (called by “calm”)."
    assert trace["slow"].sentence == "slow: comes only after 99 messages (called by “slow”)."
    assert trace["two"].sentence == "two: gave way to one, of the same group."
    assert trace["late"].outcome is Outcome.BUDGET and "no room left in the book" in trace["late"].sentence
    assert all(one.fired is not one.cut for one in trace.values())
    assert "unsaid" not in trace


def test_a_record_of_before_the_trace_still_counts() -> None:
    log_ = Log()
    event = log_.say("ada", "Mm.", lore=[{"book": "Tides", "entry": "lamp", "because": "sticky"}, {"odd": 1}, "x"])
    (one,) = traced(event)
    assert (one.outcome, one.fired) == (Outcome.STICKY, True)


def test_a_weak_model_is_told_one_thing_in_its_tail() -> None:
    entries = (entry("always", constant=True, content="a" * 150), entry("lamp", content="b" * 150, order=101))
    request, lore = called(log(*entries).transcript, simple=True)
    assert "Ada Voss knows: bbb" in request.messages[-1].content and "aaa" not in request.text
    assert {one.entry: one.outcome for one in lore.considered if one.cut} == {"always": Outcome.ROOM}


def test_somebody_with_a_second_card_of_the_name_is_found_by_the_name_in_a_scope() -> None:
    ada = ADA.model_copy(update={"id": "ada", "name": "Ada Voss"})
    _, lore = called(log(entry("lamp", scope=("ada-voss",))).transcript)
    assert lore.fired == {"lamp": "lamp"}
    other = BO.model_copy(update={"id": "ada-voss"})
    made = Log(
        cast=(ada, other),
        scene=SCENE.model_copy(
            update={
                "lorebook": book(entry("lamp", scope=("ada-voss",))),
                "cast": (SCENE.cast[0], SCENE.cast[1].model_copy(update={"character": "ada-voss"})),
            }
        ),
    )
    made.say("ada", "lamp")
    assert not called(made.transcript)[1].fired


def test_macros_in_lore_know_only_what_its_reader_witnessed() -> None:
    content = "{{char}} of {{user}}: {{lastMessage}} / {{lastUserMessage}} / {{lastCharMessage}}"
    made = log(entry("lamp", content=content), entry("{{user}}", content="It is {{user}}."), lines=0)
    made.say("bo", "The lamp, Bo Lind!", by="person")
    made.add(Kind.SPEECH, "bo", "Unheard.", ["bo"], by="person")
    request, lore = called(made.transcript)
    assert "Ada Voss of Bo Lind: The lamp, Bo Lind! / The lamp, Bo Lind! / " in request.text
    assert "It is Bo Lind." in request.text and "Unheard" not in request.text
    assert lore.fired["{{user}}"] == "{{user}}"


FIRED = st.builds(
    lambda number, size, steady, fields: Fired(
        entry=LoreEntry(id=str(number), content="word " * size, **fields), because="k", book="b", steady=steady
    ),
    st.integers(0, 99),
    st.integers(0, 300),
    st.booleans(),
    st.fixed_dictionaries(
        {
            "position": st.sampled_from(Position),
            "priority": st.integers(0, 3),
            "order": st.integers(0, 9),
            "depth": st.integers(0, 9),
            "outlet": st.sampled_from(["", "here", "there"]),
        }
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(FIRED, max_size=8), st.integers(0, 1200), st.booleans())
def test_no_prompt_takes_more_than_its_room_and_no_entry_is_forgotten(
    fired: list[Fired], room: int, simple: bool
) -> None:
    placed = place(fired, room, frozenset({"here"}), simple=simple)
    assert len(placed.seats) == len(fired)
    steady = sum(map(len, (*placed.before, *placed.after, *placed.outlets.values())))
    passing = sum(map(len, (*placed.tail, *placed.before_cue, *placed.after_cue)))
    passing += sum(len(inset.text) for inset in placed.insets)
    assert steady <= STEADY_CHARS + 8 and passing <= room
    for one, seat in zip(fired, placed.seats, strict=True):
        assert (seat.zone is None) == (not seat.text)
        assert seat.placeless == (one.entry.position is Position.OUTLET and one.entry.outlet != "here")
        if not seat.text and not seat.placeless and one.entry.content:
            assert len(one.entry.content) > room - passing - AROUND_CHARS * len(fired)


def test_the_room_is_what_books_allow_within_bounds() -> None:
    assert room_for([]) == room_for([book()]) == room_for([book(entry("a", enabled=False))]) == 0
    assert room_for([book(entry("a"), token_budget=50)]) == 200
    assert room_for([book(entry("a"))] * 3) == LORE_CHARS and room_for([book(entry("a"))], simple=True) == SIMPLE_CHARS


@pytest.mark.parametrize("lines", [3, 40, 120])
def test_a_prompt_full_of_lore_keeps_its_bound(lines: int) -> None:
    entries = [entry(f"k{n}", content=f"{n} " + "word " * 60, position=position, constant=n % 2 == 0)
               for n, position in enumerate([*Position] * 2)]  # fmt: skip
    long = ADA.model_copy(update={"backstory": "She keeps the lamp. " * 300})
    made = Log(cast=(long, *CAST[1:]), scene=SCENE.model_copy(update={"lorebook": book(*entries, token_budget=4000)}))
    for number in range(lines):
        made.say(
            "bo" if number % 2 else "ada", f"{number} " + " ".join(one.keys[0] for one in entries) + " and so on" * 20
        )
    request, lore = called(made.transcript)
    assert sum(len(message.content) for message in request.messages) <= PROMPT_CHARS
    assert lore.fired and any(one.cut for one in lore.considered)
