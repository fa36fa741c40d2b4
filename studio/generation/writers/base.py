"""What a writer is given and hands back, and the two ways of asking: for a form, for a text."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from studio.domain.character import Character
from studio.domain.message import Message, Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value
from studio.errors import Invalid, ModelOutput
from studio.generation.fields import TITLES, FieldValue, filled, put, unlocked
from studio.llm.structured import Structured, ask, ask_aloud
from studio.prompts import render
from studio.registry import CardedMethod, Registry
from studio.run_context import RunContext

LONGEST_TEXT = 4_000
MAX_TAKEN = 200
"""Names already used that are shown to a model."""


class Sheet(Value):
    """What a writer works on. `locked`: paths that stay as they are. `taken`: names somebody else bears. `wish`: what
    the person asks for besides, in their own words."""

    character: Character
    locked: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    wish: str = ""
    language: str = "English"


class Piece(Value):
    """The text of one field so far, while it is being written. `field` is its path, or a word for it."""

    field: str
    text: str


class Written(Value):
    """The character with what was written, which fields that were, and what it took.

    `unseen`: picks that show nowhere in what was written. `notes`: sentences about what was left out, and why.
    """

    character: Character
    filled: tuple[str, ...]
    unseen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    usage: Usage = Usage()
    provenance: Provenance | None = None


class Writer(CardedMethod):
    """Writes some fields of a character; `fills` says which. Locked fields are never touched, filled ones only with
    `overwrite`."""

    fills: ClassVar[tuple[str, ...]]

    overwrite: bool = Field(default=False, description="Write anew also what is there already, unless it is locked")
    temperature: float = Field(default=0.9, ge=0, le=2, description="How far the words may stray")

    def open_fields(self, sheet: Sheet) -> tuple[str, ...]:
        """The fields this would write.

        Raises: Invalid for a lock that names no field.
        """
        return tuple(
            path for path in unlocked(self.fills, sheet.locked) if self.overwrite or not filled(sheet.character, path)
        )

    @abstractmethod
    def write(self, context: RunContext, sheet: Sheet) -> AsyncGenerator[Piece | Written, None]:
        """What is being written, as it grows, then what was: the last value is the one `Written`.

        Raises: Invalid when nothing is open; ModelOutput when no answer could be used; what `Model.stream` raises.
        """

    def opened(self, sheet: Sheet) -> tuple[str, ...]:
        """As `open_fields`. Raises: Invalid where there are none."""
        found = self.open_fields(sheet)
        if not found:
            names = ", ".join(TITLES[path] for path in self.fills)
            raise Invalid(f"Nothing to write: {names} are written or locked. Unlock one, or choose to write anew.")
        return found

    def request(
        self,
        context: RunContext,
        sheet: Sheet,
        open_: tuple[str, ...],
        max_tokens: int,
        step: str = "",
        **values: object,
    ) -> Request:
        """The call, with the words of the template that is named after the writer, and the step where it has several.
        `values`: what that template needs besides."""
        template = f"generation/{self.card.name}{f'_{step}' if step else ''}"
        asked = render(
            template,
            c=sheet.character,
            open=open_,
            taken=sheet.taken[-MAX_TAKEN:],
            wish=sheet.wish.strip()[:1000],
            language=sheet.language,
            **values,
        )
        return Request(
            messages=(Message(role="user", content=asked),),
            caller="writer",
            purpose="generation",
            max_tokens=max_tokens,
            temperature=self.temperature,
            seed=context.rng.randrange(1 << 31),
            template=template,
        )


WRITERS: Registry[Writer] = Registry("studio.generation.writers", Writer)  # type: ignore[type-abstract]


def _told(value: object) -> object:
    """Models put lists where a text was asked for; nothing they say is lost."""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value if item)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return "" if value is None else value


def _listed(value: object) -> object:
    """A single text where a list was asked for is a list of one."""
    if isinstance(value, str):
        return [line.strip(" -•\t") for line in value.splitlines() if line.strip(" -•\t")]
    return [] if value is None else value


Told = Annotated[str, BeforeValidator(_told)]
Listed = Annotated[tuple[Told, ...], BeforeValidator(_listed)]


def _all_required(schema: dict[str, Any]) -> None:
    schema["required"] = list(schema.get("properties", {}))


class Form(BaseModel):
    """Answers of a form. Every key is asked for; one that is missing stays empty, but not all may be."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, json_schema_extra=_all_required)

    @model_validator(mode="before")
    @classmethod
    def _levelled(cls, data: object) -> object:
        """Some models sort the keys under headings of their own."""
        if not isinstance(data, dict):
            return data
        flat = dict(data)
        for key, value in data.items():
            if key not in cls.model_fields and isinstance(value, dict):
                flat = {**value, **flat}
        return flat

    @model_validator(mode="after")
    def _not_empty(self) -> Form:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError(f"none of the keys {', '.join(type(self).model_fields)} is filled")
        return self


FormT = TypeVar("FormT", bound=Form)


