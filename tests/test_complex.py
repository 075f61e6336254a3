"""Real programs with complex numbers inside: real values take real cotangents."""

from __future__ import annotations

import numpy as np
import pytest

import symdiff


def layers(n, d):
    m = np.eye(2, dtype=complex)
    for k in range(len(n)):
        nj, dj = n[k], d[k]
        phase = nj * dj
        rows = [
            [np.cos(phase), 1j * np.sin(phase) / nj],
            [1j * nj * np.sin(phase), np.cos(phase)],
        ]
        m = m @ np.array(rows)
    return np.abs(m[0, 0] / (m[0, 1] + 2.0)) ** 2


def one_arm(x, y):
    z = x
    if y > 0:
        z = x + 1j * y
    w = z * (0.5 + 2j)
    return np.real(w * w) + np.imag(w)


def becomes_complex(x, y):
    z = x
    for _ in range(3):
        z = z * (y + 0.5j)
    return np.imag(z) + np.abs(z)


def array_becomes_complex(x, y):
    z = np.sin(x)
    for k in range(3):
        z = z * np.exp(1j * k * y)
    return np.sum(np.real(z) * x) + np.sum(np.abs(z + 1.0))


def stored(x, y):
    z = np.zeros(3, dtype=complex)
    for k in range(3):
        z[k] = x[k]
        z[k] += 1j * y
    z[1] *= 2j - y
    return np.sum(np.abs(z) ** 2) + np.real(z[0] * z[1] * z[2])


def appended(x, y):
    parts = []
    for k in range(3):
        parts.append(x[k])
        parts.append(1j * y * x[k])
    total = parts[0]
    for part in parts:
        total = total * 0.5 + part * (1.0 + 1j)
    return np.abs(total) ** 2


def made_complex(x, y):
    z = np.array([x[0], y, x[1] * y], dtype=complex)
    return np.imag(np.prod(z * (1.0 + 0.3j)))


def joined(x, y):
    z = np.concatenate([x, 1j * x[:2] * y])
    w = np.stack([x, x * 1j])
    return np.abs(np.sum(z * (1 + 2j))) + np.sum(np.abs(w[0] * y + w[1]))


def chosen(x, y):
    z = np.where(x > 0.4, x * 1j, y)
    return np.real(np.sum(z * z * (1 - 2j)))


def direction(x, y):
    z = x + 1j * y
    return np.sum(np.real(np.sign(z) * (0.3 + 2j))) + np.sum(np.sign(x - 0.5) * y)


X = np.array([0.3, 0.7, 1.1])
CASES = [
    (layers, (X + 1.0, X)),
    (one_arm, (0.3, 0.7)),
    (one_arm, (0.3, -0.7)),
    (becomes_complex, (0.3, 0.7)),
    (array_becomes_complex, (X, 0.7)),
    (stored, (X, 0.7)),
    (appended, (X, 0.7)),
    (made_complex, (X, 0.7)),
    (joined, (X, 0.7)),
    (chosen, (X, 0.7)),
    (direction, (X, 0.7)),
]


@pytest.mark.parametrize(("fun", "args"), CASES)
def test_gradients_of_real_programs_with_complex_values(fun, args):
    symdiff.check_grads(fun, args)


@pytest.mark.parametrize(("fun", "args"), CASES)
def test_hessians_of_real_programs_with_complex_values(fun, args):
    symdiff.check_grads(fun, args, order=2)
