"""A small invented play with everything in it: a whisper, thoughts, a latecomer, an edit and a hidden line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from studio.domain.character import Character, Voice
from studio.domain.event import DIRECTOR, NARRATOR, Event, Kind
from studio.domain.provenance import Provenance, Usage
from studio.domain.scene import Part, Scene
from studio.domain.session import Choice, Session
from studio.domain.transcript import Transcript
from studio.export.base import EXPORTERS

GOLDEN = Path(__file__).parent / "golden"
START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
TEO, MIRA, OLA = "teo-brandt", "mira-okafor", "ola"


def session(**changes: object) -> Session:
    """A session of three, the third of whom arrives late."""
    cast = (
        Character(
            id=TEO,
            name="Teo Brandt",
            age=54,
            career="ferry pilot",
            traits=("dry", "patient"),
            secrets=("He has already sold the ferry.",),
            relationships={MIRA: "your oldest passenger"},
            speech=Voice(style="short, salty sentences", examples=("Tide waits for nobody.",)),
        ),
        Character(id=MIRA, name="Mira Okafor", age=31, career="nurse", goals=("to get across tonight",)),
        Character(id=OLA, name="Ola", backstory="Ola keeps the harbour light."),
    )
    scene = Scene(
        id="last-ferry",
        title="The Last Ferry",
        place="A landing stage",
        time="late evening",
        mood="uneasy",
        premise="The last ferry is about to leave.",
        cast=(
            Part(character=TEO, goal="to leave on time", secret="This is his last crossing."),
            Part(character=MIRA),
            Part(character=OLA, entrance="later"),
        ),
        opening="Rain on the planks.",
    )
    values: dict[str, object] = {
        "id": "01950000-0000-7000-8000-000000000001",
        "owner": "somebody",
        "continuity": "01950000-0000-7000-8000-000000000001",
        "title": scene.title,
        "scene": scene,
        "cast": cast,
        "speaker_policy": Choice(name="natural"),
        "model": "starter",
        "seed": 7,
        "created_at": START,
        "updated_at": START,
    }
    return Session.model_validate({**values, **changes})


def play(**changes: object) -> Transcript:
    """The play of `session(**changes)`; its head is at the last event."""
    both, three = (TEO, MIRA), (TEO, MIRA, OLA)
    told: list[tuple[Kind, str, str, tuple[str, ...], dict[str, object]]] = [
        (Kind.NARRATION, NARRATOR, "Rain on the planks.", both, {}),
        (Kind.THOUGHT, TEO, "She must not see the contract.", (TEO,), {}),
        (Kind.SPEECH, TEO, "*coils the rope* You're late, Mira.", both, {}),
        (Kind.SPEECH, MIRA, "The ward was full.\nCan you still take me?", both, {}),
        (Kind.WHISPER, DIRECTOR, "Let the engine fail.", (), {}),
        (Kind.SPEECH, TEO, "No chance.", both, {}),
        (Kind.EDIT, DIRECTOR, "For you, always.", both, {"replaces": "e06"}),
        (Kind.ENTER, NARRATOR, "Ola comes down the steps with a lantern.", three, {"character": OLA}),
        (Kind.WHISPER, MIRA, "Who is that?", both, {"to": [TEO]}),
        (Kind.SPEECH, OLA, "Light's out at the point!", three, {}),
        (Kind.SPEECH, MIRA, "A line nobody wants.", three, {}),
        (Kind.TOMBSTONE, DIRECTOR, "", three, {"hides": "e11"}),
        (Kind.RULING, NARRATOR, "The engine coughs and catches.", three, {"changes": {"engine": "running"}}),
        (Kind.SPEECH, TEO, "All aboard, then.", three, {}),
        (Kind.RATING, DIRECTOR, "+1", (), {"of": "e14"}),
    ]
    first = session(**changes)
    events = [
        Event(
            id=f"e{number:02}",
            session=first.id,
            parent=f"e{number - 1:02}" if number > 1 else None,
            kind=kind,
            actor=actor,
            text=text,
            audience=audience,
            parts=parts,
            at=START + timedelta(seconds=number),
            usage=Usage(calls=1, prompt_tokens=90, completion_tokens=9) if kind is Kind.SPEECH else None,
            provenance=Provenance(
                model="starter", temperature=0.8, max_tokens=160, prompt_digest=f"{number:016x}", seed=7
            )
            if kind is Kind.SPEECH
            else None,
        )
        for number, (kind, actor, text, audience, parts) in enumerate(told, 1)
    ]
    return Transcript(session=first.model_copy(update={"heads": {"main": events[-1].id}}), events=tuple(events))


def rows_of(text: str) -> list[str]:
    """The lines of a JSON Lines file."""
    assert text.endswith("\n")
    return text[:-1].split("\n")


def write_golden() -> None:
    """Writes the golden files anew: `python -m tests.export.plays`, after a wanted change. Read the diff."""
    for method in EXPORTERS.methods.values():
        text = "".join(method().export((play(),)))
        (GOLDEN / f"play{method.ending}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_golden()
