"""Second derivatives, Jacobians and products with them, of programs from practice."""
import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy import special

_rng = np.random.default_rng(2024)
_x3 = np.array([0.4, -0.7, 1.1])
_p3 = np.array([0.6, 1.2, 0.9])
_A = np.array([[2.0, 0.3, -0.1], [0.3, 1.5, 0.2], [-0.1, 0.2, 1.8]])
_M = _rng.normal(size=(3, 3))


# --- second order


def himmelblau(p):
    x, y = p
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def branin(x, y, a=1.0, r=6.0, s=10.0):
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return a * (y - b * x**2 + c * x - r) ** 2 + s * (1 - t) * math.cos(x) + s


def lennard_jones(flat):
    atoms = flat.reshape(-1, 2)
    total = 0.0
    for i in range(len(atoms)):
        for j in range(i):
            d = atoms[i] - atoms[j]
            r6 = (d @ d) ** 3
            total += 1 / r6**2 - 2 / r6
    return total


def poisson_nll(w, X, counts):
    eta = X @ w
    return np.sum(np.exp(eta) - counts * eta + special.gammaln(counts + 1))


def gauss_mixture_nll(mu, data):
    total = 0.0
    for y in data:
        comps = [0.5 * np.exp(-0.5 * (y - m) ** 2) for m in mu]
        total -= np.log(sum(comps))
    return total


def gru_energy(h, steps):
    for _ in range(steps):
        z = 1 / (1 + np.exp(-(_M @ h)))
        n = np.tanh(_A @ (z * h))
        h = (1 - z) * n + z * h
    return h @ h


def bond_price(rate, coupons=(5.0, 5.0, 105.0)):
    return sum(c / (1 + rate) ** (k + 1) for k, c in enumerate(coupons))


def annuity_while(rate, tol=1e-3):
    total, term = 0.0, 1.0
    while term > tol:
        term = term / (1 + rate)
        total += term
        if total > 8:
            break
    return total


def student_t_nll(theta, data):
    mu, log_scale = theta[0], theta[1]
    z = (data - mu) / np.exp(log_scale)
    return np.sum(2.0 * np.log1p(z**2 / 3.0)) + len(data) * log_scale


def spring_chain(x, k=2.0):
    stretch = np.diff(np.concatenate(([0.0], x, [4.0]))) - 1.0
    return 0.5 * k * np.sum(stretch**2) + 0.1 * np.sum(stretch**4)


def deque_average(x):
    window = deque(maxlen=2)
    out = 0.0
    for v in x:
        window.append(v)
        out += (sum(window) / len(window)) ** 3
    return out


@dataclass
class Potential:
    depth: float
    width: float

    def __call__(self, r):
        return self.depth * (1 - np.exp(-self.width * r)) ** 2


def morse_object(r):
    wells = [Potential(1.0, 0.8), Potential(0.5, 1.7)]
    return sum(well(r) for well in wells)


def matrix_quadratic(W):
    return np.trace(W.T @ _A @ W) + np.sum(W**4)


def huberised(x, delta=0.5):
    small = np.abs(x) <= delta
    return np.sum(np.where(small, 0.5 * x**2, delta * (np.abs(x) - 0.5 * delta)))


def log_det_spd(x):
    L = np.diag(np.exp(x)) + np.tril(np.outer(x, x), -1)
    return np.log(np.linalg.det(L @ L.T + np.eye(3)))


def recursive_product(x, n):
    return x if n <= 0 else np.sin(x) * recursive_product(x * 0.9, n - 1)


def newton_root(c):
    z = 1.0
    for _ in range(12):
        z = z - (z**3 + z - c) / (3 * z**2 + 1)
    return z


# --- Jacobians


def polar(r, theta):
    return np.array([r * math.cos(theta), r * math.sin(theta)])


def softmax(x, temperature):
    e = np.exp((x - np.max(x)) / temperature)
    return e / e.sum()


def quaternion_rotate(q, v):
    w, u = q[0], q[1:]
    t = 2 * np.cross(u, v)
    return v + w * t + np.cross(u, t)


def michaelis_menten(s, vmax, km):
    return vmax * s / (km + s)


def sir_step(state, beta, gamma, dt=0.1):
    s, i, r = state
    new, rec = beta * s * i, gamma * i
    return np.array([s - dt * new, i + dt * (new - rec), r + dt * rec])


