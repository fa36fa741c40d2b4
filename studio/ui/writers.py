"""Which model writes for whom. A visitor's own choice, with its key, lives here and nowhere else."""

from __future__ import annotations

from studio.llm.client import Model
from studio.roleplay.engine import Engine
from studio.ui.visit import Visit
from studio.wiring import Studio


class Writers:
    """Models and engines by the page of a visit."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._chosen: dict[str, Model] = {}
        self._engines: dict[str, Engine] = {}

    async def model(self, visit: Visit) -> Model:
        """The model of this visit: the one chosen on the Models page, else the studio's own."""
        return self._chosen.get(visit.page) or await self._studio.models.open()

    def choose(self, visit: Visit, model: Model) -> None:
        """Let this visit play with a model. It lives, with its key, in this process's memory alone."""
        self._chosen[visit.page] = model
        self._engines.pop(visit.page, None)

    def chosen(self, visit: Visit) -> Model | None:
        """The model chosen in this visit, if any."""
        return self._chosen.get(visit.page)

    def leave(self, page: str) -> None:
        """A tab was closed: forget its model and key."""
        self._chosen.pop(page, None)
        self._engines.pop(page, None)

    async def engine(self, visit: Visit) -> Engine:
        """The engine of this visit."""
        engine = self._engines.get(visit.page)
        if engine is None:
            engine = self._studio.engine(await self.model(visit))
            self._engines[visit.page] = engine
        return engine
