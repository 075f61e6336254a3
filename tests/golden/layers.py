import numpy as np


def network_loss(layers, x, target):
    h = x
    for W, b in layers:
        h = np.tanh(W @ h + b)
    return np.sum((h - target) ** 2)

# --- grad(network_loss, argnums=0), tried at ([(np.sin(np.arange(35.0)).reshape(7, 5), np.ones(7)), (np.cos(np.arange(42.0)).reshape(6, 7), np.zeros(6))], np.linspace(0.1, 1, 5), np.ones(6) / 3)
import numpy as np


def unbroadcast(g, x):
    """Sum g over the axes along which x was repeated, to the shape of x."""
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if isinstance(x, (list, tuple)) and np.shape(g)[extra:] != shape:
        raise TypeError("the gradient of a list that was repeated is not defined")
    g = np.sum(g, axis=tuple(range(extra))) if extra else g
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    return np.sum(g, axis=axes, keepdims=True) if axes else g


def network_loss_grad(layers, x, target):
    """Gradient of `network_loss` with respect to layers."""
    # forward
    h = x
    h_tape = []
    for W, b in layers:
        h_tape.append(h)
        h = np.tanh(W @ h + b)

    # reverse of: return np.sum((h - target) ** 2)
    h_bar = unbroadcast(2 * (h - target), h)

    # reverse of: for W, b in layers
    layers_bar = [(np.zeros_like(a), np.zeros_like(b)) for a, b in layers]
    for i in reversed(range(len(layers))):
        W, _ = layers[i]
        # reverse of: h = np.tanh(W @ h + b)
        b_bar = h_bar * (1 - h**2)
        h = h_tape.pop()
        W_bar = np.outer(b_bar, h)
        h_bar = W.T @ b_bar
        # reverse of: for W, b in layers
        layers_bar[i] = W_bar, b_bar
    return layers_bar
