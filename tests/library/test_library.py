"""The library reads what people write by hand, names every fault, and writes what it can read again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.domain.character import BigFive, Character, Identity, Voice
from studio.domain.lorebook import Lorebook, LoreEntry
from studio.domain.scene import Beat, Part, Scene
from studio.errors import Invalid, NotFound, StorageError
from studio.library import Library, LibraryProblem, Unreadable
from studio.library.yaml_file import MAX_BYTES, MAX_DEPTH, read, write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "shipped", tmp_path / "own")


def put(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def only_problem(library: Library) -> LibraryProblem:
    (problem,) = library.problems
    return problem


# Reading ------------------------------------------------------------------------------------------------------------


def test_an_empty_library_is_empty(library: Library) -> None:
    assert library.characters() == library.scenes() == library.problems == library.trash() == ()


def test_own_wins_over_shipped_and_lists_are_sorted_by_name(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/bo.yaml", "name: Bo of old")
    put(tmp_path / "shipped", "characters/zoe.yaml", "name: Zoe")
    put(tmp_path / "own", "characters/bo.yaml", "name: bo")
    put(tmp_path / "own", "characters/ada.yaml", "name: Ada")
    assert [(item.id, item.name) for item in library.characters()] == [("ada", "Ada"), ("bo", "bo"), ("zoe", "Zoe")]


def test_plain_scalars_are_taken_as_written(library: Library, tmp_path: Path) -> None:
    text = "name: 1984\nage: 0040\ncareer:\ntraits: [no, 12:30, 2024-01-01, .5]\nrelationships: {bo: , yes: no}\n"
    put(tmp_path / "own", "characters/x.yaml", text.replace("bo: ,", "bo: '',"))
    found = library.character("x")
    assert (found.name, found.age, found.career) == ("1984", 40, "")
    assert found.traits == ("no", "12:30", "2024-01-01", ".5")
    assert found.relationships == {"bo": "", "yes": "no"}


def test_only_extensions_keep_yaml_types(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "characters/x.yaml", "name: X\nextensions: {a: 1, b: [true, null, 1.5, '1', no]}\n")
    assert library.character("x").extensions == {"a": 1, "b": [True, None, 1.5, "1", "no"]}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "characters/x.yaml", b"\xef\xbb\xbfname: X\r\nbackstory: |\r\n  a\r\n  b\r\n")
    assert library.character("x").backstory == "a\nb\n"


def test_an_edit_by_hand_shows_at_once_and_nothing_else_is_parsed_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "own", "characters/x.yaml", "name: X")
    put(tmp_path / "own", "characters/y.yaml", "name: Y")
    library.characters()
    parsed: list[str] = []

    def counting(data: bytes, model: type[Character], file: Path) -> Character:
        parsed.append(file.name)
        return read(data, model, file)

    monkeypatch.setattr("studio.library.shelf.read", counting)
    library.characters()
    put(tmp_path / "own", "characters/x.yaml", "name: X the second")
    assert [item.name for item in library.characters()] == ["X the second", "Y"]
    assert parsed == ["x.yaml"]


def test_one_bad_file_hides_no_other_and_fails_when_asked_for(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "characters/good.yaml", "name: Good")
    bad = put(tmp_path / "own", "characters/bad.yaml", "name: Bad\nage: 40\nspeech:\n  habits:\n    - one\n    - ''\n")
    assert [item.id for item in library.characters()] == ["good"]
    problem = only_problem(library)
    assert (problem.file, problem.line, problem.field) == (bad, 6, "speech.habits.1")
    with pytest.raises(Invalid, match=r"bad\.yaml, line 6, speech\.habits\.1: .*at least 1 character"):
        library.character("bad")


def test_every_fault_of_a_file_is_told(library: Library, tmp_path: Path) -> None:
    text = "name: Bad\nage: old\nbig_five:\n  openness: 9\n  conscientiousness: 1\n  extraversion: 1\n"
    put(tmp_path / "own", "characters/bad.yaml", text + "  agreeableness: 1\ncarreer: cook\ntraits: brave\n")
    found = {problem.field: (problem.line, problem.mend) for problem in library.problems}
    assert found["age"][0] == 2
    assert found["big_five.openness"][0] == 4
    assert found["big_five.negative_emotionality"] == (3, "Add it.")
    assert found["carreer"] == (8, "Did you mean career?")
    assert found["traits"][0] == 9
    assert "list" in found["traits"][1]
    with pytest.raises(Unreadable, match="4 more in this file"):
        library.character("bad")


def test_an_unknown_nested_field_lists_its_neighbours(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "scenes/s.yaml", "title: S\npremise: p\ncast:\n  - character: a\n  - charakter: b\n")
    problems = {problem.field: problem for problem in library.problems}
    assert problems["cast.1.charakter"].line == 5
    assert problems["cast.1.charakter"].mend == "Did you mean character?"
    assert problems["cast.1.character"].message == "It is missing."


def test_a_scene_that_casts_somebody_twice_says_whom(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "scenes/s.yaml", "title: S\npremise: p\ncast: [{character: a}, {character: a}]\n")
    assert only_problem(library).message == "cast names a more than once."


LAUGHS = "\n".join(
    ["a: &a [x]", *(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcde", "bcdef", strict=True))]
)

BROKEN = {
    "tab": ("name: X\nspeech:\n\tstyle: dry\n", 3, "spaces, not tabs"),
    "duplicate key": ("name: X\nage: 4\nname: Y\n", 3, "written twice; first in line 1"),
    "duplicate nested key": ("name: X\nspeech:\n  style: a\n  style: b\n", 4, "speech.style"),
    "anchor": ("name: X\nbackstory: &b told\n", 2, "Anchors"),
    "billion laughs": (f"name: X\nextensions:\n  {LAUGHS.replace(chr(10), chr(10) + '  ')}\n", 3, "Anchors"),
    "self reference": ("name: X\nextensions: &e {e: *e}\n", 2, "Anchors"),
    "python tag": ("name: !!python/object/apply:os.system ['true']\n", 1, "Tags"),
    "binary tag": ("name: X\nbackstory: !!binary aGk=\n", 2, "Tags"),
    "key that is a list": ("name: X\n? [a, b]\n: c\n", 2, "must be a word"),
    "unclosed quote": ("name: 'X\nage: 4\n", 3, "not YAML"),
    "not a mapping": ("- name: X\n", 1, "not a list of fields"),
    "two documents": ("name: X\n---\nname: Y\n", 2, "second document"),
    "utf-16": ("name: X\n".encode("utf-16"), 1, "UTF-16"),
    "latin-1": ("name: X\nbackstory: caf\xe9\n".encode("latin-1"), 2, "0xe9 is not UTF-8"),
    "null bytes": (b"name: X\n\x00\x00", 2, "U+0000"),
    "too large": (b"name: X\nbackstory: " + b"a" * MAX_BYTES, 1, f"{MAX_BYTES:,} bytes"),
    "very deep": ("[" * 300_000, 1, "not a list of fields"),
    "deep extension": ("name: X\nextensions: {a: " + "[" * 300_000, 2, "levels deep"),
    "empty": ("", 1, "name: It is missing"),
    "only a comment": ("# to do\n", 1, "name: It is missing"),
    "empty item": ("name: X\nfacts:\n  - one\n  -\n", 4, "facts.1"),
    "other id inside": ("name: X\nid: y\n", 2, "file name is the id"),
    "text for a list": ("name: X\nfacts: one\n", 2, "Write a list"),
    "list for a text": ("name: [X, Y]\n", 1, "Write one text"),
    "age out of range": ("name: X\nage: -3\n", 2, "greater than or equal to 0, not '-3'"),
    "wrong type letters": ("name: X\nmbti: XXXX\n", 2, "mbti"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_name_file_line_and_mend(library: Library, tmp_path: Path, case: str) -> None:
    text, line, words = BROKEN[case]
    file = put(tmp_path / "own", "characters/x.yaml", text)
    put(tmp_path / "own", "characters/y.yaml", "name: Y")
    assert [item.id for item in library.characters()] == ["y"]
    with pytest.raises(Unreadable) as caught:
        library.character("x")
    assert f"{file}, line {line}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anna Blom.yaml", "Rename it, say to anna-blom.yaml"),
        ("anna.yml", "Rename it to anna.yaml"),
        ("narrator.yaml", "id of the stage"),
        ("😀.yaml", "character.yaml"),
    ],
)
def test_file_names_that_cannot_be_ids_are_told(library: Library, tmp_path: Path, name: str, words: str) -> None:
    put(tmp_path / "own", f"characters/{name}", "name: Anna")
    assert library.characters() == ()
    assert words in str(only_problem(library))


def test_an_unreadable_file_is_a_problem_not_a_crash(library: Library, tmp_path: Path) -> None:
    (tmp_path / "own/characters").mkdir(parents=True)
    (tmp_path / "own/characters/x.yaml").mkdir()
    assert "could not be read" in only_problem(library).message


def test_unknown_ids_list_near_names(library: Library, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="none yet"):
        library.character("x")
    put(tmp_path / "own", "characters/gulsum-aydin.yaml", "name: Gülsüm Aydın")
    put(tmp_path / "own", "characters/zo.yaml", "name: Zo")
    with pytest.raises(NotFound, match=r"'Gulsum'.*Near: gulsum-aydin\.$"):
        library.character("Gulsum")
    with pytest.raises(NotFound, match="Known: gulsum-aydin, zo"):
        library.character("../../etc/passwd")
    with pytest.raises(NotFound):
        library.character("x" * 100_000)


def test_cast_of_names_the_scene_file_and_the_missing_member(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "own", "characters/ada.yaml", "name: Ada")
    scene = put(
        tmp_path / "own", "scenes/s.yaml", "title: S\npremise: p\ncast: [{character: ada}, {character: adda}]\n"
    )
    with pytest.raises(NotFound, match=r"s\.yaml casts 'adda'.*Near: ada"):
        library.cast_of(library.scene("s"))
    scene.write_text("title: S\npremise: p\ncast: [{character: ada}]\n")
    assert library.cast_of(library.scene("s")) == (library.character("ada"),)
    unsaved = Scene(id="", title="New", premise="p", cast=(Part(character="bob"),))
    with pytest.raises(NotFound, match="The scene 'New' casts 'bob'"):
        library.cast_of(unsaved)


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_new_character_gets_a_fresh_id_and_never_writes_over_another(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/ana-blom.yaml", "name: Shipped Ana")
    put(tmp_path / "own", "characters/ana-blom-2.yaml", "name: [broken")
    saved = library.save_character(Character(id="", name="Ana Blóm"))
    assert saved.id == "ana-blom-3"
    assert library.character("ana-blom-3") == saved
    assert library.character("ana-blom").name == "Shipped Ana"
    assert library.save_character(Character(id="", name="😀")).id == "character"
    assert library.save_character(Character(id="", name="Narrator")).id == "narrator-2"
    long = [library.save_character(Character(id="", name="long " * 20)).id for _ in range(2)]
    assert len(set(long)) == 2
    assert all(len(id_) <= 64 for id_ in long)


def test_saving_under_an_id_replaces_it_and_shadows_the_shipped_one(library: Library, tmp_path: Path) -> None:
    shipped = put(tmp_path / "shipped", "characters/bo.yaml", "name: Bo")
    edited = library.save_character(library.character("bo").model_copy(update={"age": 30}))
    assert library.character("bo") == edited
    assert shipped.read_text() == "name: Bo"
    library.delete_character("bo")
    assert library.character("bo").age is None
    with pytest.raises(Invalid, match="ships with the studio"):
        library.delete_character("bo")


@pytest.mark.parametrize("id_", ["../up", "A", "narrator", "x" * 65, "a.b", "con/sole"])
def test_an_id_that_cannot_name_a_file_is_refused(library: Library, tmp_path: Path, id_: str) -> None:
    with pytest.raises(Invalid):
        library.save_character(Character(id=id_, name="X"))
    assert not list(tmp_path.rglob("*.yaml"))


def test_what_could_not_be_read_back_is_not_written(library: Library, tmp_path: Path) -> None:
    library.save_character(Character(id="x", name="X"))
    with pytest.raises(Invalid, match=f"{MAX_BYTES:,} bytes"):
        library.save_character(Character(id="x", name="X", backstory="a" * MAX_BYTES))
    nested: object = 1
    for _ in range(MAX_DEPTH + 1):
        nested = [nested]
    with pytest.raises(Invalid, match="levels deep"):
        library.save_character(Character(id="x", name="X", extensions={"deep": nested}))
    assert library.character("x") == Character(id="x", name="X")


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save_character(Character(id="x", name="Old"))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"x\.yaml could not be written \(No space left on device\)"):
        library.save_character(Character(id="x", name="New"))
    assert library.character("x").name == "Old"
    assert [file.name for file in (tmp_path / "own/characters").iterdir()] == ["x.yaml"]


def test_deleted_things_come_back(library: Library) -> None:
    first = library.save_character(Character(id="", name="Bo"))
    token = library.delete_character(first.id)
    assert library.characters() == ()
    assert library.trash() == (token,)
    assert library.restore(token) == "bo"
    assert library.characters() == (first,)

    tokens = [library.delete_character("bo")]
    library.save_character(Character(id="", name="Bo", age=2))
    tokens.append(library.delete_character("bo"))
    assert len(set(tokens)) == 2
    assert [library.restore(token) for token in tokens] == ["bo", "bo-2"]
    assert library.character("bo-2").age == 2

    scene = library.save_scene(Scene(id="", title="A Door", premise="p", cast=(Part(character="bo"),)))
    assert library.restore(library.delete_scene("a-door")) == scene.id


@pytest.mark.parametrize("token", ["characters/x", "../own/characters/x", "x", "trash/x", ""])
def test_restoring_what_is_not_there_is_not_found(library: Library, token: str) -> None:
    library.save_character(Character(id="x", name="X"))
    with pytest.raises(NotFound):
        library.restore(token)
    assert library.character("x").name == "X"


def test_deleting_what_is_not_there_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound):
        library.delete_character("../x")
    with pytest.raises(NotFound):
        library.delete_scene("x")


def test_written_yaml_is_for_people() -> None:
    character = Character(
        id="x",
        name="Zoë 😀",
        traits=("no", "plain: not simple"),
        backstory="One line.\nAnother line.\n",
        identity=Identity(social="A word. " * 20),
        talkativeness=0.5,
    )
    text = write(character).decode()
    assert "id:" not in text
    assert "talkativeness" not in text
    assert "name: Zoë 😀\n" in text
    assert "traits:\n  - 'no'\n  - 'plain: not simple'\n" in text
    assert "backstory: |\n  One line.\n  Another line.\n" in text
    assert text.index("traits") < text.index("identity") < text.index("backstory")
    assert max(map(len, text.splitlines())) <= 120


# Round trips --------------------------------------------------------------------------------------------------------

AWKWARD = st.sampled_from(
    [
        *("yes", "No", "null", "~", "1e3", "0x1F", "12:30", "2024-01-01", "- a", "# b", "a: b", "a #b", "'", '"', "…"),
        *("!!str", "&a", "*a", "%x", "@x", "`x", "{a}", "[a]", "|", ">", "<<", "=", "? a", "---", "", " ", "\ufeff"),
        *("  indented\n first", "trailing \n space ", "\n\n", "tab\there", "\u2028a", "\x85", "\r\n", "\U0010ffff"),
        *("مرحبا", "\u200f\u05e9\u05dc\u05d5\u05dd", "\U0001f469\u200d\U0001f680 émoji"),
    ]
)
TEXT = st.one_of(AWKWARD, st.text(max_size=60), st.text(alphabet="ab :#\n-'\"😀\u200f\t", max_size=200))
LINE = TEXT.filter(lambda text: text.strip())
LINES = st.lists(LINE, max_size=3).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SCORE = st.floats(min_value=1, max_value=7)
EXTENSIONS = st.dictionaries(TEXT, JSON, max_size=3)
LORE = st.builds(
    LoreEntry,
    id=TEXT,
    keys=LINES,
    content=TEXT,
    enabled=st.booleans(),
    order=st.integers(-5, 500),
    extensions=EXTENSIONS,
)
CHARACTERS = st.builds(
    Character,
    id=st.just("x"),
    name=LINE.filter(lambda text: len(text.strip()) <= 200),
    age=st.none() | st.integers(0, 10_000),
    career=TEXT,
    traits=LINES,
    mbti=st.none() | st.sampled_from(["INTJ", "ESFP"]),
    big_five=st.none() | st.builds(BigFive, **dict.fromkeys(BigFive.model_fields, SCORE)),
    identity=st.builds(Identity, social=TEXT, personal=TEXT),
    backstory=TEXT,
    speech=st.builds(Voice, style=TEXT, habits=LINES, examples=LINES),
    secrets=LINES,
    relationships=st.dictionaries(TEXT | st.just("extensions"), TEXT, max_size=3),
    alternate_greetings=st.lists(TEXT, max_size=2).map(tuple),
    talkativeness=st.floats(0, 1),
    lorebook=st.none()
    | st.builds(Lorebook, name=TEXT, extensions=EXTENSIONS, entries=st.lists(LORE, max_size=2).map(tuple)),
    extensions=EXTENSIONS,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(character=CHARACTERS)
def test_any_character_survives_being_written_and_read(character: Character) -> None:
    assert read(write(character), Character, Path("x.yaml")) == character


@settings(max_examples=100, deadline=None)
@given(title=LINE, premise=TEXT, goal=TEXT, what=LINE, topics=LINES)
def test_any_scene_survives_being_written_and_read(
    title: str, premise: str, goal: str, what: str, topics: tuple[str, ...]
) -> None:
    cast = (Part(character="a", goal=goal, entrance="turn 3"), Part(character="b", entrance="later"))
    events = (Beat(when=2, what=what),)
    scene = Scene(id="x", title=title[:200], premise=premise, cast=cast, topics=topics, events=events)
    assert read(write(scene), Scene, Path("x.yaml")) == scene


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300) | st.text(alphabet="ab:-[]{}&*!|>'\"#?%@ \n\t", max_size=120).map(str.encode))
def test_any_bytes_give_a_character_or_a_named_problem(data: bytes) -> None:
    try:
        found = read(data, Character, Path("x.yaml"))
    except Unreadable as error:
        assert error.problems
        assert str(error).startswith("x.yaml, line ")
    else:
        assert found.id == "x"


# Portraits ----------------------------------------------------------------------------------------------------------


def test_portrait_path_finds_the_named_the_own_and_the_shipped_picture(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/bo.yaml", "name: Bo")
    bo = library.character("bo")
    assert library.portrait_path(bo) is None
    shipped = put(tmp_path / "shipped", "characters/portraits/bo.webp", b"w")
    assert library.portrait_path(bo) == shipped
    edited = library.save_character(bo.model_copy(update={"appearance": "bald"}))
    assert library.portrait_path(edited) is None
    own = put(tmp_path / "own", "characters/portraits/bo.png", b"p")
    assert library.portrait_path(edited) == library.portrait_path(bo) == own
    named = put(tmp_path / "own", "characters/faces/mine.jpg", b"j")
    assert library.portrait_path(edited.model_copy(update={"portrait": "faces/mine.jpg"})) == named


@pytest.mark.parametrize(
    "portrait", ["../../secret.png", "/etc/hostname", "bo.yaml", "portraits", "gone.png", "\0.png", "x" * 5000 + ".png"]
)
def test_portrait_path_never_leaves_the_library(library: Library, tmp_path: Path, portrait: str) -> None:
    put(tmp_path, "secret.png", b"s")
    put(tmp_path / "own", "characters/bo.yaml", "name: Bo")
    assert library.portrait_path(Character(id="bo", name="Bo", portrait=portrait)) is None
    assert library.portrait_path(Character(id="../secret", name="Bo")) is None


def test_two_processes_that_save_under_one_name_write_over_nothing(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Library(tmp_path / "shipped", tmp_path / "own")
    sync = os.fsync
    waiting = [other]

    def between(handle: int) -> None:
        if waiting:
            waiting.pop().save_character(Character(id="", name="Bo", age=2))
        sync(handle)

    monkeypatch.setattr(os, "fsync", between)
    assert library.save_character(Character(id="", name="Bo", age=1)).id == "bo-2"
    assert [(item.id, item.age) for item in library.characters()] == [("bo", 2), ("bo-2", 1)]
    assert {file.name for file in (tmp_path / "own/characters").iterdir()} == {"bo.yaml", "bo-2.yaml"}


def test_many_saved_side_by_side_get_ids_of_their_own(library: Library) -> None:
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda age: library.save_character(Character(id="", name="Bo", age=age)), range(40)))
    assert len({item.id for item in saved}) == 40
    assert sorted(item.age or 0 for item in library.characters()) == list(range(40))
