"""Helper functions for the gradients of lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def zeros(x: Any) -> Any:
    """Return zeros in the structure of x."""
    if isinstance(x, (list, tuple)):
        return type(x)([zeros(item) for item in x])
    return np.zeros_like(x) if isinstance(x, np.ndarray) else 0.0


def zero_entries(x: Any) -> Any:
    """Return zeros in the structure of x, which holds dicts."""
    if not isinstance(x, dict):
        if isinstance(x, (list, tuple)):
            return type(x)([zero_entries(item) for item in x])
        return zeros(x)
    out = x.copy()
    out.update((key, zero_entries(item)) for key, item in x.items())
    return out


def plus(x: Any, y: Any) -> Any:
    """Add two gradients, item by item where they are lists or tuples."""
    if isinstance(x, (list, tuple)):
        return type(x)([plus(a, b) for a, b in zip(x, y, strict=True)])
    return x + y


def plus_entries(x: Any, y: Any) -> Any:
    """Add two gradients that hold dicts; an entry that is missing counts as 0."""
    if isinstance(y, dict):
        out = y.copy() if not isinstance(x, dict) else x.copy()
        for key, g in y.items() if isinstance(x, dict) else ():
            out[key] = plus_entries(x[key], g) if key in x else g
        return out
    if isinstance(x, (list, tuple)):
        return type(x)([plus_entries(a, b) for a, b in zip(x, y, strict=True)])
    return y if isinstance(y, (list, tuple)) else plus(x, y)


def unrepeat(g: Any, x: Any) -> Any:
    """Return the sum over the copies of the list x that x * n made."""
    out = [zeros(item) for item in x]
    for k, item in enumerate(g):
        out[k % len(x)] = plus(out[k % len(x)], item)
    return type(x)(out)


def unsplice(g: Any, x: Any, index: slice, v: Any) -> Any:
    """Return the gradients of x and of v where x[index] = v has made the list."""
    start, _, step = index.indices(len(x))
    rest, stop = list(g), start + len(v)
    place = slice(start, stop) if step == 1 else index
    rest[place] = zeros(list(x[index]))
    return rest, list(g[place])


def for_each(g: Any, x: Any) -> Any:
    """Return g for every item of x, in a list or in an array as x is."""
    if isinstance(x, np.ndarray):
        return np.broadcast_to(g, np.shape(x)).copy()
    return [g] * len(x)


def sorting_order(keys: Any, reverse: Any = False) -> Any:
    """Return the indices that sort the keys, equal ones in their order."""
    return sorted(range(len(keys)), key=lambda i: keys[i], reverse=reverse)


_STRUCTURE = (zeros, zero_entries, plus, plus_entries)
_LISTS = (unrepeat, unsplice, for_each, sorting_order)
CONTAINERS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (*_STRUCTURE, *_LISTS)
}
