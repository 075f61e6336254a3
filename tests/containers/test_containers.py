"""Containers that a function makes: gradients against differences, in both modes."""

from __future__ import annotations

import copy
from typing import Any

import container_corners
import container_programs
import container_small
import numpy as np
import pytest
from container_cases import CASES, Case

import symdiff
from symdiff import UnsupportedError

MODULES = (container_small, container_programs, container_corners)
RIGHT = [c for c in CASES if not c.code]
REFUSED = [c for c in CASES if c.code]


def _flat(x: Any) -> np.ndarray:
    return np.array(x, float).ravel()


def _like(x: Any, flat: np.ndarray) -> Any:
    if isinstance(x, np.ndarray):
        return flat.reshape(x.shape)
    return type(x)(map(float, flat))


def _differences(c: Case) -> np.ndarray:
    """Central differences of two step sizes, extrapolated."""
    first, *rest = c.args
    start = _flat(first)

    def value(flat: np.ndarray) -> float:
        return float(c.function(_like(first, flat), *copy.deepcopy(rest)))

    def slope(i: int, h: float) -> float:
        step = np.zeros_like(start)
        step[i] = h
        return (value(start + step) - value(start - step)) / (2 * h)

    pairs = [(slope(i, 1e-4), slope(i, 5e-5)) for i in range(start.size)]
    return np.array([(4 * fine - coarse) / 3 for coarse, fine in pairs])


def _named(c: Case) -> str:
    return c.function.__name__


@pytest.mark.parametrize("c", RIGHT, ids=_named)
def test_gradient(c: Case) -> None:
    args = copy.deepcopy(c.args)
    value, grad = symdiff.value_and_grad(c.function)(*args)
    assert value == pytest.approx(float(c.function(*copy.deepcopy(c.args))))
    assert type(grad) is type(c.args[0])
    np.testing.assert_allclose(_flat(grad), _differences(c), rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(_flat(args[0]), _flat(c.args[0]))


@pytest.mark.parametrize("c", [c for c in RIGHT if len(c.args) == 1], ids=_named)
def test_tangent(c: Case) -> None:
    (x,) = copy.deepcopy(c.args)
    direction = _like(x, np.linspace(0.3, 1.0, _flat(x).size))
    _, tangent = symdiff.jvp(c.function, (x,), (direction,))
    want = float(np.sum(_differences(c) * _flat(direction)))
    assert float(tangent) == pytest.approx(want, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("c", REFUSED, ids=_named)
def test_refused_by_name(c: Case) -> None:
    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(c.function)(*copy.deepcopy(c.args))
    assert c.code in str(caught.value)
    assert f"{c.function.__name__}.py" not in str(caught.value)
    assert "container_" in str(caught.value)


def test_every_file_is_tried() -> None:
    names = {c.function.__module__ for c in CASES}
    assert names == {module.__name__ for module in MODULES}
