"""Functions that a generated source may print at its top: plain, short, readable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum g over the axes along which x was repeated, to the shape of x."""
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if isinstance(x, (list, tuple)) and np.shape(g)[extra:] != shape:
        raise TypeError("the gradient of a list that was repeated is not defined")
    g = np.sum(g, axis=tuple(range(extra))) if extra else g
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    return np.sum(g, axis=axes, keepdims=True) if axes else g


def divide(x: Any, y: Any) -> Any:
    """Return x / y, infinite or NaN at y = 0 also for Python floats."""
    try:
        return x / y
    except ZeroDivisionError:
        return float(np.divide(x, y))


def power(x: Any, y: Any) -> Any:
    """Return x**y with NumPy's infinities where Python floats would raise."""
    try:
        return x**y
    except (ZeroDivisionError, OverflowError):
        return float(np.power(float(x), y))


def zeros(x: Any) -> Any:
    """Return zeros in the structure of x."""
    if isinstance(x, (list, tuple)):
        return type(x)([zeros(item) for item in x])
    return np.zeros_like(x) if isinstance(x, (np.ndarray, np.generic)) else 0.0


def split_like(g: Any, arrays: Any, axis: int = 0) -> Any:
    """Cut g along an axis into pieces with the sizes and shapes of the arrays."""
    axis = min(axis, np.ndim(g) - 1)
    width = np.size(g) // max(np.shape(g)[axis], 1)
    stops = np.cumsum([np.size(a) // max(width, 1) for a in arrays])
    pieces = np.split(g, stops[:-1], axis)
    return [np.reshape(p, np.shape(a)) for p, a in zip(pieces, arrays, strict=False)]


def last_written(x: Any, index: Any) -> Any:
    """Tell which values of a store x[index] = v are still there after it."""
    order = np.zeros(np.shape(x), dtype=int)
    place = np.arange(np.size(order[index])).reshape(np.shape(order[index]))
    order[index] = place
    return order[index] == place


def left_of_matmul(g: Any, a: Any, b: Any) -> Any:
    """Return the gradient of sum(g * (a @ b)) in a, for any ranks."""
    if np.ndim(b) == 1:
        return unbroadcast(np.multiply.outer(g, b), a)
    if np.ndim(a) == 1:
        return unbroadcast((b @ np.expand_dims(g, -1))[..., 0], a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def right_of_matmul(g: Any, a: Any, b: Any) -> Any:
    """Return the gradient of sum(g * (a @ b)) in b, for any ranks."""
    if np.ndim(a) == 1:
        return (
            unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), b)
            if (np.ndim(b) > 1)
            else g * np.asarray(a)
        )
    if np.ndim(b) == 1:
        return np.tensordot(g, a, np.ndim(g))
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


def left_of_dot(g: Any, a: Any, b: Any) -> Any:
    """Return the gradient of sum(g * np.dot(a, b)) in a, for any ranks."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(np.multiply(g, b), a)
    if np.ndim(b) == 1:
        return np.multiply.outer(g, b)
    return np.tensordot(g, np.swapaxes(b, -1, -2), np.ndim(b) - 1)


def right_of_dot(g: Any, a: Any, b: Any) -> Any:
    """Return the gradient of sum(g * np.dot(a, b)) in b, for any ranks."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(np.multiply(g, a), b)
    lead = list(range(np.ndim(a) - 1))
    rest = np.tensordot(a, g, (lead, lead))
    return rest if np.ndim(b) == 1 else np.moveaxis(rest, 0, -2)


def cofactors(a: Any) -> Any:
    """Return the gradient of det(a), which exists for a singular matrix, too."""
    u, s, vt = np.linalg.svd(a)
    left = np.concatenate([[1.0], np.cumprod(s[:-1])])
    right = np.concatenate([np.cumprod(s[:0:-1])[::-1], [1.0]])
    return np.linalg.det(u) * np.linalg.det(vt) * (u * (left * right)) @ vt


HELPERS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        unbroadcast,
        divide,
        power,
        zeros,
        split_like,
        last_written,
        left_of_matmul,
        right_of_matmul,
        left_of_dot,
        right_of_dot,
        cofactors,
    )
}
