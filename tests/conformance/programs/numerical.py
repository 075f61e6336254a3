"""Classical numerical methods, hand-coded."""
import math
from collections import namedtuple
from dataclasses import dataclass, field

import numpy as np
import scipy.linalg
from scipy import special


def lu_inplace(A):
    A = np.array(A, dtype=float)
    n = A.shape[0]
    piv = list(range(n))
    for k in range(n - 1):
        p = k + int(np.argmax(np.abs(A[k:, k])))
        if p != k:
            A[[k, p]] = A[[p, k]]
            piv[k], piv[p] = piv[p], piv[k]
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1:] -= A[i, k] * A[k, k + 1:]
    return A, piv


def lu_solve_objective(A, b):
    LU, piv = lu_inplace(A)
    n = len(b)
    x = b[piv].copy()
    for i in range(n):
        for j in range(i):
            x[i] -= LU[i, j] * x[j]
    for i in range(n - 1, -1, -1):
        x[i] -= LU[i, i + 1:] @ x[i + 1:]
        x[i] /= LU[i, i]
    return float(np.sum(x ** 2)) + np.log(np.abs(np.prod(np.diag(LU))))


def gauss_seidel(A, b, tol=1e-14, maxiter=500):
    x = np.zeros_like(b)
    n = len(b)
    for it in range(maxiter):
        x_old = x.copy()
        for i in range(n):
            s = 0.0
            for j in range(n):
                if j != i:
                    s += A[i, j] * x[j]
            x[i] = (b[i] - s) / A[i, i]
        if np.linalg.norm(x - x_old, np.inf) < tol:
            break
    return x


def gs_energy(A, b):
    x = gauss_seidel(A, b)
    return 0.5 * x @ A @ x - b @ x + np.max(x)


def conjugate_gradient(matvec, b, n_iter=None, tol=1e-26):
    x = np.zeros(b.shape)
    r = b - matvec(x)
    p = r.copy()
    rs = r @ r
    k = 0
    while rs > tol and (n_iter is None or k < n_iter):
        Ap = matvec(p)
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        p = r + (rs_new / rs) * p
        rs = rs_new
        k += 1
    return x


def cg_loss(A, b):
    K = A @ A.T + np.eye(len(b))
    x = conjugate_gradient(lambda v: K @ v, b, n_iter=3)
    return np.sum(np.sin(x))


def power_iteration(A, iters=60):
    v = np.ones(A.shape[0]) / np.sqrt(A.shape[0])
    lam = 0.0
    for _ in range(iters):
        w = A @ v
        v = w / np.linalg.norm(w)
        new = v @ A @ v
        if abs(new - lam) < 1e-15 * abs(new):
            break
        lam = new
    return lam, v


def dominant_mode(A):
    lam, v = power_iteration(A)
    return lam + v[0] ** 3


def gram_schmidt(A):
    m, n = A.shape
    Q = np.zeros((m, n))
    R = np.zeros((n, n))
    for j in range(n):
        v = A[:, j].copy()
        for i in range(j):
            R[i, j] = Q[:, i] @ A[:, j]
            v -= R[i, j] * Q[:, i]
        R[j, j] = np.sqrt(v.dot(v))
        Q[:, j] = v / R[j, j]
    return Q, R


def qr_least_squares(A, b):
    Q, R = gram_schmidt(A)
    y = Q.T @ b
    n = R.shape[1]
    x = np.empty(n)
    for i in reversed(range(n)):
        x[i] = (y[i] - np.dot(R[i, i + 1:], x[i + 1:])) / R[i, i]
    return np.sum(np.abs(x)) + np.trace(R)


def householder_qr_logdet(A):
    R = A.copy()
    m, n = R.shape
    for k in range(n):
        x = R[k:, k]
        alpha = -np.copysign(np.linalg.norm(x), x[0])
        u = x.copy()
        u[0] -= alpha
        u /= np.linalg.norm(u)
        R[k:, k:] -= 2.0 * np.outer(u, u @ R[k:, k:])
    return np.sum(np.log(np.abs(np.diag(R)))) + R[0, -1] ** 2


def cholesky_banachiewicz(A):
    n = len(A)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = sum(L[i, k] * L[j, k] for k in range(j))
            if i == j:
                L[i, i] = math.sqrt(A[i, i] - s)
            else:
                L[i, j] = (A[i, j] - s) / L[j, j]
    return L


