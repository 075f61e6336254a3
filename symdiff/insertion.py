"""Code of the user's that is put into a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def on_gradient(x: Any) -> Iterator[Any]:
    """Run the body of a `with` in the gradient, on the cotangent of `x`.

    with symdiff.on_gradient(h) as h_bar:
        print(np.linalg.norm(h_bar))
        h_bar = np.clip(h_bar, -1, 1)

    It stands where `h_bar` holds what all that follows the `with` contributes, in each
    iteration and on each path anew. What reads `h` before the `with` adds to it later,
    so that it belongs right behind the assignment of `h`. The body may change the
    cotangent, in place or by assigning it anew, and print; nothing else outside of it.

    In the function itself, which has no gradient, the body runs on zeros: Python
    cannot leave it out.
    """
    yield 0.0 if np.ndim(x) == 0 else np.zeros_like(x, dtype=float)
