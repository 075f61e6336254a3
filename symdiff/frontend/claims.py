"""Temporaries that the user has a name for: `y = a + b` binds `y`, not a temporary."""

from __future__ import annotations

from dataclasses import replace

from symdiff.frontend.frame import Frame
from symdiff.ir.edit import substitute
from symdiff.ir.lengths import renamed
from symdiff.ir.nodes import Apply, Atom, Call, For, If, Var, atoms, bound, walk

_CLAIMED = (Apply, Call, If, For)
"""Statements whose results can be given another name."""


def claim(frame: Frame, atom: Atom, base: str) -> Atom | None:
    """Give the user's name to a temporary that the last statement has bound."""
    at = _defined_at(frame, atom)
    if at is None or not isinstance(atom, Var):
        return None
    last = frame.builder.stmts[at]
    name = frame.names.retake(atom.name, base)
    kind = renamed(atom.type, atom.name, name)
    named = Var(name, kind, base)
    if isinstance(last, If):
        phis = tuple(
            replace(phi, out=named) if phi.out == atom else phi for phi in last.phis
        )
        frame.builder.stmts[at] = replace(last, phis=phis)
        return named
    if isinstance(last, For):
        _rename_carried(frame, at, last, atom, named)
        return named
    assert isinstance(last, Apply | Call)
    outs = tuple(named if out == atom else out for out in last.outs)
    frame.builder.stmts[at] = replace(last, outs=outs)
    return named


def _rename_carried(frame: Frame, at: int, loop: For, old: Var, named: Var) -> None:
    """Rename what a loop has built: the list of a comprehension."""
    carried = tuple(replace(p, out=named) if p.out == old else p for p in loop.phis)
    (frame.builder.stmts[at],) = substitute(
        (replace(loop, phis=carried),), {old: named}
    )
    for cell, version in frame.state.heap.items():
        if version == old:
            frame.state.heap[cell] = named


def _defined_at(frame: Frame, atom: Atom) -> int | None:
    """The recent statement that binds a temporary which nothing has read yet."""
    if not isinstance(atom, Var) or atom.base:
        return None
    stmts = frame.builder.stmts
    for at in range(len(stmts) - 1, max(-1, len(stmts) - 65), -1):
        if isinstance(stmts[at], _CLAIMED) and atom in bound(stmts[at]):
            return at
        if any(atom in atoms(stmt) for stmt in walk((stmts[at],))):
            return None
    return None
