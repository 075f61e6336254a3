"""Where containers go wrong: aliases, missing keys, odd indices, empty things."""

import math
from collections import defaultdict, deque
from functools import reduce
from itertools import (
    accumulate,
    chain,
    combinations,
    product,
)

import numpy as np
from container_cases import case, refused

X = np.array([0.7, 0.3, 1.1, 0.4, 0.6])


@refused("SD301", X)
def alias_in_dict(x):
    a = x * 2
    d = {}
    for i in range(2):
        d[i] = a
    a[0] = 5.0
    return np.sum(d[0] * x) + np.sum(d[1])


@case(X)
def array_values(x):
    d = {}
    for i in range(3):
        d[i] = x * i
    d[1] = d[1] + d[2]
    s = 0.0
    for k, v in d.items():
        s += np.sum(v**2) * k
    return s


@case(X)
def array_values_inplace(x):
    d = {}
    for i in range(3):
        d[i] = x * i
    for i in range(3):
        d[i] += x**2
        d[i][1] = x[0] * i
    return sum(np.sum(v**3) for v in d.values())


@case(X)
def defaultdict_array(x):
    acc = defaultdict(float)
    for i in range(4):
        acc[i % 2] += x * i
    return np.sum(acc[0] * acc[1])


@case(X)
def missing_read(x):
    acc = defaultdict(float)
    for i in range(3):
        acc[i] += x[i]
    t = acc[7] + acc[0]
    return t * len(acc) * x[1]


@case(X)
def overwritten(x):
    d = {}
    for i in range(5):
        d[i % 2] = x[i] * x[0]
    return d[0] * d[1]


@case(X)
def pop_key(x):
    d = {i: v * v for i, v in enumerate(x)}
    a = d.pop(2)
    b = d.pop(9, x[0])
    k = 3
    c = d.get(k, x[1])
    e = d.get(9, x[1] * 2)
    return a * b * c * e + sum(d.values())


@case(X)
def branch_dict(x):
    d = {}
    for i in range(5):
        if x[i] > 0.5:
            d[i] = x[i] ** 2
        else:
            d[i + 10] = x[i] ** 3
    return sum(k * v for k, v in d.items())


@case(X)
def in_get(x):
    seen = {}
    s = 0.0
    for i in range(5):
        key = i % 3
        if key in seen:
            s += seen[key] * x[i]
        seen[key] = x[i] ** 2
    return s


@case(X)
def while_table(x):
    d = {0: x[0]}
    i = 0
    while d[i] < 5 and i < 10:
        d[i + 1] = d[i] * 1.5 + x[1]
        i += 1
    return d[i] * x[2]


@case(X)
def ret_in_loop(x):
    d = {}
    for i in range(5):
        d[i] = x[i] * 2
        if i == 3:
            return d[1] * d[i]
    return d[0]


@case(X)
def dict_arg_helper(x):
    def put(d, i):
        d[i] = x[i] ** 2

    d = {}
    for i in range(4):
        put(d, i)
    return d[0] * d[3]


@case(X)
def list_of_dicts(x):
    rows = [{"a": v, "b": v * v} for v in x]
    return sum(r["a"] * r["b"] for r in rows)


@case(X)
def tuple_table(x):
    d = {}
    for i in range(4):
        d[i] = (x[i], x[i + 1] ** 2)
    s = 0.0
    for k in d:
        a, b = d[k]
        s += a * b
    return s + d[1][0]


@case(X)
def sort_stable(x):
    pairs = [(round(v), v) for v in x]
    pairs.sort(key=lambda p: p[0])
    return sum(i * v for i, (_, v) in enumerate(pairs))


@case(X)
def sort_desc(x):
    return sum((i + 1) * v * v for i, v in enumerate(sorted(x, reverse=True)))


