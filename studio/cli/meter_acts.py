"""What `studio meters` does."""

from __future__ import annotations

import json

from studio.cli.opening import opened_studio, write
from studio.domain.session import LOCAL_OWNER
from studio.roleplay import meter_book
from studio.roleplay.drift import drifts
from studio.roleplay.meters import Meter, measured

HEADS = ("", "lines", "again", "cut", "for people", "said before", "words", "drift")


async def show(play: str, json_: bool) -> None:
    """The meters of one play, or of all by model."""
    async with opened_studio() as studio:
        if play:
            transcript = await studio.archive.sessions.transcript(LOCAL_OWNER, play)
            found = measured(transcript)
            await meter_book.keep(studio.archive, transcript, found.lines)
            moved = {
                transcript.session.name_of(one.character): one for one in await drifts(studio.embedder, transcript)
            }
            tables: dict[str, tuple[Meter, ...]] = {
                "play": (found.play,),
                "character": found.characters,
                "model": found.models,
            }
        else:
            moved = {}
            tables = {"model": meter_book.by_model(await meter_book.book(studio.archive, LOCAL_OWNER))}
    if json_:
        for table, rows in tables.items():
            for row in rows:
                drift = moved[row.name].drift if table == "character" and row.name in moved else None
                write(json.dumps({"by": table, **row.model_dump(), "drift": drift}, ensure_ascii=False) + "\n")
        return
    if not any(row.lines for rows in tables.values() for row in rows):
        write("No model has spoken yet.\n")
        return
    for table, rows in tables.items():
        cells: list[tuple[str, ...]] = [(table, *HEADS[1:])]
        for row in rows:
            shares = (f"{share:.0%}" if share is not None else "–" for share in (row.cut, row.agency, row.repetition))
            away = f"{moved[row.name].drift:+.2f}" if table == "character" and row.name in moved else "–"
            words = f"{row.words:.0f}" if row.words is not None else "–"
            cells.append((row.name, str(row.lines), str(row.again), *shares, words, away))
        write(_aligned(cells) + "\n")


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        _, *figures = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join((row[0].ljust(widths[0]), *figures)))
    return "\n".join(lines) + "\n"
