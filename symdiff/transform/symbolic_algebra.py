"""Nodes as sympy expressions, and the equivalent forms of one that may be shorter.

sympy is imported when the first block asks for it. Variables, and constants that are
no small fractions, are plain symbols to it; only rational functions of them are built.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symdiff.ir.nodes import Const, Var
from symdiff.transform.symbolic_pool import Node, Pool

Expr = Any
"""A sympy expression; its classes carry no types."""

_VARIABLES = 8
"""Fractions in more variables than this are not cancelled."""
_MONOMIALS = 2000
"""Expressions that have more terms than this, multiplied out, are not."""
_TERMS = 12
"""Numerators with more terms than this are not factored."""


@dataclass(slots=True)
class Algebra:
    """The symbols of one block; `kinds` says which numbers the user wrote as floats."""

    pool: Pool
    symbols: dict[int, Expr] = field(default_factory=dict)
    nodes: dict[Expr, int] = field(default_factory=dict)
    kinds: dict[Fraction, set[type]] = field(default_factory=dict)

    def symbol(self, node: int) -> Expr:
        """The symbol that stands for an atom."""
        from sympy import Symbol

        if node not in self.symbols:
            made = Symbol(f"v{len(self.symbols)}", real=True)
            self.symbols[node] = made
            self.nodes[made] = node
        return self.symbols[node]

    def expression(
        self, root: int, values: Mapping[Var, Expr], whole: Collection[int] = ()
    ) -> Expr:
        """A node as an expression, with `values` for some of its leaves.

        Nodes in `whole` are not looked into: each is a symbol.
        """
        found: dict[int, Expr] = {}
        for n in self.pool.below([root], whole):
            item = self.pool.items[n]
            if n in whole and n != root:
                found[n] = self.symbol(n)
            elif isinstance(item, Node):
                found[n] = operate(item.op, [found[a] for a in item.args])
            elif isinstance(item, Var) and item in values:
                found[n] = values[item]
            else:
                found[n] = self._leaf(n, item)
        return found[root]

    def _leaf(self, node: int, item: Var | Const) -> Expr:
        value = small_fraction(item) if isinstance(item, Const) else None
        if value is None:
            return self.symbol(node)
        from sympy import Rational

        assert isinstance(item, Const)
        self.kinds.setdefault(abs(value), set()).add(type(item.value))
        return Rational(value.numerator, value.denominator)


def small_fraction(const: Const) -> Fraction | None:
    """The exact value of a literal, if it is an int or a short binary fraction."""
    value = const.value
    if const.name or type(value) not in (int, float) or value != value:
        return None
    if abs(value) > 1e6:
        return None
    exact = Fraction(value)
    return exact if exact.denominator <= 1024 else None


def operate(op: str, args: list[Expr]) -> Expr:
    """A rational operation on expressions."""
    match op:
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "mul":
            return args[0] * args[1]
        case "truediv":
            return args[0] / args[1]
        case "neg":
            return -args[0]
    return args[0] ** args[1]


def finite(expr: Expr) -> bool:
    """Whether no division by an exact zero went into an expression."""
    from sympy import S

    return not expr.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity)


def solve_for(symbol: Expr, left: Expr, right: Expr) -> Expr | None:
    """The value of `symbol` where `left = right`, if it occurs linearly."""
    from sympy import Poly, cancel, fraction, together

    top, _ = fraction(together(left - right))
    poly = Poly(top, symbol)
    if poly.degree() != 1:
        return None
    slope, rest = poly.all_coeffs()
    return cancel(-rest / slope)


def forms(expr: Expr, linear: list[Expr]) -> Iterator[Expr]:
    """Equivalent forms; what occurs only as a whole term is left out of them.

    `linear` are the symbols of cotangents: collecting by them is one of the forms.
    """
    from sympy import Add, S

    terms = Add.make_args(expr)
    alone = [t for t in terms if _stands_alone(t, terms)]
    if alone and len(alone) < len(terms):
        carried = Add(*alone)
        rest = Add(*(t for t in terms if t not in alone))
    else:
        carried, rest = S.Zero, expr
    for form in _shorter(rest, linear):
        yield carried + form if carried else form


def common_factor(expr: Expr) -> Expr:
    """A sum with what all its terms are multiplied or divided by in front."""
    from sympy import Add, Mul

    terms = [t.as_powers_dict() for t in Add.make_args(expr)]
    if len(terms) < 2:
        return expr
    shared = []
    for base in terms[0]:
        powers = [t.get(base, 0) for t in terms]
        if base.is_Number or not all(p.is_Integer for p in powers if p != 0):
            continue
        if all(p > 0 for p in powers) or all(p < 0 for p in powers):
            shared.append(base ** min(powers, key=abs))
    front = Mul(*shared)
    rest = Add(*(t / front for t in Add.make_args(expr)))
    return Mul(*shared, rest) if shared else expr


def _stands_alone(term: Expr, terms: tuple[Expr, ...]) -> bool:
    core = -term if term.could_extract_minus_sign() else term
    if not core.is_Symbol:
        return False
    return not any(core in t.free_symbols for t in terms if t is not term)


def _shorter(expr: Expr, linear: list[Expr]) -> Iterator[Expr]:
    from sympy import Add, cancel, expand, factor, fraction, gcd_terms, together

    yield expr
    yield common_factor(expr)
    above, below = monomials(expr)
    if max(above, below) > _MONOMIALS:
        return
    yield gcd_terms(expr)
    if len(expr.free_symbols) > _VARIABLES:
        return
    short = cancel(together(expr))
    yield short
    top, bottom = fraction(short)
    if len(Add.make_args(expand(top))) <= _TERMS:
        yield factor(short)
        yield factor(top) / bottom
    parts = [(g, expr.coeff(g)) for g in linear if expr.has(g)]
    if len(parts) > 1 and expand(expr - sum(g * c for g, c in parts)) == 0:
        yield Add(*(g * factor(cancel(c)) for g, c in parts))


def monomials(expr: Expr) -> tuple[float, float]:
    """How many terms numerator and denominator have at most when multiplied out."""
    if expr.is_Pow:
        above, below = monomials(expr.base)
        power = abs(int(expr.exp))
        pair = min(above, 1e9) ** power, min(below, 1e9) ** power
        return pair[::-1] if expr.exp.is_negative else pair
    if not expr.is_Mul and not expr.is_Add:
        return 1.0, 1.0
    parts = [monomials(a) for a in expr.args]
    below = math.prod(b for _, b in parts)
    if expr.is_Mul:
        return math.prod(a for a, _ in parts), below
    return sum(a * below / b for a, b in parts), below
