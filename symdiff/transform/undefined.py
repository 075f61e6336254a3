"""Which values may be undefined, because some path does not bind them."""

from __future__ import annotations

from symdiff.ir.nodes import UNDEF, Apply, Block, If, Stmt, Var, phis, walk
from symdiff.ir.types import Scalar


def undefined(body: Block) -> set[Var]:
    """The merged values that may be undefined: one of their ends is, or may be.

    A number that the front-end merges for itself, a `result`, is defined where it is
    read, and its zero needs no shape.
    """
    readers: dict[Var, list[Var]] = {}
    todo: list[Var] = []
    for stmt in walk(body):
        gone = _raising(stmt)
        for phi in phis(stmt):
            for end, raises in zip((phi.first, phi.second), gone, strict=True):
                if end == UNDEF and not raises:
                    todo.append(phi.out)
                elif isinstance(end, Var):
                    readers.setdefault(end, []).append(phi.out)
    found: set[Var] = set()
    while todo:
        var = todo.pop()
        own = var.base == "result" and isinstance(var.type, Scalar)
        if var not in found and not own:
            found.add(var)
            todo += readers.get(var, [])
    return found


def _raising(stmt: Stmt) -> tuple[bool, bool]:
    """Which arms of an `if` end in `raise`: nothing is read after them."""
    if not isinstance(stmt, If):
        return False, False
    return _raises(stmt.then), _raises(stmt.orelse)


def _raises(block: Block) -> bool:
    todo = [block]
    while todo:
        last = todo.pop()[-1:]
        match last:
            case (Apply(op="raise"),):
                continue
            case (If(then=then, orelse=orelse),):
                todo += [then, orelse]
            case _:
                return False
    return True
