"""The tangent of a fixed point: the fixed point of the tangent of its iteration."""

from __future__ import annotations

from collections.abc import Sequence

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.nodes import Apply, Atom, Call, Const, Function, Origin, Return, Var
from symdiff.ir.references import passed, referred
from symdiff.ir.types import Scalar
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.implicit import iterated, parameter
from symdiff.transform.adjoint.scope import cotangent_type
from symdiff.transform.tangent.scope import SWEEP, Tangents

ORIGIN = Origin((), SWEEP)


def tangent_fixed_point(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Move a fixed point with what its equation depends on.

    z = fixed_point(phi, z0, args=(k,))
                    ↓
    z_dot = fixed_point(phi_tangent, zeros, args=(z, k, k_dot))
    """
    held = passed(stmt, at.definitions)
    mask = tuple(map(at.has, held))
    emitter = Emitter(build, build.origin)
    number = isinstance(stmt.out.type, Scalar)
    nothing = (
        Const(0.0) if number else emit("np.zeros_like(z)", {"z": stmt.out}, emitter)
    )
    if not any(mask):
        at.bind(stmt.out, nothing, build)
        return
    name = referred(stmt.args[0])
    slope = at.slope(name, (True, *mask))
    moving = [a for a in held if at.has(a)]

    def make(own: str) -> Function:
        return _tangent_step(own, slope, stmt.out, held, moving)

    known = at.define((f"{name} step", mask), f"{name}_tangent", make)
    dots = [at.read(a, build) for a in moving]
    args = (stmt.out, *held, *dots)
    base = f"{stmt.out.base}_dot" if stmt.out.base else ""
    z_dot = iterated(build, stmt, known, nothing, args, base, build.origin)
    at.bind(stmt.out, z_dot, build)


def _tangent_step(
    name: str, slope: str, out: Var, held: Sequence[Atom], moving: Sequence[Atom]
) -> Function:
    """One iteration: `return phi_dot(z, k, z_dot, k_dot)`."""
    names = Names()
    kind = cotangent_type(out.type)
    z_dot = parameter(names, out, "_dot", "z")
    z = parameter(names, out, other="z")
    given = [parameter(names, atom) for atom in held]
    dots = [parameter(names, atom, "_dot") for atom in moving]
    builder = Builder(names, ORIGIN)
    moved = builder.fresh("", kind, True)
    builder.emit(Call((moved,), slope, (z, *given, z_dot, *dots), ORIGIN))
    return Function(
        name,
        (z_dot, z, *given, *dots),
        (*builder.stmts, Return(moved, ORIGIN)),
        f"One iteration for the tangent of a fixed point, by `{slope}`.",
    )
