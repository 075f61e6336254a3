"""What the elements of an operation's result depend on in its operands."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import Apply
from symdiff.ir.types import Scalar, shape_of
from symdiff.rules import registry
from symdiff.sparse.values import (
    Pattern,
    Undetected,
    Value,
    inside,
    is_container,
    is_known,
    mapped,
    mapping,
    rows,
    sample_of,
    union,
    wrapped,
)

_SHAPES = """
    numpy.shape numpy.size numpy.ndim builtins.len ndarray.shape ndarray.size
    ndarray.ndim ndarray.dtype numpy.zeros_like numpy.ones_like numpy.empty_like zeros
    """
SHAPES = frozenset(_SHAPES.split())
"""Operations whose result is the same for all inputs of the same shapes."""

_MOVES = """
    getitem setitem numpy.reshape numpy.transpose numpy.swapaxes numpy.moveaxis
    numpy.ravel numpy.expand_dims numpy.squeeze numpy.broadcast_to numpy.flip numpy.roll
    numpy.repeat numpy.tile numpy.diag numpy.diagonal numpy.tril numpy.triu
    numpy.concatenate numpy.stack numpy.vstack numpy.hstack numpy.array numpy.asarray
    numpy.copy numpy.atleast_1d numpy.atleast_2d numpy.flatten numpy.rot90 numpy.fliplr
    numpy.flipud numpy.column_stack numpy.split numpy.full numpy.full_like same
    """
MOVES = frozenset(_MOVES.split())
"""Operations that put elements, and zeros, into other places."""

SUMS = frozenset(f"numpy.{name}" for name in ("sum", "mean", "max", "min", "prod"))
ADDS = ("additem", "numpy.add.at")
PRODUCTS = ("matmul", "numpy.dot", "numpy.inner")


def apply(stmt: Apply, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The value of an operation: a sample of it, and what it depends on."""
    # Of what `full_like` fills only the shape is read.
    data = args[1:] if stmt.op == "numpy.full_like" else args
    given = [*data, *kwargs.values()]
    sample = _sample(stmt.op, args, kwargs)
    if stmt.op in SHAPES or all(map(is_known, given)):
        plain = not any(v.deps is not None for g in given for v in inside(g))
        same = stmt.op in SHAPES or plain
        if same:
            return wrapped(sample, lambda s: Value(s, None, True))
    entry = registry.find(stmt.op)
    if not any(v.deps is not None for g in given for v in inside(g)) or (
        entry is not None and entry.constant and stmt.op not in MOVES
    ):
        _require_shape(stmt, sample)
        return wrapped(sample, Value)
    deps = _local(stmt, entry, args, kwargs, sample)
    if deps is not None:
        return Value(sample, deps)
    _require_shape(stmt, sample)
    whole = _everything(given)
    return wrapped(sample, lambda s: Value(s, rows(whole, np.zeros(np.size(s), int))))


