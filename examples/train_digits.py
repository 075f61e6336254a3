"""Train a classifier of handwritten digits by stochastic gradient descent.

The training loop uses the generated function only.
Run `python examples/train_digits.py` (`--page train_digits.html` writes the teaching
page), or look at the gradient:
`symdiff grad examples/train_digits.py:loss --argnums W1,b1,W2,b2
--types "W1: f8[p, h], b1: f8[h], W2: f8[h, c], b2: f8[c], X: f8[n, p], Y: f8[n, c]"`
"""

import sys

import numpy as np

import symdiff
from symdiff.data import split_digits

EPOCHS, BATCH, RATE = 20, 32, 0.5


def loss(W1, b1, W2, b2, X, Y):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(np.sum(Y * log_p, axis=1))


def by_hand(W1, b1, W2, b2, X, Y):
    """The gradient of a textbook: the scores are given (p - y) / n."""
    h = np.tanh(X @ W1 + b1)
    exp_z = np.exp(h @ W2 + b2)
    z_bar = (exp_z / exp_z.sum(axis=1, keepdims=True) - Y) / len(X)
    a_bar = z_bar @ W2.T * (1 - h**2)
    return X.T @ a_bar, a_bar.sum(axis=0), h.T @ z_bar, z_bar.sum(axis=0)


def accuracy(W1, b1, W2, b2, X, Y):
    z = np.tanh(X @ W1 + b1) @ W2 + b2
    return np.mean(np.argmax(z, axis=1) == np.argmax(Y, axis=1))


if __name__ == "__main__":
    X, Y, X_test, Y_test = split_digits()
    rng = np.random.default_rng(0)
    weights = [
        0.2 * rng.normal(size=(64, 48)),
        np.zeros(48),
        0.2 * rng.normal(size=(48, 10)),
        np.zeros(10),
    ]
    step = symdiff.value_and_grad(loss, argnums=("W1", "b1", "W2", "b2"))
    _, gradients = step(*weights, X[:BATCH], Y[:BATCH])
    print(step.source)
    expected = by_hand(*weights, X[:BATCH], Y[:BATCH])
    for found, wanted in zip(gradients, expected, strict=True):
        assert np.allclose(found, wanted, rtol=1e-10, atol=1e-14)
    if sys.argv[1:2] == ["--page"]:
        step.to_html(sys.argv[2], *weights, X[:BATCH], Y[:BATCH])

    for epoch in range(1, EPOCHS + 1):
        order = rng.permutation(len(X))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            value, gradients = step(*weights, X[batch], Y[batch])
            weights = [w - RATE * g for w, g in zip(weights, gradients, strict=True)]
        if epoch % 5 == 0:
            print(f"epoch {epoch}: loss of the last batch {value:.4f}")
    share = accuracy(*weights, X_test, Y_test)
    print(f"test accuracy: {100 * share:.1f} % of {len(X_test)} images")
    assert share > 0.95
