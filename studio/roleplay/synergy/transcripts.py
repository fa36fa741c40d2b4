"""From what a model wrote as a panel to its participants, what they said, and the answer. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studio.domain.state import Panel, Panelist, PanelTurn
from studio.roleplay.reply import storable

MOST_PANELISTS = 12
NAME_CHARS = 80
PROFILE_CHARS = 300
_FINAL = re.compile(r"[Ff]inal answer:")
_PARTICIPANTS = re.compile(r"^[ \t*#]*Participants:[ \t*]*(.+)$", re.MULTILINE | re.IGNORECASE)
_PROFILES = re.compile(
    r"^[ \t*#]*Profiles:[ \t*]*\n((?:[ \t]*[-*]?[^\n]*:[^\n]*(?:\n|$))+)", re.MULTILINE | re.IGNORECASE
)
_MARKER = re.compile(r"^[ \t*#]*(?:Start|Finish) collaboration!?[ \t*]*$", re.MULTILINE | re.IGNORECASE)
_YOU = re.compile(r"\s*\((?:you|me)\)\s*$", re.IGNORECASE)


def answer_in(text: str) -> tuple[str, bool]:
    """What stands after the first `Final answer:`, and whether that was there; else the whole text."""
    found = _FINAL.search(text)
    return (text[found.end() :].strip(), True) if found else (text, False)


def parse_panel(text: str, task: str = "", leader: str = "") -> Panel:
    """A whole run as a panel. A name that comes twice counts once; more than twelve are cut, and a note says so; a line
    of somebody who is no participant is kept as narration, under no name."""
    text = storable(text)
    final, parsed = answer_in(text)
    found = _FINAL.search(text)
    talk = text[: found.start()] if found else text
    names = _names(talk)
    note = (
        f"{len(names)} participants were named; the first {MOST_PANELISTS} count."
        if len(names) > MOST_PANELISTS
        else ""
    )
    names = names[:MOST_PANELISTS]
    profiles = _profiles(talk, names)
    panelists = tuple(Panelist(name=name, profile=profiles.get(name, "")) for name in names)
    return Panel(
        task=task,
        form="solo",
        leader=leader,
        panelists=panelists,
        turns=_turns(talk, names),
        final=final,
        parsed=parsed,
        finished=True,
        note=note,
    )


def told(turns: Sequence[PanelTurn]) -> str:
    """What was said, a line each, for a reader."""
    return "\n".join(f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text for turn in turns)


def last_word(panel: Panel) -> str:
    """The last thing the leader said, where an answer kept to no form; empty where they said nothing."""
    leader = panel.panelists[0].name if panel.panelists else ""
    return next((turn.text for turn in reversed(panel.turns) if leader and turn.speaker == leader), "")


def _names(talk: str) -> list[str]:
    found = _PARTICIPANTS.search(talk)
    if found is None:
        return []
    listed = re.split(r"[;；]", found[1]) if re.search(r"[;；]", found[1]) else found[1].split(",")
    names = [" ".join(name.split()).strip("*. ")[:NAME_CHARS] for name in listed]
    return list(dict.fromkeys(name for name in names if name))


def _profiles(talk: str, names: Sequence[str]) -> dict[str, str]:
    found = _PROFILES.search(talk)
    profiles: dict[str, str] = {}
    for line in found[1].splitlines() if found else ():
        who, _, profile = line.strip(" -*\t").partition(":")
        name = _speaker(who, names)
        if name and profile.strip():
            profiles.setdefault(name, profile.strip()[:PROFILE_CHARS])
    return profiles


def _turns(talk: str, names: Sequence[str]) -> tuple[PanelTurn, ...]:
    profiles = _PROFILES.search(talk)
    talk = talk.replace(profiles[0], "\n") if profiles else talk
    talk = _MARKER.sub("", _PARTICIPANTS.sub("", talk, count=1))
    turns: list[tuple[str, list[str]]] = []
    for line in talk.splitlines():
        who, colon, said = line.partition(":")
        name = _speaker(who, names) if colon else ""
        if name:
            turns.append((name, [said.strip()]))
        elif line.strip() and turns:
            turns[-1][1].append(line.strip())
        elif line.strip():
            turns.append(("", [line.strip()]))
    return tuple(
        PanelTurn(speaker=who, text="\n".join(lines).strip()) for who, lines in turns if "\n".join(lines).strip()
    )


def _speaker(who: str, names: Sequence[str]) -> str:
    """The participant called so, with or without `(you)`."""
    wanted = _YOU.sub("", " ".join(who.split()).strip("*_ ")).casefold()
    return next((name for name in names if wanted and _YOU.sub("", name).casefold() == wanted), "")
