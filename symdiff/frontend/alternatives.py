"""Functions that differ on two paths that meet: the test says which one it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdiff.frontend.values import CALLABLE, Choice, Value
from symdiff.ir.nodes import Atom, Const


def merged(
    test: Atom | None, values: tuple[Value, Value], phi: Callable[[Atom, Atom], Atom]
) -> Value | None:
    """One of two functions on two paths that meet; None if they are not that.

    `phi` lets a test that was made on one of the paths be read after both.
    """
    if test is None or not all(isinstance(v, CALLABLE) for v in values):
        return None

    def seen(value: Value, first: bool) -> Value:
        if not isinstance(value, Choice):
            return value
        no = Const(False)
        merged_test = phi(value.test, no) if first else phi(no, value.test)
        inner = seen(value.first, first), seen(value.second, first)
        return replace(value, test=merged_test, first=inner[0], second=inner[1])

    return Choice(test, seen(values[0], True), seen(values[1], False))
