"""Checkpointed loops: right, with the fewest steps, and within their snapshots."""

from __future__ import annotations

import math
import tracemalloc
from functools import cache

import numpy as np
import pytest

import symdiff
from symdiff import checkpointed
from symdiff.errors import UnsupportedError
from symdiff.rules.helpers_checkpoints import snapshot_steps
from symdiff.testing import check_grads

X = np.array([0.3, -0.5, 0.9])


def heat(u, alpha, n):
    for _ in checkpointed(range(n), snapshots=10):
        u = u + alpha * (np.roll(u, 1) - 2 * u + np.roll(u, -1))
    return np.sum(u**2)


def stored_heat(u, alpha, n):
    for _ in range(n):
        u = u + alpha * (np.roll(u, 1) - 2 * u + np.roll(u, -1))
    return np.sum(u**2)


def pendulum(x, v, k):
    energy = 0.0
    for _ in checkpointed(range(7), snapshots=3):
        a = -k * np.sin(x)
        v = v + 0.1 * a
        x = x + 0.1 * v
        energy += np.sum(x * v)
    return np.sum(x * v) + energy


def in_place(x):
    c = 0
    u = np.zeros(3)
    for t in checkpointed(range(2, 12, 2), snapshots=2):
        c = c + t
        u[1:] = np.sin(u[:-1] * x + c * x)
        u[0] += t * x
    return np.sum(u**2) + c * x


def surrounded(x, W):
    for i in range(3):
        y = x * i
        if i % 2 == 0:
            for _ in checkpointed(range(4), snapshots=2):
                y = np.tanh(W @ y + x)
        else:
            y = y * x
        x = x + 0.1 * y
    return np.sum(x**2)


def within(x):
    for _ in checkpointed(range(4), snapshots=2):
        for s in checkpointed(range(3), snapshots=1):
            x = x * np.cos(x) if s % 2 else x - 0.1 * x**3
    return x


def two_lists(xs):
    ys = [0.0, 1.0]
    for i in checkpointed(range(len(xs)), snapshots=2):
        ys[i % 2] = ys[1 - i % 2] * xs[i]
    return ys[0] * ys[1]


def never(x, k):
    for _ in checkpointed(range(0), snapshots=2):
        x = x * k
    return np.sum(x)


