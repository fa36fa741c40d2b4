"""Identities of SPeCtrum: social (S), personal (P) and life context (C), five text files a character.

`{id}_S.txt`, `{id}_P_personality.txt`, `{id}_P_value.txt`, `{id}_C_behavior.txt`, `{id}_C_lovehate.txt`.
Source: Lee et al., SPeCtrum, 2025, https://arxiv.org/abs/2502.08599 (files as in its repository).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import ValidationError

from studio.cards.report import Notes
from studio.cards.research.folder import Files, text_of
from studio.domain.character import Character, Identity, Source
from studio.domain.value import Value
from studio.errors import Invalid

PARTS = ("S", "P_personality", "P_value", "C_behavior", "C_lovehate")
BAG = "spectrum"
"""Where a character keeps an identity as it was read, under `extensions`."""
HEADING = "[Demographics] Demographics describe who this character is."
LOVES, HATES = "[Top 5 Things this character loves]", "[Top 5 Things this character hates]"

SOURCES = (Source(kind="description", ref="SPeCtrum (arXiv 2502.08599)", licence="none stated"),)

_FILE = re.compile(r"(?:.*/)?(?P<id>\d+)_(?P<part>S|P_personality|P_value|C_behavior|C_lovehate)\.txt")
_ENTRY = re.compile(r"^\s*-\s*(?P<label>[^:\n]+?)\s*:[ \t]*(?P<value>.*?)\s*$", re.MULTILINE)
_HEDGE = re.compile(r"(?P<hedge>presumably)\s+(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"\s*\(if relevant\)", re.IGNORECASE)
_SECOND = re.compile(r"^\s*2\.\s*", re.MULTILINE)
_FIRST = re.compile(r"^\s*1\.\s*")
_DASH = re.compile(r"^\s*-\s*(.+?)\s*$", re.MULTILINE)
_PRONOUNS: Mapping[str, str] = MappingProxyType(
    {"man": "he/him", "woman": "she/her", "male": "he/him", "female": "she/her", "non-binary": "they/them"}
)


class Entry(Value):
    """One answer of the form. `hedge`: the word of doubt before it, as it was written; empty for a sure one."""

    label: str
    value: str
    hedge: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether it is only presumed."""
        return bool(self.hedge)

    @property
    def field(self) -> str:
        """The label without its condition: `Disability` for `Disability (if relevant)`."""
        return _CONDITION.sub("", self.label)

    def line(self) -> str:
        """As the form is written."""
        return f"- {self.label}: {self.hedge} {self.value}" if self.hedge else f"- {self.label}: {self.value}"


class Summary(Value):
    """A reading of test results: as a therapist would put it, and in everyday words, each below its title."""

    title: str = ""
    expert: str = ""
    everyday_title: str = ""
    everyday: str = ""


class Spectrum(Value):
    """A whole identity. `essays`: a typical weekday and weekend, first person."""

    heading: str = HEADING
    demographics: tuple[Entry, ...] = ()
    personality: Summary = Summary()
    values: Summary = Summary()
    weekday: str = ""
    weekend: str = ""
    loves: tuple[str, ...] = ()
    hates: tuple[str, ...] = ()

    def answer(self, field: str) -> Entry | None:
        """The answer to one field of the form, by its label without a condition."""
        return next((entry for entry in self.demographics if entry.field.casefold() == field.casefold()), None)

    @property
    def identity(self) -> Identity:
        """The three parts as texts."""
        return Identity(social=social_text(self), personal=personal_text(self), life_context=life_text(self))


class SpectrumImport(Value):
    """Identities by their number, and what was odd about the files."""

    identities: dict[int, Spectrum]
    notes: tuple[str, ...] = ()


def read_spectrum(files: Files) -> SpectrumImport:
    """Every identity among the files; a missing or damaged part stays empty and is noted.

    Raises: Invalid when there is none.
    """
    notes, found = Notes(), dict[int, dict[str, str]]()
    for name in files:
        match = _FILE.fullmatch(name)
        if match:
            found.setdefault(int(match["id"]), {})[match["part"]] = text_of(files, name, notes)
    if not found:
        raise Invalid("There is no SPeCtrum identity here: files are called 0_S.txt, 0_P_value.txt and the like.")
    identities = {id_: _spectrum(id_, found[id_], notes) for id_ in sorted(found)}
    return SpectrumImport(identities=identities, notes=tuple(dict.fromkeys((*notes.changed, *notes.refused))))


def _spectrum(id_: int, parts: Mapping[str, str], notes: Notes) -> Spectrum:
    missing = [part for part in PARTS if part not in parts]
    if missing:
        notes.refused.append(
            f"{id_}: there is no {', '.join(f'{id_}_{part}.txt' for part in missing)}; it stays empty."
        )
    form = parts.get("S", "")
    heading = next((line.strip() for line in form.splitlines() if line.startswith("[")), HEADING)
    weekday, weekend = _halves(parts.get("C_behavior", ""))
    if parts.get("C_behavior") and not weekend:
        notes.changed.append(f"{id_}: its day has no second part; all of it counts as the weekday.")
    loves, hates = _lists(parts.get("C_lovehate", ""))
    for name, listed in (("loves", loves), ("hates", hates)):
        if "C_lovehate" in parts and len(listed) != 5:
            notes.changed.append(f"{id_}: it {name} {len(listed)} things; five are usual.")
    return Spectrum(
        heading=heading,
        demographics=entries(form),
        personality=_summary(parts.get("P_personality", "")),
        values=_summary(parts.get("P_value", "")),
        weekday=weekday,
        weekend=weekend,
        loves=loves,
        hates=hates,
    )


