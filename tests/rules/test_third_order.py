"""Third derivatives of every function of one number, against those of its formula."""

from __future__ import annotations

import importlib
import linecache

import mpmath
import numpy as np
import pytest
import sympy

from symdiff import grad
from symdiff.rules import RULES, find
from symdiff.rules.derive import read

SMOOTH = sorted(
    {
        e.op
        for e in RULES.values()
        if e.formula and e.elementwise and len(e.params) == 1 and e.user is None
    }
)
SIGNS = {"neg": "-x", "pos": "+x"}


def live(op):
    """A function that is the operation, with a text of its own."""
    module, _, name = op.rpartition(".")
    call = SIGNS.get(op, f"{name if module == 'builtins' else op}(x)")
    text = f"def f(x):\n    return {call}\n"
    filename = f"<third order of {op}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    space = {}
    if module:
        importlib.import_module(module)
        root = module.split(".")[0]
        space[root] = importlib.import_module(root)
    exec(compile(text, filename, "exec"), space)
    return space["f"]


def by_formula(formula, point):
    """The third derivative by mpmath, from values with 60 digits."""
    value = sympy.lambdify(sympy.Symbol("x", real=True), read(formula, ["x"]), "mpmath")
    with mpmath.workdps(60):
        return float(mpmath.re(mpmath.diff(value, mpmath.mpf(point), 3)))


@pytest.mark.slow
@pytest.mark.parametrize("op", SMOOTH)
def test_third_derivative(op):
    entry = find(op)
    third = grad(grad(grad(live(op))))
    for (point,) in entry.examples:
        if op.rpartition(".")[2] in ("abs", "fabs") and point == 0:
            continue
        got, want = third(float(point)), by_formula(entry.formula, point)
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-12, err_msg=point)
