"""Fixed points and roots of one's own: by the implicit function theorem."""

# ruff: noqa: B023

from __future__ import annotations

import math

import numpy as np
import pytest

import symdiff
from symdiff.errors import UnsupportedError
from symdiff.testing import check_grads

ANGLES = np.linspace(0.1, 0.5, 6).reshape(2, 3)


def kepler(e, M):
    E = symdiff.fixed_point(lambda E: M + e * np.sin(E), M)
    return np.cos(E) * e


def cell(z, p):
    return np.tanh(p["W"] @ z + p["U"] @ p["x"])


def layer(p, y):
    z = symdiff.fixed_point(cell, np.zeros(3), p)
    return np.sum((z - y) ** 2)


def chain(W, b, n):
    h = b
    for i in range(n):
        h = symdiff.fixed_point(lambda z, c: np.tanh(W @ z + c * h), h, 0.5 + i)
    return np.sum(h**2)


def grid(c):
    z = symdiff.fixed_point(
        lambda z: 0.4 * np.roll(z, 1, axis=0) * np.sin(z) + c,
        np.zeros((2, 3)),
        tol=1e-13,
        maxiter=500,
    )
    return np.sum(z**3)


def cubic(a, b):
    root = symdiff.root(lambda x: x**3 + a * x - b, 1.0)
    return np.sin(root) * a


def residual(x, A, c):
    return A @ x + x**3 - c


def system(A, c):
    x = symdiff.root(residual, np.zeros(2), A, c)
    return np.sum(x**2)


def branches(k, n):
    s = 0.0
    for i in range(n):
        if i % 2:
            s += symdiff.root(lambda x: np.exp(x) + k * x - 2 - i, 0) * k
        else:
            s = s + symdiff.fixed_point(lambda x: np.cos(k * x * s), 1)
    return s


W = np.random.default_rng(0).normal(size=(3, 3)) / 5
PARAMETERS = {"W": W, "U": W[:, :2] + 1, "x": np.array([0.3, -0.7])}
CASES = [
    (layer, (PARAMETERS, np.ones(3))),
    (chain, (W, np.ones(3), 0)),
    (chain, (W, np.ones(3), 2)),
]
TWICE = [
    (branches, (0.7, 3)),
    (kepler, (0.3, 1.2)),
    (grid, (ANGLES,)),
    (cubic, (1.5, 2.0)),
    (system, (np.array([[2.0, 0.1], [0.3, 1.5]]), np.array([1.0, 2.0]))),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_both_modes_agree_with_differences(f, args):
    check_grads(f, args)


@pytest.mark.slow
@pytest.mark.parametrize(("f", "args"), TWICE)
def test_so_do_the_second_derivatives(f, args):
    check_grads(f, args, order=2)


def test_the_derivative_of_keplers_equation_is_exact():
    e, M = 0.3, 1.2
    E = symdiff.fixed_point(lambda E: M + e * math.sin(E), M, tol=1e-15)

    def anomaly(M):
        return symdiff.fixed_point(lambda E: M + e * np.sin(E), M)

    assert symdiff.grad(anomaly)(M) == pytest.approx(
        1 / (1 - e * math.cos(E)), rel=1e-9
    )


def test_a_small_cotangent_is_iterated_as_exactly_as_a_large_one():
    large = symdiff.grad(grid)(ANGLES)
    small = symdiff.grad(lambda c: 1e-30 * grid(c))(ANGLES)
    np.testing.assert_allclose(small, 1e-30 * large, rtol=1e-12)


def test_the_start_has_no_derivative():
    def f(start):
        return symdiff.fixed_point(lambda z: 0.5 * z + 1, start)

    assert symdiff.grad(f)(0.3) == 0.0


def test_the_functions_run_by_themselves():
    assert symdiff.fixed_point(np.cos, 1.0) == pytest.approx(0.7390851332)
    assert symdiff.root(np.cos, 1.0) == pytest.approx(np.pi / 2)
    assert symdiff.root(residual, [0.5, 0.5], np.eye(2), np.zeros(2)).shape == (2,)


def growing(k):
    return symdiff.fixed_point(lambda z: k * z + 1, 1.0)


def test_what_does_not_converge_is_an_error():
    with pytest.raises(RuntimeError, match="in 1000 iterations"):
        symdiff.fixed_point(lambda z: 2 * z + 1, 1.0)
    with pytest.raises(RuntimeError, match="no root was found"):
        symdiff.root(lambda x: x**2 + 1, 1.0)
    with pytest.raises(ValueError, match=r"\(3,\) became \(2, 3\)"):
        symdiff.fixed_point(lambda z: z + np.ones((2, 3)), np.zeros(3))
    with pytest.raises(RuntimeError, match="no fixed point"):
        symdiff.grad(growing)(2.0)


def scalar_from_array(k):
    return symdiff.fixed_point(lambda z: np.sum(z * k), np.zeros(2))


def array_from_scalar(k):
    return np.sum(symdiff.root(lambda z: z * k, 1.0))


def matrix_root(k):
    return np.sum(symdiff.root(lambda z: z * k[0] - 1, np.zeros((2, 2))))


def printing(k):
    def phi(z):
        print(z)
        return 0.5 * z + np.sum(k)

    return symdiff.fixed_point(phi, 1.0)


def without_start(k):
    return symdiff.fixed_point(lambda z: z * k)


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (scalar_from_array, "returns f8, not an array with one axis"),
        (array_from_scalar, "returns f8.* not a number"),
        (matrix_root, "the solver starts from"),
        (printing, "prints or draws"),
        (without_start, "misses the argument `z0`"),
    ],
)
def test_what_cannot_be_solved_for_is_refused(f, why):
    with pytest.raises(UnsupportedError, match=why):
        symdiff.grad(f)(np.ones(2))
