"""Flat shapes from short path texts, drawn large and scaled down so that every edge is smooth."""

from __future__ import annotations

import io
import random
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from studio.cards.drawing.palette import Colour, rgb
from studio.domain.value import Value

if TYPE_CHECKING:
    from PIL import Image

OVERSAMPLING = 3
_STEPS = 18
_ARGUMENTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "O": 4, "Z": 0}

Point = tuple[float, float]
Box = tuple[int, int, int, int]


class Frame(Value):
    """Where a drawing's own coordinates lie on the 1000 × 1000 page: page = origin + scale × own."""

    x: float = 0.0
    y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0

    def wider(self, factor: float) -> Frame:
        """The same place, stretched sideways."""
        return self.model_copy(update={"scale_x": self.scale_x * factor})


PAGE = Frame()


@cache
def outlines(path: str) -> tuple[tuple[Point, ...], ...]:
    """The polygons of a path: `M x y`, `L x y`, `Q` and `C` curves, `Z`, all absolute, and `O cx cy rx ry`, an oval."""
    shapes: list[list[Point]] = []
    words = path.split()
    position = 0
    while position < len(words):
        command = words[position]
        count = _ARGUMENTS[command]
        numbers = [float(word) for word in words[position + 1 : position + 1 + count]]
        position += 1 + count
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            shapes.append(points)
        elif command == "L":
            shapes[-1] += points
        elif command in "QC":
            shapes[-1] += _curve([shapes[-1][-1], *points])
        elif command == "O":
            shapes.append(_oval(*numbers))
        else:
            shapes[-1].append(shapes[-1][0])
    return tuple(map(tuple, shapes))


def _curve(controls: list[Point]) -> list[Point]:
    """De Casteljau at even steps, without the first point."""
    found = []
    for step in range(1, _STEPS + 1):
        at, points = step / _STEPS, controls
        while len(points) > 1:
            points = [(ax + (bx - ax) * at, ay + (by - ay) * at) for (ax, ay), (bx, by) in pairwise(points)]
        found.append(points[0])
    return found


def _oval(x: float, y: float, radius_x: float, radius_y: float) -> list[Point]:
    handle_x, handle_y = radius_x * 0.5523, radius_y * 0.5523
    quarters = (
        [(x + radius_x, y), (x + radius_x, y + handle_y), (x + handle_x, y + radius_y), (x, y + radius_y)],
        [(x, y + radius_y), (x - handle_x, y + radius_y), (x - radius_x, y + handle_y), (x - radius_x, y)],
        [(x - radius_x, y), (x - radius_x, y - handle_y), (x - handle_x, y - radius_y), (x, y - radius_y)],
        [(x, y - radius_y), (x + handle_x, y - radius_y), (x + radius_x, y - handle_y), (x + radius_x, y)],
    )
    return [(x + radius_x, y), *(point for quarter in quarters for point in _curve(quarter))]


class Canvas:
    """A square page of 1000 × 1000 units, `size` pixels wide in the end."""

    def __init__(self, size: int, ground: Colour) -> None:
        from PIL import Image

        self.size = size
        self._pixels = size * OVERSAMPLING
        self._image = Image.new("RGB", (self._pixels, self._pixels), rgb(ground))

    def fill(
        self,
        path: str,
        colour: Colour,
        frame: Frame = PAGE,
        inside: str = "",
        outside: str = "",
        opacity: float = 1.0,
    ) -> None:
        """Fill a path: with `inside`, only where that other path lies too; with `outside`, only beside it."""
        from PIL import ImageChops

        shapes = self._placed(path, frame)
        box = self._box(shapes)
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        mask = _polygons(shapes, box)
        if inside:
            mask = ImageChops.multiply(mask, _polygons(self._placed(inside, frame), box))
        if outside:
            mask = ImageChops.subtract(mask, _polygons(self._placed(outside, frame), box))
        self._paint(mask, box, colour, opacity)

    def stroke(self, path: str, width: float, colour: Colour, frame: Frame = PAGE, opacity: float = 1.0) -> None:
        """Draw along a path with round ends; `width` is in the frame's units."""
        from PIL import Image, ImageDraw

        pixels = max(1, round(width * (frame.scale_x + frame.scale_y) / 2 * self._pixels / 1000))
        shapes = self._placed(path, frame)
        box = self._box(shapes, pixels)
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        draw = ImageDraw.Draw(mask)
        for shape in shapes:
            points = [(x - box[0], y - box[1]) for x, y in shape]
            draw.line(points, fill=255, width=pixels, joint="curve")
            for x, y in (points[0], points[-1]):
                radius = pixels / 2
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        self._paint(mask, box, colour, opacity)

    def fade(self, colour: Colour, opacity: float) -> None:
        """Let a colour rise from the lower edge, at most `opacity` strong."""
        from PIL import Image

        column = Image.linear_gradient("L").resize(self._image.size)
        box = (0, 0, self._pixels, self._pixels)
        self._paint(column.point(lambda value: max(0, value - 96) * 256 // 160), box, colour, opacity)

    def mirror(self) -> None:
        """Turn the page to face the other way."""
        from PIL import Image

        self._image = self._image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    def picture(self, grain: float, rng: random.Random) -> Image.Image:
        """The finished picture, `size` pixels wide, with a paper grain of `grain` levels either way."""
        from PIL import Image, ImageChops

        small = self._image.resize((self.size, self.size), Image.Resampling.BOX)
        noise = Image.frombytes("L", small.size, rng.randbytes(self.size * self.size))
        noise = noise.point(lambda value: round(128 + (value - 128) * grain / 128))
        layer = Image.merge("RGB", (noise, noise, noise))
        return ImageChops.add(small, layer, offset=-128)

    def _placed(self, path: str, frame: Frame) -> list[list[Point]]:
        factor = self._pixels / 1000
        return [
            [((frame.x + x * frame.scale_x) * factor, (frame.y + y * frame.scale_y) * factor) for x, y in shape]
            for shape in outlines(path)
        ]

    def _box(self, shapes: list[list[Point]], margin: int = 0) -> Box:
        """The pixels a set of outlines can touch."""
        columns = [x for shape in shapes for x, _ in shape]
        rows = [y for shape in shapes for _, y in shape]
        return (
            max(0, int(min(columns)) - margin),
            max(0, int(min(rows)) - margin),
            min(self._pixels, int(max(columns)) + margin + 2),
            min(self._pixels, int(max(rows)) + margin + 2),
        )

    def _paint(self, mask: Image.Image, box: Box, colour: Colour, opacity: float) -> None:
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        self._image.paste(rgb(colour), box, mask)


def _polygons(shapes: list[list[Point]], box: Box) -> Image.Image:
    from PIL import Image, ImageDraw

    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    draw = ImageDraw.Draw(mask)
    for shape in shapes:
        draw.polygon([(x - box[0], y - box[1]) for x, y in shape], fill=255)
    return mask


def webp(picture: Image.Image, quality: int = 82) -> bytes:
    """The picture as a lossy WebP file."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=6)
    return buffer.getvalue()
