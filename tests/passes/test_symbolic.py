"""The symbolic simplifier: forms that must come out, and forms that must stay."""

from __future__ import annotations

import ast
import random

import numpy as np
import pytest
from rewriting import body, expect, plain, read

from symdiff.ir.nodes import Apply, Block, For, Function, Program, Var
from symdiff.ir.run import run
from symdiff.transform.algebra import algebra
from symdiff.transform.dce import dce
from symdiff.transform.symbolic import symbolic

SIGMOID = """
_1 = neg(a)                     # ~ forward
_2 = numpy.exp(_1)              # ~ forward
_3 = add(1, _2)                 # ~ forward
p = truediv(1, _3)              # forward
"""
SIGMOID_BAR = """
_10 = mul(p_bar, p)
_11 = truediv(_10, _3)
_12 = mul(_11, _2)
return _12
"""
CROSS_ENTROPY = (
    SIGMOID
    + """
_4 = sub(1, y)                  # ~ forward
_5 = sub(1, p)                  # ~ forward
n = ndarray.size(p)             # forward
g = truediv(-1.0, n)
_6 = mul(g, y)
_7 = mul(g, _4)
_8 = truediv(_6, p)
_9 = truediv(_7, _5)
p_bar = sub(_8, _9)
"""
    + SIGMOID_BAR
)


def finished(fn: Function) -> Function:
    """The pass, without what is dead after it."""
    return dce(symbolic(fn))


def test_sigmoid_and_cross_entropy() -> None:
    expect(
        finished,
        body("a: f8[n], y: f8[n]", CROSS_ENTROPY),
        body(
            "a: f8[n], y: f8[n]",
            SIGMOID
            + """
            n = ndarray.size(p)             # forward
            _4 = sub(p, y)
            _5 = truediv(_4, n)
            return _5
            """,
        ),
    )


def test_sigmoid_alone_and_its_leaves() -> None:
    expect(
        finished,
        body("a: f8[n], p_bar: f8[n]", SIGMOID + SIGMOID_BAR),
        body(
            "a: f8[n], p_bar: f8[n]",
            SIGMOID
            + """
            _4 = mul(p_bar, p)
            _5 = sub(1, p)
            _6 = mul(_4, _5)
            return _6
            """,
        ),
    )


NEWTON = """
def f(a: float, n: int):
    over = builtins.range(n)                # forward
    for i in over:                          # forward
        x: float = phi(a, x_1)
        _1: float = pow(x, 3)               # ~ forward
        _2: float = sub(_1, a)              # ~ forward
        _3: float = pow(x, 2)               # ~ forward
        _4: float = mul(3, _3)              # ~ forward
        _5: float = truediv(_2, _4)         # ~ forward
        x_1: float = sub(x, _5)             # forward
    for j in over:
        x_bar: float = phi(1.0, x_bar_3)
        a_bar: float = phi(0.0, a_bar_1)
"""


NEWTON_BAR = """
        _10: float = neg(x_bar)
        _11: float = truediv(_10, _4)
        _12: float = mul(_10, _5)
        _13: float = truediv(_12, _4)
        _14: float = neg(_13)
        _15: float = mul(3, _14)
        _16: float = mul(2, x)
        _17: float = mul(_16, _15)
        x_bar_1: float = iadd(x_bar, _17)
        _18: float = neg(_11)
        a_bar_1: float = iadd(a_bar, _18)
        _19: float = mul(3, _3)
        _20: float = mul(_19, _11)
        x_bar_3: float = iadd(x_bar_1, _20)
    return a_bar
"""


def test_newton() -> None:
    fn = dce(symbolic(read(NEWTON + NEWTON_BAR)))
    loop = fn.body[-2]
    assert isinstance(loop, For)
    lines = [ast.unparse(s) for s in ast.parse(expressions(loop.body)).body]
    assert lines == [
        "a_bar_1 = a_bar + x_bar / (3 * x ** 2)",
        "x_bar_3 = 2 * x_bar * (x ** 3 - a) / (3 * x ** 3)",
    ]


SIGNS = {"add": "+", "iadd": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}


def expressions(block: Block) -> str:
    """Straight-line arithmetic with its temporaries written out."""
    texts: dict[str, str] = {}
    lines = []
    for stmt in block:
        assert isinstance(stmt, Apply)
        left, right = (
            texts.get(a.name, a.name) if isinstance(a, Var) else repr(a.value)
            for a in stmt.args
        )
        texts[stmt.out.name] = f"({left} {SIGNS[stmt.op]} {right})"
        if not stmt.out.temp:
            lines.append(f"{stmt.out.name} = {texts.pop(stmt.out.name)}")
    return "\n".join(lines)


