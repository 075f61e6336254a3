"""Calls: the user's own functions, lambdas, functions as arguments, library names."""

from __future__ import annotations

import numpy as np
import pytest
from lowering import agree, checked, live, text_of, types_of

from symdiff.frontend import lower, read_live
from symdiff.ir.run import run

A = np.arange(6.0) + 0.5

PROGRAMS = {
    "a procedure that writes to its argument": (
        """
        def bump(a, i):
            a[i] += 1.0

        def f(a):
            bump(a, 2)
            bump(a[3:], 0)
            return np.sum(a * np.arange(6))
        """,
        (A,),
    ),
    "a function that returns its argument": (
        """
        def ident(a):
            for _ in range(1):
                pass
            return a

        def big(a):
            a[0] = a[1] * 3
            return a

        def f(a):
            b = ident(a)
            b[1] = 9.0
            c = big(a)
            c[2] = 1.0
            return np.sum(a * np.arange(6)) + b[0]
        """,
        (A,),
    ),
    "several results": (
        """
        def two(a, k):
            s = a * k
            if k > 1:
                s = s + 1
            return s, (a - k, k)

        def f(a):
            p, (q, k) = two(a, 2)
            r = two(q, 3)
            return np.sum(p * q) + np.sum(r[0]) - r[1][0][0] + k
        """,
        (A,),
    ),
    "a tuple as state": (
        """
        def step(s, dt):
            x, v = s
            a = -x
            for _ in range(1):
                v = v + a * dt
            return x + v * dt, v

        def f(x, v):
            s = (x, v)
            for _ in range(3):
                s = step(s, 0.1)
            return s[0] ** 2 + s[1]
        """,
        (0.3, 0.2),
    ),
    "defaults and keywords": (
        """
        def scale(a, k=2.0, *, shift=0.5, axis=None):
            out = np.sum(a * k, axis=axis)
            for _ in range(2):
                out = out + shift
            return out

        def f(a):
            return scale(a) + scale(a, 3.0, shift=1) + scale(k=1.5, a=a, axis=0)
        """,
        (A,),
    ),
    "lambdas": (
        """
        def f(x):
            g = lambda t, k=2: t**k + x
            h = lambda t: g(t) * g(t, 3)
            x = x + 1
            return h(x) + g(1.0)
        """,
        (0.3,),
    ),
    "a nested function": (
        """
        def f(x, n):
            def g(t):
                s = 0.0
                for i in range(n):
                    if i > 2:
                        return s
                    s += t * i
                return s

            x = g(x)
            return g(x)
        """,
        (0.3, 4),
    ),
    "functions as arguments and results": (
        """
        def simpson(f, a, b, n):
            if n % 2 == 1:
                n += 1
            h = (b - a) / n
            total = f(a) + f(b)
            for i in range(1, n):
                total += (4 if i % 2 else 2) * f(a + i * h)
            return total * h / 3

        def compose(f, g):
            return lambda t: f(g(t))

        def f(x):
            h = compose(np.sin, lambda t: t**2 * x)
            total = simpson(h, 0.0, x, 5) + simpson(math.exp, 0.0, 1.0, 4)
            for g in (np.sin, np.cos, abs):
                total += g(x)
            return total
        """,
        (0.3,),
    ),
    "numbers, arrays and functions of the module": (
        """
        G = 2.5
        SHAPE = (2, 3)
        FLAG = False
        W = np.arange(6.0)

        def h(a):
            b = a * W
            for _ in range(1):
                b = b * G
            return b

        def f(a):
            if FLAG:
                return eval("no")
            G = np.sum(h(a).reshape(SHAPE)[0])
            return G + W[1]
        """,
        (A,),
    ),
    "names that are imported inside": (
        """
        def f(x):
            import math as m
            from math import sin
            return m.cos(x) + sin(x)
        """,
        (0.3,),
    ),
    "unpacking with a star": (
        """
        def g(a, b, c):
            return a + 2 * b + 3 * c

        def f(x):
            a, *r, b = (x, 2 * x, 3 * x, 4 * x)
            c, *d = np.array([x, x * 2, x**2])
            return a + sum(r) * b + c - d[1] + g(*(a, b, c))
        """,
        (0.3,),
    ),
    "wrappers and partial functions": (
        """
        import functools

        def logged(fun):
            @functools.wraps(fun)
            def wrapper(*args, **kwargs):
                return fun(*args, **kwargs)

            return wrapper

        @logged
        def power(x, n=2, *, scale):
            for _ in range(1):
                x = x**n
            return scale * x

        cube = functools.partial(power, n=3, scale=2.0)

        def f(x):
            half = functools.partial(power, scale=0.5)
            options = {"n": 4}
            return power(x, scale=x) + cube(x) + half(x, **options)
        """,
        (0.3,),
    ),
    "methods of arrays": (
        """
        def f(a):
            m = a.reshape(2, 3)
            z = m.sum(axis=0).reshape(3, 1).T
            y = m.transpose(1, 0).mean() + m.astype(float).flatten().max()
            return z[0, 1] + y + m.shape[0] + m.size + m.ndim + np.add(y, 1)
        """,
        (A,),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])
