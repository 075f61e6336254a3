"""Logistic regression: a sigmoid and a cross-entropy, trained by their gradient.

Run `python examples/logistic_regression.py`, or look at the gradient:
`symdiff grad examples/logistic_regression.py --argnums w,b
--types "w: f8[d], b: float, X: f8[n, d], y: f8[n]"`
"""

import numpy as np

import symdiff


def bce(w, b, X, y):
    a = X @ w + b
    p = 1 / (1 + np.exp(-a))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = (X @ np.array([2.0, -1.0, 0.5]) + 0.3 > 0).astype(float)
    w, b = np.zeros(3), 0.0
    symdiff.check_grads(bce, (rng.normal(size=3), 0.2, X, y))

    step = symdiff.value_and_grad(bce, argnums=("w", "b"))
    for _ in range(500):
        value, (w_bar, b_bar) = step(w, b, X, y)
        w, b = w - w_bar, b - b_bar
    right = np.mean((X @ w + b > 0) == y)
    print(f"cross-entropy {value:.4f}, {100 * right:.0f} % of the points right")
    assert right > 0.97