ROWS = {
    "a common factor of cotangents": (
        "x: f8[n], y: f8[n], u_bar: f8[n], v: f8[n]",
        """
        _1 = mul(u_bar, x)
        _2 = truediv(_1, v)
        _3 = mul(u_bar, y)
        _4 = truediv(_3, v)
        _5 = add(_2, _4)
        return _5
        """,
        "_1 = add(x, y)\n_2 = mul(u_bar, _1)\n_3 = truediv(_2, v)\nreturn _3",
    ),
    "a quotient that cancels": (
        "x: float, u_bar: float",
        "_1 = mul(u_bar, x)\n_2 = truediv(_1, x)\n_3 = mul(2, _2)\nreturn _3",
        "_1 = mul(2, u_bar)\nreturn _1",
    ),
    "what is added from outside stays a term": (
        "x: float, y: float, a_bar: float, u_bar: float",
        """
        _1 = mul(u_bar, x)
        _2 = mul(_1, y)
        _3 = truediv(_2, x)
        _4 = add(a_bar, _3)
        return _4
        """,
        "_1 = mul(u_bar, y)\n_2 = add(a_bar, _1)\nreturn _2",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_forms(name: str) -> None:
    params, before, after = ROWS[name]
    expect(finished, body(params, before), body(params, after))


STAY = {
    "a product": ("x: f8[n], u_bar: f8[n]", "_1 = mul(u_bar, x)\nreturn _1"),
    "the derivative of tanh": (
        "h: f8[n], h_bar: f8[n]",
        "_1 = pow(h, 2)\n_2 = sub(1, _1)\n_3 = mul(h_bar, _2)\nreturn _3",
    ),
    "an array that would become a number": (
        "x: f8[n], s: float, u_bar: float",
        """
        _1 = mul(u_bar, x)
        _2 = truediv(_1, x)
        _3 = mul(2, _2)
        return _3
        """,
    ),
    "the stable logarithm of a sigmoid": (
        "z: f8[n], u_bar: f8[n]",
        """
        _1 = numpy.abs(z)               # ~ forward
        _2 = neg(_1)                    # ~ forward
        _3 = numpy.exp(_2)              # ~ forward
        _4 = add(1, _3)
        _5 = truediv(u_bar, _4)
        _6 = mul(_5, _3)
        return _6
        """,
    ),
    "a difference of what is nearly equal": (
        "x: float, u_bar: float",
        """
        _1 = numpy.expm1(x)             # ~ forward
        _2 = truediv(u_bar, x)
        _3 = mul(_2, _1)
        _4 = truediv(_3, x)
        return _4
        """,
    ),
}


@pytest.mark.parametrize("name", STAY)
def test_what_stays(name: str) -> None:
    params, text = STAY[name]
    fn = read(body(params, text))
    if "number" in name:
        assert plain(finished(fn)).count("truediv") == 1
    else:
        assert finished(fn) == fn


# ---- the numbers


def _value(fn: Function, *args: object) -> float:
    with np.errstate(all="ignore"):
        return run(Program((fn,)), *args)


def test_the_shorter_form_is_finite_where_the_old_one_was_not() -> None:
    fn = read(body("a: f8[n], y: f8[n]", CROSS_ENTROPY))
    a, y = np.array([-800.0, 800.0, 40.0]), np.array([1.0, 0.0, 1.0])
    assert not np.isfinite(_value(fn, a, y)).all()
    want = (1 / (1 + np.exp(-a.clip(-700))) - y) / 3
    np.testing.assert_allclose(_value(finished(fn), a, y), want, atol=1e-15)


def _expression(rng: random.Random, size: int) -> str:
    """Random rational operations on two values of the primal and two cotangents."""
    lines = ["_1 = mul(x, x)  # ~ forward", "_2 = add(1, _1)  # ~ forward"]
    lines += ["q = truediv(y, _2)  # forward"]
    bars = ["u_bar", "v_bar"]
    for n in range(3, 3 + size):
        op = rng.choice(["mul", "mul", "add", "sub", "truediv", "neg"])
        bar = rng.choice(bars)
        if op == "neg":
            lines.append(f"_{n} = neg({bar})")
        elif op in ("add", "sub"):
            lines.append(f"_{n} = {op}({bar}, {rng.choice(bars)})")
        elif op == "mul":
            lines.append(f"_{n} = mul({bar}, {rng.choice(['x', 'y', '_1', 'q', '2'])})")
        else:
            lines.append(f"_{n} = truediv({bar}, {rng.choice(['_2', 'x', 'y'])})")
        bars.append(f"_{n}")
    return "\n".join([*lines, f"return _{2 + size}"])


@pytest.mark.parametrize("seed", range(12))
def test_random_expressions_keep_their_values(seed: int) -> None:
    rng = random.Random(seed)
    fn = read(
        body("x: f8[n], y: f8[n], u_bar: f8[n], v_bar: f8[n]", _expression(rng, 9))
    )
    new = finished(fn)
    for _ in range(20):
        x, y, u, v = (np.array([rng.gauss(0, 1) for _ in range(4)]) for _ in range(4))
        old = _value(fn, x, y, u, v)
        np.testing.assert_allclose(_value(new, x, y, u, v), old, rtol=1e-8, atol=1e-12)


def test_the_same_text_every_time() -> None:
    fn = read(body("a: f8[n], y: f8[n]", CROSS_ENTROPY))
    assert plain(algebra(symbolic(fn))) == plain(algebra(symbolic(fn)))
