"""The types of a call's arguments: which variant of a gradient a call needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symdiff.errors import UsageError
from symdiff.ir.types import (
    FLOAT,
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


def abstract(arguments: Mapping[str, Any]) -> dict[str, Type]:
    """The types of arguments, with a symbol for each different length."""
    known: dict[int, Length] = {}
    return {name: _abstract(value, name, known) for name, value in arguments.items()}


def concrete(arguments: Mapping[str, Any]) -> dict[str, Type]:
    """The types of arguments, with every length as it is."""
    known: dict[int, Length] = {}
    types = {name: _abstract(value, name, known) for name, value in arguments.items()}
    return {
        name: type_of_value(value) if isinstance(value, np.ndarray) else types[name]
        for name, value in arguments.items()
    }


def _abstract(value: Any, name: str, known: dict[int, Length]) -> Type:
    match value:
        case np.ndarray():
            base = type_of_value(value)
            assert isinstance(base, Array)
            shape = tuple(
                _length(n, f"{name}.{i}", known) for i, n in enumerate(value.shape)
            )
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


def _length(n: int, name: str, known: dict[int, Length]) -> Length:
    return n if n <= SMALL else known.setdefault(n, symbol(name))


def raw(value: Any) -> Any:
    """A key that two arguments share only if they need the same variant."""
    if type(value) is float:
        return float
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape
    if isinstance(value, tuple | list):
        return type(value), *map(raw, value)
    return type(value)


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
    if isinstance(value, tuple | list) and any(_integers(value)):
        return type(value)(as_real(v, name) for v in value)
    return value


def _integers(values: Any) -> Iterator[bool]:
    for v in values:
        if isinstance(v, tuple | list):
            yield from _integers(v)
        elif isinstance(v, int | np.integer):
            yield True


def annotated_float(t: Type) -> Type:
    """The type of an integer parameter that is differentiated by."""
    return FLOAT if isinstance(t, Scalar) and t.dtype[0] in "iu" else t
