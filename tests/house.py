"""The house rules of CONTRIBUTING.md as functions over the source. Each message says where, what and how to mend it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FLOORS = (
    "errors",
    "domain",
    "settings registry prompts archive cards",
    "library",
    "llm intake workshop",
    "run_context",
    "jobs",
    "memory matching export",
    "roleplay",
    "evaluation",
    "generation simulation",
    "wiring",
    "ui cli",
    "__main__",
)
FLOOR_OF = {part: floor for floor, parts in enumerate(FLOORS) for part in parts.split()}

# `studio --help` has to answer in half a second, so a command opens the house only when it needs it. These are all the
# exceptions there are.
LATE = {
    "studio.cli.opening": ("studio.library", "studio.wiring"),
    "studio.cli.memory": ("studio.cli.memory_acts",),
    "studio.cli.meters": ("studio.cli.meter_acts",),
    "studio.cli.town": ("studio.cli.town_acts",),
    "studio.cli.panel": ("studio.roleplay.synergy.solo",),
    "studio.cli.scenes": ("studio.cards.research.characterbox",),
    "studio.cli.matching": ("studio.cli.matching_acts",),
    "studio.cli.bench": ("studio.cli.matching_benches",),
    "studio.cli.cards": (
        "studio.intake",
        "studio.intake.lorebooks",
        "studio.cards.lore_names",
        "studio.cards.lorebook_reading",
        "studio.cards.report",
    ),
    "studio.cli.casting": (
        "studio.domain.provenance",
        "studio.generation.checks",
        "studio.generation.dice",
        "studio.generation.fields",
        "studio.generation.writers.base",
        "studio.llm.tokens",
        "studio.roleplay.persona",
        "studio.run_context",
    ),
    "studio.cli.library": ("studio.intake.bulk", "studio.intake.parcels", "studio.intake.parting"),
    "studio.cli.sessions": ("studio.intake.chats",),
    "studio.cli.identity": (
        "studio.generation.questionnaires.bfi",
        "studio.generation.questionnaires.identity",
        "studio.generation.questionnaires.pvq",
    ),
    "studio.cli.research": (
        "studio.cards.research.folder",
        "studio.cards.research.simsconv",
        "studio.cards.research.simsconv_staging",
        "studio.generation.simschat.bank",
        "studio.intake.research",
        "studio.run_context",
    ),
    "studio.cli.commands": (
        "studio.llm.models",
        "studio.archive.backups",
        "studio.archive.bundles",
    ),
}

OWNERS = {
    "yaml": ("studio.library",),
    "jinja2": ("studio.prompts",),
    "sqlalchemy": ("studio.archive",),
    "alembic": ("studio.archive",),
    "chromadb": ("studio.memory.index",),
    "gradio": ("studio.ui", "app"),
    "PIL": ("studio.cards",),
    "litellm": ("studio.llm.litellm_connection",),
    "xllamacpp": ("studio.llm.local_server",),
    "onnxruntime": ("studio.llm",),
    "tokenizers": ("studio.llm",),
    "typer": ("studio.cli",),
    "importlib": ("studio.registry",),
    "pydantic_settings": ("studio.settings",),
}
FREE = ("importlib.resources", "importlib.metadata")
LAUNCH = ("app", "studio.ui", "studio.llm.litellm_connection")
BANNED = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "constants"})
WIRES = frozenset({"add_typer", "listen"})
ACTS = re.compile(
    r"(print|open|connect|urlopen|run|start|mkdir|write_text|write_bytes|read_text|read_bytes|request|launch|execute|"
    r"\w*(Client|Server|Connection|Pool|Thread|Process|Executor|Studio|Archive|Popen))$"
)
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_MESSAGE = 400, 60, 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, its path within the tree, its syntax tree and its length in lines."""

    name: str
    path: str
    tree: ast.Module
    lines: int

    @property
    def part(self) -> str:
        """What stands on a floor: `llm` for `studio.llm.client`; empty for files outside the package."""
        return part_of(self.name)

    def at(self, node: ast.AST) -> str:
        """`path:line` of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True)
class Import:
    """An imported module by its whole name, where, and whether inside a function."""

    name: str
    node: ast.stmt
    late: bool


Modules = dict[str, Module]
Rule = Callable[[Modules], Iterator[str]]


def read(root: Path) -> Modules:
    """The product's modules by name: `studio/`, `benchmarks/`, `docs/` and `app.py` under `root`."""
    found = {}
    folders = [file for folder in ("studio", "benchmarks", "docs") for file in (root / folder).rglob("*.py")]
    for file in sorted([*folders, *root.glob("app.py")]):
        if "versions" in file.parts or file.name == "env.py":  # alembic runs these as scripts; nobody imports them
            continue
        path = file.relative_to(root)
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        text = file.read_text(encoding="utf-8")
        found[name] = Module(name, path.as_posix(), ast.parse(text), text.count("\n"))
    return found


