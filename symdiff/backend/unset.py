"""Variables that some path leaves without a value, and are yet passed on by a phi.

The IR may merge a value that does not exist as long as nobody reads it; Python may
not: `b = a` needs an `a`. The names of such variables start as None.
"""

from __future__ import annotations

from symdiff.backend.inline import Nesting
from symdiff.ir.nodes import UNDEF, Const, Function, Phi, Var, phis, walk


def uncertain(function: Function) -> set[str]:
    """The variables that may have no value."""
    return _reached(function, (UNDEF,))


def nullable(function: Function) -> set[str]:
    """The variables that may have no value, or None for one."""
    return _reached(function, (UNDEF, Const(None)))


def _reached(function: Function, ends: tuple[Const, ...]) -> set[str]:
    """The variables that one of the constants reaches through phis."""
    merged = [p for stmt in walk(function.body) for p in phis(stmt)]
    found = {p.out.name for p in merged if p.first in ends or p.second in ends}
    grows = bool(found)
    while grows:
        size = len(found)
        found |= {p.out.name for p in merged if _names(p) & found}
        grows = len(found) > size
    return found


def _names(phi: Phi) -> set[str]:
    return {a.name for a in (phi.first, phi.second) if isinstance(a, Var)}


def chosen(nesting: Nesting, names: set[str]) -> set[str]:
    """Those of the variables that are read by an `If` which is an expression."""
    merged = [p for stmt in nesting.choices.values() for p in stmt.phis]
    return {name for p in merged for name in _names(p) & names}
