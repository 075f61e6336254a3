"""Control flow: what is lowered has the value of the function itself."""

from __future__ import annotations

import pytest
from lowering import agree

PROGRAMS = {
    "swap": (
        """
        def f(a, b, n):
            for _ in range(n):
                a, b = b, a + b
            return a - 2 * b
        """,
        [(0.3, 0.5, 4), (0.3, 0.5, 0)],
    ),
    "previous": (
        """
        def f(x, n):
            before = x
            for _ in range(n):
                x, before = 2 * x - before + 0.1, x
            return x * before
        """,
        [(0.3, 4), (0.3, 1)],
    ),
    "early returns": (
        """
        def f(x):
            if x < 0:
                return -x
            y = x * 2
            if y > 5:
                return y
            elif y > 1:
                if y > 3:
                    return y + 1
                y = y * 3
            return y + x
        """,
        [(-1.0,), (0.1,), (0.7,), (1.7,), (3.0,)],
    ),
    "break": (
        """
        def f(x, n):
            total = 0.0
            for i in range(n):
                if total > 1.0:
                    last = i
                    break
                total += x * i
                last = -i
            return total + last
        """,
        [(0.3, 9), (0.01, 3)],
    ),
    "break after an assignment that is overwritten later": (
        """
        def f(x, n):
            y = 0.0
            for i in range(n):
                if i > 2:
                    y = 5.0 * i
                    if x > 0:
                        break
                y = 7.0 * x
            return y
        """,
        [(0.3, 9), (-0.3, 9), (0.3, 1)],
    ),
    "continue": (
        """
        def f(x, n):
            total = 0.0
            for i in range(n):
                if i % 3 == 0:
                    total -= 1.0
                    continue
                if i % 3 == 1:
                    total *= x
                else:
                    if i > 4:
                        continue
                    total += 2.0
                total += x * i
            return total
        """,
        [(0.3, 9)],
    ),
    "return from a nested loop": (
        """
        def f(x, n):
            total = 0.0
            for i in range(n):
                for j in range(i):
                    total += x * j
                    if total > 2.0:
                        return total * 10
            return total
        """,
        [(0.3, 9), (0.01, 4)],
    ),
    "a loop that only a break ends": (
        """
        def f(x):
            n = 0
            while True:
                x = x / 2
                n += 1
                if x < 0.1:
                    break
                if n > 5:
                    return 0.5 * x
            return x + n
        """,
        [(2.0,), (77.0,)],
    ),
    "a loop that only a return ends": (
        """
        def f(a):
            x = a
            while True:
                step = (x**3 - a) / (3 * x**2)
                x = x - step
                if abs(step) < 1e-13:
                    return x
        """,
        [(5.0,)],
    ),
    "else of a loop": (
        """
        def f(x, n):
            for i in range(n):
                if x * i > 1:
                    y = 5.0 * i
                    break
                x = x * 1.5
            else:
                y = 7.0 * x
                while x > 1:
                    x = x / 2
                    if x < 0.3:
                        break
                else:
                    y = y + 1
            return y * x
        """,
        [(0.3, 9), (0.3, 1), (1.2, 0), (0.29, 2)],
    ),
    "assignment in a condition": (
        """
        def f(x):
            n = 0
            while (y := x * 2) < 5:
                x = y
                n += 1
            if (z := y + n) > 3:
                y = z * y
            return y + n
        """,
        [(0.3,), (7.0,)],
    ),
    "names that only some paths bind": (
        """
        def f(x, n):
            for i in range(n):
                if i == 0:
                    first = x
                elif i > 1:
                    last = x * first
                for j in range(i):
                    t = first * j + i
                    x = x + t
            return x + t + last + i
        """,
        [(0.3, 4)],
    ),
    "types that change on the way": (
        """
        def f(x, n):
            y = 1
            z = None
            for i in range(n):
                if z is None:
                    z = 0
                y = y * x
                z = z + y
            return y
        """,
        [(0.3, 4), (0.3, 0)],
    ),
    "no iteration": (
        """
        def f(x, n):
            y = 1.0
            for i in range(n):
                y = x * i
            while y > 5:
                y = y / x
            return y
        """,
        [(0.3, 0), (3.0, 4)],
    ),
    "short circuits": (
        """
        def f(x, a):
            i = 2
            if i > 0 and a[i - 1] > 0.1 or x > 5:
                x = x * 2
            if i > 100 and a[i] > 0:
                x = 0.0
            if not (x > 1 or i == 7):
                x += 1
            c = 0 < x < 10 < a[0] * 100 < 1000
            y = x and a[1]
            z = 0.0 or x
            return x + c + y + z
        """,
        [(0.3, [0.5, 0.7, 0.9]), (7.0, [0.5, 0.7, 0.9])],
    ),
    "conditional expressions": (
        """
        def f(x, k):
            y = x if x > 0 else -x
            z = np.sqrt(y) if y > 0.1 else 0.0
            w = (1 if k else 2) if k > 1 else 3
            return y * z + w
        """,
        [(0.3, 0), (-0.05, 2), (0.5, 1)],
    ),
    "assert and raise": (
        """
        def f(x):
            assert x > 0, f"bad {x:.2f}"
            assert x > -1, "no: " + str([x][int(x)])
            if x > 100:
                raise ValueError("too big: %g" % x)
            else:
                y = x * 2
            if x > 50:
                y = y + 1
            elif x > 40:
                raise ValueError
            return y
        """,
        [(0.3,), (70.0,)],
    ),
    "error states that do not change values": (
        """
        def f(x):
            with np.errstate(divide="ignore", invalid="warn"):
                y = np.log(x)
                if y > 0:
                    return y
            return y * 2
        """,
        [(0.3,), (3.0,)],
    ),
    "del, pass, annotations": (
        """
        def f(x):
            y = x
            del y
            pass
            z: float = x * 2
            w: int
            return z
        """,
        [(0.3,)],
    ),
}
CASES = [
    pytest.param(text, args, id=f"{name} {at}")
    for name, (text, several) in PROGRAMS.items()
    for at, args in enumerate(several)
]