class FormWriter(Writer):
    """Asks for one JSON object. `homes` says to which path the words of a key belong while they appear."""

    form: ClassVar[type[Form]]
    homes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    max_tokens: ClassVar[int] = 600

    @abstractmethod
    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """The values of the form by the path they belong to; what is empty is left out. Pure."""

    def finished(self, sheet: Sheet, written: Written) -> Written:
        """A last look at the whole; by default as it is."""
        return written

    async def write(self, context: RunContext, sheet: Sheet) -> AsyncGenerator[Piece | Written, None]:
        """As `Writer.write`."""
        open_ = self.opened(sheet)
        request = self.request(context, sheet, open_, self.max_tokens)
        default = self.form.model_construct()
        async with aclosing(ask_aloud(context.model, request, self.form, default)) as answers:
            async for answer in answers:
                if isinstance(answer, Structured):
                    yield self._written(context, sheet, open_, request, answer)
                elif piece := self._piece(answer, open_):
                    yield piece

    def _piece(self, answer: str, open_: tuple[str, ...]) -> Piece | None:
        key, text = last_entry(answer)
        path = self.homes.get(key, key)
        return Piece(field=path, text=text) if path in open_ else None

    def _written(
        self,
        context: RunContext,
        sheet: Sheet,
        open_: tuple[str, ...],
        request: Request,
        answer: Structured[Form],
    ) -> Written:
        if answer.defaulted:
            raise ModelOutput(unusable(context.model.name, answer.problems))
        character, done, notes = placed_in(sheet.character, open_, self.placed(answer.value, sheet))
        written = Written(
            character=character,
            filled=done,
            notes=notes,
            usage=answer.usage,
            provenance=request.provenance(context.model.name),
        )
        return self.finished(sheet, written)


class TextWriter(Writer):
    """Asks for one text, which is shown as it comes; it fills the first of `fills`."""

    max_tokens: ClassVar[int] = 400

    @abstractmethod
    def kept(self, text: str, sheet: Sheet) -> str:
        """What of a finished answer is the text. Pure."""

    def noted(self, text: str) -> tuple[str, ...]:
        """What the reader should know of it; nothing by default."""
        return ()

    async def write(self, context: RunContext, sheet: Sheet) -> AsyncGenerator[Piece | Written, None]:
        """As `Writer.write`."""
        open_ = self.opened(sheet)
        request = self.request(context, sheet, open_, self.max_tokens)
        raw, finish, usage = "", "", Usage()
        async with aclosing(context.model.stream(request)) as chunks:
            async for chunk in chunks:
                usage = usage + chunk.usage if chunk.usage else usage
                finish = chunk.finish or finish
                if chunk.text:
                    raw += chunk.text
                    yield Piece(field=open_[0], text=raw.lstrip())
                if len(raw) > LONGEST_TEXT:
                    finish = "length"
                    break
        whole = to_last_sentence(raw) if finish == "length" else raw
        text = self.kept(plain(whole), sheet)
        if not text:
            raise ModelOutput(f"{context.model.name} wrote nothing usable. Try again, or choose another model.")
        character, done, notes = placed_in(sheet.character, open_, {open_[0]: text})
        yield Written(
            character=character,
            filled=done,
            notes=(*notes, *self.noted(text)),
            usage=usage,
            provenance=request.provenance(context.model.name),
        )


async def asked(context: RunContext, request: Request, form: type[FormT]) -> Structured[FormT]:
    """One step of a writer that has several: a filled form.

    Raises: ModelOutput when two answers were unusable; what `Model.stream` raises.
    """
    default = cast("FormT", form.model_construct())
    answer: Structured[FormT] = await ask(context.model, request, form, default)
    if answer.defaulted:
        raise ModelOutput(unusable(context.model.name, answer.problems))
    return answer


def unusable(model: str, problems: tuple[str, ...]) -> str:
    """Why nothing was written."""
    return f"{model} filled no form in two tries ({problems[-1]}) Try again, or choose another model."


def placed_in(
    character: Character, open_: tuple[str, ...], values: Mapping[str, FieldValue]
) -> tuple[Character, tuple[str, ...], tuple[str, ...]]:
    """The character with those values whose paths are open, the paths filled, and a note for each that did not fit."""
    done, notes = [], []
    for path, value in values.items():
        if path not in open_ or not (value or value == 0):
            continue
        try:
            character = put(character, path, value)
            done.append(path)
        except ValidationError as error:
            notes.append(f"{TITLES[path]} was left out: {error.errors(include_url=False)[0]['msg']}.")
    return character, tuple(done), tuple(notes)


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)("?)(\s*:)?')


def last_entry(answer: str) -> tuple[str, str]:
    """The key of a growing JSON object that is being written, and its text so far; both empty before the first."""
    key, texts, end, listed = "", list[str](), 0, False
    for found in _STRING.finditer(answer):
        between, end = answer[end : found.start()], found.end()
        listed = (listed or "[" in between) and "]" not in between
        if found[2] and found[3]:
            key, texts, listed = found[1], [], False
        elif listed or not texts:  # any other string is a key of which the end has not come yet
            texts.append(_unescaped(found[1]))
    return (key, "\n".join(texts)) if key else ("", "")


def _unescaped(part: str) -> str:
    try:
        return str(json.loads(f'"{part}"', strict=False))
    except ValueError:
        return part.rstrip("\\")


_QUOTES = ('"', "“", "”", "'")
_LABEL = re.compile(r"^\s*(?:\*\*|#+\s*)?(?:[A-Z][\w' ]{0,30}):\s*(?:\*\*)?\s*\n")


def plain(text: str) -> str:
    """A model's text without fences, a heading before it, or quotation marks around the whole."""
    text = _LABEL.sub("", text.strip().removeprefix("```text").strip("`").strip())
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and text[1:-1].count(text[-1]) == 0:
        text = text[1:-1]
    return text.strip()


def to_last_sentence(text: str) -> str:
    """A text that was cut off, up to its last whole sentence; as it is where it has none."""
    ends = [match.end() for match in re.finditer(r"[.!?…][\"”’*)]*(?=\s|$)", text)]
    return text[: ends[-1]] if ends else text


def sentence(text: str) -> str:
    """The text on one line with a capital and a full stop."""
    line = " ".join(text.split()).strip(" ;,")
    if not line:
        return ""
    line = line[:1].upper() + line[1:]
    return line if line[-1] in '.!?…"”' else f"{line}."
