"""The types of polynomials, of grids and of differences."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, Array, Tuple, Type, combine
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    array_of,
    axes_of,
    constant_of,
    integer,
    promote,
    result,
    shape_in,
)
from symdiff.rules.infer.factors import floating


def polyval(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Numbers in the shape of x."""
    shape = shape_in(args[1].type)
    dtype = promote([args[0].type, args[1].type])
    return ANY if shape is None else result(dtype, shape)


def polyder(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One coefficient less."""
    shape = shape_in(args[0].type)
    return Array(None, (combine(shape[0], -1),) if shape else None)


def vander(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One row a number, one column a power."""
    shape = shape_in(args[0].type)
    n = kwargs.get("N")
    columns = shape[0] if n is None and shape else None if n is None else integer(n)
    dtype = floating(args[0]) if floating(args[0]) == "f8" else None
    if not shape or columns is None:
        return Array(dtype, None)
    return Array(dtype, (shape[0], columns))


def polyfit(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Coefficients, the highest power first."""
    degree, y = integer(args[2]), shape_in(args[1].type)
    if degree is None or y is None:
        return Array("f8", None)
    return Array("f8", (combine(degree, 1), *y[1:]))


def spaced(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.logspace` and `np.geomspace` of numbers."""
    count = integer(kwargs.get("num", Const(50)))
    shapes = [shape_in(a.type) for a in args[:2]]
    return Array("f8", (count,) if count is not None and shapes == [(), ()] else None)


def gradient(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array like f, or a tuple of one for each axis."""
    found = array_of(args[0].type)
    axis = constant_of(kwargs.get("axis"))
    if not isinstance(found, Array) or found.shape is None or axis is UNSET:
        return ANY
    one = Array(found.dtype if found.dtype == "f8" else None, found.shape)
    axes = axes_of(axis, len(found.shape))
    if axes is None:
        return ANY
    alone = len(axes) == 1
    return one if alone else Tuple((one,) * len(axes))
