"""Containers of numbers: what a tangent or a cotangent must look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from symdiff.errors import UsageError
from symdiff.ir.records import Absent, Branch, Leaf, Tree
from symdiff.rules.objects import like as other
from symdiff.signature import attributes, is_object, parts


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


# ---- leaves

Path = tuple[Any, ...]
DEEPEST = 12
"""How far into objects floats are looked for: an object may lead back to itself."""


def leaves(
    tree: Any, path: Path = (), whole: bool = False
) -> Iterator[tuple[Path, Any]]:
    """Yield the float leaves of a container with their paths.

    `whole`: an integer that is the whole argument counts as the real number it is.
    """
    match tree:
        case dict():
            for key, item in tree.items():
                yield from leaves(item, (*path, key))
        case list() | tuple():
            for key, item in enumerate(tree):
                yield from leaves(item, (*path, key))
        case bool() | str() | None:
            return
        case float() | np.floating() | np.ndarray() if (
            np.asarray(tree).dtype.kind == "f"
        ):
            yield path, tree
        case int() if whole:
            yield path, float(tree)
        case _ if is_object(tree) and len(path) < DEEPEST:
            for name, item in attributes(tree).items():
                yield from leaves(item, (*path, name))


def fetch(tree: Any, path: Path) -> Any:
    """Follow a path of `leaves` into a container of the same structure."""
    for key in path:
        indexed = isinstance(tree, dict | list | tuple)
        tree = tree[key] if indexed else getattr(tree, key)
    return tree


def put(tree: Any, path: Path, leaf: Any) -> Any:
    """Return the container with another leaf; the old one stays as it is."""
    if not path:
        return leaf
    key, rest = path[0], path[1:]
    match tree:
        case dict():
            return {**tree, key: put(tree[key], rest, leaf)}
        case list():
            return [*tree[:key], put(tree[key], rest, leaf), *tree[key + 1 :]]
        case tuple():
            items = (*tree[:key], put(tree[key], rest, leaf), *tree[key + 1 :])
            return type(tree)(*items) if hasattr(tree, "_fields") else items
    found = attributes(tree)
    return remade(tree, {**found, key: put(found[key], rest, leaf)})
