"""Neural networks written in plain NumPy."""
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from functools import partial

import numpy as np


def relu(x):
    return np.maximum(0, x)


def leaky(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x, g, b, eps=1e-5):
    mu = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    return g * (x - mu) / np.sqrt(var + eps) + b


ACTIVATIONS = {'relu': relu, 'gelu': gelu, 'leaky': leaky, 'none': lambda x: x}


def mlp_dict(params, X, y, activation='gelu'):
    act = ACTIVATIONS[activation]
    h = X
    n = len(params) // 2
    for i in range(n):
        h = h @ params[f'W{i}'] + params[f'b{i}']
        if i < n - 1:
            h = act(h)
    return np.mean((h.squeeze() - y) ** 2)


def mlp_two(W1, b1, W2, b2, X, y):
    h = relu(np.dot(X, W1) + b1)
    out = np.dot(h, W2) + b2
    p = softmax(out)
    n = y.shape[0]
    loss = -np.log(p[np.arange(n), y]).sum() / n
    loss += 0.5 * 1e-2 * np.sum(W1 * W1) + 0.5 * 1e-2 * np.sum(W2 * W2)
    return loss


def simple_rnn(Wx, Wh, b, Wo, seq, h0=None):
    h = np.zeros(Wh.shape[0]) if h0 is None else h0
    loss = 0
    for t in range(len(seq) - 1):
        h = np.tanh(Wx @ seq[t] + Wh @ h + b)
        pred = Wo @ h
        loss += np.sum((pred - seq[t + 1]) ** 2)
    return loss / (len(seq) - 1)


def lstm_cell(x, h, c, W, b):
    H = h.shape[-1]
    z = np.concatenate([x, h], axis=-1) @ W + b
    i, f, o = sigmoid(z[..., :H]), sigmoid(z[..., H:2 * H]), sigmoid(z[..., 2 * H:3 * H])
    g = np.tanh(z[..., 3 * H:])
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_loss(W, b, V, xs, target):
    B, T, D = xs.shape
    H = b.shape[0] // 4
    h, c = np.zeros((B, H)), np.zeros((B, H))
    for t in range(T):
        h, c = lstm_cell(xs[:, t], h, c, W, b)
    return np.mean((h @ V - target) ** 2)


def gru(params, xs):
    Wz, Wr, Wn = params['Wz'], params['Wr'], params['Wn']
    h = np.zeros(Wz.shape[0])
    outs = []
    for x in xs:
        xh = np.hstack([x, h])
        z = sigmoid(Wz @ xh)
        r = sigmoid(Wr @ xh)
        n = np.tanh(Wn @ np.hstack([x, r * h]))
        h = (1 - z) * n + z * h
        outs.append(h)
    return np.stack(outs).mean() + np.stack(outs, axis=1)[0, -1]


def attention(q, k, v, mask=None):
    d = q.shape[-1]
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(d)
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    return softmax(scores) @ v


def multihead(x, Wq, Wk, Wv, Wo, n_heads, causal=True):
    T, D = x.shape
    hd = D // n_heads
    def split(a):
        return a.reshape(T, n_heads, hd).transpose(1, 0, 2)
    q, k, v = (split(x @ W) for W in (Wq, Wk, Wv))
    mask = np.tril(np.ones((T, T), dtype=bool)) if causal else None
    o = attention(q, k, v, mask)
    return o.transpose(1, 0, 2).reshape(T, D) @ Wo


def transformer_loss(p, tokens):
    emb, pos = p['emb'], p['pos']
    x = emb[tokens[:-1]] + pos[:len(tokens) - 1]
    for blk in p['blocks']:
        x = x + multihead(layer_norm(x, blk['g1'], blk['b1']), blk['Wq'], blk['Wk'], blk['Wv'], blk['Wo'], 2)
        x = x + gelu(layer_norm(x, blk['g1'], blk['b1']) @ blk['W1']) @ blk['W2']
    logits = x @ emb.T
    logp = logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))
    return -np.mean(logp[np.arange(len(tokens) - 1), tokens[1:]])


