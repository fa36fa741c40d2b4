"""What reading a card costs beside what Pillow needs to open and decode the picture it lies in.

The card is of usual size (about 8 kB of JSON, and 16 kB with a lorebook), the picture one megabyte as a PNG file.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections.abc import Callable

from PIL import Image

from studio.cards.reading import read_card
from studio.cards.writing import write_card
from studio.domain.character import Character, Identity, Voice
from studio.domain.lorebook import Lorebook, LoreEntry

SENTENCE = "The lamp on the pier is lit at six, and whoever is late rows home in the dark."


def character(entries: int) -> Character:
    """Somebody with texts of usual length, and a lorebook where entries are asked for."""
    lore = tuple(LoreEntry(id=str(n), keys=(f"pier {n}",), content=f"{SENTENCE} {n}") for n in range(entries))
    return Character(
        id="ola",
        name="Ola Lind",
        career="harbour keeper",
        traits=("patient", "dry", "watchful"),
        identity=Identity(personal=SENTENCE, life_context=SENTENCE),
        backstory=" ".join([SENTENCE] * 30),
        speech=Voice(style="few words", examples=(SENTENCE, SENTENCE)),
        greeting=" ".join([SENTENCE] * 8),
        alternate_greetings=(SENTENCE, SENTENCE),
        lorebook=Lorebook(name="Harbour", entries=lore) if lore else None,
    )


def picture(size: int) -> bytes:
    """A PNG of about `size` bytes that packs as paintings do, to a half; the same at each call."""
    side = int((size * 0.55) ** 0.5)
    grain = random.Random(1).randbytes(side * side * 3)
    tones = bytes(place * 160 // len(grain) + (byte & 15) for place, byte in enumerate(grain))
    target = io.BytesIO()
    Image.frombytes("RGB", (side, side), tones).save(target, "PNG")
    return target.getvalue()


def best_ms(work: Callable[[], object], repeats: int) -> float:
    """The shortest of several runs, in milliseconds."""
    shortest = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - start)
    return round(shortest * 1000, 3)


def decode(data: bytes) -> None:
    """What a reader through Pillow does: open the picture and load its pixels."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--size", type=int, default=1_000_000, help="of the picture, in bytes")
    options = parser.parse_args()
    portrait = picture(options.size)
    plain, learned = character(entries=0), character(entries=20)
    png, with_lore = write_card(plain, "png", portrait), write_card(learned, "png", portrait)
    charx = write_card(plain, "charx", portrait)
    figures: dict[str, float | int] = {
        "file_bytes": len(png),
        "card_bytes": len(write_card(plain, "json")),
        "card_read_ms": best_ms(lambda: read_card(png, "ola.png"), options.repeats),
        "pillow_read_ms": best_ms(lambda: decode(png), options.repeats),
        "lorebook_card_read_ms": best_ms(lambda: read_card(with_lore, "ola.png"), options.repeats),
        "charx_read_ms": best_ms(lambda: read_card(charx, "ola.charx"), options.repeats),
        "png_write_ms": best_ms(lambda: write_card(plain, "png", portrait), options.repeats),
    }
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:22} {value:>12,}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
