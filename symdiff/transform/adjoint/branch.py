"""Reverse an `if`: the same test, the arms reversed, cotangents merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdiff.ir.nodes import Block, If, Origin, Phi, Var
from symdiff.transform.adjoint.scope import Bar, Scope, backward, cotangent_type

Visit = Callable[[Scope, Block], None]


def reverse_if(scope: Scope, stmt: If, visit: Visit) -> None:
    """Reverse both arms under the same test.

    if c: y_1 = f(x)            if c: x_bar_1 = x_bar + f'(x) * y_bar
    else: y_2 = y        →      else: y_bar_1 = y_bar
    y_3 = phi(y_1, y_2)         x_bar_2 = phi(x_bar_1, x_bar), ...
    """
    origin = backward(stmt.origin)
    given = [scope.take(phi.out) for phi in stmt.phis]
    arms: list[Scope] = []
    for side, block in enumerate((stmt.then, stmt.orelse)):
        arm = Scope(scope.sweep, scope)
        arm.bars = dict(scope.bars)
        for phi, bar in zip(stmt.phis, given, strict=True):
            end = phi.second if side else phi.first
            if isinstance(end, Var) and _root(scope, phi) is not None:
                arm.values[end] = scope.read(phi.out)
            arm.add(end, bar, origin)
        visit(arm, block)
        arms.append(arm)
    merged = _merge(scope, arms, origin) + _merge_restored(scope, stmt, arms)
    if merged or any(arm.build.stmts for arm in arms):
        scope.build.emit(
            replace(
                stmt,
                test=scope.read(stmt.test),
                then=tuple(arms[0].build.stmts),
                orelse=tuple(arms[1].build.stmts),
                phis=tuple(merged),
                origin=origin,
            )
        )


def _merge(scope: Scope, arms: list[Scope], origin: Origin) -> list[Phi]:
    """A phi for every outer value whose cotangent an arm has changed."""
    then, orelse = arms
    out: list[Phi] = []
    for var in dict.fromkeys((*then.bars, *orelse.bars)):
        before, a, b = scope.bars.get(var), then.bars.get(var), orelse.bars.get(var)
        if a == b == before:
            continue
        scope.bars[var] = _merge_bar(scope, arms, var, a, b, origin, out)
    return out


def _merge_bar(
    scope: Scope,
    arms: list[Scope],
    var: Var,
    a: Bar | None,
    b: Bar | None,
    origin: Origin,
    out: list[Phi],
) -> Bar:
    first = arms[0].zero(var, origin) if a is None else arms[0].whole(var, a, origin)
    second = arms[1].zero(var, origin) if b is None else arms[1].whole(var, b, origin)
    base = f"{var.base}_bar" if var.base else ""
    fresh = scope.sweep.names.take(base)
    phi = Phi(Var(fresh, cotangent_type(var.type), base, False), first, second)
    out.append(phi)
    return phi.out


# --- arrays that an arm stores into, on the way back ---


def _root(scope: Scope, phi: Phi) -> Var | None:
    """The version before the `if` that the merged one comes from by stores."""
    before = scope.sweep.stores.parent(phi.out)
    if before is None:
        return None
    mapped = scope.read(phi.out) != phi.out
    return before if mapped or scope.sweep.stores.intact(phi.out) else None


def _merge_restored(scope: Scope, stmt: If, arms: list[Scope]) -> list[Phi]:
    """A version from before the `if`, restored by the arms that stored into it."""
    out: list[Phi] = []
    for primal in stmt.phis:
        before = _root(scope, primal)
        if before is None:
            continue
        a, b = (arm.values.get(before) for arm in arms)
        if a is None or b is None or before in scope.values:
            continue
        fresh = scope.sweep.names.take(before.base)
        phi = Phi(Var(fresh, before.type, before.base, False), a, b)
        out.append(phi)
        scope.values[before] = phi.out
    return out
