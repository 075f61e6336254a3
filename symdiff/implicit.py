"""What is defined by an equation: fixed points and roots, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdiff.rules import helpers_implicit


def fixed_point(
    phi: Callable[..., Any],
    z0: Any,
    *p: Any,
    tol: float = 1e-10,
    maxiter: int = 1000,
) -> Any:
    """Return z with z = phi(z, *p), from iterating it on `z0`, a number or an array.

    It stops when no element moves by more than `tol * max(1, |z|)`. In a gradient it
    is a function of `p`, and of what `phi` reads around it, whatever the iterations
    were; `z0` has no derivative. What is differentiated is the fixed point that
    was found, by a second iteration that converges as fast as this one.

    Raises `RuntimeError` if that takes more than `maxiter` iterations, and `ValueError`
    if `phi` returns another shape than it was given.
    """
    return helpers_implicit.fixed_point(phi, z0, p, tol, maxiter)


def root(
    residual: Callable[..., Any],
    z0: Any,
    *p: Any,
    tol: float = 1e-10,
    maxiter: int = 0,
) -> Any:
    """Return z with residual(z, *p) = 0 near `z0`, a number or an array with one axis.

    It is found by `scipy.optimize.fsolve` to the relative tolerance `tol`, in at most
    `maxiter` calls (0: 200 for each unknown and more). In a gradient it is a
    function of `p`, and of what `residual` reads around it, by the implicit function
    theorem; `z0` has no derivative.

    Raises `RuntimeError` if no root was found.
    """
    return helpers_implicit.root(residual, z0, p, tol, maxiter)
