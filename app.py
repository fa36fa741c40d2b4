"""Start the studio: `python app.py`, `make run`, or a Hugging Face Space."""

from __future__ import annotations

import asyncio
import sys

from studio.errors import StudioError
from studio.settings import Settings
from studio.ui.app import launch
from studio.wiring import open_studio


def main() -> None:
    """Open the house, then the doors."""
    try:
        launch(asyncio.run(open_studio(Settings())))
    except StudioError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
