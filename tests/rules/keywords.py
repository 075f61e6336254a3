"""Values for the keywords of NumPy's and SciPy's functions, and calls that use them."""

from __future__ import annotations

import inspect

import numpy as np

from rules.examples import calls
from rules.live import function
from symdiff.frontend.library import resolve
from symdiff.ir.nodes import Const
from symdiff.rules import RULES
from symdiff.rules.registry import REQUIRED

inf = np.inf
VALUES = {
    "axis": [0, 1, -1, (0, 1), None],
    "axes": [(1, 0), (0, 1), 1, (1,)],
    "axis1": [1],
    "axis2": [0],
    "keepdims": [True],
    "ddof": [1],
    "ord": [1, 2, -1, -2, inf, -inf, 0, 3, "fro", "nuc"],
    "p": [2, -2, 1, inf, "fro"],
    "mode": ["same", "full", "valid", "wrap", "clip", "reduced", "reflect", "constant"],
    "indexing": ["ij"],
    "norm": ["ortho", "forward"],
    "n": [3, 5, 6, 2],
    "s": [(3, 4), (4, 4)],
    "where": ["np.abs(x) > 0.5"],
    "initial": [0.7],
    "k": [1, -1],
    "offset": [1, -1],
    "repeats": [2],
    "prepend": [0.5],
    "append": [0.5],
    "dx": [0.3],
    "d": [0.3],
    "method": ["lower", "higher", "nearest", "midpoint", "direct", "fft"],
    "type": [1, 2, 3, 4, "constant"],
    "lower": [True, False],
    "trans": [1],
    "UPLO": ["U"],
    "full_matrices": [False],
    "compute_uv": [False],
    "rcond": [0.5],
    "N": [3],
    "increasing": [True],
    "endpoint": [False],
    "base": [2.0],
    "num": [4],
    "start": [1],
    "weights": ["np.abs(x) + 0.5", "np.arange(1.0, 4.0)"],
    "rowvar": [False],
    "bias": [True],
    "side": ["right"],
    "left": [0.3],
    "right": [0.4],
    "upper": [True],
    "unit_diagonal": [True],
    "b": ["np.abs(x) + 0.5"],
    "loc": [0.3],
    "scale": [1.7],
    "edge_order": [2],
    "shift": [1],
    "order": ["F"],
    "assume_a": ["pos", "sym"],
    "boundary": ["wrap", "symm"],
    "fillvalue": [0.3],
    "cval": [0.4],
    "optimize": [True],
    "constant_values": [0.4],
    "include_initial": [True],
    "eigvals_only": [True],
    "transposed": [True],
    "sparse": [True],
    "deg": [True],
    "y": ["np.cos(x)"],
    "r": ["np.sin(x)"],
    "m": [2],
    "x": ["np.arange(1.0, 4.0) ** 2", "np.arange(1.0, 5.0) ** 2"],
    "minlength": [9],
    "ind": [1],
    "discont": [1.0],
    "period": [2.0],
}
"""By the name of a keyword, literals or expressions in the first operand."""
LETTERS = "xyzuvw"


def keyword_calls(op):
    """Every call of an operation with a keyword that changes its result.

    Yields the keyword, its value, the function without and with it, and the arguments.
    """
    entry, real = RULES[op], resolve(op)
    try:
        known = inspect.signature(real).parameters
    except (TypeError, ValueError):
        return
    for param in entry.params:
        if param.default is REQUIRED or param.fixed or param.name not in known:
            continue
        for values, kwargs in calls(entry):
            words, args = _spell(values)
            if words is None or not args:
                continue
            rest = [f"{k}={_text(v)}" for k, v in kwargs.items() if k != param.name]
            for value in VALUES.get(param.name, []):
                more = [*rest, f"{param.name}={_text(value)}"]
                yield (
                    param.name,
                    value,
                    _function(op, entry.outs, [*words, *rest], len(args)),
                    _function(op, entry.outs, [*words, *more], len(args)),
                    args,
                )


def _spell(values):
    """The operands of a call in words, and the arrays that these name; or None."""
    words, args = [], []

    def name(value):
        args.append(value)
        return LETTERS[len(args) - 1]

    for value in values:
        if isinstance(value, np.ndarray) and value.dtype.kind == "c":
            return None, []
        if isinstance(value, float) or _is_floats(value):
            words.append(name(value))
        elif isinstance(value, list) and value and all(map(_is_floats, value)):
            words.append(f"[{', '.join(map(name, value))}]")
        else:
            words.append(_text(value))
    return words, args


def _is_floats(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _text(value):
    if isinstance(value, Const):
        value = value.value
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})"
    if isinstance(value, str) and ("np." in value):
        return value
    return repr(value).replace("inf", "np.inf")


def _function(op, outs, words, count):
    """A number made of the results of a call; of complex ones both parts count."""
    path = op.replace("numpy.", "np.", 1)
    call = f"{path}({', '.join(words)})"
    if outs > 1:
        lines = [f"r = sum(np.sum(q * np.sin(q)) for q in {call})"]
    elif "fft" in op:
        lines = [f"q = {call}", "r = np.sin(np.real(q)) + np.cos(np.imag(q))"]
    else:
        lines = [f"r = {call} + 0.5 * np.sin({call})"]
    return function("np.sum(r)", LETTERS[:count], lines), call
