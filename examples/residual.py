"""A deep network with residual connections: the gradient reaches the first layer.

Run `python examples/residual.py`, or look at the gradient:
`symdiff grad examples/residual.py --types "h: f8[k], Ws: f8[depth, k, k]"`
"""

import numpy as np

import symdiff


def deep(h, Ws, skip: float):
    for W in Ws:
        h = skip * h + np.tanh(W @ h)  # skip is 1 with residual connections, else 0
    return np.sum(h**2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    Ws, h = 0.1 * rng.normal(size=(30, 6, 6)), rng.normal(size=6)
    symdiff.check_grads(deep, (h, Ws[:3], 1.0))

    gradient = symdiff.grad(deep)
    plain, residual = (np.linalg.norm(gradient(h, Ws, skip)) for skip in (0.0, 1.0))
    print(f"|h_bar| after 30 layers: plain {plain:.0e}, residual {residual:.0e}")
    assert plain < 1e-9
    assert residual > 0.1
