"""Forward against reverse mode: the Jacobian of R^d -> R^k, by columns and by rows.

Forward mode makes one pass for each of d columns, reverse mode one for each of k rows.
Run `python examples/forward_reverse.py` (`--page forward_reverse.html` writes the
teaching page of one row), or look at the gradient:
`symdiff grad examples/forward_reverse.py:one_output
--types "x: f8[d], A: f8[h, d], B: f8[k, h], v: f8[k]"`
"""

import sys
from time import perf_counter

import numpy as np

import symdiff


def system(x, A, B):
    return B @ np.tanh(A @ x)


def one_output(x, A, B, v):
    """What reverse mode differentiates: v^T f(x), so its gradient is v^T J."""
    return v @ system(x, A, B)


def by_columns(x, A, B):
    """J e_i for every unit vector of the inputs: d passes."""
    columns = [
        symdiff.jvp(system, (x, A, B), (e, None, None))[1] for e in np.eye(len(x))
    ]
    return np.stack(columns, axis=1)


def by_rows(x, A, B):
    """e_j^T J for every unit vector of the outputs: k passes."""
    _, pull_back = symdiff.vjp(system, x, A, B)
    return np.stack([pull_back(e)[0] for e in np.eye(len(B))])


def seconds(function, *args):
    """The shortest of five runs: the others were disturbed."""
    times = []
    for _ in range(5):
        start = perf_counter()
        function(*args)
        times.append(perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    ratios = {}
    print("   d    k  by columns     by rows  ratio  d / k")
    for d in (4, 32, 256):
        for k in (4, 32, 256):
            x = rng.normal(size=d)
            A, B = rng.normal(size=(16, d)) / d, rng.normal(size=(k, 16))
            by_hand = B * (1 - np.tanh(A @ x) ** 2) @ A  # B diag(1 - tanh^2) A
            assert np.allclose(by_columns(x, A, B), by_hand, rtol=1e-10, atol=1e-14)
            assert np.allclose(by_rows(x, A, B), by_hand, rtol=1e-10, atol=1e-14)
            forward, reverse = seconds(by_columns, x, A, B), seconds(by_rows, x, A, B)
            ratios[d, k] = forward / reverse
            print(
                f"{d:>4} {k:>4} {1e3 * forward:>8.2f} ms {1e3 * reverse:>8.2f} ms"
                f" {ratios[d, k]:>6.2f} {d / k:>6.2f}"
            )
    # With wide room for a busy machine: 64 times more or fewer passes are seen.
    assert ratios[256, 4] > 4 * ratios[32, 32] > 16 * ratios[4, 256]

    gradient = symdiff.grad(one_output)
    x, A, B = rng.normal(size=3), rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
    row = gradient(x, A, B, np.array([0.0, 1.0]))
    print("\n" + gradient.source)
    assert np.allclose(row, by_rows(x, A, B)[1], rtol=1e-12)
    if sys.argv[1:2] == ["--page"]:
        gradient.to_html(sys.argv[2], x, A, B, np.array([0.0, 1.0]))