def gaussian_logdensity(B, x):
    A = B @ B.T + 0.5 * np.eye(len(x))
    L = cholesky_banachiewicz(A)
    z = scipy.linalg.solve_triangular(L, x, lower=True)
    return -0.5 * z @ z - np.log(np.diag(L)).sum() - 0.5 * len(x) * np.log(2 * np.pi)


def adaptive_simpson(f, a, b, eps, whole=None, depth=12):
    """Iterative adaptive quadrature with an explicit stack."""
    c = (a + b) / 2
    stack = [(a, b, (b - a) / 6 * (f(a) + 4 * f(c) + f(b)), eps, depth)]
    total = 0.0
    while stack:
        a, b, whole, eps, depth = stack.pop()
        c = 0.5 * (a + b)
        left = (c - a) / 6 * (f(a) + 4 * f(0.5 * (a + c)) + f(c))
        right = (b - c) / 6 * (f(c) + 4 * f(0.5 * (c + b)) + f(b))
        delta = left + right - whole
        if depth <= 0 or abs(delta) <= 15 * eps:
            total += left + right + delta / 15
        else:
            stack.append((a, c, left, eps / 2, depth - 1))
            stack.append((c, b, right, eps / 2, depth - 1))
    return total


def quad_gaussian_bump(mu, s):
    return adaptive_simpson(lambda t: np.exp(-((t - mu) / s) ** 2) * (1 + t ** 2), -1.0, 2.0, 1e-4)


def rk4(f, y0, t0, t1, n):
    h = (t1 - t0) / n
    t, y = t0, y0
    ys = [y0]
    for _ in range(n):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
        ys.append(y)
    return np.array(ys)


def van_der_pol_rk4(mu, y0):
    def rhs(t, y):
        return np.array([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])
    ys = rk4(rhs, y0, 0.0, 2.0, 25)
    return np.mean(ys[:, 0] ** 2) + ys[-1, 1]


def implicit_euler_newton(k, y0, dt=0.1, steps=8):
    """Stiff scalar ODE y' = -k (y^3 - 1), Newton inside."""
    y = y0
    for n in range(steps):
        z = y
        for it in range(50):
            F = z - y + dt * k * (z ** 3 - 1)
            dF = 1 + 3 * dt * k * z ** 2
            dz = F / dF
            z -= dz
            if abs(dz) < 1e-14:
                break
        else:
            raise RuntimeError("Newton did not converge")
        y = z
    return y


def bisection_then_newton(a):
    lo, hi = 0.0, 4.0
    f = lambda x: x * math.exp(x) - a
    for _ in range(10):
        mid = 0.5 * (lo + hi)
        if f(mid) > 0:
            hi = mid
        else:
            lo = mid
    x = 0.5 * (lo + hi)
    while abs(f(x)) > 1e-12:
        x -= f(x) / (math.exp(x) * (1 + x))
    return x


def secant_root(p, tol=1e-12):
    x0, x1 = 0.5, 1.0
    f0 = np.cos(p * x0) - x0
    f1 = np.cos(p * x1) - x1
    n = 0
    while abs(f1) > tol and n < 50:
        x0, x1 = x1, x1 - f1 * (x1 - x0) / (f1 - f0)
        f0, f1 = f1, np.cos(p * x1) - x1
        n += 1
    return x1


def neville(xs, ys, x):
    n = len(xs)
    p = list(ys)
    for m in range(1, n):
        for i in range(n - m):
            p[i] = ((x - xs[i + m]) * p[i] + (xs[i] - x) * p[i + 1]) / (xs[i] - xs[i + m])
    return p[0]


def neville_value(ys, x):
    return neville([0.0, 0.5, 1.1, 2.0, 2.4], ys, x)


def romberg(f, a, b, levels=5):
    R = np.zeros((levels, levels))
    h = b - a
    R[0, 0] = 0.5 * h * (f(a) + f(b))
    for i in range(1, levels):
        h /= 2
        s = sum(f(a + k * h) for k in range(1, 2 ** i, 2))
        R[i, 0] = 0.5 * R[i - 1, 0] + h * s
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4 ** j - 1)
    return R[-1, -1]


