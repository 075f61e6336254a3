"""Directional derivatives, Jacobians, Hessians, and gradients of gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symdiff
from symdiff import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from symdiff.transforms import pushforward

RNG = np.random.default_rng(7)
X = RNG.normal(size=3) * 0.5
A = RNG.normal(size=(2, 3)) * 0.5
SCALE = np.array([1.0, 2.0, 0.5])


def differences(f: Callable[..., Any], x: Any, step: float = 1e-5) -> Any:
    """The Jacobian of a function of one array by central differences."""
    x = np.asarray(x, dtype=float)
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = step
        columns.append((np.asarray(f(x + e)) - np.asarray(f(x - e))) / (2 * step))
    out = np.stack(columns, axis=-1)
    return out.reshape(np.shape(columns[0]) + x.shape)


def close(got: Any, want: Any) -> None:
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-7)


# --- programs ---


def curved(x):
    return np.sum(np.sin(x) * x[0] ** 2) + x[1] * x[2]


def branching(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] ** 2 * np.sin(x[i - 1])
        if s > 0.1:
            s = s * x[0]
    return s


def storing(x):
    u = x.copy()
    for _ in range(3):
        u[1:] = u[1:] + 0.3 * u[:-1] * u[1:]
        u[0] *= u[1]
    return np.sum(u**2)


def listing(x):
    parts = []
    for i in range(len(x)):
        parts.append(np.sin(x[i]) * x[0])
    total = 0.0
    for part, item in zip(parts, x):  # noqa: B905
        total = total + part * item
    for i, part in enumerate(parts):
        total = total + part**2 * i
    for part in reversed(parts):
        total = total * 0.5 + part
    while len(parts) > 1:
        last = parts.pop()
        total = total * last
    return total


def halving(x):
    s = np.sum(x**2)
    steps = 0
    while s < 5.0:
        s = s * 1.5 + x[0] ** 2
        steps += 1
        if steps > 10:
            break
    return s * s


def cell(h, w):
    return np.tanh(h * w) + h


def calling(x):
    h = x
    for _ in range(3):
        h = cell(h, x)
    return np.sum(h * SCALE)


def unpacking(x):
    a, b = x[0], x[1:]
    pair = (b * a, a**2)
    b, c = pair
    return np.sum(b) * c


PROGRAMS = [
    curved,
    branching,
    storing,
    listing,
    halving,
    calling,
    unpacking,
]
programs = pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)


# --- one direction ---


@programs
def test_a_directional_derivative_is_the_gradient_times_the_direction(f):
    value, slope = jvp(f, (X,), (X + 1,))
    assert value == pytest.approx(f(X))
    assert slope == pytest.approx(grad(f)(X) @ (X + 1))


@programs
def test_second_derivatives(f):
    want = differences(grad(f), X)
    found = hessian(f)(X)
    close(found, want)
    np.testing.assert_allclose(found, found.T, rtol=1e-12, atol=1e-13)
    close(jacrev(grad(f))(X), want)
    close(hvp(f)(X, SCALE), found @ SCALE)
    close(jvp(grad(f), (X,), (SCALE,))[1], found @ SCALE)
    close(vjp(grad(f), X)[1](SCALE)[0], found @ SCALE)


@programs
def test_a_reverse_sweep_over_a_hessian_product(f):
    third = jacrev(hvp(f))(X, SCALE)
    close(third, differences(lambda x: hvp(f)(x, SCALE), X))


def test_third_derivatives():
    def f(x):
        return np.exp(x) * np.sin(x) * x

    second = grad(grad(f))
    third = grad(second)
    assert third(0.7) == pytest.approx(differences(second, 0.7), rel=1e-6)
    assert "def f_grad_grad_grad(x):" in third.source


def test_the_source_of_a_directional_derivative_is_readable():
    def f(x, a):
        y = np.tanh(x) * a
        return np.sum(y)

    made = pushforward(f, (0,))
    made(X, 2.0, X)
    assert made.source == (
        "import numpy as np\n\n\n"
        "def f_jvp(x, a, x_dot):\n"
        '    """Value of `f`, and its derivative in a direction of x."""\n'
        "    tanh_x = np.tanh(x)\n"
        "    y = tanh_x * a\n"
        "    y_dot = x_dot * (1 - tanh_x**2) * a\n"
        "    return np.sum(y), np.sum(y_dot)\n"
    )


def test_tangents_have_the_structure_of_the_values():
    def f(p, n):
        a, b = p
        return a * b[0], [a * n, b[1]]

    p, dots = (X, [2.0, 3.0]), (X * 0, [1.0, -1.0])
    value, slope = jvp(f, (p, 2), (dots, None))
    close(value[0], 2 * X)
    close(slope[0], X)
    close(slope[1][0], 0 * X)
    assert slope[1][1] == -1.0


def test_a_scalar_tangent_is_repeated_where_its_value_is():
    def f(s, x):
        return np.sum(x + s) + np.sum(np.where(x > 0, s, x))

    _, slope = jvp(f, (0.5, X), (1.0, None))
    assert slope == pytest.approx(3 + np.sum(X > 0))


@pytest.mark.parametrize(
    ("primals", "tangents", "words"),
    [
        ((X,), (X[:2],), "shape"),
        ((X, 1.0), (X,), "tangent for each"),
        ((X,), (None,), "not None"),
        (((X, X),), ((X,),), "structure"),
    ],
)
def test_tangents_that_do_not_fit_are_refused(primals, tangents, words):
    with pytest.raises(TypeError, match=words):
        jvp(lambda *xs: 0.0, primals, tangents)


def test_a_parameter_without_a_derivative_is_refused_in_both_modes():
    from scipy.special import gammainc

    def f(a):
        return gammainc(a, 2.0)

    with pytest.raises(symdiff.UnsupportedError, match="gammainc"):
        grad(f)(1.5)
    with pytest.raises(symdiff.UnsupportedError, match="gammainc"):
        jvp(f, (1.5,), (1.0,))


# --- cotangents ---


def test_a_cotangent_is_pulled_back_more_than_once():
    def f(a, x, n):
        h = x
        for _ in range(n):
            h = np.tanh(a.T @ (a @ h))
        return h

    value, back = vjp(f, A, X, 2)
    close(value, f(A, X, 2))
    for seed in (SCALE, X, SCALE):
        a_bar, x_bar, n_bar = back(seed)
        close(a_bar, np.tensordot(seed, differences(lambda a: f(a, X, 2), A), 1))
        close(x_bar, seed @ differences(lambda x: f(A, x, 2), X))
        assert n_bar is None
    assert "def f_fwd(a, x, n):" in back.source
    assert "def f_bwd(" in back.source


def test_later_stores_into_the_arguments_do_not_change_the_cotangents():
    x = X.copy()
    _, back = vjp(lambda x: x**2, x)
    x[:] = 0.0
    close(back(SCALE)[0], 2 * X * SCALE)


def test_cotangents_of_several_results():
    def f(x):
        return np.sin(x), (x[0] * x[1], 1)

    _, back = vjp(f, X)
    want = np.cos(X) * SCALE + 2.0 * np.array([X[1], X[0], 0.0])
    close(back((SCALE, (2.0, 0)))[0], want)
    with pytest.raises(TypeError, match="structure"):
        back(SCALE)


def test_vjp_of_a_function_that_closes_over_an_array():
    scale = SCALE.copy()

    def f(x):
        return x * scale

    _, back = vjp(f, X)
    scale[:] = 100.0
    close(back(np.ones(3))[0], SCALE)


def with_defaults(x, power=3, *, scale=2.0):
    return scale * np.sum(x**power)


def test_products_fill_in_defaults():
    out, back = vjp(with_defaults, X)
    close(out, 2 * np.sum(X**3))
    (bar,) = back(0.5)
    close(bar, 3 * X**2)
    close(jvp(with_defaults, (X,), (SCALE,))[1], np.sum(6 * X**2 * SCALE))
    close(jvp(with_defaults, (X, 2), (SCALE, None))[1], np.sum(4 * X * SCALE))
    close(hvp(with_defaults)(X, SCALE), 12 * X * SCALE)
    close(hvp(with_defaults)(X, SCALE, scale=1.0), 6 * X * SCALE)


def scaled_in_place(x, y):
    x[0] *= 2.0
    u = x.copy()
    u[1] = u[1] * x[0] * y[0]
    return np.sum(u * y)


def test_a_primal_may_be_its_own_tangent():
    both = (X, SCALE)
    _, dot = jvp(scaled_in_place, both, both)
    bars = vjp(scaled_in_place, *both)[1](1.0)
    close(dot, bars[0] @ X + bars[1] @ SCALE)


def sums_of_generated_items(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * sum(x[i] * x[k] for k in range(i))
    return total


def products_of_dot(x):
    return np.dot(np.outer(x, x), x) @ x


def masked_normal_equations(x, folds):
    total = 0.0
    for k in np.unique(folds):
        rows = np.outer(x, x[::-1]) + np.diag(1 + x**2)
        kept = rows[folds != k]
        free = np.flatnonzero(folds != k)
        a = kept.T @ kept + np.eye(len(x))
        b = rows[np.ix_(free, [0, 1])]
        total += np.sum(np.linalg.solve(a, x) ** 3) + np.sum(
            np.linalg.inv(b.T @ b + np.eye(2))
        )
    return total


@pytest.mark.parametrize(
    ("fun", "more"),
    [
        (sums_of_generated_items, ()),
        (products_of_dot, ()),
        (masked_normal_equations, (np.array([0, 1, 0]),)),
    ],
)
def test_second_derivatives_of_what_reverse_mode_writes(fun, more):
    symdiff.check_grads(lambda x: fun(x, *more), (X,), order=2)


# --- Jacobians ---


def layer(a, x):
    return np.tanh(a @ x)


@pytest.mark.parametrize("mode", [jacfwd, jacrev, jacobian])
def test_jacobians_have_the_shape_of_the_result_and_of_the_argument(mode):
    wants = differences(lambda a: layer(a, X), A), differences(lambda x: layer(A, x), X)
    close(mode(layer)(A, X), wants[0])
    for got, want in zip(mode(layer, argnums=(0, "x"))(A, X), wants, strict=True):
        close(got, want)
    close(mode(lambda a: a * a[0, 0])(A), differences(lambda a: a * a[0, 0], A))
    close(mode(lambda t: np.array([t, t * t]))(0.3), [1.0, 0.6])
    close(mode(lambda t: t * t)(3), 6.0)
    close(mode(lambda x: np.sum(x**2))(X), 2 * X)


def test_a_jacobian_is_made_in_the_cheaper_mode():
    wide = jacobian(lambda x: np.array([x[0] * x[1], x[2]]))
    wide(X)
    assert "# reverse of:" in wide.source
    tall = jacobian(lambda t: np.outer(t, t))
    tall(X)
    assert "t_dot = np.eye(" in tall.source


def test_jacobians_of_jacobians():
    close(
        jacfwd(jacrev(layer))(A, X),
        differences(lambda a: jacrev(layer)(a, X), A),
    )
    close(
        jacrev(jacfwd(layer, 1), 0)(A, X),
        differences(lambda a: jacfwd(layer, 1)(a, X), A),
    )


def test_a_hessian_of_two_arguments_has_blocks():
    def f(a, x):
        return np.sum((a @ x) ** 2) * x[0]

    (aa, ax), (xa, xx) = hessian(f, argnums=(0, 1))(A, X)
    close(aa, differences(lambda a: grad(f)(a, X), A))
    close(ax, differences(lambda x: grad(f)(A, x), X))
    close(xa, differences(lambda a: grad(f, 1)(a, X), A))
    close(xx, differences(lambda x: grad(f, 1)(A, x), X))


def test_a_jacobian_by_a_container_is_refused():
    with pytest.raises(TypeError, match="use vjp or jvp"):
        jacobian(lambda xs: xs[0] * 2)([1.0, 2.0])


# --- the rest ---


def test_elementwise_gradients():
    def f(x):
        return np.tanh(x) * x

    close(elementwise_grad(f)(X), np.diag(differences(f, X)))
    second = elementwise_grad(elementwise_grad(f))
    close(second(X), np.diag(differences(elementwise_grad(f), X)))
    assert elementwise_grad(f)(0.3) == pytest.approx(differences(f, 0.3))


def test_something_else_is_handed_on():
    def f(x):
        y = np.sin(x)
        return np.sum(y * x), y

    want = np.cos(X) * X + np.sin(X)
    x_bar, y = grad(f, has_aux=True)(X)
    close(x_bar, want)
    close(y, np.sin(X))
    (value, y), x_bar = value_and_grad(f, has_aux=True)(X)
    assert value == pytest.approx(np.sum(np.sin(X) * X))
    close(x_bar, want)
    close(y, np.sin(X))
    with pytest.raises(TypeError, match=r"\(value, aux\)"):
        grad(curved, has_aux=True)(X)


def test_no_gradient_flows_through_what_is_stopped():
    def f(x):
        y = stop_gradient(x * x)
        return np.sum(y * x)

    df = grad(f)
    close(df(X), X * X)
    assert "stop_gradient" not in df.source
    close(hessian(f)(X), np.zeros((3, 3)))
    assert stop_gradient(X) is X
    assert jvp(f, (X,), (SCALE,))[1] == pytest.approx(X**2 @ SCALE)


def test_every_order_is_standalone_and_deterministic():
    df = hessian(branching)
    df(X)
    space: dict[str, Any] = {}
    exec(df.source, space)
    close(space["branching_hessian"](X), df(X))
    again = hessian(branching)
    again(X)
    assert again.source == df.source


def test_value_and_gradient_of_a_gradient():
    df = value_and_grad(grad(lambda x: x**3))
    assert df(2.0) == (12.0, 12.0)
    assert df(2) == (12.0, 12.0)


def test_names_and_signatures():
    import inspect

    assert str(inspect.signature(hvp(layer, argnums=1))) == "(a, x, x_dot)"
    assert repr(hessian(curved)) == "<hessian of curved with respect to x>"


def test_second_order_where_two_choices_hang_on_one_value():
    def twice(x, a):
        g = np.sin if a else (lambda t: t * x)
        return g(g(x))

    second = symdiff.grad(symdiff.grad(twice))
    assert np.isclose(second(0.7, False), 6 * 0.7 + 0.0)
    x, s, c = 0.7, np.sin(0.7), np.cos(0.7)
    expected = -np.sin(s) * c**2 - np.cos(s) * np.sin(x)
    assert np.isclose(second(0.7, True), expected)
