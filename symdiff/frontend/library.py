"""Library objects → names of operations; the methods of arrays, lists and strings."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from symdiff.rules import registry

_ALWAYS = ("numpy", "math", "builtins", "operator")
_ROOTS = frozenset({"numpy", "scipy", "symdiff", "builtins"}) | sys.stdlib_module_names

OPERATORS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "true_divide": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "power": "pow",
    "matmul": "matmul",
    "negative": "neg",
    "positive": "pos",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "equal": "eq",
    "not_equal": "ne",
    "bitwise_and": "and_",
    "bitwise_or": "or_",
    "bitwise_xor": "xor",
    "invert": "invert",
    "left_shift": "lshift",
    "right_shift": "rshift",
}
"""Ufuncs that are an operator, where their call has nothing but the operands."""

METHODS = frozenset(
    [
        "sum",
        "mean",
        "prod",
        "max",
        "min",
        "var",
        "std",
        "cumsum",
        "cumprod",
        "argmax",
        "argmin",
        "any",
        "all",
        "dot",
        "ravel",
        "swapaxes",
        "squeeze",
        "repeat",
        "take",
        "diagonal",
        "trace",
        "clip",
        "round",
        "copy",
        "conj",
        "conjugate",
        "argsort",
        "nonzero",
        "searchsorted",
        "choose",
        "argpartition",
        "reshape",
        "transpose",
    ]
)
"""Methods that are the function of the same name."""

OWN_METHODS = frozenset(["astype", "item", "tolist", "flatten", "compress"])
"""Methods that have no function: `x.astype(t)` is `ndarray.astype(x, t)`."""

TRANSFORMS = frozenset(
    f"symdiff.{name}"
    for name in (
        *("grad", "value_and_grad", "elementwise_grad", "jacfwd", "jacrev"),
        *("jacobian", "hessian", "hvp", "checkpoint"),
    )
)
"""What makes a function of a function."""

ATTRIBUTES = {
    "T": "numpy.transpose",
    "mT": "numpy.matrix_transpose",
    "real": "numpy.real",
    "imag": "numpy.imag",
    "shape": "ndarray.shape",
    "size": "ndarray.size",
    "ndim": "ndarray.ndim",
    "dtype": "ndarray.dtype",
}

WRITERS = frozenset(
    [
        "numpy.copyto",
        "numpy.put",
        "numpy.place",
        "numpy.putmask",
        "numpy.fill_diagonal",
        "numpy.put_along_axis",
        "numpy.random.shuffle",
        "random.shuffle",
        "numpy.add.at",
        "numpy.subtract.at",
        "numpy.multiply.at",
        "numpy.divide.at",
        "numpy.maximum.at",
        "numpy.minimum.at",
        "heapq.heappush",
        "heapq.heappop",
        "heapq.heapify",
    ]
)
"""Functions that write to their first argument."""

WRITING_METHODS = frozenset(
    [
        "sort",
        "fill",
        "put",
        "partition",
        "resize",
        "itemset",
        "setflags",
        "setfield",
        "byteswap",
        "insert",
        "remove",
        "clear",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "shuffle",
    ]
)
"""Methods that write to their object and that are not lowered."""


def ruled(value: Any) -> registry.Rule | None:
    """The rule that a user has declared for an object, if one has."""
    op = _INDEX.fresh().get(id(value))
    entry = None if op is None else registry.find(op)
    return entry if entry is not None and entry.user is not None else None


class _Index:
    """The operations by the identity of the object that they name."""

    def __init__(self) -> None:
        self.key = (-1, -1)
        self.names: dict[int, str] = {}
        self.kept: list[Any] = []

    def fresh(self) -> dict[int, str]:
        """The index, built again if the table or the loaded modules have grown."""
        key = (len(registry.RULES), len(sys.modules))
        if self.key != key:
            heads = {name.split(".")[0] for name in registry.RULES if "." in name}
            roots = {r for r in heads if r in _ALWAYS or r in sys.modules}
            self.names, self.kept = _build(frozenset(roots))
            self.key = (len(registry.RULES), len(sys.modules))
        return self.names


def _build(roots: frozenset[str]) -> tuple[dict[int, str], list[Any]]:
    """The index, and its objects: a bound method that is let go gives its id away."""
    names: dict[int, str] = {}
    kept: list[Any] = []
    for name, op in OPERATORS.items():
        if hasattr(np, name):
            names[id(getattr(np, name))] = op
    for name, entry in registry.RULES.items():
        helper = entry.user is not None and entry.user.helper
        if "." in name and name.split(".")[0] in roots and not helper:
            found = resolve(name)
            if found is not None:
                names.setdefault(id(found), entry.op)
                kept.append(found)
    return names, kept


_INDEX = _Index()


def resolve(name: str) -> Any:
    """The object behind a dotted public name, or None if there is none."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found
    return None


