"""Contributions of one line to one cotangent are written as one sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from symdiff.analysis.builder import infer
from symdiff.ir.core import AUGMENTED
from symdiff.ir.edit import reads
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
from symdiff.ir.types import Scalar
from symdiff.rules import registry
from symdiff.transform.adjoint.store import STORES
from symdiff.transform.algebra_forms import fits

_SUMS = {"iadd": "add", "isub": "sub"}
_TERMS = frozenset(
    ["mul", "truediv", "neg", "add", "sub", "matmul", "numpy.sum", "numpy.outer"]
)
_WIDTH = 56
"""About how many characters a joined sum may have."""


def sums(fn: Function, sweeps: Collection[str] = ("reverse",)) -> Function:
    """Join `x_bar = a * b` and `x_bar -= c * d` of one line of the user's.

        x_bar = mul(a, b)                      t = mul(a, b)
        u = mul(c, d)                  →       u = mul(c, d)
        x_bar_1 = isub(x_bar, u)               x_bar_1 = sub(t, u)

    Only where nothing in between does more than compute, and the line stays short.
    """
    uses = Counter(reads(fn.body))
    return replace(fn, body=_Joining(uses, sweeps).block(fn.body))


@dataclass(slots=True)
class _Joining:
    uses: Counter[Var]
    sweeps: Collection[str]

    def block(self, block: Block) -> Block:
        out: list[Stmt] = []
        places: dict[Var, int] = {}
        for stmt in block:
            if isinstance(stmt, Apply) and len(stmt.outs) == 1:
                stmt = self._joined(stmt, out, places)
                places[stmt.out] = len(out)
                out.append(stmt)
            else:
                out.append(self._region(stmt))
                if not isinstance(stmt, Apply) or stmt.op in STORES:
                    places.clear()
        return tuple(out)

    def _region(self, stmt: Stmt) -> Stmt:
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(stmt, then=self.block(then), orelse=self.block(orelse))
            case For(body=body):
                return replace(stmt, body=self.block(body))
            case While(head=head, body=body):
                return replace(stmt, head=self.block(head), body=self.block(body))
        return stmt

    def _joined(self, stmt: Apply, out: list[Stmt], places: dict[Var, int]) -> Apply:
        """The sum of a contribution and the one before it; that becomes a temporary."""
        if stmt.op in STORES or not _is_pure(stmt):
            places.clear()
        found = self._sum(stmt, out, places)
        if found.op in AUGMENTED and not isinstance(stmt.out.type, Scalar):
            places.clear()
        return found

    def _sum(self, stmt: Apply, out: list[Stmt], places: dict[Var, int]) -> Apply:
        if stmt.op not in _SUMS or stmt.origin.sweep not in self.sweeps:
            return stmt
        first, more = stmt.args
        at = places.get(first) if isinstance(first, Var) else None
        made = out[at] if at is not None else None
        if at is None or not isinstance(made, Apply) or not self._alike(made, stmt):
            return stmt
        if self._width(made.out, out, places) + self._width(more, out, places) > _WIDTH:
            return stmt
        term = replace(made.out, temp=True)
        out[at] = replace(made, outs=(term,))
        return replace(stmt, op=_SUMS[stmt.op], args=(term, more))

    def _alike(self, made: Apply, stmt: Apply) -> bool:
        """Whether two contributions come from one line, and nobody reads the first."""
        old = made.out
        alone = not old.temp and old.base == stmt.out.base and self.uses[old] == 1
        lines = [{s.line for s in part.origin.spans} for part in (made, stmt)]
        known = made.op in _TERMS and fits(old.type, stmt.out.type)
        (whole,) = infer(_SUMS[stmt.op], stmt.args, ())
        return alone and lines[0] == lines[1] and known and fits(whole, stmt.out.type)

    def _width(self, atom: Atom, out: list[Stmt], places: dict[Var, int]) -> int:
        """About how long a value is on the page."""
        total = 0
        todo = [atom]
        while todo and total <= _WIDTH:
            at = todo.pop()
            if isinstance(at, Const):
                total += len(at.name or repr(at.value))
                continue
            made = out[places[at]] if at in places else None
            inside = made is not None and (at.temp or at == atom)
            if isinstance(made, Apply) and inside and self.uses[at] == 1:
                total += 3 + len(made.op) * ("." in made.op)
                todo += made.args
            else:
                total += len(at.base)
        return total


def _is_pure(stmt: Apply) -> bool:
    entry = registry.find(stmt.op)
    return entry is not None and not entry.effect
