"""From a function's public name to the name of its record in the rule table."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from importlib import import_module

from symdiff.rules.registry import RULES, Rule

_PREFIXES = {"np.": "numpy.", "sp.": "scipy.", "numpy.numpy.": "numpy."}
# NumPy's ufuncs that Python has an operator for share the operator's record.
_OPERATORS = {
    "numpy.add": "add",
    "numpy.subtract": "sub",
    "numpy.multiply": "mul",
    "numpy.divide": "truediv",
    "numpy.true_divide": "truediv",
    "numpy.floor_divide": "floordiv",
    "numpy.mod": "mod",
    "numpy.remainder": "mod",
    "numpy.power": "pow",
    "numpy.pow": "pow",
    "numpy.matmul": "matmul",
    "numpy.negative": "neg",
    "numpy.positive": "pos",
    "numpy.less": "lt",
    "numpy.less_equal": "le",
    "numpy.greater": "gt",
    "numpy.greater_equal": "ge",
    "numpy.equal": "eq",
    "numpy.not_equal": "ne",
    "numpy.logical_not": "not_",
    "numpy.bitwise_and": "and_",
    "numpy.bitwise_or": "or_",
    "numpy.bitwise_xor": "xor",
    "numpy.invert": "invert",
    "builtins.pow": "pow",
    "builtins.list.append": "append",
    "builtins.list.pop": "pop",
}
# What a class's methods with a syntax of their own are called in the table.
_METHODS = {
    "__getitem__": "getitem",
    "__setitem__": "setitem",
    "__iadd__": "iadd",
    "__len__": "builtins.len",
}
# What the front-end writes in other operations needs no rule of its own.
LANGUAGE = (
    "python.for",
    "python.if",
    "python.while",
    "builtins.enumerate",
    "builtins.zip",
    "builtins.map",
    "numpy.c_",
    "numpy.r_",
    "numpy.fill_diagonal",
    "numpy.put_along_axis",
    "numpy.ufunc[out=]",
    "numpy.ndarray.__iter__",
)


def find(name: str) -> Rule | None:
    """Return the record that a public name leads to, or None."""
    return next((RULES[key] for key in _spellings(name) if key in RULES), None)


def is_number(name: str) -> bool:
    """Say whether a public name is a number, as `math.pi` is."""
    module, _, last = _full(name).rpartition(".")
    try:
        return isinstance(getattr(import_module(module), last, None), int | float)
    except (ImportError, ValueError):
        return False


def nearest(name: str) -> list[str]:
    """List what a wrong name may have meant: the same last part, or a similar name."""
    last = _full(name).rpartition(".")[2]
    same = [op for op in sorted(RULES) if op.rpartition(".")[2] == last]
    close = difflib.get_close_matches(_full(name), list(RULES), n=5, cutoff=0.6)
    return list(dict.fromkeys([*same, *close]))[:5]


def _full(name: str) -> str:
    for short, full in _PREFIXES.items():
        if name.startswith(short):
            return full + name.removeprefix(short)
    return name


def _spellings(name: str) -> Iterator[str]:
    """Yield the names that a record may be entered under, the best one first."""
    name = _full(name)
    yield name
    if name in _OPERATORS:
        yield _OPERATORS[name]
    head, _, last = name.rpartition(".")
    match head:
        case "operator":
            yield last
        case "numpy.ndarray" | "ndarray":
            yield from (f"ndarray.{last}", f"numpy.{last}")
            if last == "T":
                yield "numpy.transpose"
        case "numpy.random.Generator":
            yield f"generator.{last}"
        case "":
            yield f"builtins.{last}"
    method = last.partition("[")[0]
    if method in _METHODS:
        yield _METHODS[method]
