"""Reverse a loop: the iterations last to first, with the cotangents carried backwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Origin,
    Phi,
    Target,
    Var,
    While,
    atoms,
    bound,
    phis,
    targets,
    walk,
)
from symdiff.ir.types import INT
from symdiff.transform.adjoint.scope import Bar, Scope, backward, cotangent_type

Visit = Callable[[Scope, Block], None]


def reverse_for(scope: Scope, stmt: For, visit: Visit) -> None:
    """Reverse a `for`; `record` turns its iterable round.

    for i in over:                  for i in over (reversed):
        h = phi(h_0, h_1)               h_bar = phi(h_bar_0, h_bar_2)
        h_1 = f(h, w)          →        w_bar = phi(w_bar_0, w_bar_1)
                                        w_bar_1 = w_bar + ...
                                        h_bar_2 = ...
    """
    origin = backward(stmt.origin)
    inner = Scope(scope.sweep, scope)
    index = _index_form(scope, stmt, origin)
    if index is None:
        target, iterable = _same_form(scope, inner, stmt)
    else:
        target, iterable = index.target, index.iterable
        for place, element in index.reads:
            base, temp = element.base, element.temp
            inner.values[element] = inner.build.apply(
                "getitem",
                inner.read(place),
                index.target,
                base=base,
                temp=temp,
                origin=origin,
            )
        for var in index.counters:
            inner.values[var] = index.target

    def finish() -> None:
        for place, element in index.reads if index else ():
            bar = inner.take(element)
            if bar is not None and isinstance(place, Var):
                value = inner.whole(element, bar, origin)
                into = inner.current(place, origin)
                out = inner.build.apply("additem", into, target, value, origin=origin)
                inner.put(place, out, origin)

    outer = [i for i, _ in index.reads if isinstance(i, Var)] if index else []
    loop_phis = _reverse_body(scope, inner, stmt, outer, visit, finish, origin)
    if loop_phis or inner.build.stmts:
        scope.build.emit(
            For(
                target,
                iterable,
                tuple(loop_phis),
                tuple(inner.build.stmts),
                origin,
                stmt.mark,
            )
        )


def reverse_while(scope: Scope, stmt: While, visit: Visit) -> None:
    """Reverse a `while` as often as its body ran: `prepare` has added the counter."""
    origin = backward(stmt.origin)
    inner = Scope(scope.sweep, scope)
    count = scope.sweep.counters[stmt.mark]
    over = scope.build.apply("builtins.range", count, origin=origin)
    target = Var(scope.sweep.names.take("_"), INT, "_", False)
    loop_phis = _reverse_body(scope, inner, stmt, [], visit, lambda: None, origin)
    if loop_phis or inner.build.stmts:
        scope.build.emit(
            For(
                target,
                over,
                tuple(loop_phis),
                tuple(inner.build.stmts),
                origin,
                stmt.mark,
            )
        )


def _reverse_body(
    scope: Scope,
    inner: Scope,
    stmt: For | While,
    extra: list[Var],
    visit: Visit,
    finish: Callable[[], None],
    origin: Origin,
) -> list[Phi]:
    """Reverse the body in `inner`; return the phis of the reverse loop."""
    carried = _open_carried(scope, inner, stmt, origin)
    sums = _open_sums(scope, inner, stmt, extra, origin)
    restored = _open_restored(scope, inner, stmt)
    visit(inner, stmt.body)
    if isinstance(stmt, While):
        visit(inner, stmt.head)
    finish()
    out: list[Phi] = []
    for phi, head in carried:
        end = inner.bars.pop(phi.out, None)
        second = (
            inner.zero(phi.out, origin)
            if end is None
            else inner.whole(phi.out, end, origin)
        )
        out.append(replace(head, second=second))
    for var, head in sums:
        end = inner.bars.pop(var)
        if end == head.out:
            continue
        out.append(replace(head, second=inner.whole(var, end, origin)))
        scope.bars[var] = head.out
    for phi, head in restored:
        out.append(replace(head, second=inner.values[phi.out]))
        if isinstance(phi.first, Var):
            scope.values[phi.first] = head.out
    for phi, head in carried:
        scope.add(phi.first, head.out, origin)
    return out


def _open_carried(
    scope: Scope, inner: Scope, stmt: For | While, origin: Origin
) -> list[tuple[Phi, Phi]]:
    """The cotangents of loop-carried values: of the value after an iteration, to start with."""
    out: list[tuple[Phi, Phi]] = []
    for phi in stmt.phis:
        if not scope.is_active(phi.out):
            continue
        given = scope.take(phi.out)
        if given is None and not _feeds(scope, phi):
            continue
        first = (
            scope.zero(phi.out, origin)
            if given is None
            else scope.whole(phi.out, given, origin)
        )
        out.append((phi, _phi(scope, phi.out, first)))
    for phi, head in out:
        inner.add(phi.second, head.out, origin)
    return out


def _feeds(scope: Scope, phi: Phi) -> bool:
    """Whether the loop itself can give the carried value a cotangent."""
    return phi.out in scope.sweep.active


def _open_sums(
    scope: Scope, inner: Scope, stmt: For | While, extra: list[Var], origin: Origin
) -> list[tuple[Var, Phi]]:
    """The cotangents of values from outside, which every iteration adds to."""
    here = {v for s in walk((stmt,)) for v in bound(s)}
    found = dict.fromkeys(extra)
    found.update(dict.fromkeys(_reads(stmt)))
    out: list[tuple[Var, Phi]] = []
    for var in found:
        if var in here or not scope.is_active(var):
            continue
        seed: Bar | None = inner.bars.get(var)
        first = scope.current(var, origin)
        head = _phi(scope, var, first)
        inner.bars[var] = head.out
        if seed is not None:
            inner.add(var, seed, origin)
        out.append((var, head))
    return out


def _reads(stmt: For | While) -> list[Var]:
    """What the body reads, and what its phis take from outside after an iteration."""
    out: list[Atom] = []
    for s in walk((stmt,)):
        if s is not stmt:
            out += [*atoms(s), *(p.first for p in phis(s))]
        out += [p.second for p in phis(s)]
    return [a for a in out if isinstance(a, Var)]


def _open_restored(
    scope: Scope, inner: Scope, stmt: For | While
) -> list[tuple[Phi, Phi]]:
    """Arrays that the body stores into, carried backwards as they were."""
    stores = scope.sweep.stores
    out: list[tuple[Phi, Phi]] = []
    for phi in stmt.phis:
        if stores.parent(phi.out) is None or not isinstance(phi.second, Var):
            continue
        after = scope.read(phi.out)
        if after == phi.out and not stores.intact(phi.out, stmt):
            continue
        fresh = scope.sweep.names.take(phi.out.base)
        head = Phi(Var(fresh, phi.out.type, phi.out.base, False), after, after)
        inner.values[phi.second] = head.out
        out.append((phi, head))
    return out


def _phi(scope: Scope, var: Var, first: Atom) -> Phi:
    base = f"{var.base}_bar" if var.base else ""
    fresh = scope.sweep.names.take(base)
    return Phi(Var(fresh, cotangent_type(var.type), base, False), first, first)


# --- the iteration itself ---


def _same_form(scope: Scope, inner: Scope, stmt: For) -> tuple[Target, Atom]:
    """Iterate over the same thing, each target under a name of the reverse sweep."""

    def rename(target: Target) -> Target:
        if isinstance(target, tuple):
            return tuple(map(rename, target))
        fresh = Var(
            scope.sweep.names.take(target.base), target.type, target.base, target.temp
        )
        inner.values[target] = fresh
        return fresh

    return rename(stmt.target), scope.read(stmt.iterable)


@dataclass(frozen=True, slots=True)
class _Index:
    """Iteration by index: `for i in range(len(xs))` with `x = xs[i]`."""

    target: Var
    iterable: Atom
    reads: tuple[tuple[Atom, Var], ...]
    counters: tuple[Var, ...]


def _index_form(scope: Scope, stmt: For, origin: Origin) -> _Index | None:
    """Iteration by index, needed where an element's cotangent goes back to its place."""
    if not any(scope.is_active(v) for v in targets(stmt.target)):
        return None
    reads: list[tuple[Atom, Var]] = []
    counters: list[Var] = []
    if not _pair(scope, stmt.target, stmt.iterable, reads, counters):
        scope.sweep.refuse(
            "SD203",
            "the loop takes active items apart in a way that cannot be reversed",
            stmt.origin,
            "iterate over range(len(...)) and index, or over one array or list",
        )
        return None
    lengths = [
        scope.build.apply("builtins.len", scope.read(place), origin=origin)
        for place in dict.fromkeys(place for place, _ in reads)
    ]
    known = {length.type for length in lengths}
    if len(known) > 1 or (
        len(lengths) > 1 and getattr(lengths[0].type, "value", None) is None
    ):
        least = scope.build.apply("builtins.min", *lengths, origin=origin)
    else:
        least = lengths[0]
    over = scope.build.apply("builtins.range", least, origin=origin)
    base = counters[0].base if counters else "i"
    target = Var(scope.sweep.names.take(base), INT, base, False)
    return _Index(target, over, tuple(reads), tuple(counters))


def _pair(
    scope: Scope,
    target: Target,
    iterable: Atom,
    reads: list[tuple[Atom, Var]],
    counters: list[Var],
) -> bool:
    """Match the loop's targets with the sequences they come from."""
    made = scope.sweep.definitions.get(iterable) if isinstance(iterable, Var) else None
    op = made.op if isinstance(made, Apply) else ""
    if (
        isinstance(made, Apply)
        and op == "builtins.enumerate"
        and isinstance(target, tuple)
    ):
        start = (*made.args[1:], *(v for _, v in made.kwargs))
        index, inner = target
        if start not in ((), (Const(0),)) or not isinstance(index, Var):
            return False
        counters.append(index)
        return _pair(scope, inner, made.args[0], reads, counters)
    if isinstance(made, Apply) and op == "builtins.zip" and isinstance(target, tuple):
        pairs = zip(target, made.args, strict=False)
        return len(target) == len(made.args) and all(
            _pair(scope, t, a, reads, counters) for t, a in pairs
        )
    if op in (
        "builtins.zip",
        "builtins.enumerate",
        "builtins.reversed",
        "builtins.range",
    ):
        return False
    if isinstance(target, tuple):
        return False
    reads.append((iterable, target))
    return True
