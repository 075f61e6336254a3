"""Comparisons: each operand once, and as lazily as Python does it."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import libcst as cst

from symdiff.frontend.branches import decide, lower_not, short_circuit
from symdiff.frontend.frame import Frame, plain
from symdiff.frontend.identity import identical
from symdiff.frontend.join import Arm
from symdiff.frontend.kinds import known_member
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, fold
from symdiff.frontend.protocols import call_operator
from symdiff.frontend.records import entries_of, has_key
from symdiff.frontend.values import (
    BAD,
    Bad,
    Dict,
    Plain,
    Value,
)
from symdiff.ir.nodes import Const

Lowering = Generator[cst.BaseExpression, Value, Value]

COMPARISONS: dict[type[cst.CSTNode], str] = {
    cst.LessThan: "lt",
    cst.LessThanEqual: "le",
    cst.GreaterThan: "gt",
    cst.GreaterThanEqual: "ge",
    cst.Equal: "eq",
    cst.NotEqual: "ne",
    cst.Is: "is_",
    cst.IsNot: "is_not",
    cst.In: "contains",
    cst.NotIn: "contains",
}


def lower_comparison(frame: Frame, node: cst.Comparison) -> Lowering:
    """Lower `a < b < c`: each operand once, and as lazily as Python does it."""
    first = yield node.left
    return (yield from _chain(frame, first, node.comparisons, node))


def _chain(
    frame: Frame,
    first: Value,
    parts: Sequence[cst.ComparisonTarget],
    node: cst.Comparison,
) -> Lowering:
    second = yield parts[0].comparator
    result = compare(frame, first, second, parts[0].operator, node)
    if len(parts) == 1:
        return result
    test = decide(frame, result, node)
    if isinstance(test, bool):
        return (yield from _chain(frame, second, parts[1:], node)) if test else result
    before = frame.state
    with frame.block(before.copy()) as builder:
        last = yield from _chain(frame, second, parts[1:], node)
        arm = Arm(builder, frame.state)
    return short_circuit(frame, before, test, result, arm, last, True, node)


def compare(
    frame: Frame,
    left: Value,
    right: Value,
    operator: cst.BaseCompOp,
    node: cst.CSTNode,
) -> Value:
    """One comparison; decided at once where both sides are known."""
    op = COMPARISONS[type(operator)]
    if op == "contains":
        known = (
            has_key(frame, right, left)
            if isinstance(right, Dict)
            else known_member(left, right)
        )
        if known is not None:
            return plain(Const(known == isinstance(operator, cst.In)))
        found = _member(frame, left, right, node)
        negated = isinstance(operator, cst.NotIn)
        return lower_not(frame, found, node) if negated else found
    if isinstance(left, Bad) or isinstance(right, Bad):
        return BAD
    special = call_operator(frame, op, [left, right], node)
    if special is not None:
        return special
    same = identical(left, right, op)
    if same is not None:
        return plain(Const(same == (op in ("is_", "eq"))))
    known = fold(op, atom_of(frame, left, node), atom_of(frame, right, node))
    return (
        apply(frame, op, [left, right], node) if known is None else plain(Const(known))
    )


def _member(frame: Frame, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left in right`, where only the run knows."""
    if isinstance(right, Dict):
        right = Plain(Const(tuple(key for key, _ in entries_of(frame.state, right))))
    found = call_operator(frame, "contains", [right, left], node)
    return apply(frame, "contains", [right, left], node) if found is None else found
