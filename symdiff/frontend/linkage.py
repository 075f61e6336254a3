"""A call of a lowered function: arguments out, results and stores back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import write
from symdiff.frontend.session import Returned
from symdiff.frontend.state import Poison
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    immutable,
)
from symdiff.ir.lengths import forget, spelled_with
from symdiff.ir.nodes import Atom, Call, Var


def emit_call(
    frame: Frame,
    found: Returned,
    values: Mapping[str, Value],
    arguments: Mapping[str, Plain],
    node: cst.CSTNode,
) -> Value:
    """Emit the call, give the results their references, and store what it has stored.

    `values` are the references that are passed, `arguments` what they refer to.
    """
    if not _may_write(frame, found, values, node):
        return BAD
    atoms: list[Atom] = [arguments[name].atom for name in found.parameters]
    for capture in found.captures:
        atoms.append(frame.version(frame.capture(capture)))
    mine = spelled_with(type_of(atom) for atom in atoms)
    types = [forget(t, lambda name: name not in mine) for t in found.types]
    outs = tuple(frame.builder.fresh("", t, True) for t in types)
    if not outs:
        outs = (frame.builder.fresh("", temp=True),)
    origin = frame.origin(node)
    frame.builder.emit(Call(outs, found.function.name, tuple(atoms), origin))
    results = [
        _result(found, at, out, values) for at, out in enumerate(outs[: found.count])
    ]
    _write_back(frame, found, values, outs[found.count :], node)
    for name in found.doubts:
        _doubt(frame, values[name], name, node)
    if found.packed:
        return Items(tuple(results))
    return results[0] if results else NOTHING


def _may_write(
    frame: Frame, found: Returned, values: Mapping[str, Value], node: cst.CSTNode
) -> bool:
    """Whether the stores of a function can be followed from here."""
    for name in found.writes:
        value = values[name]
        mine = cells_of(value)
        if not mine:
            continue
        if not isinstance(value, Ref):
            frame.report(
                "SD302",
                f"the call writes to its argument `{name}`, which may be a view or a "
                "copy of something else",
                node,
                help="pass a name, or make the copy explicit with `.copy()`",
            )
            return False
        others = [v for other, v in values.items() if other != name]
        if any(
            frame.state.sharing.connected(mine, cells_of(other)) for other in others
        ):
            frame.report(
                "SD309",
                f"`{name}` is written to and may share storage with another argument",
                node,
                help="pass a copy",
            )
            return False
        if frame.root is not node:
            frame.report(
                "SD308",
                f"the call writes to its argument `{name}` inside of an expression",
                node,
                help="write the call on a line of its own: `y = f(x)`",
            )
            return False
    return True


def _result(found: Returned, at: int, out: Var, values: Mapping[str, Value]) -> Value:
    same = found.same[at]
    if same and isinstance(values[same], Ref):
        return values[same]
    if immutable(type_of(out)):
        return plain(out)
    shared = [cells_of(values[name]) for name in found.shares[at]]
    return plain(out, frozenset().union(*shared))


def _write_back(
    frame: Frame,
    found: Returned,
    values: Mapping[str, Value],
    outs: Sequence[Var],
    node: cst.CSTNode,
) -> None:
    for name, out in zip(found.writes, outs, strict=True):
        value = values[name]
        if isinstance(value, Ref):
            write(frame, value, node, _constantly(out))


def _doubt(frame: Frame, value: Value, name: str, node: cst.CSTNode) -> None:
    """What a function may have written to is not read any more."""
    poison = Poison(frame.span(node), name)
    for cell in sorted(cells_of(value)):
        for other in (cell, *frame.state.sharing.reached(cell)):
            frame.state.poison.setdefault(other, poison)


def _constantly(out: Var) -> Callable[[Atom], Atom]:
    return lambda _: out
