"""Common subexpressions, before and after."""

from __future__ import annotations

import re

import numpy as np
import pytest
from lowering import live
from rewriting import body, expect

from symdiff.testing import check_grads
from symdiff.transform.cse import cse

V = "x: f8[n], y: f8[n], c: bool, s: float"

ROWS = {
    "the user's value is read again": (
        "x2 = pow(x, 2)  # forward\n_1 = pow(x, 2)\nz = mul(_1, y)\nreturn z",
        "x2 = pow(x, 2)  # forward\nz = mul(x2, y)\nreturn z",
    ),
    "a temporary of the forward sweep": (
        "_1 = numpy.exp(x)  # forward\n_2 = numpy.exp(x)\n_3 = sub(_1, _2)\nreturn _3",
        "_1 = numpy.exp(x)  # forward\n_3 = sub(_1, _1)\nreturn _3",
    ),
    "what is made of the same": (
        """
        _1 = numpy.exp(x)
        _2 = numpy.sin(_1)
        _3 = numpy.exp(x)
        _4 = numpy.sin(_3)
        _5 = add(_2, _4)
        return _5
        """,
        "_1 = numpy.exp(x)\n_2 = numpy.sin(_1)\n_5 = add(_2, _2)\nreturn _5",
    ),
    "either order of a product": (
        "_1 = mul(x, y)\n_2 = mul(y, x)\n_3 = sub(_1, _2)\nreturn _3",
        "_1 = mul(x, y)\n_3 = sub(_1, _1)\nreturn _3",
    ),
    "but not of a difference": (
        "_1 = sub(x, y)\n_2 = sub(y, x)\n_3 = mul(_1, _2)\nreturn _3",
        "_1 = sub(x, y)\n_2 = sub(y, x)\n_3 = mul(_1, _2)\nreturn _3",
    ),
    "two names of the user both stay": (
        "a = mul(x, y)  # forward\nb = mul(x, y)  # forward\nd = add(a, b)\nreturn d",
        "a = mul(x, y)  # forward\nb = mul(x, y)  # forward\nd = add(a, b)\nreturn d",
    ),
    "a name moves to the temporary": (
        "_1 = mul(x, y)\nz = sub(_1, x)\na = mul(x, y)\nb = add(a, z)\nreturn b",
        "a = mul(x, y)\nz = sub(a, x)\nb = add(a, z)\nreturn b",
    ),
    "a name for a named value": (
        "a = mul(x, y)  # forward\nb_bar = mul(x, y)\nreturn b_bar",
        "a = mul(x, y)  # forward\nb_bar = same(a)\nreturn b_bar",
    ),
    "storage is not shared": (
        "a = numpy.zeros_like(x)\nb = numpy.zeros_like(x)\n_1 = tuple(a, b)\nreturn _1",
        "a = numpy.zeros_like(x)\nb = numpy.zeros_like(x)\n_1 = tuple(a, b)\nreturn _1",
    ),
    "what is added to in place has storage of its own": (
        "a = iadd(x, y)\nb = iadd(x, y)\n_1 = tuple(a, b)\nreturn _1",
        "a = iadd(x, y)\nb = iadd(x, y)\n_1 = tuple(a, b)\nreturn _1",
    ),
    "views are written again": (
        "_1 = numpy.transpose(x)\n_2 = numpy.transpose(x)\n_3 = add(_1, _2)\nreturn _3",
        "_1 = numpy.transpose(x)\n_2 = numpy.transpose(x)\n_3 = add(_1, _2)\nreturn _3",
    ),
    "seen through views": (
        """
        _1 = numpy.transpose(x)
        _2 = numpy.exp(_1)
        _3 = numpy.transpose(x)
        _4 = numpy.exp(_3)
        _5 = add(_2, _4)
        return _5
        """,
        """
        _1 = numpy.transpose(x)
        _2 = numpy.exp(_1)
        _3 = numpy.transpose(x)
        _5 = add(_2, _2)
        return _5
        """,
    ),
    "into an arm, not out of it": (
        """
        _1 = numpy.exp(x)
        if c:
            _2 = numpy.exp(x)
            _3 = numpy.sin(x)
            a = mul(_2, _3)
        else:
            _4 = numpy.sin(x)
            b = mul(_1, _4)
        d = phi(a, b)
        return d
        """,
        """
        _1 = numpy.exp(x)
        if c:
            _3 = numpy.sin(x)
            a = mul(_1, _3)
        else:
            _4 = numpy.sin(x)
            b = mul(_1, _4)
        d = phi(a, b)
        return d
        """,
    ),
    "a cheap number is not kept for an arm": (
        """
        _1 = mul(2, s)
        a = mul(_1, x)
        if c:
            _2 = mul(2, s)
            b = mul(_2, a)
        else:
            pass
        d = phi(b, a)
        return d
        """,
        """
        _1 = mul(2, s)
        a = mul(_1, x)
        if c:
            _2 = mul(2, s)
            b = mul(_2, a)
        else:
            pass
        d = phi(b, a)
        return d
        """,
    ),
    "in a loop, of what does not change": (
        """
        _1 = numpy.exp(x)
        for i in y:
            a = phi(x, a_1)
            _2 = numpy.exp(x)
            _3 = numpy.exp(a)
            a_1 = mul(_2, _3)
        _4 = mul(_1, a)
        return _4
        """,
        """
        _1 = numpy.exp(x)
        for i in y:
            a = phi(x, a_1)
            _3 = numpy.exp(a)
            a_1 = mul(_1, _3)
        _4 = mul(_1, a)
        return _4
        """,
    ),
    "effects stay": (
        "_1 = builtins.print(s)\n_2 = builtins.print(s)\nreturn x",
        "_1 = builtins.print(s)\n_2 = builtins.print(s)\nreturn x",
    ),
    "constants of different kinds": (
        "_1 = mul(1, x)\n_2 = mul(1.0, x)\n_3 = add(_1, _2)\nreturn _3",
        "_1 = mul(1, x)\n_2 = mul(1.0, x)\n_3 = add(_1, _2)\nreturn _3",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_cse(name: str) -> None:
    before, after = ROWS[name]
    expect(cse, _text(before), _text(after))


@pytest.mark.parametrize("name", ROWS)
def test_twice_is_once(name: str) -> None:
    text = _text(ROWS[name][1])
    expect(cse, text, text)


def _text(lines: str) -> str:
    rows = lines.strip("\n").splitlines()
    indent = min(len(r) - len(r.lstrip()) for r in rows if r.strip())
    return f"def f({V}):\n" + "\n".join("    " + r[indent:] for r in rows) + "\n"


def test_operands_that_are_not_numbers_keep_their_order() -> None:
    text = body(
        "x: list[float], y: list[float]",
        "_1 = add(x, y)\n_2 = add(y, x)\n_3 = tuple(_1, _2)\nreturn _3",
    )
    expect(cse, text, text)


ALIASED = [
    """
    def f(d):
        for _ in range(3):
            s = d
            d = 0.5 - {s}
        return np.sum({d})
    """,
    """
    def f(d):
        n = 0
        while n < 3:
            n += 1
            s = d
            r = s
            d = {r} * 0.3
        return np.sum({d} * {d})
    """,
    """
    def f(d):
        s = d
        for _ in range(2):
            s[:] = 0.5 - {s}
            for _ in range(2):
                q = s
                s = 0.2 * {q}
            d = s
        return np.sum({d})
    """,
    """
    def f(d):
        e = d
        for _ in range(3):
            d, e = e, d
            s = d
            if s[0] > 0:
                d = {s} + {e}
        return np.sum({d} - {e})
    """,
]
FORMS = ["np.sin(_)", "np.exp(-_)", "_ * _", "np.tanh(_) / 2", "1 / (1 + _**2)"]


@pytest.mark.parametrize("program", ALIASED)
@pytest.mark.parametrize("form", FORMS)
def test_another_name_for_what_a_loop_carries(program, form):
    """What the iteration that is reversed had, not what the loop has left."""
    text = re.sub(r"\{(\w)\}", lambda m: f"({form.replace('_', m[1])})", program)
    check_grads(live(text), (np.array([0.2, 0.5, -0.3]),))
