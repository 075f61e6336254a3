"""Containers inside of functions, one thing at a time."""

import bisect
import heapq
import itertools
import math
from collections import Counter, defaultdict, deque, namedtuple
from functools import partial, reduce
from itertools import (
    accumulate,
    chain,
    combinations,
    combinations_with_replacement,
    count,
    cycle,
    islice,
    pairwise,
    permutations,
    product,
    repeat,
    zip_longest,
)

import numpy as np
from container_cases import case, refused

X = np.array([0.7, -1.3, 2.1, 0.4, 1.6])
L = [0.7, 1.3, 2.1]


@case(X)
def list_insert(x):
    xs = []
    for v in x:
        xs.insert(0, v * v)
    return xs[0] * 2 + xs[1] * xs[3]


@case(X)
def list_pop0(x):
    xs = [v * 2 for v in x]
    a = xs.pop(0)
    b = xs.pop()
    c = xs.pop(1)
    return a * b + c * c + xs[0] * xs[1]


@case(X)
def list_remove_clear(x):
    xs = [v for v in x]
    s = 0.0
    for v in xs:
        s += v * v
    xs.clear()
    xs.append(s)
    return xs[0] ** 2


@case(X)
def list_reverse(x):
    xs = [v * i for i, v in enumerate(x)]
    xs.reverse()
    return xs[0] * xs[1] + xs[2] ** 2


@case(X)
def list_sort(x):
    xs = [v * v for v in x]
    xs.sort()
    return sum((i + 1) * v for i, v in enumerate(xs))


@case(X)
def list_sort_key(x):
    xs = [v * v for v in x]
    xs.sort(key=lambda v: -v)
    return sum((i + 1) * v for i, v in enumerate(xs))


@case(X)
def sorted_key(x):
    pts = [(v, v * v) for v in x]
    best = sorted(pts, key=lambda p: p[1], reverse=True)[:2]
    return best[0][0] * best[1][1]


@case(X)
def slices(x):
    xs = [v * v for v in x]
    ys = xs[1:4]
    zs = xs[::-1]
    return ys[0] * zs[0] + sum(ys) * sum(zs[1:])


@case(X)
def slice_store(x):
    xs = [v * v for v in x]
    xs[1:3] = [x[0], x[1] * 2]
    return sum(v * v for v in xs)


@case(X)
def elem_store(x):
    xs = [0.0] * 3
    xs[0] = x[0]
    xs[1] += x[1] * 2
    xs[2] -= x[2]
    xs[1] *= x[3]
    return xs[0] * xs[1] * xs[2]


@case(X)
def nested_list(x):
    n = len(x)
    grid = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            grid[i][j] = x[i] * x[j] + i
    grid[1][2] += x[0] ** 2
    return sum(grid[i][j] * (i + j) for i in range(n) for j in range(n))


@case(X)
def list_add_mul(x):
    a = [x[0], x[1]]
    b = [x[2]] * 2
    c = a + b + [1.0]
    return sum(v * v * i for i, v in enumerate(c))


@case(X)
def dict_lit(x):
    d = {"a": x[0], "b": x[1] * 2}
    d["c"] = d["a"] * d["b"]
    d["a"] += x[3]
    return sum(d.values()) + d.get("z", 1.0) * x[0]


@case(X)
def dict_kw(x):
    d = dict(a=x[0], b=x[1])
    e = {**d, "c": x[2]}
    f = d | {"b": x[4]}
    t = 0.0
    for k, v in e.items():
        t += v * v
    return t + f["b"] * f["a"]


@case(X, ["u", "v", "u", "w", "v"])
def dict_runtime(x, names):
    counts = {}
    for name, w in zip(names, x):
        counts[name] = counts.get(name, 0.0) + w * w
    total = 0.0
    for k, v in counts.items():
        total += v * v
    return total


@case(X, ["u", "v", "u", "w", "v"])
def default_float(x, names):
    acc = defaultdict(float)
    for name, w in zip(names, x):
        acc[name] += w * w
    return sum(v**2 for v in acc.values())


@case(X, ["u", "v", "u", "w", "v"])
def default_list(x, names):
    groups = defaultdict(list)
    for name, w in zip(names, x):
        groups[name].append(w)
    return sum((sum(g) / len(g)) ** 2 for g in groups.values())


@case(X, [3, 1, 3, 2, 1])
def int_keys(x, idx):
    d = {}
    for i, w in zip(idx, x):
        if i in d:
            d[i] += w * 2
        else:
            d[i] = w
    s = 0.0
    for k in sorted(d):
        s += k * d[k] ** 2
    return s


@case(X, ["a", "b", "a"])
def counter_passive(x, names):
    c = Counter(names)
    return x[0] * c["a"] + x[1] * c["b"] ** 2


@case(X)
def dict_comp(x):
    d = {i: v * v for i, v in enumerate(x)}
    return d[0] * d[2] + sum(k * v for k, v in d.items())


