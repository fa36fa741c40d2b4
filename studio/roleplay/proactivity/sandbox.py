"""Plausible answers of the benchmark's tools, and the studio's own tools over what one character knows."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from studio.domain.state import PlayState
from studio.domain.transcript import Transcript
from studio.roleplay.proactivity.tools import SANDBOX, STUDIO, Arguments, Tool

DICE = re.compile(r"\s*(\d{0,2})\s*[dD]\s*(\d{1,3})\s*(?:([+-])\s*(\d{1,3}))?\s*")
MOST_DICE = 20
KNOWN: dict[str, Tool] = {tool.name: tool for tool in (*SANDBOX, *STUDIO)}
Search = Callable[[str], Awaitable[tuple[str, ...]]]
"""What one character remembers of a subject."""


class Sandbox:
    """The tools of one character at one moment. `state`: what that character knows of the play; `search`: its memory.
    Nothing outside the play is asked, and only what the character may know comes back."""

    def __init__(
        self, transcript: Transcript, state: PlayState, search: Search, rng: random.Random, now: datetime
    ) -> None:
        self._transcript = transcript
        self._state = state
        self._search = search
        self._rng = rng
        self._now = now

    async def run(self, name: str, arguments: Arguments) -> dict[str, object]:
        """The result of a tool; `{"error": …}` for one that is unknown or lacks an argument."""
        tool = KNOWN.get(name)
        if tool is None:
            return {"error": f"there is no tool '{name}'"}
        missing = [wanted for wanted in tool.arguments if not arguments.get(wanted)]
        if missing:
            return {"error": f"{name} needs {', '.join(missing)}"}
        if name == "memory_search":
            found = await self._search(str(arguments["query"]))
            return {"memories": list(found)}
        if name == "roll_dice":
            return roll(str(arguments["expr"]), self._rng)
        if name == "look_at":
            return look_at(str(arguments["scene_object"]), self._transcript, self._state)
        return self._canned(name, arguments)

    def _canned(self, name: str, arguments: Arguments) -> dict[str, object]:
        """What the benchmark's tools would say: made up, the same for the same dice, and marked as such."""
        world = self._state.world
        told: dict[str, dict[str, object]] = {
            "get_current_datetime": {"datetime": self._now.isoformat(timespec="minutes"), "story_time": world.time},
            "get_current_gps_coordinates": {"city": world.place, "latitude": 0.0, "longitude": 0.0},
            "get_city_weather": {"weather": self._rng.choice(("clear", "rain", "fog", "wind", "snow"))},
            "check_agenda_time_conflict": {"conflict": False},
            "get_health_data": {"heart_rate": self._rng.randint(58, 96), "steps": self._rng.randint(800, 9000)},
            "get_online_product_price": {"price": self._rng.randint(3, 240)},
            "check_bus_schedule": {"next_bus_in_minutes": self._rng.randint(2, 25)},
            "query_stock": {"price": round(self._rng.uniform(5, 300), 2)},
            "google_map": {"minutes": self._rng.randint(4, 70)},
        }
        done = {"status": "done"} if name in ("play_music", "set_timer", "add_to_agenda", "add_meeting") else {}
        sent = {"status": "not sent: this is a sandbox"} if name in ("send_email", "book_uber") else {}
        nothing: dict[str, object] = (
            {"results": []} if name.endswith("_search") or name in ("search_rednote", "get_medical_knowledge") else {}
        )
        return {**told.get(name, {}), **done, **sent, **nothing, "sandbox": True}


def roll(expression: str, rng: random.Random) -> dict[str, object]:
    """Dice such as `2d6+1`: each die and the total; an error for anything else. Twenty dice at most."""
    found = DICE.fullmatch(expression)
    if found is None or not 1 <= int(found[1] or 1) <= MOST_DICE or int(found[2]) < 1:
        return {"error": f"'{expression[:40]}' is no throw of dice: write 2d6 or 1d20+3"}
    dice = [rng.randint(1, int(found[2])) for _ in range(int(found[1] or 1))]
    extra = int(found[4] or 0) * (-1 if found[3] == "-" else 1)
    return {"dice": dice, "total": sum(dice) + extra}


def look_at(thing: str, transcript: Transcript, state: PlayState) -> dict[str, object]:
    """What a character who looks sees: somebody's place and condition, or the state of a thing."""
    wanted = thing.strip().casefold()
    for member in transcript.session.cast:
        if wanted in (member.id.casefold(), member.name.casefold(), member.first_name.casefold()):
            person = state.characters[member.id]
            if not person.present:
                return {"seen": f"{member.name} is not here"}
            return {"position": state.world.positions.get(member.id, ""), "condition": person.condition}
    for name, how in state.world.objects.items():
        if wanted in name.casefold():
            return {"seen": f"{name}: {how}"}
    return {"seen": "nothing out of the ordinary"}
