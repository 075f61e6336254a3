"""Pooling: the average divides the gradient evenly, the maximum gives it to the winner.

Run `python examples/pooling.py` (`--page pooling.html` writes the teaching page of the
maximum), or look at the gradient:
`symdiff grad examples/pooling.py:max_pooled --types "image: f8[h, w]"`
"""

import sys

import numpy as np

import symdiff


def average_pooled(image):
    n, m = image.shape
    pooled = np.mean(image.reshape(n // 2, 2, m // 2, 2), axis=(1, 3))
    return 0.5 * np.sum(pooled**2)  # so that pooled_bar is pooled itself


def max_pooled(image):
    n, m = image.shape
    pooled = np.max(image.reshape(n // 2, 2, m // 2, 2), axis=(1, 3))
    return 0.5 * np.sum(pooled**2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    image = rng.permutation(np.arange(24.0)).reshape(4, 6)  # no two are equal
    symdiff.check_grads(average_pooled, (image,))
    symdiff.check_grads(max_pooled, (image,))

    average, winner = symdiff.grad(average_pooled), symdiff.grad(max_pooled)
    evenly, routed = average(image), winner(image)
    print(average.source, winner.source, sep="\n")
    print("image:", image, sep="\n")
    print("average pooling divides the gradient of a block by four:", evenly, sep="\n")
    print("max pooling gives all of it to the winner:", routed, sep="\n")

    expected_evenly, expected_routed = np.zeros((4, 6)), np.zeros((4, 6))
    for i in (0, 2):
        for j in (0, 2, 4):
            block = image[i : i + 2, j : j + 2]
            expected_evenly[i : i + 2, j : j + 2] = np.mean(block) / 4
            di, dj = np.unravel_index(np.argmax(block), block.shape)
            expected_routed[i + di, j + dj] = np.max(block)
    assert np.allclose(evenly, expected_evenly, rtol=1e-14)
    assert np.array_equal(routed, expected_routed)
    # Winners that tie share: there is no reason to prefer one of them.
    assert np.array_equal(winner(np.ones((4, 6))), np.full((4, 6), 0.25))

    if sys.argv[1:2] == ["--page"]:
        winner.to_html(sys.argv[2], image)
