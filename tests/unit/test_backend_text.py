"""Expressions on one line: parentheses, spaces, literals, names of modules."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symdiff.rules  # noqa: F401
from symdiff.backend import emit, load, syntax
from symdiff.backend.flat import flat
from symdiff.backend.literals import literal
from symdiff.ir.run import run
from symdiff.ir.text import parse


def shown(expression: str, params: str = "a: f8[4], b: f8[4]", setup: str = "") -> str:
    """How an operation in IR text is printed, with the temps of `setup` in it."""
    rows = [r.strip() for r in setup.strip().split("\n") if r.strip()]
    lines = "".join(f"    {row}    # ~ as -\n" for row in rows)
    lines += f"    y: float = {expression}\n"
    source = emit(parse(f"def f({params}):\n{lines}    return y\n"))
    return source.partition("    y = ")[2].partition("\n")[0]


@pytest.mark.parametrize(
    ("setup", "expression", "expected"),
    [
        ("_1 = add(a, b)", "mul(_1, 2)", "(a + b) * 2"),
        ("_1 = mul(a, b)", "add(_1, 2)", "a * b + 2"),
        ("_1 = sub(a, b)", "sub(a, _1)", "a - (a - b)"),
        ("_1 = sub(a, b)", "sub(_1, a)", "a - b - a"),
        ("_1 = neg(a)", "pow(_1, 2)", "(-a) ** 2"),
        ("_1 = pow(a, 2)", "neg(_1)", "-(a**2)"),
        ("_1 = mul(a, b)", "neg(_1)", "-(a * b)"),
        ("_1 = neg(a)", "mul(_1, b)", "-a * b"),
        ("_1 = pow(b, 2)", "pow(a, _1)", "a ** (b**2)"),
        ("_1 = pow(a, 2)", "pow(_1, b)", "(a**2) ** b"),
        ("_1 = gt(a, 0)", "mul(a, _1)", "a * (a > 0)"),
        ("_1 = gt(a, 0)\n_2 = lt(a, 1)", "and_(_1, _2)", "(a > 0) & (a < 1)"),
        ("_1 = not_(a)", "logical_and(_1, b)", "not a and b"),
        ("_1 = logical_or(a, b)", "logical_and(_1, b)", "(a or b) and b"),
        ("_1 = add(a, b)", "numpy.transpose(_1)", "np.transpose(a + b)"),
        ("", "contains(a, 1)", "1 in a"),
        ("", "ifelse(a, 1, -1)", "1 if a else -1"),
        ("_1 = tuple(a, b)", "tuple(_1, a)", "(a, b), a"),
        ("", "tuple(a)", "(a,)"),
        ("", "list(a, 2.5)", "[a, 2.5]"),
        ("", "dict('k', a)", '{"k": a}'),
        ("", "numpy.sum(a, axis=0)", "np.sum(a, axis=0)"),
        ("", "numpy.linalg.norm(a)", "np.linalg.norm(a)"),
        ("", "math.log(2.0, base=10.0)", "math.log(2.0, 10.0)"),
    ],
)
def test_nesting(setup: str, expression: str, expected: str) -> None:
    assert shown(expression, setup=setup) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("getitem(a, 0)", "a[0]"),
        ("getitem(a, -1)", "a[-1]"),
        ("getitem(a, slice(1, -1, None))", "a[1:-1]"),
        ("getitem(a, slice(None, None, -1))", "a[::-1]"),
        ("getitem(a, (slice(None, None, None), None))", "a[:, None]"),
        ("getitem(a, (..., 0))", "a[..., 0]"),
        ("getitem(a, (0,))", "a[(0,)]"),
    ],
)
def test_constant_subscripts(expression: str, expected: str) -> None:
    assert shown(expression) == expected


def test_computed_subscripts() -> None:
    setup = """
        _1 = add(k, n)
        _2 = slice(k, _1, None)
        _3 = slice(None, n, 2)
        _4 = tuple(_2, _3)
    """
    found = shown("getitem(a, _4)", "a: f8[4, 4], k: int, n: int", setup)
    assert found == "a[k : k + n, :n:2]"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("numpy.transpose(a)", "a.T"),
        ("ndarray.shape(a)", "a.shape"),
        ("ndarray.size(a)", "a.size"),
        ("ndarray.astype(a, numpy.float32)", "a.astype(np.float32)"),
        ("numpy.reshape(a, (2, 2))", "a.reshape(2, 2)"),
        ("numpy.copy(a)", "a.copy()"),
    ],
)
def test_arrays_have_methods_and_numbers_do_not(expression: str, expected: str) -> None:
    assert shown(expression, "a: f8[4]") == expected
    if "astype" not in expression:
        assert not shown(expression, "a: float").startswith("a.")
        assert not shown(expression, "a: any").startswith("a.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1e-12, "1e-12"),
        (-2, "-2"),
        (2j, "2j"),
        (1 - 2j, "1.0 + -2j"),
        (math.inf, "np.inf"),
        (-math.inf, "-np.inf"),
        (math.nan, "np.nan"),
        (np.float64(9.81), "np.float64(9.81)"),
        (np.float32(0.5), "np.float32(0.5)"),
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ((1,), "(1,)"),
        (slice(None, 2), "slice(2)"),
        (None, "None"),
        (..., "..."),
    ],
)
def test_literals(value: object, expected: str) -> None:
    assert flat(literal(value)) == expected
    again = eval(expected, {"np": np})
    assert repr(again) == repr(value)


def test_an_f_string_and_its_fallback() -> None:
    text = "builtins.str.format('w is {:.3f} {{x}}', a)"
    assert shown(text, "a: float") == 'f"w is {a:.3f} {{x}}"'
    held = "builtins.str.format('{}', _1)"
    setup = "_1 = getitem(d, 'k')"
    assert shown(held, "d: any", setup) == '"{}".format(d["k"])'


def test_parameters_may_have_the_names_of_modules_and_builtins() -> None:
    text = """
def h(x: f8[4], np: float, sum: float):
    _1: f8 = builtins.sum(x)                 # ~ as -
    expit: f8[4] = scipy.special.expit(x)
    y: f8[4] = mul(expit, np)
    _2: f8[4] = add(y, _1)                   # ~ as -
    _3: f8[4] = add(_2, numpy.pi)            # ~ as -
    z: f8[4] = mul(_3, sum)
    return z
"""
    program = parse(text)
    args = (np.arange(4.0), 2.0, 3.0)
    expected = run(program, *args)
    assert np.array_equal(load(emit(program), "h")(*args), expected)


def test_what_a_function_captures_is_passed_by_keyword() -> None:
    text = """
def g(x: f8[4], *, table: f8[4]):
    y: f8[4] = mul(x, table)
    return y
def h(x: f8[4], k: float = 2.0, *, table: f8[4]):
    y: f8[4] = g(x, table)
    z: f8[4] = mul(y, k)
    return z
"""
    source = emit(parse(text))
    assert "def h(x, k=2.0, *, table):" in source
    assert "y = g(x, table=table)" in source


def test_constants_are_printed_if_they_are_used() -> None:
    text = "G = 9.81\nH = 2\ndef f(x: float):\n    y: float = mul(G, x)\n    return y\n"
    assert emit(parse(text)).startswith("G = 9.81\n\n\ndef f(x):\n    y = G * x\n")


def test_parentheses_of_a_sign() -> None:
    x = syntax.unary("-", syntax.unary("-", syntax.Text("x")))
    assert flat(x) == "-(-x)"
