"""How a large library holds up: `python -m benchmarks.library --n 10000 --json`.

`n` characters, every tenth with a lorebook of twenty entries, are brought in from card files (JSON, every hundredth a
PNG of one megabyte) as one job, as the page and the command line do it. Then a new process would open the library:

`first_page_ms`: from opening the database and noticing that every file is as it was, to the first sixty lines with
what they can be narrowed down by. `page_ms`: a later page. `search_p95_ms`, `search_p50_ms`: one to three words typed
into the search field, other words each time. `import_per_s`: cards a second, read, checked and on the disk.
`catalogue_per_s`: files a second noticed for the first time. `card_read_ms`, `pillow_read_ms`: see `benchmarks.cards`.
`disk_mb`: files and database. `rss_mb`: this process in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.cards import best_ms, character, decode, picture
from benchmarks.startup import resident_megabytes
from studio.archive import Archive
from studio.cards.reading import read_card
from studio.cards.writing import write_card
from studio.domain.character import Character
from studio.domain.holding import Find
from studio.domain.job import JobState
from studio.domain.session import LOCAL_OWNER
from studio.intake.bulk import WORK
from studio.intake.parcels import files_of
from studio.library.owners import Libraries
from studio.settings import Settings
from studio.wiring import open_studio

SEARCHES = 200
LORE_EVERY, PICTURE_EVERY = 10, 100
TYPES = ("INTJ", "ENFP", "ISTP", "ESFJ", "INFP", "ENTJ")
FIRST = (
    "Ada",
    "Bo",
    "Ciara",
    "Dov",
    "Esme",
    "Farid",
    "Gul",
    "Hemi",
    "Ines",
    "Jory",
    "Kobus",
    "Linh",
    "Mirela",
    "Nkechi",
)
LAST = ("Lind", "Okafor", "Sørli", "Bassi", "Venter", "Dobre", "Harrow", "Quispe", "Pham", "Tregenza", "Aydın", "Duru")
TROPES = ("The Mentor", "Grumpy Bear", "The Trickster", "Reluctant Hero", "Lovable Rogue")
SYLLABLES = ("ba", "lor", "ket", "min", "sa", "du", "rin", "vel", "to", "gra", "nes", "pi", "hol", "wen", "ska", "fi")
VOCABULARY = 3000
WORDS_EACH = 500


def vocabulary() -> tuple[list[str], list[float]]:
    """Invented words, and how often each is used: as in a language, the tenth a tenth as often as the first."""
    rng = random.Random(1)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randrange(2, 5))) for _ in range(VOCABULARY)]
    return list(dict.fromkeys(words)), [1 / rank for rank in range(1, len(set(words)) + 1)]


def person(number: int, rng: random.Random, words: list[str], weights: list[float]) -> Character:
    """Somebody of the usual length; every one reads differently."""
    base = character(entries=20 if number % LORE_EVERY == 0 else 0)
    return base.model_copy(
        update={
            "id": "",
            "name": f"{rng.choice(FIRST)} {rng.choice(LAST)} {number}",
            "mbti": rng.choice(TYPES),
            "tags": tuple(rng.sample(words[:60], 3)),
            "tropes": (rng.choice(TROPES),),
            "backstory": f"Born in {1700 + number % 300}. " + " ".join(rng.choices(words, weights, k=WORDS_EACH)),
        }
    )


def write_cards(folder: Path, count: int) -> None:
    """The card files."""
    rng = random.Random(3)
    portrait, told = picture(1_000_000), vocabulary()
    for number in range(count):
        kind, image = ("png", portrait) if number % PICTURE_EVERY == 0 else ("json", b"")
        data = write_card(person(number, rng, *told), "png" if kind == "png" else "json", image)
        (folder / f"{number:06}.{kind}").write_bytes(data)


async def imported(cards: Path, home: Path) -> float:
    """Cards a second."""
    studio = await open_studio(Settings(data_dir=home, embedder="hash"))
    items = studio.parcels.here(list(files_of(cards)), cards)
    started = time.perf_counter()
    job = await studio.jobs.start(LOCAL_OWNER, WORK, "benchmark", items)
    job = await studio.jobs.wait(LOCAL_OWNER, job.id)
    took = time.perf_counter() - started
    assert job.state is JobState.DONE and job.done == len(items), job
    await studio.close()
    return len(items) / took


def query(rng: random.Random, words: list[str], weights: list[float]) -> str:
    """What somebody types: a name or one to three words that occur, the last one perhaps unfinished."""
    if rng.random() < 0.3:
        return rng.choice(FIRST).lower()
    asked = rng.choices(words, weights, k=rng.randrange(1, 4))
    if rng.random() < 0.5:
        asked[-1] = asked[-1][: rng.randrange(2, len(asked[-1]) + 1)]
    return " ".join(asked)


async def looked(home: Path, count: int) -> dict[str, float]:
    """What a reader waits for, in milliseconds."""
    figures: dict[str, float] = {}
    url, shipped = f"sqlite:///{home / 'studio.db'}", Settings().shipped_dir

    archive = await Archive.open(url)
    started = time.perf_counter()
    Libraries(shipped, home, archive.catalogue).house.find(Find(kind="character"))
    figures["catalogue_per_s"] = round(count / (time.perf_counter() - started))
    await archive.close()

    started = time.perf_counter()
    archive = await Archive.open(url)
    library = Libraries(shipped, home, archive.catalogue).house
    found = library.find(Find(kind="character"))
    library.facets("character")
    figures["first_page_ms"] = round((time.perf_counter() - started) * 1000, 1)
    assert found.total >= count and len(found.holdings) == 60

    figures["page_ms"] = best_ms(lambda: library.find(Find(kind="character", sort="updated", offset=count // 2)), 5)
    rng, told, times = random.Random(9), vocabulary(), []
    for _ in range(SEARCHES):
        asked = Find(kind="character", text=query(rng, *told))
        started = time.perf_counter()
        library.find(asked)
        times.append((time.perf_counter() - started) * 1000)
    figures["search_p50_ms"] = round(statistics.median(times), 1)
    figures["search_p95_ms"] = round(statistics.quantiles(times, n=20)[-1], 1)
    await archive.close()
    return figures


async def measure(count: int) -> dict[str, float]:
    """The whole result."""
    with tempfile.TemporaryDirectory() as folder:
        cards, home = Path(folder) / "cards", Path(folder) / "home"
        cards.mkdir()
        await asyncio.to_thread(write_cards, cards, count)
        figures: dict[str, float] = {"n": count, "import_per_s": round(await imported(cards, home), 1)}
        figures |= await looked(home, count)
        size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    card = write_card(character(entries=0), "png", picture(1_000_000))
    figures["card_read_ms"] = best_ms(lambda: read_card(card, "ola.png"), 30)
    figures["pillow_read_ms"] = best_ms(lambda: decode(card), 10)
    return {**figures, "disk_mb": round(size / 1e6, 1), "rss_mb": round(resident_megabytes(os.getpid()), 1)}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000, help="how many characters")
    parser.add_argument("--json", action="store_true", help="print the JSON object alone")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.n))
    if not options.json:
        for name, value in figures.items():
            print(f"{name:18} {value:>12,}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
