"""A function that is cut out of another one: what it reads, names of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdiff.analysis.builder import Names
from symdiff.ir.edit import map_vars, reads
from symdiff.ir.nodes import Atom, Function, Stmt, Var, bound, walk


def renamed(fn: Function) -> Function:
    """The function with names of its own: `x` for `x_1` of the function around it."""
    names = Names(set())
    found: dict[Var, Var] = {}
    for param in fn.params:
        base = param.base or "p"
        found[param] = Var(names.take(base), param.type, base, False)
    for stmt in walk(fn.body):
        for var in bound(stmt):
            found[var] = replace(var, name=names.take(var.base))
    body = map_vars(fn.body, found.__getitem__)
    return replace(fn, params=tuple(found[p] for p in fn.params), body=body)


def read_outside(
    stmts: Sequence[Stmt], value: Atom, own: Sequence[Var]
) -> tuple[Var, ...]:
    """The variables of the enclosing function that statements read, in order."""
    inside = {*own, *(v for s in walk(tuple(stmts)) for v in bound(s))}
    last = [value] if isinstance(value, Var) else []
    found = dict.fromkeys([*reads(tuple(stmts)), *last])
    return tuple(v for v in found if v not in inside)
