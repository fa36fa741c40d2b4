"""How far a download has come, on one line of the terminal."""

from __future__ import annotations

import sys

MEGABYTE = 1_000_000


class Progress:
    """Called with bytes done and bytes in all. `live`: the line is rewritten in place; else only the end is told."""

    def __init__(self, name: str, *, live: bool) -> None:
        self._name = name
        self._live = live
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Show a new whole megabyte."""
        if self._live and done // MEGABYTE != self._shown:
            self._shown = done // MEGABYTE
            of = f" of {total // MEGABYTE}" if total else ""
            sys.stderr.write(f"\rFetching {self._name}: {self._shown}{of} MB")
            sys.stderr.flush()

    def done(self) -> None:
        """Say that it is there."""
        sys.stderr.write(
            f"{chr(13) if self._live else ''}{self._name} is here and whole.{' ' * 20 if self._live else ''}\n"
        )
