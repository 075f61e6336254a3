"""Programs that ask for derivatives themselves, each with arguments to be tried at."""

from typing import NamedTuple

import numpy as np

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
    value_and_grad,
    vjp,
)

A = np.array([[2.0, 0.5], [0.3, 1.0]])
x3 = np.array([0.3, -0.4, 0.7])
y3 = np.array([0.9, 0.2, -0.5])
x2 = np.array([0.5, 0.8])
v2 = np.array([1.0, -2.0])
W = np.array([[0.1, 0.4, -0.2], [0.7, -0.3, 0.5]])


def energy(x):
    return np.sum(np.sin(x) ** 2 * np.exp(x))


def mapped(x):
    return np.tanh(A @ x)


slope = grad(energy)
curve = hvp(energy)


@grad(argnums="s")
def decorated(t, s):
    return t**3 * s**2


class Pair(NamedTuple):
    w: np.ndarray
    b: float


class Model:
    def __init__(self, scale):
        self.scale = scale

    def loss(self, w):
        return np.sum(self.scale * w**3)


def inner_steps(x, a):
    def loss(w):
        return np.sum((w * x - a) ** 2 * w)

    w = np.ones(3)
    for _ in range(4):
        w = w - 0.1 * grad(loss)(w)
    return np.sum(w * x)


def of_a_lambda(x):
    return np.sum(grad(lambda w: np.sum(w**3 * x))(x * 2))


def by_name_and_position(x, y):
    def product(a, b):
        return np.sum(a * b**2)

    da, db = grad(product, argnums=(0, 1))(x, y)
    return np.sum(da * db) + np.sum(grad(product, "b")(x, b=y))


def of_the_module(x):
    value, bars = value_and_grad(energy)(x)
    return value * np.sum(slope(x) * bars) + np.sum(curve(x, x_dot=x)) + x[0]


def decorated_callee(x):
    return decorated(x, x**2) * x


def decorated_inside(x):
    @symdiff.grad
    def inner(t):
        return t**3 * x

    return inner(x) * x


def third_order(x):
    return np.sum(grad(lambda y: np.sum(slope(y) * y))(x) * x)


def of_a_dict(W, b, x):
    params = {"W": W, "b": b, "n": 2}

    def loss(q):
        return np.sum((q["W"] @ x + q["b"]) ** q["n"])

    bars = grad(loss)(params)
    return loss({"W": W - 0.1 * bars["W"], "b": b - 0.1 * bars["b"], "n": 2})


def the_same_array_twice(x):
    def loss(q):
        return np.sum(q["a"] ** 2 * q["b"] ** 3)

    return np.sum(grad(loss)({"a": x, "b": x})["a"] * x)


def of_a_list(x, y):
    bars = grad(lambda ps: np.sum(ps[0] ** 2 * ps[1]))([x, y])
    return np.sum(bars[0] * bars[1])


def of_a_named_tuple(x):
    bars = grad(lambda p: np.sum(p.w**3) * p.b)(Pair(x, x[0]))
    return np.sum(bars.w * x) * bars.b


def of_a_method(x):
    return np.sum(grad(Model(x).loss)(x))


def chosen(x, flag):
    def cube(t):
        return np.sum(t**3)

    return np.sum(grad(cube if flag else energy)(x) * x)


def stores_into_its_argument(x):
    def loss(t):
        t[0] = t[0] * t[1]
        return np.sum(t**3)

    return np.sum(grad(loss)(x) * x) + x[0]


def with_aux(x):
    bars, (twice, k) = grad(lambda t: (np.sum(t**3), (t * 2, 3.0)), has_aux=True)(x)
    return np.sum(bars * twice) * k


def of_a_loop(x, n):
    def loss(w):
        h = w
        for _ in range(n):
            h = np.tanh(h * x)
        return np.sum(h)

    return np.sum(grad(loss)(x) ** 2)


def of_a_recursive(x):
    def power(t, n):
        return t if n == 0 else t * power(t, n - 1)

    return grad(power)(x, 3) * x


def hessian_inside(x):
    return np.sum(hessian(energy)(x) @ x)


def jacobians(x):
    both = jacrev(mapped)(x) * jacobian(mapped)(x)
    return np.sum(jacfwd(mapped)(x) ** 2) + np.sum(both)


def one_direction(x, v):
    out, dot = jvp(mapped, (x,), (v,))
    _, more = jvp(grad(energy), (x,), (v,))
    return np.sum(out * dot) + np.sum(more)


def pulled_back(x, v):
    out, pull = vjp(lambda t, n, s: np.tanh(A @ t) ** n * s, x, 2, v)
    t_bar, _, s_bar = pull(v)
    (again,) = vjp(mapped, x)[1](s_bar)
    return np.sum(out * t_bar) + np.sum(again**2)


def of_each_element(x):
    return np.sum(elementwise_grad(lambda t: t**3)(x) * x)


def of_a_number(x):
    def wave(t):
        return t**4 * np.sin(t)

    return grad(grad(wave))(x) * grad(lambda t: t**3)(2)


def never_run(x, n):
    def loss(w):
        return np.sum(w**3)

    for _ in range(n):
        x = x - 0.1 * grad(loss)(x)
    return np.sum(x)


CASES = [
    (inner_steps, (x3, y3)),
    (by_name_and_position, (x3, y3)),
    (decorated_callee, (0.7,)),
    (pulled_back, (x2, v2)),
    (of_a_dict, (W, x2, x3)),
]
"""A few of all forms."""

MORE = [
    (of_the_module, (x3,)),
    (of_a_lambda, (x3,)),
    (decorated_inside, (0.7,)),
    (third_order, (x3,)),
    (the_same_array_twice, (x3,)),
    (of_a_list, (x3, y3)),
    (of_a_named_tuple, (x3,)),
    (of_a_method, (x3,)),
    (chosen, (x3, True)),
    (chosen, (x3, False)),
    (stores_into_its_argument, (x3,)),
    (with_aux, (x3,)),
    (of_a_loop, (x3, 3)),
    (of_a_loop, (x3, 0)),
    (of_a_recursive, (0.7,)),
    (hessian_inside, (x2,)),
    (jacobians, (x2,)),
    (one_direction, (x2, v2)),
    (of_each_element, (x2,)),
    (of_a_number, (0.7,)),
    (never_run, (x3, 0)),
    (never_run, (np.array([]), 2)),
]
