"""The only reader of the log for a prompt. A character is given what it witnessed and nothing else. Pure.

The layout keeps a prefix that a caching server need not read again: a frame that never changes through a scene, then
the witnessed events, only ever appended to, then a tail that is new each turn. When the events outgrow their room the
oldest block is folded into a digest at once, so that the prefix moves rarely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from studio.cards.played import person_named, played
from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, NARRATOR, Event, Kind
from studio.domain.message import Message
from studio.domain.scene import Scene
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.prompts import render, sections
from studio.roleplay.clipping import clipped
from studio.roleplay.lore_placing import NOTHING, Inset, Placed
from studio.roleplay.memo import Memo
from studio.roleplay.persona import PERSONA, PERSONA_CHARS, Told, joined, persona_told

PROMPT_CHARS = 6000
TAIL_CHARS = 900
LINE_CHARS = 900
CATCH_UP_CHARS = 800
KEPT_SHARE = 0.25
DIGEST_CHARS = 420
DIGEST_LINE_CHARS = 110
LEAST_HISTORY_CHARS = 1500
FRAME_CHARS = PROMPT_CHARS - TAIL_CHARS - LEAST_HISTORY_CHARS
PREMISE_CHARS = 900
PHRASE_CHARS = 120
PART_CHARS = 200
OTHERS_CHARS = 700
LEAST_PERSONA_CHARS = 700
ROLE_CHARS = 12
EXAMPLE_CUE = "[Say something.]"
SO_FAR = "[The scene so far, as you saw it:]"
EARLIER = "[Earlier:]"
SIMPLE_EXAMPLES = 3
ROLES = ("assistant", "user", "system")
"""The order of insets at one depth."""
_GAP = "\0"
_FRAMES: Memo[str] = Memo(256)
_LINES: Memo[dict[str, tuple[str, Line]]] = Memo(64)


class Wording(Value):
    """The templates a frame is made of: of a character's, of its persona in it, of the narrator's."""

    frame: str = "roleplay/actor_frame"
    persona: str = PERSONA
    narrator: str = "roleplay/narrator_frame"


WORDING = Wording()


class Line(Value):
    """One witnessed event as its reader perceives it."""

    event: str
    own: bool
    text: str
    salience: int


class View(Value):
    """What a caller's prompt is made of. `examples`: lines shown to a weak model as if it had said them before;
    `insets`: lore that stands among the lines."""

    frame: str
    examples: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    insets: tuple[Inset, ...] = ()

    @property
    def window(self) -> frozenset[str]:
        """The events still told in full."""
        return frozenset(line.event for line in self.lines)

    def messages(self, tail: str) -> tuple[Message, ...]:
        """Chat messages that alternate strictly: the reader's own lines as assistant, all else as user. Insets stand
        among them; what comes before the first is marked as worth caching."""
        opening = SO_FAR if not self.digest else f"{EARLIER}\n" + "\n".join(self.digest)
        turns: list[tuple[str, list[str]]] = []

        def say(role: str, text: str) -> None:
            if turns and turns[-1][0] == role:
                turns[-1][1].append(text)
            else:
                turns.append((role, [text]))

        for example in self.examples:
            say("user", EXAMPLE_CUE)
            say("assistant", example)
        say("user", opening)
        lasting = 2 * len(self.examples) + len(self.lines) + 1
        for place in range(len(self.lines) + 1):
            for inset in self._insets_at(len(self.lines) - place):
                say("assistant" if inset.role == "assistant" else "user", _noted(inset))
                lasting = min(lasting, len(turns) - 1)
            if place < len(self.lines):
                say("assistant" if self.lines[place].own else "user", self.lines[place].text)
        if turns[-1][0] == "assistant":
            turns.append(("user", []))
        said = [Message(role=role, content="\n".join(texts)) for role, texts in turns[:-1]]
        last = "\n".join((*turns[-1][1], "", tail)).strip()
        at = min(lasting, len(said)) - 1
        if at >= 0:
            said[at] = said[at].model_copy(update={"cached": True})
        return (Message(role="system", content=self.frame, cached=True), *said, Message(role="user", content=last))

    def _insets_at(self, depth: int) -> list[Inset]:
        """Those at this many lines from the end, the deepest before the oldest line, the system's last."""
        deepest = len(self.lines)
        here = [inset for inset in self.insets if min(inset.depth, deepest) == depth]
        return sorted(here, key=lambda inset: (-inset.depth, ROLES.index(inset.role)))


