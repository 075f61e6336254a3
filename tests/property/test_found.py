"""Small programs of the classes in which the fuzzer has found a fault.

Each is checked against differences, with all optimisations and with none.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from judge import judge
from programs import HEADER, Program
from sample import expected
from stages import locate

D = np.array([0.4, -0.9, 0.7])

FOUND = {
    "an arm waits for what comes out of the branch": (
        """
        def f(d, x):
            s = x
            t = x * 1.5
            for i in range(2):
                u = t
                s -= np.sin(0.5 if s > 9 else u * np.max(d))
            return s
        """,
        (D, 0.7),
    ),
    "an early result that has no known type": (
        """
        def f(d, x, y):
            def scaled(arg, *more, **named):
                out = named["by"]
                for item in more:
                    out = arg
                return out

            right = scaled(d, by=0.5)
            if right < y:
                x = x * 2.0
            elif y > 0:
                return right * y
            return x
        """,
        (D, 0.9, 0.3),
    ),
    "zeros in the shape of a value that the path does not define": (
        """
        def f(x, d):
            if x > 0:
                y = np.concatenate([d, d * x])
            s = x * 2
            if x > 0:
                s = s + np.sum(y * y)
            return s
        """,
        (-0.3, D),
    ),
    "a value that the first iteration does not define is recorded": (
        """
        def f(x, d):
            s = x
            for k in range(1, 3):
                v = np.sin(d[:k]) * x
                if k > 1:
                    s += np.sum(last * v)
                last = v
            return s
        """,
        (0.3, D),
    ),
    "storage that is stale only on a path that has returned": (
        """
        def f(x, d):
            n = 0
            if x > 3:
                d[1] *= 0.5
            elif x > 2:
                while n < 2:
                    n += 1
                    d *= 2
                    d = np.ones(3)
                return x
            return np.max(d) * x
        """,
        (0.3, D),
    ),
    "a list that the loop changes is recorded as a list": (
        """
        def f(x, d):
            for i in range(2):
                items = [x * d[i]]
                n = 0
                while n < 2:
                    n += 1
                    items.append(np.sin(x) * n)
                    x = np.cos(items[0] * items[-1])
                    items[0] = np.tanh(x * d[n])
            return x
        """,
        (0.3, D),
    ),
    "items of a list that is unpacked may be numbers": (
        """
        def f(x, d):
            parts = [x * item for item in d]
            if x > 5.0:
                return 2.0 * x
            a, b, c = parts
            a += 0.5
            return a * parts[0] + b * c
        """,
        (0.3, D),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(name):
    text, args = FOUND[name]
    found = expected(Program(HEADER + textwrap.dedent(text), args, (0, 1)))
    assert found is not None
    assert judge(found).kind == "right"
    assert not locate(found)
