"""`np.r_[a, 0.0, 1:5]` and `np.c_[a, b]` → the function that joins the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.operations import apply
from symdiff.frontend.values import BAD, Items, Value
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const
from symdiff.ir.types import STR, Array, List, Scalar, dtype_of, rank

PASTERS: dict[int, str] = {id(np.r_): "numpy.r_", id(np.c_): "numpy.c_"}
"""The objects whose subscript joins its parts."""


def paste(frame: Frame, found: Any, index: Atom, node: cst.CSTNode) -> Value:
    """Lower the subscript of `np.r_` or `np.c_`.

    np.r_[0.0, x]      →      np.hstack((0.0, x))
    np.c_[x, y]        →      np.column_stack((x, y))
    """
    if index == UNDEF:
        return BAD
    name = PASTERS[id(found)]
    parts = [_part(frame, part, node) for part in _parts(frame, index)]
    if UNDEF in parts:
        return _refuse(frame, name, "this range or string", node)
    if _narrows(parts):
        return _refuse(frame, name, "numbers beside single precision", node)
    whole = Items(tuple(map(plain, parts)))
    ranks = [_rank(part) for part in parts]
    if name == "numpy.r_":
        return _rows(frame, whole, ranks, node)
    if None in ranks:
        return _refuse(frame, name, "values of unknown rank", node)
    if all(r is not None and r <= 2 for r in ranks):
        return apply(frame, "numpy.column_stack", [whole], node)
    last = {"axis": plain(Const(-1))}
    return apply(frame, "numpy.concatenate", [whole], node, last)


def _rows(
    frame: Frame, whole: Items, ranks: Sequence[int | None], node: cst.CSTNode
) -> Value:
    """Join along the first axis; a number is an array of one."""
    if all(r is not None and r <= 1 for r in ranks):
        op = "numpy.hstack" if 0 in ranks else "numpy.concatenate"
        return apply(frame, op, [whole], node)
    items = (
        item if r else apply(frame, "numpy.atleast_1d", [item], node)
        for item, r in zip(whole.items, ranks, strict=True)
    )
    return apply(frame, "numpy.concatenate", [Items(tuple(items))], node)


def _refuse(frame: Frame, name: str, what: str, node: cst.CSTNode) -> Value:
    other = "concatenate" if name == "numpy.r_" else "column_stack"
    return frame.report(
        "SD202",
        f"`{name}` joins {what}",
        node,
        help=f"write it with `np.{other}`",
    )


def _parts(frame: Frame, index: Atom) -> Sequence[Atom]:
    """What stands between the commas."""
    if isinstance(index, Const):
        whole = isinstance(index.value, tuple)
        return [Const(v) for v in index.value] if whole else [index]
    made = _made(frame, index)
    return made.args if made is not None and made.op == "tuple" else [index]


def _made(frame: Frame, atom: Atom) -> Apply | None:
    """The operation that an index was just written with."""
    for stmt in reversed(frame.builder.stmts):
        if isinstance(stmt, Apply) and atom in stmt.outs:
            return stmt
    return None


def _part(frame: Frame, part: Atom, node: cst.CSTNode) -> Atom:
    """A part as a number or an array: a slice is a range, or so many points."""
    if type_of(part) == STR:
        return UNDEF
    made = _made(frame, part)
    if isinstance(part, Const) and isinstance(part.value, slice):
        bounds = part.value
        start: Atom = Const(bounds.start)
        stop: Atom = Const(bounds.stop)
        step: Atom = Const(bounds.step)
    elif made is not None and made.op == "slice":
        start, stop, step = made.args
    else:
        return part
    if stop == Const(None):
        return UNDEF
    args: list[Atom] = [Const(0) if start == Const(None) else start, stop]
    count = step.value if isinstance(step, Const) else None
    if isinstance(count, complex):
        return frame.emit("numpy.linspace", [*args, Const(int(abs(count)))], node)
    if step != Const(None):
        args.append(step)
    return frame.emit("numpy.arange", args, node)


def _rank(part: Atom) -> int | None:
    """The number of axes; a list of numbers has one."""
    kind = type_of(part)
    if isinstance(kind, List):
        return 1 if isinstance(kind.item, Scalar) else None
    return rank(kind)


def _narrows(parts: Sequence[Atom]) -> bool:
    """Whether Python's numbers would take on the precision of an array beside them."""
    kinds = [type_of(part) for part in parts]
    numbers = any(isinstance(k, Scalar) and k.python for k in kinds)
    arrays = [dtype_of(k) for k in kinds if isinstance(k, Array)]
    return numbers and any(d in ("f2", "f4", "c8") for d in arrays)
