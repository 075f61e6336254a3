import numpy as np


def bce(w, b, X, y):
    a = X @ w + b
    p = 1 / (1 + np.exp(-a))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

# --- grad(bce, argnums=(0, 1)), tried at (np.ones(3) / 2, 0.2, np.sin(np.arange(24.0)).reshape(8, 3), np.arange(8.0) % 2)
import numpy as np


def bce_grad(w, b, X, y):
    """Gradient of `bce` with respect to w, b."""
    # forward
    a = X @ w + b
    p = 1 / (1 + np.exp(-a))

    # reverse of: p = 1 / (1 + np.exp(-a))
    #             return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    a_bar = (p - y) / y.size

    # reverse of: a = X @ w + b
    b_bar = np.sum(a_bar)
    w_bar = X.T @ a_bar
    return w_bar, b_bar
