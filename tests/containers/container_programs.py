"""Programs that keep their state in lists, dicts and deques."""

import itertools
import math
from collections import Counter, defaultdict, deque
from functools import reduce
from itertools import (
    accumulate,
    combinations,
)

import numpy as np
from container_cases import case, refused

X = np.array([0.7, 0.3, 1.1, 0.4, 0.6])


@case(X, ["walk", "shop", "clean"])
def forward_algorithm(p, obs):
    states = ["rainy", "sunny"]
    start = {"rainy": p[0], "sunny": 1 - p[0]}
    trans = {
        "rainy": {"rainy": 0.7, "sunny": 0.3},
        "sunny": {"rainy": 0.4, "sunny": 0.6},
    }
    emit = {
        "rainy": {"walk": p[1], "shop": 0.4, "clean": 0.5},
        "sunny": {"walk": 0.6, "shop": p[3], "clean": 0.1},
    }
    alpha = {s: start[s] * emit[s][obs[0]] for s in states}
    for o in obs[1:]:
        new = {}
        for s in states:
            new[s] = sum(alpha[r] * trans[r][s] for r in states) * emit[s][o]
        alpha = new
    return math.log(sum(alpha.values()))


@case(X)
def viterbi_soft(p):
    scores = [p[0], p[1], p[2]]
    back = []
    for t in range(3):
        new = []
        for j in range(3):
            best = max(scores[i] - (i - j) ** 2 * p[3] for i in range(3))
            new.append(best + math.sin(p[4] * j))
        scores = new
    return max(scores)


@case(X, "kitten", "sitting")
def edit_distance(w, a, b):
    memo = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0:
                memo[i, j] = j * w[0]
            elif j == 0:
                memo[i, j] = i * w[1]
            else:
                sub = 0.0 if a[i - 1] == b[j - 1] else w[2]
                memo[(i, j)] = min(
                    memo[i - 1, j] + w[1],
                    memo[i, j - 1] + w[0],
                    memo[i - 1, j - 1] + sub,
                )
    return memo[len(a), len(b)] ** 2


@case(X, [2, 3, 1, 2, 2])
def knapsack_soft(v, weights):
    cap = 5
    best = [0.0] * (cap + 1)
    for value, weight in zip(v, weights):
        for c in range(cap, weight - 1, -1):
            best[c] = np.logaddexp(best[c], best[c - weight] + value)
    return best[cap]


@case(X)
def polynomial(c):
    def add(p, q):
        n = max(len(p), len(q))
        p = p + [0.0] * (n - len(p))
        q = q + [0.0] * (n - len(q))
        return [a + b for a, b in zip(p, q)]

    def mul(p, q):
        out = [0.0] * (len(p) + len(q) - 1)
        for i, a in enumerate(p):
            for j, b in enumerate(q):
                out[i + j] += a * b
        return out

    p = [c[0], c[1]]
    q = mul(add(p, [c[2]]), p)
    return sum(a * 1.5**i for i, a in enumerate(q))


@case(X, {"a": ["b", "c"], "b": ["a"], "c": ["a", "b"]})
def message_passing(x, adj):
    names = sorted(adj)
    h = {n: x[i] for i, n in enumerate(names)}
    for _ in range(3):
        nxt = {}
        for n in adj:
            msg = sum(h[m] for m in adj[n]) / len(adj[n])
            nxt[n] = math.tanh(x[3] * h[n] + x[4] * msg)
        h = nxt
    return sum(h[n] ** 2 for n in names)


@case(X, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])
def graph_defaultdict(x, edges):
    nbrs = defaultdict(list)
    for i, j in edges:
        nbrs[i].append(j)
        nbrs[j].append(i)
    total = 0.0
    for i, js in nbrs.items():
        total += x[i] * sum(x[j] for j in js)
    return total


@case(X, [0.5, 0.8, 0.6, 0.7])
def kalman(p, zs):
    m, P = 0.0, 1.0
    history = []
    for z in zs:
        Pp = P + p[0]
        K = Pp / (Pp + p[1])
        m = m + K * (z - m)
        P = (1 - K) * Pp
        history.append((m, P))
    return sum((z - m) ** 2 + P for (m, P), z in zip(history, zs))


@case(X)
def rts_smoother(p):
    zs = [0.5, 0.8, 0.6]
    ms, Ps = [0.0], [1.0]
    for z in zs:
        Pp = Ps[-1] + p[0]
        K = Pp / (Pp + p[1])
        ms.append(ms[-1] + K * (z - ms[-1]))
        Ps.append((1 - K) * Pp)
    sm = [ms[-1]]
    for m, P in zip(reversed(ms[:-1]), reversed(Ps[:-1])):
        G = P / (P + p[0])
        sm.insert(0, m + G * (sm[0] - m))
    return sum(s * s for s in sm)


