"""The meters of all plays of an owner: kept with the plays, taken anew where a play moved on."""

from __future__ import annotations

from collections.abc import Iterable

from studio.archive import Archive
from studio.domain.session import Session
from studio.domain.tally import Tally
from studio.domain.transcript import Transcript
from studio.roleplay.meters import LineMeter, Meter, measured


async def keep(archive: Archive, transcript: Transcript, lines: Iterable[LineMeter]) -> None:
    """Keep the meters of a play as it stands. Raises: NotFound."""
    await archive.tallies.put(transcript.session, tallied(transcript.session, lines))


async def book(archive: Archive, owner: str) -> tuple[Tally, ...]:
    """The meters of every play of an owner, up to date."""
    for id_ in await archive.tallies.stale(owner):
        transcript = await archive.sessions.transcript(owner, id_)
        await keep(archive, transcript, measured(transcript).lines)
    return await archive.tallies.of(owner)


def tallied(session: Session, lines: Iterable[LineMeter]) -> tuple[Tally, ...]:
    """The sums of a play's lines by character and model. Pure."""
    found: dict[tuple[str, str], Tally] = {}
    for line in lines:
        key = line.actor, line.model
        at = found.get(key) or Tally(session=session.id, actor=line.actor, model=line.model, version=session.version)
        found[key] = at.model_copy(
            update={
                "lines": at.lines + 1,
                "cut": at.cut + bool(line.cut),
                "agency": at.agency + bool(line.agency),
                "again": at.again + line.again,
                "repetition": at.repetition + line.repetition,
                "words": at.words + line.words,
            }
        )
    return tuple(found.values())


def by_model(tallies: Iterable[Tally]) -> tuple[Meter, ...]:
    """Every model's lines taken together, the one with the most first. Pure."""
    models: dict[str, list[Tally]] = {}
    for one in tallies:
        models.setdefault(one.model, []).append(one)
    meters = (meter_of(model, kept) for model, kept in models.items())
    return tuple(sorted(meters, key=lambda meter: (-meter.lines, meter.name)))


def meter_of(name: str, tallies: Iterable[Tally]) -> Meter:
    """Sums as shares and means. Pure."""
    every = list(tallies)
    lines = sum(one.lines for one in every)
    if not lines:
        return Meter(name=name)
    return Meter(
        name=name,
        lines=lines,
        cut=round(sum(one.cut for one in every) / lines, 3),
        agency=round(sum(one.agency for one in every) / lines, 3),
        again=sum(one.again for one in every),
        repetition=round(sum(one.repetition for one in every) / lines, 3),
        words=round(sum(one.words for one in every) / lines, 1),
    )
