"""Constants of templates, computed when they are emitted: `y - 1` for `y = 3`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from symdiff.ir.nodes import Atom, Const

_NUMBERS: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name)
    for name in (
        "add",
        "sub",
        "mul",
        "floordiv",
        "neg",
        "lt",
        "gt",
        "eq",
        "is_",
        "is_not",
    )
}


def fold(op: str, args: tuple[Atom, ...]) -> Const | None:
    """The constant that an operation on constants gives, if it can be folded.

    Only what is exact is folded: arithmetic on ints and floats of the template, and
    the displays that the IR can hold as a constant.
    """
    constants = [a for a in args if isinstance(a, Const) and not a.name]
    if len(constants) < len(args):
        return None
    values = [a.value for a in constants]
    if op == "slice":
        return Const(slice(*values))
    if op == "tuple":
        return Const(tuple(values))
    if op == "builtins.range":
        return Const(tuple(range(*values))) if _ints(values) else None
    if op == "builtins.tuple" and isinstance(values[0], tuple):
        return Const(values[0])
    if op == "builtins.len" and isinstance(values[0], tuple):
        return Const(len(values[0]))
    if op == "neg" and isinstance(values[0], tuple) and _ints(list(values[0])):
        return Const(tuple(-v for v in values[0]))
    if op in _NUMBERS and all(type(v) in (int, float) for v in values):
        return Const(_arithmetic(op, values))
    return None


def _arithmetic(op: str, values: list[Any]) -> Any:
    # In decimals, so that `1.1 - 1` is the `0.1` that a person would write.
    exact = op in ("add", "sub", "mul") and all(math.isfinite(v) for v in values)
    if exact and any(isinstance(v, float) for v in values):
        return float(_NUMBERS[op](*(Decimal(repr(v)) for v in values)))
    return _NUMBERS[op](*values)


def _ints(values: list[Any]) -> bool:
    return all(type(v) is int for v in values)