def rk4_pendulum(y, n):
    def rhs(y):
        return np.array([y[1], -np.sin(y[0]) - 0.1 * y[1]])

    h = 0.1
    for _ in range(n):
        k1 = rhs(y)
        k2 = rhs(y + 0.5 * h * k1)
        k3 = rhs(y + 0.5 * h * k2)
        k4 = rhs(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def residual_burgers(u, nu):
    r = np.zeros_like(u)
    r[0], r[-1] = u[0] - 1.0, u[-1]
    for i in range(1, len(u) - 1):
        r[i] = u[i] * (u[i + 1] - u[i - 1]) / 2 - nu * (u[i + 1] - 2 * u[i] + u[i - 1])
    return r


def homography(h, points):
    H = np.append(h, 1.0).reshape(3, 3)
    out = np.column_stack([points, np.ones(len(points))]) @ H.T
    return out[:, :2] / out[:, 2:]


def cumulative_returns(r):
    return np.cumprod(1 + r) - 1


def bezier(points, t):
    pts = [p for p in points]
    while len(pts) > 1:
        pts = [(1 - t) * a + t * b for a, b in zip(pts[:-1], pts[1:])]
    return pts[0]


def solve_scaled(d, b):
    return np.linalg.solve(_A + np.diag(d), b)


def pairwise(x):
    return np.array([(x[i] - x[j]) ** 2 for i in range(len(x)) for j in range(i)])


def legendre_values(x, n):
    values = [1.0, x]
    for k in range(1, n):
        values.append(((2 * k + 1) * x * values[k] - k * values[k - 1]) / (k + 1))
    return np.array(values)


def whiten(x):
    return (x - x.mean()) / x.std()


def stacked_features(x):
    return np.vstack([np.sin(x), np.cos(x), x**2]).T


def arm(angles):
    position, heading = np.zeros(2), 0.0
    for length, angle in zip((1.0, 0.7, 0.4), angles):
        heading = heading + angle
        position = position + length * np.array([np.cos(heading), np.sin(heading)])
    return position


# --- products with vectors


def conv_same(x, w):
    return np.convolve(x, w, mode="same")


def batch_norm(x, gamma, beta):
    centred = x - x.mean(axis=0)
    return gamma * centred / np.sqrt((centred**2).mean(axis=0) + 1e-5) + beta


def lstm_cell(x, h, c, W):
    z = W @ np.concatenate([x, h])
    i, f, g, o = np.split(z, 4)
    c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return np.tanh(c) / (1 + np.exp(-o))


def upwind(u, speed, steps=4):
    u = u.copy()
    for _ in range(steps):
        u[1:] -= 0.1 * speed * (u[1:] - u[:-1])
    return u


def gather_scale(x, index, scale):
    return x[index] * scale


def einsum_attention(q, k):
    s = np.einsum("id,jd->ij", q, k) / np.sqrt(q.shape[1])
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def gram_schmidt(V):
    rows = []
    for v in V:
        for u in rows:
            v = v - (v @ u) * u
        rows.append(v / np.linalg.norm(v))
    return np.stack(rows)


def clipped_walk(x, lo, hi):
    out, level = [], 0.0
    for step in x:
        level = min(max(level + step, lo), hi)
        out.append(level * step)
    return np.array(out)


def fft_filter(x, gain):
    return np.real(np.fft.ifft(gain * np.fft.fft(x)))


def triangular(theta):
    L = np.zeros((3, 3))
    at = 0
    for i in range(3):
        for j in range(i + 1):
            L[i, j] = np.exp(theta[at]) if i == j else theta[at]
            at += 1
    return L @ L.T


def normals(vertices):
    a, b, c = vertices
    n = np.cross(b - a, c - a)
    return n / np.linalg.norm(n)


def _draw(*shape):
    return _rng.normal(size=shape)


_data = _rng.normal(size=4)
_X = _rng.normal(size=(4, 3))
_six = np.array([0.0, 0.0, 1.1, 0.1, 0.4, 1.2])


def order2(fun, *args, **more):
    return dict(name=f"{fun.__name__}_{more.get('kind', 'hessian')}", fun=fun, args=args, slow=True, **{"kind": "hessian", **more})


def jac(fun, *args, **more):
    return dict(name=f"{fun.__name__}_jacobian", fun=fun, args=args, kind="jacobian", slow=True, **more)


def pulled(fun, cotangent, *args):
    return dict(name=f"{fun.__name__}_vjp", fun=fun, args=args, kind="vjp", cotangent=cotangent, slow=True)


def pushed(fun, tangents, *args):
    return dict(name=f"{fun.__name__}_jvp", fun=fun, args=args, kind="jvp", tangents=tangents, slow=True)


CASES = [
    order2(himmelblau, np.array([1.0, 2.0])),
    order2(himmelblau, np.array([1.0, 2.0]), kind="hvp", vector=np.array([0.3, -1.0])),
    order2(branin, 1.2, 2.3, kind="grad2"),
    order2(lennard_jones, _six),
    order2(lennard_jones, _six, kind="hvp", vector=_draw(6)),
    order2(poisson_nll, _x3, _X, np.array([1.0, 0.0, 3.0, 2.0])),
    order2(gauss_mixture_nll, np.array([-1.0, 0.8]), _data),
    order2(gru_energy, _x3, 3),
    order2(bond_price, 0.04, kind="grad2"),
    order2(annuity_while, 0.2, kind="grad2"),
    order2(student_t_nll, np.array([0.1, -0.2]), _data),
    order2(spring_chain, np.array([0.9, 2.2, 2.9])),
    order2(deque_average, _x3),
    order2(morse_object, 0.9, kind="grad2"),
    order2(matrix_quadratic, _draw(3, 2)),
    order2(huberised, np.array([0.2, -0.9, 1.4])),
    order2(log_det_spd, _x3),
    order2(recursive_product, 0.8, 3, kind="grad2"),
    order2(newton_root, 2.5, kind="grad2"),
    jac(polar, 1.3, 0.4, argnums=(0, 1)),
    jac(softmax, _x3, 0.7, argnums=(0, 1)),
    jac(quaternion_rotate, np.array([0.9, 0.1, -0.3, 0.2]), _x3, argnums=(0, 1)),
    jac(michaelis_menten, _p3, 2.0, 0.5, argnums=(0, 1, 2)),
    jac(sir_step, np.array([0.8, 0.15, 0.05]), 1.2, 0.3),
    jac(rk4_pendulum, np.array([0.5, -0.2]), 5),
    jac(residual_burgers, np.array([1.0, 0.8, 0.3, 0.1, 0.0]), 0.2, argnums=(0, 1)),
    jac(homography, np.array([1.0, 0.1, 0.2, -0.1, 0.9, 0.1, 0.01, 0.02]), _draw(3, 2)),
    jac(cumulative_returns, np.array([0.02, -0.01, 0.03])),
    jac(bezier, _draw(4, 2), 0.3, argnums=(0, 1)),
    jac(solve_scaled, _p3, _x3, argnums=(0, 1)),
    jac(pairwise, _x3),
    jac(legendre_values, 0.6, 4),
    jac(whiten, _x3),
    jac(stacked_features, _x3),
    jac(arm, _x3),
    pulled(conv_same, _draw(5), _draw(5), _draw(3)),
    pulled(batch_norm, _draw(4, 3), _draw(4, 3), _p3, _x3),
    pulled(lstm_cell, _draw(2), _draw(3), _draw(2), _draw(2), _draw(8, 5)),
    pulled(upwind, _draw(5), _draw(5), 0.7),
    pulled(gather_scale, _draw(4), _draw(3), np.array([0, 2, 2, 1]), _draw(4)),
    pulled(einsum_attention, _draw(3, 3), _draw(3, 2), _draw(3, 2)),
    pulled(gram_schmidt, _draw(3, 3), _M),
    pulled(clipped_walk, _draw(4), np.array([0.3, 0.9, -0.2, 0.4]), -0.5, 1.0),
    pulled(triangular, _draw(3, 3), _draw(6)),
    pulled(normals, _draw(3), _M),
    pushed(conv_same, (_draw(5), _draw(3)), _draw(5), _draw(3)),
    pushed(batch_norm, (_draw(4, 3), None, _draw(3)), _draw(4, 3), _p3, _x3),
    pushed(lstm_cell, (_draw(3), None, _draw(2), _draw(8, 5)), _draw(3), _draw(2), _draw(2), _draw(8, 5)),
    pushed(upwind, (_draw(5), 0.3), _draw(5), 0.7),
    pushed(gather_scale, (_draw(3), None, _draw(4)), _draw(3), np.array([0, 2, 2, 1]), _draw(4)),
    pushed(einsum_attention, (_draw(3, 2), None), _draw(3, 2), _draw(3, 2)),
    pushed(gram_schmidt, (_draw(3, 3),), _M),
    pushed(clipped_walk, (_draw(4), 0.5, 0.7), np.array([0.3, 0.9, -0.2, 0.4]), -0.5, 1.0),
    pushed(fft_filter, (_draw(4), _draw(4)), _draw(4), _draw(4)),
    pushed(triangular, (_draw(6),), _draw(6)),
    pushed(normals, (_draw(3, 3),), _M),
    pushed(rk4_pendulum, (np.array([1.0, 0.5]), None), np.array([0.5, -0.2]), 0),
    pushed(bezier, (_draw(4, 2), 1.0), _draw(4, 2), 0.3),
    pushed(solve_scaled, (_draw(3), _draw(3)), _p3, _x3),
    pushed(quaternion_rotate, (_draw(4), None), np.array([0.9, 0.1, -0.3, 0.2]), _x3),
]
