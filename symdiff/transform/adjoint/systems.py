"""Reverse the root of a system of equations, by the implicit function theorem."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Call, Const, Origin, Var
from symdiff.ir.references import passed, referred
from symdiff.rules.build import Build
from symdiff.rules.build import Names as Values
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.scope import Bar, Scope, cotangent_type


def reverse_system(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Pass the cotangent of a root of f(x, k) = 0 on to what the equations depend on.

    x = fsolve(f, x0, args=(k,))   →   jac = the rows f_vjp(x, k, unit)
                                       w = np.linalg.solve(jac.T, x_bar)
                                       k_bar = -f_vjp_2(x, k, w)
    """
    (bar,) = bars
    assert isinstance(bar, Var | Const)
    held = passed(stmt, scope.sweep.definitions)
    active = tuple(map(scope.is_active, held))
    wanted = [a for a in held if isinstance(a, Var) and scope.is_active(a)]
    if not wanted:
        return True
    name, none = referred(stmt.args[0]), (False,) * len(held)
    rows = scope.sweep.derive(name, (True, *none))
    out = scope.read(stmt.out)
    given = [scope.read(a) for a in held]
    build = Emitter(scope.build, origin)
    n = emit("len(x)", {"x": out}, build)
    zeros = emit("np.zeros((n, n))", {"n": n}, build)

    def row(inner: Build, values: Values) -> Values:
        assert isinstance(inner, Emitter)
        names = {**values, "n": n}
        unit = emit("np.eye(n)[i]", names, inner)
        part = inner.builder.fresh("", cotangent_type(out.type), True)
        inner.builder.emit(Call((part,), rows, (out, *given, unit), origin))
        return {"jac": emit("jac[i] += row\njac", {**names, "row": part}, inner)}

    count = build("builtins.range", (n,), {})
    jac = build.loop("i", count, {"jac": zeros}, row)["jac"]
    names: dict[str, Atom] = {"jac": jac, "out_bar": bar}
    w = build.named(emit("np.linalg.solve(jac.T, out_bar)", names, build), "w")
    parts = [scope.build.fresh("", cotangent_type(a.type), True) for a in wanted]
    moved = scope.sweep.derive(name, (False, *active))
    scope.build.emit(Call(tuple(parts), moved, (out, *given, w), origin))
    for atom, part in zip(wanted, parts, strict=True):
        scope.add(atom, emit("-part", {"part": part}, build), origin)
    return True