@pytest.mark.parametrize(("text", "args"), CASES)
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])
def test_value(text, args, typed):
    agree(text, *args, typed=typed)


@pytest.mark.parametrize(
    ("x", "kind", "message"),
    [(-1.0, AssertionError, "bad -1.00"), (200.0, ValueError, "too big: 200")],
)
def test_error_of_the_function_itself(x, kind, message):
    text, _ = PROGRAMS["assert and raise"]
    with pytest.raises(kind, match=message):
        agree_with_error(text, x)


def agree_with_error(text, x):
    from lowering import live

    from symdiff.frontend import lower, read_live
    from symdiff.ir.run import run

    run(lower(read_live(live(text)), {}).program, x)


MATCHES = {
    "constants and alternatives": (
        """
        def f(x, k):
            match k:
                case 0:
                    return x
                case 1 | 2 if x > 0:
                    y = x * x
                case -1 | None | True:
                    y = 3 * x
                case other:
                    y = x - (2 if other is None else other)
            return y * x
        """,
        [(0.3, 0), (0.3, 1), (-0.3, 2), (0.3, -1), (0.3, None), (0.3, 7)],
    ),
    "tuples, with names and guards": (
        """
        def f(x, p):
            match p:
                case (0, b):
                    return x * b
                case (a, b) if a > b:
                    return x * x
                case (1 as a, b):
                    return x**3 * b + a
            match (x > 0.5, p[0]):
                case (True, _):
                    x = 2 * x
                case (False, n):
                    x = n * x
            return x
        """,
        [(0.3, (0, 2)), (0.3, (3, 2)), (0.3, (1, 2)), (0.7, (2, 5)), (0.3, (2, 5))],
    ),
    "lists, with a star": (
        """
        def f(x, items):
            match items:
                case []:
                    return x
                case [a]:
                    return x * a
                case [a, 2.0, *_]:
                    return x + a
                case [a, *rest, last]:
                    return x * x * a * len(rest) + last
        """,
        [(0.3, v) for v in ([], [2.0], [4.0, 2.0], [1.0, 3.0], [1.0, 3.0, 5.0, 4.0])],
    ),
    "dicts and types": (
        """
        def f(x, n):
            match {"kind": "a", "v": x * x}:
                case {"kind": "b"}:
                    return 0.0
                case {"kind": "a", "v": float(v)}:
                    x = v * 2
            match n:
                case bool():
                    return x
                case int(m) | float(m):
                    return x * m
            return x - 1
        """,
        [(0.3, 2), (0.3, 2.5), (0.3, True), (0.3, None)],
    ),
    "in a loop that it leaves": (
        """
        def f(x, n):
            for i in range(n):
                match i % 4:
                    case 0:
                        x = x * 1.5
                    case 1:
                        continue
                    case 3 if i > 4:
                        break
                    case k:
                        y = k
                x = x + 1
            return x * y
        """,
        [(0.3, 3), (0.3, 9)],
    ),
}


@pytest.mark.parametrize("name", MATCHES)
def test_match(name):
    text, calls = MATCHES[name]
    for args in calls:
        agree(text, *args)


NAMES = {
    "an outer name that nested functions assign": (
        """
        def apply(g, n):
            for _ in range(n):
                g(0.5)

        def f(x, n):
            count = 0
            total = x
            def add(v):
                nonlocal count, total
                count += 1
                total = total * v + 1
                return v * x
            y = x
            for i in range(n):
                if i > 0:
                    y = add(y)
            while count < 5:
                y = add(0.5)
            apply(add, 2)
            zs = [add(i) for i in range(3)]
            return y * count * total + zs[1]
        """,
        (0.3, 3),
    ),
    "a global name that is read": (
        """
        K = 3.0

        def f(x):
            global K
            return x * K
        """,
        (0.3,),
    ),
    "bitwise assignments": (
        """
        def f(x, n):
            n &= 7
            n |= 8
            n ^= 1
            n <<= 2
            n >>= 1
            a = np.array([x, -x, 2 * x])
            m = a > 0
            m &= a < 0.5
            k = np.zeros((2, 3), dtype=bool)
            k[0] |= m
            k[1, 0] ^= True
            return np.sum(a[m]) * n + np.sum(k * a)
        """,
        (0.3, 6),
    ),
    "items that are deleted": (
        """
        def f(x, k):
            xs = [x, 2 * x, 3 * x, x * x]
            del xs[k], xs[-1]
            d = {"a": x, "b": x * x}
            del d["a"]
            y = 1.0
            del y
            return xs[0] * xs[1] + d["b"] + len(d) + len(xs)
        """,
        (0.3, 1),
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name):
    text, args = NAMES[name]
    agree(text, *args)
