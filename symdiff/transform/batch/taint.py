"""Which values of a function get an axis for the directions: those that read a seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    If,
    Phi,
    Stmt,
    Var,
    While,
    atoms,
    bound,
    phis,
    walk,
)

ONLY_SHAPES = frozenset(
    {
        "numpy.shape",
        "numpy.size",
        "numpy.ndim",
        "builtins.len",
        "ndarray.shape",
        "ndarray.size",
        "ndarray.ndim",
        "ndarray.dtype",
    }
)
"""Operations whose result is the same for every direction."""


def tainted(block: Block, seeds: Iterable[Var]) -> frozenset[Var]:
    """What depends on the seeds, found by following the readings until none is new.

    y = sin(x)          x_dot → t, y_dot
    t = x_dot * 2
    y_dot = t * cos(x)
    """
    readers: dict[Var, list[tuple[Var, ...]]] = {}
    for stmt in walk(block):
        for found, outs in _flows(stmt):
            if isinstance(found, Var):
                readers.setdefault(found, []).append(outs)
    out: set[Var] = set()
    todo = list(seeds)
    while todo:
        var = todo.pop()
        if var not in out:
            out.add(var)
            todo += [v for outs in readers.get(var, ()) for v in outs]
    return frozenset(out)


def _flows(stmt: Stmt) -> Iterator[tuple[Atom, tuple[Var, ...]]]:
    """What the statement reads, each with what it makes of that."""
    match stmt:
        case Apply(op=op) if op in ONLY_SHAPES:
            return
        case Apply() | Call() | For():
            outs = tuple(bound(stmt))
            if isinstance(stmt, For):
                outs = tuple(v for v in outs if v not in {p.out for p in stmt.phis})
            yield from ((a, outs) for a in atoms(stmt))
        case If() | While():
            # What is decided by a seed has to be refused where it is met.
            yield from ((a, tuple(p.out for p in stmt.phis)) for a in atoms(stmt))
    for phi in phis(stmt):
        yield from _ends(phi)


def _ends(phi: Phi) -> Iterator[tuple[Atom, tuple[Var, ...]]]:
    yield phi.first, (phi.out,)
    yield phi.second, (phi.out,)
