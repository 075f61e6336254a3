"""What a function does besides its value: each effect once, in order, in any sweep."""

from __future__ import annotations

import copy
import io
import warnings
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
from lowering import live

import symdiff
from symdiff.errors import UnsupportedError
from symdiff.testing import compare

X = np.array([0.7, 1.3])

PROGRAMS = {
    "print and f-strings": (
        """
        def f(x):
            print("x", x, sep=" = ", end=";\\n")
            for i in range(3):
                print(f"{i:02d}: {x:.3f} {x!r:>5} {'a' if x > 1 else 'b'} {{}}")
                x = x * 1.5
            return x * x
        """,
        0.7,
    ),
    "assertions": (
        """
        def f(x):
            assert x > 0
            assert x > 0, f"negative {x}"
            assert isinstance(x, float) and x < 9, (x, "too large")
            return math.log(x)
        """,
        0.7,
    ),
    "contexts": (
        """
        def f(x):
            with np.printoptions(precision=2), np.errstate(divide="ignore"):
                y = x * x
                print(y / 3)
                with np.errstate(over="raise") as old:
                    z = np.log(y) + np.exp(x)
            print(z / 3)
            with np.printoptions(precision=1):
                print(z)
                return np.sum(z * y)
        """,
        X,
    ),
    "a context in a loop that is left": (
        """
        def f(x):
            total = 0.0
            for i in range(6):
                with np.errstate(all="ignore"):
                    if i == 1:
                        continue
                    x = x * np.sin(x) + 0.5
                    print(i)
                    if i == 4:
                        break
                total = total + x[0] * x[1]
            return total
        """,
        X,
    ),
    "finally": (
        """
        def f(x):
            try:
                y = x * x
                print("body")
            finally:
                scale = 3.0
                print("done")
            return y * x * scale
        """,
        0.7,
    ),
    "finally after a return": (
        """
        def f(x):
            for i in range(5):
                try:
                    x = np.sin(x) * x + 1
                    if x[0] > 2.2:
                        print("leave")
                        return np.sum(x * x)
                    x[0] = x[1] * 2
                finally:
                    print("step", i)
            return np.sum(x)
        """,
        X,
    ),
    "handlers that raise": (
        """
        def f(x):
            a = np.outer(x, x) + np.eye(2)
            try:
                s = np.linalg.solve(a, x)
            except (np.linalg.LinAlgError, ValueError) as error:
                print("failed:", error)
                raise
            except Exception as error:
                raise RuntimeError("unexpected") from error
            else:
                print("solved")
            finally:
                print("done")
            return np.sum(s * x)
        """,
        X,
    ),
    "warnings": (
        """
        import warnings
        def f(x):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                y = np.log(x - 0.7) * 0
                warnings.warn("hidden")
            if x[1] > 1:
                print("big")
            return np.sum(x * x)
        """,
        X,
    ),
    "random numbers": (
        """
        import random
        def f(x):
            total = 0.0
            for i in range(3):
                total = total + np.sum(np.sin(x * np.random.standard_normal(2)))
            return total * random.random() + np.random.rand() * x[0]
        """,
        X,
    ),
    "a context of one's own": (
        """
        class Section:
            depth = 0

            def __init__(self, name):
                self.name = name

            def __enter__(self):
                print("enter", self.name)
                return self

            def __exit__(self, *exception):
                print("leave", self.name)
                return False

        def f(x):
            with Section("a"), Section("b") as b:
                y = np.sin(x) * len(b.name)
                if y[0] > 0.5:
                    print("early")
                    return np.sum(y * x)
            return np.sum(y)
        """,
        X,
    ),
    "a generator of one's own": (
        """
        def f(x):
            rng = np.random.default_rng(7)
            noise = rng.normal(size=x.shape)
            u = rng.uniform(0, x[0], 2) * rng.normal(x, x * 0.5)
            k = rng.integers(0, 2)
            return np.sum(np.sin(x * noise) * u * rng.random()) + x[k]
        """,
        X,
    ),
    "a generator of the module's": (
        """
        RNG = np.random.RandomState(7)
        def f(x):
            RNG.seed(3)
            total = 0.0
            for i in range(3):
                total = total + np.sum(x * x * RNG.standard_normal(2)) * RNG.rand()
            return total
        """,
        X,
    ),
    "files, streams and locks": (
        """
        import sys
        import threading
        LOCK = threading.Lock()
        PATH = np.__file__
        def f(x):
            with LOCK, open(PATH) as file:
                k = len(file.readline())
                print("k", k, file=sys.stderr)
            sys.stdout.write("written\\n")
            return x * x * k
        """,
        0.7,
    ),
    "loggers": (
        """
        import logging
        import sys
        import time
        LOG = logging.getLogger("symdiff.test.effects")
        def f(x):
            begin = time.perf_counter()
            LOG.setLevel(logging.INFO)
            LOG.info("at %s", x)
            logging.getLogger("symdiff.test.effects").debug("not shown")
            took = time.perf_counter() - begin
            assert took >= 0
            return x * x
        """,
        0.7,
    ),
    "warnings with categories": (
        """
        import warnings
        def f(x):
            if x > 0:
                warnings.warn("positive", RuntimeWarning, stacklevel=2)
                warnings.warn(UserWarning("again"))
            return x * x
        """,
        0.7,
    ),
    "a call in a context": (
        """
        def g(x):
            with np.errstate(all="ignore"):
                print("g")
                y = x
                for i in range(3):
                    y = y * np.sin(y) * np.exp(x)
                return x * x * y

        def f(x):
            with np.errstate(all="warn"):
                return g(x) * g(x * x)
        """,
        0.7,
    ),
}


