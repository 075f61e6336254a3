"""Arrays that are stored into, and their way back.

A store overwrites a slot. `prepare` has saved the slot's old content before each
store; here the reverse sweep puts it back, so that what precedes the store in the
program finds in the reverse sweep the array as it was. All of this is dead code, and
dropped as such, where no derivative reads the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdiff.ir.nodes import Apply, For, If, Origin, Stmt, Var, While, bound, walk
from symdiff.ir.types import AnyType, Array

if TYPE_CHECKING:
    from symdiff.transform.adjoint.scope import Scope

STORES = ("setitem", "additem")


def is_store(stmt: Stmt | None) -> bool:
    """Whether the statement overwrites a part of an array."""
    return (
        isinstance(stmt, Apply)
        and stmt.op in STORES
        and isinstance(stmt.args[0], Var)
        and isinstance(stmt.args[0].type, Array | AnyType)
    )


class Stores:
    """Which version of an array comes from which by stores alone."""

    def __init__(self, definitions: dict[Var, Stmt], body: tuple[Stmt, ...]) -> None:
        """Look at every store of the function once."""
        self.definitions = definitions
        self.killed: dict[Var, list[Apply]] = {}
        self.slots: dict[Var, Var] = {}
        self._inside: dict[int, frozenset[Var]] = {}
        for stmt in walk(body):
            if isinstance(stmt, Apply) and is_store(stmt):
                source = stmt.args[0]
                assert isinstance(source, Var)
                self.killed.setdefault(source, []).append(stmt)

    def parent(self, var: Var) -> Var | None:
        """The version that `var` was made from by one store, `if` or loop."""
        made = self.definitions.get(var)
        if isinstance(made, Apply):
            source = made.args[0] if is_store(made) else None
            return source if isinstance(source, Var) else None
        if not isinstance(made, If | For | While):
            return None
        phi = next((p for p in made.phis if p.out == var), None)
        if phi is None:
            return None
        first, second = phi.first, phi.second
        if not isinstance(first, Var) or not isinstance(second, Var):
            return None
        inside = self._bound(made) - {var}
        if isinstance(made, If):
            before = self.root(first, inside)
            same = before == self.root(second, inside)
            return before if same and before not in inside else None
        stored = second != var and self.root(second, inside) == var
        return first if stored else None

    def _bound(self, region: Stmt) -> frozenset[Var]:
        if id(region) not in self._inside:
            found = frozenset(v for s in walk((region,)) for v in bound(s))
            self._inside[id(region)] = found
        return self._inside[id(region)]

    def root(self, var: Var, inside: frozenset[Var]) -> Var:
        """The version outside of a region, or at its head, that `var` goes back to."""
        while var in inside:
            before = self.parent(var)
            if before is None:
                return var
            var = before
        return var

    def intact(self, var: Var, region: Stmt | None = None) -> bool:
        """Whether no store, except in `region`, overwrites this version."""
        killers = self.killed.get(var, [])
        if region is None:
            return not killers
        own = {id(s) for s in walk((region,))}
        return all(id(k) in own for k in killers)


def restore(scope: Scope, stores: Stores, stmt: Apply, origin: Origin) -> None:
    """Put the overwritten slot back.

    u_1 = setitem(u, i, v)      →      u_2 = setitem(u_1, i, slot)
    """
    source, index = stmt.args[0], stmt.args[1]
    slot = stores.slots.get(stmt.out)
    after = scope.read(stmt.out)
    if slot is None or not isinstance(source, Var):
        return
    if after == stmt.out and not stores.intact(stmt.out):
        return
    scope.values[source] = scope.build.apply(
        "setitem",
        after,
        scope.read(index),
        slot,
        base=source.base,
        temp=False,
        origin=origin,
    )