def elliptic_romberg(k, phi):
    return romberg(lambda t: 1 / np.sqrt(1 - k ** 2 * np.sin(t) ** 2), 0.0, phi)


def natural_cubic_spline(x, y):
    n = len(x)
    h = np.diff(x)
    A = np.zeros((n, n))
    r = np.zeros(n)
    A[0, 0] = A[-1, -1] = 1.0
    for i in range(1, n - 1):
        A[i, i - 1] = h[i - 1]
        A[i, i] = 2 * (h[i - 1] + h[i])
        A[i, i + 1] = h[i]
        r[i] = 3 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1])
    c = np.linalg.solve(A, r)
    b = (y[1:] - y[:-1]) / h - h * (2 * c[:-1] + c[1:]) / 3
    d = (c[1:] - c[:-1]) / (3 * h)
    return b, c, d


def spline_eval_sum(x, y, at):
    b, c, d = natural_cubic_spline(x, y)
    total = 0.0
    for t in at:
        i = min(max(np.searchsorted(x, t) - 1, 0), len(x) - 2)
        dx = t - x[i]
        total += y[i] + dx * (b[i] + dx * (c[i] + dx * d[i]))
    return total


def gauss_legendre_loss(a, b, order=7):
    nodes, weights = np.polynomial.legendre.leggauss(order)
    x = 0.5 * (b - a) * nodes + 0.5 * (b + a)
    return 0.5 * (b - a) * np.dot(weights, np.exp(-x) * np.log1p(x ** 2))


def chebyshev_clenshaw(coef, x):
    b1 = b2 = 0.0
    for c in coef[:0:-1]:
        b1, b2 = 2 * x * b1 - b2 + c, b1
    return x * b1 - b2 + coef[0]


def newton_system(p, tol=1e-13, max_iter=30):
    x = np.array([1.0, 1.0])
    for i in range(max_iter):
        F = np.array([x[0] ** 2 + p[0] * x[1] - 2.0, p[1] * np.exp(x[0] - 1) - x[1] ** 3])
        J = np.array([[2 * x[0], p[0]], [p[1] * np.exp(x[0] - 1), -3 * x[1] ** 2]])
        dx = np.linalg.solve(J, -F)
        x = x + dx
        if np.max(np.abs(dx)) < tol:
            break
    return x.sum()


def jacobi_poisson(f, n_sweeps=30):
    u = np.zeros_like(f)
    h = 1.0 / (f.shape[0] - 1)
    for _ in range(n_sweeps):
        un = u.copy()
        u[1:-1, 1:-1] = 0.25 * (un[2:, 1:-1] + un[:-2, 1:-1] + un[1:-1, 2:] + un[1:-1, :-2] + h * h * f[1:-1, 1:-1])
    return np.sum(u * f)


def sor_poisson(f, omega, tol=1e-3):
    n, m = f.shape
    u = np.zeros((n, m))
    res = 1.0
    it = 0
    while res > tol and it < 20:
        res = 0.0
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                new = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
                delta = new - u[i, j]
                u[i, j] += omega * delta
                res = max(res, abs(delta))
        it += 1
    return (u ** 2).sum()


def fixed_point_anderson(c):
    x = 0.5
    history = []
    for k in range(100):
        g = np.exp(-c * x)
        history.append(g - x)
        if abs(history[-1]) < 1e-14:
            break
        x = g
    return x * len(history) ** 0


def horner_bairstow(coeffs, r):
    b = [coeffs[0]]
    for a in coeffs[1:]:
        b.append(a + r * b[-1])
    *quotient, remainder = b
    return remainder + sum(q ** 2 for q in quotient)


@dataclass
class Grid:
    n: int = 8
    length: float = 1.0

    @property
    def dx(self):
        return self.length / (self.n - 1)

    def points(self):
        return np.linspace(0.0, self.length, self.n)


