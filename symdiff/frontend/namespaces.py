"""Library code that asks which array library it is given: here it is always NumPy.

Functions that are written against the array API begin with `xp = array_namespace(x)`
and tell PyTorch, JAX and the others apart as they go.
"""

from __future__ import annotations

import numpy as np

from symdiff.frontend.values import Items, Known, Plain, Value
from symdiff.ir.nodes import Const

_NUMPY = Known(np, "numpy")
_NOT_ON_A_DEVICE = Plain(Const(None))
_ANSWERS: dict[str, Value] = {
    "array_namespace": _NUMPY,
    "get_namespace": Items((_NUMPY, Plain(Const(False)))),
    "get_namespace_and_device": Items((_NUMPY, Plain(Const(False)), _NOT_ON_A_DEVICE)),
    **dict.fromkeys(
        ("is_numpy_array", "is_numpy_namespace", "_is_numpy_namespace"),
        Plain(Const(True)),
    ),
    **dict.fromkeys(
        (
            "is_array_api_strict_namespace",
            "is_cupy_array",
            "is_cupy_namespace",
            "is_dask_array",
            "is_dask_namespace",
            "is_jax_array",
            "is_jax_namespace",
            "is_lazy_array",
            "is_marray",
            "is_torch_array",
            "is_torch_namespace",
        ),
        Plain(Const(False)),
    ),
}
_HOME = "array_api"
"""What the modules that define these functions are called, here or as a copy."""


def namespace_answer(obj: object) -> Value | None:
    """What a function that asks for the array library answers; None if it does not."""
    name = getattr(obj, "__name__", "")
    parts = (getattr(obj, "__module__", None) or "").split(".")
    at_home = any(part.lstrip("_").startswith(_HOME) for part in parts)
    return _ANSWERS.get(name) if at_home else None