CASES = [
    (pendulum, (X, X[::-1].copy(), 1.3)),
    (in_place, (0.7,)),
    (surrounded, (X, np.outer(X, X))),
    (within, (0.8,)),
    (two_lists, ([0.5, 2.0, 3.0, 0.7],)),
    (never, (X, 2.0)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("f", "args"), CASES)
def test_all_derivatives_are_right(f, args):
    check_grads(f, args, order=1 if f is pendulum else 2)


@pytest.mark.parametrize("n", [0, 1, 2, 30])
def test_the_gradient_is_that_of_the_plain_loop_to_the_last_bit(n):
    found = symdiff.grad(heat, argnums=("u", "alpha"))(X, 0.2, n)
    want = symdiff.grad(stored_heat, argnums=("u", "alpha"))(X, 0.2, n)
    assert np.array_equal(found[0], want[0])
    assert found[1] == want[1]


def counted(n: int, snapshots: int) -> tuple[int, int]:
    """The steps before those that are reversed, and the snapshots held at a time."""
    held, steps = [0], -1
    stops = snapshot_steps(0, n, snapshots - 1)
    for t in range(n):
        held += [t] if t in stops else []
        steps += 1
    most = 0
    for last in reversed(range(n)):
        first = held[-1]
        stops = snapshot_steps(first, last + 1, snapshots - len(held))
        for t in range(first, last):
            held += [t] if t in stops else []
            steps += 1
        # The last state is at hand, and is no snapshot, when the reverse sweep starts.
        most = max(most, len(held) - (last == n - 1))
        if first == last:
            held.pop()
    return steps, most


def optimum(n: int, snapshots: int) -> int:
    """The number of steps of Griewank and Walther's formula."""
    r = 0
    while math.comb(snapshots + r, snapshots) < n:
        r += 1
    return r * n - math.comb(snapshots + r, snapshots + 1)


@cache
def fewest(n: int, snapshots: int) -> int:
    """The same by trying where to put the next snapshot."""
    if n <= 1:
        return 0
    if snapshots == 1:
        return n * (n - 1) // 2
    return min(
        k + fewest(k, snapshots) + fewest(n - k, snapshots - 1) for k in range(1, n)
    )


@pytest.mark.parametrize("snapshots", range(1, 7))
def test_the_schedule_needs_the_fewest_steps(snapshots):
    for n in range(1, 60):
        steps, most = counted(n, snapshots)
        assert steps == optimum(n, snapshots) == fewest(n, snapshots)
        assert most <= snapshots


@pytest.mark.slow
def test_a_thousand_steps_with_ten_snapshots():
    df = symdiff.grad(heat, argnums=("u", "alpha"))
    u = np.sin(np.arange(500.0) / 50)
    variant = df.specialize(u, 0.2, 1000)
    space: dict = {}
    exec(variant.source, space)
    step, calls = space["heat_step"], [0]

    def counting(*args):
        calls[0] += 1
        return step(*args)

    space["heat_step"] = counting
    tracemalloc.start()
    found = space["heat_grad"](u, 0.2, 1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert calls[0] == optimum(1000, 10) + 1 == 3637
    assert peak < 20 * u.nbytes
    want = symdiff.grad(stored_heat, argnums=("u", "alpha"))(u, 0.2, 1000)
    assert np.array_equal(found[0], want[0])
    assert found[1] == want[1]


def test_the_source_says_what_happens():
    source = symdiff.grad(heat).specialize(X, 0.2, 20).source
    _, _, body = source.partition("def heat_grad(u, alpha, n):\n")
    assert body == (
        '''    """Gradient of `heat` with respect to u."""
    # forward
    snapshots = [(0, u)]
    stops = snapshot_steps(0, n, 9)
    for t in range(n):
        if t in stops:
            snapshots.append((t, u))
        u = heat_step(u, alpha)

    # reverse of: return np.sum(u**2)
    u_bar = 2 * u

    # reverse of: for _ in checkpointed(range(n), snapshots=10)
    for last in reversed(range(n)):
        first, u = snapshots[-1]
        stops = snapshot_steps(first, last + 1, 10 - len(snapshots))
        for t in range(first, last):
            if t in stops:
                snapshots.append((t, u))
            u = heat_step(u, alpha)
        if first == last:
            snapshots.pop()
        u_bar = heat_step_vjp(u, alpha, u_bar)
    return u_bar
'''
    )


def test_forward_mode_and_the_function_itself_store_nothing():
    value, slope = symdiff.jvp(heat, (X, 0.2, 3), (None, 1.0, None))
    assert value == heat(X, 0.2, 3)
    assert slope == pytest.approx(symdiff.grad(heat, argnums="alpha")(X, 0.2, 3))
    with pytest.raises(ValueError, match="at least one snapshot"):
        checkpointed(range(3), 0)


def over_items(xs):
    y = 1.0
    for x in checkpointed(xs, snapshots=2):
        y = y * x
    return y


def left_early(x):
    for _ in checkpointed(range(9), snapshots=2):
        x = x * 2
        if x > 100:
            break
    return x


def prints(x):
    for _ in checkpointed(range(9), snapshots=2):
        print(x)
        x = x * 2
    return x


def undefined(x):
    for _ in checkpointed(range(9), snapshots=2):
        y = x * 2
        x = y * x
    return x * y


def no_snapshot(x):
    for _ in checkpointed(range(9), snapshots=0):
        x = x * 2
    return x


def numbered(x):
    for i, _ in enumerate(checkpointed(range(9), snapshots=2)):
        x = x * i
    return x


@pytest.mark.parametrize(
    ("f", "x", "why"),
    [
        (over_items, X, "runs over a `range`"),
        (left_early, 2.0, "left early"),
        (prints, 2.0, "prints or draws"),
        (undefined, 2.0, "`y` has no value before"),
        (no_snapshot, 2.0, "at least one snapshot"),
        (numbered, 2.0, "only looped over"),
    ],
)
def test_what_cannot_be_checkpointed_is_refused(f, x, why):
    with pytest.raises(UnsupportedError, match=f"SD205.*{why}"):
        symdiff.grad(f)(x)


# --- functions


@symdiff.checkpoint
def layer(h, W):
    a = np.tanh(W @ h)
    return np.sin(a) * h


def network(W, x):
    h = x
    for _ in range(3):
        h = layer(h, W)
    return np.sum(h**2)


def with_a_dict(p, x):
    def block(q, h):
        return np.tanh(q["W"] @ h + q["b"]), h

    again = symdiff.checkpoint(block)
    h, g = again(p, x)
    h, g = again(p, h)
    return np.sum(h * g)


def around(W, x):
    again = symdiff.checkpoint(lambda h: np.exp(-np.sum((W @ h) ** 2)) * h)
    h = again(x)
    h[0] = 3.0 * x[1]
    return np.sum(h**2)


def view(x):
    def rest(x):
        return x[1:]

    y = symdiff.checkpoint(rest)(x)
    x = x * 2
    return np.sum(y * x[1:])


SQUARE = np.outer(X, X) + np.eye(3) / 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (network, (SQUARE, X)),
        (with_a_dict, ({"W": SQUARE, "b": X}, X)),
        (around, (SQUARE, X)),
        (view, (X,)),
    ],
)
def test_functions_that_run_again_have_the_right_derivatives(f, args):
    check_grads(f, args, order=2)


