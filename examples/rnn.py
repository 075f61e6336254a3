"""Backpropagation through time: how the gradient of a first state fades or grows.

Run `python examples/rnn.py`, or look at the gradient:
`symdiff grad examples/rnn.py --argnums W,U,h
--types "W: f8[k, k], U: f8[k, d], h: f8[k], xs: f8[T, d], target: f8[k]"`
"""

import numpy as np

import symdiff


def rnn_loss(W, U, h, xs, target):
    for x in xs:
        h = np.tanh(W @ h + U @ x)
    return np.sum((h - target) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    W = np.linalg.qr(rng.normal(size=(4, 4)))[0]  # every eigenvalue has length 1
    U, h, target = 0.01 * rng.normal(size=(4, 2)), np.full(4, 0.01), np.ones(4)
    symdiff.check_grads(rnn_loss, (W, U, h, rng.normal(size=(7, 2)), target))

    gradient = symdiff.grad(rnn_loss, argnums="h")
    norms = []
    for scale in (0.5, 0.9):
        for steps in (5, 20):
            xs = rng.normal(size=(steps, 2))
            size = np.linalg.norm(gradient(scale * W, U, h, xs, target))
            norms.append(size)
            print(f"spectral radius {scale}, {steps:>2} steps: |h_bar| = {size:.1e}")
    assert norms[1] < 1e-3 * norms[0] < norms[2]
