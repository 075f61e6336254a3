"""The values at kinks, ties, zeros and infinities: one test for each convention.

Every scalar convention holds for Python floats, NumPy numbers and arrays alike.
"""

from __future__ import annotations

import numpy as np
import pytest

from rules.derivatives import Call
from symdiff.ir.nodes import Const
from symdiff.rules.helpers import HELPERS

nan, inf = np.nan, np.inf

KINDS = {
    "float": float,
    "number": np.float64,
    "array": lambda v: np.array([v, v], float),
}


def at(op, *values, bar=1.0, how="exact", **kwargs):
    """The cotangents at a point for the incoming cotangent `bar`."""
    with np.errstate(all="ignore"):
        call = Call(op, list(values), kwargs, how)
        shape = np.shape(call.outs[-1])
        full = np.full(shape, bar) if shape else bar
        bars = [np.zeros(np.shape(o)) for o in call.outs[:-1]] + [full]
        return list(call.reverse(bars).values())


@pytest.fixture(params=KINDS)
def of(request):
    """Gradients at a point given as numbers, in each kind of value."""
    kind = KINDS[request.param]

    def grads(op, *values, **kwargs):
        values = [kind(v) if isinstance(v, int | float) else v for v in values]
        if op.startswith("math.") and request.param == "array":
            pytest.skip("math takes numbers only")
        found = at(op, *values, **kwargs)
        return [np.ravel(g)[0] for g in found]

    return grads


def same(got, want):
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("op", ["numpy.abs", "builtins.abs", "numpy.fabs"])
def test_abs_at_0(of, op):
    same(of(op, 0.0), [0])
    same(of(op, -0.0), [0])


def test_math_fabs_at_0(of):
    same(of("math.fabs", 0.0), [0])


@pytest.mark.parametrize(
    "op", ["numpy.maximum", "numpy.minimum", "numpy.fmax", "numpy.fmin"]
)
def test_maximum_minimum_tie(of, op):
    same(of(op, 2.0, 2.0), [0.5, 0.5])
    same(of(op, -0.0, 0.0), [0.5, 0.5])


def test_maximum_of_nan(of):
    same(of("numpy.maximum", 2.0, nan), [0, 0])


def test_fmax_of_nan(of):
    same(of("numpy.fmax", 2.0, nan), [1, 0])
    same(of("numpy.fmin", nan, 2.0), [0, 1])


def test_builtin_max_min_tie_is_a_branch():
    for op in ("builtins.max", "builtins.min"):
        same(at(op, 2.0, 2.0), [1, 0])
        same(at(op, 2.0, 2.0, 2.0), [1, 0, 0])
    same(at("builtins.max", np.array([1.0, 3.0, 3.0]))[0], [0, 1, 0])
    same(at("builtins.max", [1.0, 3.0, 3.0])[0], [0, 1, 0])


def test_max_over_a_tie():
    same(at("numpy.max", np.array([1.0, 3.0, 3.0]))[0], [0, 0.5, 0.5])
    same(at("numpy.min", np.array([1.0, 1.0, 3.0]))[0], [0.5, 0.5, 0])


def test_relu_at_0(of):
    same(of("numpy.maximum", 0.0, 0.0)[:1], [0.5])


def test_relu_with_a_constant_int_at_0():
    same(at("numpy.maximum", np.zeros(3), 0)[0], [0.5] * 3)


def test_clip_at_a_bound_belongs_to_the_inside(of):
    same(of("numpy.clip", 1.0, 1.0, 2.0), [1, 0, 0])
    same(of("numpy.clip", 2.0, 1.0, 2.0), [1, 0, 0])
    same(of("numpy.clip", 1.0, 1.0, None)[:2], [1, 0])
    same(of("numpy.clip", 2.0, None, 2.0)[:2], [1, 0])


def test_clip_with_respect_to_its_bounds(of):
    same(of("numpy.clip", 0.0, 1.0, 2.0), [0, 1, 0])
    same(of("numpy.clip", 3.0, 1.0, 2.0), [0, 0, 1])
    same(of("numpy.clip", 1.5, 1.0, 2.0), [1, 0, 0])
    same(of("numpy.clip", 0.0, 2.0, 1.0), [0, 0, 1])


@pytest.mark.parametrize("op", ["numpy.sqrt", "math.sqrt"])
def test_sqrt_at_0(of, op):
    same(of(op, 0.0), [inf])


def test_power_one_half_at_0(of):
    value = of("pow", 0.0, np.float64(0.5))[:1]
    same(value, [inf])