def outcome(call):
    """The result of a call, what it has printed and the warnings it has given."""
    import random

    np.random.seed(5)
    random.seed(5)
    out, err = io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        warnings.catch_warnings(record=True) as given,
    ):
        warnings.simplefilter("always")
        found = call()
    return found, (out.getvalue(), err.getvalue(), [str(w.message) for w in given])


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_effect_once(name):
    text, arg = PROGRAMS[name]
    fun = live(text)
    want, effects = outcome(lambda: fun(copy.deepcopy(arg)))
    grad, of_grad = outcome(lambda: symdiff.grad(fun)(arg))
    (value, same), of_both = outcome(lambda: symdiff.value_and_grad(fun)(arg))
    assert of_grad == effects
    assert of_both == effects
    np.testing.assert_allclose(value, want, rtol=1e-12)
    np.testing.assert_allclose(same, grad, rtol=1e-12)

    def silent(x):
        return outcome(lambda: fun(x))[0]

    wrong = [str(row) for row in compare(silent, (grad,), (arg,), [0]) if not row.ok]
    assert not wrong, wrong


RAISING = {
    "its own error": (
        """
        def f(x):
            if x > 0:
                raise ValueError(f"positive: {x}") from None
            return x * x
        """,
        0.7,
    ),
    "an error on its way through finally": (
        """
        def f(x):
            try:
                if x > 0:
                    raise ValueError("positive")
                y = x
            finally:
                print("end")
            return y * x
        """,
        0.7,
    ),
    "an error that a handler names": (
        """
        def f(x):
            try:
                s = np.linalg.inv(x)
            except np.linalg.LinAlgError as error:
                print("caught", error)
                raise RuntimeError("singular") from error
            finally:
                print("end")
            return np.sum(s * s)
        """,
        np.ones((2, 2)),
    ),
    "an error that is raised again": (
        """
        def f(x):
            try:
                s = np.linalg.inv(x)
            except np.linalg.LinAlgError:
                print("caught")
                raise
            return np.sum(s * s)
        """,
        np.ones((2, 2)),
    ),
    "nothing to raise again": (
        "def f(x):\n    if x > 0:\n        raise\n    return x",
        1.0,
    ),
    "an error that a context asks for": (
        """
        def f(x):
            with np.errstate(divide="raise"):
                y = np.log(x)
            return np.sum(y * y)
        """,
        np.zeros(2),
    ),
    "an assertion": ("def f(x):\n    assert x < 0, (x, 'no')\n    return x * x", 1.0),
}


def failure(call):
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    error = caught.value
    return type(error), str(error), type(error.__cause__), out.getvalue()


@pytest.mark.parametrize("name", RAISING)
def test_the_programs_own_error(name):
    text, arg = RAISING[name]
    fun = live(text)
    want = failure(lambda: fun(copy.deepcopy(arg)))
    assert failure(lambda: symdiff.grad(fun)(arg)) == want
    assert failure(lambda: symdiff.value_and_grad(fun)(arg)) == want


KEPT = {
    "a number out of a text": (
        """
        def f(x, text):
            try:
                n = int(text)
            except ValueError as error:
                print("bad:", error)  # the text is kept
                n = 3
            else:
                print("fine")
            finally:
                print("end")
            return x**n
        """,
        [(0.7, "4"), (0.7, "four")],
    ),
    "what a value is like": (
        """
        import math
        def f(x, k):
            scale = 2.0
            try:
                n = len(x)
            except (TypeError, ValueError):
                n = 1
            try:
                scale = math.sqrt(n + k)
            except ValueError:
                pass
            for i in range(3):
                try:
                    m = (1, 2)[i]
                except IndexError:
                    m = 7
                scale = scale * m
            return np.sum(x * x) * n * scale
        """,
        [(X, 1.0), (0.7, 1.0), (X, -5.0)],
    ),
    "what is suppressed": (
        """
        import contextlib
        def f(x, path):
            k = 1.0
            with contextlib.suppress(ValueError, OSError):
                k = float(len(open(path).readline()))
                print("not reached")
            return x * x * k
        """,
        [(0.7, "/no such file"), (0.7, np.__file__)],
    ),
    "imports": (
        """
        def f(x, k):
            try:
                from math import sin
                import numpy as xp
            except ImportError:
                xp = None
            return xp.cos(x) * sin(x) * k
        """,
        [(0.7, 1.0)],
    ),
}


CALLS = [(name, args) for name, (_, calls) in KEPT.items() for args in calls]


@pytest.mark.parametrize(("name", "args"), CALLS)
def test_passive_attempts(name, args):
    fun = live(KEPT[name][0])
    want, effects = outcome(lambda: fun(*args))
    (value, grad), of_both = outcome(lambda: symdiff.value_and_grad(fun)(*args))
    assert of_both == effects
    np.testing.assert_allclose(value, want, rtol=1e-12)

    def silent(x):
        return outcome(lambda: fun(x, *args[1:]))[0]

    rows = compare(silent, (grad,), args[:1], [0])
    assert not [str(row) for row in rows if not row.ok]


ACTIVE = {
    "a value that is differentiated": "y = math.log(x)",
    "a store": "table[0] = 1.0\n        y = 0.0",
    "a return": "return 1.0 / x",
    "a function of one's own": "y = helper(3)",
}


@pytest.mark.parametrize("name", ACTIVE)
def test_active_attempts_are_refused(name):
    fun = live(
        f"def helper(k):\n    return k\n\n\n"
        f"def f(x):\n    table = np.zeros(2)\n    try:\n        {ACTIVE[name]}\n"
        "    except ValueError:\n        y = 0.0\n    return y * x + table[0]\n"
    )
    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(fun)(0.7)
    assert [d.code for d in caught.value.diagnostics] == ["SD101"]
