"""The types of products of arrays and of linear algebra."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, Array, Tuple, Type, product
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    broadcast,
    constant_of,
    promote,
    result,
    shape_in,
)
from symdiff.rules.infer.reductions import size_of
from symdiff.rules.subscripts import Subscripts


def _pair(args: tuple[Atom, ...]) -> tuple[str | None, Shape | None, Shape | None]:
    dtype = promote([args[0].type, args[1].type])
    return dtype, shape_in(args[0].type), shape_in(args[1].type)


def matmul(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`a @ b`: vectors lose their axis, leading axes broadcast."""
    dtype, a, b = _pair(args)
    if a is None or b is None or not a or not b:
        return Array(dtype, None) if a is None or b is None else ANY
    lead = broadcast([a[:-2], b[:-2]])
    assert lead is not None
    rows = a[-2:-1]
    columns = b[-1:] if len(b) > 1 else ()
    return result(dtype, (*lead, *rows, *columns))


def dot(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.dot(a, b)`: the last axis of a against the last but one of b."""
    dtype, a, b = _pair(args)
    if a is None or b is None:
        return ANY
    if not a or not b:
        return result(dtype, a or b)
    return result(dtype, a[:-1] + (b[:-2] + b[-1:] if len(b) > 1 else ()))


def inner(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.inner(a, b)`: the last axis of both."""
    dtype, a, b = _pair(args)
    if a is None or b is None:
        return ANY
    return result(dtype, (a or b) if not a or not b else a[:-1] + b[:-1])


def vdot(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.vdot(a, b)`: a number."""
    return result(_pair(args)[0], ())


def outer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.outer(a, b)` of the flattened operands."""
    dtype, a, b = _pair(args)
    rows, columns = size_of(a), size_of(b)
    known = rows is not None and columns is not None
    return Array(dtype, (rows, columns) if known else None)  # type: ignore[arg-type]


def kron(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.kron(a, b)`: lengths multiply."""
    dtype, a, b = _pair(args)
    if a is None or b is None:
        return Array(dtype, None)
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    return Array(dtype, tuple(product(m, n) for m, n in pairs))


def cross(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.cross(a, b)` of vectors of length 3 along the last axis."""
    dtype, a, b = _pair(args)
    if a is None or b is None or not a or not b:
        return Array(dtype, None)
    if 3 not in (a[-1], b[-1]) or constant_of(kwargs.get("axis"), -1) != -1:
        return Array(dtype, None)
    lead = broadcast([a[:-1], b[:-1]])
    return Array(dtype, None if lead is None else (*lead, 3))


def tensordot(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.tensordot(a, b, axes)` for constant axes."""
    dtype, a, b = _pair(args)
    if a is None or b is None:
        return Array(dtype, None)
    pair = contracted(constant_of(kwargs.get("axes"), 2), len(a), len(b))
    if pair is None:
        return Array(dtype, None)
    left = tuple(d for n, d in enumerate(a) if n not in pair[0])
    right = tuple(d for n, d in enumerate(b) if n not in pair[1])
    return Array(dtype, left + right)


def contracted(
    axes: object, rank_a: int, rank_b: int
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The contracted axes of both operands, counted from 0, in matching order."""
    match axes:
        case int() as n:
            return tuple(range(rank_a - n, rank_a)), tuple(range(n))
        case (int() as i, int() as j):
            return (i % rank_a,), (j % rank_b,)
        case (tuple() as left, tuple() as right):
            return tuple(i % rank_a for i in left), tuple(j % rank_b for j in right)
    return None


def einsum(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.einsum(subscripts, ...)` by the letters of the subscripts."""
    text = constant_of(args[0])
    dtype = promote([a.type for a in args[1:]])
    if not isinstance(text, str):
        return ANY
    found = Subscripts.parse(text)
    shapes = [shape_in(a.type) for a in args[1:]]
    if found is None or "." in text or len(found.inputs) != len(shapes):
        return result(dtype, None) if dtype is None else Array(dtype, None)
    letters: dict[str, list[Shape | None]] = {}
    for term, shape in zip(found.inputs, shapes, strict=True):
        for n, letter in enumerate(term):
            known = shape is not None and n < len(shape)
            one = (shape[n],) if known and shape is not None else None
            letters.setdefault(letter, []).append(one)
    lengths = [broadcast(letters.get(c, [None])) for c in found.output]
    if any(one is None for one in lengths):
        return Array(dtype, None)
    return result(dtype, tuple(d for one in lengths if one is not None for d in one))


def trace(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.trace(a)` of the first two axes."""
    found = array_of(args[0].type)
    if not isinstance(found, Array) or found.shape is None:
        return ANY
    rank = len(found.shape)
    pair = [constant_of(kwargs.get(f"axis{n}"), n - 1) for n in (1, 2)]
    if UNSET in pair:
        return ANY
    gone = {axis % rank for axis in pair}
    return result(
        found.dtype, tuple(d for n, d in enumerate(found.shape) if n not in gone)
    )


def _floating(dtype: str | None) -> str | None:
    return "f8" if dtype is not None and dtype[0] in "iub" else dtype


def solve(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.linalg.solve(a, b)`: of the shape of b for one matrix."""
    dtype, a, b = _pair(args)
    if a is None or b is None:
        return Array(_floating(dtype), None)
    if len(b) == 1:
        return Array(_floating(dtype), (*a[:-2], *b))
    lead = broadcast([a[:-2], b[:-2]])
    return Array(_floating(dtype), None if lead is None else (*lead, *b[-2:]))


def square(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A matrix like the first argument (inv, cholesky)."""
    found = array_of(args[0].type)
    dtype = None if found is None else _floating(found.dtype)
    return Array(dtype, shape_in(args[0].type))


def determinant(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One number a matrix."""
    found = array_of(args[0].type)
    shape = shape_in(args[0].type)
    dtype = None if found is None else _floating(found.dtype)
    if shape is None:
        return ANY
    return result(dtype, shape[:-2])


def slogdet(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Sign and logarithm, one pair a matrix."""
    one = determinant(args, kwargs)
    return Tuple((one, one))
