"""Values whose length changes from one iteration, or one call, to the next."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from lowering import live

from symdiff.testing import check_grads

X = np.linspace(-0.8, 1.1, 6)
LAYERS = [np.sin(np.arange(6.0 * n)).reshape(n, 6) for n in (1, 6)]

PROGRAMS = {
    "a value of the iteration before is broadcast": (
        """
        def f(x):
            total = 0.0
            for k in range(1, 3):
                v = np.sin(x[:k])
                if k > 1:
                    total += np.sum(last * v)
                last = v
            return total
        """,
        (X,),
    ),
    "layers that widen and narrow": (
        """
        def f(layers, x):
            h = x
            for W, b in layers:
                h = np.tanh(W @ h + b)
            return np.sum(h * x)
        """,
        ([(LAYERS[0], X[:1]), (LAYERS[1][:, :1], X)], X),
    ),
    "a bias that is broadcast": (
        """
        def f(layers, x):
            h = x
            for W, b in layers:
                h = np.tanh(W @ h + b)
            return np.sum(h)
        """,
        ([(LAYERS[1], X[:1]), (LAYERS[1], X)], X),
    ),
    "two lists are not equal item by item": (
        """
        def f(weights, biases, x):
            total = 0.0
            for w, b in zip(weights, biases):
                total += np.sum(np.sin(w * b))
            return total * x[0]
        """,
        ([X, X[:1]], [X[:1], X], X),
    ),
    "a sum of what grows": (
        """
        def f(x):
            v = x[:1]
            for i in range(3):
                v = np.concatenate([v, np.sin(v) * x[i]])
            return np.sum(v * v[:1])
        """,
        (X,),
    ),
    "lengths with one name in two functions": (
        """
        def part(x, k):
            n = k + 1
            y = np.sin(x[:n])
            return y * x[:n]

        def f(x, n):
            k = n - 1
            v = part(x, 0)
            w = part(x, n)
            u = part(x, k)
            return np.sum(v * w) + np.sum(v * u)
        """,
        (X, 3),
    ),
    "a branch chooses the length": (
        """
        def f(x, s):
            y = x[:1] if s > 0 else x
            z = x if s > 1 else x[:1]
            return np.sum(np.sin(y) * z * x)
        """,
        (X, 0.5),
    ),
    "rows of a list that grows": (
        """
        def f(x):
            rows = []
            for i in range(4):
                rows.append(np.cumsum(x[: i + 1]))
            total = 0.0
            for a, b in zip(rows, rows[1:]):
                total += np.sum(a) * np.sum(b**2)
            return total
        """,
        (X,),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradient(name):
    text, args = PROGRAMS[name]
    check_grads(live(textwrap.dedent(text)), args)
