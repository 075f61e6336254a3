"""A variational autoencoder of the digits: a gradient through a sampling step.

The code of an image is drawn at random. Written as `mu + sigma * eps`, with the noise
`eps` as an argument, it can be differentiated (the reparameterisation).
Run `python examples/autoencoder.py` (`--page autoencoder.html` writes the teaching
page), or look at the gradient:
`symdiff grad examples/autoencoder.py:loss --argnums We,Wm,Ws,Wd,Wo,be,bd,bo
--types "We: f8[p, h], Wm: f8[h, c], Ws: f8[h, c], Wd: f8[c, h], Wo: f8[h, p],
be: f8[h], bd: f8[h], bo: f8[p], X: f8[n, p], eps: f8[n, c]"`
"""

import sys

import numpy as np

import symdiff
from symdiff.data import split_digits

HIDDEN, CODE, BATCH, STEPS = 64, 6, 64, 1500
WEIGHTS = ("We", "Wm", "Ws", "Wd", "Wo", "be", "bd", "bo")


def decode(code, Wd, Wo, bd, bo):
    return np.tanh(code @ Wd + bd) @ Wo + bo


def loss(We, Wm, Ws, Wd, Wo, be, bd, bo, X, eps):
    """Minus the evidence lower bound of an image, with Bernoulli pixels."""
    h = np.tanh(X @ We + be)
    mu = h @ Wm
    log_sigma = h @ Ws
    code = mu + np.exp(log_sigma) * eps  # the sample: noise is given, not drawn here
    a = decode(code, Wd, Wo, bd, bo)
    pixels = np.sum(np.logaddexp(0, a) - X * a)
    divergence = 0.5 * np.sum(mu**2 + np.exp(2 * log_sigma) - 2 * log_sigma - 1)
    return (pixels + divergence) / len(X)


def by_hand(We, Wm, Ws, Wd, Wo, be, bd, bo, X, eps):
    """The gradients of Wm and Ws: sigma is given the code's gradient times eps."""
    h = np.tanh(X @ We + be)
    mu, sigma = h @ Wm, np.exp(h @ Ws)
    d = np.tanh((mu + sigma * eps) @ Wd + bd)
    a_bar = 1 / (1 + np.exp(-(d @ Wo + bo))) - X
    code_bar = (a_bar @ Wo.T * (1 - d**2)) @ Wd.T
    mu_bar = code_bar + mu
    log_sigma_bar = code_bar * eps * sigma + sigma**2 - 1
    return h.T @ mu_bar / len(X), h.T @ log_sigma_bar / len(X)


def picture(images):
    """Images of 8 x 8 pixels in a row, as text."""
    shades = np.array(list(" .:*#"))
    pixels = shades[np.clip(5 * images, 0, 4).astype(int)].reshape(-1, 8, 8)
    return "\n".join("   ".join(map("".join, rows)) for rows in pixels.swapaxes(0, 1))


def nearest(images, known):
    """The mean distance from an image to the nearest of the known ones."""
    apart = np.linalg.norm(images[:, None] - known[None], axis=2)
    return np.mean(np.min(apart, axis=1))


if __name__ == "__main__":
    data = split_digits()
    rng = np.random.default_rng(0)
    shapes = (
        (64, HIDDEN),
        (HIDDEN, CODE),
        (HIDDEN, CODE),
        (CODE, HIDDEN),
        (HIDDEN, 64),
    )
    weights = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]
    weights[2] = 0.1 * weights[2]  # at first every sigma is about one
    weights += [np.zeros(HIDDEN), np.zeros(HIDDEN), np.zeros(64)]

    step = symdiff.value_and_grad(loss, argnums=WEIGHTS)
    X, eps = data.train_images[:5], rng.normal(size=(5, CODE))
    before, gradients = step(*weights, X, eps)
    print(step.source)
    expected = by_hand(*weights, X, eps)
    for found, wanted in zip(gradients[1:3], expected, strict=True):
        assert np.allclose(found, wanted, rtol=1e-10, atol=1e-12)
    way = [rng.normal(size=w.shape) for w in weights]
    ahead, behind = (
        loss(*(w + e * u for w, u in zip(weights, way, strict=True)), X, eps)
        for e in (1e-6, -1e-6)
    )
    slope = sum(np.sum(g * u) for g, u in zip(gradients, way, strict=True))
    assert np.isclose(slope, (ahead - behind) / 2e-6, rtol=1e-6)
    if sys.argv[1:2] == ["--page"]:
        step.to_html(sys.argv[2], *weights, X, eps)

    mean, square = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for n in range(1, STEPS + 1):  # Adam
        X = data.train_images[rng.integers(len(data.train_images), size=BATCH)]
        _, gradients = step(*weights, X, rng.normal(size=(BATCH, CODE)))
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradients, strict=True)]
        square = [
            0.99 * s + 0.01 * g**2 for s, g in zip(square, gradients, strict=True)
        ]
        rate = 0.005 * np.sqrt(1 - 0.99**n) / (1 - 0.9**n)
        weights = [
            w - rate * m / (np.sqrt(s) + 1e-8)
            for w, m, s in zip(weights, mean, square, strict=True)
        ]

    X = data.test_images
    after = loss(*weights, X, rng.normal(size=(len(X), CODE)))
    print(f"loss {before:.1f} -> {after:.1f} on images that were not trained on")
    assert after < before - 10

    Wd, Wo, bd, bo = weights[3], weights[4], weights[6], weights[7]
    samples = 1 / (1 + np.exp(-decode(rng.normal(size=(100, CODE)), Wd, Wo, bd, bo)))
    print("\nsamples:", picture(samples[:8]), sep="\n")
    near = nearest(samples, data.train_images)
    far = nearest(data.train_images.mean(axis=0, keepdims=True), data.train_images)
    print(f"to the nearest digit: {near:.2f} from a sample, {far:.2f} from their mean")
    assert near < 0.85 * far
