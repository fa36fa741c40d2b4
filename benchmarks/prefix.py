"""How much of each prompt the starter model reads anew: prompt tokens and evaluated tokens by turn.

Plays a shipped scene with the embedded server, which reports what its prefix cache saved.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from studio.roleplay.steps import Committed
from studio.settings import Settings
from studio.wiring import open_studio


async def play(scene_id: str, turns: int, folder: Path) -> dict[str, object]:
    """Play in a fresh data folder; weights come from (and stay in) the usual one."""
    settings = Settings()
    assets = settings.data_dir / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    (folder / "assets").symlink_to(assets)
    studio = await open_studio(settings.model_copy(update={"data_dir": folder}))
    prompt_tokens, evaluated_tokens = [], []
    try:
        model = await studio.models.open("starter")
        engine = studio.engine(model, seed=7)
        scene = studio.library.scene(scene_id)
        transcript = await engine.begin("bench", scene, studio.library.cast_of(scene), seed=7)
        for _ in range(turns):
            async for step in engine.advance(transcript):
                if isinstance(step, Committed):
                    transcript = step.transcript
                    if step.event.usage:
                        prompt_tokens.append(step.event.usage.prompt_tokens)
                        evaluated_tokens.append(step.event.usage.evaluated_tokens)
            await engine.remember(transcript)
    finally:
        await studio.close()
    later = slice(4, None)
    share = sum(evaluated_tokens[later]) / max(1, sum(prompt_tokens[later]))
    return {
        "scene": scene_id,
        "prompt_tokens": prompt_tokens,
        "evaluated_tokens": evaluated_tokens,
        "evaluated_share_after_turn_4": round(share, 3),
    }


def main() -> None:
    """Parse flags, run, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scene", default="lift-b")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(play(options.scene, options.turns, Path(folder)))
    if not options.json:
        for turn, pair in enumerate(zip(report["prompt_tokens"], report["evaluated_tokens"], strict=True), start=1):  # type: ignore[call-overload]
            print(f"turn {turn:3}  prompt {pair[0]:5}  evaluated {pair[1]:5}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
