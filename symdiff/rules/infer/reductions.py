"""The types of reductions: which axes go, what the dtype becomes."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    FLOAT,
    INT,
    Array,
    Length,
    List,
    Scalar,
    Tuple,
    Type,
    dtype_name,
    join,
    join_all,
    product,
)
from symdiff.ir.types import combine as plus
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    axes_of,
    broadcast,
    constant_of,
    promote,
    result,
    shape_in,
)
from symdiff.rules.registry import Infer


def reduce_infer(kind: str) -> Infer:
    """Inference for a reduction; `kind` says what becomes of the dtype."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        source = array_of(args[0].type)
        if source is None:
            return ANY
        dtype = reduced_dtype(kind, source.dtype)
        shape = source.shape if isinstance(source, Array) else ()
        return result(dtype, reduced(shape, kwargs))

    return infer


def reduced_dtype(kind: str, dtype: str | None) -> str | None:
    """The dtype of a reduction: `same`, `sum` (small ints grow), `float`, or a name."""
    if kind in ("i8", "b1"):
        return kind
    if dtype is None or kind == "same":
        return dtype
    if kind == "real":  # of squared deviations
        kind, dtype = "float", {"c16": "f8", "c8": "f4"}.get(dtype, dtype)
    if dtype[0] in "biu":
        if kind == "float":
            return "f8"
        return "u8" if dtype[0] == "u" else "i8"
    return dtype


def reduced(shape: Shape | None, kwargs: Kwargs) -> Shape | None:
    """The shape that is left of `shape` under `axis=` and `keepdims=`."""
    axis = constant_of(kwargs.get("axis"))
    keepdims = constant_of(kwargs.get("keepdims"), False)
    if keepdims is UNSET:
        return None
    if axis is None and not keepdims:
        return ()
    if shape is None or axis is UNSET:
        return None
    gone = axes_of(axis, len(shape))
    if gone is None:
        return None
    if keepdims:
        return tuple(1 if n in gone else d for n, d in enumerate(shape))
    return tuple(d for n, d in enumerate(shape) if n not in gone)


def size_of(shape: Shape | None) -> Length | None:
    """The number of elements of a shape."""
    if shape is None:
        return None
    total: Length = 1
    for d in shape:
        total = product(total, d)
    return total


def cumulative_infer(kind: str) -> Infer:
    """Inference for cumsum and cumprod: flattened without an axis."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        source = array_of(args[0].type)
        if source is None:
            return ANY
        dtype = reduced_dtype(kind, source.dtype)
        shape = source.shape if isinstance(source, Array) else ()
        axis = constant_of(kwargs.get("axis"))
        if axis is UNSET:
            return Array(dtype, None)
        if axis is None:
            count = size_of(shape)
            return Array(dtype, None if count is None else (count,))
        return Array(dtype, shape)

    return infer


def diff(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.diff(a, n, axis)`: the axis is shorter by n."""
    source = array_of(args[0].type)
    axis = constant_of(kwargs.get("axis"), -1)
    n = constant_of(kwargs.get("n"), 1)
    if not isinstance(source, Array) or source.shape is None or UNSET in (axis, n):
        return ANY if source is None else Array(source.dtype, None)
    axes = axes_of(axis, len(source.shape))
    if axes is None:
        return ANY
    shape = list(source.shape)
    ends = [kwargs[name].type for name in ("prepend", "append") if name in kwargs]
    if not all(isinstance(end, Scalar) for end in ends):
        return Array(None, None)
    shape[axes[0]] = plus(shape[axes[0]], len(ends) - n)
    dtype = source.dtype
    for end in ends:  # joined as an array, so that a Python float counts as float64
        if dtype is not None and isinstance(end, Scalar):
            dtype = dtype_name(np.promote_types(dtype, end.dtype))
    return Array(dtype, tuple(shape))


