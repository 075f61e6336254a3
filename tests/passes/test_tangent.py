"""Forward mode on the IR: what is emitted, and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from symdiff.ir.check import check
from symdiff.ir.nodes import Program
from symdiff.ir.run import run
from symdiff.ir.text import dump, parse
from symdiff.transform.tangent.engine import Forward
from symdiff.transform.terms import linear_part


@pytest.mark.parametrize(
    ("text", "live", "want", "zeros"),
    [
        ("x_dot * y + x * y_dot", {"x_dot"}, "(x_dot * y)", ()),
        ("x_dot - y_dot", {"y_dot"}, "-(y_dot)", ()),
        ("x_dot + y_dot", {"x_dot", "y_dot"}, "(x_dot) + (y_dot)", ()),
        (
            "np.where(c, x_dot, y_dot)",
            {"x_dot"},
            "(np.where(c, x_dot, y_dot))",
            ("y_dot",),
        ),
        ("x_dot + 2 * y_dot", set(), "", ()),
        ("w = a @ x_dot\nw * w2 + y_dot", {"x_dot"}, "w = a @ x_dot\n(w * w2)", ()),
        ("w = a @ x_dot\nw * w2 + y_dot", {"y_dot"}, "(y_dot)", ()),
    ],
)
def test_terms_without_a_tangent_are_left_out(text, live, want, zeros):
    assert linear_part(text, frozenset(live)) == (want, zeros)


def forward(text: str, mask: tuple[bool, ...]) -> Program:
    program = parse(text)
    engine = Forward(program)
    main = engine.tangent(program.main, mask, "out")
    made = [f for f in engine.made.values() if f is not main]
    out = Program((*program.functions[:-1], *made, main))
    check(out)
    return out


def test_a_loop_carries_the_tangent_beside_the_value():
    program = forward(
        """
def f(x: float, n: int):
    over: range = builtins.range(n)
    for i in over: # i: int
        s_1: f8 = phi(1.0, s_2)
        s_2: f8 = mul(s_1, x)
    return s_1
""",
        (True, False),
    )
    assert run(program, 2.0, 3, 1.0) == (8.0, 12.0)
    assert "s_dot = phi(0.0, s_dot_1)" in dump(program).replace(": f8", "")


def test_an_inactive_call_stays_as_it_is():
    program = forward(
        """
def g(x: float):
    y: f8 = numpy.sin(x)
    return y

def f(x: float, z: float):
    a: f8 = g(z)
    b: f8 = g(x)
    c: f8 = mul(a, b)
    return c
""",
        (True, False),
    )
    text = dump(program)
    assert "g(z)" in text
    assert "g_jvp(x, x_dot)" in text
    value, slope = run(program, 0.3, 0.5, 1.0)
    assert value == pytest.approx(np.sin(0.3) * np.sin(0.5))
    assert slope == pytest.approx(np.cos(0.3) * np.sin(0.5))
