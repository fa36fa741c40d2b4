"""Whatever a model writes and a person presses, the play stays whole and nothing but a plain error comes of it."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studio.domain.message import Request
from studio.domain.scene import Ending
from studio.domain.transcript import Transcript
from studio.errors import StudioError
from tests.plays import CAST, SCENE
from tests.roleplay.company import OWNER, Company, gathered

SCRAPS = (
    *(
        "Ada",
        "Bo Lind:",
        "Cy",
        "Narrator:",
        " Bo, what?",
        " hello there. ",
        "word " * 30,
        "🦊",
        "\u202e",
        "“",
        "”",
        '"',
    ),
    *(
        "(",
        ")",
        "{",
        "}",
        '{"',
        'emotion":',
        '"wants_ruling": true}',
        '{"salience": 1e999}',
        "null",
        "[]",
        "\n",
        "\n\n",
    ),
    *(
        "*",
        "<think>",
        "</think>",
        "[INST]",
        "```",
        "<|im_end|>",
        "…",
        "\ud83d",
        "\x00",
        '{"cues": [{"speaker": "Ada"}]}',
    ),
    *('{"narration": "x", "ended": true}', '{"ruling": "r", "noticed": ["Bo", "Zed"], "changes": {"a": "1"}}'),
)
ANYBODY = ("ada", "bo", "cy", "narrator", "zed", "")


class Disorder:
    """Presses everything there is, in a seeded disorder."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def scraps(self, *_: Request | int) -> str:
        return "".join(self.rng.choice(SCRAPS) for _ in range(self.rng.randrange(14)))

    def turn(self) -> dict[str, Any]:
        rng = self.rng
        return rng.choice(
            (
                {},
                {},
                {"line": self.scraps(), "as_": rng.choice(ANYBODY)},
                {"whisper": self.scraps(), "to": tuple(rng.sample(ANYBODY[:4], rng.randrange(3))), "as_": "ada"},
                {"speaker": rng.choice(ANYBODY), "as_": rng.choice(ANYBODY), "wait": rng.random() < 0.5},
            )
        )

    async def press(self, company: Company, transcript: Transcript) -> Transcript:
        scribe, rng = company.scribe, self.rng
        event = rng.choice(transcript.events) if transcript.events else None
        match rng.randrange(10):
            case 0:
                return await company.history.undo(transcript)
            case 1:
                return await company.history.redo(transcript)
            case 2 if event:
                return await scribe.edit(transcript, event.id, self.scraps())
            case 3 if event:
                return await scribe.hide(transcript, event.id)
            case 4 if event:
                return await company.again(transcript, event)
            case 5:
                return await rng.choice((scribe.enter, scribe.leave))(transcript, rng.choice(ANYBODY))
            case _:
                return await company.turn(transcript, **self.turn())


@pytest.mark.parametrize("seed", range(12))
async def test_no_disorder_breaks_a_play(tmp_path: Path, seed: int) -> None:
    disorder = Disorder(seed)
    end = Ending(when="dawn", max_turns=disorder.rng.choice((3, 8, 500)))
    scene = SCENE.model_copy(update={"end": end, "opening": disorder.rng.choice(("", "Rain."))})
    speakers = ("director", "natural", "pooled", "round_robin", "manual")[seed % 5]
    async with gathered(tmp_path, disorder.scraps, chunk_chars=(0, 1, 7)[seed % 3]) as company:
        transcript = await company.begin(scene, CAST, speakers=speakers)
        for _ in range(40):
            with suppress(StudioError):
                transcript = await disorder.press(company, transcript)
            transcript = await company.stored(transcript)
            await company.engine.remember(transcript)
            for event, following in zip(transcript.events, transcript.events[1:], strict=False):
                assert following.parent == event.id
        await company.archive.check()
        (summary,) = await company.archive.sessions.list(OWNER)
        assert summary.turns == transcript.turns
