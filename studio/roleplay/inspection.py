"""A prompt taken apart: what it is made of, how long each part is, what was left out and why, and what is new in it
since the last one. Reads prompts; makes none. Pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, NARRATOR, Event, Kind
from studio.domain.message import Message, Request
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.tokens import MESSAGE_TOKENS, estimate
from studio.roleplay.lore_calling import Considered
from studio.roleplay.narrator import listeners
from studio.roleplay.persona import Told, joined, persona_told
from studio.roleplay.views import EARLIER, EXAMPLE_CUE, SO_FAR, View, character_view, frame_told, narrator_view

SIMPLE = "roleplay/actor_frame_simple"
EVERYTHING = 1_000_000
CONTEXT_LINES = 1

GROUPS = {
    "opening": "Rules",
    "rules": "Rules",
    "scene": "Scene",
    "relationships": "Scene",
    "lore": "Lore",
    "example": "Example lines",
    "digest": "Earlier, in short",
    "history": "Witnessed",
    "memories": "Memories",
    "manner": "Direction",
    "cue": "Direction",
    "fault": "Direction",
    "question": "Direction",
    "turn": "Direction",
    "frame": "Frame",
}
PERSONA = "Persona"
"""The group of every part that is not named in `GROUPS`: the fields of a character."""


class Piece(Value):
    """A stretch of a prompt: the part it is (`traits`, `history`…), the group to count it in, and about how many tokens
    it takes."""

    part: str
    group: str
    text: str
    tokens: int


class Dropped(Value):
    """Something the prompt does not hold, and why."""

    what: str
    why: str


class Change(Value):
    """Lines of a prompt beside the last one: `same`, `new` or `gone`; of those that are the same, how many are not
    shown."""

    kind: str
    text: str = ""
    count: int = 0


class Inspection(Value):
    """A prompt taken apart. `tokens`: about how many in all; `shared`: the share of its text (0–1) that begins the last
    prompt of the same caller too, which a cache need not read again; None where there is no last one."""

    caller: str
    pieces: tuple[Piece, ...]
    tokens: int
    dropped: tuple[Dropped, ...] = ()
    shared: float | None = None
    changes: tuple[Change, ...] = ()


def inspect(
    request: Request,
    transcript: Transcript,
    *,
    before: Request | None = None,
    lore: Iterable[Considered] = (),
) -> Inspection:
    """`request` as it was made for the end of `transcript`. `before`: the last one of the same caller; `lore`: what
    became of every entry."""
    told = _told(request, transcript)
    pieces = tuple(
        Piece(part=part, group=GROUPS.get(part, PERSONA), text=text.strip(), tokens=estimate(text.strip()))
        for part, text in told
        if text.strip()
    )
    return Inspection(
        caller=request.caller,
        pieces=pieces,
        tokens=sum(piece.tokens for piece in pieces) + MESSAGE_TOKENS * len(request.messages),
        dropped=(*_left_out(request, transcript), *_lore_cut(lore)),
        shared=shared(request, before) if before else None,
        changes=changes(before, request) if before else (),
    )


def shared(request: Request, before: Request) -> float:
    """The share of a prompt's text (0–1) with which the other begins, too."""
    new, old = request.text, before.text
    alike = next((i for i, (a, b) in enumerate(zip(new, old, strict=False)) if a != b), min(len(new), len(old)))
    return alike / max(1, len(new))


def changes(before: Request, request: Request) -> tuple[Change, ...]:
    """What is gone and what is new, with a line of what stayed around it."""
    old, new = before.text.splitlines(), request.text.splitlines()
    told: list[Change] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            kept = new[c:d]
            head = kept[:CONTEXT_LINES] if c else []
            tail = kept[max(len(head), len(kept) - CONTEXT_LINES) :] if d < len(new) else []
            hidden = len(kept) - len(head) - len(tail)
            told += [Change(kind="same", text=text) for text in head]
            told += [Change(kind="same", count=hidden)] if hidden else []
            told += [Change(kind="same", text=text) for text in tail]
            continue
        told += [Change(kind="gone", text=text) for text in old[a:b] if text.strip()]
        told += [Change(kind="new", text=text) for text in new[c:d] if text.strip()]
    return tuple(told)


def aligned(pieces: Sequence[Told], content: str) -> list[Told]:
    """The named pieces where they stand in a text; what stands between them is lore, and everything is the frame where
    none of them is found."""
    told: list[Told] = []
    at = 0
    for part, piece in pieces:
        text = piece.strip()
        found = content.find(text, at) if text else -1
        if found < 0:
            continue
        if content[at:found].strip():
            told.append(("lore" if told else "frame", content[at:found]))
        told.append((part, text))
        at = found + len(text)
    rest = content[at:]
    if rest.strip():
        told.append(("lore" if told else "frame", rest))
    return told


