"""Chains of factors, `2 * u * h / n`: read, and built again, one constant in front."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symdiff.ir.nodes import Atom, Const, Var
from symdiff.ir.types import dtype_of, rank
from symdiff.transform.algebra_forms import (
    Context,
    Form,
    Found,
    finite,
    form,
    keeps,
    number,
)

_DEPTH = 16
"""How far down a chain a constant is looked for."""


@dataclass(frozen=True, slots=True)
class Chain:
    """`factor * head`, then multiplied or divided by each step, from the left.

    A chain without a head starts with its literal, as in `1 / n`.
    """

    factor: int | float | None
    head: Atom | None
    steps: tuple[tuple[str, Atom], ...] = ()


def chain(context: Context, atom: Atom) -> Chain:
    """Read the factors of a value, through temporaries that nobody else reads."""
    steps: list[tuple[str, Atom]] = []
    at = atom
    while len(steps) < _DEPTH:
        found = context.only(at, "mul", "truediv")
        if found is None:
            break
        steps.append((found.op, found.args[1]))
        at = found.args[0]
    steps.reverse()
    front = number(at)
    if front is None:
        return Chain(None, at, tuple(steps))
    if steps and steps[0][0] == "mul":
        return Chain(front, steps[0][1], tuple(steps[1:]))
    return Chain(front, None, tuple(steps))


def build(context: Context, of: Chain) -> Atom | Form:
    """The value of a chain; its last operation is not bound yet."""
    at: Atom | Form
    if of.head is None:
        at = Const(1 if of.factor is None else of.factor)
    elif of.factor is None or (of.factor == 1 and _neutral(context, of)):
        at = of.head
    else:
        at = form("mul", (Const(of.factor), of.head))
    for op, operand in of.steps:
        first = context.bind(at) if isinstance(at, Form) else at
        at = form(op, (first, operand))
    return at


def _neutral(context: Context, of: Chain) -> bool:
    """Whether a factor of 1 may go: not if it makes a float of an int."""
    assert of.head is not None
    if isinstance(of.factor, int):
        return keeps(context, of.head, of.head.type)
    if any(op == "truediv" or _floating(x) for op, x in of.steps):
        return True
    dtype = dtype_of(of.head.type)
    if dtype is not None:
        return dtype[0] in "fc"
    return isinstance(of.head, Var) and keeps(context, of.head, of.head.type)


def _floating(atom: Atom) -> bool:
    dtype = dtype_of(atom.type)
    return dtype is not None and dtype[0] in "fc"


def constants(context: Context, at: Form) -> Found:
    """`u * 2 * (0.5 * h)` is `u * h`: one constant, at the front of the chain."""
    a, b = at.args
    if at.op == "truediv":
        top = chain(context, a)
        if top.factor == 1 and top.head is not None:
            return build(context, replace(top, steps=(*top.steps, ("truediv", b))))
        return _quotient(context, top, number(b))
    swapped = number(b) is not None
    if swapped:
        a, b = b, a
    left, right = chain(context, a), chain(context, b)
    if number(a) is not None:
        if right.steps or right.factor is not None:
            return _scaled(context, left.factor, right)
        return form("mul", (a, b)) if swapped else None
    if right.factor is None:
        return None
    if right.head is None:
        return _over(context, a, b)
    rest = build(context, replace(right, factor=None))
    operand = context.bind(rest) if isinstance(rest, Form) else rest
    return _scaled(
        context, right.factor, replace(left, steps=(*left.steps, ("mul", operand)))
    )


def _over(context: Context, a: Atom, b: Atom) -> Found:
    """`g * (0.5 / s)` is `0.5 * g / s`, where that is no more work on arrays."""
    inner = context.only(b, "truediv")
    if inner is None or number(inner.args[0]) is None:
        return None
    left, right = rank(a.type), rank(inner.args[1].type)
    if left is None or right is None or left > right:
        return None
    return form("truediv", (context.make("mul", inner.args[0], a), inner.args[1]))


def _scaled(context: Context, factor: int | float | None, of: Chain) -> Found:
    assert factor is not None
    total = factor * (1 if of.factor is None else of.factor)
    return build(context, replace(of, factor=total)) if finite(total) else None


def _quotient(context: Context, top: Chain, bottom: int | float | None) -> Found:
    """`2 * u / 4` is `0.5 * u` where the quotient of the literals is exact."""
    if top.factor is None or top.head is None or not bottom:
        return None
    exact = top.factor / bottom
    if not finite(exact) or exact * bottom != top.factor or (exact * 1024) % 1:
        return None
    whole = isinstance(top.factor, int) and isinstance(bottom, int) and exact % 1 == 0
    return build(context, replace(top, factor=int(exact) if whole else exact))
