"""Peepholes on unit, diagonal and zero matrices, which directions are made of.

An element beside the diagonal is a plain 0 then, also where `0 * x` would be NaN: the
derivative of one number in another that it does not depend on.
"""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import rank
from symdiff.transform.algebra_forms import Context, Form, Found, Rule, fits, form

COLUMN = Const((slice(None), None))


def _eye(context: Context, atom: Atom) -> Apply | None:
    """The `np.eye(n)` that a value is."""
    found = context.behind(atom, "numpy.eye")
    return found if found and len(found.args) == 1 and not found.kwargs else None


def _diagonal(context: Context, atom: Atom) -> Atom | None:
    """The diagonal of a value that is `np.diag(v)`."""
    found = context.behind(atom, "numpy.diag")
    if found is None or found.kwargs or rank(found.args[0].type) != 1:
        return None
    return found.args[0]


def product_with_eye(context: Context, at: Form) -> Found:
    """`np.eye(n) @ A` is `A`; `np.diag(v) @ A` is `v[:, None] * A`."""
    a, b = at.args
    if _eye(context, a) and fits(b.type, at.type):
        return b
    if _eye(context, b) and fits(a.type, at.type):
        return a
    if rank(a.type) != 2 or rank(b.type) != 2:
        return None
    if (v := _diagonal(context, a)) is not None:
        return form("mul", (context.make("getitem", v, COLUMN), b))
    if (v := _diagonal(context, b)) is not None:
        return form("mul", (a, v))
    return None


def scaled_eye(context: Context, at: Form) -> Found:
    """`np.eye(n) * v` is `np.diag(v)`, and `np.diag(u) * v` is `np.diag(u * v)`."""
    pairs = [at.args] if at.op == "truediv" else [at.args, at.args[::-1]]
    for a, v in pairs:
        if rank(v.type) == 1 and _eye(context, a):
            value = v if at.op == "mul" else context.make(at.op, Const(1.0), v)
            found = form("numpy.diag", (value,))
        elif rank(v.type) in (0, 1) and (u := _diagonal(context, a)) is not None:
            found = form("numpy.diag", (context.make(at.op, u, v),))
        else:
            continue
        if fits(found.type, at.type):
            return found
    return None


def negative_diagonal(context: Context, at: Form) -> Found:
    """`-np.diag(v)` is `np.diag(-v)`."""
    v = _diagonal(context, at.args[0])
    return None if v is None else form("numpy.diag", (context.make("neg", v),))


def sum_of_diagonals(context: Context, at: Form) -> Found:
    """`np.diag(u) + np.diag(v)` is `np.diag(u + v)`."""
    u, v = (_diagonal(context, a) for a in at.args)
    if u is None or v is None:
        return None
    return form("numpy.diag", (context.make(at.op.removeprefix("i"), u, v),))


def turned(context: Context, at: Form) -> Found:
    """A diagonal matrix is its own transpose; `(A.T * v).T` is `A * v[:, None]`."""
    x = at.args[0]
    if at.kwargs:
        return None
    if _eye(context, x) or _diagonal(context, x) is not None:
        return x
    inner = context.behind(x, "mul")
    if inner is None or context.uses[inner.out] > 1:
        return None
    for k, (a, v) in enumerate((inner.args, inner.args[::-1])):
        back = context.behind(a, "numpy.transpose")
        if back is None or back.kwargs or rank(a.type) != 2:
            continue
        if rank(v.type) == 0:
            column = v
        elif rank(v.type) == 1:
            column = context.make("getitem", v, COLUMN)
        else:
            continue
        pair = (back.args[0], column)
        return form("mul", pair if k == 0 else pair[::-1])
    return None


def zeros_again(context: Context, at: Form) -> Found:
    """`zeros_like(zeros_like(x))` is `zeros_like(x)`."""
    inner = context.behind(at.args[0], "numpy.zeros_like")
    if inner is None or inner.kwargs or at.kwargs:
        return None
    (x,) = inner.args
    return form(at.op, (x,)) if fits(x.type, at.type) else None


RULES: dict[str, tuple[Rule, ...]] = {
    "matmul": (product_with_eye,),
    "mul": (scaled_eye,),
    "truediv": (scaled_eye,),
    "neg": (negative_diagonal,),
    "add": (sum_of_diagonals,),
    "sub": (sum_of_diagonals,),
    "iadd": (sum_of_diagonals,),
    "isub": (sum_of_diagonals,),
    "numpy.transpose": (turned,),
    "numpy.zeros_like": (zeros_again,),
}
