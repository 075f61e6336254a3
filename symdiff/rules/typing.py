"""Types of results and of loop items: what other parts ask of inference by name."""

from __future__ import annotations

import re

from symdiff.ir.types import Array, Dim, Length, List, Opaque, Scalar, Tuple, Type
from symdiff.rules.infer.containers import item_type

__all__ = ["forget", "forget_local", "item_type", "names_of"]

WORD = re.compile(r"[A-Za-z_][\w.]*")
# Words that symbols are spelled with and that are no names: `min(5,n)`.
NOT_NAMES = frozenset({"min", "broadcast", "triangle", "None"})


def forget(t: Type, known: frozenset[str]) -> Type:
    """Drop the lengths of a type that are spelled with symbols other than the `known`.

    For a value that leaves the scope of its symbols: the result of a call, or what a
    loop's last iteration leaves behind.
    """
    match t:
        case Scalar(value=Dim() as value) if not _within(value, known):
            return Scalar(t.dtype, t.python)
        case Array(shape=tuple() as shape) if not all(_within(d, known) for d in shape):
            return Array(t.dtype, None)
        case Tuple(items=items):
            return Tuple(tuple(forget(item, known) for item in items))
        case List(item=item, length=count):
            kept = count if count is not None and _within(count, known) else None
            return List(forget(item, known), kept)
        case Opaque(kind=kind, parts=parts):
            return Opaque(kind, tuple(forget(p, known) for p in parts))
    return t


def forget_local(t: Type) -> Type:
    """Drop the lengths of a type that are spelled with variables of a function's body.

    What is left are numbers and the lengths of parameters (`x.0`), which stay the same
    from one iteration, or one call, to the next.
    """
    match t:
        case Scalar(value=Dim() as value) if not _lasting(value):
            return Scalar(t.dtype, t.python)
        case Array(shape=tuple() as shape) if not all(map(_lasting, shape)):
            return Array(t.dtype, None)
        case Tuple(items=items):
            return Tuple(tuple(map(forget_local, items)))
        case List(item=item, length=count):
            kept = count if count is not None and _lasting(count) else None
            return List(forget_local(item), kept)
        case Opaque(kind=kind, parts=parts):
            return Opaque(kind, tuple(map(forget_local, parts)))
    return t


def names_of(d: Length) -> frozenset[str]:
    """The variables and lengths of parameters that a length is spelled with."""
    if isinstance(d, int):
        return frozenset()
    found = {w for name, _ in d.terms for w in WORD.findall(name)}
    return frozenset(found - NOT_NAMES)


def _within(d: Length, known: frozenset[str]) -> bool:
    return names_of(d) <= known


def _lasting(d: Length) -> bool:
    return all("." in name for name in names_of(d))
