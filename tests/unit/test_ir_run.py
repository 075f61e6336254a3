"""The reference interpreter: what the IR means, against Python and NumPy."""

from __future__ import annotations

import math
import textwrap

import numpy as np
import pytest

from symdiff.errors import InternalError
from symdiff.ir.run import run
from symdiff.ir.text import parse


def evaluate(body: str, *args: object, params: str = "x") -> object:
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    return run(parse(f"def f({params}):\n{lines}\n"), *args)


ROW = np.array([1.0, 2.0, 3.0])
GRID = np.arange(6.0).reshape(2, 3)

OPERATIONS = [
    ("add(x, 1)", 2.0, 3.0),
    ("pow(x, 2)", 3.0, 9.0),
    ("matmul(x, x)", ROW, 14.0),
    ("iadd(x, 1.5)", ROW, ROW + 1.5),
    ("getitem(x, -1)", ROW, 3.0),
    ("getitem(x, slice(None, None, -1))", ROW, ROW[::-1]),
    ("getitem(x, (slice(None, None, None), 1))", GRID, GRID[:, 1]),
    ("setitem(x, 0, 9.0)", ROW, [9.0, 2.0, 3.0]),
    ("additem(x, slice(1, None, None), 1.0)", ROW, [1.0, 3.0, 4.0]),
    ("append(x, 3)", [1, 2], [1, 2, 3]),
    ("tuple(x, 1)", 2, (2, 1)),
    ("list(x)", 2, [2]),
    ("dict('a', x)", 2, {"a": 2}),
    ("ifelse(x, 1, 2)", 0, 2),
    ("logical_and(x, 1)", 0, 0),
    ("not_(x)", 0, True),
    ("contains(x, 2)", [1, 2], True),
    ("zeros(x)", [1.0, (ROW, 2)], [0.0, (np.zeros(3), 0.0)]),
    ("unbroadcast(x, 1.0)", ROW, 6.0),
    ("numpy.sum(x, axis=0)", GRID, [3.0, 5.0, 7.0]),
    ("math.sin(x)", 0.5, math.sin(0.5)),
    ("numpy.linalg.norm(x)", ROW, math.sqrt(14)),
    ("scipy.special.expit(x)", 0.0, 0.5),
    ("ndarray.shape(x)", GRID, (2, 3)),
    ("ndarray.shape(x)", 1.0, ()),
    ("ndarray.astype(x, numpy.float32)", ROW, ROW),
    ("builtins.reversed(x)", range(3), [2, 1, 0]),
    ("builtins.zip(x, x)", [1, 2], [(1, 1), (2, 2)]),
    ("builtins.str.format('{:.1f}!', x)", 1.0, "1.0!"),
    ("mul(x, numpy.pi)", 1.0, math.pi),
]


@pytest.mark.parametrize(("operation", "x", "expected"), OPERATIONS)
def test_operations(operation, x, expected):
    kept = x.copy() if isinstance(x, np.ndarray | list) else x
    got = evaluate(f"y = {operation}\nreturn y", x)
    if isinstance(expected, dict | str | bool):
        assert got == expected
    else:
        assert_same(got, expected)
    assert_same(x, kept)


def assert_same(got: object, expected: object) -> None:
    if isinstance(expected, list | tuple) and not isinstance(got, np.ndarray):
        assert type(got) is type(expected)
        for g, e in zip(got, expected, strict=True):
            assert_same(g, e)
    else:
        np.testing.assert_array_equal(got, expected)


def test_unbroadcast_keeps_a_stretched_axis():
    y = evaluate(
        "y = unbroadcast(g, x)\nreturn y", GRID, np.ones((2, 1)), params="g, x"
    )
    np.testing.assert_array_equal(y, [[3.0], [12.0]])


def test_a_store_makes_a_new_value():
    text = "a = setitem(x, 0, 5.0)\nb = imul(a, 2.0)\nt = tuple(x, a, b)\nreturn t"
    x, a, b = evaluate(text, ROW)
    assert (x[0], a[0], b[0]) == (1.0, 5.0, 10.0)


