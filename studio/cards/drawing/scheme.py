"""The colours of one portrait, chosen together: temperament sets the family, words win, hair and cloth stand out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.cards.drawing.likeness import Likeness
from studio.cards.drawing.palette import WORDS, Colour, Palette, lit
from studio.domain.value import Value


class Family(Value):
    """Grounds for the outgoing and the inward, a light and a deep halo, and two accents."""

    open_ground: Colour
    deep_ground: Colour
    light_halo: Colour
    deep_halo: Colour
    accents: tuple[Colour, Colour]


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "NT": Family(
            open_ground=(0.68, 0.105, 298),
            deep_ground=(0.36, 0.09, 288),
            light_halo=(0.88, 0.06, 345),
            deep_halo=(0.55, 0.1, 340),
            accents=((0.86, 0.15, 105), (0.78, 0.14, 62)),
        ),
        "NF": Family(
            open_ground=(0.73, 0.105, 162),
            deep_ground=(0.4, 0.07, 178),
            light_halo=(0.92, 0.075, 105),
            deep_halo=(0.54, 0.08, 195),
            accents=((0.66, 0.17, 32), (0.58, 0.17, 355)),
        ),
        "SJ": Family(
            open_ground=(0.69, 0.1, 238),
            deep_ground=(0.38, 0.085, 258),
            light_halo=(0.92, 0.04, 78),
            deep_halo=(0.56, 0.085, 222),
            accents=((0.82, 0.145, 80), (0.68, 0.165, 42)),
        ),
        "SP": Family(
            open_ground=(0.73, 0.125, 52),
            deep_ground=(0.41, 0.1, 28),
            light_halo=(0.92, 0.085, 92),
            deep_halo=(0.5, 0.115, 12),
            accents=((0.55, 0.1, 212), (0.43, 0.12, 268)),
        ),
    }
)
CLOTHS: Mapping[str, Colour] = MappingProxyType(
    {
        "cloak": (0.36, 0.05, 50),
        "labcoat": WORDS["white"],
        "hivis": WORDS["orange"],
        "uniform": WORDS["navy"],
        "apron": WORDS["cream"],
        "spacesuit": WORDS["white"],
        "tunic": WORDS["teal"],
        "dungarees": (0.45, 0.08, 255),
    }
)


def scheme(look: Likeness) -> Palette:
    """Ground, halo, accent, skin, hair and cloth of a likeness."""
    lot = look.lot("scheme")
    family = FAMILIES[look.temperament or lot.choice(sorted(FAMILIES))]
    turn, shift = lot.uniform(-13, 13), lot.uniform(-0.03, 0.03)
    ground = _turned(family.open_ground if look.extravert else family.deep_ground, turn, shift)
    accent, other = family.accents if lot.random() < 0.5 else family.accents[::-1]
    metal = WORDS["brass"]
    cloth = (
        lit(metal, -0.14) if look.robot else look.garment.colour or CLOTHS.get(look.garment.kind) or lit(other, -0.12)
    )
    if abs(cloth[0] - ground[0]) < 0.14:
        ground = lit(ground, 0.13 if ground[0] > max(0.45, cloth[0]) else -0.13 if ground[0] > 0.42 else -0.1)
    skin = metal if look.robot else look.skin
    crown = look.hat.colour or (skin if look.hair == "bald" or look.robot else look.hair_colour)
    halo = family.deep_halo if crown[0] > 0.66 else family.light_halo
    if abs(halo[0] - ground[0]) < 0.12:
        halo = lit(halo, 0.14 if halo[0] >= ground[0] else -0.14)
    if abs(accent[0] - ground[0]) < 0.1:
        accent = lit(accent, 0.16 if accent[0] > ground[0] else -0.2)
    return Palette(
        ground=ground,
        halo=_turned(halo, -turn, 0),
        accent=accent,
        skin=skin,
        hair=look.hair_colour,
        beard=look.beard_colour,
        cloth=cloth,
        trim=look.garment.second or other,
    )


def _turned(colour: Colour, turn: float, shift: float) -> Colour:
    return (colour[0] + shift, colour[1], (colour[2] + turn) % 360)
