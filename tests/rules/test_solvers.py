"""Roots and integrals: what a solver finds, differentiated through its function."""

# ruff: noqa: B023

from __future__ import annotations

import numpy as np
import pytest

import symdiff
from symdiff.errors import UnsupportedError
from symdiff.testing import check_grads

pytest.importorskip("scipy")

from scipy import optimize
from scipy.integrate import odeint, quad
from scipy.optimize import brentq, fsolve, newton


def gaussian(k, b):
    value, _ = quad(lambda x: np.exp(-k * x**2), 0.0, b)
    return value**2


def cubic(x, k, m):
    return x**3 + k * x - m


def root(k, m):
    x = brentq(cubic, -5.0, 5.0, args=(k, m))
    return np.sin(x) * k


def implied(k):
    def residual(x):
        y = k[0] * x
        return np.tanh(y) + x - k[1]

    return newton(residual, 0.3) ** 2


def spectrum(w, a):
    def density(x):
        total = 0.0
        for i in range(len(w)):
            total += w[i] * np.cos(i * x)
        return total**2

    return quad(density, a, a + 1.0)[0]


def steps(k, n):
    s = 0.0
    for i in range(n):
        s += optimize.bisect(lambda x: np.exp(x) + k * x - 2.0 - i, -3.0, 5.0) * k
        part, _ = quad(lambda u: np.sin(u * s), 0.0, 1.0, epsrel=1e-10)
        s = s + part
    return s


def twice(k):
    def inner(y):
        return quad(lambda x: np.exp(-x * y * k), 0.0, y)[0]

    return quad(inner, 0.0, 1.0)[0]


def infinite(k):
    tail = quad(lambda x: 1 / (1 + k * x**2), -np.inf, np.inf)[0]
    return tail + quad(np.exp, 0.0, k)[0]


def within(k):
    def excess(x):
        return quad(lambda t: np.exp(-k * t), 0.0, x)[0] - 0.5

    return optimize.ridder(excess, 0.0, 3.0)


def passive(k):
    return k * brentq(np.cos, 1.0, 2.0) + k * quad(np.sin, 0.0, 1.0)[0]


TIMES = np.linspace(0.0, 2.0, 6)


def decay(y, t, k):
    return -k * y


def decayed(k, y0):
    path = odeint(decay, y0, TIMES, args=(k,))
    return np.sum(path**2)


def pendulum(y, t, b, c):
    theta, omega = y
    return [omega, -b * omega - c * np.sin(theta)]


def swung(b, c, s):
    path = odeint(pendulum, [s, 0.1], TIMES, args=(b, c), rtol=1e-10, atol=1e-10)
    return np.sum(path[:, 0] * np.cos(TIMES)) + path[-1, 1]


def mixed(w, c):
    def slope(y, t):
        return w[0] * np.roll(y, 1) - c * w[1:] * y * (1 + t)

    start = np.ones(2) * w[1]
    return np.sum(odeint(slope, start, TIMES, rtol=1e-10, atol=1e-10))


def stiff(k):
    path = odeint(lambda y, t: -1000.0 * (y - np.cos(k * t)), [0.0], TIMES)
    return np.sum(path)


def equilibrium(k, m):
    def balance(x):
        a, b = x
        return [a**2 + k * b - 2.0, a - b * m + np.sin(a)]

    x = fsolve(balance, [1.0, 1.0], xtol=1e-12)
    return x[0] * k + x[1] ** 2


def fixed(W, b):
    x = fsolve(lambda x: np.tanh(W @ x + b) - 2.0 * x, np.zeros(3), xtol=1e-12)
    return np.sum(x**2)


SYSTEMS = [
    (equilibrium, (0.7, 1.3)),
    (fixed, (np.arange(9.0).reshape(3, 3) / 20, np.array([0.1, -0.3, 0.4]))),
]


@pytest.mark.parametrize(("f", "args"), SYSTEMS)
def test_system(f, args):
    check_grads(f, args)


@pytest.mark.parametrize(("f", "args"), SYSTEMS)
def test_second_order_of_a_system(f, args):
    check_grads(f, args, order=2)


PATHS = [
    (decayed, (0.7, np.array([1.0, 2.0]))),
    (swung, (0.3, 2.0, 1.0)),
    (mixed, (np.array([0.3, 0.5, 0.2]), 0.9)),
    (stiff, (1.3,)),
]


