"""Factorisations whose results are not all used: only the terms of those that are."""

import numpy as np


def spread(a):
    w, v = np.linalg.eigh(a)
    return np.max(w) - np.min(w)


def log_volume(a):
    sign, logdet = np.linalg.slogdet(a)
    return logdet


def nuclear_norm(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum(s)


def alignment(a, b):
    q, r = np.linalg.qr(a)
    return np.sum((q.T @ b) ** 2)

# --- grad(spread), tried at (np.diag([2.0, 1.0, 3.5]),)
import numpy as np


def spread_grad(a):
    """Gradient of `spread` with respect to a."""
    # forward
    w, v = np.linalg.eigh(a)

    # reverse of: return np.max(w) - np.min(w)
    winners = w == np.min(w)
    w_bar = -(winners / np.sum(winners))
    winners = w == np.max(w)
    w_bar += winners / np.sum(winners)

    # reverse of: w, v = np.linalg.eigh(a)
    s = v * w_bar @ v.T
    a_bar = 0.5 * (s + s.T)
    return a_bar

# --- grad(log_volume), tried at (np.array([[2.0, 0.3], [0.4, 1.0]]),)
import numpy as np


def log_volume_grad(a):
    """Gradient of `log_volume` with respect to a."""
    # reverse of: sign, logdet = np.linalg.slogdet(a)
    a_bar = np.linalg.inv(a).T
    return a_bar

# --- grad(nuclear_norm), tried at (np.array([[2.0, 0.3], [0.4, 1.0], [0.5, -1.0]]),)
import numpy as np


def nuclear_norm_grad(a):
    """Gradient of `nuclear_norm` with respect to a."""
    # forward
    u, _, vt = np.linalg.svd(a, full_matrices=False)

    # reverse of: u, s, vt = np.linalg.svd(a, full_matrices=False)
    a_bar = u @ vt
    return a_bar

# --- grad(alignment), tried at (np.array([[2.0, 0.3], [0.4, 1.0], [0.5, -1.0]]), np.array([1.0, 2.0, 3.0]))
import numpy as np


def alignment_grad(a, b):
    """Gradient of `alignment` with respect to a."""
    # forward
    q, r = np.linalg.qr(a)

    # reverse of: return np.sum((q.T @ b) ** 2)
    outer = np.outer(2 * (q.T @ b), b)
    q_bar = outer.T

    # reverse of: q, r = np.linalg.qr(a)
    m = -(outer @ q)
    low = np.tril(m, k=-1)
    a_bar = np.linalg.solve(
        r, (q_bar + q @ (low + low.T + np.diag(np.diagonal(m)))).T
    ).T
    return a_bar
