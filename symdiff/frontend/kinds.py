"""Questions about the class of a value that are answered before the program runs.

`isinstance`, `hasattr` and `getattr` of a value whose class is known decide which of
the branches of a function are lowered: validation of arguments mostly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.values import (
    Bad,
    Dict,
    Items,
    Known,
    Listed,
    Object,
    Plain,
    Ref,
    UserClass,
    Value,
)
from symdiff.ir.nodes import Apply, Const
from symdiff.ir.types import AnyType, Array, List, Opaque, Scalar, Table, Tuple, Type

_PYTHON: dict[str, type] = {"f8": float, "i8": int, "b1": bool, "c16": complex}
_OPAQUE: dict[str, type] = {
    "str": str,
    "range": range,
    "slice": slice,
    "none": type(None),
    "ellipsis": type(Ellipsis),
}


def classes_of(value: Value, type: Type) -> tuple[type, ...] | None:
    """The classes that a value may be of, None if that is not known.

    What is computed as a number may be a Python float, a NumPy scalar, or an array
    without axes.
    """
    match value:
        case Object(cls=cls) if cls.live is not None:
            return (cls.live,)
        case Items(cls=None):
            return (tuple,)
        case Items(cls=cls) if cls is not None and cls.live is not None:
            return (cls.live,)
        case Dict():
            return (dict,)
        case Listed():
            return (list,)
        case Known(object=found):
            return (_class(found),)
        case Plain() | Ref():
            return _classes_of_type(type)
    return None


def _class(found: Any) -> type:
    return type(found)


def _classes_of_type(kind: Type) -> tuple[type, ...] | None:
    match kind:
        case Scalar(dtype=dtype, python=True):
            return (_PYTHON[dtype],) if dtype in _PYTHON else None
        case Scalar(dtype=dtype):
            here = (np.dtype(dtype).type, np.ndarray)
            return (*here, _PYTHON[dtype]) if dtype in _PYTHON else here
        case Array():
            return (np.ndarray,)
        case List():
            return (list,)
        case Tuple():
            return (tuple,)
        case Opaque(kind=name) if name in _OPAQUE:
            return (_OPAQUE[name],)
    return None


_FACTS = frozenset({"char", "kind", "itemsize", "name", "str", "num"})


def dtype_fact(type: Type, name: str) -> Value | None:
    """`x.dtype.kind` and its like, where the element type is known."""
    match type:
        case Opaque(kind="dtype", parts=(Scalar(dtype=dtype),)) if name in _FACTS:
            return Plain(Const(getattr(np.dtype(dtype), name)))
        case Opaque(kind="dtype", parts=(Scalar(dtype=dtype),)) if name == "type":
            found = np.dtype(dtype).type
            return Known(found, f"numpy.{found.__name__}")
    return None


def ask_class(
    frame: Frame, name: str, args: Sequence[Value], node: cst.Call
) -> Value | None:
    """`isinstance(x, t)` and `hasattr(x, name)`; None for any other call."""
    if name == "numpy.issubdtype" and len(args) == 2:
        return _is_subtype(frame, args[0], args[1], node)
    if name not in ("builtins.isinstance", "builtins.hasattr") or len(args) != 2:
        return None
    value, asked = args
    if isinstance(value, Bad) or isinstance(asked, Bad):
        return None
    data = isinstance(value, Plain | Ref)
    kind = type_of(atom_of(frame, value, node)) if data else Opaque("object")
    classes = classes_of(value, kind)
    if name == "builtins.hasattr":
        return _has_attribute(classes, value, asked)
    wanted = _wanted(asked)
    if wanted is None:
        return None
    found = _agreed(classes, lambda cls: issubclass(cls, wanted))
    if found is not None:
        return Plain(Const(found))
    if not data:
        return None
    listed = [Plain(Const(cls, named)) for cls, named in _classes(asked)]
    test = listed[0] if isinstance(asked, Known) else Items(tuple(listed))
    return apply(frame, name, [value, test], node)


def _is_subtype(
    frame: Frame, value: Value, asked: Value, node: cst.Call
) -> Value | None:
    """`np.issubdtype(x.dtype, np.floating)` where the element type is known."""
    found = dtype_fact(type_of(atom_of(frame, value, node)), "type")
    if not isinstance(found, Known) or not isinstance(asked, Known):
        return None
    return Plain(Const(bool(np.issubdtype(found.object, asked.object))))


def _has_attribute(
    classes: tuple[type, ...] | None, value: Value, asked: Value
) -> Value | None:
    if not (isinstance(asked, Plain) and isinstance(asked.atom, Const)):
        return None
    attribute = asked.atom.value
    if isinstance(value, Known):
        return Plain(Const(hasattr(value.object, attribute)))
    if isinstance(value, Object):
        return None
    found = _agreed(classes, lambda cls: hasattr(cls, attribute))
    return None if found is None else Plain(Const(found))


def _agreed(
    classes: tuple[type, ...] | None, question: Callable[[type], bool]
) -> bool | None:
    """The answer to a question, if it is the same for all classes."""
    answers = {question(cls) for cls in classes or ()}
    return answers.pop() if len(answers) == 1 else None


def _wanted(asked: Value) -> tuple[type, ...] | None:
    parts = asked.items if isinstance(asked, Items) else (asked,)
    found: list[type] = []
    for part in parts:
        match part:
            case Known(object=type() as cls):
                found.append(cls)
            case UserClass(text=cls) if cls.live is not None:
                found.append(cls.live)
            case _:
                return None
    return tuple(found)


def _classes(asked: Value) -> list[tuple[type, str]]:
    parts = asked.items if isinstance(asked, Items) else (asked,)
    return [(p.object, p.name) for p in parts if isinstance(p, Known)]


def known_member(item: Value, owner: Value) -> bool | None:
    """Whether a constant is in a string or tuple of constants, if all are known."""
    parts = owner.items if isinstance(owner, Items) else (owner,)
    atoms = [v.atom for v in (item, *parts) if isinstance(v, Plain)]
    known = [a.value for a in atoms if isinstance(a, Const)]
    if len(known) != len(parts) + 1:
        return None
    wanted, *found = known
    if isinstance(owner, Items):
        return wanted in found
    text = found[0]
    strings = isinstance(text, str) and isinstance(wanted, str)
    return wanted in text if strings else None


def is_table(frame: Frame, value: Value) -> bool:
    """Whether a value is a dict with keys that are known at run time only."""
    if isinstance(value, Plain):
        return isinstance(type_of(value.atom), Table)
    if not isinstance(value, Ref):
        return False
    return isinstance(type_of(frame.version(value.cell)), Table) and not value.path


def as_object(frame: Frame, value: Value) -> Value:
    """An object of a library class without a rule: its methods are not known."""
    last = frame.builder.stmts[-1] if frame.builder.stmts else None
    if not isinstance(value, Plain) or not isinstance(type_of(value.atom), AnyType):
        return value
    if not isinstance(last, Apply) or last.outs != (value.atom,):
        return value
    made = replace(last.out, type=OBJECT)
    frame.builder.stmts[-1] = replace(last, outs=(made,))
    return replace(value, atom=made)


OBJECT = Opaque("library object")
