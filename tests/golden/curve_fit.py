import numpy as np


def mse(k0, k1, k2, k3, x, y):
    y_hat = k0 + k1 * x + k2 * x**2 + k3 * x**3
    return np.mean((y_hat - y) ** 2)

# --- grad(mse, argnums=(0, 1, 2, 3)), tried at (0.1, -0.2, 0.3, 0.4, np.linspace(-1, 1, 9), np.ones(9))
import numpy as np


def mse_grad(k0, k1, k2, k3, x, y):
    """Gradient of `mse` with respect to k0, k1, k2, k3."""
    # forward
    x2 = x**2
    x3 = x2 * x
    y_hat = k0 + k1 * x + k2 * x2 + k3 * x3
    diff = y_hat - y

    # reverse of: return np.mean((y_hat - y) ** 2)
    y_hat_bar = 2 * diff / diff.size

    # reverse of: y_hat = k0 + k1 * x + k2 * x**2 + k3 * x**3
    k3_bar = y_hat_bar @ x3
    k2_bar = y_hat_bar @ x2
    k0_bar = np.sum(y_hat_bar)
    k1_bar = y_hat_bar @ x
    return k0_bar, k1_bar, k2_bar, k3_bar
