"""What every test may count on: nobody's own settings, keys or plays are ever read or touched."""

from __future__ import annotations

import asyncio
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studio.llm.assets import PINNED, Assets
from studio.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = ("STUDIO_", "SPACE_", "OAUTH_", "HF_TOKEN", "GRADIO_")
OWN_ASSETS = Settings().data_dir / "assets"
_HOME = tempfile.TemporaryDirectory(prefix="greenroom-tests-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    """Leave the person's settings and keys outside; a `Settings()` made without care lands in a folder of its own."""
    for name in list(os.environ):
        if (name.startswith(FOREIGN) and name != "STUDIO_SHARED_DATA") or name.endswith("_API_KEY"):
            del os.environ[name]
    os.environ["STUDIO_DATA_DIR"] = _HOME.name
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    Settings.model_config["env_file"] = None


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    _HOME.cleanup()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared data folder: `STUDIO_SHARED_DATA`, else `shared` beside the repository. Skips without it."""
    folder = Path(os.environ.get("STUDIO_SHARED_DATA") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"the shared data folder {folder} is not there; name it in STUDIO_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def assets() -> Path:
    """The folder that holds the starter and embedding models, where `make test` and `make run` put them too. To use it
    in a data folder of a test's own: `(data_dir / "assets").symlink_to(assets)`."""

    async def fetch() -> None:
        for asset in PINNED:
            await Assets(OWN_ASSETS, Settings().hub).fetch(asset)

    with ThreadPoolExecutor(max_workers=1) as pool:  # in the main thread Playwright may be keeping a loop of its own
        pool.submit(asyncio.run, fetch()).result()
    return OWN_ASSETS
