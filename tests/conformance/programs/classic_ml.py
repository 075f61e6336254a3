"""Linear models, clustering, matrix methods, ranking, kernels, trees."""
import math
from collections import defaultdict
from functools import partial

import numpy as np
from numpy.linalg import norm
from scipy.special import expit, logsumexp, xlogy


def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def logistic_l2(w, X, y, lam=0.1, fit_intercept=True):
    if fit_intercept:
        X = np.column_stack([np.ones(len(X)), X])
    p = np.clip(sigmoid(X @ w), 1e-12, 1 - 1e-12)
    nll = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    reg = w[1:] if fit_intercept else w
    return nll / len(y) + 0.5 * lam * np.dot(reg, reg)


def softmax_regression(W, b, X, labels, n_classes):
    logits = X.dot(W) + b
    logits = logits - logits.max(axis=1)[:, np.newaxis]
    onehot = np.eye(n_classes)[labels]
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -(onehot * log_p).sum() / X.shape[0]


def svm_hinge(params, X, y, C):
    w, b = params[:-1], params[-1]
    margins = y * (X @ w + b)
    loss = np.maximum(0, 1 - margins)
    return 0.5 * w @ w + C * np.sum(loss ** 2)


def kmeans_inertia(centers, X):
    """Soft assignment by nearest centre, the labels are recomputed."""
    d2 = ((X[:, None] - centers[None]) ** 2).sum(-1)
    labels = np.argmin(d2, axis=1)
    inertia = 0.0
    for k in range(centers.shape[0]):
        members = X[labels == k]
        if len(members) == 0:
            continue
        inertia += np.sum((members - centers[k]) ** 2)
    return inertia


def gmm_loglik(weights, means, log_sigma, X):
    n, d = X.shape
    k = len(weights)
    logw = weights - logsumexp(weights)
    ll = np.zeros((n, k))
    for j in range(k):
        z = (X - means[j]) / np.exp(log_sigma[j])
        ll[:, j] = logw[j] - 0.5 * np.sum(z ** 2, axis=1) - np.sum(log_sigma[j]) - 0.5 * d * np.log(2 * np.pi)
    return np.mean(logsumexp(ll, axis=1))


def em_step(mu, X, sigma=1.0):
    """Two EM steps of a 1-d mixture, then the log likelihood."""
    for _ in range(2):
        resp = np.exp(-0.5 * (X[:, None] - mu) ** 2 / sigma ** 2)
        resp /= resp.sum(axis=1, keepdims=True)
        mu = (resp * X[:, None]).sum(0) / resp.sum(0)
    return np.log(np.exp(-0.5 * (X[:, None] - mu) ** 2).mean(1)).sum()


def matrix_factorisation(P, Q, ratings, reg=0.02):
    loss = 0
    for (u, i), r in ratings.items():
        e = r - P[u] @ Q[:, i]
        loss += e ** 2
    return loss + reg * (norm(P) ** 2 + np.linalg.norm(Q, 'fro') ** 2)


def pca_reconstruction(X, k):
    Xc = X - X.mean(axis=0)
    C = Xc.T @ Xc / (len(X) - 1)
    w, V = np.linalg.eigh(C)
    W = V[:, ::-1][:, :k]
    rec = Xc @ W @ W.T
    return ((Xc - rec) ** 2).mean()


def lda_criterion(v, X, y):
    classes = np.unique(y)
    overall = np.mean(X, 0)
    Sw = np.zeros((X.shape[1], X.shape[1]))
    Sb = np.zeros_like(Sw)
    for c in classes:
        Xc = X[y == c]
        mc = Xc.mean(axis=0)
        Sw += (Xc - mc).T @ (Xc - mc)
        diff = (mc - overall).reshape(-1, 1)
        Sb += len(Xc) * diff @ diff.T
    return (v @ Sb @ v) / (v @ Sw @ v)


def gp_nll(theta, X, y):
    ell, sf, sn = np.exp(theta)
    sq = np.sum(X ** 2, 1).reshape(-1, 1) + np.sum(X ** 2, 1) - 2 * X @ X.T
    K = sf ** 2 * np.exp(-0.5 * sq / ell ** 2) + sn ** 2 * np.eye(len(X))
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y.dot(alpha) + np.log(np.diag(L)).sum() + 0.5 * len(y) * np.log(2 * np.pi)


def ridge_gcv(log_lam, X, y):
    lam = np.exp(log_lam)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    shrink = s ** 2 / (s ** 2 + lam)
    fitted = U @ (shrink * (U.T @ y))
    dof = np.sum(shrink)
    n = len(y)
    return n * np.sum((y - fitted) ** 2) / (n - dof) ** 2


def coordinate_descent_lasso(X, y, lam, sweeps=4):
    n, d = X.shape
    w = np.zeros(d)
    r = y.copy()
    for _ in range(sweeps):
        for j in range(d):
            r += X[:, j] * w[j]
            rho = X[:, j] @ r
            z = (X[:, j] ** 2).sum()
            w[j] = np.sign(rho) * max(abs(rho) - lam, 0.0) / z
            r -= X[:, j] * w[j]
    return np.sum(r ** 2) + np.abs(w).sum()


