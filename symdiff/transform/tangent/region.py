"""Tangents through control flow: a phi of tangents beside each phi of values."""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, For, If, Phi, Target, Var, While, targets
from symdiff.transform.tangent.scope import Tangents, Visit, beside


def tangent_if(at: Tangents, stmt: If, build: Builder, visit: Visit) -> None:
    """Add tangents in both arms, and merge them.

    if c: y_1 = f(x)            if c: y_1 = f(x); y_dot_1 = ...
    else: y_2 = y        →      else: y_2 = y
    y_3 = phi(y_1, y_2)         y_3 = phi(y_1, y_2); y_dot_3 = phi(y_dot_1, y_dot)
    """
    live = [p for p in stmt.phis if p.out in at.active]
    arms: list[Builder] = []
    ends: list[list[Atom]] = []
    for n, block in enumerate((stmt.then, stmt.orelse)):
        inner = build.nested(beside(stmt.origin))
        visit(at, block, inner)
        inner.origin = beside(stmt.origin)
        ends.append([at.read(p.second if n else p.first, inner) for p in live])
        arms.append(inner)
    merged = []
    for phi, a, b in zip(live, *ends, strict=True):
        dot = at.fresh(phi.out, named=True)
        at.dots[phi.out] = dot
        merged.append(Phi(dot, a, b))
    then, orelse = (tuple(arm.stmts) for arm in arms)
    build.emit(replace(stmt, then=then, orelse=orelse, phis=(*stmt.phis, *merged)))


def tangent_for(at: Tangents, stmt: For, build: Builder, visit: Visit) -> None:
    """Carry tangents through a loop, and iterate over those of the items as well."""
    heads = _heads(at, stmt, build)
    target, iterable = stmt.target, stmt.iterable
    if any(v in at.active for v in targets(target)):
        target, iterable = _beside(at, target, iterable, build)
    inner = build.nested(beside(stmt.origin))
    visit(at, stmt.body, inner)
    phis = (*stmt.phis, *_ends(at, heads, stmt, inner))
    body = tuple(inner.stmts)
    build.emit(replace(stmt, target=target, iterable=iterable, phis=phis, body=body))


def tangent_while(at: Tangents, stmt: While, build: Builder, visit: Visit) -> None:
    """Carry tangents through a loop; its test has none."""
    heads = _heads(at, stmt, build)
    first, inner = (build.nested(beside(stmt.origin)) for _ in range(2))
    visit(at, stmt.head, first)
    visit(at, stmt.body, inner)
    phis = (*stmt.phis, *_ends(at, heads, stmt, inner))
    build.emit(
        replace(stmt, phis=phis, head=tuple(first.stmts), body=tuple(inner.stmts))
    )


Heads = list[tuple[Phi, Phi]]


def _heads(at: Tangents, stmt: For | While, build: Builder) -> Heads:
    """The phis of carried values with those of their tangents, still without an end."""
    out: Heads = []
    for phi in stmt.phis:
        if phi.out in at.active:
            first = at.read(phi.first, build)
            out.append((phi, Phi(at.fresh(phi.out, named=True), first, first)))
    for phi, head in out:
        at.dots[phi.out] = head.out
    return out


def _ends(
    at: Tangents, heads: Heads, stmt: For | While, inner: Builder
) -> tuple[Phi, ...]:
    inner.origin = beside(stmt.origin)
    return tuple(
        replace(head, second=at.read(phi.second, inner)) for phi, head in heads
    )


def _beside(
    at: Tangents, target: Target, iterable: Atom, build: Builder
) -> tuple[Target, Atom]:
    """The target and iterable of a loop that also runs over the tangents of the items.

    for x, y in zip(xs, ys)      →      for x, x_dot, y in zip(xs, xs_dot, ys)
    """
    made = at.definitions.get(iterable) if isinstance(iterable, Var) else None
    op = made.op if isinstance(made, Apply) else ""
    if isinstance(made, Apply) and isinstance(target, tuple):
        if op == "builtins.enumerate":
            index, item = target
            new, over = _beside(at, item, made.args[0], build)
            rest = (*made.args[1:], *(v for _, v in made.kwargs))
            return (index, new), build.apply(op, over, *rest)
        if op == "builtins.zip" and not made.kwargs and len(made.args) == len(target):
            pairs = zip(target, made.args, strict=True)
            return _zipped([p for t, a in pairs for p in _pair(at, t, a, build)], build)
    return _zipped(_pair(at, target, iterable, build), build)


def _zipped(pairs: list[tuple[Target, Atom]], build: Builder) -> tuple[Target, Atom]:
    over = build.apply("builtins.zip", *(a for _, a in pairs))
    return tuple(t for t, _ in pairs), over


def _pair(
    at: Tangents, target: Target, iterable: Atom, build: Builder
) -> list[tuple[Target, Atom]]:
    """An iterable with its target, and those of its tangent if it has one."""
    if not isinstance(iterable, Var) or iterable not in at.dots:
        return [(target, iterable)]
    return [(target, iterable), (_mirror(at, target), at.dots[iterable])]


def _mirror(at: Tangents, target: Target) -> Target:
    """The same target for tangents."""
    if isinstance(target, tuple):
        return tuple(_mirror(at, part) for part in target)
    dot = at.fresh(target, named=True)
    if target in at.active:
        at.dots[target] = dot
    return dot
