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


def seconds(text: str) -> float:
    """The processor's time for lowering a text."""
    start = time.process_time()
    lower(read_text(text, "model.py", "f"), {"x": FLOAT})
    return time.process_time() - start


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_length(shape):
    texts = [f"{HEADER}\ndef f(x):\n{SHAPES[shape](n)}\n" for n in (200, 1000)]
    # Linear is a factor of 5; a quadratic pass would be one of 25. One try may be
    # disturbed by others, so that the best of three counts.
    assert any(
        long < 12 * short + 0.2
        for short, long in (map(seconds, texts) for _ in range(3))
    )
