"""Meta-learning (MAML): a start from which five gradient steps fit any sinusoid.

The outer gradient goes through the inner gradient steps, so the generated source has
two orders. Run `python examples/maml.py`, or look at the gradient:
`symdiff grad examples/maml.py:after_steps`
"""

import numpy as np

import symdiff
from symdiff import grad

STEPS, RATE = 5, 0.1


def features(x):
    """Basis functions on which a sinusoid of any phase is almost linear."""
    return np.tanh(1.2 * x[:, None] + np.linspace(-3.5, 3.5, 8))


def inner_loss(w, phi, y):
    return np.mean((phi @ w - y) ** 2)


def after_steps(w, phi, y, phi_new, y_new):
    """The loss on new points of a task, after five gradient steps on a few."""
    for _ in range(STEPS):
        w = w - RATE * grad(inner_loss)(w, phi, y)
    return inner_loss(w, phi_new, y_new)


def task(rng):
    """Points to learn from and points to be tested on, of one random sinusoid."""
    amplitude, phase = rng.uniform(0.5, 2.0), rng.uniform(0.0, np.pi)
    x, x_new = rng.uniform(-3.0, 3.0, 10), rng.uniform(-3.0, 3.0, 10)
    y, y_new = (amplitude * np.sin(points + phase) for points in (x, x_new))
    return features(x), y, features(x_new), y_new


def by_hand(w, phi, y, phi_new, y_new):
    """The outer gradient: of a squared error every step is affine, with one matrix."""
    n = len(y)
    step = np.eye(len(w)) - RATE * 2 / n * phi.T @ phi
    end = w
    for _ in range(STEPS):
        end = end - RATE * 2 / n * phi.T @ (phi @ end - y)
    slope = 2 / n * phi_new.T @ (phi_new @ end - y_new)
    return np.linalg.matrix_power(step, STEPS) @ slope


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    w = rng.normal(size=8)
    outer = symdiff.value_and_grad(after_steps)

    one = task(rng)
    value, bar = outer(w, *one)
    inner = grad(inner_loss)
    inner(w, *one[:2])
    print(inner.source, outer.source, sep="\n")
    assert np.allclose(bar, by_hand(w, *one), rtol=1e-12)
    way = rng.normal(size=8)
    ahead, behind = (outer(w + h * way, *one)[0] for h in (1e-5, -1e-5))
    assert np.isclose(bar @ way, (ahead - behind) / 2e-5, rtol=1e-7)

    tested = [task(rng) for _ in range(100)]
    before = np.mean([outer(w, *t)[0] for t in tested])
    for _ in range(2000):
        w = w - 0.05 * outer(w, *task(rng))[1]
    after = np.mean([outer(w, *t)[0] for t in tested])
    print(f"loss after five steps, on new tasks: {before:.3f} -> {after:.3f}")
    assert after < 0.3 * before
