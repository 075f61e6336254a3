"""Each operation in a small function, through `symdiff.grad` and `symdiff.jvp`.

The reference are differences of the function, which share no code with the rules.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import symdiff
from rules.live import differences, function
from rules.rows import ROWS
from symdiff.ir.run import run
from symdiff.options import Options
from symdiff.pipeline import compile_live
from symdiff.signature import abstract

pytest.importorskip("scipy")

NAMES = "xyz"
KINDS = {
    "": lambda shape, rng: rng.normal(size=shape) * 0.8 + 0.1,
    "pos": lambda shape, rng: rng.uniform(0.6, 2.4, size=shape),
    "prob": lambda shape, rng: rng.uniform(0.2, 0.8, size=shape),
    "unit": lambda shape, rng: rng.uniform(-0.8, 0.8, size=shape),
    "sorted": lambda shape, rng: np.sort(rng.normal(size=shape)) + np.arange(*shape),
    "reg": lambda shape, rng: (
        rng.normal(size=shape) / 3 + np.diag([1.0, 2.0, 3.5, 5.0][: shape[0]])
    ),
}
LINES = {
    "GENERATOR": ["out = np.random.default_rng(4).normal(x, y, size=3)"],
    "ODEINT": [
        "times = np.linspace(0.0, 1.0, 4)",
        "out = scipy.integrate.odeint(lambda s, t: -y * s + t, x, times, rtol=1e-10)",
    ],
    "AT": ["a = np.zeros(4)", "np.add.at(a, [0, 0, 2], y)", "out = a * x"],
}


def parse(row):
    """The name, the lines, the expression and the arguments of a row."""
    name, expression, specs = row.split(" | ", 2)
    rng = np.random.default_rng(3)
    args = [argument(spec.strip(), rng) for spec in re.split(r"[;,] ", specs)]
    lines = LINES.get(expression, [])
    return name, lines, "out" if lines else expression, args


def argument(spec, rng):
    """An array of a shape, or a Python float for `f`."""
    kind, _, shape = spec.rpartition(" ")
    if shape == "f":
        return float(KINDS[kind]((), rng))
    return np.asarray(KINDS[kind](tuple(map(int, shape.split(","))), rng))


# What other parts of the compiler do not carry yet.
WAITING = {
    "numpy.array_split[store]": "the back-end stores before a read of the old value",
}


def param(row):
    """A row as a parameter, expected to fail while it waits for another part."""
    name = row.split(" | ")[0]
    reason = WAITING.get(name)
    marks = [pytest.mark.xfail(reason=reason, strict=False)] if reason else []
    return pytest.param(row, id=name, marks=marks)


TABLE = [line for line in ROWS.splitlines() if line and not line.startswith("#")]
PARAMS = list(map(param, TABLE))


def made(row):
    """The function of a row and its arguments."""
    _, lines, expression, args = parse(row)
    return function(f"np.sum(np.sin({expression}))", NAMES[: len(args)], lines), args


def gradients(f, args):
    """The gradients in all arguments by the generated source.

    The source that is printed for SciPy's distributions does not import yet: they are
    run as programs of the IR.
    """
    wrt = tuple(range(len(args)))
    try:
        return symdiff.grad(f, argnums=wrt)(*args)
    except ModuleNotFoundError:
        types = abstract(dict(zip(NAMES, args, strict=False)))
        return run(compile_live(f, Options(argnums=wrt), types).program, *args)


def close(got, want, what):
    np.testing.assert_allclose(got, want, rtol=2e-6, atol=2e-7, err_msg=what)


@pytest.mark.parametrize("row", PARAMS)
def test_reverse(row):
    f, args = made(row)
    for n, grad in enumerate(gradients(f, args)):
        assert np.shape(grad) == np.shape(args[n])
        close(grad, differences(f, args, n), f"d/d{NAMES[n]}")


FORWARD = [p for p in PARAMS if not p.id.startswith("scipy.stats")]


@pytest.mark.parametrize("row", FORWARD)
def test_forward(row):
    f, args = made(row)
    rng = np.random.default_rng(5)
    dots = [
        rng.normal(size=np.shape(a)) if np.ndim(a) else float(rng.normal())
        for a in args
    ]
    _, tangent = symdiff.jvp(f, tuple(args), tuple(dots))
    want = [np.sum(differences(f, args, n) * d) for n, d in enumerate(dots)]
    close(tangent, sum(want), "tangent")
