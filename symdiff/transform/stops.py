"""What only says how to differentiate goes when the last derivative is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdiff.ir.edit import substitute
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Program,
    Stmt,
    Var,
    While,
    walk,
)
from symdiff.ir.references import called

INSERTION = "symdiff.on_gradient"
STOPS = frozenset({"symdiff.stop_gradient", "symdiff.checkpointed", INSERTION})


def without_stops(program: Program) -> Program:
    """Read the value itself wherever one with a remark on its derivative is read.

    y = symdiff.stop_gradient(x)      →      return sin(x)
    return sin(y)
    """
    functions = tuple(_without(fn, STOPS) for fn in program.functions)
    hooks = _referred(program.functions) - _referred(functions)
    rest = tuple(fn for fn in functions if fn.name not in hooks)
    return replace(program, functions=rest)


def inserted(fn: Function) -> Function:
    """A function whose gradient has the code for it: that is not put in once more."""
    return _without(fn, frozenset({INSERTION}))


def _without(fn: Function, ops: frozenset[str]) -> Function:
    values: dict[Var, Atom] = {}
    for stmt in walk(fn.body):
        if isinstance(stmt, Apply) and stmt.op in ops:
            value = stmt.args[0]
            if isinstance(value, Var):
                value = values.get(value, value)
            values[stmt.out] = value
    if not values:
        return fn
    return replace(fn, body=substitute(_dropped(fn.body, ops), values))


def _referred(functions: Sequence[Function]) -> set[str]:
    """What functions call, or pass to an operation."""
    return {name for fn in functions for name in called(fn.body)}


def _dropped(block: Block, ops: frozenset[str]) -> Block:
    def inside(body: Block) -> Block:
        return _dropped(body, ops)

    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Apply(op=op) if op in ops:
                continue
            case If(then=then, orelse=orelse):
                stmt = replace(stmt, then=inside(then), orelse=inside(orelse))
            case For(body=body):
                stmt = replace(stmt, body=inside(body))
            case While(head=head, body=body):
                stmt = replace(stmt, head=inside(head), body=inside(body))
        out.append(stmt)
    return tuple(out)
