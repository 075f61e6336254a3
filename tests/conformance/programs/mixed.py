"""Numerics, signals and statistics in styles that mix: a second set."""
import math
from functools import reduce
import itertools
import numpy as np
import scipy.linalg as sla
from scipy import special
from dataclasses import dataclass


def block_tridiag(D, L, b):
    """Block Thomas with batched matrices."""
    n = D.shape[0]
    Dp = np.empty_like(D)
    bp = np.empty_like(b)
    Dp[0], bp[0] = D[0], b[0]
    for i in range(1, n):
        W = L[i - 1] @ np.linalg.inv(Dp[i - 1])
        Dp[i] = D[i] - W @ L[i - 1].T
        bp[i] = b[i] - W @ bp[i - 1]
    x = np.zeros_like(b)
    x[n - 1] = np.linalg.solve(Dp[n - 1], bp[n - 1])
    for i in range(n - 2, -1, -1):
        x[i] = np.linalg.solve(Dp[i], bp[i] - L[i].T @ x[i + 1])
    return np.einsum('ij,ij->', x, x)


def gmres_arnoldi(A, b, k=3):
    n = len(b)
    beta = np.linalg.norm(b)
    Q = np.zeros((n, k + 1)); H = np.zeros((k + 1, k))
    Q[:, 0] = b / beta
    for j in range(k):
        v = A @ Q[:, j]
        for i in range(j + 1):
            H[i, j] = np.dot(Q[:, i], v)
            v = v - H[i, j] * Q[:, i]
        H[j + 1, j] = np.linalg.norm(v)
        if H[j + 1, j] < 1e-12:
            break
        Q[:, j + 1] = v / H[j + 1, j]
    e1 = np.zeros(k + 1); e1[0] = beta
    y, *_ = np.linalg.lstsq(H, e1, rcond=None)
    x = Q[:, :k] @ y
    return x @ x


def lanczos_trace(A, v0, m=3):
    alphas, betas = [], []
    v_prev = np.zeros_like(v0)
    v = v0 / np.sqrt(v0 @ v0)
    beta = 0.0
    for _ in range(m):
        w = A @ v - beta * v_prev
        alpha = w @ v
        w -= alpha * v
        beta = np.sqrt(w @ w)
        alphas.append(alpha); betas.append(beta)
        v_prev, v = v, w / beta
    T = np.diag(alphas) + np.diag(betas[:-1], 1) + np.diag(betas[:-1], -1)
    return np.sum(np.log(np.linalg.eigvalsh(T)))


def gradient_descent_unrolled(lr, w0, X, y, steps=5, momentum=0.9):
    w = w0.copy()
    vel = np.zeros_like(w)
    losses = []
    for t in range(steps):
        r = X @ w - y
        losses.append(0.5 * np.mean(r * r))
        g = X.T @ r / len(y)
        vel = momentum * vel - lr * g
        w += vel
        if losses[-1] < 1e-8:
            break
    return losses[-1] + sum(losses) / len(losses)


def adam_unrolled(x0, lr=0.1, b1=0.9, b2=0.999, eps=1e-8):
    m = v = 0.0
    x = x0
    for t in range(1, 6):
        g = 2 * x + np.cos(x)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g ** 2
        mhat, vhat = m / (1 - b1 ** t), v / (1 - b2 ** t)
        x -= lr * mhat / (np.sqrt(vhat) + eps)
    return x ** 2 + np.sin(x)


