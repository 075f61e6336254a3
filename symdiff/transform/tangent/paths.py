"""The tangent of the solution of a differential equation: solved beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.nodes import Apply, Atom, Call, Function, Origin, Return, Var
from symdiff.ir.references import passed, reference, referred
from symdiff.ir.types import FLOAT, INT, Array, Scalar, symbol
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.tangent.scope import SWEEP, Tangents

STATE = Array("f8", (symbol("state.0"),))
ORIGIN = Origin((), SWEEP)


def tangent_path(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Solve the equation of the tangent together with that of the state.

    path = odeint(f, y0, t, args=(k,))   →   dy/dt = f(y, t, k), and beside it
                                             dy_dot/dt = f_dot(y, t, k, y_dot, k_dot)
    """
    start, times = stmt.args[1:3]
    if at.has(times):
        at.refuse(stmt.op, stmt.origin)
        return
    given = passed(stmt, at.definitions)
    mask = tuple(map(at.has, given))
    moving = tuple(a for a in given if at.has(a))
    name = referred(stmt.args[0])
    pair = _Pair(name, at.slope(name, (True, False, *mask)), given, moving)
    known = at.define((f"{name} path", mask), f"{name}_path", pair.function)
    n = build.apply("builtins.len", start)
    dots = [at.read(a, build) for a in moving]
    names: dict[str, Atom] = {
        "f": reference(known),
        "y0": start,
        "y0_dot": at.read(start, build),
        "t": times,
        "n": n,
        "args": build.apply("tuple", *given, *dots, n),
    }
    more = ""
    for key, value in stmt.kwargs:
        if key in ("rtol", "atol") and isinstance(value.type, Scalar):
            names[key] = value
            more += f", {key}={key}"
    text = f"""
start = np.concatenate((y0, y0_dot))
scipy.integrate.odeint(f, start, t, args=args{more})[:, n:]
"""
    at.bind(stmt.out, emit(text, names, Emitter(build, build.origin)), build)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The right-hand side of an equation, its derivative, and what both are passed."""

    name: str
    slope: str
    given: Sequence[Atom]
    moving: Sequence[Atom]

    def function(self, name: str) -> Function:
        """The slopes of the state and of its tangent, one behind the other."""
        names = Names(set())

        def param(atom: Atom, ending: str = "") -> Var:
            base = ((atom.base if isinstance(atom, Var) else "") or "p") + ending
            return Var(names.take(base), atom.type, base, False)

        state = Var(names.take("state"), STATE, "state", False)
        time = Var(names.take("t"), FLOAT, "t", False)
        given = [param(atom) for atom in self.given]
        dots = [param(atom, "_dot") for atom in self.moving]
        n = Var(names.take("n"), INT, "n", False)
        builder = Builder(names, ORIGIN)
        build = Emitter(builder, ORIGIN)
        known: dict[str, Atom] = {"state": state, "n": n}
        y = build.named(emit("state[:n]", known, build), "y")
        y_dot = build.named(emit("state[n:]", known, build), "y_dot")
        kind = Array("f8", None)
        slope, moved = (builder.fresh("", kind, True) for _ in range(2))
        builder.emit(Call((slope,), self.name, (y, time, *given), ORIGIN))
        args = (y, time, *given, y_dot, *dots)
        builder.emit(Call((moved,), self.slope, args, ORIGIN))
        ends: dict[str, Atom] = {"slope": slope, "moved": moved}
        both = emit("np.concatenate((slope, moved))", ends, build)
        return Function(
            name,
            (state, time, *given, *dots, n),
            (*builder.stmts, Return(both, ORIGIN)),
            f"Slope of the state of `{self.name}` and of its tangent.",
        )
