"""The schedule of checkpointed loops, printed into their gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def snapshot_steps(start: int, stop: int, free: int) -> list[int]:
    """Return where to store snapshots on the way from start to stop.

    With so many free ones besides that at start, the steps from start to stop can then
    be reversed with the fewest repetitions (Griewank and Walther, 2000). The last step
    is always among them, as it is the first to be reversed.
    """
    steps = []
    while free > 0 and stop - start > 1:
        length, s, r = stop - start, free + 1, 1
        while math.comb(s + r, s) < length:
            r += 1
        shortest = length - math.comb(s + r - 1, r)
        start += max(1, shortest, math.comb(s + r - 2, s))
        steps.append(start)
        free -= 1
    return steps if start == stop - 1 else [*steps, stop - 1]


CHECKPOINTS: dict[str, Callable[..., Any]] = {"snapshot_steps": snapshot_steps}
