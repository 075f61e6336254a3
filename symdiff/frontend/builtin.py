"""Builtin functions whose result is known from what is known of the arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.records import (
    entries_of,
    holds_functions,
    known_items,
    new_dict,
    new_list,
)
from symdiff.frontend.values import (
    INLINED,
    Bad,
    Dict,
    Items,
    Known,
    Partial,
    Plain,
    Value,
)
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import Array, Opaque, Scalar


def known_call(
    frame: Frame,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value | None:
    """Calls whose result is known from what is known of the arguments."""
    if name == "builtins.dict":
        return _make_dict(frame, args, kwargs, node)
    if name in ("builtins.map", "builtins.filter"):
        return frame.report(
            "SD130",
            f"`{name.removeprefix('builtins.')}` takes a function as a value",
            node,
            help="write a comprehension: `[f(x) for x in xs if …]`",
        )
    if name == "functools.partial" and args:
        return Partial(args[0], tuple(args[1:]), tuple(kwargs.items()))
    if kwargs or len(args) != 1:
        return _isinstance(frame, name, args, node)
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


def _make_dict(
    frame: Frame, args: Sequence[Value], kwargs: Mapping[str, Value], node: cst.Call
) -> Value | None:
    """`dict(a=1)` and `dict(other, a=1)`, if the other one is known."""
    entries: list[tuple[Atom, Value]] = []
    for value in args:
        if not isinstance(value, Dict):
            return None
        entries += [(Const(k), v) for k, v in entries_of(frame.state, value)]
    entries += [(Const(k), v) for k, v in kwargs.items()]
    return new_dict(frame, entries, node)


_CLASSES: dict[str, tuple[str, ...]] = {
    "builtins.float": ("f8",),
    "builtins.int": ("i8", "b1"),
    "builtins.bool": ("b1",),
    "builtins.complex": ("c16",),
}


def _isinstance(
    frame: Frame, name: str, args: Sequence[Value], node: cst.Call
) -> Value | None:
    """`isinstance(x, t)` where the type of `x` is known."""
    if name != "builtins.isinstance" or len(args) != 2:
        return None
    wanted = args[1].items if isinstance(args[1], Items) else (args[1],)
    names = [w.name for w in wanted if isinstance(w, Known)]
    if isinstance(args[0], Bad) or len(names) != len(wanted):
        return None
    type = type_of(atom_of(frame, args[0], node))
    found = [_is_a(type, cls) for cls in names]
    if True in found:
        return Plain(Const(True))
    return None if None in found else Plain(Const(False))


def _is_a(type: Any, cls: str) -> bool | None:
    match type:
        case Scalar(dtype=dtype, python=True) if cls in _CLASSES:
            return dtype in _CLASSES[cls]
        case Scalar(python=True) | Opaque(kind="none"):
            return (
                False if cls in (*_CLASSES, "numpy.ndarray", "builtins.str") else None
            )
        case Array():
            known = (*_CLASSES, "numpy.ndarray", "builtins.list", "builtins.tuple")
            return cls == "numpy.ndarray" if cls in known else None
    return None
