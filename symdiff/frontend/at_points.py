"""`symdiff.jvp` and `symdiff.vjp` inside of a function: derivatives at a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.derivatives import call_derived, pull_back
from symdiff.frontend.frame import Frame
from symdiff.frontend.transforms import derived, is_function, refuse, transform_call
from symdiff.frontend.values import BAD, NOTHING, Bad, Known, Value
from symdiff.frontend.written import spread
from symdiff.options import Options


def derivative_call(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """Lower the call of any transform; None if it is a call of something else."""
    if callee.name not in ("symdiff.jvp", "symdiff.vjp"):
        return transform_call(frame, callee, args, kwargs, node)
    name = callee.name.removeprefix("symdiff.")
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return BAD
    if not args or not is_function(frame, name, args[0], node):
        return BAD if args else refuse(frame, f"`{name}` takes a function", node)
    if name == "jvp":
        return _in_direction(frame, args[0], args[1:], kwargs, node)
    if kwargs:
        return refuse(frame, "`vjp` takes a function and primals", node)
    return pull_back(frame, args[0], args[1:], node)


def _in_direction(
    frame: Frame,
    function: Value,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`jvp(f, primals, tangents)`."""
    given = {**dict(zip(("primals", "tangents"), args, strict=False)), **kwargs}
    if given.keys() != {"primals", "tangents"} or len(args) > 2:
        return refuse(frame, "`jvp` takes a function, primals and tangents", node)
    primals = spread(frame, given["primals"], node)
    tangents = spread(frame, given["tangents"], node)
    if primals is None or tangents is None:
        return BAD
    wrt = tuple(n for n, tangent in enumerate(tangents) if tangent != NOTHING)
    if len(primals) != len(tangents) or not wrt:
        what = "`jvp` needs a tangent for each primal, one of them not None"
        return refuse(frame, what, node)
    made = derived(function, (Options(argnums=wrt, transform="jvp"),))
    chosen = [tangents[n] for n in wrt]
    return call_derived(frame, made, primals, {}, node, chosen)
