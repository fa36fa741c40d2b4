"""Writes docs/modes.md: what every mode does and costs. With `--check`, only says whether that file is up to date."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.modes import table, variants
from studio.roleplay.modes.base import MODES

PAGE = Path(__file__).with_name("modes.md")
SHIFT_TOKENS = 50
"""Tokens are told to the nearest fifty: a word more in a prompt is no news."""
SOURCE = Path(__file__).with_name("modes.in.md")
TABLE, DESCRIBED = "<!-- the table -->", "<!-- the modes -->"


def page() -> str:
    """The whole of docs/modes.md."""
    figures = asyncio.run(table(list(variants())))
    rows = "\n".join(
        f"| {name} | {row['calls_per_turn']:g} | {_rounded(row['prompt_tokens_per_turn'])} "
        f"| {_rounded(row['written_tokens_per_turn'], 10)} | {_rounded(row['largest_prompt_chars'], 100)} |"
        for name, row in figures.items()
    )
    told = [
        f"## {method.card.title} (`{name}`)\n\n{method.card.summary}\n\n{_told(method)}"
        for name, method in MODES.methods.items()
    ]
    text = SOURCE.read_text(encoding="utf-8")
    return text.replace(TABLE, rows).replace(DESCRIBED, "\n\n".join(told))


def _told(method: type[object]) -> str:
    """The class's own words, each paragraph in a line."""
    paragraphs = (method.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _rounded(value: float, to: int = SHIFT_TOKENS) -> str:
    return f"{to * round(value / to):,}"


def main(arguments: list[str]) -> None:
    """Write the page, or with `--check` exit with 1 when the file differs from it."""
    wanted = page()
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        raise SystemExit(f"docs/{PAGE.name} is out of date: run 'make docs' and commit it.")


if __name__ == "__main__":
    main(sys.argv[1:])
