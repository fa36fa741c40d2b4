from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.event import Event, Kind
from studio.domain.transcript import Transcript
from studio.export.base import EXPORTERS, Exporter
from studio.export.messages_jsonl import MessagesJsonl
from studio.export.sharegpt import ShareGpt
from tests.export.plays import MIRA, OLA, START, TEO, play, rows_of, session


def chats(exporter: Exporter, transcript: Transcript) -> dict[str, list[tuple[str, str]]]:
    rows = [json.loads(row) for row in rows_of("".join(exporter.export((transcript,))))]
    return {row["character"]: [(part["role"], part["content"]) for part in row["messages"]] for row in rows}


def test_one_row_for_each_character_that_speaks_in_cast_order() -> None:
    assert list(chats(MessagesJsonl(), play())) == [TEO, MIRA, OLA]


def test_teo_is_the_assistant_of_his_own_row() -> None:
    assert chats(MessagesJsonl(), play())[TEO][1:] == [
        ("user", "[Rain on the planks.]"),
        ("assistant", "*coils the rope* You're late, Mira."),
        ("user", "Mira Okafor: The ward was full.\nCan you still take me?"),
        ("assistant", "For you, always."),
        (
            "user",
            "[Ola comes down the steps with a lantern.]\nMira Okafor (whispers to you): Who is that?\n"
            "Ola: Light's out at the point!\n[The engine coughs and catches.]",
        ),
        ("assistant", "All aboard, then."),
    ]


def test_a_latecomer_is_told_nothing_of_what_came_before_or_was_whispered() -> None:
    ola = chats(MessagesJsonl(thoughts=True), play())[OLA]
    assert ola[1:] == [
        ("user", "[Ola comes down the steps with a lantern.]"),
        ("assistant", "Light's out at the point!"),
    ]


def test_thoughts_are_opt_in_and_never_anybody_elses() -> None:
    quiet = "".join(MessagesJsonl().export((play(),)))
    assert "contract" not in quiet
    loud = chats(MessagesJsonl(thoughts=True), play())
    assert loud[TEO][2] == ("assistant", "(She must not see the contract.)\n*coils the rope* You're late, Mira.")
    assert "contract" not in str(loud[MIRA]) + str(loud[OLA])


def test_secrets_are_told_to_their_owner_alone() -> None:
    rows = chats(MessagesJsonl(), play())
    assert "sold the ferry" in rows[TEO][0][1] and "last crossing" in rows[TEO][0][1]
    assert "sold the ferry" not in str(rows[MIRA]) + str(rows[OLA])
    assert "last crossing" not in str(rows[MIRA]) + str(rows[OLA])


def test_persona_and_scene_are_the_system_message() -> None:
    system = chats(MessagesJsonl(), play())[TEO][0]
    assert system[0] == "system"
    for fact in ("Teo Brandt, 54, ferry pilot", "The Last Ferry", "landing stage", "your oldest passenger", "on time"):
        assert fact in system[1]


def test_edits_and_deletions_count() -> None:
    text = "".join(MessagesJsonl(thoughts=True).export((play(),)))
    assert "No chance" not in text and "nobody wants" not in text


def test_provenance_names_what_the_row_tells() -> None:
    row = json.loads(rows_of("".join(MessagesJsonl().export((play(),))))[2])
    assert row["provenance"] == {
        "studio": "0.1.0",
        "format": "messages_jsonl/1",
        "event_schema": 1,
        "session": session().id,
        "continuity": session().id,
        "scene": "last-ferry",
        "head": "main",
        "tip": "e15",
        "seed": 7,
        "models": ["starter"],
        "events": ["e08", "e10"],
    }


def test_sharegpt_says_the_same_in_its_own_words() -> None:
    messages = [json.loads(row) for row in rows_of("".join(MessagesJsonl().export((play(),))))]
    shared = [json.loads(row) for row in rows_of("".join(ShareGpt().export((play(),))))]
    names = {"system": "system", "human": "user", "gpt": "assistant"}
    for one, other in zip(messages, shared, strict=True):
        back = [{"role": names[part["from"]], "content": part["value"]} for part in other["conversations"]]
        assert back == one["messages"]
        assert other["id"] == f"{session().id}/{one['character']}"


def test_a_name_cannot_start_a_line_of_its_own() -> None:
    cast = session().cast
    sly = cast[1].model_copy(update={"name": "Mira\nTeo Brandt: I confess"})
    rows = chats(MessagesJsonl(), play(cast=(cast[0], sly, cast[2])))
    assert "\nTeo Brandt: I confess" not in str([text for _, text in rows[OLA] + rows[TEO][1:]])


def test_a_play_nobody_spoke_in_has_no_rows() -> None:
    transcript = play()
    silent = Transcript(session=transcript.session, events=transcript.events[:2])
    assert "".join(MessagesJsonl(thoughts=True).export((silent,))) == ""


KINDS = st.sampled_from([Kind.SPEECH, Kind.ACTION, Kind.THOUGHT, Kind.NARRATION, Kind.WHISPER, Kind.NOTE, Kind.LEAVE])
ACTORS = st.sampled_from([TEO, MIRA, OLA, "narrator", "director"])
AUDIENCES = st.sets(st.sampled_from([TEO, MIRA, OLA]))


@given(
    told=st.lists(st.tuples(KINDS, ACTORS, AUDIENCES), max_size=24),
    thoughts=st.booleans(),
    name=st.sampled_from(["messages_jsonl", "sharegpt"]),
)
def test_any_play_gives_alternating_rows_of_what_was_witnessed(
    told: list[tuple[Kind, str, set[str]]], thoughts: bool, name: str
) -> None:
    events = tuple(
        Event(
            id=f"e{number}", session="s", kind=kind, actor=actor, text=f"canary{number}.", at=START,
            audience=tuple(sorted({actor} if kind is Kind.THOUGHT else audience | {actor})),
        )
        for number, (kind, actor, audience) in enumerate(told)
    )  # fmt: skip
    transcript = Transcript(session=session(), events=events)
    exporter = EXPORTERS.methods[name](thoughts=thoughts)  # type: ignore[call-arg]
    for row in "".join(exporter.export((transcript,))).splitlines():
        whole = json.loads(row)
        parts = whole.get("messages") or whole["conversations"]
        roles = [part.get("role") or part["from"] for part in parts]
        assert roles[0] == "system" and len(roles) % 2 == 1 and len(roles) >= 3
        assert set(roles[1::2]) in ({"user"}, {"human"}) and set(roles[2::2]) in ({"assistant"}, {"gpt"})
        assert all((part.get("content") or part["value"]).strip() for part in parts)
        for number, event in enumerate(events):
            seen = f"canary{number}." in row
            assert not seen or whole["character"] in event.audience
            assert seen == (event.id in whole["provenance"]["events"])
            if event.kind is Kind.THOUGHT:
                assert not seen or (thoughts and event.actor == whole["character"])


@pytest.mark.parametrize("name", ["messages_jsonl", "sharegpt"])
def test_rows_of_several_plays_follow_one_another(name: str) -> None:
    exporter = EXPORTERS.methods[name]()
    once = "".join(exporter.export((play(),)))
    assert "".join(exporter.export((play(), play()))) == once * 2