@case(X)
def insert_mid(x):
    xs = [x[0], x[1]]
    for i in range(2, 5):
        xs.insert(i // 2, x[i])
    xs.insert(-1, x[0] * x[1])
    xs.insert(100, x[2] ** 2)
    return sum((i + 1) * v for i, v in enumerate(xs))


@case(X)
def pop_neg(x):
    xs = [v * v for v in x]
    a = xs.pop(-2)
    i = -2
    b = xs.pop(i)
    return a * b + sum((k + 1) * v for k, v in enumerate(xs))


@case(X)
def list_alias(x):
    a = [v for v in x]
    b = a
    b.append(x[0] ** 2)
    b[0] = 3.0
    a.reverse()
    return a[0] * b[1] + len(a)


@refused("SD301", X)
def nested_alias(x):
    row = [x[0], x[1]]
    g = [row, row]
    g[0][0] = x[2]
    return g[1][0] * g[1][1]


@refused("SD301", X)
def repl_rows(x):
    g = [[0.0] * 2] * 2
    g[0][0] = x[2]
    return g[1][0] * x[0]


@case(X)
def extend_self(x):
    a = [x[0], x[1]]
    a.extend(a)
    a += a
    return sum((i + 1) * v for i, v in enumerate(a))


@case(X)
def slice_grow(x):
    a = [v for v in x]
    a[1:3] = [x[0] * x[1]]
    a[2:2] = [x[3], x[4] ** 2]
    del_ = a[::2]
    return sum((i + 1) * v for i, v in enumerate(a)) + sum(del_)


@case(X)
def empty_things(x):
    e = []
    s = sum(e) + sum(v for v in x if v > 100)
    for a, b in combinations(e, 2):
        s += a * b
    d = {}
    for k, v in d.items():
        s += v
    return s + x[0] ** 2 + sum(accumulate(e)) + max(e, default=x[1])


@case(X)
def map_str(x):
    names = list(map(str, range(3)))
    d = {n: x[int(n)] for n in names}
    return d["0"] * d["2"] + len("".join(names)) * x[1]


@case(X)
def groupsum(x):
    keys = ["a", "b", "a", "c", "b"]
    out = {}
    for k, v in zip(keys, x):
        out.setdefault(k, []).append(v)
    return sum(math.prod(v) for v in out.values())


@case(X)
def zip_dicts(x):
    d = dict(zip(["a", "b", "c"], x))
    e = dict(d)
    e["a"] = x[4]
    d.update(e)
    d.update({"q": x[0]})
    return d["a"] * d["b"] + e["c"] + d["q"]


@case(X)
def enum_items(x):
    d = {f"k{i}": x[i] for i in range(3)}
    s = 0.0
    for i, (k, v) in enumerate(d.items()):
        s += (i + 1) * v * v
    return s


@case(X)
def product3(x):
    return sum(a * b * c for a, b, c in product(x[:2], [1.0, x[3]], x[2:4]))


@case(X)
def minmax_args(x):
    return max(x[0], x[1], x[2], key=lambda v: -v) * min(x[3], x[4]) + max(
        max(r) for r in [[x[0], x[1]], [x[2]]]
    )


@case(X)
def while_pop(x):
    stack = [x[0], x[1], x[2]]
    s = 1.0
    while len(stack) > 1:
        a = stack.pop()
        b = stack.pop()
        stack.append(a * b + 1)
    return stack[0] * s


@case(X)
def deque_rot(x):
    q = deque(x, maxlen=3)
    q.appendleft(x[0] * 2)
    q.append(x[1] ** 2)
    return q[0] * q[1] * q[-1] + len(q)


@case(X)
def inc_table(x):
    d = {"a": 0.0, "b": 0.0}
    for i, k in enumerate(["a", "b", "a", "b", "a"]):
        d[k] += x[i] * d["a"] + 1
        d[k] *= 1.1
    return d["a"] * d["b"]


@case(X)
def any_iadd_lists(x):
    d = {"p": [], "q": []}
    for i, k in enumerate(["p", "q", "p", "p", "q"]):
        d[k] += [x[i]]
    return sum((i + 1) * v for k in d for i, v in enumerate(d[k]))


@case(X)
def starmap_zip3(x):
    return sum(map(pow, x, [2, 3, 2, 1, 2]))


@case(X)
def reduce_init_tuple(x):
    m, s = reduce(lambda acc, v: (acc[0] + v, acc[1] + v * v), x, (0.0, 0.0))
    return s / 5 - (m / 5) ** 2


@case(X)
def chain_loop(x):
    s = 0.0
    for i, v in enumerate(chain(x[:2], [x[4] ** 2], x[3:])):
        s += i * v
    return s


@case(X)
def enum_comb(x):
    return sum(i * a * b for i, (a, b) in enumerate(combinations(x, 2)))


@case(X)
def zip_comb(x):
    return sum(w * a * b for w, (a, b) in zip([1.0, 2.0, x[2]], combinations(x, 2)))


@refused("SD203", X)
def rev_items(x):
    d = {f"k{i}": x[i] for i in range(3)}
    s = 1.0
    for k, v in reversed(d.items()):
        s = s * v + 1
    for k, v in sorted(d.items()):
        s = s * v + 1
    for k in reversed(d):
        s = s * d[k] + 1
    best = max(d, key=d.get)
    top = sorted(d.items(), key=lambda kv: kv[1])[0]
    return s * d[best] + top[1] ** 3


@case(X)
def list_items(x):
    d = {f"k{i}": x[i] for i in range(3)}
    ks = list(d.keys())
    vs = list(d.values())
    its = list(d.items())
    return vs[0] * its[1][1] * len(ks) + sum(v for k, v in its if k != "k0")
