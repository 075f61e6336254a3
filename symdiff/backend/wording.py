"""Names that a person would give to intermediate values: `x2`, `exp_a`, `mask`."""

from __future__ import annotations

import keyword
import re

from symdiff.analysis.words import power_word
from symdiff.ir.nodes import Apply, Atom, Call, Const, Stmt, Var
from symdiff.ir.types import Array, Scalar

_WORDS = {
    "sub": "diff",
    "matmul": "prod",
    "mul": "prod",
    "truediv": "ratio",
    "add": "total",
    "mod": "rest",
    "floordiv": "count",
    "ndarray.shape": "shape",
    "ndarray.size": "size",
    "ndarray.ndim": "ndim",
    "ndarray.dtype": "dtype",
    "numpy.sum": "total",
    "numpy.max": "largest",
    "numpy.min": "smallest",
    "numpy.round": "rounded",
    "builtins.sum": "total",
    "builtins.max": "largest",
    "builtins.min": "smallest",
    "builtins.round": "rounded",
    "numpy.argsort": "order",
    "numpy.transpose": "flipped",
    "numpy.where": "chosen",
    "numpy.zeros_like": "zeros",
    "numpy.ones_like": "ones",
    "numpy.linalg.solve": "solution",
    "numpy.linalg.inv": "inverse",
    "numpy.reshape": "shaped",
    "numpy.concatenate": "joined",
    "numpy.stack": "stacked",
    "builtins.range": "steps",
    "builtins.len": "n",
    "builtins.reversed": "backwards",
    "builtins.zip": "pairs",
    "builtins.enumerate": "pairs",
    "tuple": "values",
    "list": "items",
    "pop": "item",
    "ifelse": "chosen",
    "unbroadcast": "reduced",
}
_TESTS = {"lt", "le", "gt", "ge", "eq", "ne", "is_", "is_not", "contains", "not_"}
_MASKS = {"and_", "or_", "invert"}
_UNARY = {
    *("exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh"),
    *("sqrt", "log1p", "expm1", "abs"),
}


def word(stmt: Stmt | None) -> str:
    """A base for the name of a value that has none: from what computes it."""
    match stmt:
        case Apply():
            return _of_operation(stmt)
        case Call(function=name):
            return f"{name}_out"
    return "t"


def _of_operation(stmt: Apply) -> str:
    op, args = stmt.op, stmt.args
    short = op.rpartition(".")[2]
    if op in _TESTS or op in _MASKS:
        is_mask = bool(stmt.outs) and isinstance(stmt.outs[0].type, Array)
        return "mask" if is_mask else "test"
    named = _named(args)
    if op == "pow" and named and len(args) == 2:
        return _power(named, args[1])
    if short == "square" and named:
        return _power(named, Const(2))
    if short in _UNARY and named and len(named) <= 8:
        return f"{short}_{named}"
    if op == "getitem":
        return _item(named, args[1])
    if op == "neg" and named:
        return f"minus_{named}"
    if op in _WORDS:
        return _WORDS[op]
    simple = short.isidentifier() and short.islower() and "." in op
    if simple and len(short) <= 10 and not keyword.iskeyword(short):
        return short
    return "t"


def _named(args: tuple[Atom, ...]) -> str:
    if args and isinstance(args[0], Var) and not args[0].temp:
        return display_base(args[0])
    return ""


def _power(named: str, exponent: Atom) -> str:
    if isinstance(exponent, Const) and isinstance(exponent.value, int):
        n = exponent.value
        if n >= 2:
            return power_word(named, n)
    return f"{named}_pow"


def _item(named: str, index: Atom) -> str:
    if named and isinstance(index, Var) and not index.temp:
        if isinstance(index.type, Scalar):
            return f"{named}_{display_base(index)}"
    elif named and isinstance(index, Const) and type(index.value) is int:
        return f"{named}_{'m' if index.value < 0 else ''}{abs(index.value)}"
    return f"{named}_part" if named else "part"


def display_base(var: Var) -> str:
    """The name that a reader should see, without a version number, or ""."""
    if var.base or var.temp or re.fullmatch(r"_\d*", var.name):
        return var.base
    return re.sub(r"(?<=.)_\d+$", "", var.name)
