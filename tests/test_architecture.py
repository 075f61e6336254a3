"""The shape of the package: who imports whom, how long things are, what is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import symdiff

ROOT = Path(symdiff.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in FILES]

# A part may import from the rows above its own and from itself; parts in one row are
# apart. `symdiff` itself (the public names) counts as errors do: it imports lazily.
LAYERS = (
    ("symdiff", "errors", "options", "data", "demo_model", "checkpoints"),
    ("ir",),
    ("typespec", "signature"),
    ("rules",),
    ("analysis", "implicit", "insertion"),
    ("frontend", "transform", "backend"),
    ("stages",),
    ("modes",),
    ("jacobians",),
    ("orders",),
    ("prepare",),
    ("pipeline", "userrules"),
    ("load", "structures"),
    ("derived",),
    ("sparse",),
    ("api", "transforms"),
    ("explain", "integrations", "testing"),
    ("page",),
    ("suspects",),
    ("demo",),
    ("cli",),
    ("__main__",),
)
LEVEL = {part: i for i, row in enumerate(LAYERS) for part in row}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def module_name(path: Path) -> str:
    parts = ["symdiff", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in FILES}
TREES = {name: ast.parse(path.read_text()) for name, path in MODULES.items()}


def part(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def imports(tree: ast.Module, everywhere: bool) -> Iterator[str]:
    """Yield the modules of symdiff that are imported, lazily too if `everywhere`."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        match node:
            case ast.ImportFrom(module=str(base), names=names, level=0):
                for alias in names:
                    full = f"{base}.{alias.name}"
                    yield full if full in MODULES else base
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                todo += orelse
            case ast.FunctionDef() | ast.ClassDef() if not everywhere:
                if isinstance(node, ast.ClassDef):
                    todo += node.body
            case _:
                todo += ast.iter_child_nodes(node)


def inner_imports(module: str, everywhere: bool = True) -> set[str]:
    found = imports(TREES[module], everywhere)
    return {name for name in found if name in MODULES and name != module}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_down(module: str) -> None:
    if module == "symdiff":
        return
    here = part(module)
    assert here in LEVEL, f"give {here} a row in LAYERS"
    for other in sorted(inner_imports(module)):
        there = part(other)
        assert there == here or LEVEL[there] < LEVEL[here], f"{module} imports {other}"


def test_imports_have_no_cycle() -> None:
    graph = {name: inner_imports(name, everywhere=False) for name in MODULES}
    done: set[str] = set()
    while ready := {n for n in graph if n not in done and graph[n] <= done}:
        done |= ready
    assert sorted(set(graph) - done) == []


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 350
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, FUNCTION):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"


def is_public(node: ast.AST) -> bool:
    """Say whether a node defines a public name; an overload shares its docstring."""
    if not isinstance(node, (*FUNCTION, ast.ClassDef)) or node.name[0] == "_":
        return False
    return not any(ast.unparse(d) == "overload" for d in node.decorator_list)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_public_names_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if tree.body:
        assert ast.get_docstring(tree), "the module has no docstring"
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if is_public(node):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            todo += node.body if isinstance(node, ast.ClassDef) else []


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_everything_is_typed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, FUNCTION):
            continue
        spec = node.args
        args = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
        args += [arg for arg in (spec.vararg, spec.kwarg) if arg]
        bare = [
            a.arg for a in args if not a.annotation and a.arg not in ("self", "cls")
        ]
        assert not bare, f"{node.name}: {bare} without a type"
        assert node.returns or node.name == "__init__", f"{node.name} returns?"


def test_all_lists_every_public_name() -> None:
    lazy = symdiff._HOME  # the table that __getattr__ reads
    assert sorted(symdiff.__all__) == sorted([*lazy, "__version__"])
    for name in symdiff.__all__:
        assert getattr(symdiff, name) is not None
        assert name in dir(symdiff)
    with pytest.raises(AttributeError, match="no attribute 'gradient'"):
        symdiff.gradient  # noqa: B018


def test_no_path_of_a_machine_is_named() -> None:
    top = ROOT.parent
    kinds = ("*.py", "*.md", "*.toml", "*.sh")
    folders = ("symdiff", "tests", "docs", "examples")
    texts = [
        p for folder in folders for kind in kinds for p in (top / folder).rglob(kind)
    ]
    texts += [p for kind in kinds for p in top.glob(kind)]
    work = "/" + "work/"
    assert [str(p) for p in texts if work in p.read_text()] == []