def test_only_the_arguments_of_a_checkpointed_function_are_stored():
    source = symdiff.grad(network).specialize(SQUARE, X).source
    _, _, body = source.partition("def network_grad(W, x):\n")
    assert body.count("_tape = []") == 1
    assert "h_tape.append(h)\n        h = layer(h, W)" in body
    assert "a = np.tanh(W @ h)" in source.partition("def layer_vjp")[2]


def test_what_nobody_reads_is_not_computed_forwards():
    def twice(W, x):
        return np.sum(layer(layer(x, W), W))

    source = symdiff.grad(twice).specialize(SQUARE, X).source
    _, _, body = source.partition("def twice_grad(W, x):\n")
    assert "layer_vjp_1(layer(x, W), W, np.ones_like(x))" in body


def test_a_checkpointed_function_is_called_as_it_is():
    assert np.array_equal(layer(X, W=SQUARE), layer.function(X, SQUARE))
    assert layer.__name__ == "layer"
    assert symdiff.grad(symdiff.checkpoint(lambda t: t**3))(2.0) == 12.0


def printing(x):
    @symdiff.checkpoint
    def square(x):
        print(x)
        return x * x

    return square(x)


@symdiff.checkpoint
def noisy(x):
    y = x * np.random.normal()
    return np.sin(y) * y


@symdiff.checkpoint
def recursive(x, n):
    if n == 0:
        return x
    return recursive(np.sin(x), n - 1) * x


def writing(x):
    x = np.array([x, x])

    @symdiff.checkpoint
    def clear(i):
        x[i] = 0.0
        return x[1]

    return clear(0) * x[1]


def returning_a_dict(x):
    def pair(x):
        return {"a": x * x}

    return symdiff.checkpoint(pair)(x)["a"]


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (printing, "prints or draws"),
        (lambda x: noisy(x) * x, "prints or draws"),
        (lambda x: recursive(x, 3), "calls itself"),
        (writing, "writes to what is outside"),
        (returning_a_dict, "does not return plain values"),
        (lambda x: symdiff.checkpoint(np.sin)(x), "`checkpoint` is given"),
        (lambda x: symdiff.checkpoint()(x), "not given one function"),
    ],
)
def test_what_cannot_be_run_again_is_refused(f, why):
    with pytest.raises(UnsupportedError, match=f"SD205.*{why}"):
        symdiff.grad(f)(2.0)