def test_value(name, typed):
    text, args = PROGRAMS[name]
    agree(text, *args, typed=typed)


def test_text_has_the_names_of_its_imports():
    text = """
        from numpy import tanh as squash
        import scipy.special
        import numpy.linalg as la

        K = 2 * math.pi

        def helper(v):
            for _ in range(2):
                v = squash(v) * K
            return v

        def f(x):
            return scipy.special.gammaln(helper(x)) + la.norm(x)
        """
    found = text_of(text, "x: float")
    for name in ("numpy.tanh", "scipy.special.gammaln", "numpy.linalg.norm"):
        assert name in found
    assert found.startswith("K = 6.28")


def test_one_function_for_all_calls_of_the_same_types():
    text = """
        def g(v, k):
            for _ in range(2):
                v = v * k
            return v

        def f(a, x):
            return np.sum(g(a, 2)) + g(x, 3) + g(x, 4) + np.sum(g(a, 5))
        """
    lowered = agree(text, A, 0.3)
    assert [f.name for f in lowered.program.functions] == ["g", "g_2", "f"]


def test_constant_that_a_variable_shadows_gets_another_name():
    text = """
        k = 3.0

        def scaled(x):
            return k * x

        def f(x):
            k = x + 1
            return scaled(k) + k
        """
    lowered = agree(text, 0.3)
    assert lowered.program.constants == (("k_", 3.0),)


def test_guards_and_captures_see_a_change():
    text = """
        G = 2.5
        W = np.ones(3)

        def f(x):
            return G * np.sum(x * W)
        """
    fun = live(text)
    lowered = checked(lower(read_live(fun), types_of(fun, (np.ones(3),))))
    assert all(guard.holds() for guard in lowered.guards)
    assert [name for name, _ in lowered.captures] == ["W"]
    fun.__globals__["G"] = 2.0
    fun.__globals__["W"] = np.zeros(3)
    assert not all(guard.holds() for guard in lowered.guards)
    assert lowered.captures[0][1]() is fun.__globals__["W"]


def test_what_is_captured_may_change_its_values_but_not_its_type():
    text = """
        limits = [(1, 2), (3, 4)]

        def f(x, k):
            for start, stop in limits:
                if start <= k < stop:
                    x = x * 2
            return x
        """
    fun = live(text)
    lowered = agree(text, 0.5, 3)
    (_, get), *_ = lowered.captures
    assert all(guard.holds() for guard in lowered.guards)
    get()[0] = (3, 5)
    assert all(guard.holds() for guard in lowered.guards)
    got = run(lowered.program, 0.5, 3, limits=get())
    fun.__globals__["limits"][0] = (3, 5)
    assert got == fun(0.5, 3) == 2.0
    get().append((1, 2))
    assert not all(guard.holds() for guard in lowered.guards)
