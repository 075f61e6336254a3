"""Scalar functions differentiated twice."""
import math

import numpy as np
from scipy.special import gammaln, logsumexp, expit, erf


def rosenbrock(x):
    return sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_loop(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return s


def ackley(x, a=20.0, b=0.2, c=2 * np.pi):
    n = x.size
    return -a * np.exp(-b * np.sqrt(np.sum(x ** 2) / n)) - np.exp(np.mean(np.cos(c * x))) + a + np.e


def logistic_loss(w, X, y, lam=0.1):
    z = X @ w
    return np.mean(np.logaddexp(0, -y * z)) + 0.5 * lam * w @ w


def softmax_xent(W, X, labels):
    logits = X @ W
    return np.mean(logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels])


def mlp_loss(params, X, y):
    W1, b1, W2 = params
    h = np.tanh(X @ W1 + b1)
    return np.mean((h @ W2 - y) ** 2)


def mlp_flat(theta, X, y):
    W1 = theta[:6].reshape(2, 3)
    b1 = theta[6:9]
    w2 = theta[9:12]
    out = np.tanh(X @ W1 + b1) @ w2 + theta[12]
    return 0.5 * np.sum((out - y) ** 2)


def newton_sqrt_energy(a):
    x = a
    for _ in range(6):
        x = 0.5 * (x + a / x)
    return x ** 3


def iterate_while(x):
    y = x
    n = 0
    while abs(y) < 10.0 and n < 20:
        y = y * y + x
        n += 1
    return math.log(abs(y)) + 0.1 * n


def morse_cluster(x):
    pos = x.reshape(-1, 2)
    e = 0.0
    for i in range(len(pos)):
        for j in range(i):
            r = np.sqrt(np.sum((pos[i] - pos[j]) ** 2))
            e += (1 - np.exp(-(r - 1.0))) ** 2
    return e