def crank_nicolson(kappa, length, u0_amp):
    grid = Grid(9, length)
    x = grid.points()
    u = u0_amp * np.sin(np.pi * x / length)
    dt = 0.01
    r = kappa * dt / (2 * grid.dx ** 2)
    n = grid.n
    A = np.diag((1 + 2 * r) * np.ones(n)) + np.diag(-r * np.ones(n - 1), 1) + np.diag(-r * np.ones(n - 1), -1)
    B = np.diag((1 - 2 * r) * np.ones(n)) + np.diag(r * np.ones(n - 1), 1) + np.diag(r * np.ones(n - 1), -1)
    A[0, :] = 0; A[0, 0] = 1
    A[-1, :] = 0; A[-1, -1] = 1
    B[0, :] = 0
    B[-1, :] = 0
    for _ in range(6):
        u = np.linalg.solve(A, B @ u)
    return np.trapezoid(u, x)


def legendre_p(n, x):
    if n == 0:
        return np.ones_like(x)
    p0, p1 = np.ones_like(x), x
    for k in range(2, n + 1):
        p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
    return p1


def legendre_series(coef, x):
    return np.sum([c * np.sum(legendre_p(n, x)) for n, c in enumerate(coef)])


def agm(a, b):
    while abs(a - b) > 1e-15 * a:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return a


def ellipk_agm(m):
    return math.pi / (2 * agm(1.0, math.sqrt(1 - m)))


def simplex_volume(points):
    d = points[1:] - points[0]
    return abs(np.linalg.det(d)) / math.factorial(d.shape[0])


def matrix_exp_taylor(A, t):
    term = np.eye(A.shape[0])
    out = term.copy()
    k = 1
    while True:
        term = term @ (A * t) / k
        out += term
        if np.abs(term).max() < 1e-16:
            break
        k += 1
    return np.sum(out ** 2)


def adams_bashforth(lam, y0, n=12):
    h = 1.0 / n
    fs = []
    y = y0
    for i in range(n):
        fs.append(lam * y * (1 - y))
        if len(fs) == 1:
            y = y + h * fs[-1]
        elif len(fs) == 2:
            y = y + h * (1.5 * fs[-1] - 0.5 * fs[-2])
        else:
            y = y + h * (23 * fs[-1] - 16 * fs[-2] + 5 * fs[-3]) / 12
            fs.pop(0)
    return y


def richardson_derivative(w, x):
    def fun(t):
        return np.tanh(w * t) * t
    h = 0.1
    D = {}
    for i in range(4):
        D[i, 0] = (fun(x + h) - fun(x - h)) / (2 * h)
        for j in range(1, i + 1):
            D[i, j] = D[i, j - 1] + (D[i, j - 1] - D[i - 1, j - 1]) / (4 ** j - 1)
        h /= 2
    return D[3, 3]


def rkf_adaptive(k, y0, tol=1e-5):
    t, y, h = 0.0, y0, 0.2
    steps = 0
    while t < 1.0 and steps < 200:
        if t + h > 1.0:
            h = 1.0 - t
        k1 = -k * y + math.sin(t)
        k2 = -k * (y + h * k1) + math.sin(t + h)
        err = abs(h * (k2 - k1) / 2)
        if err <= tol or h < 1e-3:
            t += h
            y += h * (k1 + k2) / 2
        if err < tol / 4:
            h *= 1.5
        elif err > tol:
            h *= 0.5
        steps += 1
    return y


def shifted_counter(x, w):
    s = 0.0
    for i, xi in enumerate(x, 1):
        s = s * w + xi * i
        if s > 6.0:
            break
    return s * w


def shifted_by_variable(x, n):
    s = 1.0
    for k in range(2):
        off = n + k
        for i, xi in enumerate(x, start=off):
            s += xi ** i * s
    return s


# ---- cases ----
_rng = np.random.default_rng(1)
_A4 = _rng.normal(size=(4, 4)) + 3 * np.eye(4)
_S4 = _A4 @ _A4.T
_dd = _rng.normal(size=(5, 5)) + 6 * np.eye(5)

