from functools import cache

import numpy as np


def decay(rate, steps):
    """A nested function that reads what is around it."""
    level = 1.0

    def step(dt):
        return level * np.exp(-rate * dt)

    for n in range(steps):
        level = step(0.1 * n)
    return level


ACTIVATIONS = {"tanh": np.tanh, "square": lambda t: t * t}


def neuron(w, x, kind):
    z = w @ x
    if kind not in ACTIVATIONS:
        raise ValueError(kind)
    return ACTIVATIONS[kind](z)


def mix(x, *others, scale=1.0, **weights):
    total = scale * x
    for other in others:
        total = total + other * x
    return total * weights["first"]


def mixture(x, y):
    return mix(x, y, 2.0, scale=y, first=x)


class Spring:
    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return 0.5 * self.k * x**2


class Damped(Spring):
    def __init__(self, k, c):
        super().__init__(k)
        self.c = c

    def energy(self, x):
        return super().energy(x) + self.c * abs(x)


def stored(k, x):
    return Damped(k, 0.1 * k).energy(x)


@cache
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


def bernstein(x, n, k):
    return binomial(n, k) * x**k * (1 - x) ** (n - k)


def alternating(x, n):
    for i in range(n):
        turn = np.sin if i % 2 == 0 else np.cos
        x = turn(x) * x
    return x

# --- grad(decay), tried at (0.5, 3)
import numpy as np


def decay_grad(rate, steps):
    """Gradient of `decay` with respect to rate."""
    # forward
    level = 1.0
    exp_tape = []
    level_tape = []
    for n in range(steps):
        level_tape.append(level)
        exp = np.exp(-rate * (0.1 * n))
        exp_tape.append(exp)
        level = level * exp

    # reverse of: for n in range(steps)
    level_bar = 1.0
    rate_bar = 0.0
    for n in reversed(range(steps)):
        # reverse of: level = step(0.1 * n)
        exp = exp_tape.pop()
        level_bar_1 = level_bar * exp
        level = level_tape.pop()
        rate_bar -= 0.1 * level_bar * level * exp * n
        # reverse of: for n in range(steps)
        level_bar = level_bar_1
    return rate_bar

# --- grad(neuron), tried at (np.array([0.5, -0.2]), np.array([1.0, 2.0]), "tanh")
import numpy as np


def neuron_grad(w, x, kind):
    """Gradient of `neuron` with respect to w."""
    # forward
    z = w @ x
    if kind not in ("tanh", "square"):
        raise ValueError(kind)
    if kind not in ("tanh", "square"):
        raise KeyError(kind)
    test = kind == "tanh"
    if test:
        t = np.tanh(z)

    # reverse of: return ACTIVATIONS[kind](z)
    if test:
        z_bar = 1 - t**2
    else:
        z_bar = 2 * z

    # reverse of: z = w @ x
    w_bar = z_bar * x
    return w_bar

# --- grad(mixture, argnums=(0, 1)), tried at (0.5, 1.5)
def mixture_grad(x, y):
    """Gradient of `mixture` with respect to x, y."""
    # forward
    first = x
    total = y * x
    items = [y, 2.0]
    for other in items:
        total = total + other * x

    # reverse of: return mix(x, y, 2.0, scale=y, first=x)
    total_bar = first
    first_bar = total
    t = [0.0] * len(items)
    x_bar = 0.0
    for i in reversed(range(len(items))):
        other = items[i]
        other_bar = total_bar * x
        x_bar += total_bar * other
        t[i] = other_bar
    y_bar = t[0]
    y_bar += total_bar * x
    x_bar += total_bar * y
    x_bar += first_bar
    return x_bar, y_bar

# --- grad(stored), tried at (2.0, 0.3)
def stored_grad(k, x):
    """Gradient of `stored` with respect to k."""
    # reverse of: return Damped(k, 0.1 * k).energy(x)
    c_bar = abs(x)
    k_bar = 0.5 * x**2 + 0.1 * c_bar
    return k_bar

# --- grad(alternating), tried at (0.4, 3)
import numpy as np


def alternating_grad(x, n):
    """Gradient of `alternating` with respect to x."""
    # forward
    t_tape = []
    x_tape = []
    for i in range(n):
        x_tape.append(x)
        t = np.sin(x) if i % 2 == 0 else np.cos(x)
        t_tape.append(t)
        x = t * x

    # reverse of: for i in range(n)
    x_bar = 1.0
    for i in reversed(range(n)):
        # reverse of: x = turn(x) * x
        x = x_tape.pop()
        prod = x_bar * x
        t = t_tape.pop()
        x_bar = x_bar * t
        if i % 2 == 0:
            x_bar += prod * np.cos(x)
        else:
            x_bar -= prod * np.sin(x)
    return x_bar

# --- grad(bernstein), tried at (0.3, 5, 2)
import numpy as np


def power(x, y):
    """Return x**y with NumPy's infinities where Python floats would raise."""
    try:
        return x**y
    except (ZeroDivisionError, OverflowError):
        return float(np.power(float(x), y))


def bernstein_grad(x, n, k, *, binomial):
    """Gradient of `bernstein` with respect to x."""
    # forward
    diff = 1 - x

    # reverse of: return binomial(n, k) * x**k * (1 - x) ** (n - k)
    x_bar = binomial(n, k) * (
        power(diff, n - k - 1 if n - k else 1.0) * x**k * (k - n)
        + diff ** (n - k) * k * power(x, k - 1 if k else 1.0)
    )
    return x_bar