def average(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.average(a, axis, weights)`, a floating-point reduction."""
    source = array_of(args[0].type)
    if source is None:
        return ANY
    weights = kwargs.get("weights")
    types = [args[0].type, *([] if weights is None else [weights.type])]
    dtype = reduced_dtype("float", promote(types))
    shape = source.shape if isinstance(source, Array) else ()
    return result(dtype, reduced(shape, kwargs))


def trapezoid(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.trapezoid(y, x, dx, axis)`: the axis goes."""
    source = array_of(args[0].type)
    x = kwargs.get("x")
    if not isinstance(source, Array) or source.shape is None:
        return ANY
    axis = constant_of(kwargs.get("axis"), -1)
    axes = None if axis is UNSET else axes_of(axis, len(source.shape))
    types = [args[0].type, *([] if x is None else [x.type])]
    dtype = reduced_dtype("float", promote(types))
    if axes is None:
        return Array(dtype, None)
    left = tuple(d for n, d in enumerate(source.shape) if n not in axes)
    return result(dtype if len(types) == 1 else None, left)


def builtin_sum(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`sum(items)`: the items' common type, or an array without its first axis."""
    start = kwargs.get("start")
    items = item_of(args[0].type)
    if items is None:
        return ANY
    begin = Scalar("i8", python=True) if start is None else start.type
    if isinstance(items, Scalar) and isinstance(begin, Scalar):
        # Of no items the sum is the int 0: still a number.
        return join(
            Scalar(begin.dtype, begin.python), Scalar(items.dtype, items.python)
        )
    found, first = array_of(items), array_of(begin)
    if found is None or first is None or not _never_empty(args[0].type):
        return ANY
    shape = broadcast([shape_in(items), shape_in(begin)])
    return result(promote([begin, items]), shape)


def _never_empty(t: Type) -> bool:
    # The sum of nothing is the int 0, whatever the items would have been.
    match t:
        case List(length=count):
            return isinstance(count, int) and count > 0
        case Tuple(items=items):
            return len(items) > 0
        case Array(shape=shape) if shape:
            return shape[0] != 0
    return False


def item_of(t: Type) -> Type | None:
    """The type of the items of a list, tuple or array; None if it is not known."""
    match t:
        case List(item=item):
            return item
        case Tuple(items=items):
            return join_all(list(items))
        case Array(dtype=dtype, shape=shape) if shape:
            return result(dtype, shape[1:])
    return None


def extremum(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`max(a, b, ...)` or `max(items)` of Python: one of the operands."""
    types: list[Type] = [a.type for a in args]
    if len(args) == 1:
        item = item_of(args[0].type)
        return ANY if item is None else item
    if len(set(types)) == 1:
        return types[0]
    numbers = [Scalar(t.dtype, t.python) for t in types if isinstance(t, Scalar)]
    if len(numbers) < len(types):
        return ANY
    return join_all(list(numbers))


def rounded(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`round(x)` is an int, `round(x, n)` a number like x."""
    t = args[0].type
    if not isinstance(t, Scalar) or not t.python:
        return t if isinstance(t, Array) else ANY
    return INT if constant_of(kwargs.get("ndigits")) is None else t


def python_float(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python float."""
    return FLOAT


def norm(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.linalg.norm`: a floating-point reduction, real for complex operands."""
    source: Any = array_of(args[0].type)
    if source is None:
        return ANY
    dtype = reduced_dtype("float", source.dtype)
    dtype = {"c16": "f8", "c8": "f4"}.get(dtype or "", dtype)
    shape = source.shape if isinstance(source, Array) else ()
    return result(dtype, reduced(shape, kwargs))


def matrix_norm(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.linalg.matrix_norm`: one number a matrix."""
    source: Any = array_of(args[0].type)
    if not isinstance(source, Array):
        return ANY
    dtype = reduced_dtype("float", source.dtype)
    last = {"axis": Const((-2, -1)), **kwargs}
    return result(dtype, reduced(source.shape, last))
