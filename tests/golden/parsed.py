import numpy as np


def moment(x, text):
    try:
        order = int(text)
    except ValueError:
        order = 2
    centred = x - np.mean(x)
    return np.sum(centred**order)

# --- grad(moment), tried at (np.array([0.4, -1.2, 0.7]), "three")
import numpy as np


def try_order(text):
    try:
        order = int(text)
    except ValueError:
        order = 2
    return order


def moment_grad(x, text):
    """Gradient of `moment` with respect to x."""
    # forward
    order = try_order(text)
    centred = x - np.mean(x)

    # reverse of: return np.sum(centred**order)
    centred_bar = order * centred ** np.where(order == 0, 1, order - 1)

    # reverse of: centred = x - np.mean(x)
    x_bar = centred_bar
    x_bar -= np.sum(centred_bar) / x.size
    return x_bar
