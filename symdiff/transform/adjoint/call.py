"""Reverse a call: one call of the callee's adjoint."""

from __future__ import annotations

from symdiff.ir.nodes import Call, Var
from symdiff.ir.types import ANY
from symdiff.transform.adjoint.scope import Scope, backward, cotangent_type


def reverse_call(scope: Scope, stmt: Call) -> None:
    """Pass the cotangent of a call's result on to its arguments.

    y = f(x, n)      →      x_bar += f_vjp(x, n, y_bar)
    """
    adjoint = scope.sweep.backward.get(stmt.outs[0].name)
    bar = scope.take(stmt.outs[0])
    if adjoint is None or bar is None:
        return
    origin = backward(stmt.origin)
    cotangent = scope.whole(adjoint.result, bar, origin)
    args = (*(scope.read(a) for a in adjoint.args), cotangent)
    outs: list[Var] = []
    for atom in adjoint.wrt:
        kind = ANY if atom is None else cotangent_type(atom.type)
        outs.append(Var(scope.sweep.names.take(""), kind, "", True))
    at = len(scope.build.stmts)
    scope.build.emit(Call(tuple(outs), adjoint.function, args, origin))
    for n, (atom, out) in enumerate(zip(adjoint.wrt, outs, strict=True)):
        if atom is None:
            continue
        if not atom.temp and atom not in scope.bars:
            base = f"{atom.base}_bar"
            named = Var(scope.sweep.names.take(base), out.type, base, False)
            call = scope.build.stmts[at]
            assert isinstance(call, Call)
            renamed = (*call.outs[:n], named, *call.outs[n + 1 :])
            scope.build.stmts[at] = Call(renamed, call.function, call.args, origin)
            scope.bars[atom] = named
        else:
            scope.add(atom, out, origin)
