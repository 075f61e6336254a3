"""Recompute instead of store: what a user says, which changes no value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Checkpointed(Generic[P, R]):
    """What `checkpoint` returns: calls the function, whose text is what is compiled."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)


def checkpoint(fun: Callable[P, R]) -> Checkpointed[P, R]:
    """Mark a function whose values are computed again in the reverse sweep.

    @symdiff.checkpoint
    def layer(h, W): ...

    The gradient of a function that calls it stores the arguments of each call, and
    nothing of what is computed inside; the adjoint runs the function once more. It
    must not print or draw, nor call itself. Without a gradient it is the function.
    """
    return Checkpointed(fun)


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
