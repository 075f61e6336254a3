"""Helpers of a generated source for matrices that are given by their bands."""

from __future__ import annotations

from typing import Any

import numpy as np


def transposed_bands(ab: Any, lower: int, upper: int) -> Any:
    """Return the bands of the transposed matrix, as solve_banded reads them."""
    out = np.zeros_like(ab)
    n = np.shape(ab)[1]
    for k in range(-lower, upper + 1):
        out[lower + k, max(-k, 0) : n - max(k, 0)] = ab[
            upper - k, max(k, 0) : n - max(-k, 0)
        ]
    return out


def bands_of(w: Any, x: Any, lower: int, upper: int) -> Any:
    """Return the bands of the matrix w @ x.T."""
    n = np.shape(x)[0]
    out = np.zeros((lower + upper + 1, n), np.result_type(w, x))
    for k in range(-lower, upper + 1):
        part = w[max(-k, 0) : n - max(k, 0)] * x[max(k, 0) : n - max(-k, 0)]
        total = np.sum(np.reshape(part, (len(part), -1)), axis=1)
        out[upper - k, max(k, 0) : n - max(-k, 0)] = total
    return out


def banded_times(ab: Any, x: Any, lower: int, upper: int) -> Any:
    """Return the product of a matrix given by its bands with x."""
    n = np.shape(x)[0]
    out = np.zeros(np.shape(x), np.result_type(ab, x))
    for k in range(-lower, upper + 1):
        band = ab[upper - k, max(k, 0) : n - max(-k, 0)]
        band = np.reshape(band, (-1,) + (1,) * (np.ndim(x) - 1))
        out[max(-k, 0) : n - max(k, 0)] += band * x[max(k, 0) : n - max(-k, 0)]
    return out
