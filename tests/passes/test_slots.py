"""Slots of their own: what is set once is not added to, what is dead is not cleared."""

from __future__ import annotations

import numpy as np
import pytest

from symdiff import grad
from symdiff.testing import compare


def squares(x):
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = x[i] ** 2
    return np.sum(out * out)


def table(x):
    rows, columns = x.shape
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sin(x[i, j]) * j
    return np.sum(out**2)


def around_the_end(x):
    out = np.zeros(2)
    for i in range(-2, 2):
        out[i] = x[i] * (i + 3.0)
    return np.sum(out**2)


def one_slot(x, k):
    out = np.zeros(3)
    for i in range(len(x)):
        out[k] = out[k] + x[i] * i
    return np.sum(out**2)


def twice(x):
    out = np.zeros(len(x))
    for _ in range(2):
        for i in range(len(x)):
            out[i] = x[i] ** 3
    return np.sum(out**2)


def from_before(x):
    out = x * 2.0
    for i in range(1, len(x)):
        out[i] = np.cos(x[i])
    return np.sum(out**2)


X = np.array([0.3, -1.2, 0.7, 2.0, 0.1, -0.4])
CASES = {
    "squares": (squares, (X,)),
    "table": (table, (X.reshape(2, 3),)),
    "around the end": (around_the_end, (X[:2],)),
    "one slot": (one_slot, (X, 1)),
    "twice": (twice, (X,)),
    "from before": (from_before, (X,)),
}


@pytest.mark.parametrize("name", CASES)
def test_gradient(name):
    fun, args = CASES[name]
    rows = compare(fun, (grad(fun)(*args),), args, (0,))
    assert not [str(row) for row in rows if not row.ok]


@pytest.mark.parametrize("name", ["squares", "table"])
def test_a_slot_that_nobody_reads_again_is_not_cleared(name):
    fun, args = CASES[name]
    source = grad(fun).specialize(*args).source
    assert "= 0.0" not in source, source
    assert "+=" not in source, source


@pytest.mark.parametrize("name", ["around the end", "one slot", "twice"])
def test_a_slot_that_may_come_again_is_cleared(name):
    fun, args = CASES[name]
    source = grad(fun).specialize(*args).source
    assert "= 0.0" in source or "+=" in source, source
