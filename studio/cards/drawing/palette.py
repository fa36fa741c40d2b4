"""The colours of one portrait, chosen together: temperament sets the hue, age greys, words win over both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.value import Value

Colour = tuple[float, float, float]
"""OKLCH: lightness 0–1, chroma 0–0.37, hue in degrees. Equal steps look equal, which hex codes never do."""

INK: Colour = (0.24, 0.03, 290)
PAPER: Colour = (0.95, 0.025, 85)

WORDS: Mapping[str, Colour] = MappingProxyType(
    {
        "black": (0.27, 0.015, 280),
        "charcoal": (0.37, 0.012, 260),
        "grey": (0.68, 0.012, 250),
        "gray": (0.68, 0.012, 250),
        "silver": (0.82, 0.012, 250),
        "white": (0.95, 0.008, 90),
        "cream": (0.93, 0.03, 85),
        "oatmeal": (0.84, 0.035, 80),
        "ivory": (0.94, 0.03, 90),
        "sandy": (0.66, 0.1, 68),
        "blond": (0.85, 0.09, 90),
        "blonde": (0.85, 0.09, 90),
        "golden": (0.82, 0.13, 85),
        "gold": (0.82, 0.13, 85),
        "yellow": (0.86, 0.16, 92),
        "mustard": (0.75, 0.135, 82),
        "amber": (0.75, 0.15, 70),
        "orange": (0.72, 0.17, 52),
        "copper": (0.6, 0.135, 45),
        "ginger": (0.65, 0.15, 52),
        "auburn": (0.45, 0.105, 38),
        "red": (0.57, 0.19, 27),
        "scarlet": (0.58, 0.2, 28),
        "crimson": (0.48, 0.17, 20),
        "burgundy": (0.38, 0.115, 12),
        "maroon": (0.39, 0.12, 18),
        "rose": (0.67, 0.13, 5),
        "pink": (0.78, 0.11, 0),
        "magenta": (0.58, 0.2, 345),
        "purple": (0.47, 0.14, 308),
        "violet": (0.52, 0.16, 295),
        "lilac": (0.77, 0.08, 305),
        "indigo": (0.39, 0.13, 275),
        "navy": (0.34, 0.075, 262),
        "blue": (0.53, 0.13, 255),
        "turquoise": (0.74, 0.1, 195),
        "teal": (0.55, 0.09, 195),
        "green": (0.52, 0.11, 150),
        "moss": (0.5, 0.08, 125),
        "olive": (0.55, 0.085, 110),
        "emerald": (0.58, 0.13, 160),
        "brown": (0.42, 0.065, 55),
        "chestnut": (0.42, 0.08, 45),
        "tan": (0.72, 0.07, 70),
        "bronze": (0.6, 0.095, 60),
        "brass": (0.76, 0.105, 85),
        "steel": (0.66, 0.025, 240),
    }
)

SKINS: tuple[Colour, ...] = (
    (0.88, 0.04, 60),
    (0.82, 0.06, 58),
    (0.75, 0.075, 60),
    (0.66, 0.08, 58),
    (0.58, 0.078, 52),
    (0.51, 0.07, 48),
    (0.44, 0.06, 45),
)


class Palette(Value):
    """Every colour a portrait is drawn with, as OKLCH."""

    ground: Colour
    halo: Colour
    accent: Colour
    skin: Colour
    hair: Colour
    beard: Colour
    cloth: Colour
    trim: Colour


def rgb(colour: Colour) -> tuple[int, int, int]:
    """The colour as 8-bit sRGB; what a screen cannot show is brought in by lowering the chroma."""
    lightness, chroma, hue = colour
    for _ in range(12):
        channels = _linear(lightness, chroma, hue)
        if all(-0.001 <= channel <= 1.001 for channel in channels):
            break
        chroma *= 0.88
    red, green, blue = (_encoded(channel) for channel in channels)
    return red, green, blue


def lit(colour: Colour, by: float) -> Colour:
    """The colour lighter by so much, or darker where `by` is negative; shadows turn a little towards blue."""
    lightness, chroma, hue = colour
    return (min(0.98, max(0.12, lightness + by)), chroma * (1 - max(0.0, by)), (hue + (by < 0) * by * -30) % 360)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """The colour `share` of the way from one to the other, through the mixed hue rather than round the wheel."""
    angles = [math.radians(colour[2]) for colour in (one, other)]
    weights = [one[1] * (1 - share), other[1] * share]
    a = sum(weight * math.cos(angle) for weight, angle in zip(weights, angles, strict=True))
    b = sum(weight * math.sin(angle) for weight, angle in zip(weights, angles, strict=True))
    return (one[0] + (other[0] - one[0]) * share, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear sRGB of an OKLCH colour. Source: B. Ottosson, "A perceptual color space for image processing", 2020."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    curved = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(255 * curved)
