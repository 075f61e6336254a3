"""Functions that a generated source may print at its top: plain, short, readable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symdiff.rules.banded import banded_times, bands_of, transposed_bands
from symdiff.rules.helpers_checkpoints import CHECKPOINTS
from symdiff.rules.helpers_containers import CONTAINERS
from symdiff.rules.helpers_implicit import IMPLICIT
from symdiff.rules.objects import instance, like


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum g over the axes along which x was repeated, to the shape of x."""
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if isinstance(x, (list, tuple)) and np.shape(g)[extra:] != shape:
        raise TypeError("the gradient of a list that was repeated is not defined")
    g = np.sum(g, axis=tuple(range(extra))) if extra else g
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    return np.sum(g, axis=axes, keepdims=True) if axes else g


def unbroadcast_each(g: Any, x: Any) -> Any:
    """Sum each item of g over the axes along which x was repeated."""
    shape = np.shape(x)
    first = np.ndim(g) - len(shape)
    g = np.sum(g, axis=tuple(range(1, first))) if first > 1 else g
    axes = tuple(
        i for i, n in enumerate(shape, start=1) if n == 1 and np.shape(g)[i] != 1
    )
    return np.sum(g, axis=axes, keepdims=True) if axes else g


def keep_axes(g: Any, x: Any, axis: Any) -> Any:
    """Put the axes of x that were reduced back into g, each with the length 1."""
    shape = list(np.shape(x))
    for n in range(len(shape)) if axis is None else np.atleast_1d(axis):
        shape[n] = 1
    return np.reshape(g, shape)


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


def real_like(g: Any, x: Any) -> Any:
    """Return g, or its real part where x is real."""
    return g if np.iscomplexobj(x) else np.real(g)


def fit(g: Any, x: Any, axis: int = -1) -> Any:
    """Cut g, or fill it with zeros, to the length of x along an axis."""
    n, m = np.shape(g)[axis], np.shape(x)[axis]
    g = np.moveaxis(g, axis, -1)
    missing = np.zeros((*np.shape(g)[:-1], max(m - n, 0)), np.asarray(g).dtype)
    return np.moveaxis(np.concatenate([g[..., :m], missing], axis=-1), -1, axis)


def twice(g: Any, n: int, axis: int = -1) -> Any:
    """Double the coefficients that stand for two of a real signal of length n."""
    k = np.arange(np.shape(g)[axis])
    count = np.where((k == 0) | (2 * k == n), 1, 2)
    return np.moveaxis(np.moveaxis(g, axis, -1) * count, -1, axis)


def leading(g: Any, n: int, axis: int) -> Any:
    """Return the first n columns or rows of g; the others must be zero."""
    first, rest = np.split(g, [n], axis)
    if np.any(rest):
        raise ValueError("only the first singular vectors have a derivative")
    return first


