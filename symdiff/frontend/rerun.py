"""Calls of checkpointed functions: of a function of the program that is run again.

What can be passed to a function is; a closure, or a function that is given objects, is
cut out of the function around it instead, with what it reads as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import libcst as cst

from symdiff.analysis.renaming import read_outside, renamed
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.source import FunctionText
from symdiff.frontend.summary import NotFirstOrder
from symdiff.frontend.values import (
    BAD,
    Bad,
    Closure,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    immutable,
    inlined,
)
from symdiff.ir.edit import map_origins
from symdiff.ir.nodes import NOWHERE, Call, Function, Return

Inline = Callable[[], Value]


def run_again(
    frame: Frame,
    text: FunctionText,
    closure: Closure | None,
    values: dict[str, Value],
    node: cst.CSTNode,
    inline: Inline,
) -> Value:
    """Lower a call of a checkpointed function, its arguments bound by name."""
    if text.node in frame.session.recursive:
        return frame.report(
            "SD205",
            f"`{text.name}` is checkpointed and calls itself",
            node,
            help="leave it without `checkpoint`: each call stores what it needs",
        )
    if closure is None and not any(map(inlined, values.values())):
        mark = frame.mark()
        try:
            return frame.engine.call(frame, text, values, node)
        except NotFirstOrder:
            frame.rollback(mark)
    return _cut_out(frame, text, node, inline)


def _cut_out(
    frame: Frame, text: FunctionText, node: cst.CSTNode, inline: Inline
) -> Value:
    """Inline a call into a block of its own, and make that a function."""
    cells, written = len(frame.cells), set(frame.written)
    with frame.block() as block:
        result = inline()
        leaves = _leaves(result)
        if leaves is None:
            return _refuse(frame, text, result, node)
        ends = [atom_of(frame, leaf, node) for leaf in leaves]
        value = ends[0] if len(ends) == 1 else frame.emit("tuple", ends, node)
        stmts = tuple(block.stmts)
    if any(cell < cells for cell in frame.written - written):
        why = f"`{text.name}` is checkpointed and writes to what is outside of it"
        return frame.report("SD205", why, node, help="return the new value instead")
    free = read_outside(stmts, value, ())
    body = prune((*stmts, Return(value, frame.origin(node))))
    unnamed = isinstance(text.node, cst.Lambda)
    name = "part" if unnamed else text.name
    made = renamed(Function(name, free, body, again=True))
    outs = tuple(frame.builder.fresh("", type_of(end), True) for end in ends)
    name = _kept(frame, made)
    frame.builder.emit(Call(outs, name, free, frame.origin(node)))
    parts: list[Value] = []
    for leaf, out in zip(leaves, outs, strict=True):
        mine = cells_of(leaf)
        reached = (frame.state.sharing.reached(cell) for cell in mine)
        shares = frozenset(c for c in mine.union(*reached) if c < cells)
        fixed = immutable(type_of(out))
        parts.append(plain(out) if fixed else plain(out, shares))
    return _rebuilt(result, iter(parts))


def _leaves(value: Value) -> list[Plain | Ref] | None:
    """The data that a result holds; None if it holds something else."""
    match value:
        case Plain() | Ref():
            return [value]
        case Items(items=items, cls=None):
            parts = [_leaves(item) for item in items]
            known = [part for part in parts if part is not None]
            return [v for p in known for v in p] if len(known) == len(parts) else None
    return None


def _rebuilt(value: Value, parts: Iterator[Value]) -> Value:
    """A result with other data in the same places."""
    if isinstance(value, Items):
        return Items(tuple(_rebuilt(item, parts) for item in value.items))
    return next(parts)


def _refuse(
    frame: Frame, text: FunctionText, result: Value, node: cst.CSTNode
) -> Value:
    if isinstance(result, Bad):
        return BAD
    return frame.report(
        "SD205",
        f"`{text.name}` is checkpointed and does not return plain values",
        node,
        help="return numbers, arrays, and tuples of them",
    )


def _kept(frame: Frame, made: Function) -> str:
    """The provisional name of a function; the same for one that is alike."""
    known = frame.session.outlined
    plain_body = map_origins(made.body, lambda _: NOWHERE)
    kinds = [p.type for p in made.params]
    for name, other in known.items():
        same = other.again and name.partition("#")[0] == made.name
        same = same and [p.type for p in other.params] == kinds
        if same and map_origins(other.body, lambda _: NOWHERE) == plain_body:
            return name
    key = f"{made.name}#again{len(known)}"
    known[key] = replace(made, name=key)
    return key
