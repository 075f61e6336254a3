"""Likelihoods, estimators, filters and samplers."""
import math
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.linalg as sla
import scipy.special as sp
from scipy import stats
from scipy.special import betaln, digamma, expit, gammaln, log_ndtr, logsumexp, ndtr, xlogy

LOG2PI = np.log(2 * np.pi)


def kalman_loglik(F, H, q, r, ys):
    n = F.shape[0]
    x = np.zeros(n)
    P = np.eye(n)
    Q = q * np.eye(n)
    ll = 0.0
    for y in ys:
        x = F @ x
        P = F @ P @ F.T + Q
        S = H @ P @ H.T + r
        K = P @ H.T / S
        e = y - H @ x
        ll += -0.5 * (e ** 2 / S + np.log(2 * np.pi * S))
        x = x + K * e
        P = P - np.outer(K, H @ P)
    return ll


def kalman_missing(params, ys):
    """Local level model with missing observations as NaN."""
    sig_e, sig_n = np.exp(params)
    a, p = 0.0, 10.0
    loglik = 0.0
    for y in ys:
        p += sig_n ** 2
        if np.isnan(y):
            continue
        f = p + sig_e ** 2
        v = y - a
        loglik -= 0.5 * (math.log(2 * math.pi * f) + v * v / f)
        k = p / f
        a += k * v
        p *= 1 - k
    return loglik


def garch_nll(theta, r):
    omega, alpha, beta = theta
    T = len(r)
    sigma2 = np.empty(T)
    sigma2[0] = np.var(r)
    for t in range(1, T):
        sigma2[t] = omega + alpha * r[t - 1] ** 2 + beta * sigma2[t - 1]
    return 0.5 * np.sum(np.log(2 * np.pi * sigma2) + r ** 2 / sigma2)


def arma_css(params, y, p=2, q=1):
    phi = params[:p]
    theta = params[p:p + q]
    c = params[-1]
    e = np.zeros(len(y))
    for t in range(p, len(y)):
        pred = c
        for i in range(p):
            pred += phi[i] * y[t - 1 - i]
        for j in range(q):
            if t - 1 - j >= 0:
                pred += theta[j] * e[t - 1 - j]
        e[t] = y[t] - pred
    return np.dot(e, e) / (len(y) - p)


def gp_nll(log_ls, log_amp, log_noise, X, y, kernel='rbf'):
    ls, amp, noise = np.exp(log_ls), np.exp(log_amp), np.exp(log_noise)
    d2 = np.sum(((X[:, None, :] - X[None, :, :]) / ls) ** 2, axis=-1)
    if kernel == 'rbf':
        K = amp ** 2 * np.exp(-0.5 * d2)
    elif kernel == 'matern32':
        d = np.sqrt(d2 + 1e-12)
        K = amp ** 2 * (1 + np.sqrt(3) * d) * np.exp(-np.sqrt(3) * d)
    else:
        raise ValueError(kernel)
    K[np.diag_indices_from(K)] += noise ** 2
    L = np.linalg.cholesky(K)
    alpha = sla.cho_solve((L, True), y)
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(L))) + 0.5 * len(y) * LOG2PI


def gmm_em_objective(means, log_sigmas, weights_raw, x, n_iter=3):
    mu = means
    sigma = np.exp(log_sigmas)
    w = np.exp(weights_raw) / np.exp(weights_raw).sum()
    ll = -np.inf
    for _ in range(n_iter):
        logp = (np.log(w) - np.log(sigma) - 0.5 * LOG2PI
                - 0.5 * ((x[:, None] - mu[None, :]) / sigma) ** 2)
        norm = logsumexp(logp, axis=1, keepdims=True)
        ll = np.sum(norm)
        resp = np.exp(logp - norm)
        nk = resp.sum(axis=0)
        mu = resp.T @ x / nk
        var = np.sum(resp * (x[:, None] - mu) ** 2, axis=0) / nk
        sigma = np.sqrt(var + 1e-6)
        w = nk / len(x)
    return ll


def kde_logscore(x, grid, h):
    z = (grid[:, None] - x[None, :]) / h
    dens = np.exp(-0.5 * z * z).mean(axis=1) / (h * math.sqrt(2 * math.pi))
    return np.log(dens).sum()