def text_function(obj: Any) -> FunctionType | None:
    """The Python function whose text says what a library function does, if one does."""
    inner = getattr(obj, "_implementation", obj)  # NumPy's dispatchers have it inside
    return inner if isinstance(inner, FunctionType) else None


def is_installed(path: str) -> bool:
    """Whether a file belongs to a package that is installed, not to the user."""
    return bool({"site-packages", "dist-packages"} & set(Path(path).parts))


def foreign(fun: FunctionType, filename: str) -> bool:
    """Whether a text of the user's calls a public function of an installed package."""
    mine = is_installed(filename) or not is_installed(fun.__code__.co_filename)
    return not mine and resolve(dotted(fun)) is fun


def op_of(known: Any, name: str) -> str:
    """The operation that a library object is; its own name if there is no rule."""
    found = _INDEX.fresh().get(id(known))
    if found is not None:
        return found
    if str(getattr(known, "__module__", "")).startswith("symdiff.rules.helpers"):
        return str(known.__name__)
    entry = registry.find(name)
    return name if entry is None else entry.op


def is_library(obj: Any) -> bool:
    """Whether an object belongs to Python or to a library that we know by name."""
    if isinstance(obj, ModuleType):
        return obj.__name__.split(".")[0] in _ROOTS
    if id(obj) in _INDEX.fresh():
        return True
    if isinstance(obj, np.ufunc):
        return True
    module = getattr(obj, "__module__", None) or ""
    if not module and callable(obj):
        owner = getattr(obj, "__self__", None)
        owner = owner if isinstance(owner, ModuleType | type | None) else type(owner)
        return owner is not None and is_library(owner)
    if module.split(".")[0] not in _ROOTS:
        return False
    # Objects without a name are those that a module has: `norm` of `scipy.stats`.
    return hasattr(obj, "__name__") or bool(_bound_name(obj, _public(module)))


def _public(module: str) -> str:
    return ".".join(part for part in module.split(".") if not part.startswith("_"))


def dotted(obj: Any) -> str:
    """The public name of a library object: shortest path under which it is found."""
    if isinstance(obj, ModuleType):
        return obj.__name__
    name: str = getattr(obj, "__qualname__", "") or getattr(obj, "__name__", repr(obj))
    module = getattr(obj, "__module__", None) or "numpy"
    parts = module.split(".")
    if not hasattr(obj, "__name__"):
        name = _bound_name(obj, _public(module))
    for cut in range(1, len(parts) + 1):
        path = ".".join([*parts[:cut], name])
        if not parts[cut - 1].startswith("_") and resolve(path) is obj:
            return path
    # What is written in C is shown under the name of the module that offers it.
    offered = f"{module.lstrip('_')}.{name}"
    return offered if resolve(offered) is obj else f"{module}.{name}"


def _bound_name(obj: Any, module: str) -> str:
    """The name of an instance in a module, empty if it has none."""
    space = vars(sys.modules[module]) if module in sys.modules else {}
    return next((name for name, value in space.items() if value is obj), "")


def is_constant(value: Any) -> bool:
    """Whether a value may stand in the IR as a constant."""
    if isinstance(value, tuple):
        return type(value) is tuple and all(map(is_constant, value))
    if isinstance(value, slice):
        return is_constant((value.start, value.stop, value.step))
    kinds = (bool, int, float, complex, str, type(None), type(Ellipsis))
    return type(value) in kinds


def is_exception(value: Any) -> bool:
    """Whether a value is a class of exceptions or warnings."""
    return isinstance(value, type) and issubclass(value, BaseException)


def is_dtype(value: Any) -> bool:
    """Whether a value says an element type: `float`, `np.float32`, `np.dtype("f8")`."""
    if isinstance(value, np.dtype):
        return True
    python = (float, int, bool, complex)
    return isinstance(value, type) and (
        issubclass(value, np.generic) or value in python
    )