def character_view(
    transcript: Transcript,
    character: Character,
    *,
    simple: bool = False,
    lore: Placed = NOTHING,
    wording: Wording = WORDING,
) -> View:
    """Everything this character may be told: its own frame, and the events whose audience includes it.

    `simple`: for a model too weak for the reply script, a short frame and a few lines of the character as examples.
    `wording`: other templates than those of a turn with the reply script.
    """
    session, person = transcript.session, person_named(transcript)
    character = played(session, character, person, lore.outlets)
    key, made_from = (
        (session.id, character.id, simple),
        (session.scene, session.cast, character, person, wording, lore.before, lore.after, lore.room),
    )
    frame = _FRAMES.get(key, made_from, lambda: joined(_frame_told(session, character, person, simple, lore, wording)))
    examples = character.speech.examples[:SIMPLE_EXAMPLES] if simple else ()
    lines = _perceived(transcript.witnessed_by(character.id), session, character.id)
    room = PROMPT_CHARS - len(frame) - TAIL_CHARS - lore.room
    room -= sum(len(example) + len(EXAMPLE_CUE) for example in examples)
    view = _folded(frame, _caught_up(lines), room)
    return view.model_copy(update={"examples": examples, "insets": lore.insets})


def frame_told(
    transcript: Transcript, character: Character, *, simple: bool = False, lore: Placed = NOTHING
) -> tuple[Told, ...]:
    """The frame of a character's view, in named pieces: what a page shows of a prompt."""
    session, person = transcript.session, person_named(transcript)
    character = played(session, character, person, lore.outlets)
    return _frame_told(session, character, person, simple, lore, WORDING)


def _frame_told(
    session: Session, character: Character, person: str, simple: bool, lore: Placed, wording: Wording
) -> tuple[Told, ...]:
    if simple:
        return simple_frame_told(session, character)
    return actor_frame_told(session, character, lore, person, wording)


