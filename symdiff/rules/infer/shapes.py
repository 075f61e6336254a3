"""The types of operations that move elements without changing them."""

from __future__ import annotations

from typing import Any

from symdiff.ir.nodes import Atom
from symdiff.ir.types import (
    ANY,
    Array,
    Dim,
    Length,
    Scalar,
    Type,
    combine,
    product,
    quotient,
)
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    axes_of,
    constant_of,
    lengths,
    result,
    shape_in,
)
from symdiff.rules.infer.reductions import size_of


def source_of(atom: Atom) -> tuple[str | None, Shape | None]:
    """The dtype and shape of what NumPy makes of an argument."""
    found = array_of(atom.type)
    return (None if found is None else found.dtype), shape_in(atom.type)


def reshape(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.reshape(a, shape)`, where one length may be -1."""
    dtype, shape = source_of(args[0])
    wanted = lengths(args[1])
    if wanted is None:
        return Array(dtype, None)
    if -1 not in wanted:
        return Array(dtype, wanted)
    total, rest = size_of(shape), size_of(tuple(d for d in wanted if d != -1))
    if total is None or rest is None:
        return Array(dtype, None)
    missing = divide(total, rest, shape or (), wanted)
    return Array(dtype, tuple(missing if d == -1 else d for d in wanted))


def divide(total: Length, rest: Length, shape: Shape, wanted: Shape) -> Length:
    """The length that -1 stands for; equal factors cancel first."""
    left = list(shape)
    other: list[Length] = []
    for d in wanted:
        if d == -1:
            continue
        if d in left:
            left.remove(d)
        else:
            other.append(d)
    top, bottom = size_of(tuple(left)), size_of(tuple(other))
    assert top is not None
    assert bottom is not None
    return quotient(top, bottom) if bottom != 0 else quotient(total, rest)


def ravel(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.ravel(a)`."""
    dtype, shape = source_of(args[0])
    count = size_of(shape)
    return Array(dtype, None if count is None else (count,))


def transpose(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.transpose(a, axes)`."""
    dtype, shape = source_of(args[0])
    axes = constant_of(kwargs.get("axes"))
    if shape is None or axes is UNSET:
        return Array(dtype, None)
    if axes is None:
        return Array(dtype, shape[::-1])
    if not isinstance(axes, tuple) or len(axes) != len(shape):
        return ANY
    return Array(dtype, tuple(shape[a] for a in axes))


def swapaxes(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.swapaxes(a, axis1, axis2)`."""
    dtype, shape = source_of(args[0])
    places = [constant_of(a) for a in args[1:3]]
    if shape is None or UNSET in places:
        return Array(dtype, None)
    out = list(shape)
    i, j = places
    out[i], out[j] = out[j], out[i]
    return Array(dtype, tuple(out))


def moveaxis(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.moveaxis(a, source, destination)`."""
    dtype, shape = source_of(args[0])
    places = [constant_of(a) for a in args[1:3]]
    if shape is None or UNSET in places:
        return Array(dtype, None)
    rank = len(shape)
    source, target = (_list(p, rank) for p in places)
    order = [n for n in range(rank) if n not in source]
    for place, axis in sorted(zip(target, source, strict=True)):
        order.insert(place, axis)
    return Array(dtype, tuple(shape[n] for n in order))


def _list(value: Any, rank: int) -> list[int]:
    items = value if isinstance(value, tuple) else (value,)
    return [a % rank for a in items]


def expand_dims(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.expand_dims(a, axis)`."""
    dtype, shape = source_of(args[0])
    axis = constant_of(args[1])
    if shape is None or axis is UNSET or axis is None:
        return Array(dtype, None)
    count = len(axis) if isinstance(axis, tuple) else 1
    axes = axes_of(axis, len(shape) + count)
    if axes is None:
        return ANY
    rest = iter(shape)
    rank = len(shape) + count
    return Array(dtype, tuple(1 if n in axes else next(rest) for n in range(rank)))


def squeeze(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.squeeze(a, axis)`."""
    dtype, shape = source_of(args[0])
    axis = constant_of(kwargs.get("axis"))
    if shape is None or axis is UNSET:
        return Array(dtype, None)
    if axis is None:
        if any(isinstance(d, Dim) for d in shape):
            return Array(dtype, None)
        return Array(dtype, tuple(d for d in shape if d != 1))
    axes = axes_of(axis, len(shape)) or ()
    return Array(dtype, tuple(d for n, d in enumerate(shape) if n not in axes))


def same_shape(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of the shape and dtype of the first argument (flip, roll, tril)."""
    dtype, shape = source_of(args[0])
    return Array(dtype, shape)


def unranked(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of the dtype of the first argument and of unknown shape."""
    return Array(source_of(args[0])[0], None)


def matrix_transpose(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The last two axes swapped."""
    dtype, shape = source_of(args[0])
    if shape is None or len(shape) < 2:
        return Array(dtype, None)
    return Array(dtype, (*shape[:-2], shape[-1], shape[-2]))


def broadcast_to(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.broadcast_to(a, shape)`."""
    dtype, _ = source_of(args[0])
    return Array(dtype, lengths(args[1]))


def at_least(rank: int) -> Any:
    """Inference for `np.atleast_1d` and its kin."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        dtype, shape = source_of(args[0])
        if shape is None:
            return Array(dtype, None)
        if rank == 3 and len(shape) < 3:
            padded = {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}[len(shape)]
            return Array(dtype, padded)
        return Array(dtype, (1,) * (rank - len(shape)) + shape)

    return infer


def repeat(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.repeat(a, repeats, axis)`; counts for each element give no known length."""
    dtype, shape = source_of(args[0])
    count = lengths(args[1]) if isinstance(args[1].type, Scalar) else None
    axis = constant_of(kwargs.get("axis"))
    if shape is None or axis is UNSET or count is None:
        return Array(dtype, None)
    if axis is None:
        return Array(dtype, (product(size_of(shape) or 0, count[0]),))
    out = list(shape)
    out[axis] = product(out[axis], count[0])
    return Array(dtype, tuple(out))


def tile(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.tile(a, reps)`."""
    dtype, shape = source_of(args[0])
    reps = lengths(args[1])
    if shape is None or reps is None:
        return Array(dtype, None)
    rank = max(len(shape), len(reps))
    pairs = zip(
        (1,) * (rank - len(shape)) + shape,
        (1,) * (rank - len(reps)) + reps,
        strict=True,
    )
    return Array(dtype, tuple(product(d, r) for d, r in pairs))


def pad(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.pad(a, pad_width)`."""
    dtype, shape = source_of(args[0])
    widths = pad_widths(constant_of(args[1]), None if shape is None else len(shape))
    if shape is None or widths is None:
        return Array(dtype, None)
    pairs = zip(shape, widths, strict=True)
    return Array(dtype, tuple(combine(d, a + b) for d, (a, b) in pairs))


def pad_widths(value: Any, rank: int | None) -> list[tuple[int, int]] | None:
    """The constant widths of `np.pad` as one pair an axis; None if not known."""
    if rank is None or value is UNSET:
        return None
    if isinstance(value, int):
        return [(value, value)] * rank
    if not isinstance(value, tuple) or not value:
        return None
    if all(isinstance(v, int) for v in value):
        pair = value if len(value) == 2 else (value[0], value[0])
        return [pair] * rank if len(value) <= 2 else None
    if len(value) == 1:
        return [value[0]] * rank
    return list(value) if len(value) == rank else None


def diag(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.diag(v, k)`: a matrix of a vector, the diagonal of a matrix."""
    dtype, shape = source_of(args[0])
    k = constant_of(kwargs.get("k"), 0)
    if shape is None or not isinstance(k, int):
        return Array(dtype, None)
    if len(shape) == 1:
        side = combine(shape[0], abs(k))
        return Array(dtype, (side, side))
    return diagonal_of(dtype, shape, k)


def diagonal(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.diagonal(a, offset)` of the first two axes."""
    dtype, shape = source_of(args[0])
    offset = constant_of(kwargs.get("offset"), 0)
    pair = [constant_of(kwargs.get(f"axis{n}"), n - 1) for n in (1, 2)]
    if shape is None or len(shape) < 2 or not isinstance(offset, int) or UNSET in pair:
        return Array(dtype, None)
    front = [axis % len(shape) for axis in pair]
    rest = [n for n in range(len(shape)) if n not in front]
    return diagonal_of(dtype, tuple(shape[n] for n in (*front, *rest)), offset)


def diagonal_of(dtype: str | None, shape: Shape, k: int) -> Type:
    """The type of a diagonal: the shorter side counts."""
    rows, columns = combine(shape[0], min(k, 0)), combine(shape[1], max(k, 0), -1)
    if isinstance(rows, int) and isinstance(columns, int):
        return Array(dtype, (*shape[2:], max(0, min(rows, columns))))
    if rows == columns:
        return Array(dtype, (*shape[2:], rows))
    return Array(dtype, None)


def rounded(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.round(a)`: like a, a number where a is one."""
    dtype, shape = source_of(args[0])
    return result("f8" if dtype == "b1" else dtype, shape)


def like_indices(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.take_along_axis(arr, indices, axis)` of operands of the same rank."""
    dtype, shape = source_of(args[0])
    _, index = source_of(args[1])
    axis = constant_of(args[2])
    if shape is None or index is None or len(shape) != len(index) or axis is UNSET:
        return Array(dtype, None)
    place = (axis or 0) % max(len(shape), 1)
    found = [
        d if n == place or e == 1 else e
        for n, (d, e) in enumerate(zip(index, shape, strict=True))
    ]
    return Array(dtype, tuple(found))


def real(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.real(x)` of real numbers."""
    t = args[0].type
    return t if (source_of(args[0])[0] or "c")[0] == "f" else ANY
