"""The check against differences finds what is wrong, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import symdiff
from symdiff.errors import UsageError
from symdiff.testing import active, compare, leaves


def wave(w: Any, x: Any) -> Any:
    return np.sum(np.sin(w * x))


def wave_gradients(w: Any, x: Any) -> tuple[Any, Any]:
    slope = np.cos(w * x)
    return np.sum(slope * x, axis=0), slope * w


W, X = np.array([0.3, -0.7]), np.arange(12.0).reshape(6, 2) / 5


def wrong(gradients: tuple[Any, ...], **how: Any) -> list[str]:
    rows = compare(wave, gradients, (W, X), (0, 1), **how)
    return [row.where for row in rows if not row.ok]


@pytest.mark.parametrize("method", ["central", "complex"])
def test_right_gradient_passes(method: str) -> None:
    assert wrong(wave_gradients(W, X), method=method) == []


def test_wrong_number_is_named() -> None:
    w_bar, x_bar = wave_gradients(W, X)
    x_bar[4, 1] += 1e-4
    assert wrong((w_bar, x_bar)) == ["x[4, 1]", "x along a random direction"]


def test_wrong_shape_is_named() -> None:
    w_bar, x_bar = wave_gradients(W, X)
    with pytest.raises(AssertionError, match=r"w has shape \(1, 2\), not \(2,\)"):
        wrong((w_bar[None], x_bar))


def test_wrong_number_of_a_large_array_is_found() -> None:
    def total(x: Any) -> Any:
        return np.sum(x**2)

    x = np.random.default_rng(0).normal(size=500)
    right = 2 * x
    off = right.copy()
    off[137] += 0.1
    assert all(row.ok for row in compare(total, (right,), (x,), (0,)))
    assert not all(row.ok for row in compare(total, (off,), (x,), (0,)))


def test_nan_is_not_confirmed() -> None:
    rows = compare(lambda x: x * float("nan"), (1.0,), (1.0,), (0,))
    assert not rows[0].ok


def test_kink_nearby_is_no_mismatch() -> None:
    rows = compare(lambda x: abs(x), (1.0,), (3e-4,), (0,))
    assert rows[0].ok


def test_float32_is_moved_in_float32() -> None:
    x = np.array([0.5, 1.5], np.float32)
    rows = compare(lambda x: np.sum(np.tanh(x)), (1 - np.tanh(x) ** 2,), (x,), (0,))
    assert all(row.ok for row in rows)


@dataclass
class Point:
    x: float
    label: str


def test_leaves_of_containers() -> None:
    tree = {"a": [1.0, 2], "b": (np.ones(2), Point(3.0, "p")), "c": None, "d": True}
    assert [path for path, _ in leaves(tree)] == [("a", 0), ("b", 0), ("b", 1, "x")]
    assert active([1, 2.0, "s", tree]) == (1, 3)


def test_containers_are_checked_leaf_by_leaf() -> None:
    def energy(p: Any, q: Point) -> Any:
        return p["k"][0] * q.x**2 + np.sum(p["w"]) * q.x

    p, q = {"k": (2.0, 1), "w": np.ones(3)}, Point(1.5, "q")
    right = ({"k": (2.25, 0), "w": np.full(3, 1.5)}, Point(9.0, "q"))
    rows = compare(energy, right, (p, q), (0, 1))
    assert all(row.ok for row in rows)
    assert rows[0].where == "p['k'][0]"
    assert rows[-1].where == "q['x']"


def test_integer_argument_is_the_real_number_it_is() -> None:
    rows = compare(lambda x: x**2, (6.0,), (3,), (0,))
    assert all(row.ok for row in rows)


def cubic(x: float) -> float:
    return x**3


def test_check_grads() -> None:
    symdiff.check_grads(cubic, (1.5,))


def vectors(x: Any, p: Any) -> Any:
    return np.tanh(x * p[0]) + p[1], np.sum(x) * p[0]


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev")])
def test_check_grads_takes_any_result_and_any_mode(modes: tuple[str, ...]) -> None:
    symdiff.check_grads(vectors, (np.arange(3.0) / 3, [0.5, -1.0]), modes=modes)


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev")])
def test_check_grads_of_order_two(modes: tuple[str, ...]) -> None:
    symdiff.check_grads(wave, (W, X), order=2, modes=modes)


@pytest.mark.slow
def test_check_grads_of_order_three() -> None:
    def model(params: dict[str, Any], x: float) -> float:
        return float(x) * np.sum(np.sin(params["w"]) * params["b"] ** 2)

    symdiff.check_grads(model, ({"w": W[0], "b": 0.7}, 1.3), order=3)


@pytest.mark.parametrize("how", [{"order": 0}, {"modes": ("both",)}])
def test_what_check_grads_cannot_do_is_an_error(how: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="order from 1"):
        symdiff.check_grads(cubic, (1.5,), **how)


def test_check_grads_needs_a_float() -> None:
    with pytest.raises(UsageError, match="no argument is a float"):
        symdiff.check_grads(cubic, ("x",))
