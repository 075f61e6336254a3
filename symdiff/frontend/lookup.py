"""Names → values: of the function's own scopes, then of what is around it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import libcst as cst
import numpy as np

from symdiff.checkpoints import Checkpointed
from symdiff.frontend.checkpoints import again
from symdiff.frontend.classes import ClassText
from symdiff.frontend.constants import Unresolved
from symdiff.frontend.frame import Frame
from symdiff.frontend.library import (
    dotted,
    foreign,
    is_constant,
    is_dtype,
    is_library,
    ruled,
)
from symdiff.frontend.namespaces import namespace_answer
from symdiff.frontend.records import new_dict, new_list
from symdiff.frontend.resolve import MadeText
from symdiff.frontend.scope import Scope
from symdiff.frontend.session import Capture
from symdiff.frontend.source import FunctionText, Global
from symdiff.frontend.transforms import decorated
from symdiff.frontend.values import (
    Bad,
    Bound,
    Derived,
    Items,
    Known,
    Partial,
    Plain,
    Ref,
    UserClass,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import Const
from symdiff.ir.types import FOREIGN, GENERATOR, type_of_value
from symdiff.options import Transformed
from symdiff.rules.registry import Rule, find

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
    if isinstance(value, Transformed):
        return _derived(frame, value, name, getter, node)
    entry = ruled(value)
    if entry is not None:
        return _ruled(frame, value, entry, name, getter)
    if isinstance(value, MadeText):
        return _made(frame, value, node)
    own = isinstance(value, FunctionText | ClassText)
    outside = is_library(value) or is_dtype(value)
    if not own and (outside or namespace_answer(value) is not None):
        if not isinstance(value, ModuleType):
            frame.session.guard(name, getter, value)
        return _library(value)
    container = isinstance(value, np.ndarray | np.generic | list | dict | tuple)
    passive = type_of_value(value) in (GENERATOR, FOREIGN)
    if getter is not None and _holds_functions(value):
        return _table(frame, value, name, getter, node)
    if (container or passive) and getter is not None:
        return Ref(frame.capture(Capture(name, getter, value)))
    known = _known(frame, value, name, node)
    if known is not None:
        frame.session.guard(name, getter, value)
        return known
    return frame.report(
        "SD403",
        f"`{name}` is an object of type `{type(value).__name__}`",
        node,
        help=f"pass the numbers and arrays of `{name}` that are needed as arguments",
    )


def _holds_functions(value: Any) -> bool:
    """Whether a container has something in it that is no data."""
    if isinstance(value, dict):
        return all(map(is_constant, value)) and _holds_functions([*value.values()])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return False
    return isinstance(value, list | tuple) and any(
        isinstance(item, _FUNCTIONS) or _holds_functions(item) for item in value
    )


_FUNCTIONS = (
    FunctionType,
    MethodType,
    BuiltinFunctionType,
    functools.partial,
    np.ufunc,
    type,
)
"""What is no data in a container of the user's."""


def _table(
    frame: Frame, value: Any, name: str, getter: Callable[[], Any], node: cst.CSTNode
) -> Value:
    """A live dict or list of functions, which must stay what it is, item by item."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    entries = [
        (
            Const(key),
            from_object(frame, item, f"{name}_{key}", _item(getter, key), node),
        )
        for key, item in pairs
    ]
    frame.session.guard(name, lambda: len(getter()), len(value))
    if isinstance(value, dict):
        return new_dict(frame, entries, node) or Bad()
    items = tuple(item for _, item in entries)
    return new_list(frame, items) if isinstance(value, list) else Items(items)


def _item(getter: Callable[[], Any], key: Any) -> Callable[[], Any]:
    return lambda: getter()[key]


def _ruled(
    frame: Frame,
    value: Any,
    entry: Rule,
    name: str,
    getter: Callable[[], Any] | None,
) -> Value:
    """A function with a rule of the user's; it and its rule must stay what they are."""
    frame.session.guard(name, getter, value)
    frame.session.guard(f"rule of {entry.op}", lambda: find(entry.op), entry)
    return Known(value, entry.op)


def _derived(
    frame: Frame,
    value: Transformed,
    name: str,
    getter: Callable[[], Any] | None,
    node: cst.CSTNode,
) -> Value:
    """What transforms have made of a live function."""
    frame.session.guard(name, getter, value)
    root = from_object(frame, value.root, name, lambda: value.root, node)
    return Bad() if isinstance(root, Bad) else Derived(root, value.chain)


def _made(frame: Frame, made: MadeText, node: cst.CSTNode) -> Value:
    """What transforms make of a function of the text."""
    value: Value = Bad() if made.function is None else UserFunction(made.function)
    for text in reversed(made.expressions):
        scope = Scope(frame.scope_number(), text, frozenset())
        with frame.inside(scope):
            assert isinstance(text.node, cst.Lambda)
            by = frame.engine.evaluate(frame, text.node.body)
        if made.function is None:
            return by
        value = decorated(frame, by, value, node) or Bad()
    return value


def _known(frame: Frame, value: Any, name: str, node: cst.CSTNode) -> Value | None:
    """A function, class, module or object of the user's, which is no data."""
    match value:
        case FunctionText():
            return UserFunction(value)
        case ClassText():
            return UserClass(value)
        case FunctionType():
            return _function(frame, value, name, node)
        case MethodType(__func__=FunctionType() as fun, __self__=owner):
            receiver = from_object(frame, owner, name, lambda: owner, node)
            return Bound(frame.session.text_of(fun), receiver)
        case ModuleType():
            return Known(value, value.__name__)
        case type():
            return UserClass(frame.session.class_of(value))
    return _around(frame, value, name, node)


def _around(frame: Frame, value: Any, name: str, node: cst.CSTNode) -> Value | None:
    """What is wrapped around a function, or an object of a class."""
    match value:
        case Checkpointed(function=fun):
            return again(frame, from_object(frame, fun, name, lambda: fun, node), node)
        case functools._lru_cache_wrapper():
            return Known(value, name)
        case object(py_func=FunctionType() as fun):
            return UserFunction(frame.session.text_of(fun))
        case functools.partial():
            return _partial(frame, value, name, node)
    return Known(value, name) if is_instance(value) else None


def _function(frame: Frame, fun: FunctionType, name: str, node: cst.CSTNode) -> Value:
    """A function of an installed package, or one of the user's."""
    if fun.__code__.co_filename == contextlib.__file__:
        return frame.report(
            "SD102",
            f"`{name}` is a context manager that is written as a generator",
            node,
            help="write a class with `__enter__` and `__exit__`",
        )
    if foreign(fun, frame.scope.text.text.filename):
        return _library(fun)
    return UserFunction(frame.session.text_of(fun))


def _partial(frame: Frame, value: Any, name: str, node: cst.CSTNode) -> Value:
    """A live `functools.partial`, whose arguments never change."""

    def part(found: Any, label: str) -> Value:
        return from_object(frame, found, f"{name}_{label}", lambda: found, node)

    args = tuple(part(found, str(at)) for at, found in enumerate(value.args))
    kwargs = tuple((key, part(found, key)) for key, found in value.keywords.items())
    return Partial(part(value.func, "func"), args, kwargs)


def is_instance(value: Any) -> bool:
    """Whether a value is an object of a class that the user has written."""
    return hasattr(value, "__dict__") and not (
        isinstance(value, type | ModuleType | FunctionType)
        or is_library(type(value))
        or is_library(value)
    )


def _library(value: Any) -> Value:
    if isinstance(value, np.dtype):
        return Known(value.type, f"numpy.{value.type.__name__}")
    return Known(value, dotted(value))
