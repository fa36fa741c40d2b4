"""What a play has come to: who feels and believes what, where things stand, how a quest or a panel goes.

Nothing here is stored by itself. An event carries what it changed, under the key `state` of its `parts`, as a
`PlayState` that sets those fields alone; `studio.roleplay.state.state_after` folds the changes of a path into the
state at its end. So the state follows branches, undo and edits, and whoever did not perceive an event does not know
what it changed.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from studio.domain.value import Value

STATE = "state"
"""The key in `Event.parts`."""

Share = Annotated[float, Field(ge=0, le=1)]
Traits = tuple[Share, Share, Share, Share, Share]
"""Openness, conscientiousness, extraversion, agreeableness, negative emotionality, each 0–1."""

ValueT = TypeVar("ValueT", bound=Value)


class Beliefs(Value):
    """What somebody thinks: of themselves (belief, desire and intention, in the first person), and of the others and
    the scene."""

    of_self: str = ""
    of_scene: str = ""


class Temperament(Value):
    """How a situation moved somebody's traits. `activation`: −1–1 a trait; `top`: the poles that weigh in (`C-`),
    heaviest first, with their `gates` (0–1, together 1); `neutral`: the situation moved nothing. `logits` and `shares`
    are the router's, for the ten poles O+ O− C+ C− E+ E− A+ A− N+ N−. `why` is fit to show."""

    base: Traits
    expressed: Traits
    activation: tuple[float, float, float, float, float] = (0, 0, 0, 0, 0)
    logits: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    top: tuple[str, ...] = ()
    gates: tuple[float, ...] = ()
    neutral: bool = False
    why: str = ""


class ToolUse(Value):
    """A tool somebody used, with its arguments and result as JSON texts."""

    tool: str
    arguments: str = ""
    result: str = ""


class Initiative(Value):
    """Whether somebody spoke up unasked. `score`: how needed it seemed, 1–5, None when the model gave none; `threshold`
    is what it had to reach; `spoke`: it was the highest that did."""

    threshold: float
    score: int | None = None
    spoke: bool = False
    thought: str = ""
    tools: tuple[ToolUse, ...] = ()


class CharacterState(Value):
    """One character now. `condition`: how they are, as anybody near can see; `relations`: character id (or a name of
    nobody in the cast) → how they stand to them; `goals` and `plan`: what they are after, and what they mean to do.
    """

    present: bool = True
    condition: str = ""
    emotion: str = ""
    goals: tuple[str, ...] = ()
    plan: str = ""
    beliefs: Beliefs = Beliefs()
    relations: dict[str, str] = {}
    temperament: Temperament | None = None
    initiative: Initiative | None = None


class WorldState(Value):
    """The scene now. `objects`: thing → its state; `positions`: character id → where they are."""

    place: str = ""
    time: str = ""
    description: str = ""
    objects: dict[str, str] = {}
    positions: dict[str, str] = {}


class Round(Value):
    """A round in which everybody acts once. `order`: character ids as they are to act; `acted`: those who have, in the
    order in which they came to it, those who only reacted among them; `summary`: the story so far."""

    number: int = Field(ge=1)
    order: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()
    summary: str = ""


class QuestStep(Value):
    """One beat of a quest as the reflectors see it: what was done, at what, what came of it. `action_reflection`: A as
    meant, B the wrong way, C nothing changed, D cannot tell; `trajectory_reflection`: A on track, B failed;
    `detectors`: the loops found in the deeds; `advice`: what those on the quest are told of all this."""

    number: int = Field(ge=1)
    deed: str = ""
    target: str = ""
    expectation: str = ""
    outcome: str = ""
    action_reflection: Literal["", "A", "B", "C", "D"] = ""
    trajectory_reflection: Literal["", "A", "B"] = ""
    detectors: tuple[str, ...] = ()
    advice: str = ""


class Quest(Value):
    """A goal played for. `sort`: A something is carried from one place to another, B a question is answered from what
    is seen, C the same is done to several things, D anything else; `acts`: its parts, `act` (from 0) the one being
    played; `source`: where the first takes something from; `carried`: what it found, word for word; `answer`: to a
    question; `knowledge`: hints the narrator has; `step`: the newest of `steps`; `claims`: how often it was said to be
    done."""

    goal: str
    sort: Literal["", "A", "B", "C", "D"] = ""
    acts: tuple[str, ...] = ()
    act: int = Field(default=0, ge=0)
    source: str = ""
    carried: str = ""
    answer: str = ""
    knowledge: tuple[str, ...] = ()
    steps: int = Field(default=0, ge=0)
    step: QuestStep | None = None
    claims: int = Field(default=0, ge=0)
    outcome: Literal["", "success", "failed", "uncertain", "out of time"] = ""
    finished: bool = False


class Panelist(Value):
    """Somebody on a panel: a member of the cast by id, or a persona made up for the task."""

    name: str
    profile: str = ""
    character: str = ""


class PanelTurn(Value):
    """What somebody said on a panel."""

    speaker: str
    text: str


class Panel(Value):
    """A task taken to a panel. `solo`: one model played all of it, in `turns`; `ensemble`: everybody spoke for
    themselves, on stage. `parsed`: whether a solo answer kept to the form; `final`: the answer, once `finished`."""

    task: str
    form: Literal["solo", "ensemble"] = "solo"
    leader: str = ""
    panelists: tuple[Panelist, ...] = ()
    turns: tuple[PanelTurn, ...] = ()
    round: int = Field(default=1, ge=1)
    approved: tuple[str, ...] = ()
    final: str = ""
    parsed: bool | None = None
    finished: bool = False
    note: str = ""


class PlayState(Value):
    """Everything a play has come to. `characters` by id."""

    characters: dict[str, CharacterState] = {}
    world: WorldState = WorldState()
    round: Round | None = None
    quest: Quest | None = None
    panel: Panel | None = None

    def changed(self, change: PlayState) -> PlayState:
        """This state with what `change` sets: characters, world and round field by field, their dictionaries key by
        key (an empty text takes a key out), everything else as a whole."""
        return merged(self, change)


def merged(before: ValueT, change: ValueT) -> ValueT:
    """`before` with the fields `change` sets. Pure."""
    update: dict[str, object] = {}
    for name in change.model_fields_set:
        old, new = getattr(before, name), getattr(change, name)
        if isinstance(new, dict):
            update[name] = _entries(old, new)
        elif isinstance(new, WorldState | Beliefs | Round) and old is not None:
            update[name] = merged(old, new)
        else:
            update[name] = new
    return before.model_copy(update=update)


def _entries(old: dict[str, ValueT | str], new: dict[str, ValueT | str]) -> dict[str, ValueT | str]:
    entries = dict(old)
    for key, value in new.items():
        known = entries.get(key)
        if value == "":
            entries.pop(key, None)
        elif isinstance(value, Value) and isinstance(known, Value):
            entries[key] = merged(known, value)
        else:
            entries[key] = value
    return entries