def kde_loo_cv(x, log_h):
    h = np.exp(log_h)
    n = len(x)
    total = 0.0
    for i in range(n):
        others = np.delete(x, i)
        total += np.log(np.mean(stats.norm.pdf((x[i] - others) / h)) / h)
    return -total / n


def huber_irls(beta, X, y, delta=1.0):
    r = y - X @ beta
    small = np.abs(r) <= delta
    loss = np.where(small, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta))
    return loss.sum() + 0.1 * np.linalg.norm(beta) ** 2


def tukey_biweight(mu, x, c=4.685):
    mad = np.median(np.abs(x - np.median(x)))
    total = 0.0
    for xi in x:
        u = (xi - mu) / (c * mad)
        if abs(u) < 1:
            total += c ** 2 / 6 * (1 - (1 - u ** 2) ** 3)
        else:
            total += c ** 2 / 6
    return total


def cox_partial_likelihood(beta, X, time, event):
    order = np.argsort(-time)
    eta = (X @ beta)[order]
    log_risk = np.logaddexp.accumulate(eta)
    return -np.sum((eta - log_risk) * event[order])


def cox_loop(beta, X, time, event):
    eta = X @ beta
    total = 0.0
    for i in range(len(time)):
        if not event[i]:
            continue
        risk = [math.exp(eta[j]) for j in range(len(time)) if time[j] >= time[i]]
        total += eta[i] - math.log(sum(risk))
    return -total


def beta_binomial_ll(a, b, k, n):
    return np.sum(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(k + a, n - k + b) - betaln(a, b))


def ordered_probit(beta, cuts, X, y):
    eta = X @ beta
    edges = np.concatenate(([-np.inf], np.cumsum(np.concatenate((cuts[:1], np.exp(cuts[1:])))), [np.inf]))
    p = ndtr(edges[y + 1] - eta) - ndtr(edges[y] - eta)
    return -np.sum(np.log(np.clip(p, 1e-12, None)))


def student_t_nll(mu, log_s, log_nu, x):
    s, nu = np.exp(log_s), np.exp(log_nu)
    z = (x - mu) / s
    lp = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu * np.pi) - log_s - (nu + 1) / 2 * np.log1p(z ** 2 / nu)
    return -lp.mean()


def bootstrap_ratio(x, y, idx):
    estimates = []
    for row in idx:
        estimates.append(x[row].mean() / y[row].mean())
    est = np.array(estimates)
    return est.std(ddof=1) + np.percentile(est, 75)


def ridge_cv(log_lam, X, y, folds):
    lam = np.exp(log_lam)
    score = 0.0
    for k in np.unique(folds):
        tr, te = folds != k, folds == k
        A = X[tr].T @ X[tr] + lam * np.eye(X.shape[1])
        w = np.linalg.solve(A, X[tr].T @ y[tr])
        score += np.sum((y[te] - X[te] @ w) ** 2)
    return score / len(y)


def mvn_logpdf_sum(mu, L_flat, data):
    d = len(mu)
    L = np.zeros((d, d))
    L[np.tril_indices(d)] = L_flat
    L[np.diag_indices(d)] = np.exp(np.diag(L))
    z = sla.solve_triangular(L, (data - mu).T, lower=True)
    return -0.5 * np.sum(z ** 2) - len(data) * (np.log(np.diag(L)).sum() + 0.5 * d * LOG2PI)


def hmc_step_logdensity(q, p, eps, scale):
    """Leapfrog steps of HMC; the acceptance log-ratio."""
    def U(q):
        return 0.5 * np.sum((q / scale) ** 2) + np.log(np.cosh(q[0]))

    def grad_U(q):
        g = q / scale ** 2
        g[0] += np.tanh(q[0])
        return g

    H0 = U(q) + 0.5 * p @ p
    q, p = q.copy(), p.copy()
    p -= 0.5 * eps * grad_U(q)
    for i in range(3):
        q += eps * p
        if i < 2:
            p -= eps * grad_U(q)
    p -= 0.5 * eps * grad_U(q)
    return H0 - U(q) - 0.5 * p @ p


def poisson_glm_offset(beta, X, y, exposure):
    eta = X @ beta + np.log(exposure)
    mu = np.exp(eta)
    dev = 2 * np.sum(xlogy(y, y / mu) - (y - mu))
    return dev