CASES = [
    dict(name='lu_solve_objective', slow=True, fun=lu_solve_objective, args=(_rng.normal(size=(4, 4)), _rng.normal(size=4)), argnums=(0, 1)),
    dict(name='gs_energy', slow=True, fun=gs_energy, args=(_dd, _rng.normal(size=5)), argnums=(0, 1)),
    dict(name='cg_loss', fun=cg_loss, args=(_A4, _rng.normal(size=4)), argnums=(0, 1)),
    dict(name='qr_least_squares', slow=True, fun=qr_least_squares, args=(_rng.normal(size=(5, 3)), _rng.normal(size=5)), argnums=(0, 1)),
    dict(name='householder_qr_logdet', slow=True, fun=householder_qr_logdet, args=(_rng.normal(size=(4, 3)),)),
    dict(name='gaussian_logdensity', slow=True, fun=gaussian_logdensity, args=(_rng.normal(size=(3, 3)), _rng.normal(size=3)), argnums=(0, 1)),
    dict(name='quad_gaussian_bump', slow=True, fun=quad_gaussian_bump, args=(0.3, 0.5), argnums=(0, 1)),
    dict(name='van_der_pol_rk4', slow=True, fun=van_der_pol_rk4, args=(1.2, np.array([1.0, 0.3])), argnums=(0, 1)),
    dict(name='implicit_euler_newton', slow=True, fun=implicit_euler_newton, args=(2.0, 0.3), argnums=(0, 1)),
    dict(name='bisection_then_newton', slow=True, fun=bisection_then_newton, args=(3.0,)),
    dict(name='secant_root', slow=True, fun=secant_root, args=(1.1,), api='grad'),
    dict(name='neville_value', slow=True, fun=neville_value, args=([1.0, 0.2, -0.5, 1.4, 2.0], 0.8), argnums=(0, 1)),
    dict(name='elliptic_romberg', slow=True, fun=elliptic_romberg, args=(0.6, 1.1), argnums=(0, 1)),
    dict(name='spline_eval_sum', slow=True, fun=spline_eval_sum, args=(np.array([0.0, 0.7, 1.5, 2.1, 3.0]), _rng.normal(size=5), np.array([0.2, 1.0, 1.6, 2.9])), argnums=(0, 1, 2)),
    dict(name='gauss_legendre_loss', slow=True, fun=gauss_legendre_loss, args=(0.2, 1.9), argnums=(0, 1), kwargs=dict(order=5)),
    dict(name='chebyshev_clenshaw', slow=True, fun=chebyshev_clenshaw, args=(_rng.normal(size=6), 0.3), argnums=(0, 1)),
    dict(name='newton_system', slow=True, fun=newton_system, args=(np.array([1.1, 0.9]),)),
    dict(name='jacobi_poisson', slow=True, fun=jacobi_poisson, args=(_rng.normal(size=(6, 5)),)),
    dict(name='sor_poisson', slow=True, fun=sor_poisson, args=(_rng.normal(size=(4, 5)), 1.2), argnums=(0, 1)),
    dict(name='fixed_point_anderson', slow=True, fun=fixed_point_anderson, args=(0.7,)),
    dict(name='horner_bairstow', slow=True, fun=horner_bairstow, args=([1.0, -2.0, 0.5, 3.0], 0.7), argnums=(0, 1)),
    dict(name='crank_nicolson', fun=crank_nicolson, args=(0.3, 1.2, 1.0), argnums=(0, 1, 2)),
    dict(name='legendre_series', slow=True, fun=legendre_series, args=(_rng.normal(size=5), _rng.random(4)), argnums=(0, 1)),
    dict(name='ellipk_agm', slow=True, fun=ellipk_agm, args=(0.4,)),
    dict(name='simplex_volume', slow=True, fun=simplex_volume, args=(_rng.normal(size=(4, 3)),)),
    dict(name='matrix_exp_taylor', slow=True, fun=matrix_exp_taylor, args=(0.4 * _rng.normal(size=(3, 3)), 0.8), argnums=(0, 1)),
    dict(name='adams_bashforth', fun=adams_bashforth, args=(1.3, 0.2), argnums=(0, 1)),
    dict(name='richardson_derivative', slow=True, fun=richardson_derivative, args=(0.9, 0.7), argnums=(0, 1)),
    dict(name='shifted_counter', fun=shifted_counter, args=(np.array([1.0, 1.2, 0.7, 3.0, 2.0]), 0.9), argnums=(0, 1)),
    dict(name='shifted_counter_w', fun=shifted_counter, args=(np.array([1.0, 1.2, 0.7, 3.0, 2.0]), 0.9), argnums=1),
    dict(name='shifted_by_variable', slow=True, fun=shifted_by_variable, args=(np.array([0.3, 0.4, 0.2]), 2)),
]
