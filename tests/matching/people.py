"""An invented bank for tests: a few profiles in the studio's own form, and two in the published one."""

from __future__ import annotations

import json
import random
from pathlib import Path

from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.matching.bank.store import Bank, BankHeader, write
from studio.matching.pool import Pool
from studio.matching.profile import Profile
from studio.run_context import RunContext
from tests.plays import Clock

STORIES = {
    "amy": ("INTJ", 24, "You failed the exam twice and passed it on the third try.", ("Skeptic", "Scholar")),
    "ben": ("ENFP", 31, "You lost your brother and learned to talk about it.", ("Dreamer", "Phoenix")),
    "cai": ("ISFJ", 45, "You were dismissed on a Friday and walked the streets for a month.", ("Worrier",)),
    "dot": ("ESTP", 62, "You moved to a new city and were lonely for a year.", ("Life Of The Party",)),
    "eve": ("INFP", 19, "You had panic attacks in shops and learned to breathe.", ("Dreamer", "Shy One")),
    "fay": ("INFJ", 38, "You sat the exam as the oldest in the room.", ("Confidant", "Scholar")),
}

PUBLISHED = {
    "index": 7,
    "mbti": "INTJ",
    "profile": {
        "name": "Minna Voss",
        "gender": "female",
        "age": "20s",
        "region": "Kiel, Germany",
        "tone": "Minna speaks in a low voice.",
        "job": "harbour pilot",
        "personality": "Minna is calm.",
        "hobby": "Minna ties knots.",
        "recent_worry_or_anxiety": "Minna fears the fog.",
        "friends": "Two.",
    },
    "seeker_statement": "You are Minna Voss and you fear the fog.",
    "supporter_statement": "You are Minna Voss, a pilot.",
    "profile_trans": {"hobby": "You tie knots.", "recent_worry_or_anxiety": "You fear the fog."},
}


def profile(id_: str) -> Profile:
    """One of the invented people."""
    mbti, age, story, tropes = STORIES[id_]
    return Profile(
        id=id_,
        name=f"{id_.capitalize()} Moss",
        mbti=mbti,
        gender="female" if age % 2 else "male",
        age=age,
        region="Hull, England" if age < 40 else "Oban, Scotland",
        job="tram driver",
        traits=("patient",) if age < 40 else ("patient", "blunt"),
        tropes=tropes,
        told={
            "growth_experience": story,
            "hobby": "You bake bread at night.",
            "tone": "You talk softly.",
            "recent_worry_or_anxiety": "You worry about rent.",
        },
        about={"growth_experience": story.replace("You", id_.capitalize(), 1)},
    )


PEOPLE = tuple(profile(id_) for id_ in STORIES)


def pool() -> Pool:
    """Everybody invented."""
    return Pool(PEOPLE)


def context(model: ScriptedModel | None = None, seed: int = 0) -> RunContext:
    """Word hashes for meaning, a seeded generator, a clock that ticks."""
    return RunContext(model=model or ScriptedModel([]), embedder=HashEmbedder(), rng=random.Random(seed), clock=Clock())


def bank(folder: Path) -> Bank:
    """The invented people as a bank on disk."""
    return write(folder, BankHeader(name="small", profiles=len(PEOPLE), source="invented"), PEOPLE)


def lines(*rows: object) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)
