"""Functions that call themselves: right in both modes, or refused by name."""

import numpy as np
import pytest
from recursion import CASES

from symdiff import UnsupportedError, grad, jvp
from symdiff.testing import check_grads

DEEP = 500
SLOW = {"integral", "spectrum"}
FIRST = {"integral", "sort_loss", "root"}
"""Of these only the first derivative is looked at: their steps depend on the values."""


@pytest.mark.parametrize(
    ("fun", "args"),
    [
        pytest.param(
            fun, args, marks=[pytest.mark.slow] if fun.__name__ in SLOW else []
        )
        for fun, args in CASES
    ],
    ids=lambda c: getattr(c, "__name__", ""),
)
def test_against_differences(fun, args):
    check_grads(fun, args, order=1 if fun.__name__ in FIRST else 2)


def chain(x, n):
    if n == 0:
        return x
    return np.sin(chain(x, n - 1) * 1.01) + x


def ping(x, n):
    return x if n == 0 else pong(x * 0.99, n - 1)


def pong(x, n):
    return 2.0 * x if n == 0 else ping(x + 0.01, n - 1)


@pytest.mark.parametrize("fun", [chain, ping])
def test_as_deep_as_the_function_itself(fun):
    slope = grad(fun)(0.3, DEEP)
    step = 1e-6
    want = (fun(0.3 + step, DEEP) - fun(0.3 - step, DEEP)) / (2 * step)
    assert slope == pytest.approx(want, rel=1e-6)
    assert jvp(fun, (0.3, DEEP), (1.0, None))[1] == pytest.approx(slope)


def test_the_source_does_not_depend_on_the_depth():
    shallow, deep = (grad(chain).specialize(0.3, n).source for n in (1, DEEP))
    assert shallow == deep


def test_an_argument_that_grows():
    def more(x, n, t=(0.0, 1.0)):
        if n == 0:
            return x * t[1]
        return more(x, n - 1, (t, x))

    with pytest.raises(UnsupportedError, match="`t` has another structure"):
        grad(more)(0.5, 40)


def test_a_dict_that_is_changed_on_the_way():
    def count(x, seen):
        seen["n"] = seen["n"] + 1
        return x if seen["n"] > 2 else count(x * x, seen)

    def start(x):
        return count(x, {"n": 0})

    with pytest.raises(UnsupportedError, match="changes a dict, an object or a name"):
        grad(start)(0.5)


def test_a_count_of_its_own_calls():
    def start(x):
        calls = 0

        def half(t):
            nonlocal calls
            calls += 1
            return t if calls > 3 else half(t * t)

        return half(x)

    with pytest.raises(UnsupportedError, match="changes a dict, an object or a name"):
        grad(start)(0.5)
