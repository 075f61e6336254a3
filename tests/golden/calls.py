import numpy as np


def smooth(u, k):
    """A few damped averaging steps."""
    for _ in range(3):
        u = u + k * (np.roll(u, 1) - 2 * u + np.roll(u, -1)) * np.exp(-u)
    return u


def scale(u, s):
    return s * u


def roughness(u, k):
    v = smooth(scale(u, 2.0), k)
    w = smooth(v, 0.5 * k)
    return np.sum(w * v)

# --- grad(roughness, argnums=(0, 1)), tried at (np.sin(np.arange(6.0)), 0.1)
import numpy as np


def smooth_fwd(u, k):
    """Forward sweep of `smooth`: its result, and what is saved of it."""
    exp_tape = []
    total_tape = []
    for _ in range(3):
        total = np.roll(u, 1) - 2 * u + np.roll(u, -1)
        total_tape.append(total)
        exp = np.exp(-u)
        exp_tape.append(exp)
        u = u + k * total * exp
    return u, (exp_tape, total_tape)


def smooth_bwd(k, saved, out_bar):
    """Adjoint of `smooth`: the cotangents of u, k."""
    exp_tape, total_tape = saved

    # reverse of: return u
    u_bar = out_bar.copy()

    # reverse of: for _ in range(3)
    k_bar = 0.0
    for exp, total in zip(reversed(exp_tape), reversed(total_tape)):
        # reverse of: u = u + k * (np.roll(u, 1) - 2 * u + np.roll(u, -1)) * np.exp(-u)
        prod = u_bar * exp
        u_bar -= u_bar * (k * total) * exp
        k_bar += prod @ total
        prod = prod * k
        u_bar += np.roll(prod, 1)
        u_bar -= 2 * prod
        u_bar += np.roll(prod, -1)
    return u_bar, k_bar


def roughness_grad(u, k):
    """Gradient of `roughness` with respect to u, k."""
    # forward
    v, smooth_saved = smooth_fwd(2.0 * u, k)
    prod = 0.5 * k
    w, smooth_saved_1 = smooth_fwd(v, prod)

    # reverse of: return np.sum(w * v)
    w_bar = v
    v_bar = w

    # reverse of: w = smooth(v, 0.5 * k)
    smooth_u_bar, smooth_k_bar = smooth_bwd(prod, smooth_saved_1, w_bar)
    v_bar += smooth_u_bar
    k_bar = 0.5 * smooth_k_bar

    # reverse of: v = smooth(scale(u, 2.0), k)
    smooth_u_bar, smooth_k_bar = smooth_bwd(k, smooth_saved, v_bar)
    k_bar += smooth_k_bar
    u_bar = 2.0 * smooth_u_bar
    return u_bar, k_bar
