"""Methods of data: of arrays, which are functions; of lists and strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.library import METHODS, OWN_METHODS, WRITING_METHODS
from symdiff.frontend.memory import atom_of, materialise, write
from symdiff.frontend.operations import apply, extend, hold, taken
from symdiff.frontend.records import (
    become_known,
    dict_method,
    holds_functions,
    list_method,
)
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Dict,
    Items,
    Listed,
    Plain,
    Ref,
    Value,
    cells_of,
)
from symdiff.frontend.views import exact_view
from symdiff.frontend.writers import output, write_method
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import Array, List, Opaque, Scalar, Tuple

LIST_METHODS = frozenset({"append", "extend", "pop", "copy"})


def call_method(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """`receiver.name(...)`."""
    if isinstance(receiver, Bad):
        return BAD
    if isinstance(receiver, Dict):
        return dict_method(frame, receiver, name, args, kwargs, node)
    if isinstance(receiver, Listed):
        return list_method(frame, receiver, name, args, node)
    if isinstance(receiver, Items):
        return frame.report("SD404", f"the method `{name}` of a tuple", node)
    atom = atom_of(frame, receiver, node)
    type = type_of(atom)
    if type == Opaque("str"):
        return _string(frame, receiver, name, args, kwargs, node)
    if name in ("append", "extend", "pop") and not isinstance(type, Array | Scalar):
        return _list(frame, receiver, name, args, node)
    if isinstance(type, List | Tuple):
        if name == "copy" and isinstance(type, List):
            return apply(frame, "builtins.list", [receiver], node)
        return _unknown(frame, name, node)
    return _array(frame, receiver, name, args, kwargs, node)


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
    known = _known_text(frame, receiver, name, args, node)
    if known is not None and not kwargs:
        return known
    if name in ("format", "join") and not kwargs:
        return apply(frame, f"builtins.str.{name}", [receiver, *args], node)
    return _unknown(frame, name, node)


def _known_text(
    frame: Frame, receiver: Value, name: str, args: Sequence[Value], node: cst.Call
) -> Value | None:
    """A method of a text that is known, as the name of a parameter is."""
    atoms = [atom_of(frame, value, node) for value in (receiver, *args)]
    values = [a.value for a in atoms if isinstance(a, Const) and not a.name]
    if name not in _PURE or len(values) != len(atoms):
        return None
    try:
        found = getattr(str, name)(*values)
    except (TypeError, ValueError):
        return None
    return Plain(Const(found))


_CHANGES = "lower upper strip lstrip rstrip replace title capitalize zfill"
_QUESTIONS = "startswith endswith isdigit isalpha find count removeprefix removesuffix"
_PURE = frozenset(f"{_CHANGES} {_QUESTIONS}".split())
"""Methods of a text whose result is a constant."""


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
    if not _whole(frame, "fill", node):
        return BAD
    item = atom_of(frame, value, node)
    write(
        frame,
        receiver,
        node,
        lambda x: frame.emit("setitem", [x, Const(Ellipsis), item], node),
    )
    return NOTHING


def _whole(frame: Frame, name: str, node: cst.Call) -> bool:
    """Whether a call that writes is a whole statement, so that its order is clear."""
    if frame.root is node:
        return True
    frame.report(
        "SD308",
        f"`{name}` writes to its object inside of a larger expression",
        node,
        help="write it on a line of its own",
    )
    return False


# ---- lists


def _list(
    frame: Frame, receiver: Value, name: str, args: Sequence[Value], node: cst.Call
) -> Value:
    if not isinstance(receiver, Ref):
        return frame.report(
            "SD303", f"`{name}` is called on a value without name", node
        )
    if not _whole(frame, name, node):
        return BAD
    if name == "append" and len(args) == 1:
        return _append(frame, receiver, args[0], node)
    if name == "extend" and len(args) == 1:
        return _extend(frame, receiver, args[0], node)
    if name == "pop" and not args:
        return _pop(frame, receiver, node)
    return frame.report(
        "SD404",
        f"`{name}` with these arguments is not supported",
        node,
        help="only `append(x)`, `extend(xs)` and `pop()` are",
    )


def _append(frame: Frame, receiver: Ref, value: Value, node: cst.Call) -> Value:
    if holds_functions(value):
        known = become_known(frame, receiver)
        if known is not None:
            return list_method(frame, known, "append", [value], node)
    item = materialise(frame, value, node)
    if isinstance(item, Bad):
        return BAD
    write(
        frame,
        receiver,
        node,
        lambda whole: frame.emit("append", [whole, item.atom], node),
        "list",
    )
    hold(frame, receiver.cell, item)
    return NOTHING


def _extend(frame: Frame, receiver: Ref, value: Value, node: cst.Call) -> Value:
    items = materialise(frame, value, node)
    if isinstance(items, Bad):
        return BAD
    write(
        frame,
        receiver,
        node,
        lambda whole: frame.emit("iadd", [whole, items.atom], node),
        "list",
    )
    extend(frame, receiver.cell, items)
    return NOTHING


def _pop(frame: Frame, receiver: Ref, node: cst.Call) -> Value:
    found: list[Atom] = []

    def make(whole: Atom) -> Atom:
        rest, item = frame.builder.bind(
            "pop", [whole], {}, ("", ""), origin=frame.origin(node)
        )
        found.append(item)
        return rest

    write(frame, receiver, node, make, "list")
    if not found:
        return BAD
    return taken(Plain(found[0], within=cells_of(receiver)), found[0])
