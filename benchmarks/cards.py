"""What reading a card costs beside what Pillow needs to open and decode the picture it lies in.

The card is of usual size (about 12 kB of JSON with a lorebook), the picture of noise, one megabyte as a PNG file.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable

from PIL import Image

from studio.cards.reading import read_card
from studio.cards.writing import write_card
from studio.domain.character import Character, Identity, Voice
from studio.domain.lorebook import Lorebook, LoreEntry

SENTENCE = "The lamp on the pier is lit at six, and whoever is late rows home in the dark."


def character() -> Character:
    """Somebody with texts of usual length and a lorebook of twenty entries."""
    entries = tuple(LoreEntry(id=str(n), keys=(f"pier {n}",), content=f"{SENTENCE} {n}") for n in range(20))
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
        lorebook=Lorebook(name="Harbour", entries=entries),
    )


def picture(size: int) -> bytes:
    """A PNG of noise of about `size` bytes, the same at each call."""
    side = int((size / 3) ** 0.5)
    noise = b"".join((n * 2_654_435_761 % 4_294_967_296).to_bytes(4) for n in range(side * side * 3 // 4 + 1))
    target = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise[: side * side * 3]).save(target, "PNG", compress_level=0)
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
    person, portrait = character(), picture(options.size)
    files = {kind: write_card(person, kind, portrait) for kind in ("png", "json", "charx")}
    figures: dict[str, float | int] = {
        "file_bytes": len(files["png"]),
        "card_bytes": len(files["json"]),
        "card_read_ms": best_ms(lambda: read_card(files["png"], "ola.png"), options.repeats),
        "pillow_read_ms": best_ms(lambda: decode(files["png"]), options.repeats),
        "json_read_ms": best_ms(lambda: read_card(files["json"], "ola.json"), options.repeats),
        "charx_read_ms": best_ms(lambda: read_card(files["charx"], "ola.charx"), options.repeats),
        "png_write_ms": best_ms(lambda: write_card(person, "png", portrait), options.repeats),
    }
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:16} {value:>12,}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
