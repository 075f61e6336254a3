"""The conventions of the whole compiler: programs, factorisations, complex numbers.

One test for each row of the table of conventions that concerns more than one rule.
"""

from __future__ import annotations

import numpy as np
import pytest

import symdiff
from rules.derivatives import Call
from rules.live import differences, function
from symdiff.ir.nodes import Var
from symdiff.ir.types import Array
from symdiff.rules import find, select

nan, inf = np.nan, np.inf


def grad(expression, *args, wrt=0):
    """The gradient of a live function of one expression."""
    f = function(expression, "xyz"[: len(args)])
    with np.errstate(all="ignore"):
        return symdiff.grad(f, argnums=wrt)(*args)


def same(got, want, rtol=1e-12):
    np.testing.assert_allclose(got, want, rtol=rtol, atol=1e-14)


def test_abs_at_0j():
    same(grad("np.sum(np.abs(x * np.exp(1j * x)))", np.zeros(2)), [0, 0])


def test_angle_at_0():
    same(grad("np.sum(np.angle(x * np.exp(1j * x)))", np.zeros(2)), [0, 0])


def test_sqrt_of_a_sum_of_squares_at_0_is_nan_as_written():
    assert np.all(np.isnan(grad("np.sqrt(np.sum(x**2))", np.zeros(2))))


def test_norm_squared_at_0():
    same(grad("np.linalg.norm(x) ** 2", np.zeros(2)), [0, 0])


def test_norm_of_complex_numbers():
    x = np.array([0.3, -1.2])
    f = function("np.linalg.norm(x * np.exp(1j * x) + x)", "x")
    same(symdiff.grad(f)(x), differences(f, [x], 0), rtol=1e-6)


def test_where_with_sqrt_outside_its_domain():
    at = np.array([-1.0, 0.0, 4.0])
    same(grad("np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0))", at), [0, 0, 0.25])


def test_the_same_as_if():
    lines = ["y = 0.0", "if x > 0:", "    y = np.sqrt(x)"]
    f = function("y", "x", lines)
    same(symdiff.grad(f)(0.0), 0)


def test_eigh_of_the_identity_eigenvalues_only():
    (got,) = Call("numpy.linalg.eigvalsh", [np.eye(3)]).reverse([np.ones(3)]).values()
    same(got, np.eye(3))


def test_eigh_of_the_identity_with_vectors_that_are_used():
    grads = grad("np.sum(np.linalg.eigh(x)[1] ** 2)", np.eye(3))
    assert np.all(np.isfinite(grads))


def test_eigh_gradient_layout():
    a = np.array([[2.0, 0.3], [0.3, 1.0]])
    got = grad("np.linalg.eigh(x)[0][0]", a)
    same(got, got.T)


def test_svd_of_the_identity_values():
    got = grad("np.sum(np.linalg.svd(x, full_matrices=False)[1])", np.eye(3))
    same(got, np.eye(3))


def test_svd_of_the_identity_vectors():
    got = grad("np.sum(np.linalg.svd(x, full_matrices=False)[0] ** 2)", np.eye(3))
    assert np.all(np.isfinite(got))


def test_svd_full_matrices():
    a = np.random.default_rng(1).normal(size=(4, 3))
    full = grad("np.sum(np.linalg.svd(x)[1])", a)
    same(full, grad("np.sum(np.linalg.svd(x, full_matrices=False)[1])", a))
    with pytest.raises(ValueError, match="first singular vectors"):
        grad("np.sum(np.linalg.svd(x)[0][:, 3])", a)


def test_eig_values_and_vectors():
    a = np.array([[2.0, 1.0], [0.5, 3.0]])
    for expression in (
        "np.sum(np.real(np.linalg.eig(x)[0]) ** 2)",
        "np.sum(np.abs(np.linalg.eig(x)[1]) ** 3)",
    ):
        f = function(expression, "x")
        same(symdiff.grad(f)(a), differences(f, [a], 0), rtol=1e-7)


def test_det_of_a_singular_matrix():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(
        grad("np.linalg.det(x)", a), [[4, -2], [-2, 1]], atol=1e-12
    )


@pytest.mark.parametrize("k", [1, 2])
def test_sinc_at_0(k):
    f = function("np.sinc(x)", "x")
    df = symdiff.grad(f)
    same(df(0.0), 0)
    if k == 2:
        same(symdiff.grad(df)(0.0), -(np.pi**2) / 3, rtol=1e-9)


def test_median_of_an_even_number_and_of_ties():
    same(grad("np.median(x)", np.array([4.0, 1.0, 3.0, 2.0])), [0, 0, 0.5, 0.5])
    same(np.sum(grad("np.median(x)", np.array([1.0, 1.0, 1.0]))), 1)


def test_interp_at_a_knot_and_outside():
    xp, fp = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0])
    at = np.array([1.0, -1.0, 3.0])
    same(grad("np.sum(np.interp(x, y, z))", at, xp, fp), [4, 0, 0])


def test_sort_ties():
    got = grad("np.sum(np.sort(x) * np.array([1.0, 2.0, 3.0]))", np.array([2.0, 1, 1]))
    same(got, [3, 1, 2])


def test_second_order_of_maximum_at_a_tie():
    f = function("np.maximum(x, x**2)", "x")
    same(symdiff.grad(symdiff.grad(f))(1.0), 1)


def test_the_convention_of_complex_numbers():
    z = np.array([1 + 2j])
    (got,) = Call("numpy.abs", [z]).reverse([2 * np.abs(z)]).values()
    same(got, [2 - 4j])


def test_holomorphic_functions():
    z = np.array([1 + 2j])
    (got,) = Call("numpy.square", [z]).reverse([np.ones(1) + 0j]).values()
    same(got, [2 + 4j])


def test_operations_that_are_not_holomorphic_are_refused():
    for op in ("var", "std", "max", "sort", "median", "linalg.cholesky", "linalg.svd"):
        z = Var("z", Array("c16", (2, 2)))
        with pytest.raises(LookupError, match="complex"):
            select(find(f"numpy.{op}"), (z,))
