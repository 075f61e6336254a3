"""Random programs: all directions at once against one after the other.

The gradient of a random program has as many numbers as its arguments; its Jacobian in
both modes, in one sweep, must be the one that a loop over the directions makes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from programs import function
from sample import Sample
from scope import DEFAULT
from test_orders import faults

from symdiff import grad
from symdiff.derived import GradFunction
from symdiff.options import Options, Transform

LOOP = frozenset({"batch"})
MODES: tuple[Transform, ...] = ("hessian", "jacrev")


def leaves(value: Any) -> list[Any]:
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def in_one_sweep(drawn: Sample, seed: int) -> str:
    """The fault of the second derivatives in one sweep, or nothing."""
    program = drawn.program
    argnum = program.argnums[seed % len(program.argnums)]
    inner = grad(function(program.source), argnums=argnum)
    for mode in MODES:
        whole, loop = (
            GradFunction(
                inner, Options(argnums=argnum, transform=mode, without=without)
            )
            for without in (frozenset(), LOOP)
        )
        found, want = whole(*program.copies()), loop(*program.copies())
        for one, other in zip(leaves(found), leaves(want), strict=True):
            if not same(one, other):
                return f"{mode}: {one}, not {other}\n{whole.source}"
    return ""


def same(one: Any, other: Any) -> bool:
    a, b = np.asarray(one), np.asarray(other)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    at = np.isfinite(b)
    size = np.max(np.abs(b[at]), initial=1.0)
    return bool(np.all(np.abs(a[at] - b[at]) <= 1e-10 * size))


def test_jacobians_in_one_sweep() -> None:
    assert not faults(range(60_001, 60_002), in_one_sweep, size=3)


@pytest.mark.slow
@pytest.mark.parametrize("start", [61_000])
def test_jacobians_of_many_in_one_sweep(start: int) -> None:
    assert not faults(range(start, start + 5), in_one_sweep, 6, DEFAULT)
