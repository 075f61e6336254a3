"""The demo: a classifier, its generated gradient, a check, and a training run.

Everything that is trained here is trained by the generated function.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symdiff.data import Digits, split_digits
from symdiff.demo_model import accuracy, loss

Say = Callable[[str], None]
Floats = NDArray[np.float64]
Parameters = tuple[Floats, Floats, Floats, Floats]

HIDDEN, RATE, BATCH = 48, 0.5, 32
WEIGHTS = ("W1", "b1", "W2", "b2")


def main(epochs: int, width: int, live: bool) -> None:
    """Show the two functions, compare with differences, train, and say how well.

    `width` is the terminal's; if `live`, one progress line is written over and over.
    """
    from symdiff.api import value_and_grad

    data = split_digits()
    batch = (data.train_images[:BATCH], data.train_targets[:BATCH])
    weights = _initial(np.random.default_rng(0))
    step = value_and_grad(loss, argnums=WEIGHTS).specialize(*weights, *batch)
    left = f"# your function\n\n{inspect.getsource(loss)}"
    right = f"# what symdiff writes for it\n\n{step.source}"
    print(beside(left, right, width))
    print(f"\n{_check(step.fn, weights, batch)}\n")
    started = time.perf_counter()
    end = "\r" if live else "\n"
    result = train(epochs, lambda text: print(text, end=end, flush=True))
    took = time.perf_counter() - started
    print(f"{'' if not live else chr(10)}trained in {took:.1f} s by the function above")
    print(f"test accuracy: {100 * result:.1f} % of {len(data.test_images)} images")


def train(epochs: int, say: Say) -> float:
    """Train on the digits by stochastic gradient descent; return the test accuracy."""
    from symdiff.api import value_and_grad

    data = split_digits()
    rng = np.random.default_rng(0)
    weights = _initial(rng)
    first = (data.train_images[:BATCH], data.train_targets[:BATCH])
    step = value_and_grad(loss, argnums=WEIGHTS).specialize(*weights, *first).fn
    for epoch in range(1, epochs + 1):
        total, count = 0.0, 0
        for X, Y in _batches(data, rng):
            value, gradients = step(*weights, X, Y)
            pairs = zip(weights, gradients, strict=True)
            W1, b1, W2, b2 = (w - RATE * g for w, g in pairs)
            weights = W1, b1, W2, b2
            total, count = total + float(value), count + 1
        share = accuracy(*weights, data.train_images, data.train_targets)
        say(_progress(epoch, epochs, total / count, share))
    return accuracy(*weights, data.test_images, data.test_targets)


def beside(left: str, right: str, width: int) -> str:
    """Set two texts side by side if that fits the width, else one below the other."""
    rows = [text.strip("\n").splitlines() for text in (left, right)]
    wide = [max(map(len, text)) for text in rows]
    if sum(wide) + 3 > width:
        return "\n\n".join("\n".join(text) for text in rows)
    pairs = zip_longest(*rows, fillvalue="")
    return "\n".join(f"{a:<{wide[0]}} | {b}".rstrip() for a, b in pairs)


def _initial(rng: np.random.Generator) -> Parameters:
    return (
        rng.normal(size=(64, HIDDEN)) * 0.2,
        np.zeros(HIDDEN),
        rng.normal(size=(HIDDEN, 10)) * 0.2,
        np.zeros(10),
    )


def _batches(data: Digits, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats]]:
    """Yield the training data in a new order, in batches of one size."""
    order = rng.permutation(len(data.train_images))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = order[start : start + BATCH]
        yield data.train_images[chosen], data.train_targets[chosen]


def _check(
    step: Callable[..., Any], weights: Parameters, batch: tuple[Any, ...]
) -> str:
    """Compare the generated gradient with central differences."""
    from symdiff.testing import compare

    _, gradients = step(*weights, *batch)
    rows = compare(loss, gradients, (*weights, *batch), range(len(WEIGHTS)))
    wrong = [str(row) for row in rows if not row.ok]
    if wrong:
        listed = "\n".join(wrong)
        raise AssertionError(f"the gradient differs from differences:\n{listed}")
    largest = max(row.error for row in rows)
    return (
        f"check: {len(rows)} of its numbers agree with central differences "
        f"(largest error {largest:.0e})"
    )


def _progress(epoch: int, epochs: int, value: float, share: float) -> str:
    done = round(20 * epoch / epochs)
    bar = "#" * done + "." * (20 - done)
    return f"[{bar}] epoch {epoch:>3}  loss {value:.4f}  train {100 * share:5.1f} %"
