"""Functions that are called as they are: what they do is not in the gradient's source.

A function that keeps its results (`functools.cache`), or that cannot be lowered, is
passed to the gradient and called there, once, in its place. No derivative flows through
such a call, so it takes nothing that may carry one.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

import libcst as cst

from symdiff.analysis.activity import differentiable
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import call_user
from symdiff.frontend.memory import atom_of
from symdiff.frontend.session import Capture
from symdiff.frontend.values import BAD, Known, Plain, Value, immutable
from symdiff.ir.lengths import forget, loose
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, Var
from symdiff.ir.types import ANY, Type


def is_cached(value: Any) -> bool:
    """Whether a live function keeps its results, by `functools.cache`."""
    return isinstance(value, functools._lru_cache_wrapper)


def call_cached(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """Call a function that keeps its results: as it is, if no derivative can flow.

    Otherwise its text is followed: what it computes does not depend on what it keeps.
    """
    inner = callee.object.__wrapped__
    if not isinstance(inner, FunctionType):
        return frame.report("SD403", f"`{callee.name}` keeps what is no function", node)
    text = frame.session.text_of(inner)
    atoms = _passive(frame, [*args, *kwargs.values()], node)
    if atoms is None or kwargs or text in frame.session.active:
        return call_user(frame, text, None, (), args, kwargs, node)
    mark, findings = frame.mark(), frame.session.findings.mark()
    tried = call_user(frame, text, None, (), args, {}, node)
    refused = bool(frame.session.findings.since(findings))
    kind = ANY if refused else _kind(frame, tried, node)
    frame.rollback(mark)
    return _call(frame, callee, atoms, kind, node)


def _passive(
    frame: Frame, args: Sequence[Value], node: cst.CSTNode
) -> list[Atom] | None:
    """The arguments, if none carries a derivative or can be written to."""
    atoms: list[Atom] = []
    for value in args:
        if not isinstance(value, Plain):
            return None
        atom = value.atom
        kind = type_of(atom)
        if not isinstance(atom, Const) and (
            differentiable(kind) or not immutable(kind)
        ):
            return None
        atoms.append(atom)
    return atoms


def _kind(frame: Frame, value: Value, node: cst.CSTNode) -> Type:
    """The type of a result, as far as it is the same for every call."""
    atom = atom_of(frame, value, node)
    return forget(loose(type_of(atom)), lambda variable: True)


def _call(
    frame: Frame, callee: Known, args: Sequence[Atom], kind: Type, node: cst.CSTNode
) -> Value:
    name = callee.name.rpartition(".")[2]
    capture = Capture(name, lambda: callee.object, callee.object)
    function = frame.version(frame.capture(capture))
    out = frame.emit("external", [function, *args], node)
    if out == UNDEF or not isinstance(out, Var):
        return BAD
    typed = replace(out, type=kind)
    last = frame.builder.stmts[-1]
    assert isinstance(last, Apply)
    frame.builder.stmts[-1] = replace(last, outs=(typed,))
    return Plain(typed)