@case(X, {"AAPL": 0, "MSFT": 1, "GOOG": 2})
def portfolio(x, index):
    w = {}
    for name in index:
        w[name] = math.exp(x[index[name]])
    total = sum(w.values())
    w = {k: v / total for k, v in w.items()}
    risk = 0.0
    for a, b in itertools.combinations(w, 2):
        risk += w[a] * w[b] * 0.3
    for k, v in w.items():
        risk += v * v * (1.0 if k == "AAPL" else 2.0)
    return risk


@case(np.arange(12.0).reshape(4, 3) ** 1.3 / 7)
def pair_energy(pos):
    e = 0.0
    for a, b in combinations(pos, 2):
        d = a - b
        r2 = np.sum(d * d)
        e += 1.0 / r2**3 - 1.0 / r2
    return e


@case(np.arange(12.0).reshape(4, 3) ** 1.3 / 7)
def pair_energy_idx(pos):
    n = len(pos)
    return sum(
        1.0 / np.linalg.norm(pos[i] - pos[j]) for i, j in combinations(range(n), 2)
    )


@case(X, 1.7)
def horner(c, x):
    return reduce(lambda acc, a: acc * x + a, reversed(c))


@case(X, 3)
def moving_average(x, n):
    window = deque(maxlen=n)
    out = []
    for v in x:
        window.append(v)
        if len(window) == n:
            out.append(sum(window) / n)
    return sum((a - b) ** 2 for a, b in zip(out, out[1:]))


@case(X)
def decision_tree(x):
    tree = {
        "feature": 0,
        "threshold": 0.5,
        "left": {"leaf": x[1]},
        "right": {
            "feature": 1,
            "threshold": 0.2,
            "left": {"leaf": x[2]},
            "right": {"leaf": x[3] ** 2},
        },
    }

    def sig(z):
        return 1 / (1 + math.exp(-z))

    def walk(node):
        return node["leaf"]

    g = sig(x[0] - tree["threshold"])
    r = tree["right"]
    gr = sig(x[1] - r["threshold"])
    return (1 - g) * tree["left"]["leaf"] + g * (
        (1 - gr) * r["left"]["leaf"] + gr * r["right"]["leaf"]
    )


@refused("SD404", X, ["to", "be", "or", "not", "to", "be"])
def bow(x, words):
    vocab = {w: i for i, w in enumerate(sorted(set(words)))}
    counts = Counter(words)
    s = 0.0
    for w, c in counts.items():
        s += x[vocab[w]] * c
    return s * s


@case(X, [("h", 2), ("o", 1)])
def stoichiometry(x, formula):
    mass = {"h": x[0], "o": x[1], "c": x[2]}
    return sum(mass[e] * n for e, n in formula) ** 2


@case(X)
def adam(x):
    params = {"w": x[0], "b": x[1]}
    state = {k: {"m": 0.0, "v": 0.0} for k in params}
    for t in range(1, 4):
        grads = {"w": params["w"] * x[2], "b": params["b"] - x[3]}
        for k in params:
            s = state[k]
            s["m"] = 0.9 * s["m"] + 0.1 * grads[k]
            s["v"] = 0.99 * s["v"] + 0.01 * grads[k] ** 2
            params[k] -= 0.1 * s["m"] / (math.sqrt(s["v"]) + 1e-3)
    return params["w"] ** 2 + params["b"]


@case(X)
def rpn(x):
    stack = []
    prog = [x[0], x[1], "+", x[2], "*"]
    stack.append(x[0])
    stack.append(x[1])
    b = stack.pop()
    a = stack.pop()
    stack.append(a + b)
    stack.append(x[2])
    b, a = stack.pop(), stack.pop()
    stack.append(a * b)
    return stack[-1] ** 2


@case(X)
def cum_drawdown(x):
    wealth = list(accumulate([1 + v for v in x], lambda a, b: a * b))
    peaks = list(accumulate(wealth, max))
    return sum((p - w) / p for p, w in zip(peaks, wealth)) + wealth[-1]


@case(X, "abcab")
def ngram(x, text):
    idx = {c: i for i, c in enumerate("abc")}
    logp = defaultdict(float)
    for c, d in zip(text, text[1:]):
        logp[(c, d)] += x[idx[c]] * x[idx[d]]
    return sum(math.tanh(v) for v in logp.values())


@case(X)
def topological(x):
    deps = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c"]}
    val = {}
    for i, (node, ds) in enumerate(deps.items()):
        val[node] = x[i] + sum(val[d] ** 2 for d in ds)
    return val["d"]


@case(X)
def fib_memo(x):
    memo = {0: x[0], 1: x[1]}
    for n in range(2, 8):
        memo[n] = memo[n - 1] * x[2] + memo[n - 2] * x[3]
    return memo[7]


@case(X)
def bfs(x):
    graph = {0: [1, 2], 1: [3], 2: [3], 3: []}
    dist = {0: 0.0}
    queue = deque([0])
    while queue:
        u = queue.popleft()
        for v in graph[u]:
            if v not in dist:
                dist[v] = dist[u] + x[v] ** 2
                queue.append(v)
    return dist[3]
