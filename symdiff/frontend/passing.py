"""How the arguments of a call get into the function that is lowered for it."""

from __future__ import annotations

from dataclasses import replace

from symdiff.frontend.values import Items, Known, Plain, Value, inlined, leaves
from symdiff.ir.nodes import Const
from symdiff.ir.types import Scalar, Tuple, Type


def compiled_in(value: Value, decisive: bool) -> Value | None:
    """The value if it is compiled into the callee.

    Numbers are only if they decide what its code is, as an `axis` does.
    """
    match value:
        case Plain(atom=Const(value=found)):
            number = type(found) in (int, float, complex)
            return value if decisive or not number else None
        case Known():
            return value
        case Items(items=items):
            static = [compiled_in(item, decisive) for item in items]
            return None if None in static else value
    return None


def in_parts(value: Value) -> bool:
    """Whether an argument is passed in parts: it is, or holds, what is no data."""
    functions = isinstance(value, Items) and any(
        isinstance(leaf, Known) for leaf in leaves(value)
    )
    return functions or inlined(value)


def general(type: Type) -> Type:
    """A type without the values of integers, so that calls share one function."""
    match type:
        case Scalar(value=int()):
            return replace(type, value=None)
        case Tuple(items=items):
            return Tuple(tuple(map(general, items)))
    return type
