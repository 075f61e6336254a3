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
