"""Calls of functions as they are: passed to the gradient, and called there once.

No derivative flows through such a call, so it takes nothing that may carry one, and
nothing that it could write to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import libcst as cst

from symdiff.analysis.activity import differentiable
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.session import Capture
from symdiff.frontend.values import BAD, Plain, Value, immutable
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, Var
from symdiff.ir.types import Type


def passive_atoms(args: Iterable[Value]) -> list[Atom] | None:
    """The arguments, if none carries a derivative or can be written to."""
    atoms: list[Atom] = []
    for value in args:
        if not isinstance(value, Plain):
            return None
        kind = type_of(value.atom)
        fixed = immutable(kind) and not differentiable(kind)
        if not fixed and not isinstance(value.atom, Const):
            return None
        atoms.append(value.atom)
    return atoms


def call_as_it_is(
    frame: Frame,
    function: Any,
    name: str,
    args: Sequence[Atom],
    kind: Type,
    node: cst.CSTNode,
) -> Value:
    """Call a live function in its place; what it returns is of the given type."""
    capture = Capture(name, lambda: function, function)
    callee = frame.version(frame.capture(capture))
    out = frame.emit("external", [callee, *args], node)
    if out == UNDEF or not isinstance(out, Var):
        return BAD
    typed = replace(out, type=kind)
    last = frame.builder.stmts[-1]
    assert isinstance(last, Apply)
    frame.builder.stmts[-1] = replace(last, outs=(typed,))
    return Plain(typed)
