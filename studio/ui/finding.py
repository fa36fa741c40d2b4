"""Lines of the play that say something, as far back as it goes. Pure."""

from __future__ import annotations

from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.ui.present import Person, people_of, visible

HITS = 60
AROUND = 90


class Hit(Value):
    """A line with the place that was found: what stands before it, the words themselves, what follows. `turn` counts
    the lines this viewer sees, from 1."""

    id: str
    person: Person | None
    before: str
    found: str
    after: str
    turn: int


class FindPage(Value):
    """What was found, newest first; `total` counts all of it."""

    text: str = ""
    hits: tuple[Hit, ...] = ()
    total: int = 0


def find_of(transcript: Transcript, viewer: str, text: str) -> FindPage:
    """The lines a viewer may see that hold the text, letter case aside; nothing for an empty text."""
    wanted = " ".join(text.split()).casefold()[:200]
    if not wanted:
        return FindPage()
    people = people_of(transcript.session)
    hits = []
    for turn, event in enumerate(visible(transcript, viewer), start=1):
        plain = " ".join(event.text.replace("*", "").split())
        at = plain.casefold().find(wanted)
        if at < 0:
            continue
        end = at + len(wanted)
        before, after = plain[max(0, at - AROUND) : at], plain[end : end + AROUND]
        hits.append(
            Hit(
                id=event.id,
                person=people.get(event.actor),
                before=("…" if at > AROUND else "") + before,
                found=plain[at:end],
                after=after + ("…" if len(plain) > end + AROUND else ""),
                turn=turn,
            )
        )
    return FindPage(text=text[:200], hits=tuple(reversed(hits[-HITS:])), total=len(hits))