@pytest.mark.parametrize("kind", KINDS)
def test_constant_exponents_at_0(kind):
    for n, want in ((0, 0), (1, 1), (2, 0), (0.5, inf), (1.5, 0), (3, 0)):
        for exponent in {n, float(n)}:
            (grad,) = at("pow", KINDS[kind](0.0), Const(exponent))
            same(np.ravel(grad)[0], want)


def test_norm_at_0():
    for options in ({}, {"ord": 2}):
        same(at("numpy.linalg.norm", np.zeros(3), **options)[0], [0, 0, 0])
    same(at("numpy.linalg.norm", np.zeros((2, 2)), ord="fro")[0], np.zeros((2, 2)))
    rows = np.array([[0.0, 0.0], [3.0, 4.0]])
    same(at("numpy.linalg.norm", rows, axis=1)[0], [[0, 0], [0.6, 0.8]])


def test_norm_1_at_a_0_entry():
    same(at("numpy.linalg.norm", np.array([0.0, -2.0]), ord=1)[0], [0, -1])


def test_norm_inf_tie():
    same(at("numpy.linalg.norm", np.array([1.0, -1.0]), ord=inf)[0], [0.5, -0.5])


@pytest.mark.parametrize("op", ["numpy.hypot", "math.hypot"])
def test_hypot_at_the_origin(of, op):
    same(of(op, 0.0, 0.0), [0, 0])


@pytest.mark.parametrize("op", ["numpy.hypot", "math.hypot"])
def test_hypot_of_large_numbers(of, op):
    same(of(op, 1e200, 1e200), [np.sqrt(0.5)] * 2)


def test_std_of_a_constant():
    same(at("numpy.std", np.full(3, 2.0))[0], [0, 0, 0])
    same(at("numpy.std", np.array([2.0]))[0], [0])
    same(at("numpy.var", np.full(3, 2.0))[0], [0, 0, 0])


def test_power_0_0(of):
    same(of("pow", 0.0, 0.0), [0, 0])


def test_power_0_to_minus_1():
    same(at("pow", np.array([0.0]), np.array([-1.0]))[0], [-inf])
    assert np.isnan(at("pow", np.array([0.0]), np.array([-1.0]))[1][0])


def test_power_of_a_negative_base():
    x, y = at("pow", np.array([-2.0]), np.array([2.0]))
    same(x, [-4])
    assert np.isnan(y[0])
    (x,) = at("pow", np.array([-2.0]), Const(2.0))
    same(x, [-4])


def test_poles_are_not_guarded(of):
    same(of("numpy.log", 0.0), [inf])
    same(of("numpy.log1p", -1.0), [inf])
    same(of("numpy.arcsin", 1.0), [inf])
    same(of("numpy.arccosh", 1.0), [inf])
    same(of("numpy.arctanh", 1.0), [inf])
    same(of("numpy.cbrt", 0.0), [inf])


def test_poles_of_math(of):
    same(of("math.asin", 1.0), [inf])
    same(of("math.acosh", 1.0), [inf])
    same(of("math.cbrt", 0.0), [inf])


def test_reciprocal_at_0():
    same(at("truediv", 1.0, np.array([0.0]))[-1], [-inf])


def test_log_of_minus_1(of):
    same(of("numpy.log", -1.0), [-1])


def test_xlogy_at_0(of):
    same(of("scipy.special.xlogy", 0.0, 0.0), [0, 0])
    same(of("scipy.special.xlogy", 0.0, 2.0), [np.log(2), 0])


def test_where_is_exactly_0_outside_its_mask():
    mask = np.array([True, False])
    grads = at("numpy.where", mask, np.ones(2), np.ones(2), bar=inf)
    same(grads, [[inf, 0], [0, inf]])


def test_prod_with_zeros():
    same(at("numpy.prod", np.array([0.0, 2.0, 3.0]))[0], [6, 0, 0])
    same(at("numpy.prod", np.array([0.0, 2.0, 0.0]))[0], [0, 0, 0])
    rows = np.array([[0.0, 2.0], [3.0, 4.0]])
    same(at("numpy.prod", rows, axis=0)[0], [[3, 4], [0, 2]])


def test_cumprod_with_zeros():
    same(at("numpy.cumprod", np.array([2.0, 0.0, 3.0]))[0], [1, 2 + 6, 0])


def test_cholesky_layout():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    (grad,) = at("numpy.linalg.cholesky", a)
    same(grad, grad.T)