def trapezoid_cumulative(y, x):
    c = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(x) * (y[1:] + y[:-1]))])
    return c[-1] * c[len(c) // 2] + np.trapezoid(c, x)


def upwind_fv(q, vel, dx=0.1, dt=0.05, nt=4):
    for _ in range(nt):
        flux = np.where(vel[1:] > 0, q[:-1] * vel[1:], q[1:] * vel[1:])
        dq = np.zeros(q.shape[0])
        dq[:-1] -= flux
        dq[1:] += flux
        q = q + dt / dx * dq
    return np.sum(q ** 2 * np.linspace(0, 1, q.size))


def weno_weights(f):
    eps = 1e-6
    out = 0.0
    for i in range(2, len(f) - 2):
        b0 = 13 / 12 * (f[i - 2] - 2 * f[i - 1] + f[i]) ** 2 + 0.25 * (f[i - 2] - 4 * f[i - 1] + 3 * f[i]) ** 2
        b1 = 13 / 12 * (f[i - 1] - 2 * f[i] + f[i + 1]) ** 2 + 0.25 * (f[i - 1] - f[i + 1]) ** 2
        b2 = 13 / 12 * (f[i] - 2 * f[i + 1] + f[i + 2]) ** 2 + 0.25 * (3 * f[i] - 4 * f[i + 1] + f[i + 2]) ** 2
        a = np.array([0.1, 0.6, 0.3]) / (eps + np.array([b0, b1, b2])) ** 2
        w = a / a.sum()
        p = np.array([2 * f[i - 2] - 7 * f[i - 1] + 11 * f[i], -f[i - 1] + 5 * f[i] + 2 * f[i + 1], 2 * f[i] + 5 * f[i + 1] - f[i + 2]]) / 6
        out += w @ p
    return out


def spectral_derivative(u, L):
    n = u.size
    k = 2 * np.pi / L * np.fft.fftfreq(n, d=1.0 / n)
    ux = np.fft.ifft(1j * k * np.fft.fft(u)).real
    return np.mean(u * ux ** 2)


def split_step_nls(psi_re, psi_im, g, dt=0.02):
    psi = psi_re + 1j * psi_im
    n = len(psi)
    k = np.fft.fftfreq(n) * 2 * np.pi
    for _ in range(3):
        psi = psi * np.exp(-0.5j * dt * g * np.abs(psi) ** 2)
        psi = np.fft.ifft(np.exp(-1j * dt * k ** 2) * np.fft.fft(psi))
        psi *= np.exp(-0.5j * dt * g * np.abs(psi) ** 2)
    return np.sum(np.abs(psi) ** 4) + np.real(psi[0])


def impedance_ladder(R, L, C, omega):
    Z = complex(50.0, 0.0)
    for r, l, c in zip(R, L, C):
        Zs = r + 1j * omega * l
        Yp = 1j * omega * c
        Z = 1 / (Yp + 1 / (Z + Zs))
    return abs(Z)


def mandelbrot_escape(cr, ci):
    z = 0j
    c = cr + 1j * ci
    n = 0
    while abs(z) < 4 and n < 12:
        z = z * z + c
        n += 1
    return n + 1 - math.log(math.log(abs(z))) / math.log(2)


def newton_fractal_potential(x, y):
    z = complex(x, y)
    for _ in range(4):
        z = z - (z ** 3 - 1) / (3 * z ** 2)
    return z.real ** 2 - z.imag


def polynomial_roots_residual(c, z0):
    z = z0
    for _ in range(8):
        p = c[0]
        dp = 0.0
        for a in c[1:]:
            dp = dp * z + p
            p = p * z + a
        z = z - p / dp
    return z


def convex_hull_area(points):
    order = sorted(range(len(points)), key=lambda i: (points[i][0], points[i][1]))
    def cross(o, a, b):
        return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
    lower = []
    for i in order:
        while len(lower) >= 2 and cross(points[lower[-2]], points[lower[-1]], points[i]) <= 0:
            lower.pop()
        lower.append(i)
    upper = []
    for i in reversed(order):
        while len(upper) >= 2 and cross(points[upper[-2]], points[upper[-1]], points[i]) <= 0:
            upper.pop()
        upper.append(i)
    hull = lower[:-1] + upper[:-1]
    area = 0.0
    for k in range(len(hull)):
        x1, y1 = points[hull[k]]
        x2, y2 = points[hull[(k + 1) % len(hull)]]
        area += x1 * y2 - x2 * y1
    return 0.5 * abs(area)


def pagerank(W, d):
    P = W / W.sum(axis=0, keepdims=True)
    r = np.full(len(W), 1 / len(W))
    for it in range(100):
        r_new = d * P @ r + (1 - d) / len(W)
        if np.abs(r_new - r).sum() < 1e-14:
            r = r_new
            break
        r = r_new
    return r @ np.arange(len(W))


def viterbi_score(logA, logB, obs):
    delta = logB[:, obs[0]].copy()
    for o in obs[1:]:
        delta = np.max(delta[:, None] + logA, axis=0) + logB[:, o]
    return np.max(delta)


def sinkhorn(C, a, b, eps=0.5, iters=20):
    K = np.exp(-C / eps)
    u = np.ones_like(a)
    for _ in range(iters):
        v = b / (K.T @ u)
        u = a / (K @ v)
    P = u[:, None] * K * v[None, :]
    return np.sum(P * C)


def rts_smoother(y, q, r):
    n = len(y)
    m, P, mp, Pp = [0.0] * n, [0.0] * n, [0.0] * n, [0.0] * n
    mk, Pk = 0.0, 1.0
    for k in range(n):
        mp[k], Pp[k] = mk, Pk + q
        K = Pp[k] / (Pp[k] + r)
        mk = mp[k] + K * (y[k] - mp[k])
        Pk = (1 - K) * Pp[k]
        m[k], P[k] = mk, Pk
    ms = m[-1]
    total = ms ** 2
    for k in range(n - 2, -1, -1):
        G = P[k] / Pp[k + 1]
        ms = m[k] + G * (ms - mp[k + 1])
        total += ms ** 2
    return total


def optical_flow_lk(I1, I2):
    Ix = 0.5 * (I1[1:-1, 2:] - I1[1:-1, :-2])
    Iy = 0.5 * (I1[2:, 1:-1] - I1[:-2, 1:-1])
    It = I2[1:-1, 1:-1] - I1[1:-1, 1:-1]
    A = np.stack([Ix.ravel(), Iy.ravel()], axis=1)
    ATA = A.T @ A + 1e-3 * np.eye(2)
    v = -np.linalg.inv(ATA) @ (A.T @ It.ravel())
    return v[0] ** 2 + v[0] * v[1]


def histogram_matching_loss(x, y, bins=4, bw=0.2):
    centers = np.linspace(0, 1, bins)
    hx = np.exp(-0.5 * ((x.reshape(-1, 1) - centers) / bw) ** 2).sum(0)
    hy = np.exp(-0.5 * ((y.reshape(-1, 1) - centers) / bw) ** 2).sum(0)
    hx, hy = hx / hx.sum(), hy / hy.sum()
    return np.sum(np.abs(np.cumsum(hx) - np.cumsum(hy)))


def mfcc_like(x, nfilt=4):
    X = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
    nb = len(X)
    pts = np.linspace(0, nb - 1, nfilt + 2)
    fb = np.zeros((nfilt, nb))
    for m in range(1, nfilt + 1):
        for k in range(nb):
            if pts[m - 1] <= k < pts[m]:
                fb[m - 1, k] = (k - pts[m - 1]) / (pts[m] - pts[m - 1])
            elif pts[m] <= k < pts[m + 1]:
                fb[m - 1, k] = (pts[m + 1] - k) / (pts[m + 1] - pts[m])
    e = np.log(fb @ X + 1e-6)
    k = np.arange(nfilt)
    dct = np.cos(np.pi / nfilt * np.outer(np.arange(3), k + 0.5))
    return np.sum((dct @ e) ** 2)


def levinson_durbin(r):
    n = len(r) - 1
    a = np.zeros(n + 1)
    a[0] = 1.0
    e = r[0]
    for i in range(1, n + 1):
        acc = r[i]
        for j in range(1, i):
            acc += a[j] * r[i - j]
        k = -acc / e
        new = a.copy()
        for j in range(1, i):
            new[j] = a[j] + k * a[i - j]
        new[i] = k
        a = new
        e *= 1 - k * k
    return e + np.sum(a ** 2)


def copula_gaussian(rho, u, v):
    x = special.ndtri(u)
    y = special.ndtri(v)
    return np.sum(-0.5 * np.log(1 - rho ** 2) - (rho ** 2 * (x ** 2 + y ** 2) - 2 * rho * x * y) / (2 * (1 - rho ** 2)))


def weibull_censored(log_k, log_lam, t, event):
    k, lam = np.exp(log_k), np.exp(log_lam)
    z = (t / lam) ** k
    ll = np.where(event, np.log(k / lam) + (k - 1) * np.log(t / lam), 0.0) - z
    return -ll.sum()


def probit_mixed(beta, X, y):
    eta = X @ beta
    q = 2 * y - 1
    return -np.sum(special.log_ndtr(q * eta))


def simpson_nonuniform(x, f):
    n = len(x) - 1
    h = [x[i + 1] - x[i] for i in range(n)]
    s = 0.0
    for i in range(1, n, 2):
        h0, h1 = h[i - 1], h[i]
        hph, hdh, hmh = h1 + h0, h1 / h0, h1 * h0
        s += hph / 6 * ((2 - hdh) * f[i - 1] + hph ** 2 / hmh * f[i] + (2 - 1 / hdh) * f[i + 1])
    if n % 2 == 1:
        h0, h1 = h[n - 2], h[n - 1]
        s += f[n] * (2 * h1 ** 2 + 3 * h0 * h1) / (6 * (h0 + h1))
        s += f[n - 1] * (h1 ** 2 + 3 * h1 * h0) / (6 * h0)
        s -= f[n - 2] * h1 ** 3 / (6 * h0 * (h0 + h1))
    return s


def barycentric(xs, ys, t):
    w = np.ones(len(xs))
    for j in range(len(xs)):
        for k in range(len(xs)):
            if k != j:
                w[j] /= xs[j] - xs[k]
    terms = w / (t - xs)
    return np.dot(terms, ys) / terms.sum()


def reduce_compose(theta):
    mats = [np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in theta]
    R = reduce(lambda a, b: a @ b, mats)
    return R[0, 0] * R[1, 0] + np.trace(R)


def pair_potential(pos):
    e = 0.0
    for (i, a), (j, b) in itertools.combinations(enumerate(pos), 2):
        r2 = sum((p - q) ** 2 for p, q in zip(a, b))
        e += 1.0 / r2 + 0.1 * (i + j) * r2
    return e


def fortran_view(A):
    B = np.asfortranarray(A)
    v = B.T[::-1, 1:]
    return np.sum(v ** 2) + B.ravel(order='F')[1] * B.reshape(-1)[2]


def strided_inplace(x):
    y = np.zeros((3, 4))
    y.flat[:] = x
    y[::2, 1:] *= 2
    y[:, -1] += y[:, 0] ** 2
    y.T[1] = y.T[2] * y.T[0]
    return np.sum(y ** 3)


def int_and_bool(x, n, flag=True, scale=2):
    out = x ** n if flag else x * n
    out = out // 1 * 0 + out
    return np.sum(out * scale) / n + (x > 0).sum()


def zero_norm_guard(v, w):
    n = np.linalg.norm(v)
    m = np.sqrt(np.sum(w ** 2)) if np.any(w) else 0.0
    return n + m + np.hypot(v[0], w[0])


def safe_log(x):
    return np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0) * x) + np.nansum(x)


