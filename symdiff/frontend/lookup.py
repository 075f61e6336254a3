"""Names → values: of the function's own scopes, then of what is around it."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame
from symdiff.frontend.library import dotted, is_constant, is_dtype, is_library
from symdiff.frontend.resolve import Unresolved
from symdiff.frontend.session import Capture
from symdiff.frontend.source import FunctionText, Global
from symdiff.frontend.values import Bad, Known, Plain, Ref, UserFunction, Value
from symdiff.ir.nodes import Const

_LITERALS = {"True": True, "False": False, "None": None}


def lookup(frame: Frame, name: str, node: cst.CSTNode) -> Value:
    """What a name refers to at this point."""
    if name in _LITERALS:
        return Plain(Const(_LITERALS[name]))
    key = frame.key(name)
    if key is None:
        return _outside(frame, name, node)
    if key in frame.state.names:
        return frame.state.names[key]
    if key in frame.pending:
        frame.wanted.add(key)
        return Bad()
    return frame.report(
        "SD401",
        f"`{name}` has no value here",
        node,
        help=f"assign `{name}` before this line on every path",
    )


def _outside(frame: Frame, name: str, node: cst.CSTNode) -> Value:
    found = frame.scope.text.resolver.find(name)
    if found is None:
        return frame.report("SD401", f"the name `{name}` is not defined", node)
    return from_global(frame, found, node)


def from_global(frame: Frame, found: Global, node: cst.CSTNode) -> Value:
    """The value of something outside: a constant, a function, or a captured array."""
    value = found.object
    if isinstance(value, Unresolved):
        return frame.report(
            "SD402",
            f"`{found.name}` cannot be read from the text: {value.why}",
            node,
            help=f"pass `{found.name}` as an argument, or make it a number in the text",
        )
    if is_constant(value) and not isinstance(value, str | type(None) | type(Ellipsis)):
        frame.session.guard(found.name, found.getter, value)
        return Plain(Const(value, frame.session.constant(found.name, value)))
    return from_object(frame, value, found.name, found.getter, node)


def from_object(
    frame: Frame,
    value: Any,
    name: str,
    getter: Callable[[], Any] | None,
    node: cst.CSTNode,
) -> Value:
    """The value of a live object that is no named constant."""
    if is_constant(value):
        frame.session.guard(name, getter, value)
        return Plain(Const(value))
    if isinstance(value, FunctionText):
        return UserFunction(value)
    if is_library(value) or is_dtype(value):
        return _library(value)
    if isinstance(value, FunctionType):
        frame.session.guard(name, getter, value)
        return UserFunction(frame.session.text_of(value))
    if isinstance(value, ModuleType):
        frame.session.guard(name, getter, value)
        return Known(value, value.__name__)
    container = isinstance(value, np.ndarray | np.generic | list | dict | tuple)
    if container and getter is not None:
        return Ref(frame.capture(Capture(name, getter, value)))
    return frame.report(
        "SD403",
        f"`{name}` is an object of type `{type(value).__name__}`",
        node,
        help=f"pass the numbers and arrays of `{name}` that are needed as arguments",
    )


def _library(value: Any) -> Value:
    if isinstance(value, np.dtype):
        return Known(value.type, f"numpy.{value.type.__name__}")
    return Known(value, dotted(value))


def member(frame: Frame, owner: Known, name: str, node: cst.CSTNode) -> Value:
    """The attribute of a module or of a library object."""
    space = vars(owner.object) if isinstance(owner.object, ModuleType) else {}
    path = f"{owner.name}.{name}"
    library = is_library(owner.object)
    if name in space:
        value = space[name]
    elif library and hasattr(owner.object, name):
        value = getattr(owner.object, name)
    else:
        return frame.report("SD404", f"`{owner.name}` has no attribute `{name}`", node)
    if not library:
        return from_global(frame, Global(name, value, lambda: space[name]), node)
    if isinstance(value, float | complex | int) and not isinstance(value, bool):
        return Plain(Const(value, path))
    if is_constant(value):
        return Plain(Const(value))
    return Known(value, path)