def conv2d(x, w, b, stride=1, pad=0):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh = (H + 2 * pad - kh) // stride + 1
    ow = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, oh, ow))
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
            out[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out


def max_pool(x, size=2):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // size, size, w // size, size).max(axis=(3, 5))


def cnn_loss(w, b, fc, x, labels):
    h = np.maximum(conv2d(x, w, b, pad=1), 0)
    h = max_pool(h)
    logits = h.reshape(h.shape[0], -1) @ fc
    shifted = logits - logits.max(1, keepdims=True)
    lse = np.log(np.exp(shifted).sum(1))
    return (lse - shifted[range(len(labels)), labels]).mean()


def im2col_conv(x, w):
    H, W = x.shape
    k = w.shape[0]
    cols = np.lib.stride_tricks.sliding_window_view(x, (k, k))
    y = np.einsum('ijkl,kl->ij', cols, w)
    return np.sum(np.tanh(y))


def batch_norm_train(gamma, beta, X, W, y):
    running = {'mean': np.zeros(W.shape[1]), 'var': np.ones(W.shape[1])}
    z = X @ W
    m = z.mean(axis=0)
    v = z.var(axis=0)
    running['mean'] = 0.9 * running['mean'] + 0.1 * m
    running['var'] = 0.9 * running['var'] + 0.1 * v
    zn = (z - m) / np.sqrt(v + 1e-5)
    out = gamma * zn + beta
    return np.mean((out.sum(1) - y) ** 2) + 0.01 * np.sum(running['mean'] ** 2) + 0.1 * running['var'].sum()


class Layer:
    def forward(self, x):
        raise NotImplementedError


class Linear(Layer):
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        return x @ self.W + self.b


class Activation(Layer):
    def __init__(self, fn):
        self.fn = fn

    def forward(self, x):
        return self.fn(x)


class Network:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)
        return self

    def __call__(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x


def network_loss(W1, b1, W2, b2, X, y):
    net = Network().add(Linear(W1, b1)).add(Activation(np.tanh)).add(Linear(W2, b2))
    pred = net(X)
    return np.mean((pred[:, 0] - y) ** 2)


@dataclass
class Params:
    W: np.ndarray
    b: np.ndarray

    def norm2(self):
        return np.sum(self.W ** 2) + np.sum(self.b ** 2)


def dataclass_params(p, X, y):
    out = np.tanh(X @ p.W + p.b)
    return np.mean((out - y) ** 2) + 1e-2 * p.norm2()


def autoencoder(params, X):
    (We, be), (Wd, bd) = params
    code = sigmoid(X @ We + be)
    rec = code @ Wd + bd
    rho = code.mean(axis=0)
    kl = np.sum(0.05 * np.log(0.05 / rho) + 0.95 * np.log(0.95 / (1 - rho)))
    return np.mean(np.sum((rec - X) ** 2, axis=1)) / 2 + 0.1 * kl


def vae_elbo(enc, dec, x, eps):
    h = np.tanh(x @ enc[0])
    mu, logvar = np.split(h @ enc[1], 2, axis=1)
    z = mu + np.exp(0.5 * logvar) * eps
    logits = z @ dec
    bce = np.sum(np.logaddexp(0, logits) - x * logits, axis=1)
    kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar), axis=1)
    return np.mean(bce + kl)


def gcn(A, X, W1, W2, labels, mask):
    A_hat = A + np.eye(A.shape[0])
    d = A_hat.sum(1)
    Dinv = np.diag(d ** -0.5)
    norm = Dinv @ A_hat @ Dinv
    h = relu(norm @ X @ W1)
    z = norm @ h @ W2
    logp = z - np.log(np.exp(z).sum(axis=1))[:, None]
    return -np.sum(logp[mask, labels[mask]]) / mask.sum()


def dropout_mlp(W1, W2, X, y, rate=0.5, train=True, seed=0):
    rng = np.random.RandomState(seed)
    h = np.tanh(X @ W1)
    if train:
        keep = rng.rand(*h.shape) > rate
        h = h * keep / (1 - rate)
    return np.mean((h @ W2 - y) ** 2)


def dropout_default_rng(W1, W2, X, y, rate=0.5):
    rng = np.random.default_rng(42)
    h = np.tanh(X @ W1)
    h *= rng.random(h.shape) > rate
    return np.mean((h @ W2 - y) ** 2)


def skipgram(U, V, centre, context, negatives):
    loss = 0.0
    for c, o, negs in zip(centre, context, negatives):
        u = U[c]
        loss -= np.log(sigmoid(u @ V[o]))
        for n in negs:
            loss -= np.log(sigmoid(-u @ V[n]))
    return loss / len(centre)


def sgd_unrolled(w0, lr, X, y, steps):
    """Differentiate through three steps of momentum SGD."""
    w = w0
    vel = np.zeros_like(w)
    for _ in range(steps):
        g = 2 * X.T @ (X @ w - y) / len(y)
        vel = 0.9 * vel - lr * g
        w = w + vel
    return np.mean((X @ w - y) ** 2)


def adam_step_loss(w, X, y, lr=0.1):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, 4):
        g = X.T @ (np.tanh(X @ w) - y)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g ** 2
        mh = m / (1 - 0.9 ** t)
        vh = v / (1 - 0.999 ** t)
        w = w - lr * mh / (np.sqrt(vh) + 1e-8)
    return np.sum((np.tanh(X @ w) - y) ** 2)


