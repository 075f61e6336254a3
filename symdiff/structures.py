"""Containers of numbers: what a tangent or a cotangent must look like."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from symdiff.errors import UsageError
from symdiff.ir.records import Absent, Branch, Leaf, Tree
from symdiff.rules.objects import like as other
from symdiff.signature import parts


def has_float(value: Any, around: tuple[int, ...] = ()) -> bool:
    """Whether a value is a float or an array of them, or holds one."""
    if isinstance(value, float | complex):
        return True
    if isinstance(value, np.ndarray | np.generic):
        return bool(value.dtype.kind in "fc")
    found = parts(value)
    if found is None or id(value) in around:
        return False
    return any(has_float(item, (*around, id(value))) for item in found[2])


def matching(value: Any, like: Any, what: str, of: str) -> Any:
    """The value with the structure, shapes and dtypes of `like`, or a `UsageError`.

    None stands for zero, and for a part that cannot carry a derivative.
    """
    found = parts(like)
    if found is not None:
        return _container(value, like, found, what, of)
    if value is None:
        return zero(like)
    if isinstance(like, str) or not isinstance(like, int | float | complex | _ARRAYS):
        return None
    if np.shape(value) != np.shape(like):
        raise UsageError(
            f"{what} has shape {np.shape(value)}, but its {of} has {np.shape(like)}"
        )
    if isinstance(like, np.ndarray):
        real = like.dtype if like.dtype.kind in "fc" else np.float64
        return np.asarray(value, dtype=real)
    return float(value) if isinstance(value, int | float) else value


_ARRAYS = np.ndarray | np.generic


def _container(value: Any, like: Any, found: Any, what: str, of: str) -> Any:
    kind, keys, items, cls = found
    values: dict[Any, Any] = dict.fromkeys(keys)
    if value is not None:
        given = parts(value)
        if given is None or not _fits(kind, keys, given[0], given[1]):
            name = kind if cls is None else cls.__name__
            raise UsageError(
                f"{what} must have the structure of its {of}: {name} of {len(keys)} "
                "items"
            )
        own = given[1] if kind in ("dict", "object") else keys
        values |= dict(zip(own, given[2], strict=True))
    made = [
        matching(values[key], item, _part_of(kind, key, what), of)
        for key, item in zip(keys, items, strict=True)
    ]
    return _rebuilt(like, kind, keys, made)


_SEQUENCES = frozenset({"list", "tuple", "named"})


def _fits(kind: str, keys: tuple[Any, ...], other: str, given: tuple[Any, ...]) -> bool:
    """Whether a container of a kind may stand for another one."""
    if kind == "object":
        return other == kind and set(given) <= set(keys)
    if kind == "dict":
        return other == kind and set(given) == set(keys)
    same = other == kind or {other, kind} <= _SEQUENCES
    return same and len(given) == len(keys)


def _part_of(kind: str, key: Any, what: str) -> str:
    return (
        f"`{key}` of {what}" if kind in ("dict", "object") else f"item {key} of {what}"
    )


def _rebuilt(like: Any, kind: str, keys: tuple[Any, ...], items: list[Any]) -> Any:
    """A container like another one with other items."""
    match kind:
        case "dict":
            return dict(zip(keys, items, strict=True))
        case "named":
            return like._make(items)
        case "object":
            return remade(like, dict(zip(keys, items, strict=True)))
    return tuple(items) if kind == "tuple" else list(items)


def remade(like: Any, attributes: Mapping[str, Any]) -> Any:
    """An object of the class of another one, with these attributes."""
    if type(like) is SimpleNamespace:
        return SimpleNamespace(**attributes)
    return other(like, **attributes)


def zero(like: Any) -> Any:
    """The zero derivative of a number or array; None if it cannot have one."""
    if isinstance(like, np.ndarray | np.generic) and like.dtype.kind in "fc":
        return np.zeros_like(like)
    number = isinstance(like, int | float | complex) and not isinstance(like, bool)
    return 0.0 if number else None


def flattened(value: Any, tree: Tree) -> Any:
    """A cotangent as the flat function takes it: a tuple for each container."""
    match tree:
        case Leaf():
            return value
        case Absent():
            return None
        case Branch(kind=kind, keys=keys, items=items):
            pairs = [(key, item) for key, item in zip(keys, items, strict=True)]
            return tuple(
                flattened(_item(value, kind, key), item)
                for key, item in pairs
                if not isinstance(item, Absent)
            )


def _item(value: Any, kind: str, key: Any) -> Any:
    return value[key] if kind in ("dict", "list", "tuple") else getattr(value, key)
