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
        self.partial = _partial(self.phis, _raised(body))

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


def _raised(body: Block) -> set[Var]:
    """The values that an arm does not define because it raises."""
    found: set[Var] = set()
    for stmt in walk(body):
        if isinstance(stmt, If):
            for arm in (stmt.then, stmt.orelse):
                last = arm[-1] if arm else None
                if isinstance(last, Apply) and last.op == "raise":
                    found.update(phi.out for phi in stmt.phis)
    return found


def _partial(found: dict[Var, Phi], raised: set[Var]) -> set[Var]:
    """The merged values that may be undefined: one of their ends is, or may be.

    What the front-end merges for itself, a `result`, is defined where it is read.
    """
    readers: dict[Var, list[Var]] = {}
    todo: list[Var] = []
    for phi in found.values():
        for end in (phi.first, phi.second):
            if end == UNDEF and phi.out not in raised:
                todo.append(phi.out)
            elif isinstance(end, Var):
                readers.setdefault(end, []).append(phi.out)
    partial: set[Var] = set()
    while todo:
        var = todo.pop()
        if var not in partial and var.base != "result":
            partial.add(var)
            todo += readers.get(var, [])
    return partial