def test_phis_are_parallel():
    swap = """
    for i in over:
        a = phi(1, b)
        b = phi(2, a)
    t = tuple(a, b)
    return t
    """
    assert evaluate(swap, range(3), params="over") == (2, 1)
    assert evaluate(swap, [], params="over") == (1, 2)


def test_if_takes_one_arm():
    text = """
    if x:
        a = add(x, 1)
    else:
        b = neg(5)
    y = phi(a, b)
    return y
    """
    assert evaluate(text, 3) == 4
    assert evaluate(text, 0) == -5


def test_while_runs_its_head_once_more_than_its_body():
    text = """
    while True:
        n = phi(x, n_1)
        h = phi(0, h_1)
        h_1 = add(h, 1)
        c = gt(n, 0)
        if not c: break
        n_1 = sub(n, 1)
    t = tuple(n, h)
    return t
    """
    assert evaluate(text, 3) == (0, 3)
    assert evaluate(text, 0) == (0, 0)


def test_a_stop_leaves_the_loop_with_the_values_of_its_last_iteration():
    count = """
    for i in x:
        s = phi(0, s_1)
        s_1 = add(s, i)
        big = gt(s_1, 4)
        if big: break
    return s
    """
    assert evaluate(count, range(10)) == 6
    assert evaluate(count, range(2)) == 1
    forever = """
    while True:
        s = phi(x, s_1)
        if not True: break
        s_1 = add(s, 1)
        big = gt(s_1, 4)
        if big: break
    return s
    """
    assert evaluate(forever, 0) == 5


def test_calls_targets_and_several_results():
    text = """
    def both(a, b=10):
        t = tuple(a, b)
        return t
    def f(rows, *, c):
        for i, (a, b) in rows:
            s = phi(c, s_1)
            p, q = both(a)
            r, (last) = both(i, b)
            s_1 = add(s, q)
        rest, item = pop(rows)
        t = tuple(s, item)
        return t
    """
    rows = [(0, (1, 2)), (1, (3, 4))]
    assert run(parse(text), rows, c=100) == (120, (1, (3, 4)))
    assert rows == [(0, (1, 2)), (1, (3, 4))]


def test_effects_happen_in_order(capsys):
    text = "builtins.print('a')\nbuiltins.print('b', x)\nassert(x, 'no')\nreturn x"
    with pytest.raises(AssertionError, match="no"):
        evaluate(text, 0)
    assert capsys.readouterr().out == "a\nb 0\n"
    with pytest.raises(ValueError, match="bad"):
        evaluate("e = builtins.ValueError('bad')\nraise(e)\nreturn x", 0)


def test_reading_an_undefined_value_is_an_error_as_in_python():
    text = "if x:\n    pass\ny = phi(undef, 1)\nz = neg(y)\nreturn z"
    assert evaluate(text, 0) == -1
    with pytest.raises(UnboundLocalError, match="'y'"):
        evaluate(text, 1)


@pytest.mark.parametrize("args", [(), (1, 2)])
def test_wrong_arguments_are_refused(args):
    with pytest.raises(TypeError, match=r"f\(\)"):
        evaluate("return x", *args)


def test_an_unknown_operation_is_an_internal_error():
    with pytest.raises(InternalError, match=r"numpy\.nothing"):
        evaluate("y = numpy.nothing(x)\nreturn y", 1)


def test_long_functions_and_loops_do_not_recurse():
    rows = "\n".join(f"x_{i + 1} = add(x_{i}, 1)" for i in range(2000))
    assert evaluate(f"{rows}\nreturn x_2000", 0, params="x_0") == 2000
    loop = "for i in x:\n    s = phi(0, s_1)\n    s_1 = add(s, i)\nreturn s"
    assert evaluate(loop, range(5000)) == sum(range(5000))
