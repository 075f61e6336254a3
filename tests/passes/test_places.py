"""Stores into the items of lists: each stands for its place, also for other lists."""

import numpy as np
import pytest

from symdiff.errors import UnsupportedError
from symdiff.testing import check_grads


def arrays(x, y):
    ps = [x.copy(), y.copy()]
    for p in ps:
        p -= 0.1 * p**2
    return np.sum(ps[0]) * np.sum(ps[1])


def pairs_of_arrays(x, y):
    ps = [x * 1.0, y * 1.0]
    gs = [x * y, y * 2]
    for p, g in zip(ps, gs):
        p -= 0.1 * g
        p[0] = 3 * g[1]
    return np.sum(ps[0]) * np.sum(ps[1])


def rows_that_grow(x, y):
    rows = [[x[0], y[0]], [x[1]]]
    for row in rows:
        row.append(row[0] * 2)
    return sum(sum(r) for r in rows)


def rows_stored_to(x, y):
    rows = [[x[0], y[0]], [x[1], 2.0]]
    for row in rows:
        row[1] = row[0] * 2
    return sum(sum(r) for r in rows)


def rows_of_a_matrix(x, y):
    a = np.outer(x, y)
    for row in a:
        row[0] = row[1] * 2
    return np.sum(a**2)


def entries(x, y):
    d = {"a": x * 1.0, "b": y * 1.0}
    for k in d:
        d[k] -= 0.1 * d[k] ** 2
    for k, v in d.items():
        v *= 2.0
    return np.sum(d["a"] * d["b"])


def dicts_in_a_list(x, y):
    d = [{"a": x[0], "b": y[0]}, {"a": x[1], "b": y[1]}]
    for k in d:
        k["a"] = k["b"] * k["a"]
    return d[0]["a"] * d[1]["a"]


def by_index(x, y):
    ps = [x.copy(), y.copy()]
    for i in range(len(ps)):
        ps[i] -= 0.1 * ps[i] ** 2
        ps[i][1] = ps[i][0]
    return np.sum(ps[0]) * np.sum(ps[1])


def same_twice(x, y):
    a = x.copy()
    ps = [a, a]
    for p in ps:
        p *= 2.0
    return np.sum(ps[0] * y)


def other_name(x, y):
    a = x * 1.0
    ps = [a, y * 1.0]
    for p in ps:
        p *= p
    return np.sum(a * y)


def other_name2(x, y):
    a = x * 1.0
    ps = [a, y * 1.0]
    for p in ps:
        a *= 2
        p += a
    return np.sum(ps[0] * ps[1])


def replaced(x, y):
    ps = [x * 1.0, y * 1.0]
    for i, p in enumerate(ps):
        ps[i] = p * 2
        p *= 3.0
        ps[i] = ps[i] + p
    return np.sum(ps[0] * ps[1])


def replaced2(x, y):
    ps = [x * 1.0, y * 1.0]
    for i, p in enumerate(ps):
        ps[i] = p * 2 + ps[0]
    return np.sum(ps[0] * ps[1])


