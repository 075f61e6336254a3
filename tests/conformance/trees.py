"""The numbers inside of arguments: arrays, floats, containers and objects of them."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

Path = tuple[Any, ...]


def children(x: Any) -> list[tuple[Any, Any]] | None:
    """The parts of a container or object by their keys; None if it is neither."""
    if isinstance(x, dict):
        return list(x.items())
    if isinstance(x, list | tuple):
        return list(enumerate(x))
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        return [(f.name, getattr(x, f.name)) for f in dataclasses.fields(x)]
    plain = isinstance(x, np.ndarray | np.generic | type) or callable(x)
    return list(vars(x).items()) if hasattr(x, "__dict__") and not plain else None


def is_number(x: Any, ints: bool) -> bool:
    """Whether something is differentiated by: a float, a float array, maybe an int."""
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype.kind == "f"
    return type(x) is float or (ints and type(x) is int)


def leaves(x: Any, path: Path = (), ints: bool = False) -> Iterator[tuple[Path, Any]]:
    """Every number in an argument, with the keys that lead to it."""
    parts = children(x)
    if parts is None:
        if is_number(x, ints):
            yield path, x
        return
    for key, part in parts:
        # An int in a container is a count, one that is an argument is a number.
        yield from leaves(part, (*path, key))


def fetch(x: Any, path: Path) -> Any:
    """The part that keys lead to."""
    for key in path:
        x = x[key] if isinstance(x, dict | list | tuple) else getattr(x, key)
    return x


def put(x: Any, path: Path, new: Any) -> Any:
    """A copy in which one part is another."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(x, dict):
        return {**x, key: put(x[key], rest, new)}
    if isinstance(x, list | tuple):
        items = [put(v, rest, new) if at == key else v for at, v in enumerate(x)]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    out = copy.copy(x)
    object.__setattr__(out, key, put(getattr(x, key), rest, new))
    return out


def widened(x: Any) -> Any:
    """A copy with float32 arrays as float64, for differences that need the digits."""
    for path, leaf in list(leaves(x)):
        if getattr(leaf, "dtype", None) == np.float32:
            x = put(x, path, leaf.astype(np.float64))
    return x


def assert_like(got: Any, arg: Any, where: str) -> None:
    """A gradient has the structure, the shapes and the dtypes of its argument."""
    parts = children(arg)
    if parts is None:
        if isinstance(arg, np.ndarray | np.generic) and arg.dtype.kind == "f":
            assert isinstance(got, np.ndarray | np.generic), where
            assert (got.shape, got.dtype) == (arg.shape, arg.dtype), where
        elif is_number(arg, ints=True):
            assert isinstance(got, float), f"{where}: {type(got)}"
        return
    if not any(leaves(arg)):
        return
    if isinstance(arg, dict):
        assert isinstance(got, dict), where
        assert list(got) == list(arg), where
    elif isinstance(arg, list | tuple):
        assert type(got) is type(arg), f"{where}: {type(got)}"
        assert len(got) == len(arg), where
    for key, part in parts:
        if any(leaves(part)):
            assert_like(fetch(got, (key,)), part, f"{where}.{key}")