def test_det_of_a_singular_matrix():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    (grad,) = at("numpy.linalg.det", a)
    np.testing.assert_allclose(grad, [[4, -2], [-2, 1]], atol=1e-12)


def test_slogdet_of_a_singular_matrix_raises():
    with pytest.raises(np.linalg.LinAlgError):
        at("numpy.linalg.slogdet", np.zeros((2, 2)))


@pytest.mark.parametrize("op", ["numpy.arctan2", "math.atan2"])
def test_arctan2_at_the_origin(of, op):
    same(of(op, 0.0, 0.0), [0, 0])


@pytest.mark.parametrize("op", ["numpy.arctan2", "math.atan2"])
def test_arctan2_of_large_numbers(of, op):
    same(of(op, 1e200, 1e200), [0.5e-200, -0.5e-200])


def test_sinc_at_and_near_0(of):
    same(of("numpy.sinc", 0.0), [0])
    for x in (1e-8, 1e-5, 1e-4, 9e-4):
        z = np.pi * x
        series = np.pi * (-z / 3 + z**3 / 30 - z**5 / 840)
        np.testing.assert_allclose(of("numpy.sinc", x), [series], rtol=1e-9)


def test_logaddexp_of_infinities(of):
    same(of("numpy.logaddexp", -inf, -inf), [0, 0])
    same(of("numpy.logaddexp", inf, inf), [0.5, 0.5])
    same(of("numpy.logaddexp", inf, 1.0), [1, 0])
    same(of("numpy.logaddexp", -inf, 1.0), [0, 1])


def test_logsumexp_of_infinities():
    op = "scipy.special.logsumexp"
    same(at(op, np.array([-inf, -inf]))[0], [0, 0])
    same(at(op, np.array([inf, 0.0]))[0], [1, 0])
    same(at(op, np.array([inf, inf]))[0], [0.5, 0.5])


def test_steps_are_flat():
    from symdiff.rules import find

    for name in ("floor", "ceil", "round", "trunc", "rint"):
        assert find(f"numpy.{name}").constant
    assert find("numpy.sign").complex_only
    assert find("floordiv").constant


def test_mod_also_at_the_jump(of):
    same(of("mod", 5.5, 2.0), [1, -2])
    same(of("mod", 4.0, 2.0), [1, -2])
    same(of("mod", -5.5, 2.0), [1, 3])


@pytest.mark.parametrize("op", ["numpy.fmod", "math.fmod"])
def test_fmod(of, op):
    same(of(op, -5.5, 2.0), [1, 2])


def test_copysign(of):
    same(of("numpy.copysign", 0.0, -1.0)[:1], [0])
    same(of("numpy.copysign", 2.0, -1.0)[:1], [-1])


def test_nan_to_num_at_nan(of):
    same(of("numpy.nan_to_num", nan), [0])


def test_gather_counts_duplicates():
    same(at("getitem", np.zeros(3), np.array([0, 0]))[0], [2, 0, 0])
    same(at("numpy.take", np.zeros(3), np.array([0, 0]))[0], [2, 0, 0])


def test_scatter_last_writer_wins():
    x, v = at("setitem", np.zeros(2), np.array([0, 0]), np.ones(2))
    same(x, [0, 1])
    same(v, [0, 1])
    x, v = at("additem", np.zeros(2), np.array([0, 0]), np.ones(2))
    same(x, [1, 1])
    same(v, [0, 1])


def test_division_of_tiny_numbers(of):
    same(of("truediv", 1e-200, 1e-200), [1e200, -1e200])


@pytest.mark.parametrize("op", ["numpy.tanh", "math.tanh"])
def test_tanh_of_large_numbers(of, op):
    same(of(op, 800.0), [0])
    np.testing.assert_allclose(of(op, 20.0), [0], atol=1e-16)


def test_expit_of_a_large_number(of):
    np.testing.assert_allclose(
        of("scipy.special.expit", 40.0), [np.exp(-40)], rtol=1e-12
    )


def test_python_floats_do_not_raise():
    with np.errstate(all="ignore"):
        same(HELPERS["power"](0.0, -0.5), inf)
        same(HELPERS["divide"](1.0, 0.0), inf)
        same(HELPERS["divide"](-1.0, 0.0), -inf)
        assert np.isnan(HELPERS["divide"](0.0, 0.0))
        same(HELPERS["power"](1e200, 2.0), inf)
    same(at("pow", 1e-200, -1)[0], -inf)
    same(at("math.atan", 1e200)[0], 0)