def residual_stack(Ws, x, depth_scale=True):
    scale = 1 / np.sqrt(len(Ws)) if depth_scale else 1.0
    for W in Ws:
        x += scale * leaky(x @ W, slope=0.2)
    return (x ** 2).mean()


def float32_net(W, b, X):
    z = X @ W + b
    a = np.maximum(z, np.float32(0.0))
    return np.mean(a ** 2)


def contrastive(emb, labels, margin=1.0):
    n = emb.shape[0]
    total, count = 0.0, 0
    for i in range(n):
        for j in range(i):
            d = np.sqrt(((emb[i] - emb[j]) ** 2).sum() + 1e-9)
            if labels[i] == labels[j]:
                total += d ** 2
            else:
                total += max(0.0, margin - d) ** 2
            count += 1
    return total / count if count else 0.0


def mixture_density(W, x, y, K=2):
    out = x @ W
    logits, mu, s = out[:, :K], out[:, K:2 * K], np.exp(out[:, 2 * K:])
    logw = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    comp = -0.5 * ((y[:, None] - mu) / s) ** 2 - np.log(s) - 0.5 * np.log(2 * np.pi)
    return -np.mean(np.logaddexp.reduce(logw + comp, axis=1))


def ctc_like(logits, target):
    T, C = logits.shape
    lp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    S = len(target)
    alpha = np.full((T, S), -np.inf)
    alpha[0, 0] = lp[0, target[0]]
    for t in range(1, T):
        for s in range(S):
            stay = alpha[t - 1, s]
            move = alpha[t - 1, s - 1] if s > 0 else -np.inf
            alpha[t, s] = np.logaddexp(stay, move) + lp[t, target[s]]
    return -alpha[-1, -1]


def star_layers(x, *weights, act=np.tanh):
    for W in weights:
        x = act(W @ x)
    return np.sum(x ** 2)


def star_wrapper(W1, W2, x):
    return star_layers(x, W1, W2)


def siamese(params, pair, same):
    def embed(z):
        for W, b in params:
            z = np.tanh(W.dot(z) + b)
        return z
    a, b = map(embed, pair)
    cos = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return (1 - cos) ** 2 if same else max(0, cos) ** 2


def checkerboard_moe(gate, experts, X, y):
    g = softmax(X @ gate)
    outs = np.stack([X @ E for E in experts], axis=1)
    pred = np.einsum('ne,ned->nd', g, outs)
    load = g.mean(0)
    return np.mean((pred - y) ** 2) + 0.01 * len(experts) * np.sum(load ** 2)