def split_like(g: Any, arrays: Any, axis: int = 0) -> Any:
    """Cut g along an axis into pieces with the sizes and shapes of the arrays."""
    axis = min(axis, np.ndim(g) - 1)
    width = np.size(g) // max(np.shape(g)[axis], 1)
    stops = np.cumsum([np.size(a) // max(width, 1) for a in arrays])
    pieces = np.split(g, stops[:-1], axis)
    return [np.reshape(p, np.shape(a)) for p, a in zip(pieces, arrays, strict=True)]


def unblock(g: Any, arrays: Any) -> Any:
    """Cut g = np.block(arrays) into the nested lists of the arrays."""
    if not isinstance(arrays, (list, tuple)):
        return np.reshape(g, np.shape(arrays))
    depth, inner = 1, arrays[0]
    while isinstance(inner, (list, tuple)):
        depth, inner = depth + 1, inner[0]
    size = max(np.ndim(np.block(list(arrays))), depth)
    wholes = [np.block(a) for a in arrays]
    widths = [
        np.shape(np.reshape(w, (1,) * (size - np.ndim(w)) + np.shape(w)))[-depth]
        for w in wholes
    ]
    pieces = np.split(g, np.cumsum(widths)[:-1], axis=-depth)
    return [unblock(p, a) for p, a in zip(pieces, arrays, strict=True)]


def window_sums(g: Any, x: Any, weights: Any, mode: str) -> Any:
    """Return the sums of g times x, shifted to each place of the weights."""
    half = [n // 2 for n in np.shape(weights)]
    kind = "wrap" if mode == "wrap" else "constant"
    wide = np.pad(x, [(n, n) for n in half], mode=kind)  # type: ignore[call-overload]
    out = np.zeros_like(weights)
    for place in np.ndindex(*np.shape(weights)):
        part = [slice(k, k + n) for k, n in zip(place, np.shape(x), strict=True)]
        out[place] = np.sum(g * wide[tuple(part)])
    return out


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


def left_of_tensordot(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Return the gradient of sum(g * np.tensordot(a, b, axes)) in a."""
    if np.ndim(axes) == 0:
        axes = (range(np.ndim(a) - axes, np.ndim(a)), range(axes))
    left, right = (np.atleast_1d(part) for part in axes)
    left, right = left % np.ndim(a), right % np.ndim(b)
    rest = [n for n in range(np.ndim(b)) if n not in right]
    out = np.tensordot(g, b, (range(np.ndim(g) - len(rest), np.ndim(g)), rest))
    kept = [n for n in range(np.ndim(a)) if n not in left]
    return np.transpose(out, np.argsort([*kept, *left[np.argsort(right)]]))


def right_of_tensordot(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Return the gradient of sum(g * np.tensordot(a, b, axes)) in b."""
    if np.ndim(axes) == 0:
        axes = (range(np.ndim(a) - axes, np.ndim(a)), range(axes))
    left, right = (np.atleast_1d(part) for part in axes)
    left, right = left % np.ndim(a), right % np.ndim(b)
    rest = [n for n in range(np.ndim(a)) if n not in left]
    out = np.tensordot(a, g, (rest, range(len(rest))))
    kept = [n for n in range(np.ndim(b)) if n not in right]
    return np.transpose(out, np.argsort([*right[np.argsort(left)], *kept]))


def undiag(g: Any, v: Any, k: int = 0) -> Any:
    """Return the gradient of sum(g * np.diag(v, k)) in v."""
    if np.ndim(v) == 1:
        return np.copy(np.diagonal(g, k))
    out = np.zeros_like(v)
    n = np.arange(len(g))
    out[n + max(-k, 0), n + max(k, 0)] = g
    return out


def unpad(g: Any, x: Any, width: Any) -> Any:
    """Return the part of g = np.pad(x, width) where x is."""
    pairs = np.broadcast_to(width, (np.ndim(x), 2))
    return g[
        tuple(slice(a, a + n) for (a, _), n in zip(pairs, np.shape(x), strict=True))
    ]


def untile(g: Any, x: Any, reps: Any) -> Any:
    """Return the sum over the copies of x that np.tile(x, reps) made."""
    reps = np.atleast_1d(reps)
    size = max(len(reps), np.ndim(x))
    counts = [1] * (size - len(reps)) + list(reps)
    shape = (1,) * (size - np.ndim(x)) + np.shape(x)
    pairs = [n for pair in zip(counts, shape, strict=True) for n in pair]
    out = np.sum(np.reshape(g, pairs), axis=tuple(range(0, 2 * size, 2)))
    return np.reshape(out, np.shape(x))


def add_windows(g: Any, x: Any, window: Any, axis: Any = None) -> Any:
    """Return the sum of the windows in g where sliding_window_view took them from x."""
    window = np.atleast_1d(window)
    axes = np.atleast_1d(range(np.ndim(x)) if axis is None else axis)
    out = np.zeros(np.shape(x), np.asarray(g).dtype)
    for offset in np.ndindex(*window):
        place = [slice(None)] * np.ndim(x)
        for a, k in zip(axes, offset, strict=True):
            place[a] = slice(k, k + np.shape(g)[a])
        out[tuple(place)] += g[(..., *offset)]
    return out


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


def right_of_solve(g: Any, a: Any, b: Any) -> Any:
    """Return the solution of the transposed system for g, shaped as b makes it."""
    t = np.swapaxes(a, -1, -2)
    if np.ndim(b) == 1:
        return np.linalg.solve(t, g[..., None])[..., 0]
    return np.linalg.solve(t, g)


def left_of_solve(w: Any, out: Any, a: Any, b: Any) -> Any:
    """Return the gradient of sum(w * (a @ out)) in a, for a solution out of b."""
    if np.ndim(b) == 1:
        return unbroadcast(w[..., :, None] * out[..., None, :], a)
    return unbroadcast(w @ np.swapaxes(out, -1, -2), a)


def cofactors(a: Any) -> Any:
    """Return the gradient of det(a), which exists for a singular matrix, too."""
    u, s, vt = np.linalg.svd(a)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    others = [np.prod(np.delete(s, k, -1), axis=-1) for k in range(np.shape(s)[-1])]
    scale = np.expand_dims(np.stack(others, axis=-1) * sign[..., None], -2)
    return (u * scale) @ vt


def pivoted(g: Any, pivots: Any) -> Any:
    """Swap the rows of g as the pivots of an LU decomposition say."""
    g = np.array(g)
    for i, p in enumerate(pivots):
        g[[i, p]] = g[[p, i]]
    return g


def unpivoted(g: Any, pivots: Any) -> Any:
    """Swap the rows of g back."""
    g = np.array(g)
    for i, p in reversed(list(enumerate(pivots))):
        g[[i, p]] = g[[p, i]]
    return g


HELPERS: dict[str, Callable[..., Any]] = (
    {
        f.__name__: f
        for f in (
            unbroadcast,
            keep_axes,
            divide,
            power,
            real_like,
            fit,
            leading,
            twice,
            unbroadcast_each,
            split_like,
            last_written,
            unblock,
            window_sums,
            left_of_matmul,
            right_of_matmul,
            left_of_tensordot,
            right_of_tensordot,
            undiag,
            unpad,
            untile,
            add_windows,
            left_of_dot,
            right_of_dot,
            right_of_solve,
            left_of_solve,
            cofactors,
            pivoted,
            unpivoted,
            transposed_bands,
            bands_of,
            banded_times,
            instance,
            like,
        )
    }
    | CONTAINERS
    | IMPLICIT
    | CHECKPOINTS
)
