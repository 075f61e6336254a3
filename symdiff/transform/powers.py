"""Powers of an array as products of lower powers of it, which are there anyway."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace

from symdiff.analysis.words import power_word
from symdiff.ir.edit import map_vars
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Stmt,
    Var,
    While,
)
from symdiff.ir.types import Array

_LARGEST = 16
"""Products of higher powers would round noticeably differently."""

_Key = tuple[Atom, int, str]
"""A base, an exponent, and the sweep that computes the power."""


def powers(fn: Function) -> Function:
    """Multiply lower powers, where NumPy would call the C library for each entry.

        x2 = x**2                          x2 = x**2
        x3 = x**3                →         x3 = x2 * x
        x5 = x**5                          x5 = x3 * x2

    A square is a product for NumPy already; a power that stands alone is left as it is
    written. Of float arrays only: whatever overflows, is lost or is not a number in a
    lower power is so in the higher one. Each sweep uses its own powers, so that
    nothing more is kept for the reverse sweep.
    """
    found = _Products()
    body = found.block(fn.body, ChainMap())
    if not found.named:
        return replace(fn, body=body)
    return replace(fn, body=map_vars(body, lambda v: found.named.get(v, v)))


@dataclass(slots=True)
class _Products:
    """What products have to be called: they no longer show which power they are."""

    named: dict[Var, Var] = field(default_factory=dict)

    def block(self, block: Block, known: ChainMap[_Key, Var]) -> Block:
        """A block, given the powers that are computed before it on every path."""
        out: list[Stmt] = []
        for stmt in block:
            match stmt:
                case Apply():
                    out.append(self._product(stmt, known))
                case If(then=then, orelse=orelse):
                    then = self.block(then, known.new_child())
                    orelse = self.block(orelse, known.new_child())
                    out.append(replace(stmt, then=then, orelse=orelse))
                case For(body=body):
                    body = self.block(body, known.new_child())
                    out.append(replace(stmt, body=body))
                case While(head=head, body=body):
                    # What a head computes is seen by the body as well.
                    inner = known.new_child()
                    head = self.block(head, inner)
                    out.append(replace(stmt, head=head, body=self.block(body, inner)))
                case _:
                    out.append(stmt)
        return tuple(out)

    def _product(self, stmt: Apply, known: MutableMapping[_Key, Var]) -> Apply:
        exponent = _exponent(stmt)
        if exponent is None:
            return stmt
        base, sweep = stmt.args[0], stmt.origin.sweep
        known.setdefault((base, exponent, sweep), stmt.out)
        # The halves nearest to each other round least often.
        for high in range((exponent + 1) // 2, exponent):
            low = exponent - high
            one = known.get((base, high, sweep))
            other = base if low == 1 else known.get((base, low, sweep))
            if one is not None and other is not None:
                self._name(stmt.out, base, exponent)
                return replace(stmt, op="mul", args=(one, other))
        return stmt

    def _name(self, out: Var, base: Atom, exponent: int) -> None:
        if out.temp and isinstance(base, Var) and not base.temp:
            word = power_word(base.base or base.name, exponent)
            self.named[out] = replace(out, base=word, temp=False)


def _exponent(stmt: Apply) -> int | None:
    """The exponent, 2 or more, of a whole power of a float array."""
    match stmt:
        case Apply(op="pow", outs=(out,), args=(base, Const(value=n)), kwargs=()):
            kind = base.type
            if not isinstance(kind, Array) or kind != out.type:
                return None
            real = kind.dtype is not None and kind.dtype[0] == "f"
            return n if real and type(n) is int and 2 <= n <= _LARGEST else None
    return None
