"""Reverse a loop: the iterations last to first, cotangents carried backwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Origin,
    Phi,
    Var,
    While,
    atoms,
    bound,
    phis,
    walk,
)
from symdiff.ir.types import Array, List, Tuple, Type, join_all, shape_of
from symdiff.rules.projection import is_complex
from symdiff.transform.adjoint.iteration import (
    Iteration,
    counted,
    give_back,
    iteration,
)
from symdiff.transform.adjoint.scope import Bar, Scope, backward, cotangent_type

Visit = Callable[[Scope, Block], None]


def reverse_for(scope: Scope, stmt: For, visit: Visit) -> None:
    """Reverse a `for`; `record` turns its iterable round.

    for i in over:              for i in over (reversed):
        h = phi(h_0, h_1)           h_bar = phi(h_bar_0, h_bar_2)
        h_1 = f(h, w)      →        w_bar = phi(w_bar_0, w_bar_1)
                                    w_bar_1 = w_bar + ...
                                    h_bar_2 = ...
    """
    origin = backward(stmt.origin)
    inner = Scope(scope.sweep, scope)
    steps = iteration(scope, inner, stmt, origin)
    outer = [i.place for i in steps.reads if isinstance(i.place, Var)]

    def finish() -> None:
        for item in steps.reads:
            give_back(inner, item, origin)

    _reverse(scope, inner, stmt, steps, outer, visit, finish, origin)


def reverse_while(scope: Scope, stmt: While, visit: Visit) -> None:
    """Reverse a `while` as often as its body ran: `prepare` has added the counter."""
    origin = backward(stmt.origin)
    inner = Scope(scope.sweep, scope)
    _reverse(scope, inner, stmt, counted(scope, stmt, origin), [], visit, None, origin)


def _reverse(
    scope: Scope,
    inner: Scope,
    stmt: For | While,
    steps: Iteration,
    outer: list[Var],
    visit: Visit,
    finish: Callable[[], None] | None,
    origin: Origin,
) -> None:
    carried, given = _reverse_body(scope, inner, stmt, outer, visit, finish, origin)
    body = tuple(inner.build.stmts)
    if carried or body:
        over, mark = steps.iterable, stmt.mark
        loop = For(steps.target, over, tuple(carried), body, origin, mark)
        scope.build.emit(loop)
    for place in outer:
        _as_tuple(scope, place, origin)
    for before, bar in given:
        scope.add(before, bar, origin)


def _reverse_body(
    scope: Scope,
    inner: Scope,
    stmt: For | While,
    extra: list[Var],
    visit: Visit,
    finish: Callable[[], None] | None,
    origin: Origin,
) -> tuple[list[Phi], list[tuple[Atom, Var]]]:
    """Reverse the body in `inner`.

    Return the phis of the reverse loop, and what the values from before the loop get
    once it is through.
    """
    inner.heads = frozenset(phi.out for phi in stmt.phis)
    carried = _open_carried(scope, inner, stmt, origin)
    sums = _open_sums(scope, inner, stmt, extra, origin)
    restored = _open_restored(scope, inner, stmt)
    visit(inner, stmt.body)
    if isinstance(stmt, While):
        visit(inner, stmt.head)
    if finish is not None:
        finish()
    out: list[Phi] = []
    for phi, head in carried:
        end = inner.bars.pop(phi.out, None)
        if end is None:
            second = _nothing(inner, phi, head, origin)
        else:
            second = inner.whole(phi.out, end, origin)
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
    return out, [(phi.first, _after(phi, head)) for phi, head in carried]


def _nothing(inner: Scope, phi: Phi, head: Phi, origin: Origin) -> Atom:
    """Zero, for a value that the iteration does not read: as the one after it.

    That must be defined, or its cotangent has no shape either.
    """
    found = head.out.type
    known = shape_of(found) is not None and isinstance(found, Array)
    same = known and found == cotangent_type(phi.out.type)
    if same and phi.second not in inner.sweep.partial:
        return inner.build.apply("numpy.zeros_like", head.out, origin=origin)
    return inner.zero(phi.out, origin)


def _open_carried(
    scope: Scope, inner: Scope, stmt: For | While, origin: Origin
) -> list[tuple[Phi, Phi]]:
    """The cotangents of loop-carried values, at first of those after an iteration."""
    out: list[tuple[Phi, Phi]] = []
    for phi in stmt.phis:
        if not scope.is_active(phi.out):
            continue
        given = scope.take(phi.out)
        first = (
            scope.zero(phi.out, origin)
            if given is None
            else scope.whole(phi.out, given, origin)
        )
        # In the body it is the cotangent of the value after the iteration.
        kind = _bar_type(phi, phi.second)
        out.append((phi, _phi(scope, phi.out, first, kind)))
    for phi, head in out:
        inner.add(phi.second, head.out, origin)
    return out


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
        head = _phi(scope, var, first, cotangent_type(var.type))
        if var in extra and isinstance(var.type, Tuple):
            head = _as_list(scope, var.type, head, origin)
        inner.bars[var] = head.out
        if seed is not None:
            inner.add(var, seed, origin)
        out.append((var, head))
    return out


def _as_list(scope: Scope, kind: Tuple, head: Phi, origin: Origin) -> Phi:
    """A loop over a tuple adds to the items of a list, which can be stored into."""
    items = join_all([cotangent_type(item) for item in kind.items])
    out = replace(head.out, type=List(items, len(kind.items)))
    made = scope.build.stmts[-1]
    if isinstance(made, Apply) and made.op == "tuple" and made.out == head.first:
        first = scope.build.apply("list", *made.args, origin=origin)
    else:
        first = scope.build.apply("builtins.list", head.first, origin=origin)
    return Phi(out, first, out)


def _as_tuple(scope: Scope, place: Var, origin: Origin) -> None:
    """After the loop the cotangent of a tuple is a tuple again."""
    bar = scope.bars.get(place)
    if isinstance(bar, Var) and isinstance(place.type, Tuple):
        since = len(scope.build.stmts)
        whole = scope.build.apply("builtins.tuple", bar, origin=origin)
        scope.put(place, whole, origin, since)


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


def _phi(scope: Scope, var: Var, first: Atom, kind: Type) -> Phi:
    base = f"{var.base}_bar" if var.base else ""
    fresh = scope.sweep.names.take(base)
    return Phi(Var(fresh, kind, base, False), first, first)


def _after(phi: Phi, head: Phi) -> Var:
    """The cotangent of the value from before the loop, once that is through."""
    if not isinstance(phi.first, Var):
        return head.out
    return replace(head.out, type=_bar_type(phi, phi.first))


def _bar_type(phi: Phi, end: Atom) -> Type:
    """The type of the carried cotangent where it is that of one end of a phi.

    If the other end is complex, it is not known yet that this one is real.
    """
    mixed = is_complex(phi.out.type) and not is_complex(end.type)
    return cotangent_type(phi.out.type if mixed else end.type)