def part_of(name: str) -> str:
    """The part of the house a dotted name belongs to; empty outside `studio` and for `studio` itself."""
    parts = name.split(".")
    return parts[1] if parts[0] == "studio" and len(parts) > 1 else ""


def within(name: str, places: tuple[str, ...]) -> bool:
    """Whether a module is one of these places, or lies inside one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def imports(module: Module, modules: Modules) -> Iterator[Import]:
    """Every import; `from package import module` counts as that module."""
    late = {id(node) for outer in ast.walk(module.tree) if isinstance(outer, Function) for node in ast.walk(outer)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node, id(node) in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                inside = module.name.split(".")
                package = inside if module.path.endswith("__init__.py") else inside[:-1]
                base = ".".join(filter(None, [*package[: len(package) - node.level + 1], base]))
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(whole if whole in modules else base, node, id(node) in late)


def floors(modules: Modules) -> Iterator[str]:
    """Arrows fall: a part imports its own folder and earlier floors only."""
    for module in modules.values():
        if module.part and module.part not in FLOOR_OF:
            yield f"{module.path}: '{module.part}' stands on no floor: put it on one here and in CONTRIBUTING.md."
        elif module.part:
            for found in imports(module, modules):
                target = part_of(found.name)
                if target in ("", module.part) or found.name in LATE.get(module.name, ()):
                    continue
                if FLOOR_OF.get(target, len(FLOORS)) >= FLOOR_OF[module.part]:
                    yield f"{module.at(found.node)}: imports {found.name}, not below it: move what is shared down."


def owners(modules: Modules) -> Iterator[str]:
    """A library with a single owner is imported by nobody else."""
    for module in modules.values():
        for found in imports(module, modules):
            owner = OWNERS.get(found.name.split(".")[0])
            if owner and within(module.name, ("studio",)) and not within(module.name, owner) and found.name not in FREE:
                yield f"{module.at(found.node)}: imports {found.name}; only {', '.join(owner)} may: ask there."


def late_imports(modules: Modules) -> Iterator[str]:
    """No module of ours is imported inside a function: that plasters over a cycle or a floor."""
    for module in modules.values():
        for found in imports(module, modules):
            if found.late and within(found.name, ("studio",)) and found.name not in LATE.get(module.name, ()):
                yield f"{module.at(found.node)}: imports {found.name} inside a function: import it at the top."


def cycles(modules: Modules) -> Iterator[str]:
    """No two modules need each other."""
    graph: dict[str, set[str]] = {}
    for name, module in modules.items():
        graph[name] = {found.name for found in imports(module, modules) if not found.late} & set(modules) - {name}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> Iterator[str]:
        if name in path:
            yield f"{' → '.join((*path[path.index(name) :], name))}: a cycle: move what both need into a third module."
        elif name not in done:
            for target in sorted(graph[name]):
                yield from walk(target, (*path, name))
            done.add(name)

    for name in graph:
        yield from walk(name, ())


def effects(modules: Modules) -> Iterator[str]:
    """Importing a module defines things and does nothing else."""
    for module in modules.values():
        if module.name == "studio.__main__":
            continue
        for node in _at_import(module.tree.body):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) not in WIRES:
                yield f"{module.at(node)}: calls {called(node.value)}() at import: put it into a function."
            elif isinstance(node, ast.With | ast.While | ast.Try | ast.Global | ast.Delete):
                yield f"{module.at(node)}: {type(node).__name__.lower()} at import: put it into a function."
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                for inner in ast.walk(node.value):
                    if ACTS.fullmatch(called(inner)):
                        yield f"{module.at(inner)}: calls {called(inner)}() at import: call it when first needed."


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
            continue
        yield node
        if isinstance(node, ast.ClassDef | ast.For | ast.If):
            yield from _at_import(node.body)


def called(node: ast.AST) -> str:
    """The bare name of what a call calls; empty for any other node."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def names(modules: Modules) -> Iterator[str]:
    """A module is called by the noun it holds."""
    for module in modules.values():
        for word in BANNED.intersection(module.name.lower().split(".")):
            yield f"{module.path}: '{word}' says nothing: name it after the noun it holds."


