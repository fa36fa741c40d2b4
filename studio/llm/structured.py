"""Answers of a given form: decoded to a schema where the model can, repaired once, and never silently made up."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.errors import ModelOutput
from studio.llm.client import Model
from studio.prompts import render

SHOWN_CHARS = 2000
"""How much of an unusable answer its writer is shown again."""

FormT = TypeVar("FormT", bound=BaseModel)

_OBJECT = re.compile(r'\{\s*["}]')
_TRAILING_COMMA = re.compile(r"""("(?:[^"\\]|\\.)*")|,(\s*[}\]])""", re.DOTALL)


@dataclass(frozen=True)
class Structured(Generic[FormT]):
    """A value of the asked form, and what it took. `problems`: why an answer was unusable, first answer first.

    `repaired`: the second answer was usable. `defaulted`: neither was, and the value is the default.
    """

    value: FormT
    usage: Usage
    problems: tuple[str, ...] = ()
    repaired: bool = False
    defaulted: bool = False


async def ask(model: Model, request: Request, form: type[FormT], default: FormT) -> Structured[FormT]:
    """The model's answer as a `form`: one call, at most one more that shows it the fault, then `default`.

    The request's own words must ask for the JSON; a model that decodes to a schema is held to it besides
    (to the request's own where it brings one, else to the form's).

    Cost: 1 call, 2 when the first answer is unusable.
    Raises: ModelUnavailable, ModelRefused, ModelBudget.
    """
    async with aclosing(ask_aloud(model, request, form, default)) as answers:
        async for answer in answers:
            if isinstance(answer, Structured):
                return answer
    raise AssertionError("an answer always ends in its value")


async def ask_aloud(
    model: Model, request: Request, form: type[FormT], default: FormT
) -> AsyncGenerator[str | Structured[FormT], None]:
    """As `ask`, with the text of the answer so far each time it grows (a second answer begins anew), the value last.

    Cost and errors: as `ask`.
    """
    if model.capabilities.schema_decoding and request.schema_ is None:
        request = request.model_copy(update={"schema_": schema_of(form)})
    usage = Usage()
    problems: list[str] = []
    for repaired in (False, True):
        answer = ""
        try:
            async with aclosing(model.stream(request)) as chunks:
                async for chunk in chunks:
                    usage = usage + chunk.usage if chunk.usage else usage
                    if chunk.text:
                        answer += chunk.text
                        yield answer
            yield Structured(parse(answer, form), usage, tuple(problems), repaired=repaired)
            return
        except ModelOutput as error:
            problems.append(str(error))
        request = _repair(request, answer, problems[-1])
    yield Structured(default, usage, tuple(problems), defaulted=True)


def parse(text: str, form: type[FormT]) -> FormT:
    """The first JSON object in `text` that fits `form`. Fences, prose around it and trailing commas are forgiven.

    Raises: ModelOutput naming what is wrong.
    """
    fault = "there is no JSON object in it"
    try:
        for found in _objects(text):
            try:
                return form.model_validate(found)
            except ValidationError as error:
                fault = _faults(error)
    except ModelOutput as error:
        fault = f"its JSON is broken: {error}"
    raise ModelOutput(f"The answer is not of the asked form: {fault}.")


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'the object'}: {problem['msg']}"
        for problem in error.errors(include_url=False)[:3]
    )


def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The form's JSON schema with references put in their place and unknown keys ruled out.

    Titles and defaults are left out: some providers refuse them. A form that holds itself is open from there on.
    """
    schema = form.model_json_schema()
    inlined = _inlined({key: value for key, value in schema.items() if key != "$defs"}, schema.get("$defs", {}), ())
    assert isinstance(inlined, dict)
    return inlined


def _inlined(node: object, definitions: dict[str, Any], within: tuple[str, ...]) -> object:
    if isinstance(node, list):
        return [_inlined(item, definitions, within) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        return {} if name in within else _inlined(definitions[name], definitions, (*within, name))
    plain: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":  # here the keys are the form's own names, a field called `title` among them
            plain[key] = {field: _inlined(kind, definitions, within) for field, kind in value.items()}
        elif key not in ("title", "default"):
            plain[key] = _inlined(value, definitions, within)
    if "properties" in plain:
        plain.setdefault("additionalProperties", False)
    return plain


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand in a text, outermost ones only, in order.

    Raises: ModelOutput at one that begins and never becomes JSON: what lies inside it is not the answer.
    """
    decoder = json.JSONDecoder(strict=False)  # small models put real line breaks into strings
    while begin := _OBJECT.search(text):
        text = _TRAILING_COMMA.sub(lambda match: match[1] or match[2], text[begin.start() :])
        try:
            found, end = decoder.raw_decode(text)
        except json.JSONDecodeError as error:
            near = text[max(0, error.pos - 20) : error.pos]
            raise ModelOutput(f"{error.msg} after {near!r}") from error
        yield found
        text = text[end:]


def _repair(request: Request, answer: str, fault: str) -> Request:
    """The same conversation with the unusable answer and its fault behind it: the prefix stays as it was."""
    told = render("llm/repair", fault=fault.rstrip("."))
    if answer.strip():
        shown = Message(role="assistant", content=answer.strip()[:SHOWN_CHARS])
        messages = (*request.messages, shown, Message(role="user", content=told))
    else:
        last = request.messages[-1]
        messages = (*request.messages[:-1], last.model_copy(update={"content": f"{last.content}\n\n{told}"}))
    return request.model_copy(update={"messages": messages})
