"""The types of a call's arguments: which variant of a gradient a call needs."""

from __future__ import annotations

import enum
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from functools import _lru_cache_wrapper, partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from symdiff.errors import UsageError
from symdiff.ir.records import Again, Part, Record, Source, Static, Whole
from symdiff.ir.types import (
    ANY,
    Array,
    Length,
    List,
    Scalar,
    Tuple,
    Type,
    join_all,
    symbol,
    type_of_value,
)

SMALL = 4
"""Lengths up to this one are told apart; longer ones only as equal or different."""

_DICTS = (dict, OrderedDict, defaultdict)
_KEYS = (str, int, float, bool, tuple, type(None))
_LIBRARIES = ("numpy", "scipy", "symdiff", "builtins")
_FUNCTIONS = (FunctionType, BuiltinFunctionType, _lru_cache_wrapper, np.ufunc)
_COMPILED = (*_FUNCTIONS, type, enum.Enum)
"""What is compiled in where it is passed, and told apart by identity."""


def is_compiled(value: Any) -> bool:
    """Whether a value is compiled in: a function, a class, a member of an enum."""
    if isinstance(value, _COMPILED):
        return True
    # What a compiler has made of a function leads to the function.
    found: dict[str, Any] = getattr(value, "__dict__", {})
    return isinstance(found.get("py_func"), FunctionType)


# ---- taking containers apart


def is_object(value: Any) -> bool:
    """Whether a value is an object of a class that the user has written."""
    cls = type(value)
    plain = not (is_compiled(value) or isinstance(value, ModuleType | BaseException))
    root = cls.__module__.split(".")[0]
    slots = any("__slots__" in vars(base) for base in cls.__mro__[:-1])
    own = root not in _LIBRARIES and root not in _standard()
    asks = any(
        isinstance(vars(base).get("__getattribute__"), FunctionType)
        for base in cls.__mro__
    )
    return plain and own and not asks and (hasattr(value, "__dict__") or slots)


def _standard() -> frozenset[str]:
    import sys

    # A script's own classes are in `__main__`, and a namespace is as good as a class.
    return sys.stdlib_module_names - {"__main__", "types"}


def attributes(value: Any) -> dict[str, Any]:
    """The attributes that an object has of its own, without running code of its."""
    found: dict[str, Any] = {}
    for base in reversed(type(value).__mro__):
        slots = vars(base).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__"):
                try:
                    found[name] = vars(base)[name].__get__(value)
                except (AttributeError, KeyError):
                    continue
    own: dict[str, Any] = getattr(value, "__dict__", {})
    # A property of the class comes before what the object itself has.
    hidden = {n for n in own if isinstance(getattr(type(value), n, None), property)}
    return found | {n: v for n, v in own.items() if n not in hidden}


def parts(value: Any) -> tuple[str, tuple[Any, ...], tuple[Any, ...], Any] | None:
    """The kind, keys, items and class of a container; None if it is taken as it is.

    A list or tuple is taken apart as well only if something in it has to be.
    """
    if type(value) in _DICTS:
        if all(type(key) in _KEYS for key in value):
            return "dict", tuple(value), tuple(value.values()), None
        return None
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return "named", tuple(value._fields), tuple(value), type(value)
    if type(value) in (list, tuple):
        kind = type(value).__name__
        return kind, tuple(range(len(value))), tuple(value), None
    if isinstance(value, MethodType):
        bound = (value.__func__, value.__self__)
        return "method", ("__func__", "__self__"), bound, None
    if type(value) is partial:
        given = (value.func, value.args, value.keywords)
        return "partial", ("func", "args", "keywords"), given, None
    if is_object(value):
        found = attributes(value)
        return "object", tuple(found), tuple(found.values()), type(value)
    return None


# ---- types


def abstract(arguments: Mapping[str, Any]) -> dict[str, Part]:
    """The types of arguments, with a symbol for each different length."""
    known: dict[int, Length] = {}
    return {name: _argument(value, name, known) for name, value in arguments.items()}


def concrete(arguments: Mapping[str, Any]) -> dict[str, Part]:
    """The types of arguments, with every length as it is."""
    return {name: _argument(value, name, None) for name, value in arguments.items()}


def _argument(value: Any, name: str, known: dict[int, Length] | None) -> Part:
    if is_compiled(value):
        return Static(value)
    return _part(value, name, known, ())


def _part(
    value: Any, name: str, known: dict[int, Length] | None, around: tuple[int, ...]
) -> Part:
    """The type of a value; `around` are the containers that it is in, by identity."""
    found = parts(value)
    if found is None:
        return _abstract(value, name, known)
    if id(value) in around:
        return Again(len(around) - around.index(id(value)))
    kind, keys, items, cls = found
    inner = (*around, id(value))
    named = [f"{name}.{key}" for key in keys]
    pairs = list(zip(items, named, strict=True))
    types = tuple(_inside(v, label, known, inner) for v, label in pairs)
    # Names of keys, say, which are looked up while compiling.
    texts = bool(around and types) and all(isinstance(t, Static) for t in types)
    if kind in ("list", "tuple") and not texts and not _unlike(types, kind):
        return _abstract(value, name, known)
    if kind == "partial":
        # Each argument that is given already takes a parameter's place.
        numbers = [f"{name}.args.{i}" for i in range(len(value.args))]
        each = zip(value.args, numbers, strict=True)
        given = tuple(_inside(v, label, known, inner) for v, label in each)
        args = Record("tuple", tuple(range(len(given))), given)
        types = (types[0], args, types[2])
    return Record(kind, keys, types, cls)


