"""Expressions as shared nodes: what the simplifier compares, prices and prints.

Equal expressions are one node, so that what two results share is paid for once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from symdiff.analysis.builder import infer
from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import Array, Scalar, Type, rank

RATIONAL = frozenset(["add", "sub", "mul", "truediv", "neg", "pow"])
_PLAIN = {"iadd": "add", "isub": "sub", "divide": "truediv"}
_POWERS = range(-4, 9)
_ARRAY = 8.0
"""An operation on an array costs this many on numbers, whatever the array's size."""
_COST = {"add": 1.0, "sub": 1.0, "mul": 1.0, "neg": 1.0, "truediv": 1.5}


@dataclass(frozen=True, slots=True)
class Node:
    """A rational operation on earlier nodes."""

    op: str
    args: tuple[int, ...]


@dataclass(slots=True)
class Pool:
    """All nodes of one block; a node is known by its number."""

    items: list[Atom | Node] = field(default_factory=list)
    types: list[Type] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    index: dict[Atom | Node, int] = field(default_factory=dict)

    def atom(self, atom: Atom) -> int:
        """The node of a variable or constant."""
        return self._enter(atom, atom.type, 1)

    def node(self, op: str, *args: int) -> int:
        """The node of an operation."""
        key = Node(op, args)
        found = self.index.get(key)
        if found is not None:
            return found
        size = 1 + sum(self.sizes[a] for a in args)
        return self._enter(key, infer(op, tuple(map(self._as_atom, args)), ())[0], size)

    def _enter(self, item: Atom | Node, type: Type, size: int) -> int:
        found = self.index.get(item)
        if found is None:
            found = len(self.items)
            self.index[item] = found
            self.items.append(item)
            self.types.append(type)
            self.sizes.append(size)
        return found

    def _as_atom(self, node: int) -> Atom:
        item = self.items[node]
        return Var(f"{node}", self.types[node]) if isinstance(item, Node) else item

    def below(self, roots: Iterable[int], whole: Collection[int] = ()) -> list[int]:
        """Every node that the roots are made of, operands before operations.

        What nodes in `whole` are made of is left out.
        """
        seen: set[int] = set()
        todo = tops = list(roots)
        opened = set(tops)
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            item = self.items[at]
            if isinstance(item, Node) and (at in opened or at not in whole):
                todo.extend(item.args)
        return sorted(seen)

    def replaced(self, root: int, old: int, new: int) -> int:
        """The root with one node in the place of another."""
        found = {old: new}
        for n in self.below([root]):
            item = self.items[n]
            if n != old and isinstance(item, Node):
                args = tuple(found.get(a, a) for a in item.args)
                found[n] = n if args == item.args else self.node(item.op, *args)
        return found.get(root, root)

    def shared(self, roots: Iterable[int]) -> list[int]:
        """The operations that several others, or a root and others, are made of."""
        tops = list(roots)
        parents = Counter(tops)
        for n in self.below(tops):
            item = self.items[n]
            if isinstance(item, Node):
                parents.update(set(item.args))
        return [
            n
            for n in sorted(parents)
            if parents[n] > 1 and n not in tops and isinstance(self.items[n], Node)
        ]

    def terms(self, roots: Iterable[int]) -> list[int]:
        """The operations that the roots are sums of."""
        out: dict[int, None] = {}
        todo = list(roots)
        while todo:
            item = self.items[at := todo.pop()]
            if not isinstance(item, Node):
                continue
            if item.op in ("add", "sub", "neg"):
                todo.extend(item.args)
            else:
                out[at] = None
        return sorted(out)

    def leaves(self, roots: Iterable[int]) -> list[Var]:
        """The variables that the roots are made of."""
        found = (self.items[n] for n in self.below(roots))
        return [item for item in found if isinstance(item, Var)]

    def price(self, node: int) -> float:
        """What the operation itself costs; atoms are free."""
        item = self.items[node]
        if not isinstance(item, Node):
            return 0.0
        scalar = is_scalar(self.types[node])
        base = _COST.get(item.op)
        if base is None:
            power = self.items[item.args[1]]
            plain = isinstance(power, Const) and power.value == 2
            slow = isinstance(self.types[node], Array)
            base = 1.2 if plain else 12.0 if slow else 2.5
        return base if scalar else base * _ARRAY


def is_scalar(t: Type) -> bool:
    """Whether a value is known to be a number."""
    return isinstance(t, Scalar) or rank(t) == 0


def rational(stmt: Apply) -> bool:
    """Whether an operation is one of those that the simplifier works on."""
    if len(stmt.outs) != 1 or stmt.kwargs:
        return False
    if stmt.op in ("numpy.square", "numpy.reciprocal", "divide"):
        return True
    if stmt.op not in RATIONAL:
        return False
    return stmt.op != "pow" or exponent(stmt.args[1]) is not None


def exponent(atom: Atom) -> int | None:
    """A small constant whole exponent."""
    if isinstance(atom, Const) and type(atom.value) is int and atom.value in _POWERS:
        return atom.value
    return None


def as_node(pool: Pool, stmt: Apply, args: tuple[int, ...]) -> int:
    """The node of a rational operation whose operands are nodes already."""
    if stmt.op == "numpy.square":
        return pool.node("pow", args[0], pool.atom(Const(2)))
    if stmt.op == "numpy.reciprocal":
        return pool.node("truediv", pool.atom(Const(1)), args[0])
    return pool.node(_PLAIN.get(stmt.op, stmt.op), *args)
