"""What every drawing step is handed: the page, where head and body lie on it, the likeness and its colours."""

from __future__ import annotations

from dataclasses import dataclass

from studio.cards.drawing.canvas import Canvas, Frame
from studio.cards.drawing.likeness import Likeness
from studio.cards.drawing.palette import Colour, Palette


@dataclass(frozen=True)
class Easel:
    """Head and body share an origin between the eyes' height and the nose; a face is 200 units wide and 254 high
    (−127 crown, 127 chin). `head` is stretched by the shape of the face, `body` by the build."""

    canvas: Canvas
    head: Frame
    body: Frame
    face: str
    look: Likeness
    colours: Palette

    def on_head(self, path: str, colour: Colour, inside: str = "", opacity: float = 1.0) -> None:
        """Fill in head coordinates."""
        self.canvas.fill(path, colour, self.head, inside, opacity=opacity)

    def on_body(self, path: str, colour: Colour, inside: str = "", opacity: float = 1.0) -> None:
        """Fill in body coordinates."""
        self.canvas.fill(path, colour, self.body, inside, opacity=opacity)

    def line(self, path: str, width: float, colour: Colour, opacity: float = 1.0) -> None:
        """Stroke in head coordinates."""
        self.canvas.stroke(path, width, colour, self.head, opacity)

    def seam(self, path: str, width: float, colour: Colour, opacity: float = 1.0) -> None:
        """Stroke in body coordinates."""
        self.canvas.stroke(path, width, colour, self.body, opacity)
