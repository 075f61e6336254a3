"""Symbolic simplification of straight-line arithmetic in the reverse sweep."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import (
    NOWHERE,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Origin,
    Stmt,
    Var,
    While,
)
from symdiff.ir.types import Scalar
from symdiff.transform.algebra_forms import fits, names_of
from symdiff.transform.symbolic_block import Region, groups, promising, region
from symdiff.transform.symbolic_facts import Facts, Path, survey
from symdiff.transform.symbolic_group import Budget, Group
from symdiff.transform.symbolic_pool import Node

BUDGET = 600
"""How many operations of one function may be tried: it limits the compiler's time."""
_GROUP = 60
"""Groups with more operations than this are left alone."""


def symbolic(fn: Function) -> Function:
    """Shorten rational expressions of the reverse sweep, with the primal's relations.

        p = truediv(1, d)                  p = truediv(1, d)
        t = truediv(y, p)                  t = sub(p, y)
        u = truediv(q, r)                  a_bar = truediv(t, n)
        ...                         →
        a_bar = neg(v)

    (`d = 1 + exp(-a)`, `q = 1 - y`, `r = 1 - p`.) A form is kept only if it costs less,
    has the same shape and dtype, and is right wherever the old one was, at random,
    extreme and tied points. What is not needed any more is left to `dce`.
    """
    if not any(s.origin.sweep == "reverse" for s in fn.body):
        return fn
    main = _Pass(survey(fn), Builder(names_of(fn)))
    return replace(fn, body=main.block(fn.body, ()))


@dataclass(slots=True)
class _Pass:
    facts: Facts
    build: Builder
    budget: Budget = field(default_factory=lambda: Budget(BUDGET))
    found: dict[Var, int] = field(default_factory=dict)

    def block(self, block: Block, path: Path) -> Block:
        here = region(block, self.facts)
        shorter: dict[int, int] = {}
        for roots in groups(here):
            shorter.update(self.group(here, roots, path))
        stmts = tuple(self.inside(stmt, path) for stmt in block)
        return self.rebuilt(stmts, here, shorter) if shorter else stmts

    def group(self, here: Region, roots: list[Apply], path: Path) -> dict[int, int]:
        tops = [here.nodes[r.out] for r in roots]
        count = sum(isinstance(here.pool.items[n], Node) for n in here.pool.below(tops))
        if count > _GROUP or not self.budget.left:
            return {}
        if not promising(here.pool, tops, self.facts):
            return {}
        return Group(self.facts, here, path, roots, self.budget).simplify()

    def inside(self, stmt: Stmt, path: Path) -> Stmt:
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(
                    stmt,
                    then=self.block(then, (*path, (id(stmt), 0))),
                    orelse=self.block(orelse, (*path, (id(stmt), 1))),
                )
            case For(body=body):
                return replace(stmt, body=self.block(body, (*path, (id(stmt), 0))))
            case While(head=head, body=body):
                return replace(
                    stmt,
                    head=self.block(head, (*path, (id(stmt), 0))),
                    body=self.block(body, (*path, (id(stmt), 1))),
                )
        return stmt

    # ---- the new statements

    def rebuilt(self, block: Block, here: Region, shorter: dict[int, int]) -> Block:
        """The block with each shortened value computed where the old one was."""
        out: list[Stmt] = []
        known: dict[int, Atom] = {}
        for stmt in block:
            if not isinstance(stmt, Apply) or len(stmt.outs) != 1:
                out.append(stmt)
                continue
            node = here.nodes.get(stmt.out)
            if node is None:
                out.append(stmt)
                continue
            if node in shorter:
                self.build.origin = _origin(here, node)
                out += self.emit(here, shorter[node], stmt, known)
            else:
                out.append(stmt)
            known.setdefault(node, stmt.out)
        return tuple(out)

    def emit(
        self, here: Region, root: int, stmt: Apply, known: dict[int, Atom]
    ) -> list[Stmt]:
        """The operations of a node, the last of which binds what `stmt` bound."""
        self.build.stmts = []
        pool = here.pool
        for n in pool.below([root]):
            item = pool.items[n]
            if not isinstance(item, Node):
                known[n] = item
            elif n not in known and n != root:
                op = _operation(here, item)
                known[n] = self.build.apply(op, *(known[a] for a in item.args))
        item = pool.items[root]
        if root in known or not isinstance(item, Node):
            made = Apply(stmt.outs, "same", (known[root],), (), self.build.origin)
        else:
            args = tuple(known[a] for a in item.args)
            op = _operation(here, item)
            op = f"i{op}" if op in ("add", "sub") and _grows(args[0], stmt) else op
            made = Apply(stmt.outs, op, args, (), self.build.origin)
            known[root] = stmt.out
        return [*self.build.stmts, made]


def _grows(first: Atom, stmt: Apply) -> bool:
    """Whether a sum goes on with the same cotangent: `x_bar += ...`."""
    if not isinstance(first, Var) or first.temp or first.base != stmt.out.base:
        return False
    return stmt.op in ("iadd", "isub") and fits(first.type, stmt.out.type)


def _operation(here: Region, item: Node) -> str:
    """The name of an operation: a division that must not raise is the helper's."""
    if item.op != "truediv" or not here.safe or item.args[1] in here.divisors:
        return item.op
    types = [here.pool.types[a] for a in item.args]
    python = all(isinstance(t, Scalar) and t.python for t in types)
    bottom = here.pool.items[item.args[1]]
    return "divide" if python and not isinstance(bottom, Const) else item.op


def _origin(here: Region, root: int) -> Origin:
    """Where the operations of a node come from, all together."""
    out = NOWHERE
    for n in here.pool.below([root]):
        stmt = here.statements.get(n)
        if stmt is not None:
            out = stmt.origin if out is NOWHERE else out.join(stmt.origin)
    return out
