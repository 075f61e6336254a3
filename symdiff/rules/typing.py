"""Types of results and of loop items: what other parts ask of inference by name."""

from __future__ import annotations

from symdiff.ir.types import ANY, Array, Dim, Length, List, Opaque, Scalar, Tuple, Type
from symdiff.rules.infer.containers import item_type

__all__ = ["forget", "item_type"]


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
    return t if t is not None else ANY


def _within(d: Length, known: frozenset[str]) -> bool:
    return isinstance(d, int) or all(name in known for name, _ in d.terms)
