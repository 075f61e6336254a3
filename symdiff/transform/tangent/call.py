"""The tangent of a call: one call that returns the result and its tangent."""

from __future__ import annotations

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Call, Origin
from symdiff.ir.types import Tuple
from symdiff.transform.tangent.scope import Tangents


def tangent_call(at: Tangents, stmt: Call, build: Builder, origin: Origin) -> None:
    """Call the callee's tangent function instead of the callee.

    y = f(x, n)      →      y, y_dot = f_jvp(x, n, x_dot)
    """
    mask = tuple(at.has(a) for a in stmt.args)
    found = at.callee(stmt, mask) if any(mask) else None
    if found is None:
        build.emit(stmt)
        return
    name, mask = found
    dots = [at.read(a, build) for a, on in zip(stmt.args, mask, strict=True) if on]
    one = len(stmt.outs) == 1
    kinds = Tuple(tuple(v.type for v in stmt.outs))
    value = stmt.outs[0] if one else build.fresh("", kinds, True)
    dot = at.fresh(value)
    build.emit(Call((value, dot), name, (*stmt.args, *dots), origin))
    if one:
        at.dots[value] = dot
        return
    build.emit(Apply(stmt.outs, "unpack", (value,), (), origin))
    outs = tuple(at.fresh(out) for out in stmt.outs)
    build.emit(Apply(outs, "unpack", (dot,), (), build.origin))
    at.dots.update(zip(stmt.outs, outs, strict=True))