def zip_nll(logit_pi, log_lam, counts):
    pi = expit(logit_pi)
    lam = np.exp(log_lam)
    zeros = counts == 0
    ll = np.empty(len(counts))
    ll[zeros] = np.log(pi + (1 - pi) * np.exp(-lam))
    ll[~zeros] = np.log1p(-pi) + counts[~zeros] * log_lam - lam - gammaln(counts[~zeros] + 1)
    return -ll.sum()


def hierarchical_normal(theta, mu, log_tau, groups, y, sigma=1.0):
    tau = np.exp(log_tau)
    lp = -0.5 * ((mu / 10) ** 2) - 0.5 * np.sum(((theta - mu) / tau) ** 2) - len(theta) * log_tau
    lp += -0.5 * np.sum((y - theta[groups]) ** 2) / sigma ** 2
    lp += stats.halfcauchy.logpdf(tau, scale=2.0) + log_tau if False else log_tau - math.log(1 + (tau / 2) ** 2)
    return lp


def pca_reconstruction(X, k=2):
    Xc = X - X.mean(axis=0)
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    approx = U[:, :k] * s[:k] @ Vt[:k]
    return np.sum((Xc - approx) ** 2) / np.sum(s ** 2)


def canonical_corr(X, Y, reg=0.1):
    Xc, Yc = X - X.mean(0), Y - Y.mean(0)
    n = len(X)
    Sxx = Xc.T @ Xc / n + reg * np.eye(X.shape[1])
    Syy = Yc.T @ Yc / n + reg * np.eye(Y.shape[1])
    Sxy = Xc.T @ Yc / n
    Lx = np.linalg.cholesky(Sxx)
    Ly = np.linalg.cholesky(Syy)
    M = np.linalg.solve(Lx, Sxy)
    M = np.linalg.solve(Ly, M.T).T
    return np.linalg.svd(M, compute_uv=False)[0]


def wasserstein_1d(x, y):
    return np.mean(np.abs(np.sort(x) - np.sort(y)))


def soft_histogram_entropy(x, edges, width):
    counts = np.zeros(len(edges) - 1)
    for b in range(len(edges) - 1):
        lo, hi = edges[b], edges[b + 1]
        counts[b] = np.sum(expit((x - lo) / width) - expit((x - hi) / width))
    p = counts / counts.sum()
    return -(p * np.log(p + 1e-12)).sum()


def negative_elbo(mu, rho, eps, x):
    sigma = np.log1p(np.exp(rho))
    z = mu + sigma * eps
    log_q = np.sum(-0.5 * eps ** 2 - np.log(sigma), axis=1)
    log_p = -0.5 * np.sum(z ** 2, axis=1) - 0.5 * np.sum((x - z[:, :1]) ** 2, axis=1)
    return np.mean(log_q - log_p)


def particle_filter_ll(log_sig, obs, noise):
    sig = np.exp(log_sig)
    particles = np.zeros(noise.shape[1])
    logw = np.full(noise.shape[1], -np.log(noise.shape[1]))
    ll = 0.0
    for t, y in enumerate(obs):
        particles = 0.9 * particles + sig * noise[t]
        logw = logw - 0.5 * (y - particles) ** 2
        c = logw.max()
        total = c + np.log(np.exp(logw - c).sum())
        ll += total
        logw -= total
    return ll


def partial_corr(X):
    C = np.corrcoef(X, rowvar=False)
    P = np.linalg.inv(C)
    d = np.sqrt(np.diag(P))
    R = -P / np.outer(d, d)
    return R[0, 1] - np.abs(R[0, 2])


def cov_shrinkage(X, alpha):
    S = np.cov(X.T)
    target = np.trace(S) / len(S) * np.eye(len(S))
    S = (1 - alpha) * S + alpha * target
    sign, logdet = np.linalg.slogdet(S)
    return sign * logdet + np.linalg.norm(S, 'fro')


@dataclass
class Prior:
    mean: float
    scale: float

    def logpdf(self, x):
        return -0.5 * ((x - self.mean) / self.scale) ** 2 - math.log(self.scale)


def bayes_linear(w, b, log_s, x, y):
    priors = {'w': Prior(0.0, 2.0), 'b': Prior(1.0, 5.0)}
    s = math.exp(log_s)
    lp = priors['w'].logpdf(w) + priors['b'].logpdf(b)
    for xi, yi in zip(x, y):
        lp -= 0.5 * ((yi - w * xi - b) / s) ** 2 + math.log(s)
    return lp


