"""Lengths of which nothing is known: holes in a type, and what becomes of them.

Where values of different shapes meet, rank and dtype are kept and a length that may be
one or the other is a hole: `f8[3]` and `f8[5]` are both `f8[?0]`. The number tells the
holes of a type apart, so that the layers `(W, b)` of a network are all of the type
`tuple[f8[?0, ?1], f8[?0]]`: whatever the lengths of one are, its `b` fits its `W`.

A hole stands for another length in every value of the type. A variable has one value,
so its holes become symbols of its own when it is bound: `f8[?W.0, ?W.1]`. What leaves
the scope of the variable gets holes again. The items of a list keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from symdiff.ir.types import (
    HOLE,
    Array,
    Dim,
    Length,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    combine,
    hole,
    is_hole,
    symbol,
)

# A name, with the axis if it is a parameter's; what is local has a `?` before it.
NAME = re.compile(r"(\??)([A-Za-z_]\w*)((?:\.\d+)*)")
# Words that symbols are spelled with and that are no names: `min(5,n)`.
NOT_NAMES = frozenset({"min", "broadcast", "triangle", "None"})

Change = Callable[[Length], Length]


def bound(t: Type, name: str) -> Type:
    """The type of a variable that is bound to a value of type `t`: without holes."""
    if not _has_holes(t):
        return t
    return _changed(t, lambda d: _renamed(d, HOLE, rf"?{name}.\1"))


def renamed(t: Type, old: str, new: str) -> Type:
    """The type of a variable that gets another name."""
    own = re.compile(rf"\?{re.escape(old)}\.(\d+)")
    return _changed(t, lambda d: _renamed(d, own, rf"?{new}.\1"))


def forget(t: Type, lost: Callable[[str], bool]) -> Type:
    """Put holes where a length is spelled with a variable that is `lost`.

    For what leaves the scope of variables: what a loop's body hands to its next
    iteration, the arguments and the results of a call. A parameter's own lengths
    (`x.0`) are no variables.
    """
    seen: dict[Length, Length] = {}

    def change(d: Length) -> Length:
        if isinstance(d, int) or not any(map(lost, variables(d))):
            return d
        return seen.setdefault(d, hole(len(seen)))

    return _changed(t, change, lambda item: forget(item, lost))


def loose(type: Type) -> Type:
    """A type without what may change from one time to the next: values of integers."""
    match type:
        case Scalar(value=value) if value is not None:
            return replace(type, value=None)
        case Tuple(items=items):
            return Tuple(tuple(map(loose, items)))
        case List(item=item):
            return replace(type, item=loose(item))
        case Table(key=key, value=value):
            return replace(type, key=loose(key), value=loose(value))
    return type


def spelled_with(types: Iterable[Type]) -> frozenset[str]:
    """The variables that the lengths of types are spelled with."""
    found: set[str] = set()

    def note(d: Length) -> Length:
        if isinstance(d, Dim):
            found.update(variables(d))
        return d

    for t in types:
        _changed(t, note)
    return frozenset(found)


def new_hole(shape: Iterable[Length]) -> Dim:
    """A hole that is not in a shape."""
    return hole(1 + max(map(_last_hole, shape), default=-1))


def apart(types: Iterable[Type]) -> tuple[Type, ...]:
    """Types of values that have nothing to do with each other, with holes of their own.

    For a tuple of items from different lists.
    """
    out: list[Type] = []
    count = 0
    for t in types:
        found: list[Length] = []

        def shift(d: Length, by: int = count, found: list[Length] = found) -> Length:
            found.append(d)
            return _renamed(d, HOLE, lambda hole: f"?{int(hole[1]) + by}")

        out.append(_changed(t, shift))
        count += 1 + max(map(_last_hole, found), default=-1)
    return tuple(out)


@lru_cache(maxsize=4096)
def variables(d: Dim) -> frozenset[str]:
    """The variables that a length is spelled with: integers, and `?x` for an array."""
    return frozenset(
        owned + name
        for spelled, _ in d.terms
        for owned, name, axis in NAME.findall(spelled)
        if owned or (not axis and name not in NOT_NAMES)
    )


def _has_holes(t: Type) -> bool:
    match t:
        case Array(shape=tuple() as shape):
            return any(map(is_hole, shape))
        case Tuple(items=items):
            return any(map(_has_holes, items))
        case Scalar(value=Dim() as value):
            return is_hole(value)
    return False


def _last_hole(d: Length) -> int:
    return max(map(int, HOLE.findall(str(d))), default=-1)


def _renamed(
    d: Length, old: re.Pattern[str], new: str | Callable[[re.Match[str]], str]
) -> Length:
    if isinstance(d, int):
        return d
    out: Length = d.const
    for name, factor in d.terms:
        out = combine(out, symbol(old.sub(new, name)), factor)
    return out


def _changed(
    t: Type, change: Change, inner: Callable[[Type], Type] = lambda item: item
) -> Type:
    """The type with other lengths; `inner` changes the types of the items of lists."""
    match t:
        case Scalar(value=Dim() as value):
            return Scalar(t.dtype, t.python, _kept(change(value)))
        case Array(dtype=dtype, shape=tuple() as shape):
            return Array(dtype, tuple(map(change, shape)))
        case Tuple(items=items):
            return Tuple(tuple(_changed(item, change, inner) for item in items))
        case List(item=item, length=count):
            return List(inner(item), None if count is None else _kept(change(count)))
        case Table():
            return Table(inner(t.key), inner(t.value), t.factory, t.empty)
        case Opaque(kind="iterator", parts=parts):
            return Opaque("iterator", tuple(map(inner, parts)))
        case Opaque(kind=kind, parts=parts):
            return Opaque(kind, tuple(_changed(p, change, inner) for p in parts))
    return t


def _kept(d: Length) -> Length | None:
    """A length where nothing stands for one that is not known."""
    return None if is_hole(d) else d
