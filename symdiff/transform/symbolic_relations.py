"""How the primal's own code relates the leaves of a block, as sympy expressions.

For `p = 1 / (1 + exp(-a))` with leaves `p`, `d = 1 + e` and `e = exp(-a)`: `d` is
`1 / p` and `e` is `(1 - p) / p`, so that only `p` is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.transform.symbolic_algebra import (
    Algebra,
    Expr,
    finite,
    operate,
    solve_for,
)
from symdiff.transform.symbolic_facts import Facts
from symdiff.transform.symbolic_pool import rational

Values = dict[Var, Expr]
_DEPTH = 24
"""How many of the primal's operations are looked through for one block."""


@dataclass(slots=True)
class Relations:
    """The leaves of one block and what else may be read there."""

    facts: Facts
    algebra: Algebra
    leaves: list[Var]
    looked: dict[tuple[Var, bool], Expr] = field(default_factory=dict)

    def choices(self) -> Iterator[Values]:
        """What leaves may be replaced by, least first; no two the same."""
        seen: list[Values] = [{}]
        yield {}
        for named in (False, True):
            self.looked.clear()
            found = self._definitions(named)
            for values in (found, self._solved(found)):
                if values not in seen:
                    seen.append(values)
                    yield values

    def _definitions(self, named: bool) -> Values:
        """Leaves by their definitions: temporaries, and named values if `named`."""
        out: Values = {}
        for var in self.leaves:
            found = self._look(var, named)
            if found != self._symbol(var):
                out[var] = found
        return out

    def _look(self, var: Var, named: bool) -> Expr:
        """A value in terms of those that it is rationally computed from."""
        key = var, named
        if key in self.looked:
            return self.looked[key]
        self.looked[key] = self._symbol(var)
        made = self._definition(var, named)
        if made is not None and len(self.looked) < _DEPTH:
            found = operation(made, [self._read(a, named) for a in made.args])
            if finite(found):
                self.looked[key] = found
        return self.looked[key]

    def _definition(self, var: Var, named: bool) -> Apply | None:
        made = self.facts.definitions.get(var)
        if made is None or not rational(made) or var in self.facts.cotangents:
            return None
        if not (named or var.temp):
            return None
        args = [a for a in made.args if isinstance(a, Var)]
        known = set(self.leaves)
        return made if all(a in known or self.facts.readable(a) for a in args) else None

    def _read(self, atom: Atom, named: bool) -> Expr:
        if isinstance(atom, Var):
            return self._look(atom, named)
        return self.algebra.expression(self.algebra.pool.atom(atom), {})

    def _symbol(self, var: Var) -> Expr:
        return self.algebra.symbol(self.algebra.pool.atom(var))

    # ---- the other way round

    def _solved(self, found: Values) -> Values:
        """The same, after solving for values that are leaves only because of others."""
        values = dict(found)
        for var in self._inner(found):
            pivot = self._pivot(var, found)
            if pivot is None:
                continue
            top, right = pivot
            solution = solve_for(self._symbol(var), self._symbol(top), right)
            if solution is None or not finite(solution):
                continue
            old = self._symbol(var)
            values = {v: e.subs(old, solution) for v, e in values.items() if v != top}
            values[var] = solution
        return values if all(map(finite, values.values())) else dict(found)

    def _inner(self, found: Values) -> list[Var]:
        """Temporaries of the primal that the leaves are left to depend on."""
        exprs = [*found.values(), *map(self._symbol, self.leaves)]
        items = self.algebra.pool.items
        nodes = sorted({self.algebra.nodes[s] for e in exprs for s in e.free_symbols})
        inner = [items[n] for n in nodes]
        return [
            v
            for v in inner
            if isinstance(v, Var)
            and v.temp
            and v in self.facts.definitions
            and v not in self.facts.cotangents
            and v not in found
        ]

    def _pivot(self, var: Var, found: Values) -> tuple[Var, Expr] | None:
        """The leaf to keep instead of `var`: a named one, else the last in order."""
        symbol = self._symbol(var)
        best: tuple[tuple[bool, int], Var, Expr] | None = None
        for leaf in self.leaves:
            if leaf == var or leaf in self.facts.cotangents:
                continue
            right = found.get(leaf)
            if right is None:
                right = self._by_definition(leaf)
            if right is None or symbol not in right.free_symbols:
                continue
            rank = (not leaf.temp, self.facts.order.get(leaf, 0))
            if best is None or rank > best[0]:
                best = rank, leaf, right
        return None if best is None else (best[1], best[2])

    def _by_definition(self, var: Var) -> Expr | None:
        """A named leaf by its definition, whose operands are looked through."""
        made = self._definition(var, True)
        if made is None:
            return None
        right = operation(made, [self._read(a, False) for a in made.args])
        return right if finite(right) else None


def operation(made: Apply, args: list[Expr]) -> Expr:
    """A rational operation of the primal on expressions."""
    match made.op:
        case "numpy.square":
            return args[0] ** 2
        case "numpy.reciprocal":
            return 1 / args[0]
        case "pow":
            power = made.args[1]
            assert isinstance(power, Const)
            return args[0] ** power.value
    return operate("truediv" if made.op == "divide" else made.op, args)
