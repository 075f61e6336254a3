"""Random programs: forward against reverse mode, and second derivatives both ways.

No reference and no differences are needed: <v, J u> = <J^T v, u>, and the order in
which one differentiates does not matter.
"""

from __future__ import annotations

import inspect
import os
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from programs import function, limited
from sample import Sample, sample
from scope import DEFAULT, OPTIONAL

from symdiff import UnsupportedError, grad, jvp, vjp

CHUNK = 10
COUNT = int(os.environ.get("SYMDIFF_FUZZ_COUNT", "10"))
SEED = int(os.environ.get("SYMDIFF_FUZZ_SEED", "40000"))
SECONDS = 60
EXACT = 1e-12


def direction(drawn: Sample, seed: int) -> list[Any]:
    """A random tangent for each argument that is differentiated by."""
    rng = np.random.default_rng(seed)
    out: list[Any] = [None] * len(drawn.program.args)
    for n in drawn.program.argnums:
        shape = np.shape(drawn.program.args[n])
        out[n] = rng.normal(size=shape) if shape else float(rng.normal())
    return out


def dot(a: Any, b: Any) -> float:
    return float(sum(np.sum(x * y) for x, y in zip(a, b, strict=True)))


def first_order(drawn: Sample, seed: int) -> str:
    """The fault of the first derivatives, or nothing."""
    program = drawn.program
    f, u = function(program.source), direction(drawn, seed)
    value, slope = jvp(f, program.copies(), u)
    again, back = vjp(f, *program.copies())
    if not (close(value, drawn.value) and close(again, drawn.value)):
        return f"values {value} and {again}, not {drawn.value}"
    bars = back(1.5)
    right = 1.5 * dot(drawn.gradients, [u[n] for n in program.argnums])
    found = dot([bars[n] for n in program.argnums], [u[n] for n in program.argnums])
    if not close(1.5 * slope, right, drawn):
        return f"forward mode {1.5 * slope}, not {right}"
    if not close(found, right, drawn):
        return f"reverse mode {found}, not {right}"
    # The two modes have the same partials: they differ by rounding only.
    terms = [np.ravel(bars[n] * u[n]) for n in program.argnums]
    size = max(1.0, float(np.sum(np.abs(np.concatenate(terms)))))
    exact = abs(found - 1.5 * slope) <= EXACT * size or not np.isfinite(found)
    return "" if exact else f"the modes differ: {1.5 * slope!r}, {found!r}"


def second_order(drawn: Sample, seed: int) -> str:
    """The fault of the second derivatives: <v, H u> = <H v, u>, in two ways each."""
    program = drawn.program
    df = grad(function(program.source), argnums=program.argnums)
    u, v = direction(drawn, seed), direction(drawn, seed + 1)
    along = jvp(df, program.copies(), u)[1]
    other = jvp(df, program.copies(), v)[1]
    back = vjp(df, *program.copies())[1](tuple(v[n] for n in program.argnums))
    left = dot(along, [v[n] for n in program.argnums])
    right = dot(other, [u[n] for n in program.argnums])
    third = dot([back[n] for n in program.argnums], [u[n] for n in program.argnums])
    if not close(left, right):
        return f"not symmetric: {left} and {right}"
    return "" if close(left, third) else f"reverse over reverse {third}, not {left}"


def mixed_order(drawn: Sample, seed: int) -> str:
    """The fault of jvp of grad = grad of jvp, where a function of its own calls jvp."""
    program = drawn.program
    u = direction(drawn, seed)
    names = list(inspect.signature(function(program.source)).parameters)
    ways = [
        "None" if way is None else f"{n}_way" for n, way in zip(names, u, strict=True)
    ]
    listed, directions = (f"({', '.join(words)},)" for words in (names, ways))
    source = (
        f"{program.source}\n\nfrom symdiff import jvp as in_direction\n\n\n"
        f"def along({', '.join([*names, *(w for w in ways if w != 'None')])}):\n"
        f"    return in_direction(f, {listed}, {directions})[1]\n"
    )
    f = function(source)
    along = f.__globals__["along"]
    given = [way for way in u if way is not None]
    one = grad(along, argnums=program.argnums)(*program.copies(), *given)
    other = jvp(grad(f, argnums=program.argnums), program.copies(), u)[1]
    for left, right in zip(one, other, strict=True):
        size = max(1.0, float(np.max(np.abs(right), initial=0.0)))
        if not np.allclose(left, right, rtol=1e-9, atol=1e-9 * size, equal_nan=True):
            return f"grad of jvp {left}, jvp of grad {right}"
    return ""


def close(a: Any, b: float, drawn: Sample | None = None) -> bool:
    size = max(1.0, abs(b))
    if drawn is not None:
        size = max(size, *(float(np.max(np.abs(g))) for g in drawn.gradients))
    if not np.isfinite(a) and not np.isfinite(b):
        return True
    return bool(abs(a - b) <= 1e-8 * size)


def faults(
    seeds: range,
    judge: Callable[[Sample, int], str],
    size: int = 8,
    features: frozenset[str] = DEFAULT,
) -> list[str]:
    found = []
    for seed in seeds:
        drawn = sample(seed, features, size)
        try:
            with limited(SECONDS), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fault = judge(drawn, seed)
        except UnsupportedError:
            continue
        except (Exception, TimeoutError):
            fault = traceback.format_exc(limit=-4)
        if fault:
            found.append(f"seed {seed}\n{drawn.program.source}\n{fault}")
    return found


@pytest.mark.parametrize("start", range(SEED, SEED + COUNT, CHUNK))
def test_forward_and_reverse_mode_agree(start: int) -> None:
    assert not faults(range(start, min(start + CHUNK, SEED + COUNT)), first_order)


@pytest.mark.parametrize("start", range(SEED, SEED + COUNT // 3, CHUNK))
def test_second_derivatives_are_symmetric(start: int) -> None:
    seeds = range(start, min(start + CHUNK, SEED + COUNT // 3))
    assert not faults(seeds, second_order, size=5)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(50_000, 50_050, 50))
def test_forward_and_reverse_mode_agree_on_many(start: int) -> None:
    assert not faults(range(start, start + 50), first_order)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(51_000, 51_010, 10))
def test_second_derivatives_of_many(start: int) -> None:
    assert not faults(range(start, start + 10), second_order)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(52_000, 52_007, 7))
def test_forward_and_reverse_mode_agree_with_exits_lists_and_closures(
    start: int,
) -> None:
    features = DEFAULT | OPTIONAL - {"wild"}
    assert not faults(range(start, start + 7), first_order, features=features)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(53_000, 53_004, 4))
def test_grad_of_jvp_is_jvp_of_grad(start: int) -> None:
    assert not faults(range(start, start + 4), mixed_order, size=5)
