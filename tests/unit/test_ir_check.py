"""The checker: every broken invariant is named beside the faulty line."""

from __future__ import annotations

import pytest

from symdiff.errors import InternalError
from symdiff.ir.check import check
from symdiff.ir.text import parse

GOOD = """
    G = 2.0

    def two(x, k=1):
        t = tuple(x, k)
        return t

    def f(x, *, c):
        a, b = two(x)
        over = builtins.range(3)
        for i in over:
            s = phi(a, u)
            if i:
                v = add(s, i)
            else:
                e = builtins.ValueError('no')
                raise(e)
            u = phi(v, undef)
        while True:
            n = phi(s, m)
            k = lt(n, G)
            if not k: break
            m = add(n, k)
        rest, item = pop(over)
        return n
"""

# The statements of `def f(x, y)`, and what the checker says below the last `<-` line.
BAD = [
    ("x = neg(y)", "x is bound twice"),
    ("a = neg(y)\na = neg(x)", "a is bound twice"),
    ("a = neg(b)\nb = neg(x)", "b is read where it has no value"),
    ("a = neg(a)", "a is read where it has no value"),
    ("if x:\n    a = neg(x)\nb = neg(a)", "a is read where it has no value"),
    ("if x:\n    a = neg(x)\nb = phi(y, a)", "a is read where it has no value"),
    ("for i in x:\n    a = neg(i)\nb = neg(i)", "i is read where it has no value"),
    ("for i in x:\n    a = phi(b, x)\n    b = neg(i)", "b is read where it has"),
    ("while True:\n    a = neg(x)\n    if not a: break\nb = neg(a)", "a is read where"),
    ("while True:\n    if not a: break\n    a = neg(x)", "a is read where it has no"),
    ("if x:\n    return y", "a return inside a block"),
    ("return y", "a return that is not last"),
    ("a = missing(x)", "no function is called missing"),
    ("a = g(x)", "g takes 2 arguments"),
    ("a, b, c = g(x, y)", "g returns 2 values"),
    ("a = add(x)", "add takes 2 arguments"),
    ("a, b = add(x, y)", "add has one result"),
    ("add(x, y)", "add has one result"),
    ("a = pop(x)", "pop has the two results"),
    ("a = same(x, out=y)", "same takes no keywords"),
    ("a = op('raise', x)", "raise has no result"),
    ("if x:\n    raise(y)\n    a = neg(x)", "a raise that does not end its block"),
    ("a = neg(named('K', 1))", "the constant K is not declared"),
]


def test_a_sound_program_passes():
    check(parse(GOOD))


@pytest.mark.parametrize(("body", "complaint"), BAD)
def test_a_broken_invariant_is_named(body, complaint):
    lines = "\n".join("    " + line for line in body.splitlines())
    text = "def g(p, q):\n    r: tuple[any, any] = tuple(p, q)\n    return r\n"
    text += f"def f(x, y):\n{lines}\n    return x\n"
    with pytest.raises(InternalError, match=f"# error: {complaint}"):
        check(parse(text))


def test_the_complaint_stands_below_the_faulty_line():
    with pytest.raises(InternalError) as caught:
        check(parse("def f(x):\n    a = neg(x)\n    b = neg(c)\n    return b\n"))
    assert "b = neg(c)\n        # error: c is read" in str(caught.value)
    assert "breaks 1 of its invariants" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("G = 1", "the program has no function"),
        ("def f():\n return 1\ndef f():\n return 1", "two functions are called f"),
        ("def f(x):\n a = neg(x)", "the body does not end in a return"),
    ],
)
def test_functions_are_checked(text, complaint):
    with pytest.raises(InternalError, match=complaint):
        check(parse(text))


def test_spans_are_asked_for_on_request():
    program = parse("def f(x):\n    a = neg(x)  # 1:1-2\n    return a\n")
    check(program)
    with pytest.raises(InternalError, match="does not say where it comes from"):
        check(program, spans=True)
