"""A gradient by a tuple or list is one, whatever the function does with it."""

from __future__ import annotations

import numpy as np
import pytest

from symdiff import grad
from symdiff.testing import compare


def summed(xs):
    return xs[0] * xs[1] + sum(xs)


def summed_only(xs):
    return sum(xs)


def extremes(xs):
    return max(xs) * min(xs) + sum(xs) ** 2


def as_array(xs):
    return np.sum(np.array(xs) ** 2) * xs[0]


def normed(xs):
    return np.linalg.norm(xs) * len(xs)


def looped(xs):
    total = 0.0
    for k, x in enumerate(xs):
        total += k * x * x
    return total + sum(x for x in xs) ** 2


def reduced(xs):
    return np.prod(xs) + np.mean(xs) + np.dot(xs, xs) + np.std(xs)


def interpolated(xs):
    return np.interp(0.4, [0.0, 0.3, 1.0], xs) * np.max(xs)


def as_operands(xs):
    twice = np.add(xs, xs) * np.multiply(xs, 3) - np.negative(xs)
    above = np.where(np.greater(xs, [0.0, 0.0, 3.0]), xs, 0.5)
    return np.sum(twice**2) + np.sum(above * np.subtract(xs, (1.0, 2.0, 3.0)))


@pytest.mark.parametrize("kind", [tuple, list])
@pytest.mark.parametrize(
    "fun",
    [
        summed,
        summed_only,
        extremes,
        as_array,
        normed,
        looped,
        reduced,
        interpolated,
        as_operands,
    ],
)
def test_by_a_sequence(fun, kind):
    args = (kind((0.7, -1.2, 2.0)),)
    found = grad(fun)(*args)
    assert isinstance(found, kind)
    rows = compare(fun, (found,), args, (0,))
    assert not [str(row) for row in rows if not row.ok]
