"""Data assimilation (4D-Var): recover the initial state of a Lorenz system.

Run `python examples/lorenz.py`, or look at the gradient:
`symdiff grad examples/lorenz.py:misfit --types "u: f8[3], seen: f8[T, 3], dt: float"`
"""

import numpy as np

import symdiff


def misfit(u, seen, dt: float):
    total = 0.0
    for k in range(seen.shape[0]):
        x, y, z = u[0], u[1], u[2]
        u[0] += dt * 10.0 * (y - x)
        u[1] += dt * (x * (28.0 - z) - y)
        u[2] += dt * (x * y - 8.0 / 3.0 * z)
        total += np.sum((u - seen[k]) ** 2)
    return total / seen.shape[0]


def observe(u, steps, dt):
    seen = []
    for _ in range(steps):
        x, y, z = u
        step = [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]
        u = u + dt * np.array(step)
        seen.append(u)
    return np.array(seen)


if __name__ == "__main__":
    truth, dt = np.array([1.0, 2.0, 20.0]), 0.01
    seen = observe(truth, 25, dt)
    symdiff.check_grads(misfit, (truth + 0.5, seen, dt))

    step = symdiff.value_and_grad(misfit)
    guess = truth + np.array([0.5, -0.5, 1.0])
    for _ in range(400):
        value, guess_bar = step(guess, seen, dt)
        guess = guess - 0.1 * guess_bar
    print(f"misfit {value:.1e}, error of the initial state {np.abs(guess - truth)}")
    assert np.allclose(guess, truth, atol=0.05)
