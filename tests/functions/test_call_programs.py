"""Calls in all their forms are right in both modes."""

import re

import numpy as np
import pytest
from call_programs import CASES, OPS, kw_entry, star_entry, table_runtime

from symdiff import grad, value_and_grad
from symdiff.testing import check_grads


@pytest.mark.parametrize(
    ("fun", "args"), CASES, ids=lambda c: getattr(c, "__name__", "")
)
def test_against_differences(fun, args):
    check_grads(fun, args)


def test_keywords_of_the_entry():
    assert grad(kw_entry)(0.7, scale=2.0, shift=1.0) == 2.0
    slopes = grad(kw_entry, argnums="opts")(0.7, scale=2.0, shift=1.0)
    assert slopes == {"scale": 0.7, "shift": 1.0}


def test_any_number_of_arguments():
    x, a, b = 0.7, 1.2, 0.3
    slope, rest = grad(star_entry, argnums=("x", "rest"))(x, a, b)
    assert slope == pytest.approx((a + 1) * b + 1)
    np.testing.assert_allclose(rest, (x * b, x * a + x))


def test_a_key_that_is_not_there():
    with pytest.raises(KeyError):
        grad(table_runtime)(0.7, "cosine")


def test_a_table_that_changes():
    slope = grad(table_runtime)
    assert slope(0.7, "sin") == np.cos(0.7)
    before = OPS["sin"]
    try:
        OPS["sin"] = np.exp
        assert slope(0.7, "sin") == np.exp(0.7)
    finally:
        OPS["sin"] = before


def test_a_kept_result_is_asked_for_once():
    calls = []

    def weights(n):
        calls.append(n)
        return 2.0 * n

    from functools import cache

    kept = cache(weights)

    def loss(x, n):
        return x * kept(n) + kept(n)

    assert grad(loss)(0.5, 3) == 6.0
    assert calls == [3]


PARSED = []


def parsed(spec):
    PARSED.append(spec)
    found = {m[1]: float(m[2]) for m in re.finditer(r"(\w)=([\d.]+)", spec)}
    return found["a"]


def test_a_function_that_cannot_be_lowered_is_called_once():
    def loss(x):
        return x * parsed("a=2.5,b=3")

    PARSED.clear()
    slope = grad(loss)
    assert slope(0.5) == 2.5
    assert PARSED == ["a=2.5,b=3"]
    assert value_and_grad(loss)(0.5) == (1.25, 2.5)
    assert len(PARSED) == 2
