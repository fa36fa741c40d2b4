"""Methods are found, not listed: put a file in the package and it is there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import ClassVar, Generic, TypeVar

from pydantic import ValidationError

from studio.domain.session import Choice
from studio.domain.value import Value
from studio.errors import Invalid, NotFound, StudioError


class Card(Value):
    """What a method says of itself on the page and in docs/methods.md. `cost` counts model calls, as a formula."""

    name: str
    title: str
    summary: str
    source: str = ""
    url: str = ""
    needs: tuple[str, ...] = ()
    cost: str = "0"
    version: int = 1


class CardedMethod(Value):
    """A method: its fields are its parameters, its form, its YAML and its provenance; `card` says what it is."""

    card: ClassVar[Card]


MethodT = TypeVar("MethodT", bound=CardedMethod)


class Registry(Generic[MethodT]):
    """The methods of one package: every concrete subclass of `base` with a card, defined in one of its modules.

    A module that fails to import is kept in `broken` (module name → reason) so that one bad file never empties a page.
    """

    def __init__(self, package: str, base: type[MethodT]) -> None:
        self.package = package
        self.base = base
        self.broken: dict[str, str] = {}
        self._methods: dict[str, type[MethodT]] | None = None

    @property
    def methods(self) -> dict[str, type[MethodT]]:
        """Name → class, sorted by name. Modules are imported at first use.

        Raises: StudioError when two classes claim one name.
        """
        if self._methods is None:
            self._methods = self._found()
        return self._methods

    def _found(self) -> dict[str, type[MethodT]]:
        found: dict[str, type[MethodT]] = {}
        for module_info in pkgutil.iter_modules(importlib.import_module(self.package).__path__):
            name = f"{self.package}.{module_info.name}"
            try:
                module = importlib.import_module(name)
            except Exception as error:
                self.broken[name] = f"{type(error).__name__}: {error}"
                continue
            for member in vars(module).values():
                if not (inspect.isclass(member) and issubclass(member, self.base) and member.__module__ == name):
                    continue
                if "card" not in vars(member):
                    continue
                if member.card.name in found:
                    other = found[member.card.name].__module__
                    raise StudioError(f"'{member.card.name}' is claimed by both {other} and {name}")
                found[member.card.name] = member
        return dict(sorted(found.items()))

    def build(self, choice: Choice) -> MethodT:
        """The chosen method with its parameters.

        Raises: NotFound for an unknown name (lists the known ones), Invalid for a parameter out of range.
        """
        method = self.methods.get(choice.name)
        if method is None:
            raise NotFound(f"There is no '{choice.name}' here. Known: {', '.join(self.methods)}.")
        try:
            return method(**choice.parameters)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise Invalid(f"{choice.name}: {field} is {problem['input']!r}: {problem['msg']}") from error
