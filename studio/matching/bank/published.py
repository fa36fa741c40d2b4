"""The published form of a persona bank (MBTI-1024), and whatever else comes as JSON lines, read into profiles.

Source: Tu et al., CharacterChat, 2023, https://arxiv.org/abs/2308.10278, files of morecry/CharacterChat.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from studio.domain.identifiers import slug
from studio.errors import Invalid, NotFound, StorageError
from studio.matching.bank.store import MAX_FILE_BYTES, MAX_LINE_BYTES, MAX_PROFILES
from studio.matching.profile import LONGEST, Profile

NAMED = ("name", "gender", "age", "region", "job")
_ROW = TypeAdapter(dict[str, Any])
_NUMBER = re.compile(r"\d{1,3}")
_MBTI = re.compile(r"^[EI][NS][FT][JP]$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_published(file: Path) -> tuple[Profile, ...]:
    """The profiles of a file of JSON lines, in the published form, in the studio's own, or flat with the 16 fields at
    the top. What is missing stays missing; an age of words ("20s") is read by its number.

    Raises: NotFound, StorageError; Invalid naming the line and what is wrong with it, for two profiles of one id too.
    """
    try:
        size = file.stat().st_size
        if size > MAX_FILE_BYTES:
            raise Invalid(f"{file} is larger than {MAX_FILE_BYTES >> 20} MB. Split it.")
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.") from error
    except OSError as error:
        raise StorageError(f"{file} could not be read ({error.strerror}).") from error
    found: dict[str, Profile] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{file}, line {number}"
        profile = _read(line, place, len(found))
        if profile.id in found:
            raise Invalid(f"{place}: its id '{profile.id}' is that of line {lines[profile.id]} too. Change one.")
        found[profile.id], lines[profile.id] = profile, number
        if len(found) > MAX_PROFILES:
            raise Invalid(f"{file} holds more than {MAX_PROFILES:,} profiles. Split it.")
    if not found:
        raise Invalid(f"{file} holds no profile. Each line is one JSON object with at least a name.")
    return tuple(found.values())


def _read(line: bytes, place: str, number: int) -> Profile:
    if len(line) > MAX_LINE_BYTES:
        raise Invalid(f"{place}: it is longer than {MAX_LINE_BYTES >> 10} kB. Shorten its texts.")
    try:
        row = _ROW.validate_python(json.loads(line))
    except (ValidationError, ValueError, RecursionError) as error:
        raise Invalid(f"{place}: this is not a JSON object ({str(error).splitlines()[0][:120]}).") from error
    try:
        if "told" in row or "about" in row:
            return Profile.model_validate({**row, "marked": False} if row.get("marked") is None else row)
        return profile_from(row, number)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(map(str, problem["loc"])) or "the line"
        raise Invalid(f"{place}, {field}: {problem['msg']}.") from error


def profile_from(row: Mapping[str, Any], number: int = 0) -> Profile:
    """A row of the published form as a profile.

    Raises: ValidationError for a row without a name.
    """
    inner = row.get("profile")
    given: Mapping[str, Any] = inner if isinstance(inner, Mapping) else row
    texts = {str(key): _text(value) for key, value in given.items() if isinstance(value, (str, int, float, list))}
    known = {"mbti", "index", "id", *NAMED}
    about = {key: text for key, text in texts.items() if key not in known and text}
    second = row.get("profile_trans")
    told = {str(key): _text(value) for key, value in second.items()} if isinstance(second, Mapping) else {}
    index = row.get("index", number)
    position = index if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < 10**9 else number
    mbti = _text(row.get("mbti", "")).strip().upper()
    name = texts.get("name", "")
    return Profile(
        id=f"{slug(name, 'profile')[:48]}-{position}",
        name=name[:200],
        mbti=mbti if _MBTI.match(mbti) else None,
        gender=texts.get("gender", "")[:40].casefold(),
        age=age_from(texts.get("age", "")),
        region=texts.get("region", "")[:200],
        job=texts.get("job", "")[:400],
        told={key: text for key, text in told.items() if text},
        about=about,
        seeker=_text(row.get("seeker_statement", "")),
        supporter=_text(row.get("supporter_statement", "")),
    )


def _text(value: object) -> str:
    joined = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(_CONTROL.sub("", joined).split())[:LONGEST]


def age_from(text: str) -> int | None:
    """The first number of a text as an age; None where there is none."""
    found = _NUMBER.search(text)
    return int(found[0]) if found else None