@pytest.mark.parametrize(("f", "args"), PATHS)
@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_path(f, args, mode):
    check_grads(f, args, modes=(mode,), rtol=1e-5, atol=1e-5)


def test_second_order_of_a_path():
    check_grads(decayed, PATHS[0][1], order=2, modes=("rev",), rtol=1e-5, atol=1e-5)
    h = symdiff.hessian(lambda k: decayed(k, np.array([1.0, 2.0])))(0.7)
    assert h == pytest.approx(20 * np.sum(TIMES**2 * np.exp(-1.4 * TIMES)), rel=1e-5)


CASES = [
    (gaussian, (0.7, 1.3)),
    (root, (1.2, 2.0)),
    (implied, (np.array([1.0, 0.7]),)),
    (spectrum, (np.array([1.0, 0.5, 0.3]), 0.2)),
    (steps, (0.7, 3)),
    (steps, (0.7, 0)),
    (twice, (0.7,)),
    (infinite, (0.7,)),
    (within, (0.7,)),
    (passive, (0.7,)),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_gradient(f, args):
    modes = ("rev",) if f is spectrum else ("fwd", "rev")
    check_grads(f, args, modes=modes)


@pytest.mark.parametrize(("f", "args"), [CASES[0], CASES[1], CASES[2], CASES[6]])
def test_second_order(f, args):
    check_grads(f, args, order=2)


def test_second_order_of_an_array_in_reverse():
    check_grads(spectrum, (np.array([1.0, 0.5, 0.3]), 0.2), order=2, modes=("rev",))


def test_a_root_is_found_once():
    source = symdiff.grad(root, argnums=(0, 1)).specialize(1.2, 2.0).source
    code = [line for line in source.splitlines() if "#" not in line]
    assert sum("brentq(" in line for line in code) == 1
    assert "cubic_vjp(x, k, m, 1.0)" in source


def written(k, b):
    return quad(lambda x: np.exp(-k * x), 0.0, b)[0]


SOURCE = '''
import numpy as np
from scipy.integrate import quad


def integrand_vjp(x, k, out_bar):
    """Adjoint of `integrand`: the cotangent of k."""
    k_bar = -out_bar * np.exp(-k * x) * x
    return k_bar


def written_grad(k, b):
    """Gradient of `written` with respect to k."""
    # reverse of: return quad(lambda x: np.exp(-k * x), 0.0, b)[0]
    k_bar = quad(integrand_vjp, 0.0, b, args=(k, 1.0))[0]
    return k_bar
'''


def test_source():
    found = symdiff.grad(written).specialize(0.7, 1.0).source
    assert found.strip() == SOURCE.strip()


def vector(k):
    return np.sum(newton(lambda x: x**2 - k, np.ones(2)))


def slope_given(k):
    return newton(lambda x: x**2 - k, 1.0, fprime=lambda x: 2 * x)


def prints(k):
    def noisy(x):
        print(x)
        return x - k

    return brentq(noisy, -1.0, 2.0)


def returns_an_array(k):
    return quad(lambda x: np.array([x, k]), 0.0, 1.0)[0]


def stores_outside(k):
    count = np.zeros(1)

    def counted(x):
        count[0] += 1.0
        return x - k

    return brentq(counted, -1.0, 2.0) + count[0]


def times_vary(k):
    return np.sum(odeint(decay, np.ones(2), TIMES * k, args=(1.0,)))


def starts_from_a_number(k):
    return np.sum(odeint(decay, k, TIMES, args=(1.0,)))


def slope_is_a_matrix(k):
    return np.sum(odeint(lambda y, t: np.outer(y, y) * k, np.ones(2), TIMES))


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (times_vary, "no derivative rule in the times"),
        (starts_from_a_number, "start from an array or list"),
        (slope_is_a_matrix, "not an array with one axis"),
        (vector, "for one unknown"),
        (slope_given, "SD130|SD202"),
        (prints, "prints or draws"),
        (returns_an_array, "not a number"),
        (stores_outside, "writes to what is outside"),
    ],
)
def test_refused(f, what):
    with pytest.raises(UnsupportedError, match=what):
        symdiff.grad(f)(0.5)
