"""The types of arrays put together and taken apart."""

from __future__ import annotations

from typing import Any

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, Array, Tuple, Type, combine
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    array_of,
    broadcast,
    constant_of,
    shape_in,
)
from symdiff.rules.infer.joins import pieces
from symdiff.rules.infer.reductions import size_of
from symdiff.rules.infer.shapes import source_of


def split(axis: int) -> Any:
    """Inference for a split along a fixed axis."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        shape = shape_in(args[0].type)
        along = 0 if axis == 1 and shape is not None and len(shape) == 1 else axis
        if shape is None and axis == 1:
            return ANY
        return pieces(args, {**kwargs, "axis": Const(along)})

    return infer


def unstack(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A tuple with an item for each place on an axis."""
    dtype, shape = source_of(args[0])
    axis = constant_of(kwargs.get("axis"), 0)
    if shape is None or axis is UNSET or not isinstance(shape[axis], int):
        return ANY
    n, axis = shape[axis], axis % len(shape)
    assert isinstance(n, int)
    return Tuple((Array(dtype, shape[:axis] + shape[axis + 1 :]),) * n)


def block(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.block(...)`: an array."""
    return Array(None, None)


def rollaxis(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.rollaxis(a, axis, start)`."""
    dtype, shape = source_of(args[0])
    axis, start = constant_of(args[1]), constant_of(kwargs.get("start"), 0)
    if shape is None or axis is UNSET or start is UNSET:
        return Array(dtype, None)
    size = len(shape)
    axis, start = axis % size, start + size if start < 0 else start
    order = [n for n in range(size) if n != axis]
    order.insert(start if start <= axis else start - 1, axis)
    return Array(dtype, tuple(shape[n] for n in order))


def broadcast_arrays(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A tuple of arrays that share a shape."""
    shape = broadcast([shape_in(a.type) for a in args])
    return Tuple(tuple(Array(source_of(a)[0], shape) for a in args))


def diagflat(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.diagflat(v, k)`: a square matrix."""
    dtype, shape = source_of(args[0])
    count, k = size_of(shape), constant_of(kwargs.get("k"), 0)
    if count is None or not isinstance(k, int):
        return Array(dtype, None)
    side = combine(count, abs(k))
    return Array(dtype, (side, side))


def flat_difference(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.ediff1d(a)`: one less than there are elements."""
    dtype, shape = source_of(args[0])
    count = size_of(shape)
    return Array(dtype, None if count is None else (combine(count, -1),))


def cumulative(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.cumulative_sum(x, axis)`: like x, or one longer."""
    found = array_of(args[0].type)
    if not isinstance(found, Array):
        return ANY
    whole = found.dtype is not None and found.dtype[0] in "biu"
    dtype = None if whole else found.dtype
    longer = constant_of(kwargs.get("include_initial"), False)
    return Array(dtype, None if longer else found.shape)
