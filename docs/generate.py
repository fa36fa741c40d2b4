"""Writes docs/methods.md from the methods' own cards. With `--check`, only says whether that file is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from studio.export.base import EXPORTERS
from studio.generation.writers.base import WRITERS
from studio.matching.bank.builders.base import BUILDERS
from studio.matching.base import MATCHERS
from studio.matching.casting.base import CASTINGS
from studio.memory.policies import POLICIES
from studio.registry import CardedMethod, Registry
from studio.roleplay.modes.base import MODES
from studio.roleplay.speakers.base import SPEAKERS
from studio.ui.pages.base import PAGES

METHODS = Path(__file__).with_name("methods.md")
REGISTRIES: dict[str, Registry[Any]] = {
    "How a play is run": MODES,
    "Who speaks next": SPEAKERS,
    "What comes to mind": POLICIES,
    "Who suits whom": MATCHERS,
    "How a persona bank is made": BUILDERS,
    "Who is cast": CASTINGS,
    "What a play is exported as": EXPORTERS,
    "What a model writes of a character": WRITERS,
    "Pages": PAGES,
}
HEAD = """# Methods

Everything the studio can be told to do in more than one way, as each method says of itself. A method is one file; its
fields are its parameters on the page, on the command line and in what is recorded with every result.

This page is generated: `make docs` writes it, `make check` fails when it is out of date.
"""


def page() -> str:
    """The whole of docs/methods.md.

    Raises: SystemExit naming the module when a method's file cannot be imported.
    """
    return HEAD + "".join(_section(title, registry) for title, registry in REGISTRIES.items())


def _section(title: str, registry: Registry[Any]) -> str:
    methods = registry.methods.values()
    for module, reason in registry.broken.items():
        raise SystemExit(f"{module} cannot be imported: {reason}")
    return f"\n## {title}\n\nOne file each in `{registry.package.replace('.', '/')}/`.\n" + "".join(
        map(_method, methods)
    )


def _method(method: type[CardedMethod]) -> str:
    card = method.card
    source = f"[{card.source or card.url}]({card.url})" if card.url else card.source
    facts = {
        "Source": source,
        "Needs": ", ".join(card.needs),
        "Model calls": card.cost if card.cost != "0" else "none",
        "Version": str(card.version),
    }
    listed = "".join(f"- {name}: {value}\n" for name, value in facts.items() if value)
    fields = "".join(_field(name, field) for name, field in method.model_fields.items())
    table = f"\n| Parameter | Default | Range | What it does |\n| --- | --- | --- | --- |\n{fields}" if fields else ""
    return f"\n### {card.title} (`{card.name}`)\n\n{card.summary}\n\n{listed}{table}"


def _field(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{name}` | {default} | {', '.join(_range(field))} | {field.description or ''} |\n"


def _range(field: FieldInfo) -> Iterator[str]:
    if get_origin(field.annotation) is Literal:
        yield from (f"`{choice}`" for choice in get_args(field.annotation))
    for sign, attribute in ((">", "gt"), ("≥", "ge"), ("<", "lt"), ("≤", "le")):
        for rule in field.metadata:
            if getattr(rule, attribute, None) is not None:
                yield f"{sign} {getattr(rule, attribute)}"


def main(arguments: list[str]) -> None:
    """Write the page, or with `--check` exit with 1 when the file differs from it."""
    wanted = page()
    if "--check" not in arguments:
        METHODS.write_text(wanted, encoding="utf-8")
    elif not METHODS.exists() or METHODS.read_text(encoding="utf-8") != wanted:
        raise SystemExit(f"docs/{METHODS.name} is out of date: run 'make docs' and commit it.")


if __name__ == "__main__":
    main(sys.argv[1:])
