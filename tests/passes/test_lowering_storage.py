"""Views, aliases and stores: the right values, or a refusal that names the place."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from lowering import agree, live, types_of

from symdiff.errors import UnsupportedError
from symdiff.frontend import lower, read_live

A = np.arange(6.0) + 0.5
B = np.linspace(0.1, 1, 6)
M = np.arange(12.0).reshape(3, 4)

RIGHT = {
    "a view follows its base": (
        """
        def f(a):
            v = a[1:4]
            v *= 2
            v[0] = v[1] * v[2]
            w = v[1:]
            w += 1
            a[2] = 7.0
            return np.sum(a**2) + v[0] + w[0]
        """,
        (A,),
    ),
    "a transpose follows its base": (
        """
        def f(m):
            t = m.T
            t[0] = t[1] * 2
            m[0, 0] = 7
            u = np.transpose(m, (1, 0))
            return np.sum(t * np.arange(3)) + m[1, 0] + u[0, 0]
        """,
        (M,),
    ),
    "rows that a loop writes to": (
        """
        def f(m):
            for row in m:
                row *= 2
                row[0] = row[1]
            for i, (p, q) in enumerate(zip(m, m[::-1])):
                p[1] += i * q[2]
            return np.sum(m**2)
        """,
        (M,),
    ),
    "items of an array that the loop stores into": (
        """
        def f(a):
            total = 0.0
            for x in a:
                a[2:] += 0.5 * x
                total += x
            for x in reversed(a):
                a[0] = x
            return total + np.sum(a)
        """,
        (A,),
    ),
    "two names of one array": (
        """
        def f(a):
            b = a
            b[0] = 5.0
            a += 1
            c = d = np.zeros(3)
            c[1] = a[1]
            return np.sum(a * b) + np.sum(d)
        """,
        (A,),
    ),
    "two names of one array in a loop that only returns leave": (
        """
        def f(a, x):
            b = a
            n = 0
            while x > 0.1:
                if x > 5.0:
                    return x
                else:
                    while n < 2:
                        n += 1
                        b += a
                    return np.sum(a * b)
            return np.sum(b)
        """,
        (A, 1.5),
    ),
    "unpacked items of a list of unknown length are numbers": (
        """
        def f(a):
            d = [2.0 * item for item in a if item > 3.0]
            x, y, z = d
            y += 2
            p, q, r = d
            return x * y + z * q + p * r
        """,
        (A,),
    ),
    "numbers are not shared": (
        """
        def f(x, a):
            y = x
            y += 1
            z = a[2]
            a[2] = 9.0
            a[0], a[1] = a[1], a[0]
            return x + 2 * y + z + a[2] - a[0]
        """,
        (0.3, A),
    ),
    "buffers that are swapped": (
        """
        def f(u, n):
            new = np.zeros_like(u)
            for _ in range(n):
                new[1:-1] = 0.5 * (u[2:] + u[:-2])
                u, new = new, u
            return np.sum(u**2) - new[2]
        """,
        (A, 3),
    ),
    "a new buffer each time": (
        """
        def f(u, n):
            for _ in range(n):
                new = np.zeros_like(u)
                new[1:-1] = 0.5 * (u[2:] + u[:-2])
                u = new
            return np.sum(u**2)
        """,
        (A, 3),
    ),
    "a list of states": (
        """
        def f(u, n):
            past = [u]
            for _ in range(n):
                u = 0.5 * u + 1
                past.append(u)
            total = 0.0
            for h in past:
                total += np.sum(h**2)
            return total + past[-1][0] + len(past)
        """,
        (A, 3),
    ),
    "states that are listed before they change": (
        """
        def f(a, b, n):
            past = []
            for i in range(n):
                past.append(a)
                a = np.tanh(a * b)
            past.append(b)
            past[0] = b
            return sum(np.sum(t) for t in past) + np.sum(a)
        """,
        (A, B, 3),
    ),
    "lists in a list": (
        """
        def f(a, b):
            rows = [[a], [b]]
            rows[0].append(b)
            q = rows[1]
            return np.sum(rows[0][1]) + np.sum(q[0])
        """,
        (A, B),
    ),
    "copies in a list": (
        """
        def f(u, n):
            past = []
            for _ in range(n):
                u *= 0.5
                past.append(u.copy())
            return sum(np.sum(h) for h in past)
        """,
        (A, 3),
    ),
    "one array or the other, read only": (
        """
        def f(a, b, k):
            c = a if k > 0 else b
            if k > 1:
                d = a
            else:
                d = b
            return np.sum(c * d) + np.sum(a)
        """,
        (A, B, 1),
    ),
    "lists": (
        """
        def f(x, n):
            a = [0.0] * n
            for i in range(n):
                a[i] = x * i
            a.append(x)
            b = [v * 2 for v in a if v > 0.1]
            c = [x, 2 * x, 3 * x]
            y = c.pop()
            c.extend([y, y])
            return sum(a) + sum(b) + max(b) + y * c[0] + c[-1] + len(c)
        """,
        (0.3, 5),
    ),
    "a dict": (
        """
        def f(x, a):
            s = {"a": x, "b": 2 * x, 3: a, **{"n n": 1}}
            s["a"] += 1.0
            t = s
            t["c"] = s["a"] * s["b"]
            s[3][0] = 5.0
            for key in s:
                x += len(str(key))
            for name, value in s.items():
                if name != 3:
                    x += value
            u = dict(t, b=x)
            u.update(d=7.0)
            return s["c"] + np.sum(a) + u["b"] - s["b"] + u.get("e", 2) + len(u)
        """,
        (0.3, A),
    ),
    "a dict as the state of a loop": (
        """
        def step(s, dt):
            return {"x": s["x"] + dt * s["v"], "v": s["v"] - dt * s["x"]}

        def f(x, n):
            s = {"x": x, "v": 0.5}
            total = {"e": 0.0}
            for i in range(n):
                s = step(s, 0.1)
                total["e"] += s["x"] ** 2
                if i > 1:
                    total["last"] = i
                    s = dict(s, v=0.0)
            for i in range(n):
                made = {"y": s["x"] * i}
            return s["x"] * s["v"] + total["e"] + total["last"] + made["y"]
        """,
        (0.3, 4),
    ),
    "masks and index arrays": (
        """
        def f(a):
            b = a.copy()
            b[b > 2] = 0.0
            b[a < 1] *= 3
            b[[0, 2]] += a[[1, 1]]
            c = a[[3, 4]]
            c[0] = 9.0
            np.add.at(b, np.array([1, 1]), a[:2])
            return np.sum(b) + np.sum(a[a > 3]) + np.sum(c)
        """,
        (A,),
    ),
    "whole arrays": (
        """
        def f(a, b):
            c = np.empty(6)
            c[:] = a
            c[...] += b
            c.fill(2.0)
            c[0] = b[0]
            return np.sum(c) + np.sum(a)
        """,
        (A, B),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_value(name):
    text, args = RIGHT[name]
    agree(text, *args)


WRONG_IF_GUESSED = {
    "a reshape that is written through": """
            v = (a * 2).reshape(3, 2)
            w = v.reshape(-1)
            v[0, 0] = 5.0
            return np.sum(w)
        """,
    "one array or the other": """
            c = a if a[0] > 1 else b
            c[0] = 5.0
            return np.sum(a)
        """,
    "an array that stays in a list": """
            past = []
            for _ in range(3):
                a *= 0.5
                past.append(a)
            return np.sum(past[0])
        """,
    "an array in a list in a list": """
            inner = [a]
            outer = [inner]
            a[0] = 3.0
            return np.sum(outer[0][0])
        """,
    "a list in a list": """
            inner = []
            outer = [inner]
            inner.append(a)
            return len(outer[0]) + np.sum(a)
        """,
    "an item that is written to": """
            rows = [a, a * 2]
            rows[0][1] = 5.0
            return np.sum(a)
        """,
    "an item with a name": """
            rows = [a, b]
            x, y = rows
            y[1] = 5.0
            return np.sum(b)
        """,
    "an item of a copied list": """
            rows = list([a, b])
            other = rows[:] + [b]
            x = other.pop()
            x[1] = 5.0
            return np.sum(b)
        """,
    "one array many times": """
            rows = [np.zeros(3)] * 3
            rows[0][1] = 5.0
            return np.sum(rows[1])
        """,
    "a list under two names": """
            rows = [a]
            other = rows if a[0] > 1 else [b]
            other.append(b)
            return len(rows) + np.sum(a)
        """,
}


@pytest.mark.parametrize("name", WRONG_IF_GUESSED)
def test_refused(name):
    fun = live(
        "def f(a, b):\n"
        + textwrap.dedent(WRONG_IF_GUESSED[name]).replace("\n", "\n    ")
    )
    with pytest.raises(UnsupportedError) as caught:
        lower(read_live(fun), types_of(fun, (A, B)))
    assert {d.code for d in caught.value.diagnostics} == {"SD301"}


def test_unknown_type_is_not_guessed():
    """Without a type, `y += 1` may or may not change `x`."""
    text = """
        def f(x):
            y = x
            y += 1
            return x * y
        """
    agree(text, 0.3)
    with pytest.raises(UnsupportedError, match="SD301"):
        lower(read_live(live(text)), {})
