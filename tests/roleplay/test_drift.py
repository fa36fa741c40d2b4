"""Moving away from one's own sheet, by vectors."""

from __future__ import annotations

import numpy as np

from studio.llm.embedding import HashEmbedder
from studio.roleplay.drift import FEW, drift_of, drifts
from tests.plays import Log
from tests.roleplay.test_meters import spoken


def test_lines_that_turn_away_drift() -> None:
    sheet = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=np.float32)
    near, far = [1.0, 0.0], [0.0, 1.0]
    lines = np.array([near] * FEW + [far] * FEW, dtype=np.float32)
    found = drift_of("ada", sheet, lines)
    assert (found.first, found.last, found.drift) == (1.0, 0.0, 1.0)
    back = drift_of("ada", sheet, lines[::-1])
    assert back.drift == -1.0


async def test_only_lines_of_a_model_count_and_ten_are_needed() -> None:
    log = Log()
    for number in range(2 * FEW - 1):
        spoken(log, "ada", f"The lamp, number {number}.")
    log.say("ada", "Said by a person.")
    assert await drifts(HashEmbedder(), log.transcript) == ()
    spoken(log, "ada", "Entirely unlike anything about lamps.")
    (found,) = await drifts(HashEmbedder(), log.transcript)
    assert found.character == "ada" and -2 <= found.drift <= 2
