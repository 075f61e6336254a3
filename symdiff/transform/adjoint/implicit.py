"""Reverse a fixed point, by the implicit function theorem.

The cotangent w of what phi adds at its fixed point z is itself a fixed point, of

    w = z_bar + dphi/dz.T w

and what phi depends on gets dphi/dp.T w (Christianson 1994, in two phases). The second
iteration converges at the rate of the first, and it can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.nodes import Apply, Atom, Call, Const, Function, Origin, Return, Var
from symdiff.ir.references import passed, reference, referred
from symdiff.transform.adjoint.scope import Bar, Scope, cotangent_type

ORIGIN = Origin((), "reverse")


def reverse_fixed_point(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Pass the cotangent of a fixed point on to what its equation depends on.

    z = fixed_point(phi, z0, args=(k,))
                    ↓
    w = fixed_point(phi_adjoint, z_bar, args=(z, k, z_bar))
    k_bar += phi_vjp(z, k, w)
    """
    (bar,) = bars
    held = passed(stmt, scope.sweep.definitions)
    active = tuple(map(scope.is_active, held))
    wanted = [a for a in held if isinstance(a, Var) and scope.is_active(a)]
    if bar is None or not wanted:
        return True
    name = referred(stmt.args[0])
    passive = (False,) * len(held)
    inner = scope.sweep.derive(name, (True, *passive))

    def make(own: str) -> Function:
        return _adjoint_step(own, inner, stmt.out, held)

    known = scope.sweep.define((f"{name} step", passive), f"{name}_adjoint", make)
    z_bar = scope.whole(stmt.out, bar, origin)
    out, given = scope.read(stmt.out), [scope.read(a) for a in held]
    args = (out, *given, z_bar)
    w = iterated(scope.build, stmt, known, z_bar, args, "w", origin)
    outer = scope.sweep.derive(name, (False, *active))
    parts = tuple(scope.build.fresh("", cotangent_type(a.type), True) for a in wanted)
    scope.build.emit(Call(parts, outer, (out, *given, w), origin))
    for atom, part in zip(wanted, parts, strict=True):
        scope.add(atom, part, origin)
    return True


def iterated(
    build: Builder,
    stmt: Apply,
    name: str,
    start: Atom,
    args: Sequence[Atom],
    base: str,
    origin: Origin,
) -> Var:
    """The fixed point of a linear function of the program, as exact as that of `stmt`.

    How large it is depends on what it is the cotangent or tangent of, so that its
    tolerance is relative to it.
    """
    more = {k: v for k, v in stmt.kwargs if k in ("tol", "maxiter")}
    return build.apply(
        "fixed_point",
        reference(name),
        start,
        base=base,
        temp=False,
        origin=origin,
        args=build.apply("tuple", *args, origin=origin),
        floor=Const(0.0),
        **more,
    )


def parameter(names: Names, atom: Atom, ending: str = "", other: str = "p") -> Var:
    """A parameter that stands for a value, named after it if it has a name."""
    base = ((atom.base if isinstance(atom, Var) else "") or other) + ending
    kind = cotangent_type(atom.type) if ending else atom.type
    return Var(names.take(base), kind, base, False)


def _adjoint_step(name: str, inner: str, out: Var, held: Sequence[Atom]) -> Function:
    """One iteration of the second phase: `return z_bar + phi_vjp(z, k, w)`."""
    names = Names()
    kind = cotangent_type(out.type)
    w = Var(names.take("w"), kind, "w", False)
    z = parameter(names, out, other="z")
    given = [parameter(names, atom) for atom in held]
    z_bar = parameter(names, out, "_bar", "z")
    builder = Builder(names, ORIGIN)
    part = builder.fresh("", kind, True)
    builder.emit(Call((part,), inner, (z, *given, w), ORIGIN))
    total = builder.apply("add", z_bar, part)
    return Function(
        name,
        (w, z, *given, z_bar),
        (*builder.stmts, Return(total, ORIGIN)),
        f"One iteration for the cotangent of a fixed point, by `{inner}`.",
    )
