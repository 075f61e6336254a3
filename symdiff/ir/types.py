"""What is known of a value before the program runs: scalar, array, container, opaque.

A dimension is an integer or a linear expression in symbols, so that the lengths of
`u[2:]`, `u[1:-1]` and `u[:-2]` are seen to be equal.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from threading import Lock, RLock
from types import EllipsisType
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Dim:
    """A length: `const + sum(coefficient * symbol)`, with terms sorted by symbol."""

    const: int
    terms: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        parts = [s if c == 1 else f"{c}*{s}" for s, c in self.terms]
        if self.const:
            parts.append(str(self.const))
        return "+".join(parts).replace("+-", "-") or "0"


Length = int | Dim
HOLE = re.compile(r"\?(\d+)")


def symbol(name: str) -> Dim:
    """The length called `name`."""
    return Dim(0, ((name, 1),))


def hole(number: int) -> Dim:
    """A length of which nothing is known (see `lengths`)."""
    return symbol(f"?{number}")


def is_hole(d: Length) -> bool:
    """Whether a length is a hole, or is spelled with one."""
    return isinstance(d, Dim) and any(HOLE.search(name) for name, _ in d.terms)


def length(const: int, terms: dict[str, int]) -> Length:
    """A length in canonical form: a plain int if no symbol is left."""
    kept = tuple(sorted((s, c) for s, c in terms.items() if c))
    return Dim(const, kept) if kept else const


def combine(a: Length, b: Length, factor: int = 1) -> Length:
    """`a + factor * b`."""
    terms = dict(a.terms) if isinstance(a, Dim) else {}
    const = a.const if isinstance(a, Dim) else a
    for s, c in b.terms if isinstance(b, Dim) else ():
        terms[s] = terms.get(s, 0) + factor * c
    return length(const + factor * (b.const if isinstance(b, Dim) else b), terms)


def product(a: Length, b: Length) -> Length:
    """`a * b`; the product of two symbolic lengths is a symbol of its own."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(a, int):
        return combine(0, b, a)
    if isinstance(b, int):
        return combine(0, a, b)
    left, right = sorted((str(a), str(b)))
    return symbol(f"({left})*({right})")


def quotient(a: Length, b: Length) -> Length:
    """`a // b`: exact where it divides, otherwise a symbol of its own."""
    if isinstance(b, int) and b:
        if isinstance(a, int):
            return a // b
        if a.const % b == 0 and all(c % b == 0 for _, c in a.terms):
            return length(a.const // b, {s: c // b for s, c in a.terms})
    return symbol(f"({a})//({b})")


@dataclass(frozen=True, slots=True)
class AnyType:
    """Nothing is known: a number, an array of any rank, or anything else."""

    def __str__(self) -> str:
        return "any"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number. `dtype` is `f8 f4 i8 b1 c16 ...`; `python` marks one of Python's own.

    `value` is the length that an integer is known to equal: `n = x.shape[0]`.
    """

    dtype: str
    python: bool = False
    value: Length | None = None

    def __str__(self) -> str:
        if self.python:
            return {"f8": "float", "i8": "int", "b1": "bool", "c16": "complex"}[
                self.dtype
            ]
        return self.dtype


@dataclass(frozen=True, slots=True)
class Array:
    """An array; `dtype` or `shape` is None where it is not known."""

    dtype: str | None = None
    shape: tuple[Length, ...] | None = None

    def __str__(self) -> str:
        shape = "..." if self.shape is None else ", ".join(map(str, self.shape))
        return f"{self.dtype or 'any'}[{shape}]"


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple of known length."""

    items: tuple[Type, ...]

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items))}]"


@dataclass(frozen=True, slots=True)
class List:
    """A list whose items share one type; `length` is None where it is not known."""

    item: Type
    length: Length | None = None

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True, slots=True)
class Table:
    """A dict whose keys are known at run time only: all of one type, as the values.

    `factory` says what a `defaultdict` makes of a key that is missing: `float`, `int`
    or `list`. An `empty` one has no entries that could be of another type.
    """

    key: Type
    value: Type
    factory: str = ""
    empty: bool = False

    def __str__(self) -> str:
        return f"dict[{self.key}, {self.value}]"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A passive value: `str range iterator slice none ellipsis module function`.

    A `generator` draws random numbers; what is `foreign` (a file, a logger, a lock) is
    used for its effects only.

    `parts` are the types of a slice's start, stop and step, or of an iterator's item.
    """

    kind: str
    parts: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return self.kind


Type = AnyType | Scalar | Array | Tuple | List | Table | Opaque
ANY = AnyType()
FLOAT = Scalar("f8", python=True)
INT = Scalar("i8", python=True)
BOOL = Scalar("b1", python=True)
F8 = Scalar("f8")
STR = Opaque("str")
NONE = Opaque("none")
GENERATOR = Opaque("generator")
FOREIGN = Opaque("foreign")


def dtype_name(dtype: Any) -> str:
    """NumPy's short name of a dtype: `f8`, `b1`, `c16`."""
    return str(np.dtype(dtype).str.lstrip("<>|="))


