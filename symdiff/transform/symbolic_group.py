"""Expressions that share operations: find, check and choose shorter forms of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from symdiff.ir.nodes import Apply, Atom, Var
from symdiff.ir.types import AnyType, Array, Scalar, dtype_of
from symdiff.transform.algebra_forms import fits, same_dtype
from symdiff.transform.symbolic_algebra import Algebra, Expr, finite, forms
from symdiff.transform.symbolic_block import Region, promising
from symdiff.transform.symbolic_check import Check, agree, prepare
from symdiff.transform.symbolic_facts import Facts, Path
from symdiff.transform.symbolic_numbers import FLOATS
from symdiff.transform.symbolic_pool import Node, Pool, is_scalar, rational
from symdiff.transform.symbolic_print import Printer
from symdiff.transform.symbolic_relations import Relations, Values

_RECORD = 3.0
"""What it costs to read a value that is not there any more."""
_SMALL = 12
"""Nodes up to this size are tried even where nothing seems to cancel."""
_SYMBOLS = 12
"""Expressions in more variables than this are left alone."""


@dataclass(slots=True)
class Budget:
    """How many operations may still be tried: a limit on the compiler's time."""

    left: int


@dataclass(slots=True)
class Group:
    """Roots of one block, and the node that each of them is to be computed by."""

    facts: Facts
    region: Region
    path: Path
    roots: list[Apply]
    budget: Budget
    chosen: dict[Var, int] = field(default_factory=dict)
    reads: Counter[Var] = field(default_factory=Counter)
    checks: dict[int, Check] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chosen = {r.out: self.region.nodes[r.out] for r in self.roots}
        pool = self.region.pool
        for n in pool.below(self.chosen.values()):
            stmt = self.region.statements.get(n)
            for arg in stmt.args if stmt is not None else ():
                if isinstance(arg, Var):
                    self.reads[arg] += 1

    def simplify(self) -> dict[Var, int]:
        """The roots that have a shorter form, with the node of it."""
        old = dict(self.chosen)
        for node in self.region.pool.shared(self.chosen.values()):
            self._improve(node, None, self._candidates(node))
        candidates = {v: self._candidates(n) for v, n in old.items()}
        for _ in range(2):
            for var, found in candidates.items():
                self._improve(old[var], var, found)
        return {v: n for v, n in self.chosen.items() if n != old[v]}

    def _improve(self, old: int, root: Var | None, found: list[int]) -> None:
        """Take the cheapest candidate that costs less than what is chosen and is right.

        A node that several roots share is replaced in all of them.
        """
        pool = self.region.pool
        now = self._total(self.chosen)
        trials = []
        for k, node in enumerate(found):
            trial = self._with(old, node, root)
            trials.append((self._total(trial), k, node, trial))
        for price, _, node, trial in sorted(trials, key=lambda t: t[:2]):
            if price >= now - 1e-9:
                return
            if old not in self.checks:
                self.checks[old] = prepare(pool, self.facts, pool.leaves([old, *found]))
            if self._same_shape(old, node) and agree(self.checks[old], old, node):
                self.chosen = trial
                return

    def _with(self, old: int, new: int, root: Var | None) -> dict[Var, int]:
        """The roots with another node for one of them, or for what they share."""
        if root is not None:
            return {**self.chosen, root: new}
        pool = self.region.pool
        return {v: pool.replaced(n, old, new) for v, n in self.chosen.items()}

    # ---- candidates

    def _candidates(self, node: int) -> list[int]:
        """Other nodes of the same value: every choice of leaves in every form."""
        pool = self.region.pool
        if pool.sizes[node] > _SMALL and not promising(pool, [node], self.facts):
            return []
        if pool.sizes[node] > self.budget.left:
            return []
        self.budget.left -= pool.sizes[node]
        algebra = Algebra(pool)
        leaves = pool.leaves([node])
        if len(leaves) > _SYMBOLS:
            return []
        relations = Relations(self.facts, algebra, leaves)
        out: dict[int, None] = {}
        for values in relations.choices():
            for expr in self._forms(algebra, node, values):
                for grouped in (False, True):
                    out[self._printer(algebra, node, grouped).node(expr)] = None
        out.pop(node, None)
        old = frozenset(pool.below([node]))
        return [n for n in out if self._sound(n, old)]

    def _sound(self, node: int, old: frozenset[int]) -> bool:
        """Whether no new operation is one of logic, or may overflow an integer."""
        pool = self.region.pool
        for n in pool.below([node]):
            if n in old or not isinstance(pool.items[n], Node):
                continue
            dtype = dtype_of(pool.types[n])
            whole = dtype is not None and dtype[0] in "iu"
            if dtype == "b1" or (whole and isinstance(pool.types[n], Array)):
                return False
        return True

    def _forms(self, algebra: Algebra, node: int, values: Values) -> Iterator[Expr]:
        expr = algebra.expression(node, values)
        if not finite(expr) or len(expr.free_symbols) > _SYMBOLS:
            return
        linear = [
            s
            for s in sorted(expr.free_symbols, key=str)
            if self._is_cotangent(algebra.pool.items[algebra.nodes[s]])
        ]
        for form in forms(expr, linear):
            if finite(form):
                yield form

    def _printer(self, algebra: Algebra, node: int, grouped: bool) -> Printer:
        places = {n: k for k, n in enumerate(self._appearance(node))}
        items = enumerate(self.region.pool.items)
        bars = frozenset(n for n, item in items if self._is_cotangent(item))
        return Printer(algebra, places, bars, grouped)

    def _appearance(self, root: int) -> list[int]:
        """The nodes below a root in the order in which they are read, left to right."""
        pool = self.region.pool
        seen: dict[int, None] = {}
        todo = [root]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen[at] = None
                todo.extend(reversed(getattr(pool.items[at], "args", ())))
        return list(seen)

    def _is_cotangent(self, item: object) -> bool:
        return isinstance(item, Var) and item in self.facts.cotangents

    # ---- price

    def _total(self, chosen: dict[Var, int]) -> float:
        """What the roots cost together, with what else is computed only for them."""
        pool = self.region.pool
        nodes = pool.below(chosen.values())
        total = sum(map(pool.price, nodes))
        paid: set[Var] = set()
        for var in pool.leaves(chosen.values()):
            total += self._leaf(var, paid)
        return total

    def _leaf(self, var: Var, paid: set[Var]) -> float:
        """The price of a leaf: to record it, or to compute it for nobody else."""
        weight = 1.0 if is_scalar(var.type) else 8.0
        if not self.facts.dominates(var, self.path):
            return _RECORD * weight
        total = 0.0
        todo = [(var, self.reads[var])]
        while todo:
            at, count = todo.pop()
            made = self.facts.definitions.get(at)
            alone = self.facts.uses[at] <= count and at not in paid
            if made is None or not alone or made.op not in FLOATS:
                continue
            paid.add(at)
            total += weight * (1.5 if rational(made) else 12.0)
            todo.extend((a, 1) for a in made.args if isinstance(a, Var))
        return total

    # ---- shape

    def _same_shape(self, old: int, new: int) -> bool:
        """Whether the new form has the type of the old, by types or by its leaves."""
        pool = self.region.pool
        have, want = pool.types[new], pool.types[old]
        if fits(have, want):
            return True
        known = not isinstance(want, AnyType) and not isinstance(have, AnyType)
        if known and not same_dtype(have, want):
            return False
        return self._support(pool, old) == self._support(pool, new)

    def _support(self, pool: Pool, node: int) -> set[Var]:
        """The values that the shape of an expression comes from."""
        out: set[Var] = set()
        todo: list[Atom] = list(pool.leaves([node]))
        seen: set[Atom] = set()
        while todo:
            at = todo.pop()
            if at in seen or not isinstance(at, Var) or isinstance(at.type, Scalar):
                continue
            seen.add(at)
            made = self.facts.definitions.get(at)
            if made is None or made.op not in FLOATS or self._is_cotangent(at):
                out.add(at)
            else:
                todo.extend(made.args)
        return out
