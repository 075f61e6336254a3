import numpy as np

from symdiff import grad


def loss(w, a, y):
    return np.sum((a @ w - y) ** 2)


def after_steps(w, a, y, rate, steps):
    for _ in range(steps):
        w = w - rate * grad(loss)(w, a, y)
    return loss(w, a, y)

# --- grad(after_steps, argnums=("w", "rate")), tried at (np.arange(2.0), np.eye(3)[:, :2], np.sin(np.arange(3.0)), 0.1, 3)
def loss_grad(w, a, y):
    """Gradient of `loss` with respect to w."""
    w_bar = a.T @ (2 * (a @ w - y))
    return w_bar


def loss_grad_vjp(w, a, y, out_bar):
    """Adjoint of `loss_grad`: the cotangent of w."""
    # reverse of: return np.sum((a @ w - y) ** 2)
    w_bar = a.T @ (2 * (a @ out_bar))
    return w_bar


def after_steps_grad(w, a, y, rate, steps):
    """Gradient of `after_steps` with respect to w, rate."""
    # forward
    loss_grad_w_bar_tape = []
    w_tape = []
    for _ in range(steps):
        w_tape.append(w)
        loss_grad_w_bar = loss_grad(w, a, y)
        loss_grad_w_bar_tape.append(loss_grad_w_bar)
        w = w - rate * loss_grad_w_bar

    # reverse of: return loss(w, a, y)
    w_bar = a.T @ (2 * (a @ w - y))

    # reverse of: for _ in range(steps)
    rate_bar = 0.0
    for loss_grad_w_bar, w in zip(reversed(loss_grad_w_bar_tape), reversed(w_tape)):
        # reverse of: w = w - rate * grad(loss)(w, a, y)
        rate_bar -= w_bar @ loss_grad_w_bar
        w_bar += loss_grad_vjp(w, a, y, -w_bar * rate)
    return w_bar, rate_bar