_rng = np.random.default_rng(909)
def _n(*shape, s=0.5): return s * _rng.normal(size=shape)
_blk = lambda: dict(g1=1 + _n(4), b1=_n(4), Wq=_n(4, 4), Wk=_n(4, 4), Wv=_n(4, 4), Wo=_n(4, 4), W1=_n(4, 6), W2=_n(6, 4))
CASES = [
    dict(name='mlp_dict', slow=True, fun=mlp_dict, args=({'W0': _n(3, 4), 'b0': _n(4), 'W1': _n(4, 1), 'b1': _n(1)}, _n(6, 3), _n(6))),
    dict(name='mlp_dict_relu', slow=True, fun=mlp_dict, args=({'W0': _n(3, 4), 'b0': _n(4), 'W1': _n(4, 1), 'b1': _n(1)}, _n(6, 3), _n(6), 'relu')),
    dict(name='mlp_two', fun=mlp_two, args=(_n(3, 5), _n(5), _n(5, 3), _n(3), _n(6, 3), np.array([0, 2, 1, 1, 0, 2])), argnums=(0, 1, 2, 3)),
    dict(name='simple_rnn', fun=simple_rnn, args=(_n(4, 2), _n(4, 4), _n(4), _n(2, 4), _n(5, 2)), argnums=(0, 1, 2, 3, 4)),
    dict(name='simple_rnn_h0', fun=simple_rnn, args=(_n(4, 2), _n(4, 4), _n(4), _n(2, 4), _n(5, 2), _n(4)), argnums=(0, 1, 2, 3, 5)),
    dict(name='lstm_loss', slow=True, fun=lstm_loss, args=(_n(5, 12), _n(12), _n(3, 1), _n(2, 4, 2), _n(2, 1)), argnums=(0, 1, 2, 3)),
    dict(name='gru', slow=True, fun=gru, args=({'Wz': _n(3, 5), 'Wr': _n(3, 5), 'Wn': _n(3, 5)}, _n(4, 2)), argnums=(0, 1)),
    dict(name='multihead', slow=True, fun=lambda x, a, b, c, d: np.sum(multihead(x, a, b, c, d, 2) ** 2), args=(_n(3, 4), _n(4, 4), _n(4, 4), _n(4, 4), _n(4, 4)), argnums=(0, 1, 2, 3, 4)),
    dict(name='transformer_loss', slow=True, fun=transformer_loss, args=(dict(emb=_n(5, 4), pos=_n(6, 4), blocks=[_blk(), _blk()]), np.array([0, 3, 2, 4, 1]))),
    dict(name='cnn_loss', slow=True, fun=cnn_loss, args=(_n(2, 1, 3, 3), _n(2), _n(8, 3), _n(2, 1, 4, 4), np.array([0, 2])), argnums=(0, 1, 2, 3)),
    dict(name='im2col_conv', fun=im2col_conv, args=(_n(5, 6), _n(3, 3)), argnums=(0, 1)),
    dict(name='batch_norm_train', slow=True, fun=batch_norm_train, args=(_n(3), _n(3), _n(6, 2), _n(2, 3), _n(6)), argnums=(0, 1, 2, 3)),
    dict(name='network_loss', fun=network_loss, args=(_n(3, 4), _n(4), _n(4, 1), _n(1), _n(5, 3), _n(5)), argnums=(0, 1, 2, 3)),
    dict(name='dataclass_params', slow=True, fun=dataclass_params, args=(Params(_n(3, 2), _n(2)), _n(4, 3), _n(4, 2))),
    dict(name='autoencoder', fun=autoencoder, args=([(_n(4, 2), _n(2)), (_n(2, 4), _n(4))], _n(5, 4))),
    dict(name='autoencoder_tuple', slow=True, fun=autoencoder, args=(((_n(4, 2), _n(2)), (_n(2, 4), _n(4))), _n(5, 4))),
    dict(name='vae_elbo', fun=vae_elbo, args=((_n(4, 3), _n(3, 4)), _n(2, 4), (_n(5, 4) > 0).astype(float), _n(5, 2)), argnums=(0, 1)),
    dict(name='gcn', fun=gcn, args=(np.abs(_n(4, 4)), _n(4, 3), _n(3, 5), _n(5, 2), np.array([0, 1, 1, 0]), np.array([True, False, True, True])), argnums=(0, 1, 2, 3)),
    dict(name='dropout_mlp', slow=True, fun=dropout_mlp, args=(_n(3, 4), _n(4), _n(5, 3), _n(5)), argnums=(0, 1)),
    dict(name='dropout_default_rng', slow=True, fun=dropout_default_rng, args=(_n(3, 4), _n(4), _n(5, 3), _n(5)), argnums=(0, 1)),
    dict(name='skipgram', slow=True, fun=skipgram, args=(_n(4, 3), _n(5, 3), [0, 1, 3], [1, 2, 2], [(0, 4), (3, 0), (1, 1)]), argnums=(0, 1)),
    dict(name='sgd_unrolled', fun=sgd_unrolled, args=(_n(3), 0.1, _n(6, 3), _n(6), 3), argnums=(0, 1)),
    dict(name='adam_step_loss', slow=True, fun=adam_step_loss, args=(_n(3), _n(6, 3), _n(6)), kwargs=dict(lr=0.05)),
    dict(name='residual_stack', fun=residual_stack, args=([_n(3, 3), _n(3, 3)], _n(2, 3)), argnums=(0, 1)),
    dict(name='residual_tuple', fun=residual_stack, args=((_n(3, 3), _n(3, 3)), _n(2, 3), False), argnums=(0, 1)),
    dict(name='float32_net', fun=float32_net, args=(_n(3, 2).astype(np.float32), _n(2).astype(np.float32), _n(4, 3).astype(np.float32)), argnums=(0, 1), rtol=1e-4, atol=1e-4),
    dict(name='contrastive', fun=contrastive, args=(_n(4, 2), [0, 1, 0, 1])),
    dict(name='mixture_density', fun=mixture_density, args=(_n(3, 6), _n(5, 3), _n(5)), argnums=(0, 1)),
    dict(name='ctc_like', fun=ctc_like, args=(_n(5, 3), [0, 2, 1])),
    dict(name='star_wrapper', fun=star_wrapper, args=(_n(2, 3), _n(4, 2), _n(3)), argnums=(0, 1, 2)),
    dict(name='siamese', slow=True, fun=siamese, args=([(_n(3, 2), _n(3)), (_n(2, 3), _n(2))], (_n(2), _n(2)), True)),
    dict(name='siamese_false', slow=True, fun=siamese, args=([(_n(3, 2), _n(3)), (_n(2, 3), _n(2))], (_n(2), _n(2)), False)),
    dict(name='checkerboard_moe', fun=checkerboard_moe, args=(_n(3, 2), [_n(3, 2), _n(3, 2)], _n(4, 3), _n(4, 2)), argnums=(0, 1)),
]
