"""The scene the engines are compared on: three to six people locked in an archive, one of them with a secret."""

from __future__ import annotations

import hashlib
import json
import random

import numpy as np

from studio.domain.character import Character
from studio.domain.message import Request
from studio.domain.scene import Ending, Part, Scene
from studio.llm.embedding import Vectors

NAMES = ("Mara Quill", "Teo Brandt", "Ines Okafor", "Juno Falk", "Omar Reyes", "Petra Lindqvist")
SECRET = "ZEBRA-SEVEN"
GOAL = "Get out by dawn with the ledger, without betraying the others first."
PREMISE = (
    "The three of them are locked in the municipal archive overnight while a storm floods the streets. A ledger that "
    "could ruin the mayor is somewhere in the stacks, the power is failing, and each of them was told by a different "
    "person to come alone."
)
BACKGROUND = (
    "grew up above a clock shop in a harbour town and still counts seconds under stress",
    "trained as a field surgeon, left the service after a disagreement about triage rules",
    "distrusts charm, trusts people who arrive early and admit what they do not know",
    "keeps a notebook of overheard sentences and reads it back when unable to sleep",
    "owes a debt of gratitude to an old teacher who once lied to protect a pupil",
    "speaks in short plain sentences and goes quiet rather than raising the voice",
    "wants to leave the archive before dawn with the ledger intact and nobody hurt",
    "fears being the last one to understand what everyone else already knows here",
)
SPEECH = (
    '"The water is at the second step already. If we are going to search the east stacks we do it now, together, and '
    "whoever finds the ledger reads the first page aloud before it goes into anyone's coat.\""
)
BROKEN = ("", "{", "```json", "Narrator: The lamp goes out.")


def cast(count: int) -> tuple[Character, ...]:
    """The first `count` people (at most six); only the first knows the safe code."""
    return tuple(
        Character(
            id=name.split()[0].lower(),
            name=name,
            facts=tuple(f"{name} {line}; this has shaped most choices since then." for line in BACKGROUND),
            goals=(GOAL,),
            secrets=(f"{name} alone knows the safe code is {SECRET} and must not say it.",) if position == 0 else (),
        )
        for position, name in enumerate(NAMES[:count])
    )


def scene(people: tuple[Character, ...], turns: int) -> Scene:
    """The archive, open for `turns` turns."""
    parts = tuple(Part(character=person.id) for person in people)
    return Scene(id="archive", title="The archive", premise=PREMISE, cast=parts, end=Ending(max_turns=turns + 1))


class StubVoice:
    """Answers like a model that does as asked: a canary in every thought and line, four cues a plan.

    A share `broken_rate` of the answers, drawn with a seed, is unusable.
    """

    def __init__(self, people: tuple[Character, ...], broken_rate: float) -> None:
        self._people = people
        self._broken_rate = broken_rate
        self._rng = random.Random(11)
        self._next = 0

    def __call__(self, request: Request, number: int) -> str:
        if self._rng.random() < self._broken_rate:
            return BROKEN[number % len(BROKEN)]
        if request.purpose != "narrator":
            return f"(Nobody may hear [mind {number}].)\n{SPEECH} [line {number}]"
        cues = []
        for _ in range(4):
            name = self._people[self._next % len(self._people)].name
            self._next += 1
            cues.append({"speaker": name, "cue": "Press for an answer.", "reason": "They have been quiet longest."})
        return json.dumps({"narration": f"Water runs down the shelves [told {number}].", "cues": cues})


class SeededEmbedder:
    """A random unit vector a text, seeded by it: the embedding of the published comparison."""

    name = "seeded-384"
    dimension = 384

    async def embed(self, texts: list[str]) -> Vectors:
        """Shape (len(texts), 384), float32."""
        rows = []
        for text in texts:
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")
            vector = np.random.default_rng(seed).standard_normal(384).astype(np.float32)
            rows.append(vector / np.linalg.norm(vector))
        return np.stack(rows)
