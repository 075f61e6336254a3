"""A container that holds one thing twice: a store into one item shows in both."""

from __future__ import annotations

import numpy as np
import pytest
from lowering import agree, live, types_of

from symdiff.errors import UnsupportedError
from symdiff.frontend import lower, read_live

A = np.arange(3.0) + 0.5

TWICE = {
    "a display": "grid = [row, row]",
    "an append": "grid = [row]\ngrid.append(row)",
    "appends in a loop": "grid = []\nfor _ in range(2):\n    grid.append(row)",
    "a sum of lists": "grid = [row] + [row]",
    "a store": "grid = [row, row * 2]\ngrid[1] = row",
    "an extension": "grid = []\ngrid.extend([row, row])",
    "a view": "grid = [row, row[:2]]",
    "a comprehension": "grid = [row for _ in range(2)]",
    "a slice": "first = [row, row]\ngrid = first[:]",
    "a copy": "first = [row, row]\ngrid = list(first)",
    "a copy that is longer": "first = [row, row]\ngrid = first + [a * 3]",
    "a function": "grid = twice(row)",
    "a function that makes it": "grid = made(row)",
}
TEXT = """
def twice(r):
    return [r, r]

def made(r):
    s = r * 2.0
    return [s, s]

def f(a):
    row = a * 1.5
    {}
    grid[0][1] = 5.0
    return np.sum(grid[1])
"""


@pytest.mark.parametrize("name", TWICE)
def test_one_thing_twice_is_refused(name):
    fun = live(TEXT.format(TWICE[name].replace("\n", "\n    ")))
    with pytest.raises(UnsupportedError) as caught:
        lower(read_live(fun), types_of(fun, (A,)))
    assert {d.code for d in caught.value.diagnostics} == {"SD301"}


def test_different_things_are_stored_into():
    agree(
        """
        def f(a):
            grid = []
            for i in range(3):
                row = [a[0] * i, a[1]]
                grid.append(row)
            grid[1][0] = a[2]
            grid[2][1] += 4.0
            whole = grid[:]
            whole[0] = [7.0]
            return grid[0][0] + grid[1][0] * grid[2][1] + whole[0][0]
        """,
        A,
    )


def test_two_results_that_are_one():
    agree(
        """
        def both(a):
            b = a * 2.0
            return b, b[1:]

        def f(a):
            b, c = both(a)
            c[0] = 9.0
            return np.sum(b) + c[1]
        """,
        A,
    )
