"""A whole program → the text of a module that stands alone."""

from __future__ import annotations

import inspect
import keyword

from symdiff.backend.calls import Imports
from symdiff.backend.comments import comment
from symdiff.backend.expressions import Expressions
from symdiff.backend.flat import flat
from symdiff.backend.helpers import helper_texts
from symdiff.backend.inline import Nesting, decide
from symdiff.backend.layout import header, lay_out
from symdiff.backend.literals import literal
from symdiff.backend.names import assign
from symdiff.backend.operations import has_effect
from symdiff.backend.ownership import Ownership, own
from symdiff.backend.schedule import schedule
from symdiff.backend.sharing import Copies, Sharing, Summary
from symdiff.backend.statements import Statements
from symdiff.backend.stores import Stores
from symdiff.ir.core import ARITY
from symdiff.ir.nodes import Apply, Call, Const, Function, Program, atoms, phis, walk

_HELPERS = frozenset({"unbroadcast", "zeros"})
"""The core operations that are printed as calls of helpers."""


def emit(program: Program) -> str:
    """Print a program as standalone, formatted Python source."""
    taken = frozenset(p.name for f in program.functions for p in f.params)
    imports = Imports(taken)
    functions = {f.name: f for f in program.functions}
    reserved = _reserved(program)
    impure = _impure(program)
    summaries: dict[str, Summary] = {}
    parts: list[str] = []
    for function in program.functions:
        is_main = function is program.main
        text, owned = _function(
            function, functions, reserved, impure, summaries, imports, is_main
        )
        summaries[function.name] = owned.summary
        parts.append(text)
    helpers = helper_texts(imports)
    head = "\n\n".join(b for b in (_imports(imports), _constants(program)) if b)
    return "\n\n\n".join(b for b in (head, *helpers, *parts) if b) + "\n"


def _function(
    function: Function,
    functions: dict[str, Function],
    reserved: set[str],
    impure: set[str],
    summaries: dict[str, Summary],
    imports: Imports,
    is_main: bool,
) -> tuple[str, Ownership]:
    function = schedule(function)
    first = Sharing(function, Copies(), summaries)
    nesting = decide(function, first, impure)
    owned = own(function, nesting, first, summaries, is_main)
    sharing = Sharing(function, owned.copies, summaries)
    deep = {"copy"} if "deep" in owned.returned.values() else set()
    naming = assign(function, nesting, reserved | deep, {})
    expressions = Expressions(nesting, naming, owned.copies, imports, functions)
    read = _read(function, nesting)
    stores = Stores(expressions, sharing)
    statements = Statements(expressions, stores, owned.returned, read)
    body = comment(statements.function(function), function.source)
    lines = [*_header(function, expressions), *_doc(function.doc), *lay_out(body, 1)]
    return "\n".join(lines), owned


def _read(function: Function, nesting: Nesting) -> set[str]:
    """Every variable that is read somewhere."""
    found: set[str] = set()
    for stmt in walk(function.body):
        for atom in (
            *atoms(stmt),
            *(a for p in phis(stmt) for a in (p.first, p.second)),
        ):
            found |= {v.name for v in nesting.leaves(atom)}
    return found


def _header(function: Function, show: Expressions) -> list[str]:
    defaults = dict(function.defaults)
    shown: list[str] = []
    for p in function.params:
        if p.name in function.captured and "*" not in shown:
            shown.append("*")
        value = defaults.get(p.name)
        shown.append(
            p.name if value is None else f"{p.name}={flat(show.constant(value))}"
        )
    return header(function.name, shown)


def _doc(doc: str) -> list[str]:
    if not doc:
        return []
    text = inspect.cleandoc(doc).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = text.split("\n")
    if len(lines) == 1:
        return [f'    """{text}"""']
    return [
        f'    """{lines[0]}',
        *(f"    {line}".rstrip() for line in lines[1:]),
        '    """',
    ]


def _reserved(program: Program) -> set[str]:
    """Names that the module gives another meaning than a variable."""
    out = {*keyword.kwlist, "np"}
    out |= {f.name for f in program.functions} | {name for name, _ in program.constants}
    for function in program.functions:
        for stmt in walk(function.body):
            if isinstance(stmt, Apply):
                out |= _spoken(stmt.op)
            out |= {
                part
                for atom in atoms(stmt)
                if isinstance(atom, Const) and atom.name
                for part in _spoken(atom.name)
            }
    return out


def _spoken(name: str) -> set[str]:
    """The bare names by which an operation or constant is printed."""
    if "." not in name:
        return {name} if name not in ARITY or name in _HELPERS else set()
    root, _, rest = name.partition(".")
    if root == "builtins":
        return {rest.partition(".")[0]}
    if name.startswith(("scipy.", "numpy.lib.")):
        return {root, name.rpartition(".")[2]}
    return {root} if root not in ("ndarray", "numpy") else set()


def _impure(program: Program) -> set[str]:
    """The functions whose calls must keep their order."""
    found: set[str] = set()
    for function in program.functions:
        for stmt in walk(function.body):
            is_effect = isinstance(stmt, Apply) and has_effect(stmt.op)
            if is_effect or (isinstance(stmt, Call) and stmt.function in found):
                found.add(function.name)
                break
    return found


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
