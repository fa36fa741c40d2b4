"""How well a play keeps to its form, measured on what is stored with its lines: no model is asked. Pure.

`cut`: lines from which something was taken because it was spoken for somebody else (the anti-bleed of `reply`).
`agency`: lines that spoke or acted for a character a person plays (see `agency`).
`repetition`: the share of a line's word triples its speaker has used before, 0–1; short lines count by their words.
`length`: words a line. `stalls`: places where three turns in a row said nearly the same (as the narrator sees them).
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence

from pydantic import Field

from studio.domain.event import TURNS, Event
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.agency import spoken_for, taken
from studio.roleplay.narrator import STALL_TURNS, alike

GRAM = 3
PEOPLE_SAY = 17
"""Words people write a turn in role-play; models left to themselves write some 45."""
WORDY = 60
REPEATED = 0.5
AGAIN_FOR = "again_for"
"""The key in the parts of a line that was told again because the first telling was faulty: with what."""


class Bounds(Value):
    """What makes a line faulty. None: it does not count."""

    cut: bool = True
    agency: bool = True
    repetition: float | None = Field(default=REPEATED, ge=0.0, le=1.0)
    words: int | None = Field(default=WORDY, ge=1)


class LineMeter(Value):
    """One line by its event id. `again`: it was told again for being faulty."""

    id: str
    actor: str
    model: str = ""
    words: int = 0
    repetition: float = 0.0
    cut: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    again: bool = False

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words; empty for a good line."""
        return self.beyond(Bounds())

    def beyond(self, bounds: Bounds) -> tuple[str, ...]:
        """What is wrong with it by these bounds, in words."""
        found = []
        if bounds.agency and self.agency:
            found.append("acted for a person")
        if bounds.cut and self.cut and not (bounds.agency and self.agency):
            found.append("spoke for somebody else")
        if bounds.repetition is not None and self.repetition >= bounds.repetition:
            found.append(f"{self.repetition:.0%} said before")
        if bounds.words is not None and self.words > bounds.words:
            found.append(f"{self.words} words")
        return tuple(found)


class Meter(Value):
    """Lines taken together: of a play, a character or a model. Shares are 0–1, None without lines."""

    name: str
    lines: int = 0
    cut: float | None = None
    agency: float | None = None
    repetition: float | None = None
    words: float | None = None
    again: int = 0


class Meters(Value):
    """A play measured: as a whole, by character and by model; its lines by id; how often it stalled."""

    play: Meter
    characters: tuple[Meter, ...] = ()
    models: tuple[Meter, ...] = ()
    lines: tuple[LineMeter, ...] = ()
    stalls: int = 0


def measured(transcript: Transcript) -> Meters:
    """The meters of the path, edited lines as they now read. People's own lines are not measured."""
    turns = [event for event in transcript.told if event.kind in TURNS]
    lines = _measured(transcript, turns)
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


def meter_of(transcript: Transcript, event: str) -> LineMeter | None:
    """One line measured as when it was said; None where no model wrote it, or it is not on this path."""
    turns = [one for one in transcript.told if one.kind in TURNS]
    here = next((one for one in turns if one.id == event), None)
    if here is None or here.provenance is None:
        return None
    return next((line for line in _measured(transcript, turns, only=here.actor) if line.id == event), None)


def people_in(transcript: Transcript) -> tuple[str, ...]:
    """The names of the characters that persons have spoken as."""
    played = {one.actor for one in transcript.told if one.kind in TURNS and one.parts.get("by") == "person"}
    return tuple(member.name for member in transcript.session.cast if member.id in played)


def _measured(transcript: Transcript, turns: Sequence[Event], only: str = "") -> list[LineMeter]:
    lines: list[LineMeter] = []
    said: dict[str, set[tuple[str, ...]]] = {}
    people = people_in(transcript)
    for event in turns:
        if only and event.actor != only:
            continue
        grams = _grams(re.findall(r"\w+", event.text.lower()))
        known = said.setdefault(event.actor, set())
        if event.provenance is not None:
            lines.append(_line(event, grams, known, people))
        known.update(grams)
    return lines


def stalls(texts: Sequence[str]) -> int:
    """How often three turns in a row say nearly the same; a longer run of them counts once."""
    found, running = 0, False
    for at in range(STALL_TURNS, len(texts) + 1):
        same = alike(texts[at - STALL_TURNS : at])
        found += same and not running
        running = same
    return found


def _line(
    event: Event, grams: Sequence[tuple[str, ...]], known: set[tuple[str, ...]], people: Sequence[str]
) -> LineMeter:
    cut = event.parts.get("cut")
    pieces = tuple(map(str, cut)) if isinstance(cut, list) else ()
    return LineMeter(
        id=event.id,
        actor=event.actor,
        model=event.provenance.model if event.provenance else "",
        words=len(event.text.split()),
        repetition=round(sum(gram in known for gram in grams) / len(grams), 3) if grams else 0.0,
        cut=pieces,
        agency=(*spoken_for(pieces, people), *taken(event.text, people)),
        again=AGAIN_FOR in event.parts,
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
        agency=round(sum(bool(line.agency) for line in every) / len(every), 3),
        again=sum(line.again for line in every),
        repetition=round(statistics.fmean(line.repetition for line in every), 3),
        words=round(statistics.fmean(line.words for line in every), 1),
    )
