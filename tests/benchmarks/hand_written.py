"""Functions and their gradients as a person writes them: what symdiff is timed against.

Each `CASES` entry is a function, the parameters that it is differentiated by, its
value and gradient written by hand without restructuring, and arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Case:
    """One function and its gradient by hand, called with the same arguments."""

    fun: Callable[..., Any]
    argnums: tuple[int, ...]
    hand: Callable[..., Any]
    args: tuple[Any, ...]


def quartic(a, b, c, x, y):
    pred = a * x**2 + b * x**3 + c * x**4
    return np.mean((pred - y) ** 2)


def quartic_by_hand(a, b, c, x, y):
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    diff = a * x2 + b * x3 + c * x4 - y
    bar = 2 * diff / diff.size
    return np.mean(diff**2), (bar @ x2, bar @ x3, bar @ x4)


def classify(W, b, X, labels):
    scores = X @ W + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    norms = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(norms - shifted[np.arange(len(labels)), labels])


def classify_by_hand(W, b, X, labels):
    n = len(labels)
    scores = X @ W + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exps = np.exp(shifted)
    sums = np.sum(exps, axis=1)
    value = np.mean(np.log(sums) - shifted[np.arange(n), labels])
    bar = exps / sums[:, None]
    bar[np.arange(n), labels] -= 1.0
    bar /= n
    return value, (X.T @ bar, np.sum(bar, axis=0))


def diffuse(u0, rate, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + rate * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def diffuse_by_hand(u0, rate, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + rate * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    value = np.sum(u * u)
    bar = 2.0 * u
    for _ in range(steps):
        inner = bar[1:-1].copy()
        flow = rate * inner
        bar[1:-1] = inner - 2.0 * flow
        bar[:-2] += flow
        bar[2:] += flow
    return value, (bar,)


def pendulum(angle, speed, length, steps):
    for _ in range(steps):
        speed = speed - 0.01 * 9.81 / length * angle
        angle = angle + 0.01 * speed
    return angle * angle


def pendulum_by_hand(angle, speed, length, steps):
    angles = []
    for _ in range(steps):
        angles.append(angle)
        speed = speed - 0.01 * 9.81 / length * angle
        angle = angle + 0.01 * speed
    k = 0.01 * 9.81 / length
    angle_bar, speed_bar, k_bar = 2.0 * angle, 0.0, 0.0
    for before in reversed(angles):
        speed_bar += 0.01 * angle_bar
        k_bar -= speed_bar * before
        angle_bar -= k * speed_bar
    return angle * angle, (angle_bar, speed_bar, -k_bar * k / length)


def _cases() -> dict[str, Case]:
    rng = np.random.default_rng(7)
    x = np.linspace(-1.0, 1.0, 2000)
    batch = rng.normal(size=(200, 40))
    W, b = rng.normal(size=(40, 10)), rng.normal(size=10)
    labels = rng.integers(0, 10, size=200)
    return {
        "quartic": Case(quartic, (0, 1, 2), quartic_by_hand, (0.1, 0.2, 0.3, x, x)),
        "classify": Case(classify, (0, 1), classify_by_hand, (W, b, batch, labels)),
        "diffuse": Case(diffuse, (0,), diffuse_by_hand, (np.sin(x), 0.2, 100)),
        "pendulum": Case(pendulum, (0, 1, 2), pendulum_by_hand, (0.5, 0.1, 2.0, 300)),
    }


CASES = _cases()
