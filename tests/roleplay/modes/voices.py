"""A model that has an answer for whatever any mode asks, with a canary in every text of it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from studio.domain.message import Request
from studio.domain.session import Choice
from tests.plays import CAST

NAMES = {member.id: member.name for member in CAST}
QUESTION = "How do we keep the lamp lit?"
MODES: dict[str, Choice] = {
    "lean": Choice(name="lean"),
    "characterbox": Choice(name="characterbox", parameters={"rounds": 0}),
    "initiative": Choice(name="initiative"),
    "panel": Choice(name="panel"),
    "panel by the cast": Choice(name="panel", parameters={"form": "ensemble", "task": QUESTION, "rounds": 2}),
    "trait_activation": Choice(name="trait_activation"),
    "supportive": Choice(name="supportive"),
    "quest": Choice(name="quest", parameters={"goal": "Keep the lamp lit.", "beats": 900}),
}
"""Every mode as it is played in the tests that go over all of them."""


class Everything:
    """Answers by purpose. `say(text)` makes a text unmistakable; `padding` makes lines outgrow the prompt."""

    def __init__(self, seed: int, say: Callable[[str], str], padding: str = "") -> None:
        self.rng = random.Random(seed)
        self.say = say
        self.padding = padding

    def __call__(self, request: Request, number: int) -> str:
        answer: Callable[[Request], str] = getattr(self, request.purpose.replace(" ", "_"), self.text)
        return answer(request)

    def line(self) -> str:
        return f"{self.say('line')} {self.padding}".strip()

    def text(self, request: Request) -> str:
        """Beliefs, results, summaries, drafts."""
        return self.say(request.purpose)

    def actor(self, request: Request) -> str:
        trailer = json.dumps({"wants_ruling": self.rng.random() < 0.3, "emotion": "wary"})
        return f"({self.say('what nobody hears')})\n{self.line()}\n{trailer}"

    def narrator(self, request: Request) -> str:
        return json.dumps({"ruling": self.say("it holds"), "narration": self.line()})

    # --- full rounds --------------------------------------------------------------------------------------------

    def synopsis(self, request: Request) -> str:
        return "\n".join(f"[{name}]: {self.say('acts')}" for name in NAMES.values())

    def action(self, request: Request) -> str:
        return f"{self.say('moves')} across the room."

    def dialogue(self, request: Request) -> str:
        return "None" if self.rng.random() < 0.2 else self.line()

    def influence(self, request: Request) -> str:
        tail = request.messages[-1].content
        actor = next(name for name in NAMES.values() if f"{name} just did this" in tail)
        target = self.rng.choice(list(NAMES.values()))
        return f"[{actor}];;[{target}];;[{self.say('a jolt')}]"

    def whereabouts(self, request: Request) -> str:
        return f"Position: {self.say('near')}\nState: {self.say('pale')}"

    def surroundings(self, request: Request) -> str:
        return f"Description: {self.say('dark')}" if self.rng.random() < 0.5 else "Nothing."

    # --- initiative ---------------------------------------------------------------------------------------------

    def initiative(self, request: Request) -> str:
        tools = '[{"name": "look_at", "parameters": {"scene_object": "lamp"}}, {"name": "memory_search", "parameters": '
        tools += '{"query": "lamp"}}]'
        return (
            f'<think>{self.say("weighs")}</think>\n"Proactive score": {self.rng.randint(1, 5)}\n'
            f"## Action: None\n## Tool Calling: {tools}"
        )

    def moment(self, request: Request) -> str:
        return json.dumps({"vision": self.say("a gull"), "audio": self.say("a bell"), "notifications": []})

    # --- panels -------------------------------------------------------------------------------------------------

    def panel_line(self, request: Request) -> str:
        leader = f"{NAMES.get(request.caller, 'Narrator')} (you)"
        said = f"Doubt: {self.say('doubts')}\n{leader}: {self.say('drafts')}"
        return f"Participants: {leader}; Doubt\n{said}\nFinal answer: {self.line()}"

    panel = panel_line

    def panel_comment(self, request: Request) -> str:
        return json.dumps({"comment": self.say("remarks"), "approve": self.rng.random() < 0.5})

    # --- quests -------------------------------------------------------------------------------------------------

    def quest_classify(self, request: Request) -> str:
        return f"{self.say('thinks')}\n{self.rng.choice('ABCD')}"

    def quest_orchestrate(self, request: Request) -> str:
        return json.dumps({"steps": [self.say("find"), self.say("tell")], "source": "the log"})

    def quest_observe(self, request: Request) -> str:
        told: dict[str, Any] = {"action": self.rng.choice(["push", "note"]), "target": "lamp", "outcome": self.line()}
        return json.dumps({**told, "finished": self.rng.random() < 0.1})

    def quest_action(self, request: Request) -> str:
        return f"{self.say('thinks')}\n{self.rng.choice('ABCD')}"

    def quest_trajectory(self, request: Request) -> str:
        return f"{self.say('try the stairs')}\n{self.rng.choice('AB')}"

    def quest_finish(self, request: Request) -> str:
        return self.rng.choice(["Success", "Failed"])
