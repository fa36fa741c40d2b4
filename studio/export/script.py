"""A play as people read it: who says what, in which manner. Shared by the formats made for eyes."""

from __future__ import annotations

from collections.abc import Iterator

from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, DIRECTOR, Event, Kind
from studio.domain.scene import Scene
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.export.conversation import addressees, single_line


class ScriptLine(Value):
    """One entry of a play script. `speaker` is empty for what the narrator tells; `manner` is a stage direction."""

    event: Event
    speaker: str = ""
    manner: str = ""
    text: str


def script(transcript: Transcript, *, thoughts: bool) -> Iterator[ScriptLine]:
    """The play in order, as the director's chair sees it. Private thoughts only when asked for; what the director
    whispered behind the scenes, notes and ratings never."""
    session = transcript.session
    for event in transcript.told:
        text = event.text.strip()
        if not text or event.kind in BOOKKEEPING or (event.kind is Kind.THOUGHT and not thoughts):
            continue
        speaker = single_line(session.name_of(event.actor))
        match event.kind:
            case Kind.SPEECH | Kind.ACTION:
                yield ScriptLine(event=event, speaker=speaker, text=text)
            case Kind.THOUGHT:
                yield ScriptLine(event=event, speaker=speaker, manner="to themselves", text=text)
            case Kind.WHISPER if event.actor != DIRECTOR:
                yield ScriptLine(
                    event=event, speaker=speaker, manner=f"whispers to {addressees(event, session)}", text=text
                )
            case Kind.NARRATION | Kind.RULING | Kind.ENTER | Kind.LEAVE:
                yield ScriptLine(event=event, text=text)


def rows(text: str) -> tuple[str, ...]:
    """The text line by line, blank lines left out."""
    return tuple(row.strip() for row in text.splitlines() if row.strip())


def whereabouts(scene: Scene) -> str:
    """Place, time and mood on one line; empty where the scene names none."""
    mood = f"Mood: {scene.mood}" if scene.mood else ""
    return " · ".join(single_line(text) for text in (scene.place, scene.time, mood) if text)


def billing(character: Character) -> tuple[str, str]:
    """A cast list entry: the name, and age and calling as far as known."""
    about = (str(character.age) if character.age is not None else "", character.career)
    return single_line(character.name), ", ".join(single_line(text) for text in about if text)