def narrator_view(transcript: Transcript, recipients: Iterable[str], wording: Wording = WORDING) -> View:
    """What the narrator may know when it writes for these characters: only what every one of them witnessed, no
    thoughts, no secrets. What it writes can therefore tell none of them anything they missed."""
    hearers = frozenset(recipients)
    session = transcript.session
    names = tuple(member.name for member in session.cast if member.id in hearers)
    frame = _FRAMES.get(
        (session.id, hearers),
        (session.scene, names, wording),
        lambda: render(wording.narrator, scene=_shortened(session.scene), names=names),
    )
    shared = [
        event
        for event in transcript.told
        if event.kind not in BOOKKEEPING and event.kind is not Kind.THOUGHT and hearers <= set(event.audience)
    ]
    return _folded(frame, _perceived(shared, session, NARRATOR), PROMPT_CHARS // 2 - len(frame) - TAIL_CHARS)


def actor_frame(
    session: Session, character: Character, lore: Placed = NOTHING, person: str = "", wording: Wording = WORDING
) -> str:
    """The system prompt of a character: `actor_frame_told` as one text."""
    return joined(actor_frame_told(session, character, lore, person, wording))


def actor_frame_told(
    session: Session, character: Character, lore: Placed = NOTHING, person: str = "", wording: Wording = WORDING
) -> tuple[Told, ...]:
    """The system prompt of a character: unchanged through a scene. Others are known by name, look and relation only.

    At most `FRAME_CHARS`, less what lore may take elsewhere: a long premise, part or cast is told shorter, then the
    persona, so that there is always room for what happens. `person`: the character a person plays.
    """
    scene = session.scene
    others = [
        other
        for other in session.cast
        if other.id != character.id and (scene.part(other.id).entrance_turn == 0 or other.id in character.relationships)
    ]
    part = scene.part(character.id)
    told = {
        "name": character.name,
        "scene": _shortened(scene),
        "others": _known([played(session, other, person) for other in others], character),
        "part": {"goal": clipped(part.goal, PART_CHARS), "secret": clipped(part.secret, PART_CHARS)},
        "lore": lore,
    }
    return tuple(_persona_within(sections(wording.frame, persona=_GAP, **told), character, lore.room, wording))


def _persona_within(frame: Sequence[Told], character: Character, reserved: int, wording: Wording) -> Iterator[Told]:
    """The frame with the persona in its gap, as long as there is room for."""
    room = FRAME_CHARS - reserved - sum(len(text) for _, text in frame) + len(_GAP)
    limit = min(PERSONA_CHARS, max(room, LEAST_PERSONA_CHARS))
    for name, text in frame:
        before, gap, after = text.partition(_GAP)
        yield name, before
        if gap:
            yield from persona_told(character, limit, wording.persona)
            yield name, after


def _known(others: Sequence[Character], character: Character) -> list[dict[str, str]]:
    """What a character knows of others at first sight; in a crowd, the relation before the look."""
    room = OTHERS_CHARS - sum(len(f"- {other.name}:  — to you: ") for other in others)
    related = {other.id: character.relationships[other.id] for other in others if other.id in character.relationships}
    told = {id_: clipped(text, min(PHRASE_CHARS, room // len(related))) for id_, text in related.items()}
    room -= sum(map(len, told.values()))
    return [
        {
            "name": other.name,
            "look": clipped(other.appearance, min(80, room // len(others))),
            "relationship": told.get(other.id, ""),
        }
        for other in others
    ]


def _shortened(scene: Scene) -> Scene:
    """The scene with texts of a length that leaves room for the play."""
    end = scene.end.model_copy(update={"when": clipped(scene.end.when, PART_CHARS)})
    phrases = {
        name: clipped(getattr(scene, name), PHRASE_CHARS) for name in ("title", "setting", "place", "time", "mood")
    }
    return scene.model_copy(update={**phrases, "premise": clipped(scene.premise, PREMISE_CHARS), "end": end})


def simple_frame_told(session: Session, character: Character) -> tuple[Told, ...]:
    """The system prompt of a character for a model that loses its thread in a longer one."""
    scene, part = session.scene, session.scene.part(character.id)
    return sections(
        "roleplay/actor_frame_simple",
        name=character.name,
        age=character.age,
        career=character.career,
        scene=_shortened(scene),
        premise=clipped(scene.premise, 300),
        traits=character.traits[:8],
        goal=clipped(part.goal or next(iter(character.goals), ""), PART_CHARS),
        secret=clipped(" ".join(filter(None, (part.secret, *character.secrets))), 2 * PART_CHARS),
    )


def _perceived(events: Sequence[Event], session: Session, reader: str) -> list[Line]:
    """Each event as its reader perceives it; one that still reads as before is not worded again."""
    known = _LINES.get((session.id, reader), (session.cast,), dict)
    lines = []
    for event in events:
        found = known.get(event.id)
        if found is None or found[0] != event.text:
            found = known[event.id] = (event.text, as_perceived(event, session, reader))
        lines.append(found[1])
    return lines


def as_perceived(event: Event, session: Session, reader: str) -> Line:
    """How an event reads to a character (or the narrator)."""
    own = event.actor == reader
    name = session.name_of(event.actor)
    text = clipped(event.text, LINE_CHARS)
    match event.kind:
        case Kind.SPEECH | Kind.ACTION:
            told = text if own and reader != NARRATOR else f"{name}: {text}"
        case Kind.THOUGHT:
            told = f"({text})"
        case Kind.WHISPER:
            to = " and ".join(
                "you" if id_ == reader else session.name_of(id_)
                for id_ in event.parts.get("to", ())
                if id_ != event.actor
            )
            told = f"(whispered to {to or 'you'}) {text}" if own else f"{name} (whispers to {to or 'you'}): {text}"
        case _:
            told = f"[{text}]"
    own_turn = own and reader != NARRATOR and event.kind in (Kind.SPEECH, Kind.ACTION, Kind.THOUGHT, Kind.WHISPER)
    return Line(event=event.id, own=own_turn, text=told, salience=event.salience or 3)


def _noted(inset: Inset) -> str:
    return render("roleplay/lore_note", role=inset.role, text=inset.text)


def _caught_up(lines: Sequence[Line]) -> list[Line]:
    """Between two own turns the newest lines stay whole; what came before more than `CATCH_UP_CHARS` is shortened.

    In a cast of three nothing is; in a crowd, half a round of chatter is told in headlines. Where a line stands
    between own turns never changes once the next own turn is in the log, so the prefix stays put.
    """
    told: list[Line] = []
    room, newest = CATCH_UP_CHARS, True
    for line in reversed(lines):
        room = CATCH_UP_CHARS if line.own else room - len(line.text)
        whole = line.own or newest or room >= 0
        told.append(line if whole else line.model_copy(update={"text": clipped(line.text, DIGEST_LINE_CHARS)}))
        newest = line.own
    told.reverse()
    return told


def _folded(frame: str, lines: Sequence[Line], room: int) -> View:
    """Fold the oldest lines whenever all of them outgrow `room`, down to `KEPT_SHARE` of it.

    The fold points follow from the order of the lines alone, so that each later turn finds them where they were.
    """
    room = max(room, LEAST_HISTORY_CHARS) - DIGEST_CHARS
    digest: list[str] = []
    kept: list[Line] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line.text) + ROLE_CHARS
        if size <= room:
            continue
        folded: list[Line] = []
        while size > room * KEPT_SHARE and len(kept) > 1:
            size -= len(kept[0].text) + ROLE_CHARS
            folded.append(kept.pop(0))
        digest = _digest(digest, folded)
    return View(frame=frame, digest=tuple(digest), lines=tuple(kept))


def _digest(earlier: list[str], folded: Sequence[Line]) -> list[str]:
    """Headlines of what was folded: its two weightiest lines after the earlier ones, within `DIGEST_CHARS`."""
    weightiest = sorted(range(len(folded)), key=lambda i: (-folded[i].salience, -i))[:2]
    digest = [*earlier, *(f"- {clipped(folded[i].text, DIGEST_LINE_CHARS)}" for i in sorted(weightiest))]
    while sum(map(len, digest)) > DIGEST_CHARS:
        digest.pop(0)
    return digest
