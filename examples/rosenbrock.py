"""Newton's method with exact Hessians on the Rosenbrock function in 100 dimensions.

Run `python examples/rosenbrock.py`, or look at the gradient:
`symdiff grad examples/rosenbrock.py:rosenbrock --types "x: f8[n]"`.
The Hessian is tridiagonal: its columns have three colours, so that three directions are
enough, and a step solves a sparse system.
"""

import numpy as np
from scipy.sparse.linalg import spsolve

import symdiff


def rosenbrock(x):
    slope = 100.0 * (x[1:] - x[:-1] ** 2) ** 2
    return np.sum(slope + (1 - x[:-1]) ** 2)


value_and_gradient = symdiff.value_and_grad(rosenbrock)
hessian = symdiff.hessian(rosenbrock, sparsity="detect")


def minimize(x, tolerance=1e-12, steps=200):
    """Newton's method; a step is halved until the function gets smaller."""
    for count in range(steps):
        value, x_bar = value_and_gradient(x)
        if np.max(np.abs(x_bar)) < tolerance:
            return x, count
        step = spsolve(hessian(x), -x_bar)
        if step @ x_bar > 0:
            step = -x_bar  # not downhill: the Hessian is not positive here
        size = 1.0
        while rosenbrock(x + size * step) > value + 1e-4 * size * (step @ x_bar):
            size /= 2
            if size < 1e-10:
                return x, count
        x = x + size * step
    return x, steps


if __name__ == "__main__":
    x, count = minimize(np.zeros(100))
    print(hessian.source)
    print(f"{hessian.directions} directions for {hessian.pattern.nnz} elements")
    error = np.max(np.abs(x - 1))
    print(f"the minimum after {count} steps, up to {error:.1e}")
    assert error < 1e-12
