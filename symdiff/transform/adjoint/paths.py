"""Reverse the solution of a differential equation, by forward sensitivities.

For dy/dt = f(y, t, p) the derivative s of the state in its start and in p follows

    ds/dt = df/dy s + (0, df/dp)

beside the state itself, forward in time. Backwards in time, as the adjoint equation
goes, what dies out would grow: sensitivities are as stable as the solution is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.nodes import Apply, Atom, Call, Const, Function, Origin, Return, Var
from symdiff.ir.references import passed, reference, referred
from symdiff.ir.types import FLOAT, INT, Array, Scalar, Type, symbol
from symdiff.rules.build import Build
from symdiff.rules.build import Names as Values
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.scope import Bar, Scope, cotangent_type

STATE = Array("f8", (symbol("state.0"),))
ORIGIN = Origin((), "reverse")


def reverse_path(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Pass the cotangents of all states on to the start and to the parameters.

    path = odeint(f, y0, t, args=(k,))   →   y0_bar, k_bar by the sensitivities of path
    """
    (bar,) = bars
    start, times = stmt.args[1:3]
    if scope.is_active(times):
        scope.sweep.refuse(
            "SD201",
            "`scipy.integrate.odeint` has no derivative rule in the times",
            stmt.origin,
            "keep the times fixed",
        )
        return True
    assert isinstance(bar, Var | Const)
    held = passed(stmt, scope.sweep.definitions)
    active = tuple(map(scope.is_active, held))
    wanted = [a for a in held if isinstance(a, Var) and scope.is_active(a)]
    name = referred(stmt.args[0])
    slope = _Slope(name, scope.sweep.derive(name, (True, False, *active)), held, active)
    known = scope.sweep.define((f"{name} path", active), f"{name}_path", slope.function)
    given = [scope.read(a) for a in held]
    n = scope.build.apply("builtins.len", scope.read(start), origin=origin)
    total = _total(scope, stmt, known, [*given, n], bar, wanted, origin)
    build = Emitter(scope.build, origin)
    names: dict[str, Atom] = {"total": total, "n": n}
    if isinstance(start, Var) and scope.is_active(start):
        scope.add(start, emit("total[:n]", names, build), origin)
    at = "n"
    for atom in wanted:
        names["p"] = scope.read(atom)
        if isinstance(atom.type, Scalar):
            text, size = f"total[{at}]", "1"
        else:
            names["first"] = emit(at, names, build)
            text = "np.reshape(total[first : first + np.size(p)], np.shape(p))"
            size = "np.size(p)"
        scope.add(atom, emit(text, names, build), origin)
        names["first"] = emit(f"{at} + {size}", names, build)
        at = "first"
    return True


def _total(
    scope: Scope,
    stmt: Apply,
    known: str,
    given: Sequence[Atom],
    bar: Atom,
    wanted: Sequence[Var],
    origin: Origin,
) -> Atom:
    """The cotangents of the start and of the parameters, one after the other."""
    start, times = (scope.read(a) for a in stmt.args[1:3])
    names: dict[str, Atom] = {"y0": start, "t": times, "out_bar": bar, "n": given[-1]}
    names["f"] = reference(known)
    names["args"] = scope.build.apply("tuple", *given, origin=origin)
    numbers = sum(isinstance(atom.type, Scalar) for atom in wanted)
    width = f"n + {numbers}" if numbers else "n"
    for at, atom in enumerate(wanted):
        if not isinstance(atom.type, Scalar):
            names[f"p{at}"] = scope.read(atom)
            width += f" + np.size(p{at})"
    more = ""
    for key, value in stmt.kwargs:
        if key in ("rtol", "atol") and isinstance(value.type, Scalar):
            names[key] = scope.read(value)
            more += f", {key}={key}"
    text = f"""
width = {width}
start = np.concatenate((y0, np.ravel(np.eye(n, width))))
path = scipy.integrate.odeint(f, start, t, args=args{more})
sensitivity = np.reshape(path[:, n:], (-1, n, width))
total = np.einsum('ti,tij->j', out_bar, sensitivity)
total
"""
    return emit(text, names, Emitter(scope.build, origin))


@dataclass(frozen=True, slots=True)
class _Slope:
    """The right-hand side of an equation, its adjoint, and what both are passed."""

    name: str
    adjoint: str
    held: Sequence[Atom]
    active: Sequence[bool]

    def function(self, name: str) -> Function:
        """The slope of the state and of its sensitivities, put behind one another.

        def f_path(state, t, k, n): ...
        """
        names = Names(set())
        params = [Var(names.take("state"), STATE, "state", False)]
        params.append(Var(names.take("t"), FLOAT, "t", False))
        for atom in self.held:
            base = (atom.base if isinstance(atom, Var) else "") or "p"
            params.append(Var(names.take(base), atom.type, base, False))
        params.append(Var(names.take("n"), INT, "n", False))
        state, time, *given, n = params
        builder = Builder(names, ORIGIN)
        build = Emitter(builder, ORIGIN)
        known: dict[str, Atom] = {"state": state, "n": n}
        y = build.named(emit("state[:n]", known, build), "y")
        s = build.named(emit("np.reshape(state[n:], (n, -1))", known, build), "s")
        slope = builder.fresh("", Array("f8", None), True)
        builder.emit(Call((slope,), self.name, (y, time, *given), ORIGIN))
        zeros = emit("np.zeros_like(s)", {"s": s}, build)

        def row(inner: Build, values: Values) -> Values:
            assert isinstance(inner, Emitter)
            names = {**values, "s": s, "n": n}
            unit = emit("np.eye(n)[i]", names, inner)
            kinds: list[Type] = [Array("f8", None)]
            pairs = zip(self.held, self.active, strict=True)
            kinds += [cotangent_type(a.type) for a, on in pairs if on]
            outs = tuple(inner.builder.fresh("", kind, True) for kind in kinds)
            args = (y, time, *given, unit)
            inner.builder.emit(Call(outs, self.adjoint, args, ORIGIN))
            names.update((f"part{k}", out) for k, out in enumerate(outs))
            text = f"s_dot[i] += part0 @ s\n{_moved(outs[1:])}s_dot"
            return {"s_dot": emit(text, names, inner)}

        count = build("builtins.range", (n,), {})
        done = build.loop("i", count, {"s_dot": zeros}, row)
        ends = {"slope": slope, **done}
        both = emit("np.concatenate((slope, np.ravel(s_dot)))", ends, build)
        return Function(
            name,
            tuple(params),
            (*builder.stmts, Return(both, ORIGIN)),
            f"Slope of the state of `{self.name}` and of its sensitivities.",
        )


def _moved(parts: Sequence[Var]) -> str:
    """The line that adds what the parameters themselves move."""
    if not parts:
        return ""
    flat = [
        f"part{k}" if isinstance(part.type, Scalar) else f"np.ravel(part{k})"
        for k, part in enumerate(parts, 1)
    ]
    if all(isinstance(part.type, Scalar) for part in parts):
        return f"s_dot[i, n:] += np.array([{', '.join(flat)}])\n"
    if len(flat) == 1:
        return f"s_dot[i, n:] += {flat[0]}\n"
    rows = [f"np.atleast_1d({f})" if f.startswith("part") else f for f in flat]
    return f"s_dot[i, n:] += np.concatenate(({', '.join(rows)}))\n"
