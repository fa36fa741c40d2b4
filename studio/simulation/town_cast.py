"""Residents for a town: from the library's characters, or from the published personas of Generative Agents. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from studio.domain.character import Character, Identity
from studio.domain.identifiers import slug
from studio.errors import Invalid
from studio.simulation.town import Town

COMMONS = ("the café", "the market", "the park", "the workshop", "the pub")


def town_for(
    residents: Sequence[Character], begins: datetime, homes: Mapping[str, str] | None = None, **given: Any
) -> Town:
    """A town with a home for each resident (its own where none is given) and the usual common places. `given`: any
    other field of `Town`."""
    at_home = {one.id: (homes or {}).get(one.id) or f"{one.name}'s home" for one in residents}
    places = tuple(dict.fromkeys([*at_home.values(), *given.pop("places", COMMONS)]))
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    return Town(places=places, homes=at_home, begins=midnight, **given)


def published(text: str) -> tuple[tuple[Character, ...], dict[str, str]]:
    """The residents of a list of personas as Generative Agents publishes them, and whose home is where.

    Raises: Invalid for what is no such list.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(f"That file is no JSON: {error}.") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) and one.get("name") for one in found):
        raise Invalid("That file is no list of personas: each needs a name.")
    residents: list[Character] = []
    homes: dict[str, str] = {}
    for number, one in enumerate(found):
        id_ = slug(str(one["name"]), f"resident-{number}")
        residents.append(
            Character(
                id=id_,
                name=str(one["name"]),
                age=one.get("age") if isinstance(one.get("age"), int) else None,
                traits=tuple(part.strip() for part in str(one.get("innate") or "").split(",") if part.strip()),
                backstory=str(one.get("learned") or ""),
                identity=Identity(life_context=str(one.get("lifestyle") or "")),
                goals=(str(one["currently"]),) if one.get("currently") else (),
            )
        )
        area = one.get("living_area")
        if isinstance(area, list) and len(area) > 1:
            homes[id_] = str(area[1])
    return tuple(residents), homes
