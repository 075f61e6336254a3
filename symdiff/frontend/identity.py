"""What is compared and tested before the program runs: functions, classes, objects."""

from __future__ import annotations

import enum
from typing import Any

from symdiff.frontend.values import (
    INLINED,
    Deque,
    Known,
    Object,
    Plain,
    UserClass,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import Const

FUNCTIONS = (Known, *INLINED)
"""What is known by what it is: a function, a module or an object."""

_EQUAL: tuple[Any, ...] = (object.__eq__, str.__eq__, int.__eq__, float.__eq__)


def identical(left: Value, right: Value, op: str) -> bool | None:
    """Whether two values are one (`is_`, `is_not`) or equal (`eq`, `ne`).

    None if neither is known by what it is, or if its class says what is equal.
    """
    if not isinstance(left, FUNCTIONS) and not isinstance(right, FUNCTIONS):
        return None
    one, other = _live(left), _live(right)
    if op in ("is_", "is_not"):
        known = one is not None and other is not None
        return one[0] is other[0] if one and other and known else left == right
    if op not in ("eq", "ne") or one is None or other is None:
        return None
    if any(type(v[0]).__eq__ not in _EQUAL for v in (one, other)):
        return None
    return bool(one[0] == other[0])


def _live(value: Value) -> tuple[Any] | None:
    """The object that a value is, if that is known."""
    match value:
        case Known(object=found):
            return (found,)
        case Plain(atom=Const(value=found, name="")):
            return (found,)
        case UserFunction(text=text) if text.live is not None:
            return (text.live,)
        case UserClass(text=cls) if cls.live is not None:
            return (cls.live,)
    return None


def is_true(value: Value) -> bool | None:
    """Whether something that is known by what it is counts as true; None if unknown."""
    if isinstance(value, Known) and isinstance(value.object, enum.Enum):
        member = value.object
        plain = isinstance(member, int | str) or not hasattr(type(member), "__bool__")
        return bool(member) if plain else None
    if isinstance(value, Object):
        asks = any(value.cls.method(name) for name in ("__bool__", "__len__"))
        return None if asks else True
    if isinstance(value, Deque):
        return None
    return True if isinstance(value, FUNCTIONS) else None
