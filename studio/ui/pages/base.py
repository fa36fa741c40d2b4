"""What a page is: one file in this folder with a class that lays out its tab and wires it. It is found by its card."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import gradio as gr

from studio.registry import CardedMethod, Registry
from studio.ui.acts import Acts
from studio.ui.desk import Desk
from studio.ui.library.deliveries import Deliveries


@dataclass(frozen=True)
class House:
    """What every page may use: the desk and its acts, the visit, the tabs to switch between, the component that hands
    frames on to the stage, and the way for files in and out."""

    desk: Desk
    acts: Acts
    visit: gr.State
    tabs: gr.Tabs
    channel: gr.HTML
    deliveries: Deliveries


class Page(CardedMethod):
    """A tab. `card.name` is its id, `card.title` its label; tabs stand in the order of `order`, smallest first."""

    order: ClassVar[int] = 100

    @abstractmethod
    def layout(self) -> Any:
        """The tab's components, without a single handler; `wire` is handed what this returns."""

    @abstractmethod
    def wire(self, parts: Any, house: House, entry: gr.Tab) -> None:
        """Connect the components. `entry.select` is the moment somebody opens the tab."""


PAGES: Registry[Page] = Registry("studio.ui.pages", Page)  # type: ignore[type-abstract]
