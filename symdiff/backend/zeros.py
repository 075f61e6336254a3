"""Zero cotangents of lists whose items are known: `[0.0] * len(xs)`."""

from __future__ import annotations

from symdiff.backend.calls import Imports
from symdiff.backend.flat import flat
from symdiff.backend.syntax import binary, call
from symdiff.backend.tree import Expr, Text
from symdiff.ir.types import Array, List, Scalar, Tuple, Type

_NAMES = "abcdefgh"


def zeros_of(value: Expr, type: Type, imports: Imports) -> Expr | None:
    """Zeros in the structure of a list, written out; None where a helper is clearer."""
    if not isinstance(type, List):
        return None
    if isinstance(type.item, Scalar):
        return binary("*", Text("[0.0]"), call("len", value))
    if isinstance(type.item, Array):
        return _listed(f"{imports.use('numpy')}.zeros_like(item)", "item", value)
    if not isinstance(type.item, Tuple) or not _is_flat(type.item):
        return None
    names: list[str] = []
    zeros: list[str] = []
    for name, part in zip(_NAMES, type.item.items, strict=False):
        is_array = isinstance(part, Array)
        names.append(name if is_array else "_")
        like = f"{imports.use('numpy')}.zeros_like({name})"
        zeros.append(like if is_array else "0.0")
    return _listed(f"({', '.join(zeros)})", ", ".join(names), value)


def _is_flat(type: Tuple) -> bool:
    """Whether a tuple is of two or more arrays and numbers, not too many."""
    known = all(isinstance(part, Array | Scalar) for part in type.items)
    return known and 2 <= len(type.items) <= len(_NAMES)


def _listed(made: str, target: str, value: Expr) -> Expr:
    return Text(f"[{made} for {target} in {flat(value)}]")
