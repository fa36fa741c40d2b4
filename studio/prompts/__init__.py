"""Every word said to a model lies in a template beside this file: <package>/<method>.jinja."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("studio", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,  # plain text for a model, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )


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


def templates() -> tuple[str, ...]:
    """The names of all templates, sorted."""
    return tuple(sorted(name.removesuffix(".jinja") for name in _environment().list_templates(extensions=["jinja"])))
