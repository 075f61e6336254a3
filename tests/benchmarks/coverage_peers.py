"""How many of the functions that autograd and JAX differentiate work in symdiff.

    python tests/benchmarks/coverage_peers.py [--missing]

Reads the packages that are installed: autograd's registered VJPs under the names that
NumPy and SciPy have too, and what JAX's numpy and scipy have of NumPy's and SciPy's
names. A function counts if symdiff has a rule for it, or writes it in operations that
have.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from symdiff.cli.names import LANGUAGE, find, is_number

AUTOGRAD = (
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "scipy.special",
    "scipy.linalg",
    "scipy.signal",
    "scipy.integrate",
    *(
        f"scipy.stats.{name}"
        for name in ("norm", "t", "beta", "gamma", "chi2", "poisson", "dirichlet")
    ),
    "scipy.stats.multivariate_normal",
)
JAX = (
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "scipy.special",
    "scipy.linalg",
    "scipy.signal",
    "scipy.fft",
    "scipy.ndimage",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.optimize",
    "scipy.sparse.linalg",
    *(
        f"scipy.stats.{name}"
        for name in (
            *("norm", "t", "beta", "gamma", "chi2", "poisson", "expon", "laplace"),
            *("logistic", "uniform", "cauchy", "dirichlet", "multivariate_normal"),
            *("bernoulli", "binom", "geom", "nbinom", "pareto", "truncnorm"),
        )
    ),
)


def autograd_names() -> list[str]:
    """List the public names of all functions with a registered VJP."""
    from autograd.core import primitive_vjps

    return sorted(
        f"{place}.{name}"
        for place in AUTOGRAD
        for name, value in members(f"autograd.{place}")
        if _hashable(value) and value in primitive_vjps
        if callable(getattr(_object(place), name, None))
    )


def jax_names() -> list[str]:
    """List what JAX has under the name of a function of NumPy or SciPy."""
    found = []
    for place in JAX:
        theirs = _object(place)
        for name, value in members(f"jax.{place}"):
            own = getattr(theirs, name, None)
            if callable(value) and callable(own) and not isinstance(own, type):
                found.append(f"{place}.{name}")
    return sorted(found)


def members(path: str) -> Iterator[tuple[str, Any]]:
    """Yield the public names of a module and their values; none if it is not there."""
    try:
        module = importlib.import_module(path)
    except ImportError:
        return
    for name in dir(module):
        value = getattr(module, name)
        if not name.startswith("_") and not inspect.ismodule(value):
            yield name, value


def _object(path: str) -> Any:
    """The module or the object of a module that a path names."""
    try:
        return importlib.import_module(path)
    except ImportError:
        owner, _, name = path.rpartition(".")
        return getattr(importlib.import_module(owner), name, ModuleType(path))


def _hashable(value: Any) -> bool:
    return callable(value) and getattr(type(value), "__hash__", None) is not None


def works(name: str) -> bool:
    """Say whether symdiff knows a function."""
    return name in LANGUAGE or is_number(name) or find(name) is not None


def main() -> None:
    """Print one line a package, and what is missing where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", action="store_true", help="list what is not known")
    options = parser.parse_args()
    import symdiff.rules  # noqa: F401  (fills the table)

    for package, names in (("autograd", autograd_names), ("jax", jax_names)):
        try:
            found = names()
        except ImportError:
            print(f"{package}: not installed")
            continue
        known = [name for name in found if works(name)]
        print(f"{package}: {len(known)} of {len(found)}")
        if options.missing:
            print("\n".join(f"  {n}" for n in found if n not in known))


if __name__ == "__main__":
    main()
