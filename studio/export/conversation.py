"""A play with many voices as a two-sided chat: one character is the assistant, everybody else together the user."""

from __future__ import annotations

from collections.abc import Iterator

from studio.cards.played import person_in, played
from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, Event, Kind
from studio.domain.message import Message
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.prompts import render

OPENING = "[The scene begins.]"
OWN = frozenset({Kind.SPEECH, Kind.ACTION, Kind.THOUGHT, Kind.WHISPER})


class Conversation(Value):
    """What one character lived through. `messages`: a system message, then user and assistant in strict alternation,
    the last by the assistant. `events`: those the messages tell."""

    character: Character
    messages: tuple[Message, ...]
    events: tuple[Event, ...]


def conversations(transcript: Transcript, *, thoughts: bool) -> Iterator[Conversation]:
    """One for each member of the cast who says or does anything, in cast order.

    Only what that character witnessed is in it; of thoughts only its own, and these only with `thoughts`.
    """
    session, person = transcript.session, person_in(transcript)
    for character in session.cast:
        events = [event for event in transcript.witnessed_by(character.id) if _tellable(event, character.id, thoughts)]
        while events and not _own(events[-1], character.id):
            events.pop()
        if any(event.kind is not Kind.THOUGHT and _own(event, character.id) for event in events):
            yield Conversation(
                character=character,
                messages=_messages(session, played(session, character, person), events),
                events=tuple(events),
            )


def _tellable(event: Event, character: str, thoughts: bool) -> bool:
    if event.kind is Kind.THOUGHT:
        return thoughts and event.actor == character
    return event.kind not in BOOKKEEPING and bool(event.text.strip())


def _own(event: Event, character: str) -> bool:
    return event.actor == character and event.kind in OWN


def _messages(session: Session, character: Character, events: list[Event]) -> tuple[Message, ...]:
    messages = [Message(role="system", content=told(session, character))]
    lines: list[str] = [] if events and not _own(events[0], character.id) else [OPENING]
    speaking = False
    for event in events:
        if _own(event, character.id) is not speaking:
            messages.append(Message(role="assistant" if speaking else "user", content="\n".join(lines)))
            lines, speaking = [], not speaking
        lines.append(_line(event, session, character.id))
    return (*messages, Message(role="assistant", content="\n".join(lines)))


def _line(event: Event, session: Session, reader: str) -> str:
    """How an event reads to this character; the same words it has in a prompt."""
    own = event.actor == reader
    name = single_line(session.name_of(event.actor))
    text = event.text.strip()
    match event.kind:
        case Kind.SPEECH | Kind.ACTION:
            return text if own else f"{name}: {text}"
        case Kind.THOUGHT:
            return f"({text})"
        case Kind.WHISPER:
            to = addressees(event, session, reader)
            return f"(whispered to {to}) {text}" if own else f"{name} (whispers to {to}): {text}"
        case _:
            return f"[{text}]"


def addressees(event: Event, session: Session, reader: str = "") -> str:
    """The names a whisper goes to, `you` for the reader; the narrator where it names nobody."""
    ids = [str(id_) for id_ in event.parts.get("to", ()) if id_ != event.actor]
    names = ["you" if id_ == reader else single_line(session.name_of(id_)) for id_ in ids]
    return " and ".join(names) or "the narrator"


def single_line(text: str) -> str:
    """`text` with every run of white space as one blank, so that a name can't start a line of its own."""
    return " ".join(text.split())


def told(session: Session, character: Character) -> str:
    """Persona and scene as this character is told them: its own secret and goal, nobody else's."""
    others = [
        member
        for member in session.cast
        if member.id != character.id
        and (session.scene.part(member.id).entrance_turn == 0 or member.id in character.relationships)
    ]
    return render(
        "export/character", c=character, scene=session.scene, others=others, part=session.scene.part(character.id)
    )
