"""What each operation means: a name of the IR → a Python function on values.

Values are immutable here: whatever stores into a value copies it first, and what
Python would give as a one-shot iterator is a list, so that it can be read twice.
"""

from __future__ import annotations

import copy
import importlib
import operator
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np

from symdiff.errors import InternalError
from symdiff.ir.notation import resolve

Meaning = Callable[..., Any]

_INPLACE = "add sub mul truediv floordiv mod pow matmul"
_OPERATORS = f"""
    {_INPLACE} neg pos lt le gt ge eq ne is_ is_not contains
    and_ or_ not_ xor invert lshift rshift getitem
"""


def fresh(value: Any) -> Any:
    """A copy that can be stored into; the items of a container stay shared."""
    return value.copy(order="K") if isinstance(value, np.ndarray) else copy.copy(value)


def _inplace(name: str) -> Meaning:
    op = getattr(operator, f"i{name}")
    return lambda x, e: op(fresh(x), e)


def _setitem(x: Any, index: Any, value: Any) -> Any:
    out = fresh(x)
    if isinstance(out, set):
        out.add(index)
    else:
        out[index] = value
    return out


def _additem(x: Any, index: Any, value: Any) -> Any:
    out = fresh(x)
    if isinstance(out, np.ndarray):
        out[index] += value
    else:
        # The item of a container is a value of its own, which others may hold.
        item = fresh(out[index])
        item += value
        out[index] = item
    return out


def _pop(items: Any, *place: Any) -> tuple[Any, Any]:
    rest = fresh(items) if isinstance(items, dict) else list(items)
    taken = rest.pop(*place)
    return rest, taken


def _insert(items: Any, index: int, item: Any) -> Any:
    out = list(items)
    out.insert(index, item)
    return out


def _dict(*items: Any) -> dict[Any, Any]:
    return dict(zip(items[::2], items[1::2], strict=True))


def _assert(test: Any, message: Any = None) -> None:
    if not test:
        raise AssertionError(*(() if message is None else (message,)))


def _raise(error: Any, cause: Any = False) -> None:
    if cause is not False:
        raise error from cause
    raise RuntimeError("No active exception to reraise") if error is None else error


def _enter(manager: Any) -> tuple[Any, Any]:
    return manager.__enter__(), manager


def _verbatim(text: str, *args: Any) -> Any:
    space: dict[str, Any] = {}
    exec(text, space)
    (call,) = (v for v in space.values() if isinstance(v, FunctionType))
    return call(*args)


def _leave(token: Any) -> None:
    if token is not None:
        token.__exit__(None, None, None)


def _unbroadcast(g: Any, x: Any) -> Any:
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    kept = [i + extra for i, n in enumerate(shape) if n == 1]
    axes = tuple(range(extra)) + tuple(i for i in kept if np.shape(g)[i] != 1)
    out = np.sum(g, axis=axes, keepdims=True) if axes else g
    return np.reshape(out, shape)


def _zeros(x: Any) -> Any:
    match x:
        case list() | tuple():
            return type(x)([_zeros(item) for item in x])
        case dict():
            out = fresh(x)
            out.update((key, _zeros(item)) for key, item in x.items())
            return out
        case np.ndarray() | np.generic():
            return np.zeros_like(x)
    return 0.0


METHODS = ("ndarray", "generator", "foreign")
"""What a method's name begins with in place of its module."""

CORE: dict[str, Meaning] = {
    **{name: getattr(operator, name) for name in _OPERATORS.split()},
    **{f"i{name}": _inplace(name) for name in _INPLACE.split()},
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    "ifelse": lambda c, a, b: a if c else b,
    "setitem": _setitem,
    "additem": _additem,
    "tuple": lambda *items: items,
    "list": lambda *items: list(items),
    "dict": _dict,
    "slice": slice,
    "unpack": tuple,
    "append": lambda items, item: [*items, item],
    "pop": _pop,
    "insert": _insert,
    "same": lambda x: x,
    "attribute": getattr,
    "new": lambda cls, **attributes: cls(**attributes),
    "defined": lambda x: None,
    "assert": _assert,
    "raise": _raise,
    "enter": _enter,
    "attempt": lambda: None,
    "handler": lambda token, kind: (False, None),
    "lastly": lambda token: None,
    "leave": _leave,
    "verbatim": _verbatim,
    "external": lambda function, *args: function(*args),
    "format": lambda spec, *values: spec.format(*values),
    "unbroadcast": _unbroadcast,
    "zeros": _zeros,
}


@lru_cache(maxsize=4096)
def meaning(op: str) -> Meaning:
    """The function behind an operation's name."""
    if op in CORE:
        return CORE[op]
    owner, _, name = op.partition(".")
    if owner in METHODS:
        return _attribute(name)
    if "." not in op:
        return _helper(op)
    try:
        found = resolve(op)
    except ValueError as error:
        raise InternalError(f"no operation is called {op!r}") from error
    if op.startswith("numpy.") and op.endswith(".at"):
        return _scattered(found)
    return _materialised(found)


def _scattered(function: Meaning) -> Meaning:
    def call(x: Any, *args: Any) -> Any:
        out = fresh(x)
        function(out, *args)
        return out

    return call


def _attribute(name: str) -> Meaning:
    def read(x: Any, *args: Any, **kwargs: Any) -> Any:
        owner = x if hasattr(x, name) else np.asarray(x)
        found = getattr(owner, name)
        return found(*args, **kwargs) if callable(found) else found

    return read


def _materialised(function: Meaning) -> Meaning:
    def call(*args: Any, **kwargs: Any) -> Any:
        out = function(*args, **kwargs)
        return list(out) if isinstance(out, Iterator) else out

    return call


def _helper(op: str) -> Meaning:
    # By name and late: the helpers belong to the rules, which are above the IR.
    helpers = importlib.import_module("symdiff.rules.helpers").HELPERS
    if op not in helpers:
        raise InternalError(f"no operation is called {op!r}")
    found: Meaning = helpers[op]
    return found
