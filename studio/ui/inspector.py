"""The prompt inspector as a value: the prompt that would be sent next, or the one that led to a line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from studio.domain.event import DIRECTOR, NARRATOR, Event
from studio.domain.message import Request
from studio.domain.provenance import Usage
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.inspection import Change, Dropped, Inspection, Piece
from studio.ui.panels import cost_text


class Share(Value):
    """What a group of parts takes of a prompt: tokens, and 0–1 of all."""

    group: str
    tokens: int
    share: float


class Section(Value):
    """Parts that stand together: their group, the name of each and its text."""

    group: str
    tokens: int
    pieces: tuple[Piece, ...]


class Call(Value):
    """One call taken apart for the page. `told`: the prompt as it is, message by message (role and text)."""

    title: str
    note: str = ""
    shares: tuple[Share, ...] = ()
    sections: tuple[Section, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    dropped: tuple[Dropped, ...] = ()
    changes: tuple[Change, ...] = ()
    told: tuple[tuple[str, str], ...] = ()


class PromptPage(Value):
    """`line`: the event the prompt led to, empty for the next one. `speakers`: who may be asked about, `speaker` who
    is. `calls`: the narrator's first, where it is due; `note`: why there is none."""

    line: str = ""
    speaker: str = ""
    speakers: tuple[tuple[str, str], ...] = ()
    calls: tuple[Call, ...] = ()
    note: str = ""


def call_of(
    request: Request, inspection: Inspection, title: str, note: str, figures: Sequence[tuple[str, str]]
) -> Call:
    """A call for the page."""
    pieces = inspection.pieces
    groups: dict[str, int] = {}
    for piece in pieces:
        groups[piece.group] = groups.get(piece.group, 0) + piece.tokens
    total = max(1, sum(groups.values()))
    runs = [(group, tuple(run)) for group, run in groupby(pieces, key=lambda piece: piece.group)]
    return Call(
        title=title,
        note=note,
        shares=tuple(Share(group=name, tokens=tokens, share=tokens / total) for name, tokens in groups.items()),
        sections=tuple(
            Section(group=group, tokens=sum(piece.tokens for piece in run), pieces=run) for group, run in runs
        ),
        figures=tuple(figures),
        dropped=inspection.dropped,
        changes=inspection.changes,
        told=tuple((message.role, message.content) for message in request.messages),
    )


def figures_before(
    request: Request, inspection: Inspection, context_tokens: int, spent: Usage
) -> tuple[tuple[str, str], ...]:
    """What is known of a call before it is made. `spent`: what the play took so far, for its price."""
    room = f" of {context_tokens:,} ({inspection.tokens / context_tokens:.0%})" if context_tokens else ""
    told = [("Prompt", f"about {inspection.tokens:,} tokens{room}")]
    if inspection.shared is not None:
        told.append(("Begins as the last one", f"{inspection.shared:.0%}, which a cache need not read again"))
    told.append(("Answer", f"{request.max_tokens} tokens at most"))
    return (*told, ("Cost", _expected(inspection.tokens + request.max_tokens, spent)), *_settings(request))


def figures_after(event: Event, request: Request, inspection: Inspection) -> tuple[tuple[str, str], ...]:
    """What a call took. Where a line took several calls, narrator and failed tries among them, they count together."""
    usage = event.usage or Usage()
    told = [("Prompt", f"{usage.prompt_tokens or inspection.tokens:,} tokens")]
    if usage.prompt_tokens:
        share = usage.evaluated_tokens / usage.prompt_tokens
        told.append(("Read anew", f"{usage.evaluated_tokens:,} tokens ({share:.0%})"))
    if inspection.shared is not None:
        told.append(("Began as the one before", f"{inspection.shared:.0%}"))
    told += [("Answer", f"{usage.completion_tokens:,} tokens"), ("Cost", cost_text(usage.cost))]
    if usage.calls > 1:
        told.append(("Calls", f"{usage.calls}"))
    if usage.seconds:
        told.append(("Time", f"{usage.seconds:.1f} s"))
    model = event.provenance.model if event.provenance else ""
    return (*told, ("Model", model), *_settings(request))


def may_look(event: Event, viewer: str) -> bool:
    """Whether a viewer may see the prompt of an event: the director of all, a player of their own character's lines."""
    return viewer == DIRECTOR or event.actor == viewer


def asker(transcript: Transcript, request: Request) -> str:
    """Whom a prompt was for, by name."""
    return "The narrator" if request.caller == NARRATOR else transcript.session.name_of(request.caller)


def _expected(tokens: int, spent: Usage) -> str:
    used = spent.prompt_tokens + spent.completion_tokens
    if spent.cost is None:
        return "not known"
    if not used or spent.cost == 0:
        return "free so far"
    return f"about {cost_text(spent.cost / used * tokens)}, at what this play has cost so far"


def _settings(request: Request) -> tuple[tuple[str, str], ...]:
    seed = "none" if request.seed is None else str(request.seed)
    return (("Temperature", f"{request.temperature:g}"), ("Seed", seed))
