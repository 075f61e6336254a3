"""`symdiff.checkpoint(f)` → a function whose adjoint runs it once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.values import (
    BAD,
    Bad,
    Bound,
    Closure,
    Known,
    Partial,
    UserFunction,
    Value,
)
from symdiff.frontend.words import describe

CHECKPOINT = "symdiff.checkpoint"


def checkpoint_call(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """Lower `checkpoint(f)`; None if it is a call of something else."""
    if callee.name != CHECKPOINT:
        return None
    given = [*args, *kwargs.values()]
    if len(given) != 1 or isinstance(given[0], Bad):
        return (
            BAD
            if len(given) == 1
            else _refuse(frame, "is not given one function", node)
        )
    return again(frame, given[0], node)


def again(frame: Frame, function: Value, node: cst.CSTNode) -> Value:
    """A function whose adjoint runs it once more."""
    match function:
        case UserFunction(text=text) | Closure(text=text) | Bound(text=text):
            return replace(function, text=frame.session.rerun(text))
        case Partial(function=inner):
            return replace(function, function=again(frame, inner, node))
    return _refuse(frame, f"is given {describe(function)}", node)


def _refuse(frame: Frame, why: str, node: cst.CSTNode) -> Value:
    return frame.report(
        "SD205",
        f"`checkpoint` {why}",
        node,
        help="pass a function that is written in Python",
    )
