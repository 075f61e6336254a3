"""A layer that is defined by an equation: a deep equilibrium model of its input.

Run `python examples/equilibrium.py`, or look at the gradient:
`symdiff grad examples/equilibrium.py:loss --types "W: f8[h,h], U: f8[h,d], y: f8[h]"`
"""

import numpy as np

import symdiff


def cell(z, W, U, x):
    return np.tanh(W @ z + U @ x)


def loss(W, U, x, y):
    z = symdiff.fixed_point(cell, np.zeros(len(y)), W, U, x)
    return np.sum((z - y) ** 2)


def unrolled(W, U, x, y):
    z = np.zeros(len(y))
    for _ in range(60):
        z = cell(z, W, U, x)
    return np.sum((z - y) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    W, U = 0.2 * rng.normal(size=(4, 4)), rng.normal(size=(4, 3))
    x, y = rng.normal(size=3), 0.5 * rng.normal(size=4)
    symdiff.check_grads(loss, (W, U, x, y))

    gradient = symdiff.grad(loss, argnums=("W", "U"))
    found = gradient(W, U, x, y)
    through = symdiff.grad(unrolled, argnums=("W", "U"))(W, U, x, y)
    assert all(np.allclose(a, b) for a, b in zip(found, through, strict=True))
    print("the same gradient as through 60 steps, which stores none of them")

    before = loss(W, U, x, y)
    for _ in range(100):
        W_bar, U_bar = gradient(W, U, x, y)
        W, U = W - 0.2 * W_bar, U - 0.2 * U_bar
    print(f"loss {before:.3f} -> {loss(W, U, x, y):.6f}")
    assert loss(W, U, x, y) < 1e-3
