"""Builtin functions whose result is known from what is known of the arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.kinds import ask_class, is_table
from symdiff.frontend.lists import new_deque
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, getitem
from symdiff.frontend.records import (
    entries_of,
    holds_functions,
    known_items,
    new_dict,
    new_list,
    table_of,
)
from symdiff.frontend.tables import merged, new_default, new_set
from symdiff.frontend.values import (
    INLINED,
    Dict,
    Items,
    Known,
    Partial,
    Plain,
    Value,
)
from symdiff.ir.nodes import Atom, Const


def known_call(
    frame: Frame,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value | None:
    """Calls whose result is known from what is known of the arguments."""
    made = _made(frame, name, args, kwargs, node)
    if made is not None:
        return made
    if kwargs or len(args) != 1:
        return ask_class(frame, name, args, node)
    (value,) = args
    if name == "builtins.callable":
        return Plain(Const(isinstance(value, (Known, *INLINED))))
    match name, value:
        case "builtins.str", Plain(atom=Const(value=str() | int() as found, name="")):
            return Plain(Const(str(found)))
    return _known_container(frame, name, value, node)


def _known_container(
    frame: Frame, name: str, value: Value, node: cst.Call
) -> Value | None:
    """`len`, `tuple` and `list` of what is known item by item."""
    items = known_items(frame, value)
    if items is not None:
        if name == "builtins.len":
            return Plain(Const(len(items)))
        if name == "builtins.tuple":
            return Items(items)
        if name == "builtins.list":
            static = any(map(holds_functions, items))
            return (
                new_list(frame, items) if static else apply(frame, "list", items, node)
            )
    return None


def _made(
    frame: Frame,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value | None:
    """What is made by a call: a container, or a function."""
    match name:
        case "builtins.dict":
            return _make_dict(frame, args, kwargs, node)
        case "operator.getitem" if len(args) == 2 and is_table(frame, args[0]):
            return getitem(frame, args[0], atom_of(frame, args[1], node), node)
        case "builtins.set" if len(args) < 2 and not kwargs:
            return new_set(frame, args[0] if args else Items(()), node)
        case "collections.defaultdict":
            return new_default(frame, args, kwargs, node)
        case "collections.deque":
            return new_deque(frame, args, kwargs, node)
        case "numpy.fromiter" if args:
            given = {k: v for k, v in kwargs.items() if k == "dtype"}
            return apply(frame, "numpy.array", args[:2], node, given)
        case "builtins.slice" if not kwargs and 1 <= len(args) <= 3:
            none = Plain(Const(None))
            bounds = (none, *args, none) if len(args) == 1 else (*args, none)
            return apply(frame, "slice", bounds[:3], node)
        case "functools.partial" if args:
            return Partial(args[0], tuple(args[1:]), tuple(kwargs.items()))
    return None


def _make_dict(
    frame: Frame, args: Sequence[Value], kwargs: Mapping[str, Value], node: cst.Call
) -> Value | None:
    """`dict(a=1)` and `dict(other, a=1)`, if the other one is known."""
    entries: list[tuple[Atom, Value]] = []
    for value in args:
        if is_table(frame, value):
            start = new_dict(frame, [], node) or table_of(frame, [], node)
            return merged(frame, [start, value], node) if kwargs else None
        if not isinstance(value, Dict):
            return None
        entries += [(Const(k), v) for k, v in entries_of(frame.state, value)]
    entries += [(Const(k), v) for k, v in kwargs.items()]
    known = new_dict(frame, entries, node)
    return table_of(frame, entries, node) if known is None else known
