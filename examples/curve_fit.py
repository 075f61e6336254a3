"""Fit the six knobs of a quintic to noisy points by gradient descent.

Run `python examples/curve_fit.py`, or look at the gradient:
`symdiff grad examples/curve_fit.py --argnums k0,k1,k2,k3,k4,k5
--types "x: f8[n], y: f8[n]"`
"""

import numpy as np

import symdiff


def mse(k0: float, k1: float, k2: float, k3: float, k4: float, k5: float, x, y):
    y_hat = k0 + k1 * x + k2 * x**2 + k3 * x**3 + k4 * x**4 + k5 * x**5
    return np.mean((y_hat - y) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 50)
    y = np.sin(3 * x) + 0.05 * rng.normal(size=x.size)
    knobs = np.zeros(6)
    symdiff.check_grads(mse, (0.1, -0.2, 0.3, -0.4, 0.5, -0.6, x, y))

    step = symdiff.value_and_grad(mse, argnums=("k0", "k1", "k2", "k3", "k4", "k5"))
    for _ in range(3000):
        value, gradient = step(*map(float, knobs), x, y)
        knobs -= 0.3 * np.array(gradient)
    print(f"mean squared error {value:.4f} with knobs {np.round(knobs, 2)}")
    assert value < 0.01