def _inside(
    value: Any, name: str, known: dict[int, Length] | None, around: tuple[int, ...]
) -> Part:
    if value is None or (isinstance(value, str) or is_compiled(value)):
        return Static(value)
    return _part(value, name, known, around)


def _unlike(types: tuple[Part, ...], kind: str) -> bool:
    """Whether the items of a sequence have to be known one by one."""
    if any(isinstance(t, Record | Again) for t in types):
        return True
    data = [t for t in types if not isinstance(t, Static)]
    functions = [t for t in types if isinstance(t, Static) and is_compiled(t.value)]
    if functions or (data and len(data) < len(types) and kind == "list"):
        return True
    plain = [t for t in data if not isinstance(t, Record | Static | Again | Whole)]
    numbers = all(isinstance(t, Scalar | Array) for t in plain)
    return kind == "list" and not numbers and join_all(plain) == ANY


def _abstract(value: Any, name: str, known: dict[int, Length] | None) -> Type:
    match value:
        case np.ndarray():
            base = type_of_value(value)
            assert isinstance(base, Array)
            pairs = enumerate(value.shape)
            shape = tuple(_length(n, f"{name}.{i}", known) for i, n in pairs)
            return Array(base.dtype, shape)
        case bool():
            return type_of_value(value)
        case int():
            return Scalar("i8", python=True)
        case tuple():
            items = (_abstract(v, f"{name}.{i}", known) for i, v in enumerate(value))
            return Tuple(tuple(items))
        case list():
            kinds = [_abstract(v, f"{name}.{i}", known) for i, v in enumerate(value)]
            return List(join_all(kinds), _length(len(value), name, known))
    return type_of_value(value)


def _length(n: int, name: str, known: dict[int, Length] | None) -> Length:
    if known is None or n <= SMALL:
        return n
    return known.setdefault(n, symbol(name))


# ---- keys


def raw(value: Any, inside: bool = False, around: tuple[int, ...] = ()) -> Any:
    """A key that two arguments share only if they need the same variant."""
    kind = type(value)
    if kind is float:
        return float
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape
    if is_compiled(value):
        return Static(value)
    if kind is str:
        return value if inside else str
    found = parts(value)
    if found is None:
        return kind
    if id(value) in around:
        return "again", len(around) - around.index(id(value))
    within = (*around, id(value))
    keys = () if kind in (list, tuple) else found[1]
    return kind, keys, *(raw(item, True, within) for item in found[2])


def inside(value: Any, name: str) -> Iterator[tuple[Source, Any]]:
    """The arrays in a value and its containers, each with what leads to it."""
    todo: list[tuple[Source, Any, tuple[int, ...]]] = [((name,), value, ())]
    while todo:
        path, found, around = todo.pop()
        if isinstance(found, np.ndarray):
            yield path, found
            continue
        taken = parts(found)
        if taken is None or id(found) in around:
            continue
        yield path, found
        kind, keys, items, _ = taken
        inner = [
            ((*path, (kind, key)), item) for key, item in zip(keys, items, strict=True)
        ]
        todo += [(p, v, (*around, id(found))) for p, v in reversed(inner)]


def spelled(path: Source) -> str:
    """How a part of an argument is written: `params["W"]`, `config.rates[0]`."""
    name, *steps = path
    for kind, key in steps:
        index = kind in ("dict", "list", "tuple")
        shown = f'"{key}"' if isinstance(key, str) else repr(key)
        name += f"[{shown}]" if index else f".{key}"
    return str(name)


# ---- what is differentiated by


def as_real(value: Any, name: str) -> Any:
    """An argument to differentiate by: a Python int is the real number that it is."""
    if isinstance(value, bool | np.bool_):
        raise UsageError(f"`{name}` is a bool, which has no derivative; pass a float")
    if isinstance(value, int):
        return float(value)
    if isinstance(value, np.integer):
        return np.float64(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iub":
        raise UsageError(
            f"`{name}` is an array of {value.dtype}, which has no derivative; "
            f"pass {name}.astype(float)"
        )
    plain = type(value) in (tuple, list)
    if not plain or isinstance(_argument(value, name, None), Record):
        return value
    return (
        type(value)(as_real(v, name) for v in value) if any(_integers(value)) else value
    )


def _integers(values: Any) -> Iterator[bool]:
    for v in values:
        if isinstance(v, tuple | list):
            yield from _integers(v)
        elif isinstance(v, int | np.integer):
            yield True
