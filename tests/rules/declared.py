"""Functions with rules of their own, one for each way to declare one."""

from __future__ import annotations

import numpy as np

import symdiff

WEIGHT = 2.0


def softplus(x):
    return np.logaddexp(0.0, x)


symdiff.rule(softplus, formula="log(1 + exp(x))")


@symdiff.rule(elementwise=True, a="out_bar * WEIGHT * b", b="out_bar * WEIGHT * a")
def product(a, b):
    return WEIGHT * np.multiply(a, b)


def blur(x, k):
    return np.convolve(x, np.ones(k) / k, mode="same")


@symdiff.rule(blur, static="k", returns="x")
def blur_rule(x, k, out_bar):
    """The kernel is symmetric."""
    return blur(out_bar, k)


def powers(a, b, n=2):
    return a * b**n


@symdiff.rule(
    powers,
    static="n",
    returns="a",
    dot="a_dot * b**n + n * a * b ** (n - 1) * b_dot",
)
def powers_rule(a, b, n, out_bar):
    slope = b ** (n - 1)
    return {"a": out_bar * slope * b, "b": n * a * slope * out_bar}


def cube(x, w):
    return w * x**3


def cube_fwd(x, w):
    return w * x**3, (x, w)


def cube_bwd(saved, out_bar):
    x, w = saved
    return 3 * w * x**2 * out_bar, np.sum(x**3 * out_bar)


symdiff.rule(cube, forward=cube_fwd, backward=cube_bwd, returns="x")


def stiffness(spring):
    return spring.k


class Spring:
    def __init__(self, k):
        self.k = k

    def energy(self, x) -> float:
        return float(0.5 * self.k * (x @ x))


symdiff.rule(Spring.energy, static="self", x="out_bar * stiffness(self) * x")


def wrong(x):
    return x**2


symdiff.rule(wrong, x="3 * x * out_bar", dot="3 * x * x_dot", returns="x")


def rounded(x):
    return np.round(x)


symdiff.rule(rounded, x="out_bar", dot="x_dot", returns="x")