def black_scholes_gamma(S, K=1.0, r=0.02, sigma=0.3, T=0.8):
    d1 = (np.log(S / K) + (r + 0.5 * sigma ** 2) * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    N = lambda z: 0.5 * (1 + erf(z / np.sqrt(2)))
    return S * N(d1) - K * np.exp(-r * T) * N(d2)


def piecewise_poly(x):
    if x < -1:
        return x ** 4
    elif x < 1:
        return 3 * x ** 3 - x
    return 2 * x ** 2 + math.exp(-x)


def inplace_cumulative(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1] + np.sin(y[i])
    y *= 0.5
    y[0] += y[-1] ** 2
    return np.sum(y)


def quartic_form(x, A):
    q = x @ A @ x
    return q ** 2 + np.linalg.norm(x) ** 3


def logdet_objective(x):
    M = np.outer(x, x) + np.diag(1 + x ** 2)
    return np.linalg.slogdet(M)[1] + np.linalg.solve(M, x) @ x


def leapfrog_action(q):
    v = np.diff(q) / 0.1
    T = 0.5 * np.sum(v ** 2)
    V = np.sum(1 - np.cos(q))
    return 0.1 * (T - V)


def rk4_final(y0):
    def f(y):
        return np.array([y[1], -np.sin(y[0])])
    y = y0
    h = 0.2
    for _ in range(4):
        k1 = f(y)
        k2 = f(y + h / 2 * k1)
        k3 = f(y + h / 2 * k2)
        k4 = f(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return 0.5 * y[1] ** 2 - np.cos(y[0])


def gamma_nll(theta, x):
    a, b = np.exp(theta)
    return -np.sum(a * np.log(b) - gammaln(a) + (a - 1) * np.log(x) - b * x)


def tridiag_solve_energy(d):
    n = len(d)
    c = np.zeros(n)
    g = np.zeros(n)
    c[0] = -1.0 / d[0]
    g[0] = 1.0 / d[0]
    for i in range(1, n):
        m = d[i] + c[i - 1]
        c[i] = -1.0 / m
        g[i] = (1.0 + g[i - 1]) / m
    x = np.zeros(n)
    x[-1] = g[-1]
    for i in range(n - 2, -1, -1):
        x[i] = g[i] - c[i] * x[i + 1]
    return x.sum()


def poly_horner(c, x=0.7):
    r = 0.0
    for ck in c[::-1]:
        r = r * x + ck ** 2
    return r * c[0]


def max_margin(w, X, y):
    m = 1 - y * (X @ w)
    return np.sum(np.maximum(m, 0.0) ** 2) + 0.5 * np.dot(w, w)


def entropy_reg(p, C, eps):
    P = np.exp(p) / np.sum(np.exp(p))
    return np.sum(P * C) + eps * np.sum(P * np.log(P))


def attention_score(q, K, V):
    s = K @ q / np.sqrt(len(q))
    a = np.exp(s - s.max())
    a /= a.sum()
    return np.sum((a @ V) ** 2)


def list_recurrence(x, n=5):
    seq = [x, 0.5 * x]
    for k in range(n):
        seq.append(np.sin(seq[-1]) * seq[-2] + k)
    return seq[-1] + sum(seq[1:3])


def helper_square(u):
    return u * u + np.exp(-u)


def nested_helpers(x):
    total = 0.0
    for xi in x:
        t = helper_square(xi)
        if t > 1.5:
            t = helper_square(t / 2)
        total += t
    return total


def cond_number_soft(A):
    w = np.linalg.eigvalsh(A @ A.T + np.eye(A.shape[0]))
    return np.log(w[-1] / w[0])


def chol_loss(x):
    A = np.array([[2 + x[0] ** 2, x[1], 0.1], [x[1], 3 + x[2], x[0]], [0.1, x[0], 4 + x[1] ** 2]])
    L = np.linalg.cholesky(A)
    return np.sum(np.log(np.diag(L))) + L[2, 0] ** 2 + L[2, 1]


def einsum_energy(x, T):
    return np.einsum('i,j,k,ijk->', x, x, x, T) + np.einsum('i,i->', x, x) ** 2


def fft_energy(x):
    X = np.fft.rfft(x)
    return np.sum(np.abs(X) ** 4)


def log_barrier(x, A, b, t):
    s = b - A @ x
    if np.any(s <= 0):
        return np.inf
    return t * np.sum(x ** 2) - np.sum(np.log(s))


def where_smooth_relu(x):
    return np.sum(np.where(x > 0, x ** 3, 0.1 * x ** 2))


def sorted_weights(x):
    s = np.sort(x)
    w = np.arange(1, len(x) + 1)
    return np.sum(w * s ** 2) + np.prod(x)


def kepler_residual(e):
    M = 1.0
    E = M
    while True:
        d = (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
        E = E - d
        if abs(d) < 1e-12:
            break
    return E ** 2


def dict_state(x):
    s = {'a': x, 'b': 1.0}
    for _ in range(3):
        s['a'], s['b'] = s['a'] * s['b'], s['b'] + 0.1 * s['a'] ** 2
    return s['a'] + s['b']


def pow_mixed(x):
    return x ** x + 2.0 ** x + x ** 2.5 + x ** -1


def complex_modulus(x):
    z = x[0] + 1j * x[1]
    w = z ** 2 + np.exp(1j * x[0])
    return np.abs(w) ** 2


def cumsum_path(x):
    p = np.cumsum(x)
    return np.sum(p ** 3) + np.max(p) ** 2


def hinge_early(x, limit=2.0):
    acc = 0.0
    for v in x:
        if acc > limit:
            break
        acc += v ** 2 * acc + abs(v)
    return acc ** 2


def unused_arg(x, y):
    return np.sum(x ** 3) + 0.0 * y


# ---- cases ----
_rng = np.random.default_rng(5)
_X = _rng.normal(size=(6, 3)); _s = np.sign(_rng.normal(size=6))
_x4 = np.array([0.5, -0.7, 1.2, 0.3])
CASES = [
    dict(name='rosenbrock', slow=True, fun=rosenbrock, kind='hessian', args=(_x4,)),
    dict(name='rosenbrock_loop', slow=True, fun=rosenbrock_loop, kind='hessian', args=(_x4,)),
    dict(name='rosenbrock_hvp', fun=rosenbrock, kind='hvp', args=(_x4,), vector=_rng.normal(size=4)),
    dict(name='ackley', slow=True, fun=ackley, kind='hessian', args=(_x4,)),
    dict(name='logistic_loss', slow=True, fun=logistic_loss, kind='hessian', args=(_rng.normal(size=3), _X, _s)),
    dict(name='logistic_loss_hvp', slow=True, fun=lambda w: logistic_loss(w, _X, _s), kind='hvp', args=(_rng.normal(size=3),), vector=_rng.normal(size=3)),
    dict(name='softmax_xent', slow=True, fun=softmax_xent, kind='hessian', args=(_rng.normal(size=(3, 2)), _X, np.array([0, 1, 1, 0, 1, 0]))),
    dict(name='mlp_flat', slow=True, fun=mlp_flat, kind='hessian', args=(_rng.normal(size=13), _X[:, :2], _rng.normal(size=6))),
    dict(name='newton_sqrt_energy', slow=True, fun=newton_sqrt_energy, kind='grad2', args=(2.3,)),
    dict(name='newton_sqrt_energy_h', slow=True, fun=newton_sqrt_energy, kind='hessian', args=(2.3,)),
    dict(name='iterate_while', fun=iterate_while, kind='grad2', args=(0.8,)),
    dict(name='morse_cluster', slow=True, fun=morse_cluster, kind='hessian', args=(np.array([0, 0, 1.1, 0.2, 0.4, 1.3]),)),
    dict(name='morse_cluster_hvp', slow=True, fun=morse_cluster, kind='hvp', args=(np.array([0, 0, 1.1, 0.2, 0.4, 1.3]),), vector=_rng.normal(size=6)),
    dict(name='black_scholes_gamma', slow=True, fun=black_scholes_gamma, kind='grad2', args=(1.1,)),
    dict(name='piecewise_poly_a', slow=True, fun=piecewise_poly, kind='grad2', args=(-1.5,)),
    dict(name='piecewise_poly_b', slow=True, fun=piecewise_poly, kind='grad2', args=(0.5,)),
    dict(name='piecewise_poly_c', slow=True, fun=piecewise_poly, kind='hessian', args=(1.5,)),
    dict(name='inplace_cumulative', slow=True, fun=inplace_cumulative, kind='hessian', args=(_x4,)),
    dict(name='inplace_cumulative_hvp', slow=True, fun=inplace_cumulative, kind='hvp', args=(_x4,), vector=_rng.normal(size=4)),
    dict(name='quartic_form', slow=True, fun=quartic_form, kind='hessian', args=(_rng.normal(size=3), _rng.normal(size=(3, 3)))),
    dict(name='logdet_objective', slow=True, fun=logdet_objective, kind='hessian', args=(_rng.normal(size=3),)),
    dict(name='leapfrog_action', slow=True, fun=leapfrog_action, kind='hessian', args=(_x4,)),
    dict(name='rk4_final', slow=True, fun=rk4_final, kind='hessian', args=(np.array([0.5, 0.2]),)),
    dict(name='rk4_final_hvp', slow=True, fun=rk4_final, kind='hvp', args=(np.array([0.5, 0.2]),), vector=np.array([1.0, -2.0])),
    dict(name='gamma_nll', slow=True, fun=gamma_nll, kind='hessian', args=(np.array([0.3, -0.1]), 0.5 + _rng.random(5))),
    dict(name='tridiag_solve_energy', slow=True, fun=tridiag_solve_energy, kind='hessian', args=(3 + _rng.random(4),)),
    dict(name='poly_horner', slow=True, fun=poly_horner, kind='hessian', args=(_x4,)),
    dict(name='max_margin', slow=True, fun=max_margin, kind='hessian', args=(_rng.normal(size=3), _X, _s)),
    dict(name='entropy_reg', slow=True, fun=entropy_reg, kind='hessian', args=(_rng.normal(size=3), _rng.random(3), 0.3)),
    dict(name='attention_score', slow=True, fun=attention_score, kind='hessian', args=(_rng.normal(size=3), _X, _rng.normal(size=(6, 2)))),
    dict(name='list_recurrence', slow=True, fun=list_recurrence, kind='grad2', args=(0.7,)),
    dict(name='nested_helpers', slow=True, fun=nested_helpers, kind='hessian', args=(_x4,)),
    dict(name='cond_number_soft', slow=True, fun=cond_number_soft, kind='hessian', args=(_rng.normal(size=(3, 2)),)),
    dict(name='chol_loss', slow=True, fun=chol_loss, kind='hessian', args=(np.array([0.5, 0.3, -0.2]),)),
    dict(name='einsum_energy', slow=True, fun=einsum_energy, kind='hessian', args=(_rng.normal(size=3), _rng.normal(size=(3, 3, 3)))),
    dict(name='fft_energy', slow=True, fun=fft_energy, kind='hessian', args=(_rng.normal(size=5),)),
    dict(name='log_barrier', slow=True, fun=log_barrier, kind='hessian', args=(0.1 * _rng.normal(size=3), _X, 1 + _rng.random(6), 2.0)),
    dict(name='where_smooth_relu', slow=True, fun=where_smooth_relu, kind='hessian', args=(_x4,)),
    dict(name='sorted_weights', slow=True, fun=sorted_weights, kind='hessian', args=(_x4,)),
    dict(name='kepler_residual', slow=True, fun=kepler_residual, kind='grad2', args=(0.3,), rtol=1e-5),
    dict(name='dict_state', slow=True, fun=dict_state, kind='grad2', args=(0.9,)),
    dict(name='pow_mixed', slow=True, fun=pow_mixed, kind='grad2', args=(1.3,)),
    dict(name='pow_mixed_int', slow=True, fun=pow_mixed, kind='grad2', args=(2.0,)),
    dict(name='complex_modulus', fun=complex_modulus, kind='hessian', args=(np.array([0.5, 0.8]),)),
    dict(name='cumsum_path', slow=True, fun=cumsum_path, kind='hessian', args=(_x4,)),
    dict(name='hinge_early', slow=True, fun=hinge_early, kind='hessian', args=(np.array([0.5, 1.2, 0.9, 3.0, 4.0]),)),
    dict(name='unused_arg_h', slow=True, fun=unused_arg, kind='hessian', args=(_x4, 2.0), argnums=0),
    dict(name='hess_argnum1', slow=True, fun=lambda a, b: np.sum(a * b ** 3) + b[0] * b[1], kind='hessian', args=(_x4, _x4 + 1), argnums=1),
]
