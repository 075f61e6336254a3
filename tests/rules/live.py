"""Functions made from text, and their derivatives by differences."""

from __future__ import annotations

import itertools
import linecache

import numpy as np

HEAD = """\
import math
import operator
import numpy as np
import scipy
import scipy.fft
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.sparse
import scipy.special
import scipy.stats
"""
COUNT = 0


def function(expression, params, lines=()):
    """A live function of `params` whose result is a number made of an expression."""
    global COUNT
    COUNT += 1
    body = "".join(f"    {line}\n" for line in lines)
    text = f"{HEAD}def f({', '.join(params)}):\n{body}    return {expression}\n"
    name = f"<row {COUNT}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {}
    exec(compile(text, name, "exec"), space)
    return space["f"]


def differences(f, args, wrt):
    """The gradient by central differences, extrapolated twice."""
    base = args[wrt]
    out = np.zeros(np.shape(base))
    for i in np.ndindex(np.shape(base)):
        rows = [_slope(f, args, wrt, i, h) for h in (4e-3, 2e-3, 1e-3)]
        once = [(4 * b - a) / 3 for a, b in itertools.pairwise(rows)]
        out[i] = (16 * once[1] - once[0]) / 15
    return out


def _slope(f, args, wrt, i, h):
    values = []
    for sign in (1, -1):
        moved = np.array(args[wrt], float)
        moved[i] += sign * h
        point = moved if np.ndim(args[wrt]) else float(moved)
        values.append(float(f(*args[:wrt], point, *args[wrt + 1 :])))
    return (values[0] - values[1]) / (2 * h)
