"""Items of lists that repeat one: read off, but never where the items may differ."""

import numpy as np
import pytest

from symdiff import grad
from symdiff.testing import check_grads


def summed(xs):
    return sum([x * x for x in xs])


def summed_twice(xs):
    squares = [x * x for x in xs]
    return sum(squares) * squares[0] + squares[-1]


def scaled(xs, w):
    return w * sum([np.sin(x) * w for x in xs if x > 0])


def stored(xs):
    squares = [x * x for x in xs]
    squares[1] = squares[0] * xs[1]
    return sum(squares)


def grown(xs):
    kept = []
    for x in xs:
        kept.append(x * x)
        if x > 1:
            kept.append(x)
    kept.append(xs[0] * 3)
    return sum(kept)


def repeated_by_the_user(xs):
    ones = [xs[0]] * 3
    first = ones.pop()
    ones.append(xs[1])
    return first * ones.pop() * ones[0]


def popped(xs):
    out = [xs[0] * xs[1]] * 4
    total = 0.0
    while out:
        total = total * 0.5 + out.pop()
    return total


XS = np.array([0.4, 1.3, -0.7])


@pytest.mark.parametrize(
    "fun", [summed, summed_twice, stored, grown, repeated_by_the_user, popped]
)
def test_against_differences(fun):
    check_grads(fun, (XS,))


def test_an_item_that_is_computed():
    check_grads(scaled, (XS, 0.8))


def test_nothing_is_popped():
    assert "pop" not in grad(summed).specialize(XS).source


def test_an_error_of_the_users_own_stays():
    def empty(x, n):
        return ([x] * n)[0]

    with pytest.raises(IndexError):
        grad(empty)(1.0, 0)
