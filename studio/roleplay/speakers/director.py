"""The narrator plans up to four turns ahead in one call."""

from __future__ import annotations

import random
from typing import ClassVar

from studio.domain.session import Decision
from studio.registry import Card
from studio.roleplay.speakers.base import Situation, SpeakerPolicy, claimed


class Director(SpeakerPolicy):
    """Plays the narrator's cues in order. A planned speaker who has left or just spoken is passed over.

    Somebody called by name since the plan was made answers first, without a new plan: a direct question is never left
    hanging, and a scene directed by a model still costs at most 1.25 calls a turn.
    """

    card: ClassVar[Card] = Card(
        name="director",
        title="Narrator directs",
        summary="The narrator plans up to four turns ahead; whoever is called by name still answers first.",
        needs=("a model strong enough to direct",),
        cost="1/4 a turn",
    )
    planned: ClassVar[bool] = True

    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """The next playable cue, by the model; None when the plan is used up."""
        playable = {member.id for member in situation.others}
        handed = claimed(situation)
        cue = next((cue for cue in situation.plan if cue.speaker in playable), None)
        if cue is None:
            return None
        if handed and handed.speaker != cue.speaker and not situation.fresh:
            return handed
        return Decision(speaker=cue.speaker, cue=cue.cue, reason=cue.reason, by="model")
