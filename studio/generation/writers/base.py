"""What a writer is given and hands back, and the two ways of asking: for a form, for a text."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import ClassVar, TypeVar, cast

from pydantic import Field, ValidationError

from studio.domain.character import Character
from studio.domain.message import Message, Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value
from studio.errors import Invalid, ModelOutput
from studio.generation.fields import TITLES, FieldValue, filled, put, unlocked
from studio.generation.forms import Form, last_entry
from studio.generation.prose import plain, to_last_sentence
from studio.llm.structured import Structured, ask, ask_aloud
from studio.prompts import render
from studio.registry import CardedMethod, Registry
from studio.run_context import RunContext

LONGEST_TEXT = 4_000
WEAK = "{model} is small for writing of this kind: expect to rewrite it, roll the dice instead, or choose another."
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

    def done(
        self,
        context: RunContext,
        sheet: Sheet,
        values: Mapping[str, FieldValue],
        request: Request,
        usage: Usage,
        notes: tuple[str, ...] = (),
    ) -> Written:
        """The character with those of the values that are open and fit; a note for each that does not.

        Raises: ModelOutput when there is nothing to put in.
        """
        character, placed, odd = placed_in(sheet.character, self.open_fields(sheet), values)
        if not placed and not odd:
            raise ModelOutput(f"{context.model.name} wrote nothing usable. Try again, or choose another model.")
        weak = () if context.model.capabilities.follows_script else (WEAK.format(model=context.model.name),)
        return Written(
            character=character,
            filled=placed,
            notes=(*notes, *odd, *weak),
            usage=usage,
            provenance=request.provenance(context.model.name),
        )


WRITERS: Registry[Writer] = Registry("studio.generation.writers", Writer)  # type: ignore[type-abstract]


FormT = TypeVar("FormT", bound=Form)


class FormWriter(Writer):
    """Asks for one JSON object. `homes` says to which path the words of a key belong while they appear."""

    form: ClassVar[type[Form]]
    homes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    max_tokens: ClassVar[int] = 600

    @abstractmethod
    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """The values of the form by the path they belong to; what is empty is left out. Pure."""

    def remarks(self, form: Form) -> tuple[str, ...]:
        """What the reader should know of the answer besides; nothing by default."""
        return ()

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
                    yield self._written(context, sheet, request, answer)
                elif piece := self._piece(answer, open_):
                    yield piece

    def _piece(self, answer: str, open_: tuple[str, ...]) -> Piece | None:
        key, text = last_entry(answer)
        path = self.homes.get(key, key)
        return Piece(field=path, text=text) if path in open_ else None

    def _written(self, context: RunContext, sheet: Sheet, request: Request, answer: Structured[Form]) -> Written:
        if answer.defaulted:
            raise ModelOutput(unusable(context.model.name, answer.problems))
        values = self.placed(answer.value, sheet)
        written = self.done(context, sheet, values, request, answer.usage, self.remarks(answer.value))
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
        yield self.done(context, sheet, {open_[0]: text}, request, usage, self.noted(text))


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
