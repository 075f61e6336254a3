"""Expressions back to operations, in the order in which a person writes them.

Numerator and denominator apart, no negative powers and no factor of -1; constants
first, then numbers before arrays and cotangents before values; a difference starts
with its positive term, `p - y`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symdiff.ir.nodes import Const, Var
from symdiff.transform.symbolic_algebra import Algebra, Expr
from symdiff.transform.symbolic_pool import Node, Pool, is_scalar


@dataclass(slots=True)
class Printer:
    """Writes expressions of one block as nodes.

    `places` gives the order of the variables in the original; `cotangents` go first.
    """

    algebra: Algebra
    places: Mapping[int, int]
    cotangents: frozenset[int]
    grouped: bool
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        self.pool = self.algebra.pool

    def node(self, expr: Expr) -> int:
        """The node of an expression."""
        minus, node = self.signed(expr)
        return self.negated(node) if minus else node

    def negated(self, node: int) -> int:
        """`-node`."""
        return self.pool.node("neg", node)

    def signed(self, expr: Expr) -> tuple[bool, int]:
        """A sign, and the node of the rest."""
        if expr.is_Number:
            value = Fraction(int(expr.p), int(expr.q))
            return value < 0, self.constant(abs(value))
        if expr.is_Symbol:
            return False, self.algebra.nodes[expr]
        if expr.is_Add:
            return self.sum(expr)
        if expr.is_Pow and not expr.exp.is_negative:
            return False, self.power(expr.base, int(expr.exp))
        return self.product(expr)

    def sum(self, expr: Expr) -> tuple[bool, int]:
        """Positive terms first; if there are none, the sign stands outside."""
        parts = sorted((self.order(t), *self.signed(t)) for t in expr.args)
        plus = [node for _, minus, node in parts if not minus]
        less = [node for _, minus, node in parts if minus]
        outside = not plus
        if outside:
            plus, less = less, []
        total = plus[0]
        for node in plus[1:]:
            total = self.joined("add", total, node)
        for node in less:
            total = self.pool.node("sub", total, node)
        return outside, total

    def product(self, expr: Expr) -> tuple[bool, int]:
        """`2 * g * (p - y) / (3 * n)`."""
        factor = Fraction(1)
        top: list[tuple[Expr, int]] = []
        bottom: list[tuple[Expr, int]] = []
        for arg in expr.args if expr.is_Mul else (expr,):
            base, power = arg.as_base_exp()
            if arg.is_Number:
                factor *= Fraction(int(arg.p), int(arg.q))
            elif power.is_negative:
                bottom.append((base, -int(power)))
            else:
                top.append((base, int(power)))
        over, under = self.split(abs(factor), bool(bottom))
        more, above = self.factors(top)
        less, below = self.factors(bottom)
        minus = (factor < 0) ^ more ^ less
        at = next((k for k, part in enumerate(top) if _turns(*part)), None)
        if minus and at is not None:
            base, power = top[at]
            top[at] = -base, power
            more, above = self.factors(top)
            minus = not (factor < 0) ^ more ^ less
        if not below and under == 1:
            return minus, self.chain(over, above)
        return minus, self.quotient(over, above, self.chain(under, below))

    def quotient(self, over: Fraction, above: list[int], bottom: int) -> int:
        """Numerator over denominator; `grouped`, the numbers first: `u / s * x`."""
        types = self.pool.types
        scalar = [n for n in above if is_scalar(types[n])]
        arrays = [n for n in above if n not in scalar]
        if not (self.grouped and scalar and arrays and is_scalar(types[bottom])):
            return self.pool.node("truediv", self.chain(over, above), bottom)
        total = self.pool.node("truediv", self.chain(over, scalar), bottom)
        for node in arrays:
            total = self.joined("mul", total, node)
        return total

    def split(self, factor: Fraction, quotient: bool) -> tuple[Fraction, Fraction]:
        """The parts of a constant factor that go above and below the line."""
        whole = factor.denominator == 1
        binary = factor.denominator & (factor.denominator - 1) == 0
        floats = float in self.algebra.kinds.get(factor, ())
        if whole or floats or (binary and not quotient):
            return factor, Fraction(1)
        return Fraction(factor.numerator), Fraction(factor.denominator)

    def factors(self, parts: list[tuple[Expr, int]]) -> tuple[bool, list[int]]:
        """The factors of one side of the line in their order, and their common sign."""
        found = []
        minus = False
        for base, power in parts:
            less, node = self.signed(base)
            minus ^= less and power % 2 == 1
            found.append((self.order(base), self.raised(node, power)))
        return minus, [node for _, node in sorted(found)]

    def chain(self, factor: Fraction, nodes: list[int]) -> int:
        """A product from the left; with several numbers in it, those come first."""
        scalar = [n for n in nodes if is_scalar(self.pool.types[n])]
        arrays = [n for n in nodes if n not in scalar]
        if arrays and len(scalar) + (factor != 1) > 1:
            nodes = scalar + arrays
        if factor != 1 or not nodes:
            nodes = [self.constant(factor), *nodes]
        total = nodes[0]
        for node in nodes[1:]:
            total = self.joined("mul", total, node)
        return total

    def joined(self, op: str, a: int, b: int) -> int:
        """`a + b` or `a * b`, the other way round if that is there already."""
        turned = Node(op, (b, a)) in self.pool.index
        fresh = Node(op, (a, b)) not in self.pool.index
        return (
            self.pool.node(op, b, a) if turned and fresh else self.pool.node(op, a, b)
        )

    def power(self, base: Expr, exponent: int) -> int:
        """`base**exponent`; an even power takes no sign."""
        minus, node = self.signed(base)
        node = self.raised(node, exponent)
        return self.negated(node) if minus and exponent % 2 else node

    def raised(self, node: int, exponent: int) -> int:
        """`node**exponent`."""
        if exponent == 1:
            return node
        return self.pool.node("pow", node, self.pool.atom(Const(exponent)))

    def constant(self, value: Fraction) -> int:
        """A number in the kind in which the user wrote it: int, if nobody did."""
        kinds = self.algebra.kinds.get(value, set())
        if value.denominator != 1 or kinds == {float}:
            return self.pool.atom(Const(float(value)))
        return self.pool.atom(Const(int(value)))

    def order(self, expr: Expr) -> tuple[int, int, str]:
        """Where an operand stands: cotangents, values, sums, then plain numbers."""
        if expr.is_Number:
            return 3, 0, ""
        nodes = [self.algebra.nodes[s] for s in expr.free_symbols]
        place = min(self.places.get(n, len(self.places)) for n in nodes)
        name = min(self._name(n) for n in nodes)
        if any(n in self.cotangents for n in nodes):
            return 0, place, name
        return (2 if expr.is_Add else 1), place, name

    def _name(self, node: int) -> str:
        item = self.pool.items[node]
        return item.name if isinstance(item, Var) else repr(item)


def _turns(base: Expr, power: int) -> bool:
    """Whether a factor is a difference, which takes a sign up by turning round."""
    if not base.is_Add or power % 2 == 0:
        return False
    return any(t.could_extract_minus_sign() for t in base.args)
