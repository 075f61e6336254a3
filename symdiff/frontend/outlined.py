"""A function that is passed to an operation → a function of the program.

The call of the function is inlined into a block of its own; what the block reads of
the scopes around it becomes parameters, after those that the operation passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from symdiff.analysis.renaming import read_outside, renamed
from symdiff.frontend import prelude
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.values import Bad, Closure, Items, Plain, UserFunction, Value
from symdiff.frontend.written import expand
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Call,
    Function,
    Return,
    Stmt,
    Var,
    walk,
)
from symdiff.ir.types import AnyType, Array, List, Scalar, Tuple, Type, rank
from symdiff.rules import registry

_APPLIED: dict[int, Callable[..., Any]] = {
    1: prelude.applied,
    2: prelude.applied_to_two,
}
_BASES = {1: ("x",), 2: ("y", "t")}


@dataclass(frozen=True, slots=True)
class Outlined:
    """A function of the program, and what it is passed beside its own arguments."""

    name: str
    free: tuple[Var, ...]


def outlined(
    frame: Frame,
    function: Value,
    label: str,
    kinds: Sequence[Type],
    extra: Sequence[Value],
    node: cst.CSTNode,
) -> Outlined | None:
    """Lower a function of one or two arguments as a function of the program.

    One of a number returns a number, one of an array an array with one axis. None,
    with a finding, if it does not, or has effects.
    """
    text = function.text if isinstance(function, Closure | UserFunction) else None
    unnamed = text is None or isinstance(text.node, cst.Lambda)
    name = label if text is None or unnamed else text.name
    bases = [p.name for p in text.parameters] if text is not None else []
    bases = bases if len(bases) >= len(kinds) else list(_BASES[len(kinds)])
    cells, written = len(frame.cells), set(frame.written)
    with frame.block() as inner:
        pairs = zip(bases, kinds, strict=False)
        own = tuple(frame.builder.fresh(base, kind, False) for base, kind in pairs)
        given = [function, *map(Plain, own), Items(tuple(extra))]
        result = expand(frame, _APPLIED[len(kinds)], given, {}, node)
        value = UNDEF if isinstance(result, Bad) else atom_of(frame, result, node)
        vector = isinstance(kinds[0], Array)
        if vector and isinstance(type_of(value), List | Tuple):
            value = frame.emit("numpy.array", [value], node)
        stmts = tuple(inner.stmts)
    if value == UNDEF:
        return None
    if any(cell < cells for cell in frame.written - written):
        frame.report("SD305", f"`{name}` writes to what is outside of it", node)
        return None
    if not _is_fit(frame, name, stmts, value, kinds[0], node):
        return None
    free = read_outside(stmts, value, own)
    body = prune((*stmts, Return(value, frame.origin(node))))
    known = frame.session.outlined
    key = f"{name}#{label}{len(known)}"
    known[key] = renamed(Function(key, (*own, *free), body))
    return Outlined(key, free)


def _is_fit(
    frame: Frame,
    name: str,
    stmts: Sequence[Stmt],
    value: Atom,
    own: Type,
    node: cst.CSTNode,
) -> bool:
    """Whether a solver may call a function of `own`; a finding says why not."""
    kind = type_of(value)
    vector = isinstance(own, Array)
    unknown = isinstance(kind, AnyType) or isinstance(own, AnyType)
    fits = isinstance(kind, Array if vector else Scalar)
    if vector and None not in (rank(kind), rank(own)):
        fits = fits and rank(kind) == rank(own)
    if not fits and not unknown:
        axes = "one axis" if rank(own) == 1 else f"{rank(own)} axes"
        wanted = f"an array with {axes}" if vector else "a number"
        frame.report("SD202", f"`{name}` returns {kind}, not {wanted}", node)
        return False
    if has_effect(frame, stmts):
        frame.report(
            "SD202",
            f"`{name}` prints or draws, and a solver calls it as often as it likes",
            node,
            help="let it compute its value only",
        )
        return False
    return True


_ALLOWED = ("assert", "raise", "defined")


def has_effect(frame: Frame, stmts: Sequence[Stmt]) -> bool:
    """Whether statements, or the functions that they call, have an effect."""
    known = {f.function.name: f.function for f in frame.session.functions.values()}
    todo, seen = [tuple(stmts)], set[str]()
    while todo:
        for stmt in walk(todo.pop()):
            if isinstance(stmt, Apply) and stmt.op not in _ALLOWED:
                entry = registry.find(stmt.op)
                if entry is not None and entry.effect:
                    return True
            elif isinstance(stmt, Call) and stmt.function not in seen:
                seen.add(stmt.function)
                todo.append(known[stmt.function].body)
    return False