PLAIN: dict[type, Type] = {
    bool: BOOL,
    float: FLOAT,
    complex: Scalar("c16", python=True),
    str: STR,
    type(None): NONE,
    range: Opaque("range", (INT,)),
    EllipsisType: Opaque("ellipsis"),
    np.random.Generator: GENERATOR,
    np.random.RandomState: GENERATOR,
    **dict.fromkeys([logging.Logger, io.IOBase, type(Lock()), type(RLock())], FOREIGN),
}
"""The types of values that say nothing more than what they are."""


def type_of_value(value: Any) -> Type:
    """The type of a live value, every length a plain integer."""
    match value:
        case np.generic() if value.dtype.kind in "fiubc":
            return Scalar(dtype_name(value.dtype))
        case int() if not isinstance(value, bool):
            return Scalar("i8", python=True, value=value)
        case np.ndarray():
            return Array(dtype_name(value.dtype), value.shape)
        case tuple():
            return Tuple(tuple(map(type_of_value, value)))
        case list():
            kinds = [type_of_value(v) for v in value]
            return List(join_all(kinds), len(value))
        case slice():
            bounds = (value.start, value.stop, value.step)
            return Opaque("slice", tuple(map(type_of_value, bounds)))
    other = Opaque("function" if callable(value) else "object")
    return next((t for kind, t in PLAIN.items() if isinstance(value, kind)), other)


Pairs = dict[tuple[Length, Length], Length]
"""The holes of a joined type, by the two lengths that each may be."""


def join(a: Type, b: Type) -> Type:
    """The most that is known of a value that has type `a` or type `b`.

    A length that may be one or the other becomes a hole, the same one wherever the
    same two meet.
    """
    return a if a == b else _join(a, b, {})


def _join(a: Type, b: Type, pairs: Pairs) -> Type:
    match a, b:
        case Scalar(), Scalar():
            return a if a == b else _join_scalars(a, b)
        case Array(), Array():
            dtype = _join_dtypes(a.dtype, b.dtype)
            return Array(dtype, _join_shapes(a.shape, b.shape, pairs))
        case Tuple(), Tuple() if len(a.items) == len(b.items):
            items = zip(a.items, b.items, strict=True)
            return Tuple(tuple(_join(x, y, pairs) for x, y in items))
        case List(), List():
            # An empty list has no items that could be of another type.
            kinds = [t.item for t in (a, b) if t.length != 0] or [a.item]
            return List(join_all(kinds), a.length if a.length == b.length else None)
        case Table(), Table() if a.factory == b.factory:
            full = [t for t in (a, b) if not t.empty] or [a]
            keys, values = [t.key for t in full], [t.value for t in full]
            empty = a.empty and b.empty
            return Table(join_all(keys), join_all(values), a.factory, empty)
    return a if a == b else ANY


def _join_shapes(
    a: tuple[Length, ...] | None, b: tuple[Length, ...] | None, pairs: Pairs
) -> tuple[Length, ...] | None:
    if a is None or b is None or len(a) != len(b):
        return None
    out: list[Length] = []
    for one, other in zip(a, b, strict=True):
        if one == other and not is_hole(one):
            out.append(one)
        else:
            out.append(pairs.setdefault((one, other), hole(len(pairs))))
    return tuple(out)


def _join_scalars(a: Scalar, b: Scalar) -> Type:
    if a.dtype == b.dtype:
        return Scalar(a.dtype, a.python and b.python)
    kinds = {a.dtype[0], b.dtype[0]}
    if kinds <= {"f", "i", "u", "b"} and "f" in kinds:
        size = max(int(t.dtype[1:]) for t in (a, b) if t.dtype[0] == "f")
        return Scalar(f"f{size}", a.python and b.python)
    if kinds <= {"c", "f", "i", "u", "b"} and "c" in kinds:
        return Scalar(_complex_of(a.dtype, b.dtype), a.python and b.python)
    return ANY


def _join_dtypes(a: str | None, b: str | None) -> str | None:
    """The dtype of one of two arrays: what may be complex is taken for complex."""
    if a != b and a and b and "c" in (a[0], b[0]):
        return _complex_of(a, b)
    return a if a == b else None


def _complex_of(a: str, b: str) -> str:
    """The complex dtype that holds both: `c8` for single precision alone."""
    return "c8" if {a, b} <= {"c8", "f4"} else "c16"


def join_all(types: list[Type]) -> Type:
    """The join of a list of types; of an empty list, nothing is known."""
    if not types:
        return ANY
    out = types[0]
    for t in types[1:]:
        out = join(out, t)
    return out


def rank(t: Type) -> int | None:
    """The number of dimensions, or None where it is not known."""
    match t:
        case Scalar():
            return 0
        case Array(shape=shape) if shape is not None:
            return len(shape)
    return None


def shape_of(t: Type) -> tuple[Length, ...] | None:
    """The shape of a number or array, or None where it is not known."""
    match t:
        case Scalar():
            return ()
        case Array(shape=shape):
            return shape
    return None


def dtype_of(t: Type) -> str | None:
    """The dtype of a number or array, or None where it is not known."""
    return t.dtype if isinstance(t, Scalar | Array) else None
