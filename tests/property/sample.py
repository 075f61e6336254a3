"""A seed → a program worth testing, with the value and the gradient it should have."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from programs import Program, draw, moderate
from reference import gradient
from scope import DEFAULT


@dataclass(frozen=True)
class Sample:
    """A program and what is right for it."""

    program: Program
    value: float
    gradients: tuple[Any, ...]


def sample(seed: int, features: frozenset[str] = DEFAULT, size: int = 10) -> Sample:
    """The first program of a seed that runs, and whose derivative is moderate.

    A program that amplifies its input a millionfold tells nothing: rounding does too.
    """
    for attempt in range(1000):
        program = draw(random.Random(f"{seed}/{attempt}"), features, size, seed)
        found = expected(program)
        if found is not None:
            return found
    raise AssertionError(f"no program for seed {seed}")


def expected(program: Program) -> Sample | None:
    """The program with its reference, or None if it is of no use."""
    value = moderate(program)
    if value is None:
        return None
    with np.errstate(all="ignore"):
        again, gradients = gradient(program)
    flat = np.concatenate([np.ravel(g) for g in gradients])
    if not np.all(np.isfinite(flat)) or np.max(np.abs(flat)) > 1e3:
        return None
    if abs(again - value) > 1e-9 * max(1.0, abs(value)):
        return None
    return Sample(program, value, gradients)
