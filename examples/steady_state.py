"""The adjoint of a linear solve: conductivities of a bar from its temperatures.

Run `python examples/steady_state.py`, or look at the gradient:
`symdiff grad examples/steady_state.py --types "k: f8[n], q: f8[m], seen: f8[m]"`
"""

import numpy as np

import symdiff


def misfit(k, q, seen):
    A = np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)
    u = np.linalg.solve(A, q)  # temperatures between the n conductors
    return np.sum((u - seen) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    k, q = 1 + rng.random(8), rng.random(7)
    seen = rng.random(7)
    symdiff.check_grads(misfit, (k, q, seen))

    gradient = symdiff.grad(misfit)
    k_bar = gradient(k, q, seen)
    # The textbook's adjoint equation: A^T a = 2 (u - seen), k_bar = -a^T (dA/dk) u.
    A = np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)
    u = np.linalg.solve(A, q)
    a = np.linalg.solve(A.T, 2 * (u - seen))
    steps_u, steps_a = np.diff(u, prepend=0, append=0), np.diff(a, prepend=0, append=0)
    assert np.allclose(k_bar, -steps_a * steps_u)
    print(f"one transposed solve for {k.size} sensitivities: {np.round(k_bar, 3)}")