_rng = np.random.default_rng(9); N = _rng.normal
_spd = N(size=(4, 4)); _spd = _spd @ _spd.T + 4 * np.eye(4)
CASES = [
    dict(name='block_tridiag', slow=True, fun=block_tridiag, args=(N(size=(3,2,2))+4*np.eye(2), N(size=(2,2,2)), N(size=(3,2))), argnums=(0,1,2)),
    dict(name='gmres_arnoldi', slow=True, fun=gmres_arnoldi, args=(N(size=(5,5))+3*np.eye(5), N(size=5)), argnums=(0,1)),
    dict(name='lanczos_trace', slow=True, fun=lanczos_trace, args=(_spd, N(size=4)), argnums=(0,1)),
    dict(name='gradient_descent_unrolled', slow=True, fun=gradient_descent_unrolled, args=(0.1, N(size=3), N(size=(6,3)), N(size=6)), argnums=(0,1,2,3)),
    dict(name='adam_unrolled', slow=True, fun=adam_unrolled, args=(0.7,), kwargs=dict(lr=0.2)),
    dict(name='trapezoid_cumulative', slow=True, fun=trapezoid_cumulative, args=(N(size=5), np.sort(N(size=5))), argnums=(0,1)),
    dict(name='upwind_fv', slow=True, fun=upwind_fv, args=(N(size=6), N(size=6)), argnums=(0,1)),
    dict(name='weno_weights', slow=True, fun=weno_weights, args=(N(size=7),)),
    dict(name='spectral_derivative', slow=True, fun=spectral_derivative, args=(N(size=8), 2.0), argnums=(0,1)),
    dict(name='split_step_nls', slow=True, fun=split_step_nls, args=(N(size=6), N(size=6), 0.7), argnums=(0,1,2)),
    dict(name='impedance_ladder', slow=True, fun=impedance_ladder, args=(1+_rng.random(3), _rng.random(3), 0.1*_rng.random(3), 2.0), argnums=(0,1,2,3)),
    dict(name='mandelbrot_escape', fun=mandelbrot_escape, args=(0.5, 0.6), argnums=(0,1)),
    dict(name='newton_fractal_potential', slow=True, fun=newton_fractal_potential, args=(0.5, 0.6), argnums=(0,1)),
    dict(name='polynomial_roots_residual', slow=True, fun=polynomial_roots_residual, args=([1.0, -3.0, 1.0, 1.0], 2.5), argnums=0),
    dict(name='convex_hull_area', slow=True, fun=convex_hull_area, args=(N(size=(7,2)),)),
    dict(name='pagerank', slow=True, fun=pagerank, args=(_rng.random((4,4)), 0.85), argnums=(0,1)),
    dict(name='viterbi_score', slow=True, fun=viterbi_score, args=(N(size=(3,3)), N(size=(3,2)), [0,1,1,0,1]), argnums=(0,1)),
    dict(name='sinkhorn', slow=True, fun=sinkhorn, args=(_rng.random((3,4)), np.full(3,1/3), np.full(4,0.25)), argnums=(0,1,2)),
    dict(name='rts_smoother', slow=True, fun=rts_smoother, args=(N(size=5), 0.3, 0.5), argnums=(0,1,2)),
    dict(name='optical_flow_lk', slow=True, fun=optical_flow_lk, args=(_rng.random((5,5)), _rng.random((5,5))), argnums=(0,1)),
    dict(name='histogram_matching_loss', slow=True, fun=histogram_matching_loss, args=(_rng.random((3,3)), _rng.random((3,3))), argnums=(0,1)),
    dict(name='mfcc_like', slow=True, fun=mfcc_like, args=(N(size=16),)),
    dict(name='levinson_durbin', slow=True, fun=levinson_durbin, args=(np.array([2.0,0.8,0.3,0.1]),)),
    dict(name='copula_gaussian', slow=True, fun=copula_gaussian, args=(0.3, _rng.random(4), _rng.random(4)), argnums=(0,1,2)),
    dict(name='weibull_censored', slow=True, fun=weibull_censored, args=(0.2, 0.3, 0.5+_rng.random(5), np.array([True,False,True,True,False])), argnums=(0,1,2)),
    dict(name='probit_mixed', slow=True, fun=probit_mixed, args=(N(size=2), N(size=(5,2)), np.array([0,1,1,0,1])), argnums=(0,1)),
    dict(name='simpson_nonuniform', slow=True, fun=simpson_nonuniform, args=(np.array([0,0.3,0.7,1.2,1.5,2.1]), N(size=6)), argnums=(0,1)),
    dict(name='barycentric', slow=True, fun=barycentric, args=(np.array([0.0,1.0,2.5,3.0]), N(size=4), 1.7), argnums=(0,1,2)),
    dict(name='reduce_compose', slow=True, fun=reduce_compose, args=(N(size=3),)),
    dict(name='pair_potential', slow=True, fun=pair_potential, args=(N(size=(4,3)),)),
    dict(name='fortran_view', require='gradient_or_error', fun=fortran_view, args=(N(size=(3,4)),)),
    dict(name='strided_inplace', slow=True, fun=strided_inplace, args=(N(size=12),)),
    dict(name='int_and_bool', slow=True, fun=int_and_bool, args=(0.3+_rng.random(3), 3)),
    dict(name='zero_norm_guard', slow=True, fun=zero_norm_guard, args=(N(size=3), N(size=3)), argnums=(0,1)),
    dict(name='safe_log', slow=True, fun=safe_log, args=(np.array([0.5,-0.3,1.2]),)),
]
