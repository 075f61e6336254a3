"""Vanishing and exploding gradients: a deep tanh network at three weight scales.

Run `python examples/vanishing_gradients.py`, or look at the gradient:
`symdiff grad examples/vanishing_gradients.py --types "h: f8[k], Ws: f8[depth, k, k]"`
"""

import numpy as np

import symdiff


def output_energy(h, Ws):
    for W in Ws:
        h = np.tanh(W @ h)
    return np.sum(h**2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    rotations = np.array([np.linalg.qr(rng.normal(size=(6, 6)))[0] for _ in range(40)])
    h = 1e-6 * rng.normal(size=6)
    symdiff.check_grads(output_energy, (1e5 * h, 1.2 * rotations[:4]))

    gradient = symdiff.grad(output_energy)
    factors = []
    for scale in (0.7, 1.0, 1.3):
        out_bar = 2 * np.linalg.norm(h) * scale**40  # while tanh is nearly the identity
        size = np.linalg.norm(gradient(h, scale * rotations)) / out_bar
        factors.append(size ** (1 / 40))
        print(
            f"weights of norm {scale}: a layer scales the gradient by {factors[-1]:.2f}"
        )
    assert np.allclose(factors, (0.7, 1.0, 1.3), rtol=0.01)
