"""How much faster is one sweep than a loop, and a coloured one than both?

Run `python tests/benchmarks/jacobians.py`: seconds for a Hessian of the Rosenbrock
function and for the Jacobian of a layer, and what a loop over the directions takes in
units of that.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import numpy as np

from symdiff import grad, hessian
from symdiff.derived import GradFunction
from symdiff.options import Options

LOOP = frozenset({"batch"})


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def layer(x, w):
    return np.tanh(w @ x)


def seconds(call: Callable[[], Any]) -> float:
    """The time of one call, the best of several."""
    call()  # compiled now
    timer = timeit.Timer(call)
    count = max(1, timer.autorange()[0] // 4)
    return min(timer.repeat(5, count)) / count


def row(name: str, n: int, loop: float, **others: float) -> None:
    """Print the times of one size."""
    shown = "  ".join(
        f"{kind} {1e6 * time:9.1f} us ({loop / time:6.1f}x)"
        for kind, time in others.items()
    )
    print(f"{name:10} n={n:5}  loop {1e6 * loop:10.1f} us  {shown}")


def main() -> None:
    """Compare the ways at several sizes."""
    rng = np.random.default_rng(0)
    one = hessian(rosenbrock)
    many = GradFunction(grad(rosenbrock), Options(transform="hessian", without=LOOP))
    few = hessian(rosenbrock, sparsity="detect")
    for n in (10, 100, 500):
        x = rng.normal(size=n)
        times = [seconds(lambda f=f, x=x: f(x)) for f in (many, one, few)]
        row("Hessian", n, times[0], dense=times[1], coloured=times[2])
    whole, loop = (
        GradFunction(layer, Options(transform="jacrev", without=without))
        for without in (frozenset(), LOOP)
    )
    for n in (10, 100, 500):
        args = rng.normal(size=n), rng.normal(size=(n, n))
        times = [seconds(lambda f=f, args=args: f(*args)) for f in (loop, whole)]
        row("layer", n, times[0], dense=times[1])


if __name__ == "__main__":
    main()
