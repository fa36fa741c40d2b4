"""A character as the page holds it, and back without a loss."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.character import Character
from studio.domain.lorebook import Lorebook, LoreEntry
from studio.ui.cast import form

ADA = Character(
    id="ada",
    name="Ada Voss",
    traits=("stubborn",),
    original="abc",
    extensions={"card": {"data": {"nickname": "Old Voss"}}},
    lorebook=Lorebook(
        extensions={"from": "elsewhere"},
        entries=(
            LoreEntry(id="1", content="The lamp.", extensions={"uid": 1}),
            LoreEntry(id="1", content="The twin.", extensions={"uid": 2}),
            LoreEntry(id="2", content="The sea.", extensions={"uid": 12345678901234567890}),
        ),
    ),
)
BODY = form.body_of(ADA)


def test_what_other_programs_keep_never_leaves_and_is_there_again_afterwards() -> None:
    shown = form.shown(BODY)
    assert "uid" not in json.dumps(shown) and "nickname" not in json.dumps(shown) and "abc" not in json.dumps(shown)
    back = form.merged(BODY, {**shown, "age": 61})
    character, marks = form.understood(back, "ada")
    assert marks == ()
    assert character == ADA.model_copy(update={"age": 61})


def test_an_entry_taken_out_and_one_put_in_keep_the_others_extensions_where_they_belong() -> None:
    book = form.shown(BODY)["lorebook"]
    assert isinstance(book, dict) and isinstance(book["entries"], list)
    entries = [book["entries"][2], {"id": "new", "content": "Fresh."}, book["entries"][0]]
    character, _ = form.understood(form.merged(BODY, {"lorebook": {**book, "entries": entries}}), "ada")
    assert character is not None and character.lorebook is not None
    assert [one.extensions.get("uid") for one in character.lorebook.entries] == [12345678901234567890, None, 1]
    assert character.lorebook.extensions == {"from": "elsewhere"}


def test_a_patch_changes_nothing_but_fields_of_the_form() -> None:
    patch = {"id": "bo", "extensions": {"card": "gone"}, "original": "x", "surprise": 1, "name": "Bo"}
    assert form.merged(BODY, patch) == {**BODY, "name": "Bo"}


def test_answers_lie_beside_what_other_programs_keep() -> None:
    body = form.merged(BODY, {"answers": {"bfi": {"1": 4}}})
    assert form.shown(body)["answers"] == {"bfi": {"1": 4}}
    assert body["extensions"] == {**ADA.extensions, "questionnaires": {"bfi": {"1": 4}}}
    assert form.merged(body, {"answers": {}}) == BODY


def test_what_cannot_be_used_is_told_at_its_field() -> None:
    body = {**BODY, "age": -3, "mbti": "XXXX", "name": " ", "facts": ["He swims.", ""]}
    character, marks = form.understood(body, "ada")
    assert character is None
    told = {mark.field: mark for mark in marks}
    assert set(told) == {"age", "mbti", "name", "facts.1"}
    assert "whole years" in told["age"].message and told["age"].severity == "error"
    assert told["name"].severity == "hint", "who has just begun has done nothing wrong"


@given(st.dictionaries(st.sampled_from(sorted(Character.model_fields)), st.none() | st.integers() | st.text()))
def test_no_form_is_too_broken_to_be_looked_at(patch: dict[str, object]) -> None:
    body = form.merged(BODY, patch)  # type: ignore[arg-type]
    form.understood(body, "ada")
    form.name_of(body)
    form.shown(body)
