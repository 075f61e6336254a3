"""The types of arrays put together: concatenated and stacked."""

from __future__ import annotations

from typing import Any

from symdiff.ir.lengths import apart
from symdiff.ir.nodes import Atom
from symdiff.ir.types import (
    ANY,
    Array,
    List,
    Tuple,
    Type,
    combine,
    join_all,
    quotient,
)
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    constant_of,
    promote,
    shape_in,
)
from symdiff.rules.infer.reductions import size_of


def items_of(atom: Atom) -> list[tuple[str | None, Shape | None]] | None:
    """The dtypes and shapes of a sequence of arrays; None if that is not known."""
    match atom.type:
        case Tuple(items=items):
            return [_kind(t) for t in items]
        case List(item=item, length=int() as count):
            return [_kind(t) for t in apart([item] * count)]
        case Array(dtype=dtype, shape=shape) if shape and isinstance(shape[0], int):
            return [(dtype, shape[1:])] * shape[0]
    return None


def _kind(t: Type) -> tuple[str | None, Shape | None]:
    found = array_of(t)
    return (None if found is None else found.dtype), shape_in(t)


def joined_dtype(atom: Atom) -> str | None:
    """The dtype of the arrays of a sequence together."""
    match atom.type:
        case Tuple(items=items):
            return promote(items)
        case List(item=item):
            return promote([item])
        case Array(dtype=dtype):
            return dtype
    return None


def concatenate(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.concatenate(arrays, axis)`: lengths add up along the axis."""
    parts = items_of(args[0])
    return joined(joined_dtype(args[0]), parts, constant_of(kwargs.get("axis"), 0))


def joined(
    dtype: str | None, parts: list[tuple[str | None, Shape | None]] | None, axis: Any
) -> Type:
    """The type of arrays put together along an existing axis."""
    if not parts or axis is UNSET:
        return Array(dtype, None)
    shapes = [shape for _, shape in parts if shape is not None]
    if len(shapes) < len(parts):
        return Array(dtype, None)
    if axis is None:
        shapes, axis = [((size_of(s) or 0),) for s in shapes], 0
    first = list(shapes[0])
    if any(len(s) != len(first) for s in shapes) or not -len(first) <= axis < len(
        first
    ):
        return Array(dtype, None)
    for shape in shapes[1:]:
        first[axis] = combine(first[axis], shape[axis])
    return Array(dtype, tuple(first))


def stack(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.stack(arrays, axis)`: a new axis runs over the arrays."""
    parts = items_of(args[0])
    dtype = joined_dtype(args[0])
    axis = constant_of(kwargs.get("axis"), 0)
    if not parts or parts[0][1] is None or not isinstance(axis, int):
        return Array(dtype, None)
    shape = list(parts[0][1])
    shape.insert(axis if axis >= 0 else len(shape) + 1 + axis, len(parts))
    return Array(dtype, tuple(shape))


def stacked(kind: str) -> Any:
    """Inference for hstack, vstack, column_stack and dstack."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        parts = items_of(args[0])
        dtype = joined_dtype(args[0])
        if not parts or any(shape is None for _, shape in parts):
            return Array(dtype, None)
        shapes = [_raised(kind, shape or ()) for _, shape in parts]
        axis = {"hstack": 0 if len(shapes[0]) == 1 else 1, "vstack": 0, "dstack": 2}
        return joined(dtype, [(dtype, s) for s in shapes], axis.get(kind, 1))

    return infer


def _raised(kind: str, shape: Shape) -> Shape:
    if kind == "hstack":
        return shape or (1,)
    if kind == "vstack":
        return shape if len(shape) > 1 else (1, *(shape or (1,)))
    if kind == "dstack" and len(shape) < 3:
        return (1, *(shape or (1,)), 1) if len(shape) < 2 else (*shape, 1)
    return shape if len(shape) > 1 else (*(shape or (1,)), 1)


def pieces(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.split(ary, n)`: a list of arrays, of equal shape for a number of sections."""
    found = array_of(args[0].type)
    dtype = None if found is None else found.dtype
    shape = shape_in(args[0].type)
    sections = constant_of(args[1])
    if isinstance(sections, tuple):
        return List(Array(dtype, None), len(sections) + 1)
    axis = constant_of(kwargs.get("axis"), 0)
    if not isinstance(sections, int) or shape is None or not isinstance(axis, int):
        return List(Array(dtype, None))
    each = list(shape)
    length = each[axis]
    if isinstance(length, int) and length % sections:
        return List(Array(dtype, None), sections)
    each[axis] = quotient(length, sections)
    return List(Array(dtype, tuple(each)), sections)


def uneven_pieces(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.array_split(ary, n)`: the first pieces may be longer by one."""
    found, sections = pieces(args, kwargs), constant_of(args[1])
    match found:
        case List(item=Array(dtype=dtype, shape=shape), length=count) if shape:
            axis = constant_of(kwargs.get("axis"), 0)
            length = (shape_in(args[0].type) or (None,))[axis]
            even = isinstance(length, int) and length % sections == 0
            return found if even else List(Array(dtype, None), count)
    return found


def like_pieces(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`split_like(g, arrays)`: a list with the shapes of `arrays`."""
    match args[1].type:
        case List(item=item, length=count):
            return List(item, count)
        case Tuple(items=items):
            return List(join_all(list(items)), len(items))
    return List(ANY)
