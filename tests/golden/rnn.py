import numpy as np


def rnn_loss(W, U, h, xs, target):
    for x in xs:
        h = np.tanh(W @ h + U @ x)
    return np.sum((h - target) ** 2)

# --- grad(rnn_loss, argnums=(0, 1, 2)), tried at (np.eye(5) / 2, np.ones((5, 2)) / 3, np.zeros(5), np.sin(np.arange(14.0)).reshape(7, 2), np.ones(5))
import numpy as np


def rnn_loss_grad(W, U, h, xs, target):
    """Gradient of `rnn_loss` with respect to W, U, h."""
    # forward
    h_tape = []
    for x in xs:
        h_tape.append(h)
        h = np.tanh(W @ h + U @ x)

    # reverse of: return np.sum((h - target) ** 2)
    h_bar = 2 * (h - target)

    # reverse of: for x in xs
    W_bar = np.zeros_like(W)
    U_bar = np.zeros_like(U)
    for x in reversed(xs):
        # reverse of: h = np.tanh(W @ h + U @ x)
        z_bar = h_bar * (1 - h**2)
        U_bar += np.outer(z_bar, x)
        h = h_tape.pop()
        W_bar += np.outer(z_bar, h)
        h_bar = W.T @ z_bar
    return W_bar, U_bar, h_bar