@case(X)
def memo_dp(x):
    memo = {}
    n = len(x)
    for i in range(n):
        for j in range(i + 1):
            if j == 0:
                memo[i, j] = x[i]
            else:
                memo[i, j] = memo[i, j - 1] * x[j] + memo[i - 1, j - 1]
    return memo[n - 1, n - 1]


@case(X)
def setdefault_pop(x):
    d = {"a": x[0]}
    d.setdefault("b", x[1] * 2)
    d.setdefault("a", x[2])
    v = d.pop("a")
    return v * d["b"] + d.pop("zz", x[3])


@case(X)
def comp_two_for(x):
    return sum([a * b for a in x for b in x if a > b])


@case(X)
def gen_min_max(x):
    return min(v * v for v in x) + max(abs(v) for v in x) * 2


@case(X)
def min_key(x):
    a = min(x, key=lambda v: (v - 1) ** 2)
    b = max([v * 2 for v in x], key=abs)
    return a * b


@case(X)
def min_default(x):
    return min([v for v in x if v > 100], default=x[0] * 2) * x[1]


@case(X)
def any_all(x):
    if any(v > 2 for v in x) and all(v > -5 for v in x):
        return x[0] ** 2
    return x[1]


@case(X)
def listtuple_gen(x):
    t = tuple(v * v for v in x)
    l = list(v + 1 for v in x)
    return t[0] * l[1] + t[4]


@case(X)
def nparray_gen(x):
    a = np.array(list(v * v for v in x))
    b = np.array([v + 1 for v in x])
    return np.sum(a * b)


@case(X)
def fromiter(x):
    a = np.fromiter((v * v for v in x), dtype=float)
    return np.sum(a**2)


@case(X)
def sum_start(x):
    return sum([v * v for v in x], x[0]) * sum((v for v in x), start=1.0)


@case(X)
def maps(x):
    def f(v):
        return v * v

    return sum(map(f, x)) + sum(map(lambda a, b: a * b, x, x[1:]))


@case(X)
def filters(x):
    return sum(filter(lambda v: v > 0, x)) * x[1] + sum(list(map(math.sin, x)))


@case(X)
def zips(x):
    s = 0.0
    for a, b in zip(x, x[::-1], strict=True):
        s += a * b * b
    for i, a in enumerate(x, 1):
        s += i * a * a
    for a in reversed(x):
        s = s * 0.5 + a
    return s


@case(X)
def it_product(x):
    s = 0.0
    for a, b in itertools.product(x, x[:2]):
        s += a * b * b
    for a, b in product(x, repeat=2):
        s += a * a * b
    return s


@case(X)
def it_comb(x):
    s = 0.0
    for a, b in combinations(x, 2):
        s += 1.0 / (1 + (a - b) ** 2)
    for a, b, c in itertools.combinations(x, 3):
        s += a * b * c
    return s


@case(X)
def it_comb_idx(x):
    s = 0.0
    for i, j in combinations(range(len(x)), 2):
        s += (x[i] - x[j]) ** 2
    return s


@case(X)
def it_cwr(x):
    return sum(a * b for a, b in combinations_with_replacement(x, 2)) + sum(
        a * b**2 for a, b in permutations(x, 2)
    )


@case(X)
def it_accumulate(x):
    ys = list(accumulate(x))
    zs = list(itertools.accumulate(x, lambda a, b: a * b))
    return sum(y * y for y in ys) + zs[-1]


@case(X)
def it_pairwise(x):
    return sum((b - a) ** 2 for a, b in pairwise(x))


@case(X)
def it_chain(x):
    return sum(v * v for v in chain(x, x[:2], [x[0] * 2]))


@case(X)
def it_islice(x):
    s = 0.0
    for v in islice(x, 1, 4):
        s += v * v
    for i, v in zip(count(1), x):
        s += i * v
    for v, w in zip(x, cycle([1.0, -2.0])):
        s += v * v * w
    for v, w in zip(x, repeat(3.0)):
        s += v * w
    return s


@case(X)
def it_starmap(x):
    return sum(map(lambda a, b: a * b, x, x[1:]))


@case(X)
def reduces(x):
    return reduce(lambda acc, c: acc * 0.5 + c, x) + reduce(lambda a, c: a * c, x, 2.0)


@case(X)
def partials(x):
    f = partial(lambda a, b: a * b, 2.0)
    return f(x[0]) * f(b=x[1])


@case(X)
def deques(x):
    window = deque(maxlen=3)
    out = []
    for v in x:
        window.append(v)
        out.append(sum(window) / len(window))
    return sum(o * o for o in out)


@case(X)
def deque_popleft(x):
    q = deque()
    s = 0.0
    for v in x:
        q.append(v * v)
    while q:
        s = s * 0.9 + q.popleft()
    return s


P = namedtuple("P", ["a", "b"])


@case(X)
def namedtuples(x):
    p = P(x[0], b=x[1])
    q = p._replace(a=x[2])
    return p.a * p.b + q.a * q[1]


