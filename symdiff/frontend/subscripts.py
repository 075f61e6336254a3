"""Subscripts: `x[i, 1:, None, ...]` → one index atom and a `getitem`."""

from __future__ import annotations

from collections.abc import Generator

import libcst as cst

from symdiff.frontend.choices import are_functions, choose_entry, choose_item
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.kinds import is_table
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import getitem
from symdiff.frontend.pasting import PASTERS, paste
from symdiff.frontend.protocols import call_special
from symdiff.frontend.records import entries_of, get_entry, known_items, list_item
from symdiff.frontend.tables import read_default
from symdiff.frontend.values import (
    BAD,
    Bad,
    Deque,
    Dict,
    Known,
    Listed,
    Object,
    Plain,
    Ref,
    Value,
)
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.types import Table

Lowering = Generator[cst.BaseExpression, Value, Value]


def lower_subscript(frame: Frame, node: cst.Subscript) -> Lowering:
    """Lower `x[index]`."""
    base = yield node.value
    if isinstance(base, Known) and id(base.object) in PASTERS:
        return paste(frame, base.object, index_atom(frame, node), node)
    if isinstance(base, Object | Known):
        index = index_value(frame, node)
        found = call_special(frame, base, "__getitem__", [index], node)
        if found is not None:
            return found
    if isinstance(base, Known):
        name = base.name
        return frame.report("SD133", f"`{name}` is subscripted; it is not data", node)
    if isinstance(base, Bad):
        return base
    return subscript(frame, base, index_atom(frame, node), node)


def subscript(frame: Frame, base: Value, index: Atom, node: cst.CSTNode) -> Value:
    """`base[index]` for a base of any kind."""
    if index == UNDEF:
        return BAD
    if not isinstance(index, Const) and not isinstance(base, Deque):
        chosen = _chosen(frame, base, index, node)
        if chosen is not None:
            return chosen
    match base:
        case Deque(items=items):
            return getitem(frame, items, index, node)
        case Dict():
            return get_entry(frame, base, index, node)
        case Listed():
            return list_item(frame, base, index, node)
        case Plain() | Ref() if is_table(frame, base):
            kind = type_of(atom_of(frame, base, node))
            if isinstance(kind, Table) and kind.factory == "set":
                return frame.report("SD133", "a set is subscripted", node)
            if isinstance(kind, Table) and kind.factory:
                return read_default(frame, base, plain(index), node)
    return getitem(frame, base, index, node)


def _chosen(frame: Frame, base: Value, index: Atom, node: cst.CSTNode) -> Value | None:
    """The item of a table of functions that the program chooses; None if it is none."""
    if isinstance(base, Dict):
        entries = entries_of(frame.state, base)
        if are_functions([value for _, value in entries]):
            return choose_entry(frame, entries, index, node)
        return None
    items = known_items(frame, base) or ()
    return choose_item(frame, items, index, node) if are_functions(items) else None


def index_value(frame: Frame, node: cst.Subscript) -> Value:
    """The index as an argument of a method."""
    return plain(index_atom(frame, node))


def index_atom(frame: Frame, node: cst.Subscript) -> Atom:
    """The index as one atom: a constant if all of it is."""
    elements = node.slice
    parts = [_element(frame, element) for element in elements]
    if len(parts) == 1 and not isinstance(elements[0].comma, cst.Comma):
        return parts[0]
    if UNDEF in parts:
        return UNDEF
    if all(isinstance(part, Const) and not part.name for part in parts):
        return Const(tuple(part.value for part in parts if isinstance(part, Const)))
    return frame.emit("tuple", parts, node)


def _element(frame: Frame, element: cst.SubscriptElement) -> Atom:
    match element.slice:
        case cst.Index(value=value, star=None):
            return atom_of(frame, frame.engine.evaluate(frame, value), value)
        case cst.Slice() as inner:
            return _slice(frame, inner)
    frame.report("SD109", "an index is unpacked with `*`", element)
    return UNDEF


def _slice(frame: Frame, node: cst.Slice) -> Atom:
    parts: list[Atom] = []
    for bound in (node.lower, node.upper, node.step):
        if bound is None:
            parts.append(Const(None))
        else:
            parts.append(atom_of(frame, frame.engine.evaluate(frame, bound), bound))
    if UNDEF in parts:
        return UNDEF
    if all(isinstance(part, Const) and not part.name for part in parts):
        values = [part.value for part in parts if isinstance(part, Const)]
        return Const(slice(*values))
    return frame.emit("slice", parts, node)
