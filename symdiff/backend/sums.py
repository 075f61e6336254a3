"""Sums of the cotangents of lists, written out: `[a + b for a, b in zip(xs, ys)]`."""

from __future__ import annotations

import re

from symdiff.backend.flat import flat
from symdiff.backend.syntax import binary
from symdiff.backend.tree import Expr, Text
from symdiff.ir.types import Array, List, Scalar, Type

_NAMES = ("a", "b", "c", "item", "value")


def is_flat_list(type: Type) -> bool:
    """Whether a value is a list of numbers or arrays, which `+` adds up."""
    return isinstance(type, List) and isinstance(type.item, Scalar | Array)


def sum_of_lists(x: Expr, y: Expr) -> Expr:
    """The sums of the items of two lists of one length."""
    return Text(f"[a + b for a, b in zip({flat(x)}, {flat(y)})]")


def sum_with_repeated(x: Expr, y: Expr) -> Expr:
    """The items of a list, `y` added to each: the sum with `[y] * len(x)`."""
    taken = set(re.findall(r"\w+", flat(y)))
    name = next(n for n in _NAMES if n not in taken)
    return Text(f"[{flat(binary('+', Text(name), y))} for {name} in {flat(x)}]")
