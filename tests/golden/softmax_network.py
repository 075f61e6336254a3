import numpy as np


def network_loss(W1, b1, W2, b2, X, labels):
    h = np.maximum(X @ W1 + b1, 0.0)
    logits = h @ W2 + b2
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_norm = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_norm - shifted[np.arange(len(labels)), labels])

# --- value_and_grad(network_loss, argnums=(0, 1, 2, 3)), tried at (np.sin(np.arange(35.0)).reshape(5, 7), np.zeros(7), np.cos(np.arange(42.0)).reshape(7, 6), np.zeros(6), np.sin(np.arange(40.0) * 2).reshape(8, 5), np.arange(8) % 6)
import numpy as np


def network_loss_value_and_grad(W1, b1, W2, b2, X, labels):
    """Value and gradient of `network_loss` with respect to W1, b1, W2, b2."""
    # forward
    total = X @ W1 + b1
    h = np.maximum(total, 0.0)
    logits = h @ W2 + b2
    largest = np.max(logits, axis=1, keepdims=True)
    shifted = logits - largest
    exp_shifted = np.exp(shifted)
    total_1 = np.sum(exp_shifted, axis=1)
    log_norm = np.log(total_1)
    values = np.arange(len(labels)), labels
    value = np.mean(log_norm - shifted[values])

    # reverse of: return np.mean(log_norm - shifted[np.arange(len(labels)), labels])
    share = 1.0 / log_norm.size
    shifted_bar = np.zeros_like(shifted)
    np.add.at(shifted_bar, values, -share)

    # reverse of: log_norm = np.log(np.sum(np.exp(shifted), axis=1))
    shifted_bar += np.expand_dims(share / total_1, 1) * exp_shifted

    # reverse of: shifted = logits - np.max(logits, axis=1, keepdims=True)
    logits_bar = shifted_bar
    winners = logits == largest
    logits_bar -= winners * (
        np.sum(shifted_bar, axis=1, keepdims=True)
        / np.sum(winners, axis=1, keepdims=True)
    )

    # reverse of: logits = h @ W2 + b2
    b2_bar = np.sum(logits_bar, axis=0)
    h_bar = logits_bar @ W2.T
    W2_bar = h.T @ logits_bar

    # reverse of: h = np.maximum(X @ W1 + b1, 0.0)
    prod = h_bar * ((total > 0.0) + 0.5 * (total == 0.0))
    b1_bar = np.sum(prod, axis=0)
    W1_bar = X.T @ prod
    return value, (W1_bar, b1_bar, W2_bar, b2_bar)