def _sample(op: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    named = {k: sample_of(v) for k, v in kwargs.items()}
    return meaning(op)(*map(sample_of, args), **named)


def _require_shape(stmt: Apply, sample: Any) -> None:
    """Refuse a result whose shape may be another for other inputs."""
    for out in stmt.outs:
        shape = shape_of(out.type)
        fixed = shape is not None and all(isinstance(n, int) for n in shape)
        if not fixed and not isinstance(out.type, Scalar) and np.ndim(_first(sample)):
            raise Undetected(f"the result of {stmt.op}, of unknown shape")


def _first(sample: Any) -> Any:
    while is_container(sample) and sample:
        sample = sample[0]
    return sample


def _local(
    stmt: Apply,
    entry: registry.Rule | None,
    args: list[Any],
    kwargs: dict[str, Any],
    sample: Any,
) -> Pattern | None:
    """The dependencies of a single result; None if any may depend on all."""
    if is_container(sample):
        return None
    if stmt.op in MOVES:
        return _moved(stmt.op, args, kwargs, sample)
    if stmt.op in ADDS:
        return _added(args)
    if stmt.op in SUMS and isinstance(args[0], Value):
        named = {k: v.sample for k, v in kwargs.items()}
        return _summed(args[0], named.get("axis"), np.size(sample))
    if stmt.op in PRODUCTS and max(len(a.shape) for a in args) <= 2:
        return _product(args, np.shape(sample))
    if stmt.op == "numpy.outer":
        u, v = args
        column = Value(np.reshape(u.sample, (-1, 1)), u.deps)
        row = Value(np.reshape(v.sample, (1, -1)), v.deps)
        return _elementwise([column, row], np.shape(sample))
    if entry is not None and entry.elementwise:
        given = [*args, *kwargs.values()]
        return _elementwise(
            [a for a in given if isinstance(a, Value)], np.shape(sample)
        )
    return None


def _elementwise(args: list[Value], shape: tuple[int, ...]) -> Pattern | None:
    """Each element depends on those in the same place."""
    deps = None
    for arg in args:
        if arg.deps is not None:
            ids = np.arange(arg.size).reshape(arg.shape)
            deps = union(deps, rows(arg.deps, np.broadcast_to(ids, shape)))
    return deps


def _moved(
    op: str, args: list[Any], kwargs: dict[str, Any], sample: Any
) -> Pattern | None:
    """Run the operation on the numbers of the elements instead of the elements."""
    data = 1 if op in ("numpy.full", "numpy.full_like") else 0
    rest = [a for n, a in enumerate(args) if n != data]
    if op == "numpy.full_like":
        rest = []  # read for its shape only
    if op == "setitem":
        index, value = rest
        if not is_known(index):
            return union(args[0].deps, _spread(value, args[0].size))
        rest = [index]
    if not all(map(is_known, [*rest, *kwargs.values()])):
        if op == "getitem" and np.shape(sample_of(rest[0])) == ():
            return _spread(args[0], np.size(sample))
        raise Undetected(f"{op} with an index that depends on the input")
    found: list[Value] = []
    count = 1

    def numbered(value: Value) -> Any:
        nonlocal count
        if value.deps is None:
            return np.zeros(value.shape, int)
        found.append(value)
        count += value.size
        return np.arange(count - value.size, count).reshape(value.shape)

    numbers = [
        mapped(a, numbered) if _is_data(op, n, data) else sample_of(a)
        for n, a in enumerate(args)
    ]
    named = {k: sample_of(v) for k, v in kwargs.items() if k != "dtype"}
    index = np.asarray(meaning(op)(*numbers, **named)).astype(int) - 1
    if not found or np.shape(index) != np.shape(sample):
        raise Undetected(f"{op} of what it does not only move")
    return rows(sparse.vstack([v.deps for v in found]).tocsr(), index)


def _is_data(op: str, n: int, data: int) -> bool:
    return n == data or (op == "setitem" and n == 2)


def _spread(value: Value, size: int) -> Pattern | None:
    """The dependencies of `size` elements, each of which may be any of a value's."""
    if value.deps is None:
        return None
    return rows(_everything([value]), np.zeros(size, int))


def _added(args: list[Any]) -> Pattern | None:
    """`x[i] += v`: those of `x`, and at the index those of `v`, also if it repeats."""
    x, index, value = args
    if value.deps is None:
        return x.deps
    if not is_known(index):
        return union(x.deps, _spread(value, x.size))
    places = np.arange(x.size).reshape(x.shape)[sample_of(index)]
    ids = np.arange(value.size).reshape(value.shape)
    ids = np.broadcast_to(ids, np.shape(places)).ravel()
    flat = np.ravel(places)
    ones = np.ones(len(flat), bool)
    which = sparse.csr_matrix((ones, (flat, ids)), (x.size, value.size))
    return union(x.deps, mapping(which, value.deps))


def _summed(value: Value, axis: Any, size: int) -> Pattern | None:
    """Each element depends on those that are summed to it."""
    if value.deps is None:
        return None
    axes = tuple(range(len(value.shape))) if axis is None else axis
    kept = np.sum(np.zeros(value.shape), axis=axes, keepdims=True).shape
    out = np.broadcast_to(np.arange(size).reshape(kept), value.shape).ravel()
    ones = np.ones(value.size, bool)
    which = sparse.csr_matrix((ones, (out, np.arange(value.size))), (size, value.size))
    return mapping(which, value.deps)


def _product(args: list[Any], shape: tuple[int, ...]) -> Pattern | None:
    """An element of a matrix product depends on a row and a column."""
    a, b = args
    if not a.shape or not b.shape:
        return _elementwise(args, shape)
    sides: list[Value] = []
    for side, axis in ((a, -1), (b, -2 if len(b.shape) == 2 else -1)):
        kept = np.sum(np.zeros(side.shape), axis=axis)
        line = Value(kept, _summed(side, axis, kept.size))
        if side is a and len(b.shape) == 2:
            line = Value(kept[..., None], line.deps)
        sides.append(line)
    return _elementwise(sides, shape)


def _everything(given: list[Any]) -> Pattern:
    """One row: what any element of any operand depends on."""
    found = [v.deps for g in given for v in inside(g) if v.deps is not None]
    deps = sparse.vstack(found).tocsr()
    ones = sparse.csr_matrix(np.ones((1, deps.shape[0]), bool))
    return mapping(ones, deps)