def entries(text: str) -> tuple[Entry, ...]:
    """The answers of a form, `- Age: Presumably 38-41` a line."""
    return tuple(entry(match["label"], match["value"]) for match in _ENTRY.finditer(text))


def entry(label: str, value: str) -> Entry:
    """One answer, with a 'Presumably' before it taken as doubt."""
    match = _HEDGE.fullmatch(value.strip())
    return Entry(label=label, value=match["rest"] if match else value.strip(), hedge=match["hedge"] if match else "")


def _halves(text: str) -> tuple[str, str]:
    """What stands after `1.` and after `2.` at the beginning of a line; all of it is the first where there is no 2."""
    parts = _SECOND.split(_FIRST.sub("", text.strip(), count=1), maxsplit=1)
    return parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""


def _summary(text: str) -> Summary:
    (title, expert), (everyday_title, everyday) = (_titled(half) for half in _halves(text))
    return Summary(title=title, expert=expert, everyday_title=everyday_title, everyday=everyday)


def _titled(half: str) -> tuple[str, str]:
    title, _, text = half.partition("\n")
    return (title.strip(), text.strip()) if text.strip() else ("", half.strip())


def _lists(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = re.split(r"^\s*\[[^\]]*\]\s*$", text, flags=re.MULTILINE)
    loves, hates = (parts[1], parts[2]) if len(parts) > 2 else (text, "")
    return tuple(_DASH.findall(loves)), tuple(_DASH.findall(hates))


def write_spectrum(id_: int, spectrum: Spectrum) -> dict[str, bytes]:
    """The five files of an identity."""
    form = "\n".join(entry.line() for entry in spectrum.demographics)
    loves, hates = ("\n".join(f"- {item}" for item in listed) for listed in (spectrum.loves, spectrum.hates))
    texts = {
        "S": f"Profile:\n{spectrum.heading}\n\n{form}",
        "P_personality": _two(_under(spectrum.personality, "Personality")),
        "P_value": _two(_under(spectrum.values, "Value")),
        "C_behavior": _two((spectrum.weekday, spectrum.weekend)),
        "C_lovehate": f"{LOVES}\n{loves}\n\n{HATES}\n{hates}",
    }
    return {f"{id_}_{part}.txt": text.encode() for part, text in texts.items()}


def _under(summary: Summary, what: Literal["Personality", "Value"]) -> tuple[str, str]:
    title = summary.title or f"Overall {what} Summary (Psychotherapist’s Perspective)"
    return (
        f"{title}\n{summary.expert}",
        f"{summary.everyday_title or 'Explanation in Everyday Language'}\n{summary.everyday}",
    )


def _two(halves: tuple[str, str]) -> str:
    return f"1. {halves[0]}\n\n2. {halves[1]}" if halves[1] else f"1. {halves[0]}"


def social_text(spectrum: Spectrum) -> str:
    """The answers of the form, a line each."""
    return "\n".join(entry.line() for entry in spectrum.demographics)


def personal_text(spectrum: Spectrum) -> str:
    """Personality, then values, in everyday words where there are any."""
    both = (spectrum.personality, spectrum.values)
    return "\n\n".join(text for summary in both if (text := summary.everyday or summary.expert))


def life_text(spectrum: Spectrum) -> str:
    """The two essays, then what is loved and hated."""
    loved = f"Loves: {'; '.join(spectrum.loves)}." if spectrum.loves else ""
    hated = f"Hates: {'; '.join(spectrum.hates)}." if spectrum.hates else ""
    return "\n".join(text for text in (spectrum.weekday, spectrum.weekend, loved, hated) if text)


def character_from(spectrum: Spectrum, name: str) -> Character:
    """The identity as a character. Its id is empty, which asks the library for a fresh one.

    Raises: Invalid for an empty name: the files hold none.
    """
    if not name.strip():
        raise Invalid("The files of an identity say no name. Give the character one.")
    age, gender, job = (spectrum.answer(field) for field in ("Age", "Gender", "Job"))
    sure = age is not None and not age.uncertain and age.value.isdecimal()
    return Character(
        id="",
        name=name,
        age=int(age.value) if age and sure else None,
        pronouns=_PRONOUNS.get(gender.value.casefold(), "") if gender else "",
        career=job.value if job else "",
        identity=spectrum.identity,
        sources=SOURCES,
        extensions={BAG: spectrum.model_dump(mode="json", exclude_defaults=True)},
    )


def spectrum_of(character: Character) -> Spectrum:
    """The identity of a character: as it was read, but for the parts whose text was changed since, which count.

    A changed life context is a weekday; a changed self is one paragraph of personality; lines of the form
    `- Field: value` in the social part are answers, any other text is one more.
    """
    try:
        kept = Spectrum.model_validate(character.extensions.get(BAG, {}))
    except ValidationError:
        kept = Spectrum()
    now = character.identity
    changes: dict[str, object] = {}
    if now.social != social_text(kept):
        changes["demographics"] = _form_of(now.social)
    if now.personal != personal_text(kept):
        changes |= {"personality": Summary(expert=now.personal, everyday=now.personal), "values": Summary()}
    if now.life_context != life_text(kept):
        changes |= {"weekday": now.life_context, "weekend": "", "loves": (), "hates": ()}
    return kept.model_copy(update=changes)


def _form_of(text: str) -> tuple[Entry, ...]:
    rest = " ".join(_ENTRY.sub("", text).split())
    return (*entries(text), *([Entry(label="Social", value=rest)] if rest else []))
