"""Functions with several outputs, for Jacobians and products with them."""
import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit


def forward_kinematics(q, lengths):
    T = np.eye(4)
    for qi, l in zip(q, lengths):
        c, s = np.cos(qi), np.sin(qi)
        A = np.array([[c, -s, 0, l * c], [s, c, 0, l * s], [0, 0, 1, 0], [0, 0, 0, 1]])
        T = T @ A
    return T[:3, 3]


def spherical(r, theta, phi):
    return np.array([r * np.sin(theta) * np.cos(phi), r * np.sin(theta) * np.sin(phi), r * np.cos(theta)])


def lotka_volterra(params, y0, n=8):
    a, b, c, d = params
    x, y = y0
    out = np.empty((n, 2))
    for i in range(n):
        dx = a * x - b * x * y
        dy = d * x * y - c * y
        x, y = x + 0.05 * dx, y + 0.05 * dy
        out[i] = x, y
    return out


def circuit_residual(v, R, Is):
    n = len(v)
    F = np.zeros(n)
    for k in range(n):
        left = v[k - 1] if k > 0 else 1.0
        F[k] = (left - v[k]) / R[k]
        if k < n - 1:
            F[k] -= (v[k] - v[k + 1]) / R[k + 1]
        F[k] -= Is * (np.exp(v[k] / 0.5) - 1)
    return F


def project_points(points, rvec, t, f):
    theta = np.sqrt(rvec @ rvec + 1e-12)
    k = rvec / theta
    K = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    R = np.eye(3) + np.sin(theta) * K + (1 - np.cos(theta)) * K @ K
    cam = points @ R.T + t
    return f * cam[:, :2] / cam[:, 2:3]


