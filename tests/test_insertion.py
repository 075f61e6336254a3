"""Code that is put into the gradient: where it stands, and what it changes."""

from __future__ import annotations

import numpy as np
import pytest

import symdiff
from symdiff import on_gradient
from symdiff.errors import UnsupportedError
from symdiff.options import Options
from symdiff.pipeline import compile_text

X = np.array([0.3, 0.7, -0.2])


def in_a_loop(x, n):
    h = x
    for t in range(n):
        h = np.sin(h)
        with on_gradient(h) as g:
            print(t)
            g = np.clip(g, -0.5, 0.5)
    return np.sum(h**2)


def test_a_loop_runs_it_in_each_iteration_backwards(capsys):
    found = symdiff.grad(in_a_loop)(X, 3)
    assert capsys.readouterr().out == "2\n1\n0\n"
    states = [X, np.sin(X), np.sin(np.sin(X))]
    want = 2 * np.sin(states[-1])
    for h in reversed(states):
        want = np.clip(want, -0.5, 0.5) * np.cos(h)
    np.testing.assert_allclose(found, want, rtol=1e-14)


def only_sums(w, n):
    s = 0.0
    for t in range(n):
        y = w * t
        with on_gradient(y):
            print(t)
        s += np.sin(y)
    return s


def test_a_loop_that_only_adds_up_runs_it_backwards_too(capsys):
    found = symdiff.grad(only_sums)(0.3, 3)
    assert capsys.readouterr().out == "2\n1\n0\n"
    assert found == pytest.approx(np.cos(0.3) + 2 * np.cos(0.6))


def on_paths(x, k):
    y = x * k
    with on_gradient(y) as y_bar:
        y_bar *= 2.0
    if y > 1:
        z = y * y
        with on_gradient(z) as z_bar:
            z_bar = z_bar * k
        y = z + y
    return y * x


@pytest.mark.parametrize("x", [0.1, 2.0])
def test_branches_run_the_code_of_their_path(x):
    k = 3.0
    y = x * k
    out, slope = (y * y + y, 1 + 2 * y * k) if y > 1 else (y, 1.0)
    assert symdiff.grad(on_paths)(x, k) == pytest.approx(out + x * slope * 2 * k)


def in_place(x):
    y = x * 3
    with on_gradient(y) as y_bar:
        np.clip(y_bar, -1, 1, out=y_bar)
        y_bar[0] = 7.0
    return np.sum(y**2)


def test_the_code_stands_where_the_cotangent_is_complete():
    assert np.array_equal(symdiff.grad(in_place)(X), [21.0, 3.0, -3.0])
    source = symdiff.grad(in_place).specialize(X).source
    assert source.endswith(
        """    # reverse of: with on_gradient(y) as y_bar
    y_bar = np.clip(y_bar, -1, 1)
    y_bar[0] = 7.0

    # reverse of: y = x * 3
    x_bar = 3 * y_bar
    return x_bar
"""
    )


def of_a_parameter(x, threshold):
    with on_gradient(x) as g:
        assert g > 0
        if g > threshold:
            for k in range(3):
                g = g / (1 + k)
    return x**3


def test_code_with_control_flow_for_a_parameter():
    assert symdiff.grad(of_a_parameter)(2.0, 1.0) == pytest.approx(2.0)
    assert symdiff.grad(of_a_parameter)(2.0, 50.0) == 12.0
    with pytest.raises(AssertionError):
        symdiff.grad(of_a_parameter)(0.0, 1.0)
    assert symdiff.jvp(of_a_parameter, (2.0, 1.0), (1.0, None)) == (8.0, 12.0)
    assert symdiff.grad(symdiff.grad(of_a_parameter))(2.0, 1.0) == pytest.approx(2.0)


def square(x):
    y = x * x
    with on_gradient(y) as y_bar:
        y_bar = 3 * y_bar
    return y + np.sin(y) * x


def test_code_in_a_function_that_is_called():
    def both(x):
        return square(x) * square(2 * x)

    def own(x):
        y = x * x
        return y + np.sin(y) * x, np.sin(y) + 3 * (1 + x * np.cos(y)) * 2 * x

    (a, a_dot), (b, b_dot) = own(0.7), own(1.4)
    assert symdiff.grad(both)(0.7) == pytest.approx(a_dot * b + 2 * a * b_dot)


def test_a_text_is_compiled_without_the_hooks_function():
    text = (
        "import symdiff\n\n\ndef f(x: float):\n    y = x * x\n"
        "    with symdiff.on_gradient(y) as g:\n        print(g)\n    return y * x\n"
    )
    source = compile_text(text, "m.py", "f", Options(), {}).source
    assert source.count("def ") == 1
    assert "    print(y_bar)\n" in source


def test_without_a_gradient_the_code_runs_on_zeros():
    assert in_place(X) == np.sum((X * 3) ** 2)
    with on_gradient(X) as g:
        assert np.array_equal(g, np.zeros(3))


def left(x):
    y = x * x
    with on_gradient(y):
        return y


def of_an_expression(x):
    with on_gradient(x * x):
        print("here")
    return x


def writes(x):
    y, z = x * x, np.ones(2)
    with on_gradient(y) as g:
        z[0] = g
    return y * z[0]


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (left, "left early"),
        (of_an_expression, "one variable"),
        (writes, "writes to what is outside"),
    ],
)
def test_what_does_more_is_refused(f, why):
    with pytest.raises(UnsupportedError, match=f"SD206.*{why}"):
        symdiff.grad(f)(2.0)
