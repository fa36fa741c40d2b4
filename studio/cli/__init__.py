"""The second door: the `studio` command."""

from studio.cli.commands import main

__all__ = ["main"]
