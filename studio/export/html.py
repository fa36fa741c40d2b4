"""A play script as one self-contained page: no script, no network, fit to read, send and print."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import ClassVar

from pydantic import Field

from studio.domain.transcript import Transcript
from studio.export.base import Exporter, origin
from studio.export.conversation import single_line
from studio.export.script import ScriptLine, billing, rows, script, whereabouts
from studio.registry import Card

_ACTION = re.compile(r"\*([^*\n]+)\*")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root { color-scheme: light dark; --paper: #fbf8f2; --ink: #221d18; --quiet: #6a6055; --rule: #ddd3c4; }
@media (prefers-color-scheme: dark) { :root { --paper: #17140f; --ink: #ece5d8; --quiet: #a89c8b; --rule: #3a332a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 Georgia, "Times New Roman", serif; }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1rem; letter-spacing: .08em; text-transform: uppercase; margin: 2.5rem 0 1rem; }
.quiet, footer { color: var(--quiet); }
.cast { list-style: none; padding: 0; }
.cast li { display: flex; gap: .75rem; align-items: center; margin: .5rem 0; }
.face { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; display: grid; place-items: center;
  font: 600 .8rem/1 system-ui, sans-serif; color: #fff; background: hsl(var(--hue) 45% 32%); }
.line { margin: 0 0 1rem; break-inside: avoid; }
.line b { font-variant-caps: small-caps; letter-spacing: .03em; }
.told { font-style: italic; color: var(--quiet); }
.aside { border-inline-start: 2px solid var(--rule); padding-inline-start: 1rem; font-style: italic; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule);
  font: .8125rem/1.5 system-ui, sans-serif; }
section + section { margin-top: 5rem; }
@media print { :root { --paper: #fff; --ink: #000; --quiet: #444; } main { max-width: none; padding: 0; }
  section + section { break-before: page; margin-top: 0; } .face { print-color-adjust: exact; } }
"""


class Html(Exporter):
    """A page to read, send and print, light or dark as its reader's device is.

    Typed text is escaped and a content policy in the page allows neither script nor network. Each line carries its
    event id as its element id.
    """

    card: ClassVar[Card] = Card(
        name="html",
        title="Play script (HTML)",
        summary="One self-contained page to read, send and print, light and dark, with its provenance at the foot.",
    )
    media_type: ClassVar[str] = "text/html"
    ending: ClassVar[str] = ".html"

    thoughts: bool = Field(default=False, description="Private thoughts too, set apart")
    faces: bool = Field(default=True, description="A coloured disc with initials for each of the cast")

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """The page with each play as a section."""
        plays = tuple(transcripts)
        title = " · ".join(single_line(transcript.session.title) for transcript in plays) or "Greenroom"
        yield (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        )
        for transcript in plays:
            yield from self._play(transcript)
        yield "</main>\n</body>\n</html>\n"

    def _play(self, transcript: Transcript) -> Iterator[str]:
        session = transcript.session
        yield f'<section>\n<h1 dir="auto">{escape(single_line(session.title))}</h1>\n'
        where = whereabouts(session.scene)
        if where:
            yield f'<p class="quiet" dir="auto">{escape(where)}</p>\n'
        if session.scene.premise.strip():
            yield f'<p dir="auto">{_prose(session.scene.premise)}</p>\n'
        yield '<h2>Cast</h2>\n<ul class="cast">\n'
        for member in session.cast:
            name, about = billing(member)
            face = _face(member.id, name) if self.faces else ""
            more = f'<br><span class="quiet">{escape(about)}</span>' if about else ""
            yield f'<li>{face}<span dir="auto"><strong>{escape(name)}</strong>{more}</span></li>\n'
        yield "</ul>\n<h2>The play</h2>\n"
        lines = tuple(script(transcript, thoughts=self.thoughts))
        for line in lines:
            yield _told(line)
        source = origin(self, transcript, [line.event for line in lines])
        yield f"<footer>{escape(source.line)}</footer>\n</section>\n"


def _told(line: ScriptLine) -> str:
    id_ = escape(line.event.id)
    if not line.speaker:
        return f'<p class="line told" id="{id_}" dir="auto">{_prose(line.text)}</p>\n'
    manner = f' <span class="quiet">({escape(line.manner)})</span>' if line.manner else ""
    kind = "line aside" if line.manner else "line"
    return f'<p class="{kind}" id="{id_}" dir="auto"><b>{escape(line.speaker)}</b>{manner}<br>{_prose(line.text)}</p>\n'


def _prose(text: str) -> str:
    """Escaped first, then *actions* emphasised and line ends kept."""
    return "<br>".join(_ACTION.sub(r"<em>\1</em>", escape(row)) for row in rows(text))


def _face(id_: str, name: str) -> str:
    hue = int.from_bytes(hashlib.sha256(id_.encode()).digest()[:2], "big") % 360
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return f'<span class="face" style="--hue: {hue}" aria-hidden="true">{escape(initials)}</span>'