def perceptron_epochs(w, X, y, eta=0.3, epochs=2):
    for epoch in range(epochs):
        errors = 0
        for xi, target in zip(X, y):
            update = eta * (target - np.tanh(np.dot(xi, w[1:]) + w[0]))
            w[1:] += update * xi
            w[0] += update
            errors += int(update != 0.0)
        if errors == 0:
            break
    return np.sum(w ** 2)


def ranknet(scores, pairs, sigma=1.0):
    losses = [np.log1p(np.exp(-sigma * (scores[i] - scores[j]))) for i, j in pairs]
    return np.mean(losses)


def ndcg_soft(scores, rel, tau=0.5):
    n = scores.size
    diff = (scores[None, :] - scores[:, None]) / tau
    rank = 1 + expit(diff).sum(axis=1) - 0.5
    dcg = ((2.0 ** rel - 1) / np.log2(1 + rank)).sum()
    ideal = np.sort(rel)[::-1]
    idcg = sum((2.0 ** r - 1) / math.log2(i + 2) for i, r in enumerate(ideal))
    return dcg / idcg


def decision_stump_soft(X, y, feature, threshold, temp):
    gate = expit((X[:, feature] - threshold) / temp)
    left = np.sum((1 - gate) * y) / np.sum(1 - gate)
    right = np.sum(gate * y) / np.sum(gate)
    pred = (1 - gate) * left + gate * right
    return np.mean((y - pred) ** 2)


def make_kernel(kind, **params):
    def rbf(a, b):
        return np.exp(-params['gamma'] * np.sum((a - b) ** 2))

    def poly(a, b):
        return (a @ b + params.get('coef0', 1.0)) ** params['degree']

    return {'rbf': rbf, 'poly': poly}[kind]


def kernel_ridge(alpha, X, y, kind='rbf'):
    k = make_kernel(kind, gamma=0.5, degree=3)
    n = len(X)
    K = np.array([[k(X[i], X[j]) for j in range(n)] for i in range(n)])
    r = K @ alpha - y
    return r @ r + 0.1 * alpha @ K @ alpha


def knn_weighted(query, X, y, k):
    d = np.linalg.norm(X - query, axis=1)
    nearest = np.argsort(d)[:k]
    w = 1.0 / (d[nearest] + 1e-3)
    return np.dot(w, y[nearest]) / w.sum()


def naive_bayes_nll(mu, var, prior_logits, X, y):
    logp = prior_logits - np.log(np.sum(np.exp(prior_logits)))
    total = 0.0
    for x, c in zip(X, y):
        joint = logp - 0.5 * np.sum(np.log(2. * np.pi * var) + (x - mu) ** 2 / var, axis=1)
        m = max(joint)
        total -= joint[c] - (m + np.log(sum(np.exp(joint - m))))
    return total


def huber_irls(X, y, delta, iters=5):
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    for _ in range(iters):
        r = y - X @ w
        weight = np.where(np.abs(r) <= delta, 1.0, delta / np.maximum(np.abs(r), 1e-12))
        XtW = X.T * weight
        w = np.linalg.solve(XtW @ X, XtW @ y)
    return np.sum(w ** 2)


def adaboost_weights(errors, y, preds):
    n = len(y)
    w = np.full(n, 1 / n)
    alphas = []
    for e, h in zip(errors, preds):
        alpha = 0.5 * np.log((1 - e) / e)
        w = w * np.exp(-alpha * y * h)
        w /= w.sum()
        alphas.append(alpha)
    margin = y * sum(a * h for a, h in zip(alphas, preds))
    return np.mean(np.exp(-margin)) + np.max(w)


def pagerank_dense(weights, n, edges, damping=0.85, tol=1e-14):
    A = np.zeros((n, n))
    for (src, dst), w in zip(edges, weights):
        A[dst, src] += w
    A = A / A.sum(axis=0)
    r = np.ones(n) / n
    for it in range(500):
        new = damping * A @ r + (1 - damping) / n
        delta = np.abs(new - r).sum()
        r = new
        if delta < tol:
            break
    else:
        raise RuntimeError('no convergence')
    return np.sum(r ** 2 * np.arange(n))


def online_standardise(X, momentum):
    mean = np.zeros(X.shape[1])
    var = np.ones(X.shape[1])
    out = []
    for row in X:
        mean = momentum * mean + (1 - momentum) * row
        var = momentum * var + (1 - momentum) * (row - mean) ** 2
        out.append((row - mean) / np.sqrt(var + 1e-5))
    Z = np.vstack(out)
    return np.sum(np.tanh(Z) ** 2)