@case(X, [1, 2, 1, 3, 2])
def sets(x, idx):
    seen = set()
    s = 0.0
    for i, v in zip(idx, x):
        if i not in seen:
            seen.add(i)
            s += v * v
    return s * len(seen)


@case(X)
def nested_array(x):
    m = np.array([[x[0], x[1]], [x[2], x[3]]])
    r = np.stack([x * i for i in range(3)])
    c = np.concatenate([x[:2], x[3:]])
    rows = []
    for i in range(3):
        rows.append(x * x[i])
    return np.linalg.det(m) + np.sum(r**2) + np.sum(c**2) + np.sum(np.array(rows) ** 2)


@case(X)
def star(x):
    a, *rest = x
    first, *mid, last = [v * v for v in x]
    return a * sum(rest) + first * mid[1] * last


@case(X)
def star_call(x):
    def f(a, b, c):
        return a * b + c

    xs = [x[0], x[1], x[2] ** 2]
    ys = [*xs, *[x[3]]]
    t = (x[0], x[1]) + (x[2],)
    return f(*xs) * ys[3] + f(*t)


@case(X, "a,b;c")
def strings(x, spec):
    parts = spec.split(",")
    w = 1.0 if parts[0] == "a" else 2.0
    s = "-".join(parts)
    return x[0] ** 2 * w * len(s) + (x[1] if s.startswith("a") else x[2])


@case(X)
def ranges(x):
    r = range(1, len(x))
    sl = slice(1, 3)
    s = 0.0
    for i in r:
        s += x[i] * x[i - 1]
    return s + np.sum(x[sl] ** 2) + len(r)


@case(X)
def bisects(x):
    grid = [0.0, 1.0, 2.0]
    i = bisect.bisect(grid, 1.5)
    return x[i] ** 2


@case(L)
def list_arg(xs):
    ys = [v * v for v in xs]
    ys.append(xs[0])
    return sum(ys) + max(xs) * len(xs)


@case((0.5, 1.5))
def tuple_arg(t):
    a, b = t
    return a * b + t[0] ** 2


@case(X)
def sum_lists(x):
    rows = [[a * b for b in x] for a in x]
    return sum(sum(row) for row in rows) + sum(v * v for row in rows for v in row)


@case(X)
def transposed(x):
    rows = [[x[0], x[1]], [x[2], x[3]]]
    cols = list(zip(*rows))
    return cols[0][0] * cols[0][1] + cols[1][0] ** 2


@case(X)
def list_idx(x):
    xs = [v for v in x]
    i = xs.index(max(xs))
    return xs[i] ** 2 + x[0] * xs.count(0.5)


@case(X)
def np_append_list(x):
    hist = [x[0]]
    while len(hist) < 6:
        hist.append(hist[-1] * 0.5 + x[1])
    return np.mean(np.array(hist) ** 2)


@case(X, {"a": ["b", "c"], "b": ["c"], "c": []})
def graph(x, adj):
    val = {"a": x[0], "b": x[1], "c": x[2]}
    new = {}
    for node, nbrs in adj.items():
        new[node] = val[node] + sum(val[n] * 0.5 for n in nbrs)
    return sum(v * v for v in new.values())


@case(X)
def dict_of_lists(x):
    d = {"p": [x[0], x[1]], "q": [x[2]]}
    d["q"].append(x[3])
    d["p"][0] = d["p"][0] * 2
    return sum(sum(v) ** 2 for v in d.values())


@case(X)
def dict_nested(x):
    tree = {"f": 0, "t": 0.5, "l": {"v": x[0]}, "r": {"v": x[1] ** 2}}
    node = tree["l"] if x[2] < tree["t"] else tree["r"]
    return node["v"] * 3


@refused("SD203", X)
def zip_long(x):
    s = 0.0
    for a, b in zip_longest(x, x[:2], fillvalue=0.0):
        s += a * b
    return s


@refused("SD307", X)
def heaps(x):
    h = [3, 1, 2]
    heapq.heapify(h)
    i = heapq.heappop(h)
    return x[i] ** 2


@refused("SD201", X)
def nexts(x):
    it = iter(x)
    a = next(it)
    return a * a


@case(X)
def swap(x):
    xs = [v for v in x]
    xs[0], xs[2] = xs[2], xs[0]
    return xs[0] ** 2 + xs[2] * xs[1]


@case(X)
def isinst(x):
    xs = [1.0, 2.0]
    if isinstance(xs, list):
        return x[0] ** 2
    return x[1]


@case(X, [1.0, 2.0, 3.0, 4.0])
def enum_break(x, w):
    s = 0.0
    for i, v in enumerate(w, 1):
        if v > 2.5:
            break
        s += x[0] * x[i] * i
    return s


@case(X)
def enum_break_active(x):
    s = 0.0
    for i, v in enumerate(x, start=2):
        if v > 2.0:
            break
        s += v * v * i
    return s
