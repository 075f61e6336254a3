"""Reverse solvers: what they find by the theory, not by the steps taken to find it.

A root x of f(x, p) = 0 moves by dx = -(df/dp dp) / (df/dx), and an integral by its
bounds times the integrand there, and by the integral of the integrand's derivative.
The function that a solver is given is one of the program; so is its adjoint.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdiff.ir.nodes import Apply, Atom, Call, Const, Origin, Var
from symdiff.ir.references import passed, reference, referred
from symdiff.ir.types import FLOAT, Scalar, Tuple, Type
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.implicit import reverse_fixed_point
from symdiff.transform.adjoint.paths import reverse_path
from symdiff.transform.adjoint.scope import Bar, Scope, cotangent_type
from symdiff.transform.adjoint.systems import reverse_system


def reverse_root(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Pass the cotangent of a root on to what its equation depends on.

    x = brentq(f, a, b, args=(k,))   →   slope, k_part = f_vjp(x, k, 1.0)
                                         k_bar -= x_bar / slope * k_part
    """
    (bar,) = bars
    assert bar is not None
    assert not isinstance(bar, tuple)
    held = passed(stmt, scope.sweep.definitions)
    active = tuple(map(scope.is_active, held))
    if not any(active):
        return True
    name = scope.sweep.derive(referred(stmt.args[0]), (True, *active))
    wanted = [a for a in held if scope.is_active(a)]
    args = (scope.read(stmt.out), *map(scope.read, held), Const(1.0))
    kinds = [FLOAT, *(cotangent_type(a.type) for a in wanted)]
    slope, *parts = _call(scope, name, args, kinds, origin)
    build = Emitter(scope.build, origin)
    for atom, part in zip(wanted, parts, strict=True):
        assert isinstance(atom, Var)
        names = {"out_bar": bar, "slope": slope, "part": part}
        scope.add(atom, emit("-(out_bar / slope * part)", names, build), origin)
    return True


def reverse_any_root(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Reverse `symdiff.root`: of a number or of an array."""
    number = isinstance(stmt.out.type, Scalar)
    reverse = reverse_root if number else reverse_system
    return reverse(scope, stmt, bars, origin)


def reverse_quad(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Pass the cotangent of an integral on to its bounds and to what is integrated.

    t, _ = quad(f, a, b, args=(k,))  →   a_bar -= t_bar * f(a, k)
                                         b_bar += t_bar * f(b, k)
                                         k_bar += quad(f_vjp, a, b, args=(k, t_bar))[0]
    """
    first = bars[0]
    bar = first[0] if isinstance(first, tuple) else first
    if bar is None:
        return True
    assert not isinstance(bar, tuple)
    held = passed(stmt, scope.sweep.definitions)
    name, given = referred(stmt.args[0]), [scope.read(a) for a in held]
    lower, upper = (scope.read(a) for a in stmt.args[1:3])
    build = Emitter(scope.build, origin)
    moved = "g * value" if isinstance(bar.type, Scalar) else "np.sum(g * value)"
    for end, text in ((stmt.args[1], f"-({moved})"), (stmt.args[2], moved)):
        if isinstance(end, Var) and scope.is_active(end):
            kinds = [cotangent_type(bar.type)]
            (value,) = _call(scope, name, (scope.read(end), *given), kinds, origin)
            scope.add(end, emit(text, {"g": bar, "value": value}, build), origin)
    for n, atom in enumerate(held):
        if not isinstance(atom, Var) or not scope.is_active(atom):
            continue
        mask = (False, *(n == m for m in range(len(held))))
        number = isinstance(atom.type, Scalar)
        op = "scipy.integrate.quad" if number else "scipy.integrate.quad_vec"
        args = scope.build.apply("tuple", *given, bar, origin=origin)
        ends = (reference(scope.sweep.derive(name, mask)), lower, upper)
        both = Tuple((cotangent_type(atom.type), FLOAT))
        whole = scope.build.fresh("", both, True)
        scope.build.emit(Apply((whole,), op, ends, (("args", args),), origin))
        part = scope.build.apply("getitem", whole, Const(0), origin=origin)
        scope.add(atom, part, origin)
    return True


def _call(
    scope: Scope,
    name: str,
    args: tuple[Atom, ...],
    kinds: Sequence[Type],
    origin: Origin,
) -> Sequence[Var]:
    """Call a function of the program for results of these types."""
    outs = tuple(scope.build.fresh("", kind, True) for kind in kinds)
    scope.build.emit(Call(outs, name, args, origin))
    return outs


HANDLERS = {
    "fixed_point": reverse_fixed_point,
    "root": reverse_any_root,
    "scipy.optimize.fsolve": reverse_system,
    "scipy.integrate.odeint": reverse_path,
    "scipy.integrate.quad": reverse_quad,
    "scipy.integrate.quad_vec": reverse_quad,
    **{
        f"scipy.optimize.{name}": reverse_root
        for name in ("brentq", "brenth", "bisect", "ridder", "newton")
    },
}
