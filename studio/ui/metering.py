"""The meters of a play as a page of the sheet, and which lines to look at. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.drift import Drift
from studio.roleplay.meters import PEOPLE_SAY, LineMeter, Meter, Meters
from studio.ui.present import Person, people_of

FAULTY = 20


class Faulty(Value):
    """A line with something wrong; `cut` is what was taken from it."""

    id: str
    person: Person | None
    faults: tuple[str, ...]
    text: str
    cut: tuple[str, ...] = ()


class MeterPage(Value):
    """The meters, and the lines at fault, newest first. `everywhere`: each model over all of the owner's plays whose
    meters were taken; `drift`: character → how far they moved from who they are. `hidden`: why a seated player sees
    none."""

    play: Meter = Meter(name="")
    characters: tuple[Meter, ...] = ()
    models: tuple[Meter, ...] = ()
    everywhere: tuple[Meter, ...] = ()
    drift: dict[str, Drift] = {}
    drift_note: str = ""
    stalls: int = 0
    faulty: tuple[Faulty, ...] = ()
    usual_words: int = PEOPLE_SAY
    hidden: str = ""


HIDDEN = MeterPage(hidden="The meters are the director's. Take the director's chair to see them.")


def meters_of(
    transcript: Transcript, found: Meters, *, everywhere: tuple[Meter, ...] = (), drift: Sequence[Drift] = ()
) -> MeterPage:
    """What the director sees; lines of others are not measured before a player."""
    people = people_of(transcript.session)
    texts = {event.id: event.text for event in transcript.told}

    def faulty(line: LineMeter) -> Faulty:
        return Faulty(
            id=line.id,
            person=people.get(line.actor),
            faults=line.faults,
            text=" ".join(texts.get(line.id, "").split())[:160],
            cut=tuple(cut[:300] for cut in line.cut),
        )

    wrong = [line for line in found.lines if line.faults]
    return MeterPage(
        play=found.play,
        characters=found.characters,
        models=found.models,
        everywhere=everywhere,
        drift={transcript.session.name_of(one.character): one for one in drift},
        stalls=found.stalls,
        faulty=tuple(map(faulty, reversed(wrong[-FAULTY:]))),
    )
