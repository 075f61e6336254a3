"""The handwritten digits that the demo and the examples train on.

What the data is, where it comes from and its licence: see README.md in this folder.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Digits(NamedTuple):
    """Images as rows of 64 numbers in 0..1, targets as rows of ten 0s and one 1."""

    train_images: NDArray[np.float64]
    train_targets: NDArray[np.float64]
    test_images: NDArray[np.float64]
    test_targets: NDArray[np.float64]


def digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the 1,797 images (8 x 8 pixels, 0 to 16) and their labels (0 to 9)."""
    path = files("symdiff.data").joinpath("digits.npz")
    with path.open("rb") as file, np.load(file) as stored:
        return stored["images"], stored["labels"]


def split_digits(seed: int = 0, test: int = 360) -> Digits:
    """Shuffle the digits and keep `test` of them apart, scaled for a classifier."""
    images, labels = digits()
    order = np.random.default_rng(seed).permutation(len(labels))
    rows: NDArray[Any] = images.reshape(len(images), -1)[order] / 16.0
    targets = np.eye(10)[labels[order]]
    return Digits(rows[test:], targets[test:], rows[:test], targets[:test])
