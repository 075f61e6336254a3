"""Explain a classifier: the gradient of a score with respect to the pixels.

Run `python examples/saliency.py`, or look at the gradient:
`symdiff grad examples/saliency.py:margin --argnums image
--types "image: f8[p], W1: f8[p, k], b1: f8[k], w2: f8[k], b2: float"`
"""

import numpy as np

import symdiff
from symdiff.data import split_digits


def margin(image, W1, b1, w2, b2):
    h = np.tanh(image @ W1 + b1)
    return h @ w2 + b2


def loss(W1, b1, w2, b2, X, t):
    a = np.tanh(X @ W1 + b1) @ w2 + b2
    return np.mean(np.logaddexp(0, -t * a))


if __name__ == "__main__":
    data = split_digits()
    X, digit = data.train_images, np.argmax(data.train_targets, axis=1)
    X, t = X[digit < 2], 2.0 * digit[digit < 2] - 1  # zeros and ones
    rng = np.random.default_rng(0)
    weights = [
        0.1 * rng.normal(size=(64, 8)),
        np.zeros(8),
        0.1 * rng.normal(size=8),
        0.0,
    ]
    step = symdiff.value_and_grad(loss, argnums=("W1", "b1", "w2", "b2"))
    for _ in range(200):
        value, gradients = step(*weights, X, t)
        weights = [w - 0.5 * g for w, g in zip(weights, gradients, strict=True)]
    assert value < 0.05

    zero = X[t < 0][0]
    symdiff.check_grads(margin, (zero, *weights))
    map_of_pixels = symdiff.grad(margin, argnums="image")(zero, *weights).reshape(8, 8)
    marks = np.select([map_of_pixels > 0.1, map_of_pixels < -0.1], ["+", "-"], ".")
    print("ink here makes it more of a one (+) or of a zero (-):")
    print("\n".join(" ".join(row) for row in marks))
    assert map_of_pixels[3:5, 3:5].sum() > 0  # a zero is empty in the middle
