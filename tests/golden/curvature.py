def network(W1, W2, x, t):
    """A two-layer network: how far its output is from a target."""
    h = np.tanh(W1 @ x)
    y = W2 @ h
    return 0.5 * np.sum((y - t) ** 2)


def rnn(W, xs, h):
    """A recurrent network that reads a sequence."""
    for x in xs:
        h = np.tanh(W @ h + x)
    return np.sum(h**2)


def layer(W, x):
    return np.tanh(W @ x)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

# --- hvp(network), tried at (np.array([[0.1, 0.2, -0.3], [0.5, 0.3, 0.2]]), np.array([[1.0, -0.4]]), np.array([0.5, 1.0, -1.0]), np.array([0.3]), np.array([[0.2, 0.1, 1.0], [-0.5, 0.4, 0.3]]))
import numpy as np


def network_hvp(W1, W2, x, t, W1_dot):
    """Hessian of `network` times W1_dot."""
    h = np.tanh(W1 @ x)
    diff = 1 - h**2
    h_dot = W1_dot @ x * diff
    y = W2 @ h
    y_dot = W2 @ h_dot
    y_bar = y - t
    y_bar_dot = y_dot
    h_bar = W2.T @ y_bar
    h_bar_dot = W2.T @ y_bar_dot
    W1_bar_dot = np.outer(h_bar_dot * diff - 2 * h * h_dot * h_bar, x)
    return W1_bar_dot

# --- hvp(rnn), tried at (np.array([[0.1, 0.2], [-0.3, 0.4]]), np.array([[0.3, 0.1], [0.2, -0.5], [0.4, 0.6]]), np.array([0.1, 0.2]), np.array([[0.5, -1.0], [0.2, 0.3]]))
import numpy as np


def rnn_hvp(W, xs, h, W_dot):
    """Hessian of `rnn` times W_dot."""
    h_tape = []
    h_dot = np.zeros_like(h)
    h_tape_dot = []
    for x in xs:
        h_tape.append(h)
        h_tape_dot.append(h_dot)
        h_1 = np.tanh(W @ h + x)
        h_dot = (W_dot @ h + W @ h_dot) * (1 - h_1**2)
        h = h_1
    h_bar = 2 * h
    h_bar_dot = 2 * h_dot
    W_bar_dot = np.zeros_like(W)
    for _ in reversed(xs):
        diff = 1 - h**2
        z_bar = h_bar * diff
        diff = h_bar_dot * diff - 2 * h * h_dot * h_bar
        h = h_tape.pop()
        h_dot = h_tape_dot.pop()
        W_bar_dot = W_bar_dot + (np.outer(diff, h) + np.outer(z_bar, h_dot))
        h_bar = W.T @ z_bar
        h_bar_dot = W_dot.T @ z_bar + W.T @ diff
    return W_bar_dot

# --- jacfwd(layer, argnums="x"), tried at (np.array([[0.1, 0.2, -0.3], [0.5, 0.3, 0.2]]), np.array([0.5, 1.0, -1.0]))
import numpy as np


def layer_jacobian(W, x):
    """Jacobian of `layer`."""
    return W * (1 - np.tanh(W @ x) ** 2)[:, None]

# --- jacrev(layer, argnums=("W", "x")), tried at (np.array([[0.1, 0.2, -0.3], [0.5, 0.3, 0.2]]), np.array([0.5, 1.0, -1.0]))
import numpy as np


def layer_jacobian(W, x):
    """Jacobian of `layer`."""
    # reverse of: return np.tanh(W @ x)
    diff = 1 - np.tanh(W @ x) ** 2
    W_bar = np.diag(diff)[:, :, None] * x
    x_bar = diff[:, None] * W
    return W_bar, x_bar

# --- hessian(rosenbrock), tried at np.array([0.5, 1.5, -0.5, 1.0, 0.2])
import numpy as np


def rosenbrock_hessian(x):
    """Hessian of `rosenbrock`."""
    n = len(x)
    x_dot = np.eye(n)
    prod = 2 * x[:-1]
    prod_1 = 2 * x_dot[:, :-1]
    x_bar_dot = np.zeros((n, n))
    x_bar_dot[:, :-1] += prod_1
    prod_2 = 200.0 * (x_dot[:, 1:] - prod * x_dot[:, :-1])
    x_bar_dot[:, :-1] -= 200.0 * prod_1 * (x[1:] - x[:-1] ** 2) + prod_2 * prod
    x_bar_dot[:, 1:] += prod_2
    return x_bar_dot.T
