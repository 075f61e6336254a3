"""Recompute instead of store: what a user says, which changes no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def checkpointed(steps: Sequence[T], snapshots: int) -> Sequence[T]:
    """Return `steps`, a `range`: a loop over it stores no more than `snapshots` states.

    for t in symdiff.checkpointed(range(n), snapshots=10):
        u = step(u, t)

    A gradient goes backwards through such a loop with at most `snapshots` copies of
    what is carried from one iteration to the next. The other states are computed
    again, in the order that needs the fewest iterations (Griewank and Walther, 2000).

    Raises `ValueError` if `snapshots` is less than 1.
    """
    if snapshots < 1:
        raise ValueError("a checkpointed loop needs at least one snapshot")
    return steps
