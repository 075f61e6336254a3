"""What `symdiff.fixed_point` and `symdiff.root` do, also in a generated source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def fixed_point(
    phi: Any,
    z: Any,
    args: Any = (),
    tol: float = 1e-10,
    maxiter: int = 1000,
    floor: float = 1.0,
) -> Any:
    """Iterate z = phi(z, *args) until a step is at most tol * max(floor, |z|)."""
    for _ in range(maxiter):
        last, z = z, phi(z, *args)
        if np.shape(z) != np.shape(last):
            raise ValueError(f"{np.shape(last)} became {np.shape(z)} in an iteration")
        step = np.max(np.abs(z - last), initial=0.0)
        if step <= tol * np.max(np.abs(z), initial=floor):
            return z
    raise RuntimeError(f"no fixed point was reached in {maxiter} iterations")


def root(
    residual: Any,
    z: Any,
    args: Any = (),
    tol: float = 1e-10,
    maxiter: int = 0,
) -> Any:
    """Find where residual(z, *args) is zero, to the relative tolerance tol."""
    # Here, so that only what looks for a root loads SciPy.
    from scipy.optimize import fsolve

    number = np.ndim(z) == 0
    x, _, found, message = fsolve(
        lambda x: np.atleast_1d(residual(x[0] if number else x, *args)),
        np.atleast_1d(z),
        xtol=tol,
        maxfev=maxiter,
        full_output=True,
    )
    if found != 1:
        raise RuntimeError(f"no root was found: {message}")
    return float(x[0]) if number else x


IMPLICIT: dict[str, Callable[..., Any]] = {
    "fixed_point": fixed_point,
    "root": root,
}
