import numpy as np


def forward(params, x):
    """A network of two layers; its parameters are a dict."""
    W1, b1 = params["W1"], params["b1"]
    h = np.tanh(x @ W1 + b1)
    return h @ params["W2"] + params["b2"]


def loss(params, x, y, decay):
    error = forward(params, x)[:, 0] - y
    return np.mean(error**2) + decay * np.sum(params["W1"] ** 2)


PARAMS = {
    "W1": np.cos(np.arange(20.0)).reshape(4, 5),
    "b1": np.zeros(5),
    "W2": np.sin(np.arange(5.0)).reshape(5, 1),
    "b2": np.zeros(1),
}
X = np.cos(np.arange(24.0)).reshape(6, 4)

# --- grad(loss), tried at (PARAMS, X, X[:, 0], 0.1)
import numpy as np


def loss_grad(params, x, y, decay):
    """Gradient of `loss` with respect to params."""
    # forward
    W1 = params["W1"]
    b1 = params["b1"]
    h = np.tanh(x @ W1 + b1)
    total = h @ params["W2"] + params["b2"]
    error = total[:, 0] - y

    # reverse of: return np.mean(error**2) + decay * np.sum(params["W1"] ** 2)
    W1_bar = 2 * W1 * decay
    error_bar = 2 * error / error.size

    # reverse of: error = forward(params, x)[:, 0] - y
    t = np.zeros_like(total)
    t[:, 0] += error_bar
    b2_bar = np.sum(t, axis=0)
    h_bar = t @ params["W2"].T
    W2_bar = h.T @ t
    z_bar = h_bar * (1 - h**2)
    b1_bar = np.sum(z_bar, axis=0)
    W1_bar_1 = x.T @ z_bar
    W1_bar += W1_bar_1
    return {"W1": W1_bar, "b1": b1_bar, "W2": W2_bar, "b2": b2_bar}


# --- value_and_grad(loss, argnums=("params", "decay")), tried at (PARAMS, X, X[:, 0], 0.1)
import numpy as np


def loss_value_and_grad(params, x, y, decay):
    """Value and gradient of `loss` with respect to params, decay."""
    # forward
    W1 = params["W1"]
    b1 = params["b1"]
    h = np.tanh(x @ W1 + b1)
    total = h @ params["W2"] + params["b2"]
    error = total[:, 0] - y
    total_1 = np.sum(W1**2)
    value = np.mean(error**2) + decay * total_1

    # reverse of: return np.mean(error**2) + decay * np.sum(params["W1"] ** 2)
    decay_bar = total_1
    W1_bar = 2 * W1 * decay
    error_bar = 2 * error / error.size

    # reverse of: error = forward(params, x)[:, 0] - y
    t = np.zeros_like(total)
    t[:, 0] += error_bar
    b2_bar = np.sum(t, axis=0)
    h_bar = t @ params["W2"].T
    W2_bar = h.T @ t
    z_bar = h_bar * (1 - h**2)
    b1_bar = np.sum(z_bar, axis=0)
    W1_bar_1 = x.T @ z_bar
    W1_bar += W1_bar_1
    return value, ({"W1": W1_bar, "b1": b1_bar, "W2": W2_bar, "b2": b2_bar}, decay_bar)
