"""Values that a path does not define, where the reverse sweep needs them all the same.

A value that only some paths define has a cotangent on all of them, which is zero on
those; but there the value cannot be asked for its shape. Nor can it be recorded in
every iteration if the first one finds it undefined. So it gets a shadow:

    if c:                              if c:
        y = 2 * d                          y = 2 * d
                              →            y_like = y
                                       else:
                                           y_like = 0.0

On a path without the value nobody reads it or its cotangent, so any zero will do. The
value itself stays undefined: reading it raises the program's own `UnboundLocalError`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symdiff.analysis.builder import Names
from symdiff.ir.edit import substitute
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Phi,
    Stmt,
    Var,
    While,
    atoms,
    phis,
    walk,
)
from symdiff.ir.types import List, Scalar, Tuple, Type
from symdiff.transform.undefined import undefined

ZEROS = ("numpy.zeros_like", "zeros")
"""What makes a zero cotangent in the shape of a value."""


class Shadows:
    """The shadows of one function, made when they are asked for.

    The reverse sweep refers to those in `read` in place of their values.
    """

    def __init__(self, body: Block, names: Names) -> None:
        """Look for the values of `body` that may be undefined."""
        self.names = names
        self.made: dict[Var, Var] = {}
        self.read: dict[Var, Var] = {}
        self.phis = {phi.out: phi for stmt in walk(body) for phi in phis(stmt)}
        self.partial = undefined(body)

    def of(self, var: Var) -> Var:
        """What is as a value where that is defined, and is always defined."""
        if var not in self.partial:
            return var
        if var not in self.made:
            base = f"{var.base}_like" if var.base else ""
            self.made[var] = Var(self.names.take(base), var.type, base, var.temp)
        return self.made[var]

    def zeros(self, block: Block) -> Block:
        """Make the zeros of the reverse sweep in the shape of the shadows.

        What a block reads besides is defined in it. A value with a shadow is read
        through that everywhere, so that one of the two is recorded.
        """
        block = self._zeros(block)
        self.read = dict(self.made)
        return substitute(block, self.read)

    def _zeros(self, block: Block) -> Block:
        plain = [s for s in block if isinstance(s, Apply) and s.op not in ZEROS]
        defined = {a for s in plain for a in atoms(s)}
        return tuple(self._zero(stmt, defined) for stmt in block)

    def _zero(self, stmt: Stmt, defined: set[Atom]) -> Stmt:
        match stmt:
            case Apply(op=op, args=(Var() as var, *rest)) if op in ZEROS:
                found = var if var in defined else self.of(var)
                return replace(stmt, args=(found, *rest))
            case If(then=then, orelse=orelse):
                return replace(stmt, then=self._zeros(then), orelse=self._zeros(orelse))
            case For(body=body):
                return replace(stmt, body=self._zeros(body))
        return stmt

    def insert(self, body: Block) -> Block:
        """Bind the shadows that were asked for beside their values."""
        todo = list(self.made)
        while todo:
            phi = self.phis[todo.pop()]
            for end in (phi.first, phi.second):
                if isinstance(end, Var) and end in self.partial - self.made.keys():
                    self.of(end)
                    todo.append(end)
        return self._block(body) if self.made else body

    def _stmt(self, stmt: Stmt) -> Stmt:
        if not isinstance(stmt, If | For | While):
            return stmt
        more = (self._phi(phi) for phi in stmt.phis if phi.out in self.made)
        merged = (*stmt.phis, *more)
        match stmt:
            case If(then=then, orelse=orelse):
                arms = self._block(then), self._block(orelse)
                return replace(stmt, then=arms[0], orelse=arms[1], phis=merged)
            case While(head=head, body=body):
                parts = self._block(head), self._block(body)
                return replace(stmt, head=parts[0], body=parts[1], phis=merged)
        return replace(stmt, body=self._block(stmt.body), phis=merged)

    def _block(self, block: Block) -> Block:
        return tuple(map(self._stmt, block))

    def _phi(self, phi: Phi) -> Phi:
        first, second = (self._end(end, phi) for end in (phi.first, phi.second))
        return Phi(self.made[phi.out], first, second)

    def _end(self, end: Atom, phi: Phi) -> Atom:
        if end == UNDEF:
            return _nothing(phi.out.type)
        return self.of(end) if isinstance(end, Var) else end


def _nothing(kind: Type) -> Const:
    """A value that has no shape, in a tuple of the right length; it can be copied."""
    match kind:
        case Scalar():
            return Const(0.0)
        case List():
            return Const(())
        case Tuple(items=items):
            return Const(tuple(_nothing(item).value for item in items))
    return Const(np.float64(0.0))
