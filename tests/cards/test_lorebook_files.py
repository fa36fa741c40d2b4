"""Lorebooks in and out of files: nothing is lost, what was edited is written, what cannot work is said."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.cards.decorators import decorated
from studio.cards.lore_entries import SOURCE
from studio.cards.lore_names import EXTENSIONS, LOGICS, POSITIONS, TEMPLATE, Form
from studio.cards.lorebook_files import (
    lorebook_from_card,
    lorebook_from_world_info,
    lorebook_to_card,
    lorebook_to_world_info,
)
from studio.cards.lorebook_reading import read_lorebook, write_lorebook
from studio.cards.png_chunks import SIGNATURE, text_chunk
from studio.cards.report import Notes
from studio.domain.character import Character
from studio.domain.lorebook import FOREVER, Logic, Lorebook, LoreEntry, Position
from studio.errors import Invalid
from studio.library import yaml_file
from studio.roleplay.lore import fire
from tests.cards import samples

Raw = dict[str, Any]

V2: Raw = {
    "name": "Harbour",
    "description": "",
    "scan_depth": 3,
    "token_budget": 900,
    "recursive_scanning": False,
    "extensions": {"chub": {"id": 12, "likes": 1.5}},
    "entries": [
        {
            "keys": ["lamp", "wick"],
            "content": "It burns paraffin.",
            "extensions": {"depth": 2, "position": 4, "role": 2, "weight": 7, "unheard": {"of": [1, None, 2.5]}},
            "enabled": True,
            "insertion_order": 40,
            "case_sensitive": False,
            "name": "Lamp oil",
            "priority": 10,
            "id": 7,
            "comment": "kept dry",
            "selective": True,
            "secondary_keys": ["oil"],
            "constant": False,
            "position": "before_char",
            "strange": {"order": ["b", "a"]},
        },
        {"keys": ["bell"], "content": "@@depth 3\n@@mystery x\nIt tolls.", "extensions": {}, "enabled": False,
         "insertion_order": 5, "use_regex": False, "id": "b-1"},
    ],
}  # fmt: skip
WORLD: Raw = {
    "entries": {
        "0": {**TEMPLATE, "key": ["lamp"], "content": "It burns paraffin.", "comment": "Lamp", "addMemo": True},
        "3": {
            **TEMPLATE,
            "uid": 3,
            "displayIndex": 1,
            "key": ["/b.ll/i"],
            "keysecondary": ["fog", "night"],
            "selectiveLogic": 3,
            "content": "It tolls in fog.",
            "position": 4,
            "role": 1,
            "depth": 1,
            "probability": 40,
            "useProbability": False,
            "group": "sounds, alarms",
            "sticky": 4,
            "cooldown": 2,
            "delay": 0,
            "caseSensitive": False,
            "matchScenario": True,
            "triggers": ["normal"],
            "delayUntilRecursion": True,
            "characterFilter": {"isExclude": False, "names": ["Ada Voss"], "tags": []},
            "unheardOf": 1,
        },
    },
    "name": "Harbour",
    "kind_of": "unknown",
}


def notes_of(raw: Raw) -> Notes:
    notes = Notes()
    lorebook_from_card(raw, notes)
    return notes


def edited(book: Lorebook, place: int, **fields: Any) -> Lorebook:
    entries = list(book.entries)
    entries[place] = entries[place].model_copy(update=fields)
    return book.model_copy(update={"entries": tuple(entries)})


def same(one: object, other: object) -> bool:
    """Equal, the order of keys included."""
    return json.dumps(one) == json.dumps(other)


def plain(book: Lorebook) -> Lorebook:
    """The book without what it keeps for its file."""
    entries = tuple(entry.model_copy(update={"extensions": {}}) for entry in book.entries)
    return book.model_copy(update={"entries": entries, "extensions": {}})


def test_a_card_book_says_what_it_says() -> None:
    book = lorebook_from_card(V2)
    lamp, bell = book.entries
    assert (book.name, book.scan_depth, book.token_budget, book.recursive) == ("Harbour", 3, 900, False)
    assert (lamp.id, lamp.keys, lamp.secondary_keys, lamp.order) == ("7", ("lamp", "wick"), ("oil",), 40)
    assert (lamp.name, lamp.comment, lamp.priority, lamp.title) == ("Lamp oil", "kept dry", 10, "Lamp oil")
    assert (lamp.position, lamp.depth, lamp.role) == (Position.AT_DEPTH, 2, "assistant")
    assert (bell.id, bell.enabled, bell.use_regex, bell.content) == ("b-1", False, False, "It tolls.")
    assert (bell.position, bell.depth) == (Position.AT_DEPTH, 3)


def test_a_world_info_file_says_what_it_says() -> None:
    book = lorebook_from_world_info(WORLD)
    lamp, bell = book.entries
    assert (book.scan_depth, book.recursive, book.whole_words) == (2, True, True)
    assert (lamp.id, lamp.keys, lamp.comment, lamp.position) == ("0", ("lamp",), "Lamp", Position.BEFORE_CHARACTER)
    assert (bell.logic, bell.role, bell.probability) == (Logic.AND_ALL, "user", 100)
    assert (bell.groups, bell.sticky, bell.cooldown) == (("sounds", "alarms"), 4, 2)
    assert (bell.delay_until_recursion, bell.scope) == (1, ("ada-voss",))


@pytest.mark.parametrize("raw", [V2, {}, {"entries": []}, {"entries": None}, {"extensions": {}, "entries": {}}])
def test_an_unedited_card_book_goes_back_as_it_came(raw: Raw) -> None:
    before = copy.deepcopy(raw)
    assert same(lorebook_to_card(lorebook_from_card(raw)), raw)
    assert raw == before


@pytest.mark.parametrize("raw", [WORLD, {"entries": {}}, {"entries": {"x": {"key": ["a"]}}}])
def test_an_unedited_world_info_file_goes_back_as_it_came(raw: Raw) -> None:
    assert same(lorebook_to_world_info(lorebook_from_world_info(raw)), raw)


@pytest.mark.parametrize("indent", [None, 4])
def test_bytes_of_sillytavern_go_back_as_they_came(indent: int | None) -> None:
    separators = None if indent else (",", ":")
    data = json.dumps(WORLD, indent=indent, separators=separators, ensure_ascii=False).encode()
    imported = read_lorebook(data, "worlds/Harbour.json")
    assert write_lorebook(imported.book, Form.WORLD_INFO) == data
    nameless = json.dumps({"entries": {}}, indent=indent, separators=separators).encode()
    imported = read_lorebook(nameless, "worlds/Deep sea.json")
    assert (imported.title, write_lorebook(imported.book, Form.WORLD_INFO)) == ("Deep sea", nameless)


@pytest.mark.parametrize("raw", [V2, WORLD])
def test_a_book_in_the_library_loses_nothing(raw: Raw) -> None:
    world = raw is WORLD
    book = lorebook_from_world_info(raw) if world else lorebook_from_card(raw)
    ada = Character(id="ada", name="Ada", lorebook=book)
    again = yaml_file.read(yaml_file.write(ada), Character, Path("ada.yaml")).lorebook
    assert again == book
    assert again is not None
    assert same(lorebook_to_world_info(again) if world else lorebook_to_card(again), raw)


def test_only_what_was_edited_is_written_over() -> None:
    book = edited(lorebook_from_card(V2), 0, content="It burns oil.", depth=9, order=41, scope=("ada",))
    raw = copy.deepcopy(V2)
    raw["entries"][0]["content"] = "It burns oil."
    raw["entries"][0]["insertion_order"] = 41
    raw["entries"][0]["extensions"] |= {"depth": 9, "greenroom": {"scope": ["ada"]}}
    assert lorebook_to_card(book) == raw
    assert plain(lorebook_from_card(raw)) == plain(book)
    book = edited(lorebook_from_world_info(WORLD), 1, probability=5, scope=(), withheld_from=("bo",))
    written = lorebook_to_world_info(book)["entries"]["3"]  # type: ignore[call-overload, index]
    assert (written["probability"], written["useProbability"]) == (5, True)
    assert written["characterFilter"] == {"isExclude": True, "names": ["bo"], "tags": []}
    again = lorebook_from_world_info(lorebook_to_world_info(book))
    assert plain(again) == plain(book)


def test_fields_of_the_book_are_written_where_they_belong() -> None:
    book = lorebook_from_card(V2).model_copy(update={"scan_depth": 8, "whole_words": False})
    raw = {**V2, "scan_depth": 8, "extensions": {**V2["extensions"], "greenroom": {"whole_words": False}}}
    assert same(lorebook_to_card(book), raw)
    world = lorebook_from_world_info(WORLD).model_copy(update={"name": "Sea", "token_budget": 10})
    written = lorebook_to_world_info(world)
    assert (written["name"], written["extensions"]) == ("Sea", {"greenroom": {"token_budget": 10}})
    assert plain(lorebook_from_world_info(written)) == plain(world)


def test_what_a_decorator_said_is_said_anew_when_it_is_edited() -> None:
    book = lorebook_from_card(V2)
    raw = lorebook_to_card(edited(book, 1, depth=6))["entries"][1]  # type: ignore[call-overload, index]
    assert raw["content"] == "@@mystery x\nIt tolls."
    assert plain(lorebook_from_card({"entries": [raw]})).entries[0].depth == 6
    raw = lorebook_to_card(edited(book, 1, content="It rings."))["entries"][1]  # type: ignore[call-overload, index]
    assert raw["content"] == "@@depth 3\n@@mystery x\nIt rings."


def test_a_world_info_file_made_from_a_card_goes_back_into_the_card() -> None:
    world = lorebook_to_world_info(lorebook_from_card(V2))
    assert world["originalData"] == V2
    book = lorebook_from_world_info(world)
    assert same(lorebook_to_card(book), V2)
    raw = lorebook_to_card(edited(book, 0, content="It burns oil.", sticky=3))
    assert raw["entries"][0] == {  # type: ignore[call-overload, index]
        **V2["entries"][0],
        "content": "It burns oil.",
        "extensions": {**V2["entries"][0]["extensions"], "sticky": 3},
    }
    more = book.model_copy(update={"entries": (*book.entries[1:], LoreEntry(id="9", keys=("x",), content="New."))})
    kept = lorebook_to_card(more)["entries"]
    assert [one["content"] for one in kept] == ["@@depth 3\n@@mystery x\nIt tolls.", "New."]  # type: ignore[index, union-attr, call-overload]


def test_a_world_info_entry_keeps_its_own_fields_within_a_card() -> None:
    raw = lorebook_to_card(lorebook_from_world_info(WORLD))["entries"][1]  # type: ignore[call-overload, index]
    assert raw["extensions"]["unheardOf"] == 1
    assert (raw["extensions"]["match_scenario"], raw["extensions"]["triggers"]) == (True, ["normal"])
    assert (raw["extensions"]["position"], raw["position"], raw["id"]) == (4, "after_char", 3)


def test_entries_without_an_id_or_with_the_same_one_stay_apart() -> None:
    raw = {"entries": [{"keys": ["a"], "content": "1", "id": 1}, {"keys": ["b"], "content": "2", "id": 1},
                       {"keys": ["c"], "content": "3"}]}  # fmt: skip
    book = lorebook_from_card(raw)
    assert len({entry.id for entry in book.entries}) == 3
    assert same(lorebook_to_card(book), raw)


def test_what_is_no_entry_is_said_and_stays_in_its_place() -> None:
    raw = {"entries": ["junk", {"keys": ["a"], "content": "1"}, None, 5]}
    notes = notes_of(raw)
    assert notes.refused == ["3 lorebook entries without fields: '0', '2', '3'."]
    book = lorebook_from_card(raw)
    assert len(book.entries) == 1
    assert lorebook_to_card(book)["entries"] == raw["entries"]


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        ({"keys": "a, b ,"}, "keys", ("a", "b")),
        ({"keys": [1, "a", None, ""]}, "keys", ("1", "a")),
        ({"content": 5}, "content", "5"),
        ({"content": ["x"]}, "content", ""),
        ({"enabled": "false"}, "enabled", False),
        ({"enabled": None}, "enabled", True),
        ({"constant": 1}, "constant", True),
        ({"insertion_order": "12"}, "order", 12),
        ({"insertion_order": ""}, "order", 100),
        ({"insertion_order": 1e300}, "order", 1_000_000_000),
        ({"extensions": {"probability": 140}}, "probability", 100),
        ({"extensions": {"probability": 12.5}}, "probability", 12.5),
        ({"extensions": {"scan_depth": 5000}}, "scan_depth", 1000),
        ({"extensions": {"selectiveLogic": 9}}, "logic", Logic.AND_ANY),
        ({"extensions": {"sticky": -3}}, "sticky", 0),
        ({"extensions": []}, "position", Position.AFTER_CHARACTER),
        ({"extensions": {"role": "user"}}, "role", "system"),
        ({"case_sensitive": True}, "case_sensitive", True),
    ],
)
def test_values_out_of_form_are_mended_and_kept(raw: Raw, field: str, value: object) -> None:
    whole = {"entries": [raw]}
    (entry,) = lorebook_from_card(whole).entries
    assert getattr(entry, field) == value
    assert same(lorebook_to_card(lorebook_from_card(whole)), whole)


def test_every_repair_and_every_vain_wish_is_told() -> None:
    notes = Notes()
    lorebook_from_world_info(WORLD, notes)
    assert any("'matchScenario'" in sentence for sentence in notes.inert)
    assert any("'triggers'" in sentence for sentence in notes.inert)
    notes = notes_of({"entries": [{"keys": "lamp", "content": "@@is_greeting 2\nx", "insertion_order": "7"}]})
    assert notes.inert == ["The decorator '@@is_greeting' is kept in the file and has no effect."]
    assert any("'key' was 'lamp'" in sentence for sentence in notes.changed)
    assert any("'order' was '7'; it is read as '7'" in sentence for sentence in notes.changed)


@pytest.mark.parametrize(
    ("content", "fields", "inert", "text"),
    [
        ("No decorators. @@depth 2", {}, (), "No decorators. @@depth 2"),
        ("@@depth 2\n@@role user\nText", {"position": Position.AT_DEPTH, "depth": 2, "role": "user"}, (), "Text"),
        ("@@depth two\nText", {}, ("depth",), "Text"),
        ("@@hologram\n@@@depth 1\nText", {"position": Position.AT_DEPTH, "depth": 1}, (), "Text"),
        ("@@hologram\n@@@smell\n@@@@scan_depth 9\nText", {"scan_depth": 9}, (), "Text"),
        ("@@scan_depth 3\n@@@scan_depth 9\nText", {"scan_depth": 3}, (), "Text"),
        ("@@activate", {"constant": True}, (), ""),
        ("@@dont_activate\r\nText", {"enabled": False}, (), "Text"),
        ("@@activate_only_after 4\nText", {"delay": 4}, (), "Text"),
        ("@@keep_activate_after_match\nText", {"sticky": FOREVER}, (), "Text"),
        ("@@dont_activate_after_match\nText", {"cooldown": FOREVER}, (), "Text"),
        (
            "@@additional_keys a, b\nT",
            {"secondary_keys": ("a", "b"), "selective": True, "logic": Logic.AND_ANY},
            (),
            "T",
        ),
        ("@@exclude_keys a,b\nText", {"excluded_keys": ("a", "b")}, (), "Text"),
        ("@@position before_desc\nText", {"position": Position.BEFORE_CHARACTER}, (), "Text"),
        ("@@ignore_on_max_context\nText", {"priority": -1000}, (), "Text"),
        (
            "@@activate_only_every 2\n@@disable_ui_prompt x\nText",
            {},
            ("activate_only_every", "disable_ui_prompt"),
            "Text",
        ),
        ("@@ not one\nText", {}, (), "@@ not one\nText"),
    ],
)
def test_decorators(content: str, fields: Raw, inert: tuple[str, ...], text: str) -> None:
    head = decorated(content)
    assert (head.fields, head.inert, head.text) == (fields, inert, text)
    assert head.head + head.text == content


def test_no_model_is_told_a_decorator() -> None:
    raw = {"entries": [{"keys": ["lamp"], "content": "@@mystery\n@@role user\nIt burns.", "enabled": True}]}
    (one,) = fire([lorebook_from_card(raw)], "ada", ("the lamp",))
    assert one.entry.content == "It burns."


NOVELAI: Raw = {
    "lorebookVersion": 5,
    "entries": [
        {"text": "It burns.", "displayName": "Lamp", "keys": ["lamp", "/w.ck/"], "enabled": True,
         "forceActivation": False, "contextConfig": {"budgetPriority": 400}, "id": "x"},
        {"text": "Fog.", "displayName": "", "keys": [], "enabled": False, "forceActivation": True},
    ],
    "settings": {"orderByKeyLocations": False},
    "categories": [],
}  # fmt: skip
AGNAI: Raw = {
    "kind": "memory",
    "name": "Harbour",
    "description": "Lamps",
    "entries": [
        {"name": "Lamp", "entry": "It burns.", "keywords": ["lamp"], "priority": 5, "weight": 9, "enabled": True}
    ],
}
RISU: Raw = {
    "type": "risu",
    "ver": 1,
    "data": [
        {"key": "\uf000folder:1", "mode": "folder", "comment": "Sounds", "content": ""},
        {"key": "lamp, wick", "secondkey": "oil", "selective": True, "insertorder": 30, "comment": "Lamp",
         "content": "@@depth 2\nIt burns.", "alwaysActive": False, "mode": "normal", "activationPercent": 60},
        {"key": "/b(e|u)ll, x/i", "secondkey": "", "useRegex": True, "insertorder": 1, "comment": "", "content": "B",
         "alwaysActive": True, "mode": "constant", "extentions": {"risu_case_sensitive": True}},
    ],
}  # fmt: skip
LITE: Raw = {
    "gamestarted": True,
    "worldinfo": [
        {"key": "lamp,wick", "keysecondary": "oil", "keyanti": "fog", "content": "It burns.", "comment": "Lamp",
         "selective": True, "constant": False, "probability": "60", "wigroup": "tab", "widisabled": False},
        {"key": "a/b", "keyanti": "fog", "content": "B", "selective": False, "widisabled": True},
    ],
}  # fmt: skip


@pytest.mark.parametrize("raw", [NOVELAI, AGNAI, RISU, LITE])
def test_lore_of_other_programs_comes_in_with_everything_it_had(raw: Raw) -> None:
    imported = read_lorebook(json.dumps(raw).encode(), "lamp.json")
    entry = imported.book.entries[0]
    assert (entry.content, entry.name, entry.enabled, entry.keys[0]) == ("It burns.", "Lamp", True, "lamp")
    listed = next(raw[place] for place in ("entries", "data", "worldinfo") if place in raw)
    assert entry.extensions[SOURCE]["entry"] in listed
    assert imported.report.changed[-1].endswith("lore were brought into our form.")
    assert plain(lorebook_from_card(lorebook_to_card(imported.book))) == plain(imported.book)
    assert plain(lorebook_from_world_info(lorebook_to_world_info(imported.book))) == plain(imported.book)


def test_what_other_programs_mean_by_their_fields() -> None:
    def read(raw: Raw) -> Lorebook:
        return read_lorebook(json.dumps(raw).encode(), "x.json").book

    lamp, fog = read(NOVELAI).entries
    assert (lamp.order, lamp.constant, fog.constant, fog.enabled) == (400, False, True, False)
    agnai = read(AGNAI)
    assert (agnai.name, agnai.description) == ("Harbour", "Lamps")
    assert (agnai.entries[0].order, agnai.entries[0].priority) == (9, 5)
    risu = read(RISU)
    lamp, bell = risu.entries
    assert (lamp.keys, lamp.secondary_keys, lamp.probability) == (("lamp", "wick"), ("oil",), 60)
    assert (lamp.position, lamp.depth, risu.whole_words) == (Position.AT_DEPTH, 2, False)
    assert (bell.keys, bell.use_regex, bell.constant, bell.case_sensitive) == (("/b(e|u)ll, x/i",), True, True, True)
    lamp, other = read(LITE).entries
    assert (lamp.secondary_keys, lamp.excluded_keys, lamp.probability, lamp.groups) == (("oil",), ("fog",), 60, ())
    assert (other.excluded_keys, other.enabled, other.use_regex) == ((), False, False)


@pytest.mark.parametrize(
    ("raw", "spec"),
    [
        ({"spec": "lorebook_v3", "data": V2}, "lorebook_v3"),
        ({"spec": "chara_card_v2", "data": {"name": "Ada", "character_book": V2}}, "character_book"),
        ({"name": "Ada", "character_book": V2}, "character_book"),
        (V2, "character_book"),
        (WORLD, "world_info"),
    ],
)
def test_a_lorebook_is_found_wherever_it_lies(raw: Raw, spec: str) -> None:
    imported = read_lorebook(json.dumps(raw).encode(), "x.json")
    assert (imported.report.spec, len(imported.book.entries)) == (spec, 2)
    assert "2 entries." in imported.report.kept


def test_a_novelai_lorebook_is_read_out_of_its_picture() -> None:
    text = base64.b64encode(json.dumps(NOVELAI).encode())
    picture = SIGNATURE + text_chunk("naidata", text) + b"\0\0\0\0IEND\xaeB`\x82"
    imported = read_lorebook(picture, "lamp.png")
    assert (len(imported.book.entries), imported.report.container) == (2, "png")
    with pytest.raises(Invalid, match="no lorebook"):
        read_lorebook(SIGNATURE + b"\0\0\0\0IEND\xaeB`\x82", "lamp.png")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"name": "x"}', b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_lorebook_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Invalid, match="odd"):
        read_lorebook(data, "odd.json")


def test_a_stand_alone_lorebook_is_written() -> None:
    book = lorebook_from_card(V2)
    assert json.loads(write_lorebook(book, Form.CARD)) == {"spec": "lorebook_v3", "data": V2}


def test_a_world_info_file_of_ours_has_everything_sillytavern_expects() -> None:
    entries = (LoreEntry(id="lamp", keys=("lamp",), content="It burns."), LoreEntry(id="0", content="x", name="Nil"))
    written = lorebook_to_world_info(Lorebook(entries=entries))["entries"]
    assert isinstance(written, dict)
    assert [(key, entry["uid"], set(TEMPLATE) <= set(entry)) for key, entry in written.items()] == [  # type: ignore[call-overload, index, arg-type]
        ("1", 1, True),
        ("0", 0, True),
    ]


# Everything below: whatever is in a file.

TEXT = st.text(alphabet="ab @\n{}é/,", max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-5, 200) | st.floats(-9, 300) | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
EXTENSION = st.dictionaries(st.sampled_from((*EXTENSIONS.values(), "other")), JSON, max_size=6)
CARD_ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "keys": st.lists(TEXT, max_size=3) | JSON,
        "content": TEXT | st.builds("@@depth {}\n@@odd\n{}".format, st.integers(0, 9), TEXT) | JSON,
        "extensions": EXTENSION | JSON,
        "enabled": st.booleans() | JSON,
        "insertion_order": st.integers(-5, 500) | JSON,
        "secondary_keys": st.lists(TEXT, max_size=2) | JSON,
        "selective": st.booleans() | JSON,
        "position": st.sampled_from(("before_char", "after_char")) | JSON,
        "id": st.integers(0, 4) | TEXT | JSON,
        "name": TEXT | JSON,
        "use_regex": st.booleans() | JSON,
        "constant": JSON,
        "case_sensitive": JSON,
        "priority": JSON,
        "unknown": JSON,
    },
)
CARD_BOOK = st.fixed_dictionaries(
    {},
    optional={
        "entries": st.lists(CARD_ENTRY | JSON, max_size=4) | st.dictionaries(TEXT, CARD_ENTRY, max_size=2) | JSON,
        "name": TEXT | JSON,
        "scan_depth": JSON,
        "token_budget": JSON,
        "recursive_scanning": JSON,
        "extensions": JSON,
        "unknown": JSON,
    },
)
WORLD_ENTRY = st.dictionaries(st.sampled_from((*TEMPLATE, "characterFilter", "extensions", "odd")), JSON, max_size=9)
WORLD_BOOK = st.fixed_dictionaries(
    {"entries": st.dictionaries(st.integers(0, 5).map(str) | TEXT, WORLD_ENTRY | JSON, max_size=4)},
    optional={"originalData": CARD_BOOK | JSON, "name": JSON, "extensions": JSON, "odd": JSON},
)
OURS = st.builds(
    LoreEntry,
    id=st.just("x"),
    keys=st.lists(st.sampled_from(("a", "b c")), max_size=2).map(tuple),
    content=st.sampled_from(("", "Text", "two\nlines")),
    enabled=st.booleans(),
    constant=st.booleans(),
    case_sensitive=st.booleans(),
    order=st.integers(-5, 500),
    scope=st.sampled_from(((), ("ada",), ("ada", "bo"))),
    withheld_from=st.sampled_from(((), ("cy",))),
    name=st.sampled_from(("", "Lamp")),
    comment=st.sampled_from(("", "kept dry")),
    secondary_keys=st.sampled_from(((), ("oil",))),
    selective=st.booleans(),
    logic=st.sampled_from(LOGICS),
    excluded_keys=st.sampled_from(((), ("fog",))),
    use_regex=st.booleans(),
    whole_words=st.sampled_from((None, True, False)),
    scan_depth=st.none() | st.integers(0, 1000),
    position=st.sampled_from(POSITIONS),
    depth=st.integers(0, 9),
    role=st.sampled_from(("system", "user", "assistant")),
    outlet=st.sampled_from(("", "cellar")),
    probability=st.sampled_from((0, 12.5, 40, 100)),
    priority=st.integers(-9, 9),
    ignore_budget=st.booleans(),
    exclude_recursion=st.booleans(),
    prevent_recursion=st.booleans(),
    delay_until_recursion=st.integers(0, 3),
    groups=st.sampled_from(((), ("g",), ("g", "h"))),
    group_weight=st.integers(0, 200),
    group_override=st.booleans(),
    group_scoring=st.sampled_from((None, True, False)),
    sticky=st.integers(0, 3),
    cooldown=st.integers(0, 3),
    delay=st.integers(0, 3),
)
OUR_BOOKS = st.builds(
    lambda entries, **fields: Lorebook(
        entries=tuple(entry.model_copy(update={"id": str(place)}) for place, entry in enumerate(entries)), **fields
    ),
    entries=st.lists(OURS, max_size=3),
    name=st.sampled_from(("", "Tides")),
    description=st.sampled_from(("", "Of the sea")),
    scan_depth=st.integers(0, 9),
    token_budget=st.integers(1, 900),
    recursive=st.booleans(),
    whole_words=st.booleans(),
    group_scoring=st.booleans(),
)


@settings(deadline=None)
@given(CARD_BOOK)
def test_any_card_book_comes_in_and_goes_back(raw: Raw) -> None:
    before = json.dumps(raw)
    book = lorebook_from_card(raw)
    assert same(lorebook_to_card(book), raw)
    assert json.dumps(raw) == before
    assert plain(lorebook_from_card(lorebook_to_card(book))).entries == plain(book).entries
    assert Lorebook.model_validate_json(book.model_dump_json()) == book


@settings(deadline=None)
@given(WORLD_BOOK)
def test_any_world_info_file_comes_in_and_goes_back(raw: Raw) -> None:
    book = lorebook_from_world_info(raw)
    assert same(lorebook_to_world_info(book), raw)
    lorebook_to_card(book)


@settings(deadline=None)
@given(OUR_BOOKS)
def test_our_own_books_survive_both_forms_and_keep_nothing_beside(book: Lorebook) -> None:
    assert lorebook_from_card(lorebook_to_card(book)) == book
    assert lorebook_from_world_info(lorebook_to_world_info(book)) == book
    assert json.loads(write_lorebook(book, Form.WORLD_INFO))


@settings(deadline=None)
@given(CARD_BOOK.filter(lambda raw: isinstance(raw.get("entries"), list)), OURS, st.integers(0, 3))
def test_an_edit_of_any_entry_is_there_again(raw: Raw, wanted: LoreEntry, place: int) -> None:
    book = lorebook_from_card(raw)
    if place >= len(book.entries):
        return
    fields = wanted.model_dump(exclude={"id", "extensions"})
    after = edited(book, place, **LoreEntry(id="x", **fields).model_dump(exclude={"id", "extensions"}))
    after = Lorebook.model_validate(after.model_dump())
    again = lorebook_from_card(lorebook_to_card(after))
    assert plain(again).entries[place] == plain(after).entries[place].model_copy(update={"id": again.entries[place].id})


def test_the_book_of_a_card_in_a_picture() -> None:
    read = read_lorebook(samples.png(samples.text_chunk(samples.V3, "ccv3"), samples.text_chunk(samples.V1)), "ola.png")
    assert [entry.keys for entry in read.book.entries] == [("lamp", "light"), ("tide",)] and read.title == "Harbour"
