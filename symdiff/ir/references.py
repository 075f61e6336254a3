"""Functions of the program as arguments of operations that call them: `brentq(f, ...)`.

A reference is a constant that is printed by its name, the name of the function. What
an operation calls with more than its own arguments is passed along: `args=(k,)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Apply, Atom, Block, Call, Const, Stmt, Var, walk


def reference(name: str) -> Const:
    """A function of the program as an argument of an operation that calls it."""
    return Const(name, name)


def referred(atom: Atom) -> str:
    """The name of the function that an atom is, or nothing."""
    found = isinstance(atom, Const) and atom.name and atom.value == atom.name
    return str(atom.name) if found else ""


def called(block: Block) -> list[str]:
    """The functions of the program that a block calls, or passes to an operation."""
    found: dict[str, None] = {}
    for stmt in walk(block):
        if isinstance(stmt, Call):
            found[stmt.function] = None
        elif isinstance(stmt, Apply):
            found.update((n, None) for n in map(referred, stmt.args) if n)
    return list(found)


def passed(stmt: Apply, definitions: Mapping[Var, Stmt]) -> tuple[Atom, ...]:
    """What a solver passes to its function beside the function's own argument."""
    args = dict(stmt.kwargs).get("args")
    made = definitions.get(args) if isinstance(args, Var) else None
    if isinstance(made, Apply) and made.op == "tuple":
        return made.args
    return tuple(map(Const, args.value)) if isinstance(args, Const) else ()