def environment(modules: Modules) -> Iterator[str]:
    """Only settings.py reads the environment. A launch may set, by index, what a library wants to find there, and
    whoever starts another program may hand the whole of it on unread."""
    for module in modules.values():
        if module.name == "studio.settings" or not (module.part or module.name == "app"):
            continue
        stores = [node for node in ast.walk(module.tree) if isinstance(node, ast.Subscript)]
        stores = [
            node for node in stores if isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "os.environ"
        ]
        allowed = {id(node.value) for node in stores if within(module.name, LAUNCH)}
        dicts = [node for node in ast.walk(module.tree) if isinstance(node, ast.Dict)]
        allowed |= {id(v) for node in dicts for key, v in zip(node.keys, node.values, strict=True) if key is None}
        for node in ast.walk(module.tree):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in ("environ", "environb", "getenv") and id(node) not in allowed:
                yield f"{module.at(node)}: reads the environment: add a field to Settings and have it handed in."


def sizes(modules: Modules) -> Iterator[str]:
    """A file is read at one sitting, a function at one glance."""
    for module in modules.values():
        if module.lines > LONGEST_FILE:
            yield f"{module.path}: {module.lines} lines, {LONGEST_FILE} at most: split it by noun."
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{module.at(node)}: {node.name} has {length} lines, {LONGEST_FUNCTION} at most: split it."


def docstrings(modules: Modules) -> Iterator[str]:
    """Whatever has a public name says what it is or gives."""
    for module in (module for module in modules.values() if within(module.name, ("studio",))):
        if module.tree.body and ast.get_docstring(module.tree) is None:
            yield f"{module.path}: has no docstring: say in a sentence what the module is."
        for node in _public(module.tree.body):
            if ast.get_docstring(node) is None:
                yield f"{module.at(node)}: {node.name} has no docstring: say what it is or what comes back."


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def prompts(modules: Modules) -> Iterator[str]:
    """What is said to a model lies in a template, not in the code."""
    for module in modules.values():
        if module.part == "prompts":
            continue
        assigned = [node for node in module.tree.body if isinstance(node, ast.Assign)]
        known = {ast.unparse(node.targets[0]): node.value for node in assigned}
        for node in ast.walk(module.tree):
            for content in _contents(node):
                value = known.get(ast.unparse(content), content)
                texts = [part.value for part in ast.walk(value) if isinstance(part, ast.Constant)]
                if sum(len(text) for text in texts if isinstance(text, str)) > LONGEST_MESSAGE:
                    yield f"{module.at(node)}: a prompt in the code: make it a template in prompts/{module.part}/."


def _contents(node: ast.AST) -> list[ast.expr]:
    """What a node gives as the content of a chat message, if it is one."""
    if isinstance(node, ast.Call) and called(node) == "Message":
        return [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "content")]
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        return [node.values[keys.index("content")]] if {"role", "content"} <= set(keys) else []
    return []


RULES: tuple[Rule, ...] = (
    floors,
    owners,
    late_imports,
    cycles,
    effects,
    names,
    environment,
    sizes,
    docstrings,
    prompts,
)


def tree_lines(readme: str) -> Iterator[str]:
    """The paths of a README's tree: the fenced block after the heading 'The tree', indented by folder. Several names
    may share a line; a description follows after two blanks."""
    block = re.search(r"^## The tree\n.*?```\w*\n(.*?)```", readme, re.DOTALL | re.MULTILINE)
    folders: list[str] = []
    for line in block[1].splitlines() if block else ():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in re.split(r"\s{2,}", line.strip())[0].split():
            folders[depth:] = [name]
            yield "".join(folders)
