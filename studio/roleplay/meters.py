"""How well a play keeps to its form, measured on what is stored with its lines: no model is asked. Pure.

`cut`: lines from which something was taken because it was spoken for somebody else (the anti-bleed of `reply`).
`repetition`: the share of a line's word triples its speaker has used before, 0–1; short lines count by their words.
`length`: words a line. `stalls`: places where three turns in a row said nearly the same (as the narrator sees them).
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence

from studio.domain.event import TURNS, Event
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.narrator import STALL_TURNS, alike

GRAM = 3
PEOPLE_SAY = 17
"""Words people write a turn in role-play; models left to themselves write some 45."""
WORDY = 60
REPEATED = 0.5


class LineMeter(Value):
    """One line by its event id."""

    id: str
    actor: str
    model: str = ""
    words: int = 0
    repetition: float = 0.0
    cut: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words; empty for a good line."""
        found = []
        if self.cut:
            found.append("spoke for somebody else")
        if self.repetition >= REPEATED:
            found.append(f"{self.repetition:.0%} said before")
        if self.words > WORDY:
            found.append(f"{self.words} words")
        return tuple(found)


class Meter(Value):
    """Lines taken together: of a play, a character or a model. Shares are 0–1, None without lines."""

    name: str
    lines: int = 0
    cut: float | None = None
    repetition: float | None = None
    words: float | None = None


class Meters(Value):
    """A play measured: as a whole, by character and by model; its lines by id; how often it stalled."""

    play: Meter
    characters: tuple[Meter, ...] = ()
    models: tuple[Meter, ...] = ()
    lines: tuple[LineMeter, ...] = ()
    stalls: int = 0


def measured(transcript: Transcript) -> Meters:
    """The meters of the path, edited lines as they now read. People's own lines are not measured."""
    lines: list[LineMeter] = []
    said: dict[str, set[tuple[str, ...]]] = {}
    turns = [event for event in transcript.told if event.kind in TURNS]
    for event in turns:
        grams = _grams(re.findall(r"\w+", event.text.lower()))
        known = said.setdefault(event.actor, set())
        if event.provenance is not None:
            lines.append(_line(event, grams, known))
        known.update(grams)
    names = {member.id: member.name for member in transcript.session.cast}
    speakers = dict.fromkeys(line.actor for line in lines)
    models = dict.fromkeys(line.model for line in lines)
    return Meters(
        play=_meter(transcript.session.title, lines),
        characters=tuple(
            _meter(names.get(actor, actor), [line for line in lines if line.actor == actor]) for actor in speakers
        ),
        models=tuple(_meter(model, [line for line in lines if line.model == model]) for model in models),
        lines=tuple(lines),
        stalls=stalls([event.text for event in turns]),
    )


def stalls(texts: Sequence[str]) -> int:
    """How often three turns in a row say nearly the same; a longer run of them counts once."""
    found, running = 0, False
    for at in range(STALL_TURNS, len(texts) + 1):
        same = alike(texts[at - STALL_TURNS : at])
        found += same and not running
        running = same
    return found


def _line(event: Event, grams: Sequence[tuple[str, ...]], known: set[tuple[str, ...]]) -> LineMeter:
    cut = event.parts.get("cut")
    return LineMeter(
        id=event.id,
        actor=event.actor,
        model=event.provenance.model if event.provenance else "",
        words=len(event.text.split()),
        repetition=round(sum(gram in known for gram in grams) / len(grams), 3) if grams else 0.0,
        cut=tuple(map(str, cut)) if isinstance(cut, list) else (),
    )


def _grams(said: Sequence[str]) -> list[tuple[str, ...]]:
    if len(said) < GRAM:
        return [tuple(said)] if said else []
    return [tuple(said[at : at + GRAM]) for at in range(len(said) - GRAM + 1)]


def _meter(name: str, lines: Iterable[LineMeter]) -> Meter:
    every = list(lines)
    if not every:
        return Meter(name=name)
    return Meter(
        name=name,
        lines=len(every),
        cut=round(sum(bool(line.cut) for line in every) / len(every), 3),
        repetition=round(statistics.fmean(line.repetition for line in every), 3),
        words=round(statistics.fmean(line.words for line in every), 1),
    )