def layer_norm(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return gamma * (x - mu) / np.sqrt(var + eps) + beta


def gru_cell(x, h, W, U, b):
    n = len(h)
    zr = expit(W[:2 * n] @ x + U[:2 * n] @ h + b[:2 * n])
    z, r = zr[:n], zr[n:]
    cand = np.tanh(W[2 * n:] @ x + U[2 * n:] @ (r * h) + b[2 * n:])
    return (1 - z) * h + z * cand


def burgers_rhs(u, nu, dx=0.1):
    up, um = np.roll(u, -1), np.roll(u, 1)
    return -u * (up - um) / (2 * dx) + nu * (up - 2 * u + um) / dx ** 2


def bezier_curve(ctrl, ts):
    pts = []
    for t in ts:
        p = [c for c in ctrl]
        while len(p) > 1:
            p = [(1 - t) * a + t * b for a, b in zip(p[:-1], p[1:])]
        pts.append(p[0])
    return np.array(pts)


def polynomial_features(x):
    cols = [np.ones(len(x))]
    for d in range(1, 4):
        cols.append(cols[-1] * x)
    return np.column_stack(cols)


def normalized_columns(A):
    return A / np.linalg.norm(A, axis=0)


def symmetric_eigs(A):
    return np.linalg.eigvalsh(0.5 * (A + A.T))


def least_squares_fit(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def cumulative_returns(r, fee):
    wealth = np.cumprod(1 + r - fee)
    peak = np.maximum.accumulate(wealth)
    return wealth / peak - 1


def softplus_barrier(x, k):
    return np.where(k * x > 30, x, np.log1p(np.exp(np.minimum(k * x, 30))) / k)


def quaternion_product(p, q):
    w1, x1, y1, z1 = p
    w2, x2, y2, z2 = q
    return np.array([w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
                     w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
                     w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
                     w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2])


def ekf_step(x, P_flat, z):
    P = P_flat.reshape(2, 2)
    F = np.array([[1.0, 0.1], [-0.1 * np.cos(x[0]), 1.0]])
    xp = np.array([x[0] + 0.1 * x[1], x[1] - 0.1 * np.sin(x[0])])
    Pp = F @ P @ F.T + 0.01 * np.eye(2)
    H = np.array([[1.0, 0.0]])
    S = H @ Pp @ H.T + 0.1
    K = Pp @ H.T @ np.linalg.inv(S)
    xn = xp + (K @ (z - H @ xp)).ravel()
    return xn


def interp_table(xq, fp):
    xp = np.array([0.0, 1.0, 2.0, 4.0])
    return np.interp(xq, xp, fp)


def gauss_newton_residuals(p, t, y):
    res = []
    for ti, yi in zip(t, y):
        res.append(p[0] * math.exp(-p[1] * ti) + p[2] - yi)
    return np.array(res)


def matrix_inverse_vec(A):
    return np.linalg.inv(A)


def scalar_to_vector(t):
    return np.array([np.cos(t), np.sin(2 * t), t ** 2])


def scalar_to_matrix(t):
    c, s = math.cos(t), math.sin(t)
    return np.array([[c, -s], [s, c]])


def moving_average(x, w):
    n = len(x) - len(w) + 1
    out = np.zeros(n)
    for i in range(n):
        out[i] = np.dot(x[i:i + len(w)], w) / w.sum()
    return out


def attention(Q, K, V, causal=True):
    S = Q @ K.T / math.sqrt(Q.shape[1])
    if causal:
        mask = np.tril(np.ones(S.shape, dtype=bool))
        S = np.where(mask, S, -np.inf)
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    return P @ V


def sph_harm_features(v):
    x, y, z = v / np.linalg.norm(v)
    return np.array([1.0, x, y, z, x * y, y * z, 3 * z ** 2 - 1, x * z, x ** 2 - y ** 2])


def sorted_gaps(x):
    return np.diff(np.sort(x))


def gradient_field(u):
    gy, gx = np.gradient(u)
    return np.stack([gx, gy])


def tridiag_matvec(lo, di, up, x):
    y = di * x
    y[:-1] += up * x[1:]
    y[1:] += lo * x[:-1]
    return y


def masked_update(x, a):
    y = x.copy()
    m = x > 0.2
    y[m] = a * x[m] ** 2
    y[~m] -= a
    return y


def heat_trajectory(u0, k):
    traj = [u0]
    for n in range(3):
        u = traj[-1]
        lap = np.zeros_like(u)
        lap[1:-1] = u[2:] - 2 * u[1:-1] + u[:-2]
        traj.append(u + k * lap)
    return np.array(traj)


def unit_norm(x):
    n = np.linalg.norm(x)
    return x / n if n > 0 else x


def log_softmax_f32(x):
    m = x.max()
    return x - m - np.log(np.sum(np.exp(x - m)))


def householder_apply(v, A):
    v = v / np.sqrt(v @ v)
    return A - 2 * np.outer(v, v @ A)


def kron_identity(A, B):
    return np.kron(A, B).sum(axis=0)


def fft_magnitude(x):
    return np.abs(np.fft.rfft(x))


def rotation_euler(a, b, c):
    Rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    Ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    Rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return Rz @ Ry @ Rx


def newton_map(c):
    z = np.ones(3)
    for _ in range(20):
        f = z ** 3 - c
        if np.all(np.abs(f) < 1e-13):
            break
        z = z - f / (3 * z ** 2)
    return z


def pairwise_distances(X):
    n = len(X)
    i, j = np.triu_indices(n, 1)
    return np.sqrt(((X[i] - X[j]) ** 2).sum(-1))


def empty_safe(x, n):
    out = np.zeros(n)
    for i in range(n):
        out[i] = x[i % len(x)] ** (i + 1)
    return out


def state_space(A, B, C, u):
    x = np.zeros(A.shape[0])
    ys = []
    for ut in u:
        x = A @ x + B * ut
        ys.append(C @ x)
    return np.array(ys)


# ---- cases ----
_rng = np.random.default_rng(6)
_q = _rng.normal(size=4); _p = _rng.normal(size=4)
N = _rng.normal
_gru = (N(size=2), N(size=3), N(size=(9, 2)), N(size=(9, 3)), N(size=9))
_S = N(size=(4, 4))
CASES = [
    dict(name='forward_kinematics', slow=True, fun=forward_kinematics, kind='jacobian', args=(N(size=3), np.array([1.0, 0.8, 0.5])), argnums=(0, 1)),
    dict(name='spherical', slow=True, fun=spherical, kind='jacobian', args=(1.3, 0.4, 0.7), argnums=(0, 1, 2)),
    dict(name='spherical_one', slow=True, fun=spherical, kind='jacobian', args=(1.3, 0.4, 0.7), argnums=1),
    dict(name='lotka_volterra', slow=True, fun=lotka_volterra, kind='vjp', args=(np.array([1.1, 0.4, 0.4, 0.1]), np.array([2.0, 1.0])), cotangent=N(size=(8, 2))),
    dict(name='lotka_volterra_jac', slow=True, fun=lotka_volterra, kind='jacobian', args=(np.array([1.1, 0.4, 0.4, 0.1]), np.array([2.0, 1.0]))),
    dict(name='circuit_residual', slow=True, fun=circuit_residual, kind='jacobian', args=(np.array([0.8, 0.5, 0.2]), np.array([1.0, 2.0, 1.5]), 0.1), argnums=(0, 1, 2)),
    dict(name='project_points', slow=True, fun=project_points, kind='jacobian', args=(N(size=(3, 3)), N(size=3), np.array([0.1, 0.2, 5.0]), 1.5), argnums=(1, 2)),
    dict(name='project_points_vjp', slow=True, fun=project_points, kind='vjp', args=(N(size=(3, 3)), N(size=3), np.array([0.1, 0.2, 5.0]), 1.5), cotangent=N(size=(3, 2))),
    dict(name='layer_norm', slow=True, fun=layer_norm, kind='vjp', args=(N(size=(2, 4)), N(size=4), N(size=4)), cotangent=N(size=(2, 4))),
    dict(name='layer_norm_jvp', fun=layer_norm, kind='jvp', args=(N(size=(2, 4)), N(size=4), N(size=4)), tangents=(N(size=(2, 4)), N(size=4), N(size=4))),
    dict(name='gru_cell', slow=True, fun=gru_cell, kind='vjp', args=_gru, cotangent=N(size=3)),
    dict(name='gru_cell_jvp', slow=True, fun=gru_cell, kind='jvp', args=_gru, tangents=tuple(N(size=a.shape) for a in _gru)),
    dict(name='burgers_rhs', slow=True, fun=burgers_rhs, kind='jacobian', args=(N(size=6), 0.05)),
    dict(name='bezier_curve', slow=True, fun=bezier_curve, kind='jacobian', args=(N(size=(4, 2)), np.array([0.1, 0.5, 0.9])), argnums=(0, 1)),
    dict(name='polynomial_features', slow=True, fun=polynomial_features, kind='jacobian', args=(N(size=3),)),
    dict(name='normalized_columns', slow=True, fun=normalized_columns, kind='jacobian', args=(N(size=(3, 2)),)),
    dict(name='symmetric_eigs', slow=True, fun=symmetric_eigs, kind='jacobian', args=(N(size=(3, 3)),)),
    dict(name='least_squares_fit', slow=True, fun=least_squares_fit, kind='jacobian', args=(N(size=(5, 2)), N(size=5)), argnums=(0, 1)),
    dict(name='cumulative_returns', fun=cumulative_returns, kind='jacobian', args=(0.1 * N(size=5), 0.01), argnums=(0, 1)),
    dict(name='softplus_barrier', slow=True, fun=softplus_barrier, kind='jacobian', args=(N(size=3), 2.0), argnums=(0, 1)),
    dict(name='quaternion_product', slow=True, fun=quaternion_product, kind='jacobian', args=(_p, _q), argnums=(0, 1)),
    dict(name='quaternion_product_jvp', slow=True, fun=quaternion_product, kind='jvp', args=(_p, _q), tangents=(N(size=4), N(size=4))),
    dict(name='ekf_step', slow=True, fun=ekf_step, kind='jacobian', args=(N(size=2), np.array([1.0, 0.1, 0.1, 0.5]), 0.3), argnums=(0, 1, 2)),
    dict(name='interp_table', slow=True, fun=interp_table, kind='jacobian', args=(np.array([0.5, 1.7, 3.3]), N(size=4)), argnums=(0, 1)),
    dict(name='gauss_newton_residuals', slow=True, fun=gauss_newton_residuals, kind='jacobian', args=(np.array([2.0, 0.7, 0.1]), np.linspace(0, 2, 5), N(size=5))),
    dict(name='matrix_inverse_vec', slow=True, fun=matrix_inverse_vec, kind='jacobian', args=(N(size=(3, 3)) + 3 * np.eye(3),)),
    dict(name='scalar_to_vector', slow=True, fun=scalar_to_vector, kind='jacobian', args=(0.7,)),
    dict(name='scalar_to_vector_jvp', slow=True, fun=scalar_to_vector, kind='jvp', args=(0.7,), tangents=(1.0,)),
    dict(name='scalar_to_matrix', slow=True, fun=scalar_to_matrix, kind='jacobian', args=(0.7,)),
    dict(name='moving_average', slow=True, fun=moving_average, kind='jacobian', args=(N(size=6), np.array([1.0, 2.0, 0.5])), argnums=(0, 1)),
    dict(name='attention', slow=True, fun=attention, kind='vjp', args=(N(size=(3, 2)), N(size=(3, 2)), N(size=(3, 2))), cotangent=N(size=(3, 2))),
    dict(name='sph_harm_features', slow=True, fun=sph_harm_features, kind='jacobian', args=(N(size=3),)),
    dict(name='sorted_gaps', slow=True, fun=sorted_gaps, kind='jacobian', args=(N(size=4),)),
    dict(name='gradient_field', slow=True, fun=gradient_field, kind='vjp', args=(N(size=(3, 4)),), cotangent=N(size=(2, 3, 4))),
    dict(name='tridiag_matvec', slow=True, fun=tridiag_matvec, kind='jacobian', args=(N(size=3), N(size=4), N(size=3), N(size=4)), argnums=(0, 1, 2, 3)),
    dict(name='masked_update', fun=masked_update, kind='jacobian', args=(N(size=5), 0.7), argnums=(0, 1)),
    dict(name='heat_trajectory', slow=True, fun=heat_trajectory, kind='jacobian', args=(N(size=5), 0.2), argnums=(0, 1)),
    dict(name='unit_norm', slow=True, fun=unit_norm, kind='jacobian', args=(N(size=3),)),
    dict(name='log_softmax_f32', slow=True, fun=log_softmax_f32, kind='jacobian', args=(N(size=4).astype(np.float32),), rtol=1e-4),
    dict(name='householder_apply', slow=True, fun=householder_apply, kind='vjp', args=(N(size=3), N(size=(3, 2))), cotangent=N(size=(3, 2))),
    dict(name='kron_identity', slow=True, fun=kron_identity, kind='jacobian', args=(N(size=(2, 2)), N(size=(2, 3))), argnums=(0, 1)),
    dict(name='fft_magnitude', slow=True, fun=fft_magnitude, kind='jacobian', args=(N(size=5),)),
    dict(name='rotation_euler', slow=True, fun=rotation_euler, kind='jacobian', args=(0.2, -0.4, 0.9), argnums=(0, 1, 2)),
    dict(name='newton_map', slow=True, fun=newton_map, kind='jacobian', args=(np.array([1.5, 2.0, 0.7]),), rtol=1e-5),
    dict(name='pairwise_distances', slow=True, fun=pairwise_distances, kind='jacobian', args=(N(size=(4, 2)),)),
    dict(name='empty_safe', slow=True, fun=empty_safe, kind='jacobian', args=(N(size=3), 5)),
    dict(name='state_space', slow=True, fun=state_space, kind='jacobian', args=(0.4 * N(size=(2, 2)), N(size=2), N(size=2), N(size=4)), argnums=(0, 1, 2, 3)),
    dict(name='state_space_jvp', slow=True, fun=state_space, kind='jvp', args=(0.4 * N(size=(2, 2)), N(size=2), N(size=2), N(size=4)), tangents=(N(size=(2, 2)), N(size=2), N(size=2), N(size=4))),
]
