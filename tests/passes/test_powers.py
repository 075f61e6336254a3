"""Powers as products of lower ones: before and after, and the numbers."""

import numpy as np
import pytest
from rewriting import body, expect

from symdiff import grad
from symdiff.testing import check_grads
from symdiff.transform.powers import powers

V = "x: f8[n], y: f8[n], c: bool"

ROWS = {
    "a chain": (
        "x2 = pow(x, 2)\nx3 = pow(x, 3)\nx5 = pow(x, 5)\nt = tuple(x2, x3, x5)",
        "x2 = pow(x, 2)\nx3 = mul(x2, x)\nx5 = mul(x3, x2)\nt = tuple(x2, x3, x5)",
    ),
    "halves that are near to each other": (
        "x2 = pow(x, 2)\nx3 = pow(x, 3)\nx4 = pow(x, 4)\nt = tuple(x2, x3, x4)",
        "x2 = pow(x, 2)\nx3 = mul(x2, x)\nx4 = mul(x2, x2)\nt = tuple(x2, x3, x4)",
    ),
    "alone": ("x5 = pow(x, 5)\nt = same(x5)",) * 2,
    "of another array": ("x2 = pow(x, 2)\ny3 = pow(y, 3)\nt = tuple(x2, y3)",) * 2,
    "in the other sweep": (
        "x2 = pow(x, 2)  # forward\nx3 = pow(x, 3)\nt = tuple(x2, x3)",
    )
    * 2,
    "negative, or no whole number": (
        "x2 = pow(x, 2)\na = pow(x, -1)\nb = pow(x, 3.0)\nt = tuple(x2, a, b)",
    )
    * 2,
}


@pytest.mark.parametrize("name", ROWS)
def test_rewriting(name):
    before, after = (body(V, f"{lines}\nreturn t") for lines in ROWS[name])
    expect(powers, before, after)


@pytest.mark.parametrize("kind", ["x: i8[n]", "x: float", "x"])
def test_only_float_arrays(kind):
    text = body(kind, "a = pow(x, 2)\nb = pow(x, 3)\nt = tuple(a, b)\nreturn t")
    expect(powers, text, text)


def test_a_branch_lends_nothing():
    """What one arm computes is not there in the other, nor after the `if`."""

    def f(x, c):
        y = x**2 if c else x**3
        return np.sum(y * x**4 + x**5)

    for c in (True, False):
        check_grads(lambda x, c=c: f(x, c), (np.linspace(-1.5, 1.5, 7),))


def test_a_loop_reads_what_is_before_it():
    def f(x, n):
        total = 0.0
        x2 = x**2
        for i in range(n):
            total += np.sum(i * x**3 + x2)
        return total + np.sum(x**4)

    x = np.linspace(-2.0, 2.0, 5)
    for n in (0, 1, 3):
        i = sum(range(n))
        want = 3 * i * x**2 + 2 * n * x + 4 * x**3
        np.testing.assert_allclose(grad(f)(x, n), want, rtol=1e-12)


def test_a_polynomial_is_written_with_named_powers():
    def f(c, x):
        return np.mean((c * x**2 + x**3 + x**5) ** 2)

    df = grad(f)
    df(0.5, np.linspace(-1, 1, 9))
    assert "x3 = x2 * x\n" in df.source
    assert "x3 * x2" in df.source


@pytest.mark.filterwarnings("ignore:overflow|invalid:RuntimeWarning")
@pytest.mark.parametrize("n", [3, 4, 5, 7])
def test_the_edges_are_those_of_the_power(n):
    """What overflows, vanishes or is not a number does so as in the power."""
    edges = np.array([0.0, -0.0, 1e-200, 1e200, -1e200, np.inf, -np.inf, np.nan])

    def f(c, x):
        return np.sum(c * (x**2 + x**3 + x**n))

    got = grad(f)(np.ones(8), edges)
    np.testing.assert_allclose(got, edges**2 + edges**3 + edges**n, rtol=1e-15)