def swapped(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in ps:
        ps[0], ps[1] = ps[1], ps[0]
        p += 1.0
        p *= p
    return np.sum(ps[0] * ps[1] * x)


def after(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in ps:
        p *= 2.0
    p += 5.0
    return np.sum(ps[0] * ps[1] * p)


def back(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in reversed(ps):
        p *= ps[0]
        if p[0] > 1.0:
            break
    return np.sum(ps[0] * ps[1])


def nested(x, y):
    rows = [[x[0], y[0]], [x[1], y[1], x[0]]]
    for row in rows:
        for j in range(len(row)):
            row[j] = row[j] * row[0]
        for other in rows:
            other[0] = other[0] * row[-1]
    return sum(sum(r) for r in rows)


def grow(x, y):
    rows = [[x[0], y[0]], [x[1]]]
    for row in rows:
        row.append(row[0] * 2)
        if len(rows) < 5:
            rows.append([row[0]])
    return sum(sum(r) for r in rows)


def helper(p, g):
    p -= 0.1 * g
    p[0] = g[1]


def called(x, y):
    ps = [x * 1.0, y * 1.0]
    for p, g in zip(ps, [x * y, x + y]):
        helper(p, g)
    return np.sum(ps[0] * ps[1])


def views(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in ps:
        v = p[1:]
        v *= x[0]
        q = p
        q[0] = v[0]
    return np.sum(ps[0] * ps[1])


def kept(x, y):
    ps = [x * 1.0, y * 1.0]
    seen = []
    for p in ps:
        seen.append(p)
        p *= 3.0
    return np.sum(ps[0] * seen[1])


def kept2(x, y):
    ps = [x * 1.0, y * 1.0]
    last = x * 2
    for p in ps:
        p *= last
        last = p
    return np.sum(ps[0] * last)


def state(x, y):
    vs = [np.zeros(2), np.zeros(2)]
    ps = [x * 1.0, y * 1.0]
    for step in range(3):
        for p, v in zip(ps, vs):
            v *= 0.9
            v += 0.1 * p * p
            p -= 0.5 * v
    return np.sum(ps[0] * ps[1])


def two(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in ps:
        for q in ps:
            p += 0.1 * q
    return np.sum(ps[0] * ps[1])


def pairs_in_tuples(x, y):
    ps = [(x * 1.0, y * 1.0), (y * 2.0, x + 1)]
    for a, b in ps:
        a *= b
        b[0] = a[1]
    return np.sum(ps[0][0] * ps[1][1])


def third(x, y):
    m = [[x[0], x[1]], [y[0], y[1]]]
    for r in m:
        r[0], r[1] = r[1], r[0] * 2
        r.reverse()
        r.insert(0, r[1])
    return m[0][0] * m[1][2] + m[0][1]


def copied_by_list(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = list(ps)
    ps[0] *= 2.0
    return np.sum(qs[0] * ps[1])


def copied_before_a_loop(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = list(ps)
    for i in range(2):
        ps[i] *= 2.0
    return np.sum(qs[0] * ps[1])


def part_of_a_list(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = ps[:1]
    for i in range(2):
        ps[i][0] = 2.0 * x[1]
    return np.sum(qs[0] * ps[1])


def copied_by_method(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = ps.copy()
    for i in range(2):
        ps[i] += 2.0 * x[1]
    return np.sum(qs[0] * ps[1])


def unpacked_into_another(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = [*ps, x]
    for i in range(2):
        ps[i] += 2.0 * x[1]
    return np.sum(qs[0] * ps[1])


def joined_lists(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = ps + [x]  # noqa: RUF005
    ps[0][:] = y
    return np.sum(qs[0] * ps[1])


def turned_around(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = ps[::-1]
    qs[0][:] = x * 2
    return np.sum(qs[0] * ps[1] * ps[0])


def copied_by_comprehension(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = [p for p in ps]
    qs[0][:] = y * 2
    return np.sum(qs[1] * ps[1] * ps[0])


def rows_of_a_copy(x, y):
    ps = [[x[0]], [y[1], 2.0]]
    qs = list(ps)
    qs[0].append(x[1])
    qs[1][0] = x[1]
    return sum(sum(p) * k for k, p in enumerate(ps)) + sum(ps[0])


def stored_into_a_part(x, y):
    ps = [x * 1.0, y * 1.0]
    for p in ps[:1]:
        p *= 2.0
    return np.sum(ps[0] * ps[1])


def copied_before_a_loop_over_items(x, y):
    ps = [x * 1.0, y * 1.0]
    qs = list(ps)
    for p in ps:
        p *= 2.0
    return np.sum(qs[0] * ps[1])


RIGHT = [
    arrays,
    pairs_of_arrays,
    rows_that_grow,
    rows_stored_to,
    rows_of_a_matrix,
    entries,
    dicts_in_a_list,
    by_index,
    replaced2,
    back,
    called,
    views,
    kept2,
    state,
    third,
]
REFUSED = [
    copied_by_list,
    copied_before_a_loop,
    part_of_a_list,
    copied_by_method,
    unpacked_into_another,
    joined_lists,
    turned_around,
    copied_by_comprehension,
    rows_of_a_copy,
    stored_into_a_part,
    copied_before_a_loop_over_items,
    same_twice,
    other_name,
    other_name2,
    replaced,
    swapped,
    after,
    nested,
    grow,
    kept,
    two,
    pairs_in_tuples,
]
ARGS = (np.array([0.3, 0.7]), np.array([1.2, 0.4]))


@pytest.mark.parametrize("fun", RIGHT)
def test_right(fun):
    check_grads(fun, ARGS)


@pytest.mark.parametrize("fun", REFUSED)
def test_refused_by_name(fun):
    """Items that move, or that others hold: refused by name, and never wrong."""
    with pytest.raises(UnsupportedError) as caught:
        check_grads(fun, ARGS)
    codes = {finding.code for finding in caught.value.diagnostics}
    assert codes <= {"SD301", "SD306"}
