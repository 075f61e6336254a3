"""From a function's public name to the name of its record in the rule table."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

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
# Statements are handled by the transforms, not by rules.
STATEMENTS = ("python.for", "python.if", "python.while")


def find(name: str) -> Rule | None:
    """Return the record that a public name leads to, or None."""
    return next((RULES[key] for key in _spellings(name) if key in RULES), None)


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
        case "":
            yield f"builtins.{last}"
    if last in ("__getitem__", "__setitem__"):
        yield last.strip("_")
