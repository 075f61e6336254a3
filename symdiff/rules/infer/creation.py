"""The types of arrays made from shapes, numbers and ranges."""

from __future__ import annotations

import math
from typing import Any

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Tuple,
    Type,
    combine,
    dtype_of,
    symbol,
)
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    array_of,
    constant_of,
    dtype_argument,
    integer,
    lengths,
    promote,
    result,
    shape_in,
)


def filled(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.zeros(shape, dtype)` and its kin."""
    return Array(dtype_argument(kwargs.get("dtype"), "f8"), lengths(args[0]))


def full(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.full(shape, value, dtype)`."""
    dtype = dtype_argument(kwargs.get("dtype"), _array_dtype(args[1].type))
    return Array(dtype, lengths(args[0]))


def like(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.zeros_like(x, dtype)` and its kin: always an array."""
    found = array_of(args[0].type)
    dtype = dtype_argument(kwargs.get("dtype"), None if found is None else found.dtype)
    return Array(dtype, shape_in(args[0].type))


def _array_dtype(t: Type) -> str | None:
    return dtype_of(t) if isinstance(t, Scalar | Array) else None


def eye(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.eye(N, M, k)` and `np.identity(n)`."""
    rows = integer(args[0])
    other = kwargs.get("M")
    columns = rows if other is None else integer(other)
    dtype = dtype_argument(kwargs.get("dtype"), "f8")
    known = rows is not None and columns is not None
    return Array(dtype, (rows, columns) if known else None)  # type: ignore[arg-type]


def window(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.hanning(M)`: double precision, so many."""
    return Array("f8", lengths(args[0]))


def arange(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.arange(...)`: a vector; its length is known for ints in steps of one."""
    dtype = dtype_argument(kwargs.get("dtype"), promote(a.type for a in args))
    values = [integer(a) for a in args]
    count: Length | None = None
    plain = [constant_of(a) for a in args]
    if all(isinstance(v, int | float) for v in plain):
        count = _steps(plain)
    elif len(values) == 1:
        count = values[0]
    elif len(values) == 2 and values[0] is not None and values[1] is not None:
        count = combine(values[1], values[0], -1)
    return Array(dtype, None if count is None else (count,))


def _steps(values: list[Any]) -> int:
    start, stop, step = (0, *values, 1) if len(values) == 1 else (*values, 1)[:3]
    return max(0, math.ceil((stop - start) / step)) if step else 0


def linspace(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.linspace(start, stop, num)`: num numbers, first axis."""
    num = kwargs.get("num", Const(50))
    count = integer(num)
    shapes = [shape_in(a.type) for a in args[:2]]
    dtype = promote([*(a.type for a in args[:2]), Scalar("f8", python=True)])
    dtype = "f8" if dtype is not None and dtype[0] in "iub" else dtype
    if count is None or shapes != [(), ()]:
        return Array(dtype, None)
    return Array(dtype, (count,))


def array(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.array(x)`, `np.asarray(x, dtype)` of numbers, arrays and nested lists."""
    source = args[0].type
    found = array_of(source)
    if found is None:
        deep = isinstance(source, List | Tuple)
        return Array(dtype_argument(kwargs.get("dtype"), None), None) if deep else ANY
    return Array(dtype_argument(kwargs.get("dtype"), found.dtype), shape_in(source))


def astype(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.astype(dtype)`: a number stays one."""
    dtype = dtype_argument(args[1], None) if constant_of(args[1]) is not UNSET else None
    source = args[0].type
    if isinstance(source, Array):
        return Array(dtype, source.shape)
    return result(dtype, shape_in(source))


def as_lists(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.tolist()`: lists of lists of Python numbers."""
    found = args[0].type
    if not isinstance(found, Array) or found.shape is None or found.dtype is None:
        return ANY
    kind = {"f": "f8", "c": "c16", "i": "i8", "u": "i8", "b": "b1"}[found.dtype[0]]
    out: Type = Scalar(kind, python=True)
    for length in reversed(found.shape):
        out = List(out, length)
    return out


def cast(dtype: str) -> Any:
    """Inference for `np.float64(x)` and its kin: a number of an array of that dtype."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        found = array_of(args[0].type)
        return ANY if found is None else result(dtype, shape_in(args[0].type))

    return infer


def windows(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`sliding_window_view(x, window_shape, axis)`."""
    found = array_of(args[0].type)
    window = lengths(args[1])
    axis = constant_of(kwargs.get("axis"))
    if not isinstance(found, Array) or found.shape is None or window is None:
        return ANY if found is None else Array(found.dtype, None)
    axes = tuple(range(len(found.shape))) if axis is None else axis
    if axes is UNSET:
        return Array(found.dtype, None)
    axes = axes if isinstance(axes, tuple) else (axes,)
    if len(axes) != len(window):
        return ANY
    shape = list(found.shape)
    for a, w in zip(axes, window, strict=True):
        shape[a] = combine(combine(shape[a], w, -1), 1)
    return Array(found.dtype, (*shape, *window))


def grids(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.meshgrid(x, y)`: a tuple of two matrices."""
    dtypes = [array_of(a.type) for a in args]
    shapes = [shape_in(a.type) for a in args]
    order = (
        shapes[::-1] if constant_of(kwargs.get("indexing"), "xy") == "xy" else shapes
    )
    flat: list[Length] = []
    for shape in order:
        if shape is None or len(shape) != 1:
            return Tuple(tuple(Array(d.dtype if d else None, None) for d in dtypes))
        flat += shape
    return Tuple(tuple(Array(d.dtype if d else None, tuple(flat)) for d in dtypes))


def index_pair(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Row and column numbers; how many there are is known for a known size only."""
    n = integer(args[0])
    count: Length | None = None
    if n is not None and not kwargs:
        count = symbol(f"triangle({n})")
    elif n is not None and set(kwargs) == {"k"}:
        count = symbol(f"triangle({n},{constant_of(kwargs['k'])})")
    if isinstance(n, int) or (kwargs and UNSET in map(constant_of, kwargs.values())):
        count = None
    one = Array("i8", None if count is None else (count,))
    return Tuple((one, one))


def positions(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Index arrays of unknown length."""
    return Array("i8", None)


def order(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.argsort(a)`: ints in the shape of a."""
    return Array("i8", shape_in(args[0].type))


def search(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.searchsorted(a, v)`: ints in the shape of v."""
    return result("i8", shape_in(args[1].type))


def search_float(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.interp(x, xp, fp)`: double precision in the shape of x."""
    shape = shape_in(args[0].type)
    if shape is None and not isinstance(args[0].type, Array):
        return ANY
    return Array("f8", None) if shape is None else result("f8", shape)


def element_type(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.dtype`: what it is, if the type of `x` says so."""
    found = array_of(args[0].type)
    if found is None or found.dtype is None:
        return ANY
    return Opaque("dtype", (Scalar(found.dtype),))


def like_first_unshaped(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of the dtype of the first argument, its shape not known."""
    found = array_of(args[0].type)
    return Array(None if found is None else found.dtype, None)
