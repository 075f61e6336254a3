import itertools
from functools import reduce


def spread(xs, rates):
    near = sum((b - a) ** 2 for a, b in itertools.pairwise(xs))
    far = sum(1 / (1 + (a - b) ** 2) for a, b in itertools.combinations(xs, 2))
    return near + far * reduce(lambda total, r: total * (1 + r), rates, 1.0)

# --- grad(spread, argnums=(0, 1)), tried at (np.array([0.1, 0.7, -0.4]), np.array([0.05, 0.02]))
import itertools

import numpy as np


def spread_grad(xs, rates):
    """Gradient of `spread` with respect to xs, rates."""
    # forward
    diff_tape = []
    for a, b in zip(xs, xs[1:]):
        diff_tape.append(b - a)
    steps = range(len(xs))
    items = []
    for i, j in itertools.combinations(steps, 2):
        a = xs[i]
        b = xs[j]
        items.append(1 / (1 + (a - b) ** 2))
    far = sum(items)
    value = 1.0
    value_tape = []
    for item in rates:
        value_tape.append(value)
        value = value * (1 + item)

    # reverse of: return near + far * reduce(lambda total, r: total * (1 + r), rates, 1.0)
    far_bar = value
    value_bar = far
    rates_bar = np.zeros_like(rates)
    for i in reversed(range(len(rates))):
        item = rates[i]
        value_bar_1 = value_bar * (1 + item)
        value = value_tape.pop()
        item_bar = value_bar * value
        rates_bar[i] = item_bar
        value_bar = value_bar_1

    # reverse of: far = sum(1 / (1 + (a - b) ** 2) for a, b in itertools.combinations(xs, 2))
    xs_bar = np.zeros_like(xs)
    for i, j in reversed(list(itertools.combinations(steps, 2))):
        a = xs[i]
        b = xs[j]
        diff = a - b
        b_bar = 2 * diff * far_bar / (1 + diff**2) ** 2
        a_bar = -b_bar
        xs_bar[j] += b_bar
        xs_bar[i] += a_bar

    # reverse of: near = sum((b - a) ** 2 for a, b in itertools.pairwise(xs))
    zeros = np.zeros_like(xs[1:])
    for i in reversed(range(len(xs[1:]))):
        diff = diff_tape.pop()
        b_bar = 2 * diff
        a_bar = -b_bar
        xs_bar[i] += a_bar
        zeros[i] = b_bar
    xs_bar[1:] += zeros
    return xs_bar, rates_bar
