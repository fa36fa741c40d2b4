"""What happens during a turn, as it happens: the engine yields these, a page or a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator

from studio.domain.event import Event
from studio.domain.memory import Recalled
from studio.domain.provenance import Provenance, Usage
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.lore_calling import Considered


class Decided(Value):
    """Who speaks next, and why."""

    decision: Decision


class Recollected(Value):
    """What came to the speaker's mind, best first, and the lore that fired (entry id → the key that called it);
    `considered`: what became of the entries that something called, and why."""

    actor: str
    memories: tuple[Recalled, ...] = ()
    lore: dict[str, str] = {}
    considered: tuple[Considered, ...] = ()


class Streaming(Value):
    """The line so far, cleaned: safe to show in place of the last one of the same actor."""

    actor: str
    thought: str = ""
    text: str = ""


class Committed(Value):
    """Stored for good. `transcript` is the play as it stands in the archive now: what was stored with this event, as a
    line is with the thought before it, is in it too."""

    event: Event
    transcript: Transcript


class Ended(Value):
    """The scene is over. `reason` is fit to show."""

    reason: str
    transcript: Transcript


Step = Decided | Recollected | Streaming | Committed | Ended


class Lent(Value):
    """A line a model wrote in a person's stead, for them to change and to say."""

    text: str
    usage: Usage = Usage()
    provenance: Provenance | None = None


class Turn(Value):
    """What a person asks for. All fields empty: go on by yourselves, one turn.

    `line` spoken as character `as_` (their seat); `whisper` to the narrator, or to the characters in `to`; `speaker`
    nominates who is next; `answer` False stores the line and stops; `wait` stops when one that a person plays was
    spoken to, for them to answer. `people`: the other characters that somebody at the table plays; no model speaks for
    them. `lent`: what the line was before the person looked it over, where a model drafted it.
    """

    line: str = ""
    as_: str = ""
    whisper: str = ""
    to: tuple[str, ...] = ()
    speaker: str = ""
    answer: bool = True
    wait: bool = False
    people: tuple[str, ...] = ()
    lent: Lent | None = None

    @property
    def played(self) -> frozenset[str]:
        """The characters that persons play."""
        return frozenset({self.as_, *self.people} - {""})

    @property
    def speaks(self) -> bool:
        """Whether the person says something themselves."""
        return bool(self.line.strip() or self.whisper.strip())


def newest(transcript: Transcript, count: int) -> Iterator[Committed]:
    """The last `count` events as steps, each with the play as it stands."""
    for event in transcript.events[len(transcript.events) - count :]:
        yield Committed(event=event, transcript=transcript)
