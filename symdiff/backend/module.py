"""A whole program → the text of a module that stands alone."""

from __future__ import annotations

import keyword

from symdiff.backend.calls import Imports
from symdiff.backend.edges import function_name
from symdiff.backend.flat import flat
from symdiff.backend.function import Context, print_function
from symdiff.backend.helpers import helper_texts
from symdiff.backend.literals import literal
from symdiff.backend.operations import has_effect
from symdiff.backend.passed import records
from symdiff.ir.core import ARITY
from symdiff.ir.nodes import Apply, Call, Const, Program, Stmt, atoms, phis, walk
from symdiff.rules.registry import find

_HELPERS = frozenset({"unbroadcast", "zeros", "like", "instance"})
"""The core operations that are printed as calls of helpers."""


def emit(program: Program) -> str:
    """Print a program as standalone, formatted Python source."""
    context = _context(program)
    parts = _print(program, context)
    while _calls_later(program) and not context.settled:
        context = _context(program, context)
        parts = _print(program, context)
    helpers = [*helper_texts(context.imports), *_verbatim(program)]
    lines = (_imports(context.imports), _constants(program))
    head = "\n\n".join(b for b in lines if b)
    return "\n\n\n".join(b for b in (head, *helpers, *parts) if b) + "\n"


def _context(program: Program, before: Context | None = None) -> Context:
    """What is known to begin with; of functions that call themselves, from before."""
    context = Context(
        functions={f.name: f for f in program.functions},
        imports=Imports(_defined(program)),
        reserved=_reserved(program),
        impure=_impure(program),
        records=records(program),
    )
    if before is not None:
        context.summaries = dict(before.summaries)
        context.assumed = dict(before.summaries)
    return context


def _print(program: Program, context: Context) -> list[str]:
    main = program.main
    return [print_function(f, context, f is main) for f in program.functions]


def _calls_later(program: Program) -> bool:
    """Whether a function calls one that is not printed before it."""
    seen: set[str] = set()
    for function in program.functions:
        for stmt in walk(function.body):
            if isinstance(stmt, Call) and stmt.function not in seen:
                return True
        seen.add(function.name)
    return False


def _defined(program: Program) -> frozenset[str]:
    """The names that the module itself gives to functions and their parameters."""
    params = {p.name for f in program.functions for p in f.params}
    return frozenset(params | {f.name for f in program.functions})


def _reserved(program: Program) -> set[str]:
    """Names that the module gives another meaning than a variable."""
    out = {*keyword.kwlist, "np"}
    out |= {f.name for f in program.functions} | {name for name, _ in program.constants}
    for function in program.functions:
        for stmt in walk(function.body):
            if isinstance(stmt, Apply):
                out |= _spoken(stmt.op)
            if isinstance(stmt, Apply) and stmt.op == "verbatim":
                out.add(function_name(stmt.args[0]))
            out |= {
                part
                for atom in atoms(stmt)
                if isinstance(atom, Const) and atom.name
                for part in _spoken(atom.name)
            }
    return out


def _verbatim(program: Program) -> list[str]:
    """The functions whose text is the user's own, each once."""
    found: dict[str, None] = {}
    for function in program.functions:
        for stmt in walk(function.body):
            if isinstance(stmt, Apply) and stmt.op == "verbatim":
                assert isinstance(stmt.args[0], Const)
                found[stmt.args[0].value.rstrip()] = None
    return list(found)


def _spoken(name: str) -> set[str]:
    """The bare names by which an operation or constant is printed."""
    if "." not in name:
        return {name} if name not in ARITY or name in _HELPERS else set()
    entry = find(name)
    if entry is not None and entry.user is not None:
        short = name.removeprefix(f"{entry.user.module}.")
        return {name.partition(".")[0], short.partition(".")[0]}
    root, _, rest = name.partition(".")
    if root == "builtins":
        return {rest.partition(".")[0]}
    if name.startswith(("scipy.", "numpy.lib.")):
        return {root, name.rpartition(".")[2]}
    return {root} if root not in ("ndarray", "numpy") else set()


def _impure(program: Program) -> set[str]:
    """The functions whose calls must keep their order."""
    found: set[str] = set()
    before = -1
    while len(found) != before:
        before = len(found)
        for function in program.functions:
            if any(_is_impure(stmt, found) for stmt in walk(function.body)):
                found.add(function.name)
    return found


def _is_impure(stmt: Stmt, found: set[str]) -> bool:
    if isinstance(stmt, Apply):
        return has_effect(stmt.op)
    return isinstance(stmt, Call) and stmt.function in found


def _constants(program: Program) -> str:
    used = {
        atom.name
        for f in program.functions
        for stmt in walk(f.body)
        for atom in (
            *atoms(stmt),
            *(a for p in phis(stmt) for a in (p.first, p.second)),
        )
        if isinstance(atom, Const) and atom.name
    }
    used |= {c.name for f in program.functions for _, c in f.defaults}
    rows = [f"{n} = {flat(literal(v))}" for n, v in program.constants if n in used]
    return "\n".join(rows)


def _imports(imports: Imports) -> str:
    """The import lines: the standard library, then the rest, sorted."""
    first: list[str] = []
    rest: list[str] = []
    for module in sorted(imports.modules):
        root = module.partition(".")[0]
        lines = rest if root in ("numpy", "scipy") else first
        alias = imports.alias(root)
        if alias != root:
            lines.append(f"import {root} as {alias}")
        if alias == root or module != root:
            lines.append(f"import {module}")
    rest += [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(imports.names.items())
    ]
    if imports.helpers and "np" in imports.taken:
        rest.insert(0, "import numpy as np")
    return "\n\n".join("\n".join(part) for part in (first, rest) if part)
