"""Expressions that share operations: find, check and choose shorter forms of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from symdiff.ir.nodes import Apply, Atom, Var
from symdiff.ir.types import AnyType, Array, Scalar, Type, dtype_of
from symdiff.transform.algebra_forms import fits, same_dtype
from symdiff.transform.symbolic_algebra import Algebra, finite, forms
from symdiff.transform.symbolic_block import Region, promising
from symdiff.transform.symbolic_check import Check, agree, prepare
from symdiff.transform.symbolic_facts import Facts, Path
from symdiff.transform.symbolic_numbers import FLOATS
from symdiff.transform.symbolic_pool import Node, Pool, is_scalar, rational
from symdiff.transform.symbolic_print import Printer
from symdiff.transform.symbolic_relations import Relations

_RECORD = 3.0
"""What it costs to read a value that is not there any more."""
_NAME = 2.0
_LINE = 1.0
"""A named cotangent, and a line of its own, are worth this many operations."""
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
    """Roots of one block and what they are made of.

    `chosen` has the node that each root is to be computed by; `steps` are the
    replacements that led there, in order, and `found` the nodes that have new forms.
    """

    facts: Facts
    region: Region
    path: Path
    roots: list[Apply]
    budget: Budget
    chosen: list[int] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    found: set[int] = field(default_factory=set)
    members: dict[int, Apply] = field(default_factory=dict)
    reads: Counter[Var] = field(default_factory=Counter)
    penalty: float = 0.0

    def __post_init__(self) -> None:
        self.chosen = [self.region.nodes[r.out] for r in self.roots]
        for n in self.region.pool.below(self.chosen):
            stmt = self.region.statements.get(n)
            if stmt is not None:
                self.members[n] = stmt
                self.reads.update(a for a in stmt.args if isinstance(a, Var))

    def simplify(self) -> dict[int, int]:
        """The nodes of the block that have a shorter form, with the node of it.

        Tried are what several results share, the terms of the sums, and the results.
        """
        pool = self.region.pool
        tops = list(self.chosen)
        parts = {*pool.shared(tops), *pool.terms(tops), *tops}
        candidates = {n: self._candidates(n) for n in sorted(parts)}
        for _ in range(2):
            for node, others in candidates.items():
                self._improve(node, others)
        return {n: self._now(n, self.steps) for n in sorted(self.found)}

    def _improve(self, old: int, others: list[int]) -> None:
        """Take the cheapest form that costs less than what is chosen and is right."""
        pool = self.region.pool
        now = self._now(old, self.steps)
        price = self._total(self.chosen) + self.penalty
        trials = []
        for k, node in enumerate(others):
            chosen = [pool.replaced(n, now, node) for n in self.chosen]
            cost = self._total(chosen)
            if cost < price - 1e-9:
                cost += self._forgotten(chosen, [*self.steps, (now, node)])
                trials.append((cost, k, node, chosen))
        check: Check | None = None
        for cost, _, node, chosen in sorted(trials):
            if cost >= price - 1e-9:
                return
            if check is None:
                check = prepare(pool, self.facts, pool.leaves([old, *others]))
            if self._same_shape(old, node) and agree(check, old, node):
                self.chosen = chosen
                self.found.add(old)
                self.steps.append((now, node))
                self.penalty = self._forgotten(chosen, self.steps)
                return

    def _now(self, node: int, steps: list[tuple[int, int]]) -> int:
        """A node after the replacements."""
        for old, new in steps:
            node = self.region.pool.replaced(node, old, new)
        return node

    # ---- candidates

    def _candidates(self, node: int) -> list[int]:
        """Other nodes of the same value: every choice of leaves in every form."""
        pool = self.region.pool
        if pool.sizes[node] > _SMALL and not promising(pool, [node], self.facts):
            return []
        out: dict[int, None] = {}
        named = frozenset(n for n, s in self.members.items() if not s.out.temp)
        inside = named & set(pool.below([node])) - {node}
        for whole in (inside, frozenset[int]()) if inside else (inside,):
            for found in self._forms(node, whole):
                out[found] = None
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

    def _forms(self, node: int, whole: frozenset[int]) -> Iterator[int]:
        """A node in every form; named cotangents in `whole` are not looked into."""
        pool = self.region.pool
        algebra = Algebra(pool)
        below = pool.below([node], whole)
        if len(below) > self.budget.left:
            return
        self.budget.left -= len(below)
        leaves = [v for v in map(pool.items.__getitem__, below) if isinstance(v, Var)]
        if len(leaves) > _SYMBOLS:
            return
        printers = self._printers(algebra, node)
        leaves += self._quotients(leaves)
        seen = set()
        for values in Relations(self.facts, algebra, leaves).choices():
            expr = algebra.expression(node, values, whole)
            if expr in seen or not finite(expr) or len(expr.free_symbols) > _SYMBOLS:
                continue
            seen.add(expr)
            symbols = sorted(expr.free_symbols, key=str)
            linear = [s for s in symbols if self._is_cotangent(algebra.nodes[s])]
            for form in filter(finite, forms(expr, linear)):
                yield from (printer.node(form) for printer in printers)

    def _quotients(self, leaves: list[Var]) -> list[Var]:
        """The user's own names for products and quotients of temporaries: `exp / s`."""
        found = [v for leaf in leaves for v in self.facts.quotients.get(leaf, ())]
        new = dict.fromkeys(v for v in found if self.facts.readable(v))
        return [v for v in new if v not in leaves]

    def _printers(self, algebra: Algebra, node: int) -> list[Printer]:
        """Who writes the forms down; with numbers and arrays mixed, in two ways."""
        pool = self.region.pool
        places = {n: k for k, n in enumerate(self._appearance(node))}
        bars = frozenset(filter(self._is_cotangent, range(len(pool.items))))
        kinds = {is_scalar(v.type) for v in pool.leaves([node])}
        ways = (False, True) if len(kinds) > 1 else (False,)
        return [Printer(algebra, places, bars, grouped) for grouped in ways]

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

    def _is_cotangent(self, node: int) -> bool:
        item = self.region.pool.items[node]
        if isinstance(item, Var):
            return item in self.facts.cotangents
        return node in self.members and self.members[node].out in self.facts.cotangents

    # ---- price

    def _total(self, chosen: list[int]) -> float:
        """What the roots cost together, with what else is computed only for them."""
        pool = self.region.pool
        paid: set[Var] = set()
        leaves = sum(self._leaf(v, paid) for v in pool.leaves(chosen))
        return sum(map(pool.price, pool.below(chosen))) + leaves

    def _forgotten(self, chosen: list[int], steps: list[tuple[int, int]]) -> float:
        """What it costs the reader that a cotangent or a line's own part is gone."""
        nodes = set(self.region.pool.below(chosen))
        there: list[Apply] = []
        gone: list[Apply] = []
        for n, stmt in self.members.items():
            (there if self._now(n, steps) in nodes else gone).append(stmt)
        bases = {s.out.base for s in there}
        lost = [s.out.type for s in gone if not s.out.temp and s.out.base not in bases]
        lines = {_line(s) for s in there}
        other = {_line(s): s.out.type for s in gone if _line(s) not in lines}
        names = sum(_NAME * _weight(t) for t in lost)
        return names + sum(_LINE * _weight(t) for t in other.values())

    def _leaf(self, var: Var, paid: set[Var]) -> float:
        """The price of a leaf: to record it, or to compute it for nobody else."""
        weight = _weight(var.type)
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
            if made is None or made.op not in FLOATS or at in self.facts.cotangents:
                out.add(at)
            else:
                todo.extend(made.args)
        return out


def _weight(t: Type) -> float:
    """What an operation on a value of this type costs, more or less."""
    return 1.0 if is_scalar(t) else 8.0


def _line(stmt: Apply) -> int:
    """The line of the user's text that a statement comes from."""
    return stmt.origin.spans[0].line if stmt.origin.spans else 0
