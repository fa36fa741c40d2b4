"""The pools a character is put together from: one YAML file each, shipped, and widened by the reader's own."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from studio.domain.options import Option, Options, Pool
from studio.errors import Invalid, NotFound, StorageError
from studio.library.yaml_file import MAX_BYTES, read_value


def read_options(shipped: Path, own: Path) -> Options:
    """Every pool in `shipped`; the options of a file of the same name in `own` join it, and win over an equal name.

    Raises: Invalid for a file that cannot be used (names file, line and field) or an opposite that is in no pool;
    NotFound for a shipped file that is gone; StorageError for one that cannot be read.
    """
    pools: dict[str, Pool[Option]] = {}
    for name, field in Options.model_fields.items():
        assert isinstance(field.annotation, type)
        kind: type[Pool[Option]] = field.annotation
        file, extra = shipped / f"{name}.yaml", own / f"{name}.yaml"
        if not file.is_file():
            raise NotFound(f"{file} is missing. It ships with the studio: put it back.")
        pools[name] = read_value(_bytes(file), kind, file)
        if extra.is_file():
            pools[name] = pools[name] + read_value(_bytes(extra), kind, extra)
    try:
        return Options.model_validate(pools)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise Invalid(f"The options in {shipped} and {own} do not agree: {problem}.") from error


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{file} could not be read ({error.strerror}). Check its rights.") from error
