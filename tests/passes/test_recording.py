"""What the forward sweep records, and how the reverse loop gets it back."""

import ast
import linecache

import numpy as np
import pytest

from symdiff import grad, value_and_grad
from symdiff.testing import compare

CASES = {
    # a linear update records nothing
    "linear": (
        """
        def f(u, steps):
            for _ in range(steps):
                u[1:-1] = 0.5 * (u[2:] + u[:-2])
            return np.sum(u * np.arange(6.0))
        """,
        (np.linspace(0, 1, 6), 3),
        (0,),
        0,
    ),
    # a number that is the same in every iteration is computed again
    "invariant": (
        """
        def f(x, ys):
            out = 0.0
            for y in ys:
                out += y * x / np.sqrt(2 * np.pi * x)
            return out
        """,
        (0.7, np.arange(1.0, 5.0)),
        (0,),
        0,
    ),
    # the density is recorded, not the exponential that it is made of
    "quotient": (
        """
        def f(m, s, ys):
            out = 0.0
            for y in ys:
                density = np.exp(-0.5 * ((y - m) / s) ** 2) / (s * np.sqrt(2 * np.pi))
                out += np.log(np.sum(density))
            return out**2
        """,
        (np.linspace(0, 1, 6), np.linspace(1, 2, 6), np.arange(1.0, 5.0)),
        (0, 1),
        2,
    ),
    # no iteration waits for a later one: each is reversed on the spot
    "on the spot": (
        """
        def f(p, eps):
            energy = 0.0
            for i in range(len(p)):
                for j in range(i + 1, len(p)):
                    r2 = np.sum((p[i] - p[j]) ** 2) + eps
                    energy += 1 / r2 - np.exp(-r2)
            return energy
        """,
        (np.sin(np.arange(15.0)).reshape(5, 3), 0.2),
        (0, 1),
        0,
    ),
    "on the spot, in arms": (
        """
        def f(w, xs, ys):
            total = 0.0
            for x, y in zip(xs, ys):
                r = np.tanh(w @ x) - y
                if r > 0:
                    s = np.sin(r)
                    total += s * r
                else:
                    total += r**2
                if total > 1.5:
                    total += w @ w
            return 2.0 * total
        """,
        (
            np.array([0.3, -0.2, 0.5]),
            np.cos(np.arange(18.0)).reshape(6, 3),
            np.array([0.3, -0.6, 0.2, 0.9, -0.1, 0.0]),
        ),
        (0,),
        0,
    ),
    # the reverse counts where the loop has the items
    "numbered": (
        """
        def f(d):
            c = 0.0
            for s in d:
                c += s**2 + np.prod(d[[0, 2]])
            return c
        """,
        (np.arange(1.0, 5.0),),
        (0,),
        None,
    ),
    # a cotangent that the loop leaves as it is, is read after it
    "nothing but a step": (
        """
        def f(x, ys):
            out = np.mean(x)
            for y in ys:
                while y < 1.2:
                    out += 0.5
                    y = y + 0.35
            return out
        """,
        (np.arange(3.0), np.arange(1.0, 5.0)),
        (0,),
        0,
    ),
    # what the reverse starts from comes out of the loop
    "not on the spot": (
        """
        def f(x, ys):
            total = 0.0
            for y in ys:
                total += np.sin(x * y)
            return np.exp(total)
        """,
        (0.7, np.arange(1.0, 5.0)),
        (0,),
        0,
    ),
    "one iteration waits": (
        """
        def f(x, ys):
            total = 0.0
            for y in ys:
                x = np.sin(x * y)
                total += x
            return total
        """,
        (0.7, np.arange(1.0, 5.0)),
        (0,),
        1,
    ),
    # the value after a step is the next step's value before it
    "carried": (
        """
        def f(w, h, n):
            for _ in range(n):
                h = np.tanh(w * h)
            return h
        """,
        (0.7, 0.3, 4),
        (0, 1),
        1,
    ),
    # an item of an array that is stored into is recorded once, however often it is read
    "item": (
        """
        def f(y):
            for i in range(1, len(y)):
                y[i] = y[i] * y[i] + np.sin(y[i])
            return np.sum(y)
        """,
        (np.linspace(0.1, 1, 5),),
        (0,),
        1,
    ),
    # a cosine that the loop has computed is not computed again from its angle
    "shared": (
        """
        def f(x, n):
            s = 0.3
            for _ in range(n):
                a = x * s
                s = s + np.cos(a) * x + np.sin(a)
            return s
        """,
        (0.7, 4),
        (0,),
        3,
    ),
    # the counter of an enumeration that starts elsewhere is counted, not recorded
    "counted": (
        """
        def f(x, w):
            s = 0.0
            for i, item in enumerate(x, 1):
                s = w * s + i * item
            return s
        """,
        (np.linspace(0.1, 1, 5), 0.7),
        (0, 1),
        1,
    ),
    # a cheap value is computed again from one that is recorded anyway
    "recomputed": (
        """
        def f(x, n):
            for _ in range(n):
                x = x - (x**3 - 2.0) / (3 * x**2)
            return x
        """,
        (1.5, 3),
        (0,),
        1,
    ),
    # items of a sequence are read again
    "items": (
        """
        def f(w, xs):
            s = 0.0
            for i, x in enumerate(xs):
                s += i * w * x
            return s
        """,
        (0.5, np.arange(5.0)),
        (0, 1),
        0,
    ),
    # what a branch computes is recorded in the branch
    "branch": (
        """
        def f(x, n):
            for i in range(n):
                if i % 2 == 0:
                    t = np.sin(x)
                    x = t * x
                else:
                    x = 0.5 * x
            return x
        """,
        (0.8, 5),
        (0,),
        2,
    ),
    # a view of an array that is stored into is copied when it is recorded
    "view": (
        """
        def f(u, n):
            for i in range(n):
                v = u[1:4]
                w = v * 1.0
                u[2] = np.sum(v * v) / 9.0
                u[3] += np.sum(w**3) / 9.0
            return np.sum(u)
        """,
        (np.linspace(0.1, 0.9, 6), 3),
        (0,),
        1,
    ),
    # an inner loop's values lie on one tape for all of its runs
    "nested": (
        """
        def f(x, n):
            for i in range(n):
                y = x
                while y > 0.5:
                    y = y * np.cos(y)
                x = x + 0.1 * y
            return x
        """,
        (1.4, 3),
        (0,),
        3,
    ),
    # the value at the head of a loop is not the one after it
    "heads": (
        """
        def f(x, n):
            for _ in range(n):
                x = x + np.log(1.5 + x**2)
            return x**2
        """,
        (0.4, 3),
        (0,),
        1,
    ),
    # a loop runs backwards over the rows of an array that is stored into after it
    "restored rows": (
        """
        def f(w, b):
            total = np.ones((5, 6))
            for row in total:
                b = b + w * np.where(b > 0, row, b)
            for i in range(2):
                total[i] = 0.6
            return np.sum(b * total)
        """,
        (np.linspace(-0.31, 0.71, 6), np.linspace(1.1, 2.2, 6)),
        (0, 1),
        None,
    ),
    # what a callee saves is kept for every call
    "calls": (
        """
        def step(x, k):
            for _ in range(2):
                x = x * np.exp(-k * x)
            return x, k * x

        def f(x, k):
            total = 0.0
            for _ in range(3):
                x, y = step(x, k)
                total += y
            return total
        """,
        (0.9, 0.3),
        (0, 1),
        None,
    ),
}


