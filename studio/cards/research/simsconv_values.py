"""What SimsConv records say: scenes, dialogues and turns, each as it was written and as it is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from studio.cards.research.folder import plain
from studio.domain.value import Value

EMOTIONS = (
    "Fine", "Happy", "Confident", "Energized", "Flirty", "Focused", "Inspired", "Playful", "Angry", "Bored", "Dazed",
    "Embarrassed", "Sad", "Tense", "Uncomfortable", "Asleep",
)  # fmt: skip
TOPICS = (
    "discussing hobbies", "discussing interests", "arguments", "deep thoughts", "jokes", "stories", "complaints",
    "flirtation", "compliments", "deception", "gossip", "small talk", "malicious interactions",
)  # fmt: skip
SCENE_TYPES = ("Chat", "Debate", "Discussion", "Speech")
STOP = "<|eot|>"
"""What ends a turn in a training sample."""

LONGEST_ROLE, MOST_ROLE_WORDS = 60, 7
SHORTEST_DIALOGUE = 3
_PLACE = re.compile(r"seed_dialogue_(\d+)")
_LETTERS = re.compile(r"[^a-z ]")

TurnKind = Literal["speaking", "thinking", "narrating"]


def topic_of(text: str) -> str:
    """A topic as one of the thirteen, compared by its letters and blanks in lower case; itself where it is none."""
    bare = " ".join(_LETTERS.sub("", text.lower()).split())
    return bare if bare in TOPICS else text.strip()


class Turn(Value):
    """One turn as it was written: `(speaking)` or `(thinking)` as the action, but for slips."""

    role: str
    action: str = ""
    content: str = ""

    @property
    def kind(self) -> TurnKind:
        """Told by nobody where the role is a sentence; thought where the action says so; spoken otherwise."""
        if len(self.role) > LONGEST_ROLE or len(self.role.split()) > MOST_ROLE_WORDS:
            return "narrating"
        return "thinking" if self.tag == "thinking" else "speaking"

    @property
    def tag(self) -> Literal["speaking", "thinking", "blank", "free"]:
        """What the action is: one of the two tags, nothing, or text that slipped into it."""
        bare = self.action.strip().strip("()").casefold()
        if not bare:
            return "blank"
        return "speaking" if bare == "speaking" else "thinking" if bare == "thinking" else "free"

    @property
    def text(self) -> str:
        """What is said, thought or told; nothing that slipped elsewhere is lost."""
        parts = [self.action, self.content] if self.tag == "free" else [self.content]
        if self.kind == "narrating":
            parts = [self.role, *parts]
        return " ".join(part.strip() for part in parts if part.strip())

    def record(self) -> JsonValue:
        """As a file has it."""
        return {"role": self.role, "action": self.action, "content": self.content}

    def line(self) -> str:
        """As a training sample has it."""
        return f"{self.text}{STOP}" if self.kind == "narrating" else f"{self.role} ({self.kind}): {self.text}{STOP}"


class Scene(Value):
    """Where a dialogue could take place. `mended`: the file broke off in it."""

    type: str = ""
    location: str = ""
    background: str = ""
    source: str = ""
    profile: str = ""
    mended: bool = False

    @classmethod
    def read(cls, record: Mapping[str, JsonValue]) -> Scene:
        """A record of a file; what is missing is empty."""
        return cls(**{name: plain(record.get(name)) for name in cls.model_fields if name != "mended"})

    def record(self) -> JsonValue:
        """As a file has it."""
        values: dict[str, JsonValue] = self.model_dump(mode="json", exclude={"mended"})
        return values


class Dialogue(Value):
    """A scene that was played. Settings and topics are lists in most files, a single text in some (`listed` says in
    which of the two they were)."""

    settings: tuple[str, ...] = ()
    emotion: str = ""
    topics: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    location: str = ""
    background: str = ""
    source: str = ""
    listed: tuple[Literal["setting", "topic"], ...] = ("setting", "topic")

    @classmethod
    def read(cls, record: Mapping[str, JsonValue]) -> Dialogue:
        """A record of a file; what is missing is empty."""
        turns = record.get("dialogue")
        return cls(
            settings=_texts(record.get("setting")),
            emotion=plain(record.get("emotion")),
            topics=_texts(record.get("topic")),
            turns=tuple(
                Turn(**{name: plain(turn.get(name)) for name in Turn.model_fields})
                for turn in (turns if isinstance(turns, list) else [])
                if isinstance(turn, dict)
            ),
            location=plain(record.get("location")),
            background=plain(record.get("background")),
            source=plain(record.get("source")),
            listed=tuple(name for name in ("setting", "topic") if isinstance(record.get(name), list)),
        )

    def record(self) -> JsonValue:
        """As a file has it."""
        return {
            "setting": _written(self.settings, "setting" in self.listed),
            "emotion": self.emotion,
            "topic": _written(self.topics, "topic" in self.listed),
            "dialogue": [turn.record() for turn in self.turns],
            "location": self.location,
            "background": self.background,
            "source": self.source,
        }

    @property
    def place(self) -> int | None:
        """Which scene of the protagonist it belongs to, from 0; None where the source does not say."""
        match = _PLACE.fullmatch(self.source)
        return int(match[1]) if match else None

    @property
    def topic(self) -> str:
        """The first topic, as one of the thirteen where it is one."""
        return topic_of(self.topics[0]) if self.topics else ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Who speaks or thinks, in the order of first turns."""
        return tuple(dict.fromkeys(turn.role for turn in self.turns if turn.kind != "narrating"))

    def renamed(self, old: str, new: str) -> Dialogue:
        """The dialogue with the turns of `old` given to `new`."""
        turns = (turn.model_copy(update={"role": new}) if turn.role == old else turn for turn in self.turns)
        return self.model_copy(update={"turns": tuple(turns)})

    def faults(self, protagonist: str) -> tuple[str, ...]:
        """Why it is no dialogue of the published form; nothing when it is. A topic of one's own is no fault."""
        thinkers = {turn.role for turn in self.turns if turn.kind == "thinking"} - {protagonist}
        checks = (
            (protagonist not in self.roles, f"{protagonist} neither speaks nor thinks"),
            (bool(thinkers), f"{', '.join(sorted(thinkers))} thinks, which only {protagonist} may"),
            (self.emotion not in EMOTIONS, f"'{self.emotion}' is none of the sixteen emotions"),
            (not self.topic, "there is no topic"),
            (len(self.turns) < SHORTEST_DIALOGUE, f"it has {len(self.turns)} turns; {SHORTEST_DIALOGUE} at least"),
        )
        return tuple(message for broken, message in checks if broken)

    @property
    def custom_topic(self) -> bool:
        """Whether the topic is none of the thirteen."""
        return self.topic not in TOPICS


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(plain(item) for item in value) if isinstance(value, list) else (plain(value),) if value else ()


def _written(texts: tuple[str, ...], listed: bool) -> JsonValue:
    return [*texts] if listed else texts[0] if texts else ""
