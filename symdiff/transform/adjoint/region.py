"""Reverse the edges of `with`: the reverse sweep is under `np.errstate` as well."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Const, Var
from symdiff.transform.adjoint.scope import Scope

EDGES = ("enter", "leave")
_QUIET = ("ignore", "warn")


def reverse_edge(scope: Scope, stmt: Apply) -> None:
    """Begin or end the same `np.errstate`, if all that it does is to be silent.

    with np.errstate(divide="ignore"):      with np.errstate(divide="ignore"):
        y = np.log(x)                   →       x_bar = y_bar / x

    One that raises is left to the forward sweep: a derivative may overflow where the
    function does not. So is any other context.
    """
    origin, build = scope.build.origin, scope.build
    if stmt.op == "enter":
        token = scope.sweep.edges.pop(stmt.outs[1], None)
        if token is not None:
            build.emit(Apply((), "leave", (token,), (), origin))
        return
    made = _manager(scope, stmt)
    if made is None:
        return
    modes = dict(made.kwargs)
    (manager,) = build.bind(made.op, (), modes, origin=origin)
    _, token = build.apply_many(2, "enter", manager, origin=origin)
    assert isinstance(stmt.args[0], Var)
    scope.sweep.edges[stmt.args[0]] = token


def _manager(scope: Scope, leave: Apply) -> Apply | None:
    """What has made the context that is left, if it is a silent `np.errstate`."""
    known = scope.sweep.definitions
    (token,) = leave.args
    enter = known.get(token) if isinstance(token, Var) else None
    if not isinstance(enter, Apply) or enter.op != "enter":
        return None
    manager = enter.args[0]
    made = known.get(manager) if isinstance(manager, Var) else None
    if not isinstance(made, Apply) or made.op != "numpy.errstate":
        return None
    modes = [a.value for _, a in made.kwargs if isinstance(a, Const)]
    quiet = len(modes) == len(made.kwargs) and all(mode in _QUIET for mode in modes)
    return made if quiet else None
