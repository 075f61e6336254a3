"""Arguments to try a function at: written by the user, or drawn from the types."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symdiff.cli.failures import USAGE, Failure
from symdiff.frontend.annotations import annotated as read_annotation
from symdiff.ir.types import ANY, Array, Length, List, Scalar, Tuple, Type
from symdiff.typespec import name_symbols, parse_type, symbols


def parse_at(text: str, types: Mapping[str, Type]) -> dict[str, Any]:
    """Read `w=[1, 2]; x=3.0`: literals only; a list is an array, if it is not typed."""
    found: dict[str, Any] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, mark, value = part.partition("=")
        try:
            literal = ast.literal_eval(value.strip())
        except (SyntaxError, ValueError) as error:
            message = f"cannot read {part!r} in --at"
            raise Failure(USAGE, message, "write 'w=[1, 2]; x=3.0'") from error
        if not mark:
            raise Failure(USAGE, f"{part!r} in --at is not `name=value`")
        found[name.strip()] = _shaped(literal, types.get(name.strip()))
    return found


def _shaped(value: Any, kind: Type | None) -> Any:
    match value, kind:
        case list(), List() | Tuple():
            return value
        case _, Array(dtype=dtype):
            return np.array(value, dtype or float)
        case list(), _:
            return _array(value)
        case int(), Scalar(dtype="f8", python=True):
            return float(value)
    return value


def _array(value: list[Any]) -> Any:
    try:
        array = np.array(value)
    except ValueError as error:
        raise Failure(USAGE, f"{value!r} in --at is not an array: {error}") from error
    return array.astype(float) if array.dtype.kind in "iu" else array


def annotated(fun: Callable[..., Any]) -> dict[str, Type]:
    """Return the types that the function's own annotations state."""
    found: dict[str, Type] = {}
    for name, parameter in inspect.signature(fun).parameters.items():
        note = parameter.annotation
        text = note if isinstance(note, str) else inspect.formatannotation(note)
        kind = parse_type(text) or read_annotation(text)
        if kind != ANY:
            found[name] = kind
    return found


class Draw:
    """Random arguments for a signature; a symbol is one length wherever it stands."""

    def __init__(
        self,
        fun: Callable[..., Any],
        types: Mapping[str, Type],
        fixed: Mapping[str, Any],
    ) -> None:
        self.parameters = inspect.signature(fun).parameters
        self.types = name_symbols({**annotated(fun), **types})
        self.fixed = fixed
        self.lengths: dict[str, int] = {}
        for kind in self.types.values():
            for name in symbols(kind):
                if name.startswith("("):
                    raise Failure(USAGE, f"cannot draw an array of length {name}")
                self.lengths.setdefault(name, 3 + len(self.lengths) % 4)
        unknown = [name for name in fixed if name not in self.parameters]
        if unknown:
            raise Failure(USAGE, f"the function has no parameter {unknown[0]!r}")

    def arguments(self, rng: np.random.Generator, positive: bool = False) -> list[Any]:
        """Draw one list of arguments; `positive` keeps the numbers between 0 and 1."""
        found: list[Any] = []
        for name, parameter in self.parameters.items():
            if name in self.fixed:
                found.append(copy.deepcopy(self.fixed[name]))
            elif name in self.types:
                found.append(self._value(self.types[name], rng, positive))
            elif parameter.default is not inspect.Parameter.empty:
                found.append(parameter.default)
            else:
                help = f"add --types '{name}: f8[n]' or --at '{name}=[0.5, 1.0]'"
                raise Failure(USAGE, f"no type or value is known for {name!r}", help)
        return found

    def _value(self, kind: Type, rng: np.random.Generator, positive: bool) -> Any:
        match kind:
            case Scalar(dtype=dtype, python=python):
                value = _numbers(dtype, (), rng, positive)[()]
                return value.item() if python else value
            case Array(dtype=dtype, shape=shape) if shape is not None:
                sizes = tuple(map(self._length, shape))
                return _numbers(dtype or "f8", sizes, rng, positive)
            case List(item=item, length=length):
                count = length if isinstance(length, int) else 3
                return [self._value(item, rng, positive) for _ in range(count)]
            case Tuple(items=items):
                return tuple(self._value(item, rng, positive) for item in items)
        help = "give its shape with --types, or a value with --at"
        raise Failure(USAGE, f"cannot draw a random value of type {kind}", help)

    def _length(self, size: Length) -> int:
        if isinstance(size, int):
            return size
        return size.const + sum(c * self.lengths[name] for name, c in size.terms)


def _numbers(
    dtype: str, shape: tuple[int, ...], rng: np.random.Generator, positive: bool
) -> Any:
    match dtype[0]:
        case "b":
            return np.asarray(rng.random(shape) < 0.5)
        case "i" | "u":
            return np.asarray(rng.integers(1, 5, shape)).astype(dtype)
    if positive:
        return np.asarray(rng.uniform(0.1, 0.9, shape)).astype(dtype)
    return np.asarray(rng.normal(size=shape)).astype(dtype)
