"""Functions that keep their results, by `functools.cache`: called as they are."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import call_user
from symdiff.frontend.memory import atom_of
from symdiff.frontend.passive import call_as_it_is, passive_atoms
from symdiff.frontend.values import Known, Value
from symdiff.ir.lengths import forget, loose
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
    atoms = passive_atoms([*args, *kwargs.values()])
    if atoms is None or kwargs or text in frame.session.active:
        return call_user(frame, text, None, (), args, kwargs, node)
    mark, findings = frame.mark(), frame.session.findings.mark()
    tried = call_user(frame, text, None, (), args, {}, node)
    refused = bool(frame.session.findings.since(findings))
    kind = ANY if refused else _kind(frame, tried, node)
    frame.rollback(mark)
    name = callee.name.rpartition(".")[2]
    return call_as_it_is(frame, callee.object, name, atoms, kind, node)


def _kind(frame: Frame, value: Value, node: cst.CSTNode) -> Type:
    """The type of a result, as far as it is the same for every call."""
    atom = atom_of(frame, value, node)
    return forget(loose(type_of(atom)), lambda variable: True)
