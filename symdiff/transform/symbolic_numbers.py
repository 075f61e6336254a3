"""Operations on many float64 points at once, and on one exact point: the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Meaning = Callable[..., Any]

_BOTH = """
    exp log log1p expm1 sqrt tanh sin cos tan sinh cosh arctan arcsinh log2 log10
    sign floor ceil
"""
_MATH = "exp log log1p expm1 sqrt tanh sin cos tan sinh cosh"
_MP = {
    "arctan": "atan",
    "arcsinh": "asinh",
    "log10": "log10",
}


def log(x: Any, base: Any = np.e) -> Any:
    """The logarithm as `math.log` has it, of many points."""
    return np.log(x) / np.log(base)


FLOATS: dict[str, Meaning] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "divide": np.divide,
    "power": np.power,
    "neg": np.negative,
    "pos": np.positive,
    "iadd": np.add,
    "isub": np.subtract,
    "pow": np.power,
    "same": np.positive,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "numpy.square": np.square,
    "numpy.reciprocal": np.reciprocal,
    "numpy.absolute": np.abs,
    "numpy.abs": np.abs,
    "builtins.abs": np.abs,
    "numpy.maximum": np.maximum,
    "numpy.minimum": np.minimum,
    "numpy.where": np.where,
    **{f"numpy.{name}": getattr(np, name) for name in _BOTH.split()},
    **{f"math.{name}": getattr(np, name) for name in _MATH.split()},
    "math.log": log,
    "math.pow": np.power,
}
"""What is computed on vectors of points."""


def exact(op: str) -> Meaning:
    """The operation on mpmath numbers; raises `KeyError` if there is none."""
    import mpmath

    simple: dict[str, Meaning] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "truediv": lambda a, b: a / b,
        "divide": lambda a, b: a / b,
        "power": lambda a, b: a**b,
        "neg": lambda a: -a,
        "pos": lambda a: a,
        "iadd": lambda a, b: a + b,
        "isub": lambda a, b: a - b,
        "pow": lambda a, b: a**b,
        "same": lambda a: a,
        "lt": lambda a, b: mpmath.mpf(a < b),
        "le": lambda a, b: mpmath.mpf(a <= b),
        "gt": lambda a, b: mpmath.mpf(a > b),
        "ge": lambda a, b: mpmath.mpf(a >= b),
        "numpy.square": lambda a: a * a,
        "numpy.reciprocal": lambda a: 1 / a,
        "numpy.absolute": abs,
        "numpy.abs": abs,
        "builtins.abs": abs,
        "numpy.maximum": max,
        "numpy.minimum": min,
        "numpy.where": lambda c, a, b: a if c else b,
        "math.pow": lambda a, b: a**b,
        "numpy.log2": lambda a: mpmath.log(a, 2),
    }
    if op in simple:
        return simple[op]
    name = op.rpartition(".")[2]
    found: Meaning = getattr(mpmath, _MP.get(name, name))
    return found