def quantile_pinball(q, x, taus=(0.1, 0.5, 0.9)):
    total = 0.0
    for qi, tau in zip(q, taus):
        d = x - qi
        total += np.mean(np.maximum(tau * d, (tau - 1) * d))
    return total


def dirichlet_multinomial(log_alpha, counts):
    alpha = np.exp(log_alpha)
    A = alpha.sum()
    N = counts.sum(axis=1)
    return np.sum(gammaln(A) - gammaln(N + A) + (gammaln(counts + alpha) - gammaln(alpha)).sum(axis=1))


def ewma_var_forecast(lmbda, r):
    v = r[0] ** 2
    forecasts = []
    for x in r[1:]:
        forecasts.append(v)
        v = lmbda * v + (1 - lmbda) * x ** 2
    f = np.asarray(forecasts)
    return np.mean(np.log(f) + r[1:] ** 2 / f)


def changepoint_soft(tau, mu1, mu2, x, sharp=5):
    t = np.arange(x.size)
    w = 1 / (1 + np.exp(-sharp * (t - tau)))
    return np.average((x - mu1) ** 2, weights=1 - w) + np.average((x - mu2) ** 2, weights=w)


# ---- cases ----
_rng = np.random.default_rng(3)
_X = _rng.normal(size=(8, 3)); _y = _rng.normal(size=8)
_beta = _rng.normal(size=3)
_ys = _rng.normal(size=7)
_nan = _ys.copy(); _nan[[2, 5]] = np.nan
CASES = [
    dict(name='kalman_loglik', slow=True, fun=kalman_loglik, args=(np.array([[1.0, 0.1], [0.0, 0.9]]), np.array([1.0, 0.3]), 0.2, 0.5, _ys), argnums=(0, 1, 2, 3, 4)),
    dict(name='kalman_missing', slow=True, fun=kalman_missing, args=(np.array([-0.3, 0.2]), _nan)),
    dict(name='garch_nll', slow=True, fun=garch_nll, args=(np.array([0.1, 0.2, 0.6]), _ys), argnums=(0, 1)),
    dict(name='garch_nll_list', fun=garch_nll, args=([0.1, 0.2, 0.6], _ys)),
    dict(name='arma_css', slow=True, fun=arma_css, args=(np.array([0.3, -0.2, 0.4, 0.1]), _rng.normal(size=9)), argnums=(0, 1)),
    dict(name='gp_nll', slow=True, fun=gp_nll, args=(np.array([0.1, -0.2, 0.3]), 0.2, -1.0, _X, _y), argnums=(0, 1, 2, 3, 4)),
    dict(name='gp_nll_matern', slow=True, fun=gp_nll, args=(np.array([0.1, -0.2, 0.3]), 0.2, -1.0, _X, _y), argnums=(0, 1, 2), kwargs=dict(kernel='matern32')),
    dict(name='gmm_em_objective', slow=True, fun=gmm_em_objective, args=(np.array([-1.0, 1.0]), np.array([0.0, 0.1]), np.array([0.2, 0.0]), _rng.normal(size=9)), argnums=(0, 1, 2, 3)),
    dict(name='kde_logscore', slow=True, fun=kde_logscore, args=(_ys, np.linspace(-1, 1, 4), 0.6), argnums=(0, 1, 2)),
    dict(name='kde_loo_cv', slow=True, fun=kde_loo_cv, args=(_ys, -0.3), argnums=(0, 1)),
    dict(name='huber_irls', slow=True, fun=huber_irls, args=(_beta, _X, _y), argnums=(0, 1, 2)),
    dict(name='tukey_biweight', slow=True, fun=tukey_biweight, args=(0.2, _ys), argnums=(0, 1)),
    dict(name='cox_partial_likelihood', slow=True, fun=cox_partial_likelihood, args=(_beta, _X, _rng.random(8), np.array([1, 0, 1, 1, 0, 1, 1, 0])), argnums=0),
    dict(name='cox_loop', fun=cox_loop, args=(_beta, _X, _rng.random(8), np.array([1, 0, 1, 1, 0, 1, 1, 0], dtype=bool)), argnums=(0, 1)),
    dict(name='beta_binomial_ll', slow=True, fun=beta_binomial_ll, args=(1.5, 2.5, np.array([1, 3, 2]), np.array([5, 4, 6])), argnums=(0, 1)),
    dict(name='ordered_probit', slow=True, fun=ordered_probit, args=(_beta, np.array([-0.5, 0.2, 0.1]), _X, np.array([0, 1, 2, 3, 1, 0, 2, 3])), argnums=(0, 1, 2)),
    dict(name='student_t_nll', slow=True, fun=student_t_nll, args=(0.1, 0.2, 1.0, _ys), argnums=(0, 1, 2, 3)),
    dict(name='bootstrap_ratio', slow=True, fun=bootstrap_ratio, args=(_rng.normal(size=6), 2 + _rng.random(6), _rng.integers(0, 6, size=(5, 6))), argnums=(0, 1)),
    dict(name='ridge_cv', slow=True, fun=ridge_cv, args=(0.3, _X, _y, np.array([0, 1, 0, 1, 2, 2, 0, 1])), argnums=(0, 1, 2)),
    dict(name='mvn_logpdf_sum', slow=True, fun=mvn_logpdf_sum, args=(_rng.normal(size=3), 0.3 * _rng.normal(size=6), _X), argnums=(0, 1, 2)),
    dict(name='hmc_step_logdensity', slow=True, fun=hmc_step_logdensity, args=(_rng.normal(size=3), _rng.normal(size=3), 0.3, np.array([1.0, 2.0, 0.5])), argnums=(0, 1, 2, 3)),
    dict(name='poisson_glm_offset', slow=True, fun=poisson_glm_offset, args=(_beta, _X, np.array([0.0, 1, 2, 0, 3, 1, 1, 0]), 1 + _rng.random(8)), argnums=(0, 1, 3)),
    dict(name='zip_nll', fun=zip_nll, args=(-0.3, 0.4, np.array([0, 2, 0, 1, 3])), argnums=(0, 1)),
    dict(name='hierarchical_normal', slow=True, fun=hierarchical_normal, args=(_rng.normal(size=3), 0.1, -0.2, np.array([0, 0, 1, 2, 2, 1]), _rng.normal(size=6)), argnums=(0, 1, 2, 4)),
    dict(name='pca_reconstruction', slow=True, fun=pca_reconstruction, args=(_rng.normal(size=(6, 4)),)),
    dict(name='canonical_corr', slow=True, fun=canonical_corr, args=(_rng.normal(size=(7, 2)), _rng.normal(size=(7, 3))), argnums=(0, 1)),
    dict(name='wasserstein_1d', slow=True, fun=wasserstein_1d, args=(_rng.normal(size=5), _rng.normal(size=5)), argnums=(0, 1)),
    dict(name='soft_histogram_entropy', slow=True, fun=soft_histogram_entropy, args=(_rng.random(6), np.linspace(0, 1, 5), 0.1), argnums=(0, 1, 2)),
    dict(name='negative_elbo', slow=True, fun=negative_elbo, args=(_rng.normal(size=2), _rng.normal(size=2), _rng.normal(size=(5, 2)), _rng.normal(size=(5, 3))), argnums=(0, 1)),
    dict(name='particle_filter_ll', slow=True, fun=particle_filter_ll, args=(-0.2, _rng.normal(size=4), _rng.normal(size=(4, 6))), argnums=(0, 1)),
    dict(name='partial_corr', slow=True, fun=partial_corr, args=(_rng.normal(size=(6, 3)),)),
    dict(name='cov_shrinkage', slow=True, fun=cov_shrinkage, args=(_rng.normal(size=(6, 3)), 0.2), argnums=(0, 1)),
    dict(name='bayes_linear', slow=True, fun=bayes_linear, args=(0.5, 0.2, -0.1, [0.1, 0.5, 1.2], [0.3, 0.6, 1.5]), argnums=(0, 1, 2, 3, 4)),
    dict(name='quantile_pinball', slow=True, fun=quantile_pinball, args=(np.array([-1.0, 0.05, 0.8]), _ys), argnums=(0, 1)),
    dict(name='dirichlet_multinomial', slow=True, fun=dirichlet_multinomial, args=(np.array([0.2, -0.4, 0.1]), np.array([[1, 2, 3], [0, 4, 1]]))),
    dict(name='ewma_var_forecast', slow=True, fun=ewma_var_forecast, args=(0.9, _ys), argnums=(0, 1)),
    dict(name='changepoint_soft', slow=True, fun=changepoint_soft, args=(3.3, 0.1, 0.5, _ys), argnums=(0, 1, 2, 3)),
]
