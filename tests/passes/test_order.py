"""What Python does step by step: right where it does not show, else refused."""

from __future__ import annotations

import collections
import itertools

import numpy as np
import pytest

from symdiff import UnsupportedError, value_and_grad
from symdiff.testing import compare


def loop_over_a_generator(x):
    total = 0.0
    for y in (np.sin(v) * x for v in [x, 2 * x, 3 * x]):
        total += y * y
    return total


def loop_over_a_map_left_early(x):
    def scaled(v):
        return 0.3 * v * x

    total = 0.0
    for k, y in enumerate(map(scaled, [x, 2 * x, 3 * x])):
        total += y * k
        if total > 1.0:
            break
    return total


def consumed_at_once(x):
    xs = [x, 2 * x]
    first, second = (v * v for v in xs)
    table = {"a": x, "b": first}
    total = sum(table.values()) + max(map(np.sin, xs)) + len(table.keys())
    xs += (v + 1 for v in [x])
    return total * second + sum(v for _, v in table.items()) * xs[-1]


def generator_of_a_map(x):
    return sum(v + w for v, w in zip(map(np.cos, [x, 2 * x]), (x, 3.0), strict=True))


def other_names_change(x):
    total, count = 0.0, 0
    for v in (w * w for w in [x, 2 * x]):
        w = v + 1
        total += w
        count += 1
    return total * count


def generator_reads_what_the_loop_assigns(x):
    a = 1.0
    for y in (a * v for v in [x, 2 * x, 3 * x]):
        a = a + y
    return a


def filter_reads_what_the_loop_assigns(x):
    a = 1.0
    for y in filter(lambda v: v > a, [x, 2 * x, 3 * x]):
        a = a + y
    return a


def generator_reads_what_the_loop_stores(x):
    d = np.zeros(3)
    for y in (v + d[0] for v in [x, 2 * x]):
        d[0] += y
    return d[0]


def generator_reads_an_entry(x):
    d = {"a": 1.0}
    for y in (v * d["a"] for v in [x, 2 * x]):
        d["a"] = d["a"] + y
    return d["a"]


def generator_left_early(x):
    a, seen = 1.0, []
    for y in (a * v for v in [x, 2 * x, 3 * x, 4 * x] if v > a):
        if y > 20:
            break
        if y < 0:
            continue
        a = a + y
        seen.append(y)
    else:
        a = a * x
    return a + sum(seen)


def generator_of_nested_targets(x):
    item, total = x, 0.0
    for u in (i * item + p * q for i, (p, q) in enumerate([(x, 1.0), (2.0, x)])):
        total += u * item
        item = item + u
    return total


def first_iterable_is_outside(x):
    xs = [x, 2 * x]
    xs = [v * xs[0] for v in xs]
    a = [xs[0], 2.0]
    return sum(a * v for a, v in zip(a, xs, strict=True))


RIGHT = [
    loop_over_a_generator,
    loop_over_a_map_left_early,
    consumed_at_once,
    generator_of_a_map,
    other_names_change,
    first_iterable_is_outside,
    generator_reads_what_the_loop_assigns,
    filter_reads_what_the_loop_assigns,
    generator_reads_what_the_loop_stores,
    generator_reads_an_entry,
    generator_left_early,
    generator_of_nested_targets,
]


def generator_in_a_zip(x):
    a = 1.0
    for y, k in zip((a * v for v in [x, 2 * x]), range(2), strict=True):
        a = a + y * k
    return a


def map_of_a_closure(x):
    a = 1.0

    def scaled(v):
        return a * v

    for y in map(scaled, [x, 2 * x]):
        a = a + y
    return a


def takewhile_reads_the_sum(x):
    s = 0.0
    for y in itertools.takewhile(lambda _: s < 3, [x, 2 * x]):  # noqa: B023
        s += y
    return s


def comprehension_over_a_map(x):
    seen = [0.0]

    def step(v):
        return v + seen[-1]

    out = []
    for y in map(step, [x, 2 * x]):
        seen.append(y)
        out.append(y)
    return sum(out)


def named_generator(x):
    squares = (v * v for v in [x, 2 * x])
    return sum(squares) + sum(squares)


def named_zip(x):
    pairs, total = zip([x, 2 * x], [x, 3 * x], strict=True), 0.0
    for u, v in pairs:
        total += u * v
    for u, v in pairs:
        total += u * v
    return total


def named_view(x):
    d = {"a": x}
    values = d.values()
    d["b"] = 2 * x
    return sum(values)


def returned_iterator(x):
    def pairs(xs):
        return zip(xs, xs[::-1], strict=True)

    return sum(a * b for a, b in pairs([x, 2 * x, 3 * x]))


def printing_steps(x):
    def shown(v):
        print(v)
        return v * v

    total = 0.0
    for y in map(shown, [x, 2 * x]):
        print("body")
        total += y
    return total


REFUSED = [
    generator_in_a_zip,
    map_of_a_closure,
    takewhile_reads_the_sum,
    comprehension_over_a_map,
    named_generator,
    named_zip,
    named_view,
    returned_iterator,
    printing_steps,
]


@pytest.mark.parametrize("fun", RIGHT)
def test_right(fun):
    value, slope = value_and_grad(fun)(1.3)
    assert np.isclose(value, fun(1.3))
    rows = compare(fun, (slope,), (1.3,), (0,))
    assert not [str(row) for row in rows if not row.ok]


@pytest.mark.parametrize("fun", REFUSED)
def test_refused_by_name(fun):
    with pytest.raises(UnsupportedError) as caught:
        value_and_grad(fun)(1.3)
    codes = {finding.code for finding in caught.value.diagnostics}
    assert codes <= {"SD121", "SD310"}
    assert codes & {"SD121", "SD310"}


def stored_while_it_is_added_to(x):
    a = np.zeros(3)

    def moved():
        a[0] = 5.0 * x
        return x

    a[0] += moved()
    return np.sum(a)


def missing_key(x):
    d = collections.defaultdict(float)
    for k in "abca":
        d[k] += x * len(d)
    return sum(d.values()) * d["a"]


def missing_list(x):
    d = collections.defaultdict(list)
    for k in "aba":
        d[k].append(x * len(d))
    return sum(sum(v) for v in d.values())


@pytest.mark.parametrize(
    "fun", [stored_while_it_is_added_to, missing_key, missing_list]
)
def test_a_place_that_changes_before_it_is_stored_to(fun):
    with pytest.raises(UnsupportedError) as caught:
        value_and_grad(fun)(1.3)
    assert {finding.code for finding in caught.value.diagnostics} == {"SD308"}


def test_values_of_other_keys_are_read():
    def ladder(x):
        d = collections.defaultdict(float)
        d[0] = x
        for k in range(1, 5):
            d[k] += d[k - 1] * x
        return sum(d.values())

    value, slope = value_and_grad(ladder)(1.3)
    assert np.isclose(value, sum(1.3 ** (k + 1) for k in range(5)))
    assert np.isclose(slope, sum((k + 1) * 1.3**k for k in range(5)))
