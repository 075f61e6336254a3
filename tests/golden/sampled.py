import numpy as np


def weighted(x, w):
    y = np.array([np.sin(e) for e in x])
    return np.sum(y * w)

# --- grad(weighted, argnums=0), tried at (np.linspace(0.1, 1, 5), np.ones(5) / 3)
import numpy as np


def weighted_grad(x, w):
    """Gradient of `weighted` with respect to x."""
    # reverse of: return np.sum(y * w)
    y_bar = w

    # reverse of: y = np.array([np.sin(e) for e in x])
    items_bar = list(y_bar)
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(x))):
        e = x[i]
        item = items_bar.pop()
        e_bar = item * np.cos(e)
        x_bar[i] = e_bar
    return x_bar
