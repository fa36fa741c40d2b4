"""Chats in and out: every program's files read, SillyTavern's written back byte for byte, versions as siblings."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.archive import Archive
from studio.cards.chats.base import ImportedChat, ImportedMessage, moment
from studio.cards.chats.reading import read_chats
from studio.cards.chats.sillytavern import write_sillytavern
from studio.cards.chats.sillytavern_groups import Group, read_group, write_group
from studio.cards.chats.staging import Staged, cast_of, stage
from studio.cards.chats.telling import chat_of
from studio.domain.character import Character
from studio.domain.event import NARRATOR, Event, Kind
from studio.domain.scene import Part, Scene
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.roleplay.views import as_perceived, character_view
from tests.plays import ADA, BO, CAST, NOON, Log, dice, session

Raw = dict[str, Any]

HEADER: Raw = {
    "chat_metadata": {"integrity": "a-b", "variables": {"n": 1}},
    "user_name": "unused",
    "character_name": "unused",
}
MORNING = "2026-02-01T10:00:00.000Z"
GREETING: Raw = {
    "name": "Ada Voss",
    "is_user": False,
    "is_system": False,
    "send_date": MORNING,
    "mes": "Shut that door.",
    "extra": {"token_count": 5},
    "swipe_id": 1,
    "swipes": ["Evening.", "Shut that door.", "Who's there?"],
    "swipe_info": [
        {"send_date": MORNING, "gen_started": None, "gen_finished": None, "extra": {"n": n}} for n in range(3)
    ],
}
LINE: Raw = {
    "name": "Bo Lind",
    "is_user": True,
    "is_system": False,
    "send_date": "February 1, 2026 10:01am",
    "mes": "It's me — wet \u2028 through.",
    "extra": {},
    "force_avatar": "x",
}
ASIDE: Raw = {
    "name": "Narrator",
    "is_user": False,
    "is_system": False,
    "send_date": 1769940120000,
    "mes": "Rain.",
    "extra": {"type": "narrator"},
}
HIDDEN: Raw = {
    "name": "Ada Voss",
    "is_user": False,
    "is_system": True,
    "send_date": "odd",
    "mes": "(unsaid)",
    "extra": {},
}
COMMENT: Raw = {
    "name": "Note",
    "is_user": False,
    "is_system": True,
    "send_date": "",
    "mes": "mind the tide",
    "extra": {"type": "comment"},
}
REPLY: Raw = {
    "name": "Ada Voss",
    "is_user": False,
    "send_date": "2026-02-01T10:05:00.000Z",
    "mes": "Dry yourself.",
    "swipe_id": 0,
    "swipes": ["Dry yourself."],
    "extra": {"reasoning": "He is wet."},
    "original_avatar": "ada.png",
}
MESSAGES = (GREETING, LINE, ASIDE, HIDDEN, COMMENT, REPLY)


def jsonl(*lines: object) -> bytes:
    return "\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines
    ).encode()


def read(data: bytes | Raw, name: str = "night.json", **names: str) -> ImportedChat:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    (chat,) = read_chats(data, name, **names).chats
    return chat


def staged(chat: ImportedChat, of: Session, **how: Any) -> Staged:
    return stage(chat, of, clock=lambda: NOON, rng=dice(), **how)


def transcript_of(all_: Staged, of: Session) -> Transcript:
    """What the archive gives back once every chain was stored."""
    by_id = {event.id: event for event in all_.events}
    path: list[Event] = []
    at = all_.head
    while at is not None:
        path.insert(0, by_id[at])
        at = path[0].parent
    heads = {"main": all_.head} if all_.head else {}
    return Transcript(session=of.model_copy(update={"heads": heads}), events=tuple(path))


def two(**fields: Any) -> Session:
    """Ada and Bo, both on stage."""
    return session(cast=(ADA, BO), **fields)


def test_a_sillytavern_chat_says_what_it_says() -> None:
    chat = read(jsonl(HEADER, *MESSAGES), "Ada/night.jsonl")
    assert (chat.program, chat.title, chat.user, chat.characters) == ("sillytavern", "night", "Bo Lind", ("Ada Voss",))
    greeting, line, aside, hidden, *_ = chat.messages
    assert (greeting.swipes, greeting.chosen, greeting.text) == (tuple(GREETING["swipes"]), 1, "Shut that door.")
    assert (line.by_user, line.at) == (True, datetime(2026, 2, 1, 10, 1, tzinfo=UTC))
    assert (aside.sender, aside.at) == ("Narrator", datetime(2026, 2, 1, 10, 2, tzinfo=UTC))
    assert (hidden.hidden, hidden.at) == (True, None)


def test_a_sillytavern_chat_goes_back_byte_for_byte() -> None:
    data = jsonl(HEADER, *MESSAGES)
    imported = read_chats(data, "night.jsonl")
    assert write_sillytavern(imported.chats[0]) == data
    assert (imported.report.changed, imported.report.refused) == ((), ())
    assert imported.report.kept == (
        "1 chat, 6 messages.",
        "1 message with more than one version.",
        "2 messages hidden from the models; so they stay.",
    )


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (b"\xef\xbb\xbf" + jsonl(HEADER, LINE), 1),
        (jsonl("", HEADER, "  ", LINE, "") + b"\r\n", 1),
        (jsonl(HEADER, LINE, LINE).replace(b"\n", b"\r\n"), 2),
        (jsonl({"user_name": "Bo", "character_name": "Ada", "create_date": "2024-6-15@12h30m00s"}, LINE), 1),
        (jsonl({"character_names": ["Ada", "Cy"], "user_name": "Bo"}), 0),
        (jsonl(LINE), 1),
    ],
)
def test_chats_as_they_are_found(data: bytes, messages: int) -> None:
    chat = read(data, "x.jsonl")
    assert len(chat.messages) == messages
    assert read(write_sillytavern(chat), "x.jsonl").messages == chat.messages


@pytest.mark.parametrize(
    ("change", "swipes", "chosen"),
    [
        ({"swipe_id": 0}, ("Evening.", "Shut that door.", "Who's there?"), 1),
        ({"swipe_id": 9}, ("Evening.", "Shut that door.", "Who's there?"), 1),
        ({"swipe_id": None}, ("Evening.", "Shut that door.", "Who's there?"), 1),
        ({"mes": "Edited."}, ("Evening.", "Shut that door.", "Who's there?", "Edited."), 3),
        ({"swipe_info": []}, ("Evening.", "Shut that door.", "Who's there?"), 1),
        ({"swipe_info": [{}] * 5}, ("Evening.", "Shut that door.", "Who's there?"), 1),
        ({"swipes": [{"message": "Evening."}, {"message": "Shut that door."}], "mes": {"message": "Shut that door."}},
         ("Evening.", "Shut that door."), 1),
    ],
)  # fmt: skip
def test_what_is_out_of_order_is_mended_once_and_told(change: Raw, swipes: tuple[str, ...], chosen: int) -> None:
    imported = read_chats(jsonl(HEADER, {**GREETING, **change}), "x.jsonl")
    (message,) = imported.chats[0].messages
    assert (message.swipes, message.chosen) == (swipes, chosen)
    assert any(sentence.startswith("Line 2") for sentence in imported.report.changed)
    again = read_chats(write_sillytavern(imported.chats[0]), "x.jsonl")
    assert (again.chats, again.report.changed) == (imported.chats, ())
    assert len(json.loads(write_sillytavern(imported.chats[0]).splitlines()[1])["swipe_info"]) == len(swipes)


def test_a_line_that_cannot_be_read_is_told_by_number_and_kept_aside() -> None:
    imported = read_chats(jsonl(HEADER, LINE, '{"name": "cut o', "[1]", {"odd": 1}, REPLY), "x.jsonl")
    (chat,) = imported.chats
    assert [line.number for line in chat.unread] == [3, 4, 5]
    assert chat.unread[0].text == '{"name": "cut o'
    assert [message.text for message in chat.messages] == [LINE["mes"], "Dry yourself."]
    assert [sentence[:6] for sentence in imported.report.refused] == ["Line 3", "Line 4", "Line 5"]


@pytest.mark.parametrize("data", [b"", b"nonsense", b"{}", b'{"a": 1}', b"[]", b'{"messages": 5}', b"\xff" * 40])
def test_what_is_no_chat_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Invalid, match="odd"):
        read_chats(data, "odd.json")
    with pytest.raises(Invalid):
        read_chats(b"{broken\n{broken", "odd.jsonl")


def test_a_chosen_swipe_is_always_the_text() -> None:
    with pytest.raises(ValidationError, match="chosen swipe"):
        ImportedMessage(sender="Ada", text="a", swipes=("b",))


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-02-01T10:00:00.000Z", "2026-02-01T10:00:00+00:00"),
        ("2026-02-01T12:00:00+02:00", "2026-02-01T10:00:00+00:00"),
        ("June 15, 2024 12:30pm", "2024-06-15T12:30:00+00:00"),
        ("June 15, 2024 9:05 AM", "2024-06-15T09:05:00+00:00"),
        ("2024-6-15@12h30m09s", "2024-06-15T12:30:09+00:00"),
        ("2024-06-15 @12h 30m 09s 250ms", "2024-06-15T12:30:09.250000+00:00"),
        (1718454600000, "2024-06-15T12:30:00+00:00"),
        (1718454600, "2024-06-15T12:30:00+00:00"),
        ("1718454600000", "2024-06-15T12:30:00+00:00"),
        ("Jun 15, 2024 12:30", "2024-06-15T12:30:00+00:00"),
    ],
)
def test_times(value: object, at: str) -> None:
    found = moment(value)  # type: ignore[arg-type]
    assert found is not None and found.isoformat() == at


@pytest.mark.parametrize("value", [None, "", "soon", True, [], {}, 10**30, "9" * 16, "0000-00-00", 5])
def test_no_times(value: object) -> None:
    assert moment(value) is None  # type: ignore[arg-type]


OOBA: Raw = {
    "internal": [["<|BEGIN-VISIBLE-CHAT|>", "Evening."], ["It's <me>.", "Dry yourself."], ["", "Sit."], ["Ta.", ""]],
    "visible": [["", "Evening."], ["It&#x27;s &lt;me&gt;.", "Dry yourself."], ["", "Sit."], ["Ta.", ""]],
    "metadata": {
        "assistant_0": {"timestamp": "Jun 15, 2024 12:30"},
        "assistant_1": {"timestamp": "Jun 15, 2024 12:31", "current_version_index": 1, "model_name": "m",
                        "versions": [{"content": "Out.", "visible_content": "Out."}, {"content": "Dry yourself."}]},
    },
}  # fmt: skip
AGNAI: Raw = {
    "name": "Exported", "greeting": "Evening.", "sampleChat": "", "scenario": "A lighthouse",
    "messages": [{"characterId": "imported", "msg": "Evening."}, {"handle": "Bo", "userId": "u1", "msg": "It's me."},
                 {"characterId": "c9", "msg": "Dry yourself.", "retries": ["Out."]}, {"state": "x"}],
}  # fmt: skip
RISU: Raw = {
    "type": "risuChat", "ver": 2,
    "data": {"name": "Night", "note": "n", "localLore": [], "message": [
        {"role": "user", "data": "It's me.", "time": 1718454600000},
        {"role": "char", "data": "Dry yourself.", "saying": "id-1", "name": "Ada"},
        {"role": "char", "data": "Cut here.", "disabled": "allBefore"},
        {"role": "user", "data": "Ta."},
    ]},
}  # fmt: skip
CAI: Raw = {"info": {}, "histories": {"histories": [
    {"external_id": "h1", "msgs": [{"src": {"is_human": False, "name": "Ada"}, "text": "Evening."},
                                   {"src": {"is_human": True, "name": "Bo"}, "text": "It's me."}]},
    {"msgs": [{"src": {"is_human": False}, "text": "Again?"}]},
]}}  # fmt: skip
LITE: Raw = {
    "gamestarted": True,
    "prompt": "A lighthouse at night.",
    "actions": ["\n{{[INPUT]}}\nIt's me.\n{{[OUTPUT]}}\n", "Cy: Dry yourself.", "\n{{[INPUT]}}\nTa.\n{{[OUTPUT]}}\n"],
    "savedsettings": {"chatname": "Bo", "chatopponent": "Ada||$||Cy", "opmode": 4},
    "worldinfo": [{"key": "lamp"}],
}
LITE_CHAT: Raw = {
    "prompt": "",
    "actions": ["\nBo: It's me.\nAda: Dry", " yourself.\nAnd sit.\nBo:", " Ta."],
    "savedsettings": {"chatname": "Bo", "chatopponent": "Ada", "opmode": 3},
}


def spoken(chat: ImportedChat) -> list[tuple[str, str, bool]]:
    return [(message.sender, message.text, message.by_user) for message in chat.messages]


def test_text_generation_webui() -> None:
    chat = read(OOBA, user="Bo", character="Ada")
    assert spoken(chat) == [
        ("Ada", "Evening.", False),
        ("Bo", "It's <me>.", True),
        ("Ada", "Dry yourself.", False),
        ("Ada", "Sit.", False),
        ("Bo", "Ta.", True),
    ]
    reply = chat.messages[2]
    assert (reply.swipes, reply.chosen, reply.extra["model_name"]) == (("Out.", "Dry yourself."), 1, "m")
    assert reply.at == datetime(2024, 6, 15, 12, 31, tzinfo=UTC)
    old = read({"data": OOBA["internal"], "data_visible": OOBA["visible"]}, user="Bo", character="Ada")
    assert spoken(old) == spoken(chat)


def test_agnai() -> None:
    imported = read_chats(json.dumps(AGNAI).encode(), "x.json", character="Ada")
    (chat,) = imported.chats
    assert spoken(chat) == [("Ada", "Evening.", False), ("Bo", "It's me.", True), ("c9", "Dry yourself.", False)]
    assert chat.messages[2].swipes == ("Dry yourself.", "Out.")
    assert (chat.extra["scenario"], chat.user) == ("A lighthouse", "Bo")
    assert imported.report.refused == ("Message 4 has no text; it was left out.",)


def test_risu() -> None:
    chat = read(RISU, user="Bo", character="Ada")
    assert (chat.title, chat.extra["note"], chat.user) == ("Night", "n", "Bo")
    assert [(message.sender, message.hidden) for message in chat.messages] == [
        ("Bo", True), ("Ada", True), ("Ada", True), ("Bo", False),
    ]  # fmt: skip
    assert chat.messages[0].at == datetime(2024, 6, 15, 12, 30, tzinfo=UTC)
    everything = {"type": "risuAllChats", "ver": 2, "data": [RISU["data"], RISU["data"]]}
    assert len(read_chats(json.dumps(everything).encode(), "x.json").chats) == 2


def test_character_ai() -> None:
    first, second = read_chats(json.dumps(CAI).encode(), "x.json", character="Ada").chats
    assert spoken(first) == [("Ada", "Evening.", False), ("Bo", "It's me.", True)]
    assert (first.extra["external_id"], spoken(second)) == ("h1", [("Ada", "Again?", False)])


def test_koboldai_lite() -> None:
    chat = read(LITE)
    assert spoken(chat) == [
        ("Ada", "A lighthouse at night.", False),
        ("Bo", "It's me.", True),
        ("Cy", "Dry yourself.", False),
        ("Bo", "Ta.", True),
    ]
    assert (chat.user, chat.characters, chat.extra) == ("Bo", ("Ada", "Cy"), {"gamestarted": True})
    assert spoken(read(LITE_CHAT)) == [
        ("Bo", "It's me.", True),
        ("Ada", "Dry yourself.\nAnd sit.", False),
        ("Bo", "Ta.", True),
    ]


@pytest.mark.parametrize("raw", [OOBA, AGNAI, RISU, CAI, LITE, LITE_CHAT])
def test_every_program_ends_as_a_play_and_as_sillytavern(raw: Raw) -> None:
    for chat in read_chats(json.dumps(raw).encode(), "x.json").chats:
        cast = cast_of(chat)
        of = session(cast=cast, scene=_scene(cast))
        all_ = staged(chat, of)
        told = chat_of(transcript_of(all_, of), all_.events)
        assert spoken(told) == spoken(chat)
        assert [(one.swipes, one.chosen, one.hidden) for one in told.messages] == [
            (one.swipes if len(one.swipes) > 1 else (), one.chosen, one.hidden) for one in chat.messages
        ]
        assert spoken(read(write_sillytavern(told), "x.jsonl")) == spoken(chat)


def _scene(cast: tuple[Character, ...]) -> Scene:
    return Scene(id="x", title="X", premise="", cast=tuple(Part(character=member.id) for member in cast))


def test_a_chat_becomes_events_with_its_swipes_as_siblings() -> None:
    of = two()
    all_ = staged(read(jsonl(HEADER, *MESSAGES), "x.jsonl"), of)
    play = transcript_of(all_, of)
    assert [(event.kind.value, event.actor) for event in play.events] == [
        ("speech", "ada"), ("speech", "bo"), ("narration", "narrator"), ("speech", "ada"), ("note", "director"),
        ("speech", "ada"),
    ]  # fmt: skip
    roots = [event for event in all_.events if event.parent is None]
    assert [event.text for event in roots] == GREETING["swipes"]
    assert sorted(roots, key=lambda event: event.id) == roots
    assert play.events[0].text == "Shut that door."
    assert play.events[1].parts["by"] == "person"
    hidden = play.events[3]
    assert (hidden.audience, play.events[0].audience) == ((), ("ada", "bo"))
    assert "(unsaid)" not in character_view(play, ADA).messages("")[-1].content
    assert [event.story_minute for event in play.events] == [1, 2, 2, 3, 3, 4]
    assert as_perceived(play.events[0], of, "bo").text == "Ada Voss: Shut that door."


def test_every_chain_can_be_stored_in_its_turn() -> None:
    of = two(follows="earlier")
    swiped = [{**GREETING, "swipe_id": chosen, "mes": GREETING["swipes"][chosen]} for chosen in (0, 1, 2)]
    all_ = staged(read(jsonl(HEADER, *swiped, LINE, *swiped), "x.jsonl"), of)
    stored = {"earlier"}
    for chain in all_.chains:
        assert chain[0].parent in stored
        assert [event.parent for event in chain[1:]] == [event.id for event in chain[:-1]]
        stored |= {event.id for event in chain}
    assert all_.head in stored
    assert len(stored) == len(all_.events) + 1
    in_order = [event.id for event in all_.events]
    children: dict[str | None, list[str]] = {}
    for event in all_.events:
        children.setdefault(event.parent, []).append(event.id)
    assert all(ids == sorted(ids, key=in_order.index) == sorted(ids) for ids in children.values())


async def test_a_staged_chat_is_stored_chain_by_chain_and_told_again(tmp_path: Path) -> None:
    swiped = [{**GREETING, "swipe_id": chosen, "mes": GREETING["swipes"][chosen]} for chosen in (2, 0, 1)]
    data = jsonl(HEADER, *swiped, LINE, GREETING)
    archive = await Archive.open(f"sqlite:///{tmp_path}/plays.db")
    try:
        stored = await archive.sessions.create(two())
        all_ = staged(read(data, "x.jsonl"), stored)
        for chain in all_.chains:
            stored = await archive.sessions.move_head(stored, chain[0].parent)
            stored = await archive.sessions.append(stored, chain)
        stored = await archive.sessions.move_head(stored, all_.head)
        transcript = await archive.sessions.transcript("me", "s1")
        tree = await archive.sessions.tree(stored)
        assert {event.id for event in tree} == {event.id for event in all_.events}
        assert transcript.events == transcript_of(all_, stored).events
        assert write_sillytavern(chat_of(transcript, tree)) == data
    finally:
        await archive.close()


def test_read_as_a_play_and_told_again_it_is_the_same_file() -> None:
    data = jsonl(HEADER, *MESSAGES)
    of = two()
    all_ = staged(read(data, "x.jsonl"), of)
    assert write_sillytavern(chat_of(transcript_of(all_, of), all_.events)) == data


def test_a_chat_played_on_keeps_what_it_had_and_tells_the_rest() -> None:
    of = two()
    all_ = staged(read(jsonl(HEADER, GREETING, LINE), "x.jsonl"), of)
    play = transcript_of(all_, of)
    new = Event(id="f" * 8, session=of.id, parent=play.events[-1].id, kind=Kind.SPEECH, actor="ada", text="New.",
                audience=("ada", "bo"), at=NOON)  # fmt: skip
    edit = Event(id="f" * 9, session=of.id, parent=new.id, kind=Kind.EDIT, actor="director", text="Edited.",
                 parts={"replaces": play.events[0].id}, at=NOON)  # fmt: skip
    later = play.extended([new, edit], of)
    lines = write_sillytavern(chat_of(later, (*all_.events, new, edit))).split(b"\n")
    assert lines[0] == jsonl(HEADER) and lines[2] == jsonl(LINE)
    assert json.loads(lines[1]) == {**GREETING, "mes": "Edited.", "swipes": ["Evening.", "Edited.", "Who's there?"]}
    assert json.loads(lines[3])["mes"] == "New."


def test_who_speaks_must_be_known() -> None:
    chat = read(jsonl(HEADER, {**LINE, "name": "Zed"}), "x.jsonl")
    with pytest.raises(Invalid, match="'Zed' speaks"):
        staged(chat, two())
    assert staged(chat, two(), actors={"Zed": "bo"}).events[0].actor == "bo"
    assert staged(chat, two(), actors={"Zed": NARRATOR}).events[0].kind is Kind.NARRATION


def test_a_cast_is_made_of_whoever_speaks() -> None:
    lines = [{**LINE, "name": name, "is_user": name == "Bo"} for name in ("Ada", "Bo", "ADA", "😀", "narrator")]
    cast = cast_of(read(jsonl(HEADER, *lines), "x.jsonl"))
    assert [(member.name, member.persona_type) for member in cast] == [
        ("Ada", "original"), ("ADA", "original"), ("😀", "original"), ("narrator", "original"), ("Bo", "user"),
    ]  # fmt: skip
    assert len({member.id for member in cast}) == 5 and NARRATOR not in {member.id for member in cast}


def test_no_messages_are_no_events() -> None:
    assert staged(read(jsonl(HEADER), "x.jsonl"), two()) == Staged()


def play() -> tuple[Transcript, list[Event]]:
    """A play with everything a chat has no field for, and another version of a turn with its thought."""
    log = Log()
    log.add(Kind.NARRATION, NARRATOR, "Rain.")
    log.say("bo", "It's me.", by="person")
    thought = log.add(Kind.THOUGHT, "ada", "He is wet.", audience=("ada",))
    log.transcript = Transcript(
        session=log.transcript.session,
        events=(*log.transcript.events[:-1], thought.model_copy(update={"parts": {"turn": thought.id}})),
    )
    line = log.say("ada", "Dry yourself.", turn=thought.id, decision={"speaker": "ada"})
    felt = line.model_copy(update={"emotion": "cross", "salience": 7})
    log.transcript = Transcript(session=log.transcript.session, events=(*log.transcript.events[:-1], felt))
    log.enter("cy")
    log.add(Kind.WHISPER, "bo", "Don't tell him.", audience=("ada", "bo"), to=["ada"])
    log.add(Kind.WHISPER, "bo", "Is she angry?", audience=("bo",), to=[NARRATOR])
    log.add(Kind.RATING, "director", "", audience=(), on=line.id, rating=1)
    log.leave("bo")
    chained: list[Event] = []
    for event in log.transcript.events:
        chained.append(event.model_copy(update={"parent": chained[-1].id if chained else None}))
    other = [
        chained[2].model_copy(update={"id": "e0002b", "text": "Wet again.", "parts": {"turn": "e0002b"}}),
        chained[3].model_copy(update={"id": "e0003b", "text": "Out.", "parent": "e0002b", "parts": {"turn": "e0002b"}}),
    ]
    return Transcript(session=log.transcript.session, events=tuple(chained)), [*chained, *other]


def said(event: Event) -> Raw:
    return {key: event.parts[key] for key in ("to", "character") if key in event.parts}


def essence(events: tuple[Event, ...]) -> list[tuple[object, ...]]:
    return [
        (event.kind, event.actor, event.text, event.audience, event.emotion, event.salience, said(event))
        for event in events
        if event.kind is not Kind.RATING
    ]


def test_a_play_survives_the_journey_through_sillytavern() -> None:
    transcript, tree = play()
    data = write_sillytavern(chat_of(transcript, tree, person="bo"))
    all_ = staged(read(data, "x.jsonl"), session())
    again = transcript_of(all_, session())
    assert essence(again.events) == essence(transcript.events)
    assert [event.text for event in again.witnessed_by("cy")] == [event.text for event in transcript.witnessed_by("cy")]
    thought = again.events[2]
    versions = [event for event in all_.events if event.parent == thought.parent]
    assert [event.text for event in versions] == ["He is wet.", "Wet again."]
    assert again.events[3].parts["turn"] == thought.id and thought.parts == {"turn": thought.id}
    third = write_sillytavern(chat_of(again, all_.events, person="bo"))
    assert third == data


def test_a_play_as_sillytavern_shows_it() -> None:
    transcript, tree = play()
    raws = [json.loads(line) for line in write_sillytavern(chat_of(transcript, tree, person="bo")).split(b"\n")[1:]]
    rain, hello, reply, enters, whisper, _, leaves = raws
    assert (rain["name"], rain["extra"]["type"]) == ("Narrator", "narrator")
    assert (hello["name"], hello["is_user"]) == ("Bo Lind", True)
    assert (reply["mes"], reply["swipe_id"], reply["swipes"]) == ("Dry yourself.", 0, ["Dry yourself.", "Out."])
    assert (reply["extra"]["reasoning"], reply["original_avatar"]) == ("He is wet.", "ada.png")
    assert len(reply["swipe_info"]) == 2
    assert (enters["mes"], leaves["mes"]) == ("cy comes in.", "bo leaves.")
    assert (whisper["mes"], whisper["is_system"]) == ("Don't tell him.", True)


def test_thoughts_can_be_left_at_home() -> None:
    transcript, tree = play()
    data = write_sillytavern(chat_of(transcript, tree, thoughts=False))
    assert b"wet" not in data and b"Wet" not in data


def test_in_another_cast_the_same_people_are_found_by_name() -> None:
    transcript, tree = play()
    chat = read(write_sillytavern(chat_of(transcript, tree, person="bo")), "x.jsonl")
    cast = tuple(member.model_copy(update={"id": f"{member.id}-2"}) for member in CAST)
    of = session(cast=cast, scene=_scene(cast))
    again = transcript_of(staged(chat, of), of)
    assert [event.actor for event in again.events if event.kind is Kind.SPEECH] == ["bo-2", "ada-2"]
    whisper = next(event for event in again.events if event.kind is Kind.WHISPER)
    assert (whisper.audience, whisper.parts["to"]) == (("ada-2", "bo-2"), ["ada-2"])


def test_groups() -> None:
    raw = {"id": "1", "name": "Lamp room", "members": ["ada.png", "cy.png"], "disabled_members": ["cy.png"],
           "activation_strategy": 3, "chats": ["a", "b"], "chat_id": "a", "fav": True}  # fmt: skip
    group = read_group(json.dumps(raw).encode(), "1.json")
    assert (group.name, group.members, group.muted) == ("Lamp room", ("ada", "cy"), ("cy",))
    assert (group.strategy, group.chats) == ("pooled", ("a", "b"))
    assert json.loads(write_group(group)) == raw
    changed = group.model_copy(update={"members": ("ada", "bo"), "strategy": "round_robin"})
    assert json.loads(write_group(changed)) == {**raw, "members": ["ada.png", "bo.png"], "activation_strategy": 1}
    new = Group(name="Quay", members=("bo",), chats=("c",))
    assert read_group(write_group(new), "x.json").model_copy(update={"extra": {}}) == new
    with pytest.raises(Invalid, match="names no members"):
        read_group(b"{}", "x.json")


def test_speakers_of_a_group_chat_are_told_apart() -> None:
    lines = [{**REPLY, "name": name, "original_avatar": f"{name}.png"} for name in ("Ada Voss", "Cy Marsh")]
    chat = read(jsonl(HEADER, LINE, *lines), "x.jsonl")
    assert chat.characters == ("Ada Voss", "Cy Marsh")
    assert [event.actor for event in staged(chat, session()).events] == ["bo", "ada", "cy"]


# Whatever is in a file.

TEXT = st.text(alphabet='ab"\\ \n\u2028é😀{}', max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-2, 2) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(("Ada Voss", "Bo Lind"))
BLOCKS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from([kind.value for kind in Kind]) | JSON,
        "actor": st.sampled_from(("ada", "bo", "narrator", "zed")) | JSON,
        "audience": st.lists(st.sampled_from(("ada", "bo", "zed")), max_size=2) | JSON,
        "to": st.lists(st.sampled_from(("ada", "narrator")), max_size=2) | JSON,
        "thoughts": st.lists(TEXT | st.none(), max_size=2) | JSON,
        "character": st.sampled_from(("ada", "zed")) | JSON,
        "emotion": JSON,
        "salience": JSON,
        "by": JSON,
    },
)


@st.composite
def whole_messages(draw: st.DrawFn) -> Raw:
    """A message as SillyTavern itself writes it."""
    raw: Raw = {
        "name": draw(NAMES),
        "is_user": draw(st.booleans()),
        "is_system": draw(st.booleans()),
        "send_date": draw(st.sampled_from((MORNING, "June 15, 2024 12:30pm", 1718454600000, "?"))),
        "mes": draw(TEXT),
        "extra": draw(st.dictionaries(TEXT, JSON, max_size=2)),
    }
    if draw(st.booleans()):
        swipes = draw(st.lists(TEXT, min_size=1, max_size=3))
        place = draw(st.integers(0, len(swipes) - 1))
        raw |= {"swipe_id": place, "swipes": swipes, "mes": swipes[place]}
        raw |= {"swipe_info": [{"extra": draw(JSON)} for _ in swipes]} if draw(st.booleans()) else {}
    return {**raw, **draw(st.dictionaries(st.sampled_from(("title", "force_avatar", "odd")), JSON, max_size=2))}


@settings(deadline=None)
@given(st.lists(whole_messages(), min_size=1, max_size=5))
def test_any_whole_chat_comes_back_byte_for_byte_also_as_a_play(raws: list[Raw]) -> None:
    data = jsonl(HEADER, *raws)
    chat = read(data, "x.jsonl")
    assert write_sillytavern(chat) == data
    all_ = staged(chat, two(), actors={"Ada Voss": "ada", "Bo Lind": "bo"})
    assert write_sillytavern(chat_of(transcript_of(all_, two()), all_.events)) == data


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from((*GREETING, "odd")), JSON, max_size=8), max_size=4), BLOCKS)
def test_any_odd_chat_is_read_mended_once_and_played(raws: list[Raw], block: Raw) -> None:
    lines = [{**raw, "mes": raw.get("mes"), "name": "Ada Voss"} for raw in raws]
    lines.append({**REPLY, "extra": {"greenroom": block}})
    chat = read(jsonl(HEADER, *lines), "x.jsonl")
    assert read(write_sillytavern(chat), "x.jsonl") == chat
    of = two()
    transcript = transcript_of(staged(chat, of), of)
    for event in transcript.events:
        assert {*event.audience} <= {"ada", "bo"}
        assert {*event.parts.get("to", ())} <= {"ada", "bo", NARRATOR}
    for member in of.cast:
        character_view(transcript, member)
    chat_of(transcript)


@settings(deadline=None)
@given(JSON.filter(lambda value: isinstance(value, dict)) | st.none(), st.sampled_from((OOBA, AGNAI, RISU, CAI, LITE)))
def test_any_odd_file_of_another_program_is_read_or_refused(odd: Raw | None, raw: Raw) -> None:
    rng = random.Random(json.dumps(odd))
    damaged = json.loads(json.dumps(raw))

    def damage(value: Any) -> Any:
        if rng.random() < 0.12:
            return rng.choice([odd, None, 5, "text", [], {}, [odd], True])
        if isinstance(value, dict):
            return {key: damage(item) for key, item in value.items()}
        return [damage(item) for item in value] if isinstance(value, list) else value

    for _ in range(5):
        try:
            chats = read_chats(json.dumps(damage(damaged)).encode(), "x.json").chats
        except Invalid:
            continue
        for chat in chats:
            cast = cast_of(chat)
            if cast:
                of = session(cast=cast, scene=_scene(cast))
                staged(chat, of)
