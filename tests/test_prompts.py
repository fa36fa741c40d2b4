"""Templates render strictly and never render what people wrote."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from studio.prompts import render, templates
from tests.plays import ADA


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("roleplay/actor_tail", name="Ada")


def test_braces_in_a_characters_text_stay_braces() -> None:
    text = render("shared/character", c=ADA.model_copy(update={"backstory": "{{ 7 * 7 }} {% raw %}"}))
    assert "{{ 7 * 7 }} {% raw %}" in text


def test_the_shared_partial_tells_a_whole_character() -> None:
    text = render("shared/character", c=ADA)
    for part in ("Ada Voss, 61", "lighthouse keeper", "stubborn", "reading weather", "Keep the lamp lit", "clipped"):
        assert part in text


def test_every_template_compiles() -> None:
    from studio.prompts import _environment

    assert len(templates()) >= 5
    for name in templates():
        assert _environment().get_template(f"{name}.jinja")
