"""The map of kin: characters laid out by their tropes, in communities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.domain.character import Character
from studio.errors import Invalid, NotFound
from studio.matching.pool import Numbers
from studio.matching.tropes.community import FEWEST, community
from studio.matching.tropes.space import CharacterSpace
from studio.ui.forms import about
from studio.ui.match.values import Kin, Kindred, Star
from studio.ui.present import person_of

KINDRED = 8
MAPPED = 400
ROOMY = 0.22
"""How far apart two on the map stand where there is room, of a width of 2."""


def kin_of(characters: Sequence[Character], chosen: str = "") -> Kin:
    """The map of those who have tropes, and the kin of whoever was chosen. Blocking."""
    told = {one.id: one for one in characters if one.tropes}
    if len(told) < FEWEST:
        return Kin(note=f"A map needs at least {FEWEST} characters with tropes. Give some on the Cast page.")
    rows = [(one.id, trope) for one in told.values() for trope in one.tropes]
    space = CharacterSpace.fit(rows, reg=1.0)
    groups = communities(space)
    places = spread(space.coordinates(), min(ROOMY, 1.1 / len(space.ids) ** 0.5))
    stars = tuple(
        Star(
            person=person_of(told[id_], about(told[id_])),
            x=round(float(places[at][0]), 4),
            y=round(float(places[at][1]), 4),
            group=groups[id_],
        )
        for at, id_ in enumerate(space.ids[:MAPPED])
    )
    if not chosen or chosen not in told:
        note = "" if not chosen else "Whoever was chosen has no tropes yet, so they have no kin here."
        return Kin(stars=stars, note=note)
    found = community(space, chosen)
    return Kin(
        stars=stars,
        chosen=person_of(told[chosen], about(told[chosen])),
        tropes=space.tropes_of(chosen),
        kindred=tuple(
            Kindred(
                person=person_of(told[one.id], about(told[one.id])),
                standing=one.standing,
                why=f"Both: {', '.join(one.tropes)}" if one.tropes else "Near by what their tropes go along with",
            )
            for one in found.neighbours[:KINDRED]
        ),
        suggested=space.suggest(space.tropes_of(chosen)),
        note=found.note,
    )


def spread(places: Numbers, apart: float, rounds: int = 120) -> Numbers:
    """Places (n, 2) moved as little as lets every two stand `apart`, as far as that goes within −1 to 1: a map whose
    points hide one another cannot be pointed at. The same places give the same map."""
    at = places.copy()
    turn = np.arange(len(at)) * 2.399963  # the golden angle: those at the very same place go different ways
    at += 1e-6 * np.column_stack((np.cos(turn), np.sin(turn)))
    for _ in range(rounds):
        away = at[:, None, :] - at[None, :, :]
        far = np.linalg.norm(away, axis=2)
        np.fill_diagonal(far, np.inf)
        short = np.clip(apart - far, 0.0, None)
        if not short.any():
            break
        at = np.clip(at + 0.5 * (away / np.maximum(far, 1e-9)[:, :, None] * short[:, :, None]).sum(axis=1), -1.0, 1.0)
    return at


def communities(space: CharacterSpace) -> dict[str, int]:
    """Character → number of its community, the largest first, 0 for whoever has none: those who are each other's kin,
    directly or through others."""
    likes: dict[str, frozenset[str]] = {}
    for id_ in space.ids:
        try:
            likes[id_] = frozenset(community(space, id_).positive)
        except (NotFound, Invalid):
            likes[id_] = frozenset()
    group: dict[str, int] = dict.fromkeys(space.ids, 0)
    found: list[list[str]] = []
    for id_ in space.ids:
        if any(id_ in one for one in found):
            continue
        reached, front = [id_], [id_]
        while front:
            here = front.pop()
            for other in sorted(likes[here]):
                if here in likes[other] and other not in reached:
                    reached.append(other)
                    front.append(other)
        found.append(reached)
    for number, members in enumerate(sorted((one for one in found if len(one) > 1), key=len, reverse=True), start=1):
        group.update(dict.fromkeys(members, number))
    return group