def hmm_forward(logA, logB, logpi, obs):
    A = np.exp(logA - logsumexp(logA, axis=1, keepdims=True))
    B = np.exp(logB) / np.exp(logB).sum(1, keepdims=True)
    alpha = np.exp(logpi - logsumexp(logpi)) * B[:, obs[0]]
    ll = 0.0
    for o in obs[1:]:
        c = alpha.sum()
        ll += np.log(c)
        alpha = (alpha / c) @ A * B[:, o]
    return ll + np.log(alpha.sum())


_rng = np.random.default_rng(7)
def _n(*s): return _rng.normal(size=s)
_X = _n(8, 3); _y = (_n(8) > 0).astype(float)
CASES = [
    dict(name='logistic_l2', fun=logistic_l2, args=(_n(4), _X, _y, 0.3), argnums=(0, 3)),
    dict(name='logistic_l2_no', fun=logistic_l2, args=(_n(3), _X, _y), kwargs=dict(fit_intercept=False)),
    dict(name='softmax_regression', fun=softmax_regression, args=(_n(3, 4), _n(4), _X, np.array([0, 1, 2, 3, 0, 1, 2, 3]), 4), argnums=(0, 1, 2)),
    dict(name='svm_hinge', fun=svm_hinge, args=(_n(4), _X, 2 * _y - 1, 0.7), argnums=(0, 3)),
    dict(name='kmeans_inertia', fun=kmeans_inertia, args=(_n(3, 3), _X), argnums=(0, 1)),
    dict(name='gmm_loglik', slow=True, fun=gmm_loglik, args=(_n(2), _n(2, 3), 0.1 * _n(2, 3), _X), argnums=(0, 1, 2, 3)),
    dict(name='em_step', fun=em_step, args=(np.array([-0.5, 0.8]), _n(9)), argnums=(0, 1)),
    dict(name='matrix_factorisation', slow=True, fun=matrix_factorisation, args=(_n(3, 2), _n(2, 4), {(0, 1): 3.0, (2, 3): 1.0, (1, 0): 4.5}), argnums=(0, 1)),
    dict(name='pca_reconstruction', fun=pca_reconstruction, args=(_n(7, 4), 2)),
    dict(name='lda_criterion', fun=lda_criterion, args=(_n(3), _n(9, 3), np.array([0, 1, 2] * 3)), argnums=(0, 1)),
    dict(name='gp_nll', fun=gp_nll, args=(np.array([0.1, 0.2, -1.0]), _n(6, 2), _n(6)), argnums=(0, 1, 2)),
    dict(name='ridge_gcv', fun=ridge_gcv, args=(0.3, _n(8, 3), _n(8)), argnums=(0, 1, 2)),
    dict(name='lasso_cd', fun=coordinate_descent_lasso, args=(_n(7, 3), _n(7), 0.5), argnums=(0, 1, 2)),
    dict(name='perceptron', slow=True, fun=perceptron_epochs, args=(_n(4), _X, 2 * _y - 1, 0.2), argnums=(0, 1, 3)),
    dict(name='ranknet', fun=ranknet, args=(_n(4), [(0, 1), (2, 1), (3, 0)])),
    dict(name='ndcg_soft', fun=ndcg_soft, args=(_n(5), np.array([3.0, 2, 0, 1, 2]))),
    dict(name='stump', slow=True, fun=decision_stump_soft, args=(_n(8, 2), _n(8), 1, 0.1, 0.5), argnums=(0, 3, 4)),
    dict(name='kernel_ridge', slow=True, fun=kernel_ridge, args=(_n(4), _n(4, 2), _n(4)), argnums=(0, 1)),
    dict(name='kernel_ridge_poly', slow=True, fun=kernel_ridge, args=(_n(4), _n(4, 2), _n(4), 'poly'), argnums=(0, 1)),
    dict(name='knn_weighted', fun=knn_weighted, args=(_n(2), _n(7, 2), _n(7), 3), argnums=(0, 1, 2)),
    dict(name='naive_bayes', slow=True, fun=naive_bayes_nll, args=(_n(2, 3), 1 + _rng.random((2, 3)), _n(2), _n(4, 3), [0, 1, 1, 0]), argnums=(0, 1, 2)),
    dict(name='huber_irls', fun=huber_irls, args=(_n(9, 2), _n(9), 0.5), argnums=(0, 1, 2), atol=1e-6),
    dict(name='adaboost', slow=True, fun=adaboost_weights, args=([0.2, 0.3, 0.1], np.array([1.0, -1, 1, -1]), [np.array([1.0, -1, 1, 1]), np.array([1.0, 1, 1, -1]), np.array([-1.0, -1, 1, -1])])),
    dict(name='pagerank_dense', fun=pagerank_dense, args=(np.array([1.0, 2, 1, 0.5, 1]), 4, [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)])),
    dict(name='online_standardise', slow=True, fun=online_standardise, args=(_n(5, 2), 0.9), argnums=(0, 1)),
    dict(name='hmm_forward', slow=True, fun=hmm_forward, args=(_n(2, 2), _n(2, 3), _n(2), [0, 2, 1, 1]), argnums=(0, 1, 2)),
]
