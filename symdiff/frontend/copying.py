"""`copy.copy` and `copy.deepcopy` of what is known: arrays, containers, objects."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of, bind
from symdiff.frontend.operations import apply
from symdiff.frontend.records import entries_of, items_of, new_dict, new_list
from symdiff.frontend.values import (
    Dict,
    Items,
    Known,
    Listed,
    Object,
    Plain,
    Ref,
    UserClass,
    UserFunction,
    Value,
    cells_of,
    immutable,
)
from symdiff.ir.nodes import Const
from symdiff.ir.types import Array, List

HOOKS = ("__copy__", "__deepcopy__", "__reduce_ex__", "__reduce__", "__getstate__")
"""By these a class decides itself what a copy of its objects is."""


def copied(frame: Frame, value: Value, deep: bool, node: cst.CSTNode) -> Value | None:
    """A copy of a value; None if it is not known what that is.

    A deep one is not known if two of its parts share storage: so do those of the copy.
    """
    if deep and _shares(frame, value):
        return None
    return _copied(frame, value, deep, node)


def _copied(frame: Frame, value: Value, deep: bool, node: cst.CSTNode) -> Value | None:
    match value:
        case Plain() | Ref():
            return _data(frame, value, deep, node)
        case Known() | UserFunction() | UserClass():
            return value
        case Items(items=items):
            found = _parts(frame, items, deep, node) if deep else list(items)
            return None if found is None else replace(value, items=tuple(found))
        case Listed():
            found = _parts(frame, items_of(frame, value), deep, node)
            return None if found is None else new_list(frame, found)
        case Dict():
            entries = entries_of(frame.state, value)
            found = _parts(frame, [v for _, v in entries], deep, node)
            if found is None:
                return None
            pairs = zip(entries, found, strict=True)
            return new_dict(frame, [(Const(k), v) for (k, _), v in pairs], node)
        case Object():
            return _object(frame, value, deep, node)
    return None


def _parts(
    frame: Frame, parts: list[Value] | tuple[Value, ...], deep: bool, node: cst.CSTNode
) -> list[Value] | None:
    """The parts of a copy: themselves, or if it is deep a copy of each."""
    if not deep:
        return list(parts)
    found = [_copied(frame, part, deep, node) for part in parts]
    known = [part for part in found if part is not None]
    return known if len(known) == len(found) else None


def _data(
    frame: Frame, value: Plain | Ref, deep: bool, node: cst.CSTNode
) -> Value | None:
    kind = type_of(atom_of(frame, value, node))
    if immutable(kind):
        return value
    if isinstance(kind, Array):
        return apply(frame, "numpy.copy", [value], node)
    if isinstance(kind, List) and (not deep or immutable(kind.item)):
        return apply(frame, "builtins.list", [value], node)
    return None


def _object(frame: Frame, owner: Object, deep: bool, node: cst.CSTNode) -> Value | None:
    if any(owner.cls.method(hook) for hook in HOOKS):
        return None
    names = frame.state.names.items()
    own = {name: v for (number, name), v in names if number == owner.number}
    found = _parts(frame, list(own.values()), deep, node)
    if found is None:
        return None
    made = Object(frame.scope_number(), owner.cls)
    for name, value in zip(own, found, strict=True):
        bind(frame, (made.number, name), value, node, alias=False)
    if owner.number in frame.records:
        frame.records[made.number] = frame.records[owner.number]
    return made


def _shares(frame: Frame, value: Value) -> bool:
    """Whether two parts of a value have storage in common, or one leads back to it."""
    cells: set[int] = set()
    seen: set[Value] = set()
    todo: list[Value] = [value]
    while todo:
        part = todo.pop()
        if isinstance(part, Dict | Listed | Object):
            if part in seen:
                return True
            seen.add(part)
            names = frame.state.names.items()
            todo += [v for (number, _), v in names if number == part.number]
        elif isinstance(part, Items):
            todo += part.items
        else:
            mine = cells_of(part)
            if mine & cells:
                return True
            cells |= mine
    return False
