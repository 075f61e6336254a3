"""Long functions: no recursion along their length, and time that grows with it."""

from __future__ import annotations

import time

import pytest
from lowering import HEADER

from symdiff.frontend import lower, read_text
from symdiff.ir.types import FLOAT

SHAPES = {
    "terms": lambda n: "    return " + " + ".join(["x * 2"] * n),
    "statements": lambda n: (
        "\n".join(f"    x{i} = x * {i} + np.sin(x)" for i in range(n))
        + "\n    return x0"
    ),
    "updates": lambda n: "\n".join(["    x = x + np.sin(x)"] * n) + "\n    return x",
    "branches": lambda n: (
        "\n".join(["    if x > 0:\n        x = x * 2"] * n) + "\n    return x"
    ),
    "calls": lambda n: "    return " + "np.sin(" * min(n, 90) + "x" + ")" * min(n, 90),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_thousand(shape):
    times = []
    for n in (250, 1000):
        text = f"{HEADER}\ndef f(x):\n{SHAPES[shape](n)}\n"
        start = time.perf_counter()
        lower(read_text(text, "model.py", "f"), {"x": FLOAT})
        times.append(time.perf_counter() - start)
    # Linear is a factor of 4; a quadratic pass would be one of 16.
    assert times[1] < max(10 * times[0], 1.0)
