"""What a model is told of a character, part by part, with its cost in tokens. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.generation.fields import TITLES, filled
from studio.llm.tokens import MESSAGE_TOKENS, estimate
from studio.roleplay.persona import persona_told
from studio.roleplay.rehearsal import Rehearsal
from studio.ui.cast.values import Piece, Said, Told
from studio.ui.forms import Option

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "": "Opening",
        "opening": "Opening",
        "heading": "Heading",
        "name": "Name, age, career",
        "traits": "Traits and type",
        "scene": "The scene",
        "relationships": "The others",
        "lore": "Lore that is always there",
        "rules": "How to answer",
    }
)
TOLD_WITH = MappingProxyType({"age": "name", "pronouns": "name", "career": "name", "mbti": "traits"})
"""Fields that stand in another one's piece."""
WHOLE = 10_000_000
"""A limit no character reaches."""
NEVER_TOLD = frozenset({"big_five", "greeting", "talkativeness"})
"""Fields that are not told as such: they steer the play, or are spoken in it."""


def told_of(
    rehearsal: Rehearsal,
    character: Character,
    *,
    key: str,
    scene: Scene,
    scenes: Iterable[Scene],
    model: str,
    simple: bool,
) -> Told:
    """The whole prompt of the character's first turn in the scene."""
    request = rehearsal.request
    said = tuple(
        Said(role=message.role, text=message.content, tokens=estimate(message.content) + MESSAGE_TOKENS)
        for message in request.messages[1:]
    )
    pieces = pieces_of(rehearsal.frame)
    return Told(
        key=key,
        scene=scene.id,
        scenes=tuple(Option(name=one.id, title=one.title, summary="") for one in scenes),
        model=model,
        simple=simple,
        pieces=pieces,
        said=said,
        tokens=sum(piece.tokens for piece in pieces) + sum(one.tokens for one in said),
        left_out=left_out(rehearsal.frame, character, simple=simple),
        shortened=() if simple else shortened(rehearsal.frame, character),
    )


def pieces_of(frame: Sequence[tuple[str, str]]) -> tuple[Piece, ...]:
    """The parts of a frame, neighbours of one name taken together. The tokens add up to those of the whole."""
    pieces: list[Piece] = []
    so_far = ""
    counted = 0
    for part, text in frame:
        so_far += text
        tokens = estimate(so_far) - counted
        counted += tokens
        if pieces and pieces[-1].part == part:
            last = pieces[-1]
            pieces[-1] = last.model_copy(update={"text": last.text + text, "tokens": last.tokens + tokens})
        else:
            pieces.append(Piece(part=part, label=label_of(part), text=text, tokens=tokens))
    return tuple(pieces)


def label_of(part: str) -> str:
    """What to call a part of a prompt."""
    return PARTS.get(part) or TITLES.get(part, part)


def left_out(frame: Sequence[tuple[str, str]], character: Character, *, simple: bool) -> tuple[str, ...]:
    """The fields that are written and of which nothing is told in this frame."""
    there = {part for part, text in frame if text.strip()}
    wanted = (path for path in TITLES if path not in NEVER_TOLD and filled(character, path))
    missing = [TITLES[path] for path in wanted if TOLD_WITH.get(path, path) not in there]
    if simple and character.speech.examples:
        missing = [title for title in missing if title != TITLES["speech.examples"]]  # shown as lines said before
    return tuple(missing)


def shortened(frame: Sequence[tuple[str, str]], character: Character) -> tuple[str, ...]:
    """The fields of which this frame tells only a part, for want of room."""
    told, whole = _by_part(frame), _by_part(persona_told(character, WHOLE))
    return tuple(label_of(part) for part, text in whole.items() if part in told and _is_less(told[part], text))


def _by_part(pieces: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part, text in pieces:
        found[part] = found.get(part, "") + text
    return {part: text.strip() for part, text in found.items()}


def _is_less(told: str, whole: str) -> bool:
    """Cut off with an ellipsis, or lines of a list left out. A macro may make a text shorter by itself."""
    cut = told.count("…") > whole.count("…")
    return len(told) < len(whole) and (cut or told.count("\n") < whole.count("\n"))
