"""The name of what a function returns."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.nodes import Apply, Atom, Block, Call, Stmt, Var


def name_value(forward: Block, value: Atom) -> tuple[Block, Atom]:
    """Call the returned value `value` if the user has not named it."""
    if not isinstance(value, Var) or not value.temp:
        return forward, value
    named = replace(value, base="value", temp=False)
    out: list[Stmt] = []
    for stmt in forward:
        if isinstance(stmt, Apply | Call) and value in stmt.outs:
            outs = tuple(named if v == value else v for v in stmt.outs)
            stmt = replace(stmt, outs=outs)
        out.append(stmt)
    return tuple(out), named
