"""A function that was cut out of another one gets names of its own."""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.builder import Names
from symdiff.ir.edit import map_vars
from symdiff.ir.nodes import Function, Var, bound, walk


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
