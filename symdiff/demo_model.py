"""The function of the demo: a two-layer softmax classifier in plain NumPy.

It is written as a user would write it and knows nothing of symdiff.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def loss(
    W1: Floats, b1: Floats, W2: Floats, b2: Floats, X: Floats, Y: Floats
) -> np.floating:
    """Mean cross-entropy; a row of X is an image, a row of Y has a 1 at its digit."""
    h = np.tanh(X @ W1 + b1)  # hidden layer
    z = h @ W2 + b2  # ten scores for each image
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))  # log-softmax
    losses: Floats = -np.sum(Y * log_p, axis=1)
    return np.mean(losses)


def accuracy(
    W1: Floats, b1: Floats, W2: Floats, b2: Floats, X: Floats, Y: Floats
) -> float:
    """Return the share of images whose highest score is at the right digit."""
    z = np.tanh(X @ W1 + b1) @ W2 + b2
    return float(np.mean(np.argmax(z, axis=1) == np.argmax(Y, axis=1)))
