"""Long loops: both modes run, and an iteration costs what its tape holds, no more.

A tape is a list. A taped float takes a slot of 8 bytes and an object of 24 (NumPy's
scalars: 32); a taped array its numbers and a header of about 112.
"""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

import symdiff

STEPS = 20_000
FLOAT = 8 + 24
SCALAR = 8 + 32
HEADER = 8 + 112
SIZE = 50


def sines(x, n):
    s = x
    for _ in range(n):
        s = s + 0.001 * math.sin(s)
    return s


def sines_while(x, n):
    s = x
    k = 0
    while k < n:
        s = s + 0.001 * math.sin(s)
        k += 1
    return s


def sines_nested(x, n):
    s = x
    for _ in range(n // 10):
        for j in range(10):
            s = s + 0.0001 * j * math.sin(s)
    return s


def linear(x, n):
    s = x
    for _ in range(n):
        s = 0.9999 * s + 0.1
    return s


def branches(x, n):
    s = x
    for k in range(n):
        if k % 3 == 0:
            s *= 0.9999
            s += 1e-5
        else:
            s = 0.9999 * s + 1e-4 * s * s
    return s


def left_early(x, n):
    s = x
    for k in range(2 * n):
        s = s * (1 - 1e-5 * s)
        if k > n or s < 0.0:
            break
    return s


def layers(x, n):
    y = x
    for _ in range(n):
        y = np.tanh(y + 0.01 * x)
    return np.sum(y)


def diffusion(x, n):
    u = x.copy()
    for _ in range(n):
        u[1:-1] += 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def pendulum(y, n):
    h = 0.001
    for _ in range(n):
        k1 = np.array([y[1], -np.sin(y[0])])
        mid = y + 0.5 * h * k1
        y = y + h * np.array([mid[1], -np.sin(mid[0])])
    return y[0]


VECTOR = np.linspace(0.1, 0.9, SIZE)
CASES = [
    (sines, 0.3, FLOAT),
    (sines_while, 0.3, FLOAT),
    (sines_nested, 0.3, FLOAT),
    (linear, 0.3, 0),
    (branches, 0.3, FLOAT),
    (left_early, 0.3, FLOAT),
    (layers, VECTOR, HEADER + 8 * SIZE),
    (diffusion, VECTOR, 0),
    (pendulum, np.array([0.5, 0.1]), 2 * SCALAR),
]


@pytest.mark.parametrize(("fun", "x", "taped"), CASES)
def test_an_iteration_costs_what_its_tape_holds(fun, x, taped):
    df = symdiff.grad(fun)
    df(x, 3)  # compiled, and what is needed for that is there
    tracemalloc.start()
    try:
        df(x, STEPS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # A list that grows by an eighth is copied once: both are there for a moment.
    spare = 8 if taped else 1
    assert taped * 0.5 <= peak / STEPS <= taped * 1.05 + spare


@pytest.mark.parametrize(("fun", "x", "taped"), CASES)
def test_long_loops_have_the_same_derivative_in_both_modes(fun, x, taped):
    v = np.cos(3 * np.asarray(x)) if np.ndim(x) else 1.0
    dot = symdiff.jvp(fun, (x, STEPS), (v, None))[1]
    bar = symdiff.grad(fun)(x, STEPS)
    assert np.sum(bar * v) == pytest.approx(dot, rel=1e-9)
    h = 1e-6
    by_differences = (fun(x + h * v, STEPS) - fun(x - h * v, STEPS)) / (2 * h)
    assert dot == pytest.approx(by_differences, rel=1e-4, abs=1e-8)
