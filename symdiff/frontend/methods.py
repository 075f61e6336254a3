"""Methods of data: of arrays, which are functions; of lists and strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.library import METHODS, OWN_METHODS, WRITING_METHODS
from symdiff.frontend.lists import deque_method, list_store, whole_statement
from symdiff.frontend.memory import atom_of, write
from symdiff.frontend.operations import apply
from symdiff.frontend.records import dict_method, list_method
from symdiff.frontend.tables import table_method
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Deque,
    Dict,
    Items,
    Listed,
    Plain,
    Ref,
    Value,
)
from symdiff.frontend.views import exact_view
from symdiff.frontend.writers import output, write_method
from symdiff.ir.nodes import Const
from symdiff.ir.types import AnyType, List, Opaque, Table, Tuple
from symdiff.rules import registry

LIST_METHODS = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort", "copy"}
)
_OF_LISTS_ONLY = frozenset({"append", "extend", "insert", "pop"})
"""Methods that say that a value whose type is not known is a list."""


def call_method(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """`receiver.name(...)`."""
    match receiver:
        case Bad():
            return BAD
        case Dict():
            return dict_method(frame, receiver, name, args, kwargs, node)
        case Listed():
            return list_method(frame, receiver, name, args, node)
        case Deque():
            return deque_method(frame, receiver, name, args, kwargs, node)
    match type_of(atom_of(frame, receiver, node)):
        case Opaque(kind="str"):
            return _string(frame, receiver, name, args, kwargs, node)
        case Opaque(kind="generator" | "foreign" as kind):
            return _effect(frame, receiver, kind, name, args, kwargs, node)
        case Opaque():
            return _unknown(frame, name, node)
        case List() | Table() | Tuple() as type:
            return _container(frame, receiver, type, name, args, kwargs, node)
        case AnyType() if name in _OF_LISTS_ONLY:
            return list_store(frame, receiver, name, args, kwargs, node)
    return _array(frame, receiver, name, args, kwargs, node)


def _container(
    frame: Frame,
    receiver: Value,
    type: List | Table | Tuple,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    if isinstance(type, Table):
        return table_method(frame, receiver, name, args, kwargs, node)
    if name in ("index", "count") and not kwargs:
        return apply(frame, f"builtins.list.{name}", [receiver, *args], node)
    if isinstance(type, Tuple) or name not in LIST_METHODS:
        return _unknown(frame, name, node)
    if name == "copy":
        return apply(frame, "builtins.list", [receiver], node)
    return list_store(frame, receiver, name, args, kwargs, node)


def _effect(
    frame: Frame,
    receiver: Value,
    kind: str,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """A method of a generator, a file, a logger or a lock: `foreign.write(x, text)`."""
    op = f"{kind}.{name}"
    if kind == "generator" and registry.find(op) is None:
        return _unknown(frame, name, node)
    return apply(frame, op, [receiver, *args], node, kwargs)


def _unknown(frame: Frame, name: str, node: cst.Call) -> Value:
    if name in WRITING_METHODS:
        return frame.report(
            "SD307",
            f"the method `{name}` writes to its object",
            node,
            help="assign to an item, or use a function that returns a new value",
        )
    return frame.report("SD404", f"the method `{name}` is not known", node)


def _string(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    op = f"builtins.str.{name}"
    known = [_constant(value) for value in (receiver, *args)]
    if op not in registry.RULES or kwargs:
        return _unknown(frame, name, node)
    if name == "format" or None in known:
        return apply(frame, op, [receiver, *args], node)
    owner, *given = [part[0] for part in known if part is not None]
    try:
        found = getattr(owner, name)(*given)
    except (TypeError, ValueError):
        return apply(frame, op, [receiver, *args], node)
    if isinstance(found, list):
        return apply(frame, "list", [Plain(Const(text)) for text in found], node)
    if isinstance(found, tuple):
        return Items(tuple(Plain(Const(text)) for text in found))
    return Plain(Const(found))


def _constant(value: Value) -> tuple[Any] | None:
    """The constant that a value is, in a tuple of its own."""
    known = isinstance(value, Plain) and isinstance(value.atom, Const)
    return (value.atom.value,) if known else None  # type: ignore[union-attr]


# ---- arrays


def _array(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    if name in ("reshape", "transpose"):
        return _spread(frame, receiver, name, args, kwargs, node)
    if name == "fill" and isinstance(receiver, Ref) and len(args) == 1:
        return _fill(frame, receiver, args[0], node)
    if name == "flatten" and not args and not kwargs:
        out = apply(frame, "numpy.ravel", [receiver], node)
        return plain(out.atom) if isinstance(out, Plain) else out
    if name in OWN_METHODS:
        return apply(frame, f"ndarray.{name}", [receiver, *args], node, kwargs)
    if name in METHODS and hasattr(np, name):
        return _function(frame, f"numpy.{name}", [receiver, *args], kwargs, node)
    written = write_method(frame, receiver, name, args, kwargs, node)
    return _unknown(frame, name, node) if written is None else written


def _function(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """A method that is a function of NumPy."""
    written = output(frame, op, None, args, kwargs, node) if "out" in kwargs else None
    shown = written or exact_view(frame, op, args, kwargs, node)
    if shown is not None:
        return shown
    made = apply(frame, op, args, node, kwargs)
    # The method makes rows, `np.copy` keeps the order that there is.
    if op == "numpy.copy" and isinstance(made, Plain):
        return replace(made, packed=True)
    return made


def _spread(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """`x.reshape(a, b)` is `numpy.reshape(x, (a, b))`; `transpose` likewise."""
    if len(args) > 1:
        args = [_pack(frame, args, node)]
    return _function(frame, f"numpy.{name}", [receiver, *args], kwargs, node)


def _pack(frame: Frame, args: Sequence[Value], node: cst.Call) -> Value:
    atoms = [atom_of(frame, arg, node) for arg in args]
    if all(isinstance(atom, Const) and not atom.name for atom in atoms):
        return Plain(Const(tuple(a.value for a in atoms if isinstance(a, Const))))
    return plain(frame.emit("tuple", atoms, node))


def _fill(frame: Frame, receiver: Ref, value: Value, node: cst.Call) -> Value:
    if not whole_statement(frame, "fill", node):
        return BAD
    item = atom_of(frame, value, node)
    write(
        frame,
        receiver,
        node,
        lambda x: frame.emit("setitem", [x, Const(Ellipsis), item], node),
    )
    return NOTHING
