"""What all inference shares: constants, arrays of containers, broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from symdiff.ir.lengths import new_hole
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
    dtype_name,
    join_all,
    symbol,
)

Shape = tuple[Length, ...]
Kwargs = Mapping[str, Atom]

WEAK: dict[str, Any] = {"f8": float, "i8": int, "c16": complex}
SAMPLES: dict[str, Any] = {"f8": 0.0, "i8": 0, "b1": np.dtype("?"), "c16": 0j}


class Unset:
    """The value of an argument that is not a constant."""

    def __repr__(self) -> str:
        """A spelling for messages."""
        return "<unset>"


UNSET = Unset()


def constant_of(atom: Atom | None, default: Any = None) -> Any:
    """The value of a constant argument, `default` if it is absent, else `UNSET`."""
    if atom is None:
        return default
    return value_of_type(atom.type) if not isinstance(atom, Const) else atom.value


def value_of_type(t: Type) -> Any:
    """The plain value that a type pins down: an int, None, or a tuple of such."""
    match t:
        case Scalar(value=int() as value):
            return value
        case Opaque(kind="none"):
            return None
        case Tuple(items=items):
            values = tuple(map(value_of_type, items))
            return UNSET if UNSET in values else values
    return UNSET


def integer(atom: Atom) -> Length | None:
    """The length that an int argument equals; a variable's own name if nothing else."""
    match atom:
        case Const(value=bool()):
            return None
        case Const(value=int() as value):
            return value
        case Const():
            return None
    return length_of(atom.type, atom.name)


def length_of(t: Type, name: str = "") -> Length | None:
    """The length that an int of this type equals, where that can be named."""
    if isinstance(t, Scalar) and t.dtype[0] in "iu":
        return t.value if t.value is not None else symbol(name) if name else None
    return None


def lengths(atom: Atom) -> Shape | None:
    """The shape that an argument spells: an int or a tuple or list of them."""
    one = integer(atom)
    if one is not None:
        return (one,)
    match atom.type:
        case Tuple(items=items):
            found = [length_of(t) for t in items]
            return None if None in found else tuple(d for d in found if d is not None)
    return None


def array_of(t: Type) -> Scalar | Array | None:
    """The number or array that NumPy makes of an argument; None if it is not known."""
    match t:
        case Scalar() | Array():
            return t
        case List(item=item, length=count):
            inner = array_of(item)
            return None if inner is None else _stacked(inner, count)
        case Tuple(items=items):
            inner = array_of(join_all([_plain(i) for i in items]))
            return None if inner is None else _stacked(inner, len(items))
    return None


def like_argument(at: int) -> Callable[[tuple[Atom, ...], Kwargs], Type]:
    """The type of argument `at`; of a list, the array that NumPy makes of it."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        kind = args[at].type
        if not isinstance(kind, List | Tuple):
            return kind
        return array_of(kind) or Array(None, None)

    return infer


def _plain(t: Type) -> Type:
    """Forget the value of an int, so that the items of a tuple can be joined."""
    return Scalar(t.dtype, t.python) if isinstance(t, Scalar) else t


def _stacked(inner: Scalar | Array, count: Length | None) -> Array:
    shape = inner.shape if isinstance(inner, Array) else ()
    if shape is None:
        return Array(inner.dtype, None)
    return Array(inner.dtype, (new_hole(shape) if count is None else count, *shape))


def shape_in(t: Type) -> Shape | None:
    """The shape of what NumPy makes of an argument."""
    found = array_of(t)
    if found is None:
        return None
    return found.shape if isinstance(found, Array) else ()


def result(dtype: str | None, shape: Shape | None) -> Type:
    """The type of a computed array: a number where NumPy gives one for rank 0."""
    if shape == ():
        return Scalar(dtype) if dtype is not None else ANY
    return Array(dtype, shape) if shape is not None else ANY


def broadcast(shapes: Iterable[Shape | None]) -> Shape | None:
    """The shape of several shapes broadcast together."""
    known: list[Shape] = []
    for shape in shapes:
        if shape is None:
            return None
        known.append(shape)
    size = max(map(len, known), default=0)
    padded = [(1,) * (size - len(s)) + s for s in known]
    out = tuple(_one(dims) for dims in zip(*padded, strict=True))
    return out


def _one(dims: tuple[Length, ...]) -> Length:
    """One broadcast length: two symbols that may differ make a symbol of their own."""
    kept: list[Length] = []
    for d in dims:
        if d != 1 and d not in kept:
            kept.append(d)
    fixed = [d for d in kept if isinstance(d, int)]
    if fixed:
        return fixed[0]
    if len(kept) > 1:
        parts = {p for d in kept for p in str(d).removeprefix("broadcast ").split(" ")}
        return symbol("broadcast " + " ".join(sorted(parts)))
    return kept[0] if kept else 1


def weak(t: Type) -> Any:
    """What NumPy's promotion sees of an operand: a dtype, or a Python type."""
    found = array_of(t)
    if found is None or found.dtype is None:
        return None
    if isinstance(found, Scalar) and found.python and found.dtype in WEAK:
        return WEAK[found.dtype]
    return np.dtype(found.dtype)


def promote(types: Iterable[Type]) -> str | None:
    """The dtype of several operands together, Python numbers being weak."""
    samples = []
    types = list(types)
    for t in types:
        found = array_of(t)
        if found is None or found.dtype is None:
            return widest(types)
        python = isinstance(found, Scalar) and found.python
        samples.append(SAMPLES[found.dtype] if python else np.dtype(found.dtype))
    try:
        return dtype_name(np.result_type(*samples)) if samples else None
    except TypeError:
        return None


def widest(types: Iterable[Type]) -> str | None:
    """The dtype of operands that are not all known: complex, if one of them is."""
    found = [array_of(t) for t in types]
    return "c16" if any(f is not None and f.dtype == "c16" for f in found) else None


@lru_cache(maxsize=4096)
def ufunc_dtype(ufunc: np.ufunc, operands: tuple[Any, ...]) -> str | None:
    """The dtype of a ufunc's first result for operands as `weak` sees them."""
    try:
        return dtype_name(
            ufunc.resolve_dtypes((*operands, *[None] * ufunc.nout))[len(operands)]
        )
    except TypeError:
        return None


def dtype_argument(atom: Atom | None, default: str | None) -> str | None:
    """The dtype that a `dtype=` argument names; None if that is not known."""
    value = constant_of(atom)
    if value is None:
        return default
    try:
        return None if value is UNSET else dtype_name(value)
    except TypeError:
        return None


def axes_of(value: Any, rank: int) -> tuple[int, ...] | None:
    """The axes of an `axis=` value, counted from 0; None if out of range."""
    if value is None:
        return tuple(range(rank))
    items = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(a, int) and -rank <= a < rank for a in items):
        return None
    return tuple(sorted({a % rank for a in items}))
