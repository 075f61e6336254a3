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
    items = []
    diff_tape = []
    for a, b in zip(xs, xs[1:]):
        diff = b - a
        diff_tape.append(diff)
        items.append(diff**2)
    steps = range(len(xs))
    items_1 = []
    for i, j in itertools.combinations(steps, 2):
        a = xs[i]
        b = xs[j]
        items_1.append(1 / (1 + (a - b) ** 2))
    far = sum(items_1)
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
    prod = [far_bar] * len(items_1)
    xs_bar = np.zeros_like(xs)
    for i, j in reversed(list(itertools.combinations(steps, 2))):
        item_1 = prod.pop()
        a = xs[i]
        b = xs[j]
        diff = a - b
        b_bar = 2 * diff * item_1 / (1 + diff**2) ** 2
        a_bar = -b_bar
        xs_bar[j] += b_bar
        xs_bar[i] += a_bar

    # reverse of: near = sum((b - a) ** 2 for a, b in itertools.pairwise(xs))
    prod = [1.0] * len(items)
    zeros = np.zeros_like(xs[1:])
    for i in reversed(range(min(len(xs), len(xs[1:])))):
        item_1 = prod.pop()
        diff = diff_tape.pop()
        b_bar = 2 * diff * item_1
        a_bar = -b_bar
        xs_bar[i] += a_bar
        zeros[i] = b_bar
    xs_bar[1:] += zeros
    return xs_bar, rates_bar
