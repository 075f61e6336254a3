"""Peepholes on axes: permutations of them, and axes of length 1 that come and go."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import rank
from symdiff.transform.algebra_forms import (
    Context,
    Form,
    Found,
    Rule,
    fits,
    form,
    number,
)


def transposes(context: Context, at: Form) -> Found:
    """`x.T.T` is `x`, and two permutations are one or none."""
    inner = context.behind(at.args[0], "numpy.transpose", "numpy.swapaxes")
    if inner is None:
        return None
    x = inner.args[0]
    if at.op == inner.op == "numpy.transpose" and not at.kwargs and not inner.kwargs:
        return x
    n = rank(x.type)
    if n is None:
        return None
    p, q = (_axes(a.op, a.args, dict(a.kwargs), n) for a in (inner, at))
    if not p or not q:
        return None
    both = tuple(p[k] for k in q)
    if both == tuple(range(len(both))):
        return x
    return form("numpy.transpose", (x,), (("axes", Const(both)),))


def transposed_product(context: Context, at: Form) -> Found:
    """`(X.T @ z).T` is `z.T @ X` for matrices."""
    inner = context.only(at.args[0], "matmul")
    if inner is None or at.kwargs:
        return None
    if any(rank(a.type) != 2 for a in inner.args):
        return None
    if not any(context.behind(a, "numpy.transpose") for a in inner.args):
        return None
    left, right = (context.make("numpy.transpose", a) for a in inner.args[::-1])
    return form("matmul", (left, right))


def _axes(
    op: str, args: tuple[Atom, ...], kwargs: dict[str, Atom], n: int
) -> tuple[int, ...]:
    """The permutation of `n` axes that an operation is; empty if that is not known."""
    if op == "numpy.swapaxes":
        a, b = number(args[1]), number(args[2])
        if not isinstance(a, int) or not isinstance(b, int):
            return ()
        order = list(range(n))
        order[a], order[b] = order[b], order[a]
        return tuple(order)
    axes = kwargs.get("axes")
    if axes is None:
        return tuple(reversed(range(n)))
    if not isinstance(axes, Const) or not isinstance(axes.value, tuple):
        return ()
    return tuple(k % n for k in axes.value)


def placed_new_axis(context: Context, at: Form) -> Found:
    """`t = zeros_like(x); t[:, None] += v` is `t = squeeze(v, axis=1)`."""
    x, index, v = at.args
    if context.behind(x, "numpy.zeros_like", "numpy.zeros") is None:
        return None
    parts = index.value if isinstance(index, Const) else None
    if not isinstance(parts, tuple) or None not in parts:
        return None
    if not all(p is None or (type(p) is slice and p == slice(None)) for p in parts):
        return None
    axes = tuple(n for n, p in enumerate(parts) if p is None)
    axis = Const(axes[0] if len(axes) == 1 else axes)
    found = form("numpy.squeeze", (v,), (("axis", axis),))
    whole = form("getitem", (x, index)).type
    return found if fits(v.type, whole) and fits(found.type, at.type) else None


def dropped_axis(context: Context, at: Form) -> Found:
    """`squeeze(sum(x, axis=1, keepdims=True), axis=1)` is `sum(x, axis=1)`."""
    inner = context.only(at.args[0], "numpy.sum", "numpy.mean", "numpy.max")
    if inner is None:
        return None
    outer, named = dict(at.kwargs).get("axis"), dict(inner.kwargs)
    if outer is None or named.get("keepdims") != Const(True):
        return None
    n = rank(inner.out.type)
    if n is None or _whole(named.get("axis"), n) != _whole(outer, n):
        return None
    return form(inner.op, inner.args, (("axis", named["axis"]),))


def _whole(axis: Atom | None, n: int) -> tuple[int, ...] | None:
    """The axes that a constant names, counted from the front."""
    if not isinstance(axis, Const) or axis.value is None:
        return None
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    return tuple(sorted(a % n for a in axes))


RULES: dict[str, tuple[Rule, ...]] = {
    "numpy.transpose": (transposes, transposed_product),
    "numpy.swapaxes": (transposes,),
    "numpy.squeeze": (dropped_axis,),
    "additem": (placed_new_axis,),
}
