"""Convolution and max pooling, and the symmetries of their adjoints.

Run `python examples/convnet.py`, or look at the gradient:
`symdiff grad examples/convnet.py:feature_energy --argnums kernel,image
--types "kernel: f8[k, k], image: f8[h, w]"`
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import symdiff


def cross_correlate(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)


def feature_energy(kernel, image):
    z = cross_correlate(image, kernel)
    n, m = z.shape
    blocks = z.reshape(n // 2, 2, m // 2, 2)
    pooled = np.max(blocks, axis=(1, 3))  # winner takes all
    return np.sum(pooled**2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    kernel, image = rng.normal(size=(3, 3)), rng.normal(size=(8, 8))
    symdiff.check_grads(feature_energy, (kernel, image))

    gradient = symdiff.grad(feature_energy, argnums=("kernel", "image"))
    kernel_bar, image_bar = gradient(kernel, image)
    z = cross_correlate(image, kernel).reshape(3, 2, 3, 2)
    winner = z == np.max(z, axis=(1, 3), keepdims=True)
    z_bar = np.reshape(2 * z * winner, (6, 6))
    print(f"{np.count_nonzero(z_bar)} of {z_bar.size} outputs win and pass a gradient")
    # The kernel's gradient is a cross-correlation, the image's a full convolution.
    assert np.allclose(kernel_bar, cross_correlate(image, z_bar))
    padded = np.pad(z_bar, 2)
    assert np.allclose(image_bar, cross_correlate(padded, kernel[::-1, ::-1]))
