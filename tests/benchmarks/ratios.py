"""Time symdiff's gradients against those written by hand, as ratios.

    python tests/benchmarks/ratios.py

prints the table of `docs/benchmarks.md`. Both are timed in turns in one process, and
the best of many short samples counts, which a busy machine disturbs least.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from hand_written import CASES, Case

import symdiff

ROUNDS = 30


def ratio(case: Case, rounds: int = ROUNDS) -> tuple[float, float]:
    """Time over that of the hand-written gradient: of a call, and of `fn` alone."""
    made = symdiff.value_and_grad(case.fun, argnums=case.argnums)
    agree(made(*case.args), case.hand(*case.args))
    hand, call, plain = best([case.hand, made, made.fn], case.args, rounds)
    return call / hand, plain / hand


def agree(got: Any, want: Any) -> None:
    """Raise an AssertionError unless value and gradients are the same."""
    np.testing.assert_allclose(got[0], want[0], rtol=1e-9)
    for one, other in zip(got[1], want[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def dispatch(case: Case, rounds: int = ROUNDS) -> float:
    """Seconds that finding the variant takes, for each argument of a call."""
    made = symdiff.value_and_grad(case.fun, argnums=case.argnums)
    made(*case.args)
    call, plain = best([made, made.fn], case.args, rounds)
    return (call - plain) / len(case.args)


def best(
    functions: list[Callable[..., Any]], args: tuple[Any, ...], rounds: int
) -> list[float]:
    """The least processor time that a call of each has taken, in turns."""
    least = [float("inf")] * len(functions)
    for _ in range(rounds):
        for n, fun in enumerate(functions):
            start = time.process_time()
            for _ in range(5):
                fun(*args)
            least[n] = min(least[n], (time.process_time() - start) / 5)
    return least


def main() -> None:
    """Print the table."""
    print("| function | call | `fn` |\n| --- | --- | --- |")
    for name, case in CASES.items():
        call, plain = ratio(case)
        print(f"| {name} | {call:.2f} | {plain:.2f} |")


if __name__ == "__main__":
    main()
