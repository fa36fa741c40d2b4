"""Kinds of persona, and who may be given away."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.character import Character, Consent, Source
from studio.domain.persona import KIND_OF, needs_consent, require_consent, suggest_persona_types
from studio.errors import Invalid
from studio.library import Library

ROOT = Path(__file__).resolve().parent.parent.parent
AGREED = Consent(who="Mara Lind", when="2026-01-12", scope="private play")
HISTORY = Source(kind="user_history", ref="messages of 2025")


def test_every_shipped_character_says_what_it_is_and_where_from() -> None:
    for character in Library(ROOT, ROOT / "nobody").characters():
        assert character.persona_type in KIND_OF
        assert character.sources
        assert suggest_persona_types(character) == ("character",)
        require_consent(character)


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"career": "a baker", "age": 50, "traits": ("kind",)}, ("demographic",)),
        ({"career": "a baker", "sources": (Source(kind="description", ref="a novel"),)}, ("character",)),
        ({"backstory": "Born."}, ("character",)),
        ({"sources": (HISTORY,)}, ("individualised",)),
        ({"sources": (HISTORY,), "facts": ("Mara runs.",)}, ("individualised", "character")),
        ({"consent": AGREED}, ("individualised", "demographic")),
    ],
)
def test_the_kind_is_suggested_by_what_is_known(fields: dict[str, object], kinds: tuple[str, ...]) -> None:
    assert suggest_persona_types(Character.model_validate({"id": "x", "name": "X", **fields})) == kinds


@pytest.mark.parametrize("persona_type", ["real", "user"])
def test_nobody_living_is_given_away_without_consent(persona_type: str) -> None:
    mara = Character.model_validate({"id": "mara", "name": "Mara Lind", "persona_type": persona_type})
    assert needs_consent(mara)
    with pytest.raises(Invalid, match=r"Mara Lind is a .*'consent' is empty"):
        require_consent(mara)
    require_consent(mara.model_copy(update={"consent": AGREED}))


def test_an_old_card_without_the_fields_still_works() -> None:
    old = Character.model_validate({"id": "x", "name": "X", "persona_type": "original", "backstory": "Born."})
    assert (old.sources, old.consent, old.construction) == ((), None, "prompt")
