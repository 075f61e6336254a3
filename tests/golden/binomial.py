import numpy as np


def binomial_price(spot, strike, up, down, rate, steps):
    prices = [[spot]]
    for _ in range(steps):
        row = [down * p for p in prices[-1]]
        row.append(up * prices[-1][-1])
        prices.append(row)
    values = [np.maximum(p - strike, 0.0) for p in prices[-1]]
    q = (1 + rate - down) / (up - down)
    for _ in range(steps):
        values = [(q * b + (1 - q) * a) / (1 + rate) for a, b in zip(values, values[1:])]
    return values[0]

# --- grad(binomial_price, argnums=("spot", "rate")), tried at (10.0, 9.5, 1.1, 0.9, 0.01, 3)
import numpy as np


def zeros(x):
    """Return zeros in the structure of x."""
    if isinstance(x, (list, tuple)):
        return type(x)([zeros(item) for item in x])
    return np.zeros_like(x) if isinstance(x, np.ndarray) else 0.0


def binomial_price_grad(spot, strike, up, down, rate, steps):
    """Gradient of `binomial_price` with respect to spot, rate."""
    # forward
    prices = [[spot]]
    steps_1 = range(steps)
    prices_m1_tape = []
    for _ in steps_1:
        prices_m1 = prices[-1]
        prices_m1_tape.append(prices_m1)
        row = []
        for p in prices_m1:
            row.append(down * p)
        row.append(up * prices_m1[-1])
        prices.append(row)
    prices_m1 = prices[-1]
    values = []
    for p in prices_m1:
        values.append(np.maximum(p - strike, 0.0))
    diff = up - down
    q = (1 + rate - down) / diff
    ratio_tape = []
    values_tape = []
    for _ in steps_1:
        values_tape.append(values)
        values_1 = []
        for a, b in zip(values, values[1:]):
            ratio = (q * b + (1 - q) * a) / (1 + rate)
            ratio_tape.append(ratio)
            values_1.append(ratio)
        values = values_1

    # reverse of: return values[0]
    values_bar = [0.0] * len(values)
    values_bar[0] += 1.0

    # reverse of: for _ in range(steps)
    q_bar = 0.0
    rate_bar = 0.0
    for values in reversed(values_tape):
        # reverse of: values = [(q * b + (1 - q) * a) / (1 + rate) for a, b in zip(values, values[1:])]
        values_part = values[1:]
        values_bar_1 = [0.0] * len(values)
        t = [0.0] * len(values_part)
        for i in reversed(range(len(values_part))):
            a = values[i]
            b = values_part[i]
            item = values_bar.pop()
            total = rate + 1
            ratio = item / total
            ratio_1 = ratio_tape.pop()
            rate_bar -= item * ratio_1 / total
            a_bar = item * (1 - q) / total
            q_bar -= ratio * a
            q_bar += ratio * b
            b_bar = ratio * q
            values_bar_1[i] = a_bar
            t[i] = b_bar
        values_bar = values_bar_1
        values_bar[1:] = [a + b for a, b in zip(values_bar_1[1:], t)]

    # reverse of: q = (1 + rate - down) / (up - down)
    rate_bar += q_bar / diff

    # reverse of: values = [np.maximum(p - strike, 0.0) for p in prices[-1]]
    t = [0.0] * len(prices_m1)
    for i in reversed(range(len(prices_m1))):
        item = values_bar.pop()
        p = prices_m1[i]
        diff = p - strike
        p_bar = item * ((diff > 0.0) + 0.5 * (diff == 0.0))
        t[i] = p_bar
    prices_bar = zeros(prices)
    prices_bar[-1] = t

    # reverse of: for _ in range(steps)
    for prices_m1 in reversed(prices_m1_tape):
        # reverse of: prices.append(row)
        item = prices_bar[-1]
        prices_bar = prices_bar[:-1]
        row_bar = item
        # reverse of: row.append(up * prices[-1][-1])
        item = row_bar[-1]
        row_bar = row_bar[:-1]
        t = [0.0] * len(prices_m1)
        t[-1] += item * up
        prices_bar[-1] = [a + b for a, b in zip(prices_bar[-1], t)]
        # reverse of: row = [down * p for p in prices[-1]]
        t = [0.0] * len(prices_m1)
        for i in reversed(range(len(prices_m1))):
            item = row_bar.pop()
            p_bar = item * down
            t[i] = p_bar
        prices_bar[-1] = [a + b for a, b in zip(prices_bar[-1], t)]

    # reverse of: prices = [[spot]]
    spot_bar = prices_bar[0][0]
    return spot_bar, rate_bar