def define(text, name):
    lines = text.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    text = "\n".join(line[indent:] for line in lines) + "\n"
    file = f"<recording {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {"np": np}
    exec(compile(text, file, "exec"), space)
    return space["f"]


@pytest.mark.parametrize("name", CASES)
def test_recording(name):
    text, args, argnums, tapes = CASES[name]
    fun = define(text, name)
    variant = grad(fun, argnums=argnums).specialize(*args)
    rows = compare(fun, variant.fn(*args), args, argnums)
    assert not [str(row) for row in rows if not row.ok]
    if tapes is not None:
        assert count_tapes(variant.source) == tapes, variant.source


def count_tapes(source):
    """How many empty lists the forward sweep starts with."""
    starts = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.List)
        and not node.value.elts
    ]
    return len(starts)


def test_a_long_loop_and_what_it_keeps():
    def f(x, n):
        for _ in range(n):
            x = x + 1e-5 * np.sin(x)
        return x

    df = grad(f)
    rows = compare(f, (df(0.7, 20_000),), (0.7, 20_000), (0,))
    assert all(row.ok for row in rows)
    assert count_tapes(df.source) == 1


LINEAR = {
    # each entry is overwritten by a sum of its neighbours, element by element
    "sweeps over a grid": (
        """
        def f(a0, sweeps):
            a = a0.copy()
            n = a.shape[0]
            for _ in range(sweeps):
                for i in range(1, n - 1):
                    for j in range(1, n - 1):
                        a[i, j] = 0.2 * (a[i - 1, j] + a[i, j + 1] + a[i + 1, j])
            return np.sum(a * a)
        """,
        (np.sin(np.arange(25.0)).reshape(5, 5), 3),
        (0,),
        0,
    ),
    "steps through slices": (
        """
        def f(u0, k, target, steps):
            u = u0.copy()
            for _ in range(steps):
                u[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
            return np.sum((u - target) ** 2)
        """,
        (np.sin(np.arange(7.0)), 0.1, np.ones(7), 4),
        (0,),
        0,
    ),
    # with respect to the rate the update is no longer linear
    "steps, and their rate": (
        """
        def f(u0, k, target, steps):
            u = u0.copy()
            for _ in range(steps):
                u[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
            return np.sum((u - target) ** 2)
        """,
        (np.sin(np.arange(7.0)), 0.1, np.ones(7), 4),
        (0, 1),
        1,
    ),
    "a matrix applied again and again": (
        """
        def f(h, W, steps):
            for _ in range(steps):
                h = W @ h
            return np.sum(h)
        """,
        (np.ones(3), np.arange(9.0).reshape(3, 3) / 9, 3),
        (0,),
        0,
    ),
}


@pytest.mark.parametrize("name", LINEAR)
def test_what_linear_updates_store(name):
    """Nothing, with or without the value; also if the loop does not run."""
    text, args, argnums, tapes = LINEAR[name]
    fun = define(text, f"linear {name}")
    for transform in (grad, value_and_grad):
        variant = transform(fun, argnums=argnums).specialize(*args)
        assert count_tapes(variant.source) == tapes, variant.source
        assert (".append(" in variant.source) == (tapes > 0)
    for steps in (0, args[-1]):
        given = (*args[:-1], steps)
        rows = compare(fun, grad(fun, argnums=argnums)(*given), given, argnums)
        assert not [str(row) for row in rows if not row.ok]
