"""Constant expressions of a text → their values, without executing it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst


class Unresolved:
    """A name of the text that is there but whose value is not known: `why` says it."""

    def __init__(self, why: str) -> None:
        self.why = why


_FOLDED: dict[type[cst.CSTNode], Callable[..., Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
    cst.Power: operator.pow,
    cst.Minus: operator.neg,
    cst.Plus: operator.pos,
}


def fold(node: cst.CSTNode, leaf: Callable[[Any], Any]) -> Any:
    """The value of a constant expression of numbers, strings and tuples.

    `leaf` says what a name or attribute is; what cannot be folded is `Unresolved`.
    """
    match node:
        case cst.Integer() | cst.Float() | cst.Imaginary() | cst.SimpleString():
            return node.evaluated_value if hasattr(node, "evaluated_value") else None
        case cst.Tuple(elements=elements):
            return tuple(fold(e.value, leaf) for e in elements)
        case cst.UnaryOperation(operator=op, expression=inner):
            return _fold(type(op), fold(inner, leaf))
        case cst.BinaryOperation(left=left, operator=op, right=right):
            return _fold(type(op), fold(left, leaf), fold(right, leaf))
    return leaf(node)


def literal(node: cst.CSTNode) -> Any:
    """The value of a name that is a constant of the language."""
    constants = {"None": None, "True": True, "False": False}
    name = node.value if isinstance(node, cst.Name) else ""
    return constants.get(name, Unresolved("it is not a constant in the text"))


def _fold(kind: type[cst.CSTNode], *values: Any) -> Any:
    numbers = all(type(v) in (int, float, complex) for v in values)
    if kind not in _FOLDED or not numbers:
        return Unresolved("")
    try:
        return _FOLDED[kind](*values)
    except (ArithmeticError, ValueError):
        return Unresolved("")