def _told(request: Request, transcript: Transcript) -> list[Told]:
    system = [message for message in request.messages if message.role == "system"]
    frame = "\n".join(message.content for message in system)
    pieces: Sequence[Told] = ()
    character = _cast(transcript, request.caller)
    if character:
        pieces = frame_told(transcript, character, simple=request.template == SIMPLE)
    return [*aligned(pieces, frame), *_said([m for m in request.messages if m.role != "system"], request.ending)]


def _said(messages: Sequence[Message], ending: Sequence[Told]) -> list[Told]:
    """Everything after the frame: example lines, the digest, what was witnessed, and the ending."""
    told: list[Told] = []
    history: list[str] = []
    texts = [message.content for message in messages]
    end = joined(ending)
    if texts and end and texts[-1].endswith(end):
        texts[-1] = texts[-1][: -len(end)]
        last = list(ending)
    else:
        head, _, question = texts[-1].rpartition("\n\n") if texts else ("", "", "")
        texts[-1:] = [head]
        last = [("question", question)]
    number = 0
    while number + 1 < len(texts) and texts[number] == EXAMPLE_CUE:
        told.append(("example", texts[number + 1]))
        number += 2
    for text in texts[number:]:
        lines = text.splitlines()
        if lines and lines[0] == SO_FAR:
            lines = lines[1:]
        elif lines and lines[0] == EARLIER:
            count = next((i for i, line in enumerate(lines[1:], 1) if not line.startswith("- ")), len(lines))
            told.append(("digest", "\n".join(lines[1:count])))
            lines = lines[count:]
        history += lines
    return [*told, ("history", "\n".join(history)), *last]


def _left_out(request: Request, transcript: Transcript) -> list[Dropped]:
    character = _cast(transcript, request.caller)
    if character:
        view = character_view(transcript, character, simple=request.template == SIMPLE)
        known = transcript.witnessed_by(character.id)
        fiction = [e for e in transcript.told if e.kind not in BOOKKEEPING and e.kind is not Kind.THOUGHT]
        unknown = sum(character.id not in event.audience for event in fiction)
        why = f"{character.first_name} did not perceive {'it' if unknown == 1 else 'them'}."
        return [*_folded(view, known), *_counted(unknown, why), *_persona_cut(request, character)]
    if request.caller == NARRATOR:
        stage = tuple(member for member in transcript.session.cast if member.id in transcript.present)
        hearers = {member.id for member in listeners(transcript, stage)}
        view = narrator_view(transcript, hearers)
        shared_by_all = [e for e in transcript.told if e.kind not in BOOKKEEPING and hearers <= set(e.audience)]
        fiction = [e for e in transcript.told if e.kind not in BOOKKEEPING]
        unknown = len(fiction) - len(shared_by_all)
        why = "Not everybody the narrator speaks to perceived it."
        return [*_folded(view, [e for e in shared_by_all if e.kind is not Kind.THOUGHT]), *_counted(unknown, why)]
    return []


def _folded(view: View, known: Sequence[Event]) -> list[Dropped]:
    gone = sum(event.id not in view.window for event in known)
    cut = sum(line.text.endswith("…") for line in view.lines)
    told = []
    if gone:
        kept = f"The prompt is full; {len(view.digest)} of them are told as headlines, the rest is left to memory."
        told.append(Dropped(what=_lines(gone, "older"), why=kept))
    if cut:
        told.append(Dropped(what=f"The ends of {_lines(cut)}", why="Long lines, and those of a crowd, are told short."))
    return told


def _counted(unknown: int, why: str) -> list[Dropped]:
    return [Dropped(what=_lines(unknown), why=why)] if unknown else []


def _persona_cut(request: Request, character: Character) -> list[Dropped]:
    """The fields of a persona that were shortened or left out to make room."""
    if request.template == SIMPLE:
        return [Dropped(what="Most of the persona", why="This model is told only what a small one can hold.")]
    frame = request.messages[0].content
    cut = sorted({part for part, text in persona_told(character, EVERYTHING) if part and text.strip() not in frame})
    if not cut:
        return []
    names = ", ".join(part.replace("_", " ").replace(".", ": ") for part in cut)
    return [Dropped(what=f"Of the persona: {names}", why="Shortened, so that there is room for what happens.")]


def _lore_cut(lore: Iterable[Considered]) -> list[Dropped]:
    return [Dropped(what=f"Lore: {one.title or one.entry}", why=one.sentence) for one in lore if one.cut]


def _cast(transcript: Transcript, caller: str) -> Character | None:
    return next((member for member in transcript.session.cast if member.id == caller), None)


def _lines(count: int, kind: str = "") -> str:
    return f"{count} {kind + ' ' if kind else ''}line{'' if count == 1 else 's'}"
