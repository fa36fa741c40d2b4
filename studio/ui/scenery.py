"""What a scene looks like from afar: the hour, the weather and the kind of place, read off its own words. Pure.

A drawing for the head of the script is made of it on the page. Words decide, in the order of the lists, so that a scene
always looks alike; where nothing is said, it is an evening indoors.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Literal

from studio.domain.scene import Scene
from studio.domain.value import Value

Light = Literal["dawn", "day", "dusk", "night"]
Air = Literal["clear", "rain", "snow", "fog", "storm"]
Ground = Literal["sea", "stars", "wood", "hills", "town", "room"]

_LIGHT: MappingProxyType[Light, str] = MappingProxyType(
    {
        "dawn": r"dawn|daybreak|sunrise|first light|early morning|before the first",
        "dusk": r"dusk|sunset|twilight|evening|light going|sundown|late afternoon|half past three",
        "night": r"night|midnight|small hours|in the morning watch|middle watch|o'clock at night|"
        r"(?:to|past) (?:one|two|three|four|five) in the morning|(?:2[0-3]|0[0-4]):\d\d",
        "day": r"morning|noon|midday|afternoon|day\b|lunch|period|(?:0[89]|1[0-6]):\d\d",
    }
)
_AIR: MappingProxyType[Air, str] = MappingProxyType(
    {
        "storm": r"storm|thunder|lightning|gale|hurricane",
        "snow": r"snow|blizzard|sleet|frost|ice\b",
        "fog": r"fog|mist|haze|smoke",
        "rain": r"rain|wet|drizzle|downpour|flood",
    }
)
_GROUND: MappingProxyType[Ground, str] = MappingProxyType(
    {
        "stars": r"flight deck|spaceship|space station|orbit|starship|airlock|\bmoon\b|saturn|mars\b",
        "sea": r"\bsea\b|ferry|\bship|boat|harbou?r|coast|island|beach|lighthouse|\bquay|\bdeck\b|river|\bloch\b",
        "room": r"room\b|kitchen|canteen|office|lift\b|taproom|tavern|inn\b|laborator|wings|cellar|ward\b|parlou?r|"
        r"[\w]+room\b|salon|saloon|studio|library|archive|classroom|\bhall\b|bedroom|flat\b|caf[eé]|restaurant|court",
        "wood": r"forest|\bwood|jungle|garden|orchard|\bpark\b",
        "hills": r"hill|mountain|valley|moor|desert|field|farm|\broad\b|camp",
        "town": r"street|city|town|square|roof|market|station|alley|bridge|village",
    }
)


class Scenery(Value):
    """The drawing at the head of the script. `seed` varies it from scene to scene; `picture`: the
    address of one that hangs in its place."""

    light: Light = "dusk"
    air: Air = "clear"
    ground: Ground = "room"
    seed: int = 0
    picture: str = ""


def scenery_of(scene: Scene) -> Scenery:
    """How a scene looks. What stands under time and place weighs more than the premise."""
    near = f"{scene.time} {scene.place}".lower()
    far = f"{near} {scene.mood} {scene.setting} {scene.premise}".lower()
    light = next((name for name, words in _LIGHT.items() if _told(words, near)), "dusk")
    air = next((name for name, words in _AIR.items() if _told(words, f"{near} {scene.mood.lower()}")), "clear")
    ground = next((name for name, words in _GROUND.items() if _told(words, scene.place.lower())), None)
    ground = ground or next((name for name, words in _GROUND.items() if _told(words, far)), "room")
    return Scenery(light=light, air=air, ground=ground, seed=sum(scene.id.encode()) % 1000)


def _told(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})", text) is not None
