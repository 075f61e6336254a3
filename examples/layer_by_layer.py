"""The vector-Jacobian product as the unit: layers chained by hand make the gradient.

Run `python examples/layer_by_layer.py` (`--page layer_by_layer.html` writes the
teaching page), or look at the gradient of one layer, whose output is given v:
`symdiff grad examples/layer_by_layer.py:pulled --argnums h,W,b
--types "h: f8[d], W: f8[k, d], b: f8[k], v: f8[k]"`
"""

import sys
from itertools import pairwise

import numpy as np

import symdiff


def layer(h, W, b):
    return np.tanh(W @ h + b)


def pulled(h, W, b, v):
    """v^T layer(h): its gradient is v^T J, what the layer hands back."""
    return v @ layer(h, W, b)


def loss(h, W1, b1, W2, b2, W3, b3, y):
    h = layer(h, W1, b1)
    h = layer(h, W2, b2)
    h = layer(h, W3, b3)
    return 0.5 * np.sum((h - y) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    sizes = (3, 5, 4, 2)
    x, y = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])
    layers = [
        (0.5 * rng.normal(size=(k, d)), 0.1 * rng.normal(size=k))
        for d, k in pairwise(sizes)
    ]

    # Forward: each layer gives its output and the function that pulls a vector back.
    h, taken = x, []
    for W, b in layers:
        out, pull_back = symdiff.vjp(layer, h, W, b)
        taken.append((h, W, out, pull_back))
        h = out

    # Backward: the vector that a layer hands back is the one the layer before is given.
    v, chained = h - y, []
    for number in (3, 2, 1):
        before, W, out, pull_back = taken[number - 1]
        handed, W_bar, b_bar = pull_back(v)
        J = (1 - out**2)[:, None] * W  # by hand: diag(1 - tanh^2) W
        assert np.allclose(handed, v @ J, rtol=1e-12)
        assert np.allclose(W_bar, np.outer(v * (1 - out**2), before), rtol=1e-12)
        norms = np.linalg.norm(v), np.linalg.norm(handed)
        print("layer {}: |v| = {:.4f} -> |v^T J| = {:.4f}".format(number, *norms))
        v, chained = handed, [W_bar, b_bar, *chained]

    weights = [array for pair in layers for array in pair]
    names = ("h", "W1", "b1", "W2", "b2", "W3", "b3")
    whole = symdiff.grad(loss, argnums=names)
    for found, wanted in zip([v, *chained], whole(x, *weights, y), strict=True):
        assert np.allclose(found, wanted, rtol=1e-12)
    symdiff.check_grads(loss, (x, *weights, y))
    print("chained by hand, they are the gradient of the whole\n")

    one = symdiff.grad(pulled, argnums=("h", "W", "b"))
    one(x, *layers[0], np.ones(5))
    print(one.source)
    if sys.argv[1:2] == ["--page"]:
        whole.to_html(sys.argv[2], x, *weights, y)
