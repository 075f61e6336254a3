"""The tangents of what solvers find (see `symdiff.transform.adjoint.solvers`)."""

from __future__ import annotations

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Call, Const, Var
from symdiff.ir.references import passed, reference, referred
from symdiff.ir.types import FLOAT, Scalar, Tuple, Type
from symdiff.rules.build import Build, Names
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.tangent.implicit import tangent_fixed_point
from symdiff.transform.tangent.paths import tangent_path
from symdiff.transform.tangent.scope import Tangents


def tangent_root(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Move a root with what its equation depends on.

    x = brentq(f, a, b, args=(k,))   →   moved = f_dot(x, k, k_dot)
                                         x_dot = -moved / f_dot_2(x, k, 1.0)
    """
    given = passed(stmt, at.definitions)
    mask = tuple(map(at.has, given))
    if not any(mask):
        at.bind(stmt.out, Const(0.0), build)
        return
    dots = [at.read(a, build) for a in given if at.has(a)]
    names: dict[str, Atom] = {
        "moved": _slope(at, stmt, (False, *mask), (stmt.out, *given, *dots), build),
        "slope": _slope(
            at,
            stmt,
            (True, *(False for _ in mask)),
            (stmt.out, *given, Const(1.0)),
            build,
        ),
    }
    at.bind(stmt.out, emit("-(moved / slope)", names, _emitter(build)), build)


def tangent_quad(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Move an integral with its bounds and with what is integrated.

    t = quad(f, a, b, args=(k,))[0]  →   t_dot = (
                                             b_dot * f(b, k) - a_dot * f(a, k)
                                             + quad(f_dot, a, b, args=(k, k_dot))[0]
                                         )
    """
    given = passed(stmt, at.definitions)
    mask = tuple(map(at.has, given))
    total: Atom = Const(0.0)
    emitter = _emitter(build)
    for end, sign in ((stmt.args[2], "+"), (stmt.args[1], "-")):
        if at.has(end):
            value = build.fresh("", FLOAT, True)
            name = referred(stmt.args[0])
            build.emit(Call((value,), name, (end, *given), build.origin))
            names = {"t": total, "d": at.read(end, build), "value": value}
            total = emit(f"t {sign} d * value", names, emitter)
    if any(mask):
        dots = [at.read(a, build) for a in given if at.has(a)]
        inner = reference(at.slope(referred(stmt.args[0]), (False, *mask)))
        args = build.apply("tuple", *given, *dots)
        whole = build.fresh("", Tuple((FLOAT, FLOAT)), True)
        ends = (inner, *stmt.args[1:3])
        build.emit(Apply((whole,), stmt.op, ends, (("args", args),), build.origin))
        part = build.apply("getitem", whole, Const(0))
        total = emit("t + part", {"t": total, "part": part}, emitter)
    if len(stmt.outs) == 1:
        at.bind(stmt.out, build.apply("tuple", total, Const(0.0)), build)
    else:
        at.bind(stmt.outs[0], total, build)
        at.bind(stmt.outs[1], Const(0.0), build)


def tangent_system(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Move the root of a system with what its equations depend on.

    x = fsolve(f, x0, args=(k,))   →   x_dot = -solve(jac, f_dot(x, k, k_dot))
    """
    given = passed(stmt, at.definitions)
    mask = tuple(map(at.has, given))
    out, emitter = stmt.out, _emitter(build)
    if not any(mask):
        at.bind(out, emit("np.zeros_like(x)", {"x": out}, emitter), build)
        return
    dots = [at.read(a, build) for a in given if at.has(a)]
    moved = _slope(at, stmt, (False, *mask), (out, *given, *dots), build, out.type)
    column = at.slope(referred(stmt.args[0]), (True, *(False for _ in mask)))
    n = emit("len(x)", {"x": out}, emitter)
    zeros = emit("np.zeros((n, n))", {"n": n}, emitter)

    def one(inner: Build, values: Names) -> Names:
        assert isinstance(inner, Emitter)
        names = {**values, "n": n}
        unit = emit("np.eye(n)[i]", names, inner)
        part = inner.builder.fresh("", out.type, True)
        args = (out, *given, unit)
        inner.builder.emit(Call((part,), column, args, build.origin))
        text = "jac[:, i] += column\njac"
        return {"jac": emit(text, {**names, "column": part}, inner)}

    count = emitter("builtins.range", (n,), {})
    jac = emitter.loop("i", count, {"jac": zeros}, one)["jac"]
    names: dict[str, Atom] = {"jac": jac, "moved": moved}
    at.bind(out, emit("-np.linalg.solve(jac, moved)", names, emitter), build)


def tangent_any_root(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Move a root of `symdiff.root`: a number or an array."""
    number = isinstance(stmt.out.type, Scalar)
    (tangent_root if number else tangent_system)(at, stmt, build)


def _slope(
    at: Tangents,
    stmt: Apply,
    mask: tuple[bool, ...],
    args: tuple[Atom, ...],
    build: Builder,
    kind: Type = FLOAT,
) -> Var:
    """Call the derivative of a solver's function in one direction."""
    out = build.fresh("", kind, True)
    build.emit(Call((out,), at.slope(referred(stmt.args[0]), mask), args, build.origin))
    return out


def _emitter(build: Builder) -> Emitter:
    return Emitter(build, build.origin)


ROOTS = ("brentq", "brenth", "bisect", "ridder", "newton")
HANDLERS = {
    "fixed_point": tangent_fixed_point,
    "root": tangent_any_root,
    "scipy.optimize.fsolve": tangent_system,
    "scipy.integrate.odeint": tangent_path,
    "scipy.integrate.quad": tangent_quad,
    **{f"scipy.optimize.{name}": tangent_root for name in ROOTS},
}
