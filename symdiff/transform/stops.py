"""What only says how to differentiate goes when the last derivative is made."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.edit import substitute
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    If,
    Program,
    Stmt,
    Var,
    While,
    walk,
)

STOPS = ("symdiff.stop_gradient", "symdiff.checkpointed")


def without_stops(program: Program) -> Program:
    """Read the value itself wherever one with a remark on its derivative is read.

    y = symdiff.stop_gradient(x)      →      return sin(x)
    return sin(y)
    """
    functions = []
    for fn in program.functions:
        values: dict[Var, Atom] = {}
        for stmt in walk(fn.body):
            if _is_stop(stmt) and isinstance(stmt, Apply):
                value = stmt.args[0]
                if isinstance(value, Var):
                    value = values.get(value, value)
                values[stmt.out] = value
        body = substitute(_dropped(fn.body), values) if values else fn.body
        functions.append(replace(fn, body=body))
    return replace(program, functions=tuple(functions))


def _is_stop(stmt: Stmt) -> bool:
    return isinstance(stmt, Apply) and stmt.op in STOPS


def _dropped(block: Block) -> Block:
    out: list[Stmt] = []
    for stmt in block:
        if _is_stop(stmt):
            continue
        match stmt:
            case If(then=then, orelse=orelse):
                stmt = replace(stmt, then=_dropped(then), orelse=_dropped(orelse))
            case For(body=body):
                stmt = replace(stmt, body=_dropped(body))
            case While(head=head, body=body):
                stmt = replace(stmt, head=_dropped(head), body=_dropped(body))
        out.append(stmt)
    return tuple(out)
