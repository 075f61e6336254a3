"""Train the two-layer network of the classic derivation, one sample at a time.

Run `python examples/two_layer_network.py`, or look at the gradient:
`symdiff grad examples/two_layer_network.py --argnums W1,b1,w2,b2
--types "W1: f8[k, d], b1: f8[k], w2: f8[k], b2: float, x: f8[d], y: float"`
"""

import numpy as np

import symdiff


def loss(W1, b1, w2, b2, x, y):
    z1 = W1 @ x + b1  # pre-activation of the hidden layer
    h = np.maximum(z1, 0)  # ReLU: a switch that lets the gradient through or not
    z2 = w2 @ h + b2
    y_hat = z2
    return 0.5 * (y_hat - y) ** 2


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    weights = [0.5 * rng.normal(size=(8, 2)), np.ones(8), rng.normal(size=8), 0.1]
    symdiff.check_grads(loss, (*weights, rng.normal(size=2), 0.7))

    step = symdiff.value_and_grad(loss, argnums=("W1", "b1", "w2", "b2"))
    errors = []
    for _ in range(2000):
        x = rng.uniform(-1, 1, size=2)
        value, gradients = step(*weights, x, float(x[0] * x[1]))
        weights = [w - 0.05 * g for w, g in zip(weights, gradients, strict=True)]
        errors.append(float(value))
    first, last = np.mean(errors[:200]), np.mean(errors[-200:])
    print(f"mean loss of 200 samples: {first:.4f} at first, {last:.4f} at last")
    assert last < 0.2 * first
