"""Peepholes on shapes: broadcasts that an operation does anyway, sums, round trips."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.core import AUGMENTED
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import Array, Scalar, dtype_of, rank, shape_of
from symdiff.rules import registry
from symdiff.transform.algebra_chains import build, chain
from symdiff.transform.algebra_forms import (
    Context,
    Form,
    Found,
    Rule,
    fits,
    form,
    number,
)


def absorb_broadcast(context: Context, at: Form) -> Found:
    """`broadcast_to(g, y.shape) * y` is `g * y`: the operation broadcasts by itself."""
    args = list(at.args)
    for n, arg in enumerate(at.args):
        inner = context.behind(arg, "numpy.broadcast_to", "numpy.expand_dims")
        if inner is None or (inner.op == "numpy.expand_dims" and not _leading(inner)):
            continue
        trial = (*args[:n], inner.args[0], *args[n + 1 :])
        others = [a for k, a in enumerate(args) if k != n]
        shown = fits(form(at.op, trial, at.kwargs).type, at.type)
        if shown or any(_has_shape(context, a, inner.args[1]) for a in others):
            args = list(trial)
    changed = tuple(args)
    return form(at.op, changed, at.kwargs) if changed != at.args else None


def through_broadcast(context: Context, at: Form) -> Found:
    """`-broadcast_to(g, s)` is `broadcast_to(-g, s)`: the work is done once."""
    found = [context.behind(a, "numpy.broadcast_to") for a in at.args]
    shapes = {b.args[1] for b in found if b is not None}
    rest = [a for a, b in zip(at.args, found, strict=True) if b is None]
    if len(shapes) != 1 or not all(isinstance(a.type, Scalar) for a in rest):
        return None
    inner = [a if b is None else b.args[0] for a, b in zip(at.args, found, strict=True)]
    if not all(isinstance(a.type, Scalar) for a in inner):
        return None
    value = context.make(at.op, *inner, **dict(at.kwargs))
    return form("numpy.broadcast_to", (value, shapes.pop()))


def first_broadcast(context: Context, at: Form) -> Found:
    """`y = broadcast_to(g, s); y += e` is `y = g + e` where `e` has the full shape."""
    inner = context.behind(at.args[0], "numpy.broadcast_to")
    if inner is None:
        return None
    found = form(at.op.removeprefix("i"), (inner.args[0], at.args[1]))
    shape = shape_of(found.type)
    if shape is None or shape != shape_of(at.type):
        return None
    return found if fits(found.type, at.type) or dtype_of(found.type) is None else None


def _leading(stmt: Apply) -> bool:
    """Whether an axis is added in front, as broadcasting does by itself."""
    return number(stmt.args[1]) == 0


def _has_shape(context: Context, atom: Atom, shape: Atom) -> bool:
    """Whether `shape` is read off this very value."""
    found = context.behind(shape, "ndarray.shape")
    return found is not None and found.args[0] == atom


def absorb_into_store(context: Context, at: Form) -> Found:
    """A store and an in-place sum broadcast what they store."""
    inner = context.behind(at.args[-1], "numpy.broadcast_to")
    if inner is None or not isinstance(at.args[0].type, Array):
        return None
    return Form(at.op, (*at.args[:-1], inner.args[0]), at.kwargs, at.type)


def sum_of_broadcast(context: Context, at: Form) -> Found:
    """`sum(broadcast_to(g, x.shape))` is `g * x.size` for a number, `sum(g)` is `g`."""
    if at.kwargs:
        return None
    if isinstance(at.args[0].type, Scalar):
        return at.args[0]
    inner = context.behind(at.args[0], "numpy.broadcast_to", "numpy.full")
    if inner is None:
        return None
    g, shape = inner.args
    if inner.op == "numpy.full":
        g, shape = shape, g
    size = _size(context, shape)
    if size is None or not isinstance(g.type, Scalar):
        return None
    return form("mul", (g, size))


def _size(context: Context, shape: Atom) -> Atom | None:
    """The number of elements of an array of this shape."""
    found = context.behind(shape, "ndarray.shape")
    if found is not None:
        return context.make("ndarray.size", found.args[0])
    if not isinstance(shape, Const) or not isinstance(shape.value, tuple):
        return None
    total = 1
    for n in shape.value:
        total *= n
    return Const(total)


def sum_of_product(context: Context, at: Form) -> Found:
    """`sum(a * b)` is `a @ b` for vectors, `sum(c * x)` is `c * sum(x)`."""
    inner = context.only(at.args[0], "mul", "truediv", "neg")
    if inner is None:
        return None
    a, b = inner.args[0], inner.args[-1]
    if inner.op == "neg":
        return form("neg", (_sum(context, at, a),))
    front = chain(context, at.args[0])
    if front.factor not in (None, 1) and front.head is not None:
        rest = build(context, replace(front, factor=None))
        whole = context.bind(rest) if isinstance(rest, Form) else rest
        return form("mul", (Const(front.factor), _sum(context, at, whole)))
    if isinstance(b.type, Scalar) and isinstance(a.type, Array):
        return form(inner.op, (_sum(context, at, a), b))
    if inner.op == "mul" and isinstance(a.type, Scalar) and isinstance(b.type, Array):
        return form("mul", (a, _sum(context, at, b)))
    if inner.op == "mul" and not at.kwargs and _vectors(a, b):
        return form("matmul", (a, b))
    return None


def constant_along(context: Context, at: Form) -> Found:
    """`sum(a / s, axis=1)` is `sum(a, axis=1) / s` where `s` does not vary along it."""
    inner = context.only(at.args[0], "mul", "truediv")
    named = dict(at.kwargs)
    if inner is None or named.get("keepdims") != Const(True):
        return None
    axes = named.get("axis")
    shape = shape_of(inner.out.type)
    if shape is None or not isinstance(axes, Const):
        return None
    summed = axes.value if isinstance(axes.value, tuple) else (axes.value,)
    for n, s in enumerate(inner.args):
        a = inner.args[1 - n]
        if (inner.op == "truediv" and n == 0) or shape_of(a.type) != shape:
            continue
        lengths = shape_of(s.type)
        if lengths is None or len(lengths) != len(shape):
            continue
        if all(lengths[axis] == 1 for axis in summed):
            args = (_sum(context, at, a), s)
            return form(inner.op, args if n else args[::-1])
    return None


def _sum(context: Context, at: Form, atom: Atom) -> Atom:
    return context.make(at.op, atom, **dict(at.kwargs))


def _vectors(a: Atom, b: Atom) -> bool:
    floats = dtype_of(a.type) in ("f4", "f8") and dtype_of(a.type) == dtype_of(b.type)
    return floats and rank(a.type) == 1 and fits(a.type, b.type)


def scalar_out_of_matmul(context: Context, at: Form) -> Found:
    """`(c * a) @ b` is `c * (a @ b)` where `c` is a number and the result is one."""
    if not isinstance(at.type, Scalar):
        return None
    for n, arg in enumerate(at.args):
        inner = context.only(arg, "mul", "truediv")
        if inner is None:
            continue
        c, x = inner.args
        if inner.op == "truediv" or isinstance(x.type, Scalar):
            c, x = x, c
        if isinstance(c.type, Scalar) and isinstance(x.type, Array):
            args = (*at.args[:n], x, *at.args[n + 1 :])
            rest = context.make("matmul", *args)
            return form(inner.op, (rest, c) if inner.op == "truediv" else (c, rest))
    return None


def sign_of_view(context: Context, at: Form) -> Found:
    """`squeeze(-x)` is `-squeeze(x)`, so that a sum can take the minus up."""
    inner = context.only(at.args[0], "neg")
    if inner is None:
        return None
    found = context.make(at.op, inner.args[0], *at.args[1:], **dict(at.kwargs))
    return form("neg", (found,))


def identity(context: Context, at: Form) -> Found:
    """What reshapes, broadcasts or un-broadcasts to the same shape is nothing."""
    x = at.args[0]
    if at.op == "unbroadcast":
        return x if fits(x.type, at.args[1].type) else None
    return x if fits(x.type, at.type) else None


def rounds(context: Context, at: Form) -> Found:
    """`reshape(reshape(x, s), t)` is `reshape(x, t)`."""
    ops = ("numpy.reshape", "numpy.expand_dims", "numpy.squeeze", "numpy.ravel")
    inner = context.behind(at.args[0], *ops)
    if inner is None or len(_orders(at) | _orders(inner)) > 1:
        return None
    x = inner.args[0]
    if fits(x.type, at.type):
        return x
    if at.op == "numpy.reshape" and inner.op == "numpy.reshape":
        return form("numpy.reshape", (x, at.args[1]), at.kwargs)
    return None


def _orders(at: Form | Apply) -> set[Atom]:
    """The order in which items are counted; new axes of length 1 go with any."""
    counts = at.op in ("numpy.reshape", "numpy.ravel")
    return {dict(at.kwargs).get("order", Const("C"))} if counts else set()


def item_of_display(context: Context, at: Form) -> Found:
    """`(a, b)[0]` is `a`."""
    found = context.behind(at.args[0], "tuple")
    index = at.args[1]
    if found is None or not isinstance(index, Const) or type(index.value) is not int:
        return None
    n = index.value
    return found.args[n] if -len(found.args) <= n < len(found.args) else None


def item_of_list(context: Context, at: Form) -> Found:
    """`list(x)[0]` is `x[0]`, and `x.tolist()[0][1]` is `x[0, 1]`, for an array x."""
    path: list[int] = []
    source, index = at.args
    made: Apply | None = None
    while isinstance(index, Const) and type(index.value) is int:
        path.insert(0, index.value)
        made = context.behind(source, "getitem", "builtins.list", "ndarray.tolist")
        if made is None or made.op != "getitem":
            break
        source, index = made.args
    if made is None or made.op == "getitem" or not isinstance(at.type, Scalar | Array):
        return None
    (array,) = made.args
    deep = len(path) == 1 or made.op == "ndarray.tolist"
    if not deep or not isinstance(array.type, Array):
        return None
    place = Const(tuple(path) if len(path) > 1 else path[0])
    return replace(at, args=(array, place))


def one_choice(context: Context, at: Form) -> Found:
    """`a if c else a` is `a`."""
    _, a, b = at.args
    return a if a == b else None


def same_dtype_cast(context: Context, at: Form) -> Found:
    """`x.astype(t)` is `x` where `x` has that dtype."""
    return at.args[0] if fits(at.args[0].type, at.type) else None


EVERYWHERE: tuple[Rule, ...] = (absorb_broadcast, through_broadcast)
"""For every elementwise operation."""
_CHAINS = ("numpy.reshape", "numpy.expand_dims", "numpy.squeeze", "numpy.ravel")
RULES: dict[str, tuple[Rule, ...]] = {
    **{op: (sign_of_view, identity, rounds) for op in _CHAINS},
    "numpy.broadcast_to": (identity,),
    "unbroadcast": (identity,),
    "numpy.sum": (sum_of_broadcast, sum_of_product, constant_along),
    "matmul": (scalar_out_of_matmul,),
    "getitem": (item_of_display, item_of_list),
    "ifelse": (one_choice,),
    "ndarray.astype": (same_dtype_cast,),
    "setitem": (absorb_into_store,),
    "additem": (absorb_into_store,),
    "numpy.add.at": (absorb_into_store,),
    "iadd": (absorb_into_store, first_broadcast),
    "isub": (absorb_into_store, first_broadcast),
}


def elementwise(op: str) -> bool:
    """Whether an operation broadcasts its operands against each other."""
    entry = registry.find(op)
    return entry is not None and entry.elementwise and op not in AUGMENTED


def unpacked(context: Context, stmt: Apply) -> tuple[Atom, ...] | None:
    """The parts of `unpack(tuple(a, b))`."""
    if stmt.op != "unpack":
        return None
    found = context.behind(stmt.args[0], "tuple")
    if found is None or len(found.args) != len(stmt.outs):
        return None
    return found.args
