"""Dead code elimination, before and after."""

from __future__ import annotations

import pytest
from rewriting import expect, read

from symdiff.ir.nodes import Program
from symdiff.ir.text import parse
from symdiff.transform.dce import dce, effectful

CASES = {
    "a chain that nobody reads": (
        """
        def f(x):
            a = numpy.sin(x)
            b = numpy.cos(a)
            y = numpy.exp(x)
            return y
        """,
        """
        def f(x):
            y = numpy.exp(x)
            return y
        """,
    ),
    "a tape that is only filled and emptied": (
        """
        def f(x, n):
            over = builtins.range(n)
            tape = list()
            for i in over:
                tape_1 = phi(tape, tape_2)
                h = phi(x, h_1)
                tape_2 = append(tape_1, h)
                h_1 = numpy.sin(h)
            for j in over:
                tape_3 = phi(tape_1, tape_4)
                g = phi(1.0, g_1)
                tape_4, old = pop(tape_3)
                g_1 = mul(2, g)
            return g
        """,
        """
        def f(x, n):
            over = builtins.range(n)
            for j in over:
                g = phi(1.0, g_1)
                g_1 = mul(2, g)
            return g
        """,
    ),
    "a loop that only feeds itself": (
        """
        def f(x, n):
            while True:
                a = phi(x, a_1)
                c = lt(a, n)
                if not c:
                    break
                a_1 = add(a, 1)
            return x
        """,
        """
        def f(x, n):
            return x
        """,
    ),
    "one phi of an if": (
        """
        def f(x, c):
            if c:
                a = numpy.sin(x)
                b = numpy.cos(x)
            else:
                pass
            a_1 = phi(a, x)
            b_1 = phi(b, x)
            return b_1
        """,
        """
        def f(x, c):
            if c:
                b = numpy.cos(x)
            else:
                pass
            b_1 = phi(b, x)
            return b_1
        """,
    ),
    "effects stay, with what they read and the regions around them": (
        """
        def f(x, c):
            a = numpy.sin(x)
            b = numpy.cos(x)
            if c:
                p = builtins.print(a)
            else:
                d = numpy.exp(x)
            return x
        """,
        """
        def f(x, c):
            a = numpy.sin(x)
            if c:
                p = builtins.print(a)
            else:
                pass
            return x
        """,
    ),
    "a result of two of which one is read": (
        """
        def f(a):
            q, r = numpy.linalg.qr(a)
            return r
        """,
        """
        def f(a):
            q, r = numpy.linalg.qr(a)
            return r
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_dce(name: str) -> None:
    expect(dce, *CASES[name])


def test_calls_of_functions_with_effects_stay() -> None:
    program = parse("""
        def show(x):
            p = builtins.print(x)
            return x

        def outer(x):
            y = show(x)
            return y

        def f(x):
            a = outer(x)
            b = pure(x)
            return x

        def pure(x):
            return x
    """)
    functions = {fn.name: fn for fn in program.functions}
    found = effectful(Program(tuple(functions[n] for n in ("show", "outer", "f"))))
    assert found == {"show", "outer", "f"}
    kept = dce(functions["f"], found)
    assert [s.function for s in kept.body[:-1]] == ["outer"]


def test_dce_is_linear() -> None:
    lines = [f"    a{n} = numpy.sin(a{n - 1})" for n in range(1, 3000)]
    text = "def f(a0):\n" + "\n".join(lines) + "\n    return a0\n"
    assert len(dce(read(text)).body) == 1
