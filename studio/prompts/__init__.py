"""Every word said to a model lies in a template beside this file: <package>/<method>.jinja."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

_SECTION = re.compile("\x1e([a-z_.]+)\x1f")
"""What `{{ section("…") }}` leaves in a text; two characters that nobody types and no file of the library may hold."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("studio", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,  # plain text for a model, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    environment.globals["section"] = lambda name: ""
    return environment


def render(template: str, **values: object) -> str:
    """The text of `<template>.jinja` with these values. A name the template uses and nobody gave is an error.

    Values are inserted once and never rendered themselves: braces in a character's text stay braces.
    """
    return _environment().get_template(f"{template}.jinja").render(**values).strip()


def prepare(*packages: str) -> None:
    """Compile the templates of these packages, so that nobody waits for it at the first use of each."""
    for template in _environment().list_templates(extensions=["jinja"]):
        if template.split("/")[0] in packages:
            _environment().get_template(template)


def sections(template: str, **values: object) -> tuple[tuple[str, str], ...]:
    """The text that `render` gives, in the pieces the template names with `{{ section("…") }}`: name and text of each,
    whose texts joined are the whole. What stands before the first has the name ""; a name may come more than once."""
    named = _environment().get_template(f"{template}.jinja")
    text = named.render(**values, section=lambda name: f"\x1e{name}\x1f")
    first, *rest = _SECTION.split(text)
    pieces = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    return stripped(pieces)


def stripped(pieces: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Named pieces of a text without the blanks at its two ends; empty ones are left out."""
    kept = [piece for piece in pieces if piece[1]]
    while kept and not kept[0][1].lstrip():
        kept.pop(0)
    while kept and not kept[-1][1].rstrip():
        kept.pop()
    if kept:
        kept[0] = (kept[0][0], kept[0][1].lstrip())
        kept[-1] = (kept[-1][0], kept[-1][1].rstrip())
    return tuple(kept)


def templates() -> tuple[str, ...]:
    """The names of all templates, sorted."""
    return tuple(sorted(name.removesuffix(".jinja") for name in _environment().list_templates(extensions=["jinja"])))
