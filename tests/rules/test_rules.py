"""Every rule: forward = reverse to 1e-12, = differences to 1e-6, types as they are."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rules.derivatives import Call, inner, like
from rules.examples import calls, differentiable
from symdiff.rules import RULES, NoCase, find

PATTERNS = [
    [(), ()],
    [(3,), (3,)],
    [(2, 3), (3,)],
    [(3,), (2, 3)],
    [(2, 3), (2, 1)],
    [(2, 1), (1, 3)],
    [(3,), ()],
    [(), (3,)],
    [(0,), (0,)],
    [(0, 3), (3,)],
]


# NumPy reads one triangle of these arguments; the gradient is symmetric.
SYMMETRIC = {f"numpy.linalg.{n}" for n in ("cholesky", "eigh", "eigvalsh")}
SYMMETRIC |= {
    f"scipy.stats.multivariate_normal.{n}" for n in ("pdf", "logpdf", "entropy")
}
SYMMETRIC |= {op.replace("numpy", "scipy") for op in SYMMETRIC}


def verify(op, values, kwargs=None, how="exact", tol=1e-12, step=1e-6, rtol=1e-6):
    """Compare the rule's cotangents with its tangent, and that with differences."""
    rng = np.random.default_rng(3)
    call = Call(op, values, kwargs, how)
    if not call.case.adjoint:
        return
    dots = {n: like(v, rng) for n, v in call.operands.items()}
    if op in SYMMETRIC:
        dots = {n: _symmetric(d) for n, d in dots.items()}
    bars = [like(out, rng) for out in call.outs]
    grads = call.reverse(bars)
    reverse = sum(inner(grads[n], dots[n]) for n in grads)
    if call.case.dot:
        tangent = call.forward(dots)
        forward = sum(map(inner, bars, tangent if call.many else [tangent]))
        assert forward == pytest.approx(reverse, rel=tol, abs=tol)
    if step:
        ahead, behind = call.moved(dots, step), call.moved(dots, -step)
        got = [difference(a, b, 2 * step) for a, b in zip(ahead, behind, strict=True)]
        numeric = sum(inner(b, d) for b, d in zip(bars, got, strict=True))
        assert reverse == pytest.approx(numeric, rel=rtol, abs=rtol)
    return call, grads


def _symmetric(d):
    square = np.ndim(d) > 1 and np.shape(d)[-1] == np.shape(d)[-2]
    return d + np.swapaxes(d, -1, -2) if square else d


def difference(a, b, h):
    if isinstance(a, list | tuple):
        return [difference(x, y, h) for x, y in zip(a, b, strict=True)]
    return (np.asarray(a) - np.asarray(b)) / h


def ids(ops):
    return [op.replace(".", "_") for op in ops]


@pytest.mark.parametrize("how", ["exact", "symbols", "rank", "any"])
@pytest.mark.parametrize("op", differentiable())
def test_examples(op, how):
    for values, kwargs in calls(find(op)):
        try:
            # The phase of an eigenvector jumps with its matrix: no differences.
            step = None if op == "numpy.linalg.eig" else 1e-6
            verify(op, values, kwargs, how, step=step)
        except NoCase:
            assert how in ("rank", "any")
            assert op in RANKED


# What needs to know the rank of its operands.
RANKED = """
    angle inner kron average take_along_axis linalg.norm linalg.matrix_norm linalg.cond
    linalg.lstsq linalg.pinv cov corrcoef cumulative_sum cumulative_prod delete insert
    rollaxis quantile percentile
    nanquantile nanpercentile polyval polyder polyfit logspace geomspace gradient
    divide.outer maximum.outer minimum.outer maximum.accumulate minimum.accumulate
    logaddexp.accumulate trapezoid
"""
RANKED = {f"numpy.{name}" for name in RANKED.split()}
RANKED |= {"builtins.sorted", "math.dist"}
RANKED |= {
    op for op in RULES if re.search(r"fft\d|fftn|^scipy.(linalg|signal|ndimage)", op)
}

ELEMENTWISE = [
    op for op in differentiable() if find(op).elementwise and not op.startswith("math.")
]
# Operations whose arguments are not all real numbers of any value.
PARTIAL = {"numpy.where", "logical_and", "logical_or", "numpy.ldexp"}
PARTIAL |= {
    f"scipy.special.{n}" for n in ("polygamma", "yn", "kn", "expn", "factorial")
}
PARTIAL |= {op for op in RULES if "pmf" in op or "poisson" in op}
STATS = {op for op in RULES if op.startswith("scipy.stats.")}
DOUBLE = STATS | {
    "scipy.special.lambertw",
    "numpy.float_power",
    "scipy.special.digamma",
    "numpy.i0",
}


def every_case():
    """Each case of each rule that is written down, with the rule's name."""
    rules = {id(entry): entry for entry in RULES.values()}
    return [(entry.op, case) for entry in rules.values() for case in entry.cases]


@pytest.mark.parametrize(("op", "case"), every_case(), ids=lambda part: str(part)[:60])
def test_both_modes_know_the_same_operands(op, case):
    """An operand with a cotangent has a tangent, unless its derivative is zero."""
    for name, text in case.adjoint.items():
        zero = "zero" in text or "0.0" in text
        assert not case.dot or zero or f"{name}_dot" in case.dot


def operands_of(op, shapes, dtype=float):
    """Arrays of the rule's own points, cycled and moved a little, in given shapes."""
    points = [e for e in find(op).examples if len(e) == len(find(op).examples[0])]
    rng = np.random.default_rng(5)
    out = []
    for n in range(len(points[0])):
        pool = np.array([p[n] for p in points if isinstance(p[n], int | float)], float)
        shape = shapes[n % len(shapes)]
        picks = rng.integers(len(pool), size=shape)
        out.append(np.asarray(pool[picks] * (1 + 0.01 * rng.random(shape)), dtype))
    return out


@pytest.mark.parametrize("op", [o for o in ELEMENTWISE if o not in PARTIAL | STATS])
@pytest.mark.parametrize("how", ["exact", "symbols", "any"])
def test_broadcasting(op, how):
    broadcasts(op, how)


@pytest.mark.slow
@pytest.mark.parametrize("op", sorted(STATS - PARTIAL))
def test_broadcasting_of_distributions(op):
    if find(op).elementwise:
        broadcasts(op, "symbols")


def broadcasts(op, how):
    """Verify a rule for operands that are repeated along all sorts of axes."""
    inplace = op.startswith("i")
    for shapes in PATTERNS:
        if inplace and np.broadcast_shapes(*shapes) != shapes[0]:
            continue
        verify(op, operands_of(op, shapes), how=how)


@pytest.mark.parametrize("op", [o for o in ELEMENTWISE if o not in PARTIAL | DOUBLE])
def test_float32(op):
    values = operands_of(op, [(2, 3), (3,)], np.float32)
    _call, grads = verify(op, values, tol=2e-4, step=None)
    for n, grad in grads.items():
        assert grad.dtype == np.float32, n


@pytest.mark.parametrize("op", [o for o in ELEMENTWISE if o not in PARTIAL | STATS])
def test_non_contiguous(op):
    values = [v[::2, ::-1].T for v in operands_of(op, [(6, 3), (6, 3)])]
    verify(op, values)


REDUCTIONS = [
    op
    for op in differentiable()
    if op.startswith("numpy.")
    and find(op).params[0].name == "a"
    and any(p.name == "axis" for p in find(op).params)
]


# Counted elements are ints, which make single precision double.
COUNTING = {"numpy.ptp", "numpy.median", "numpy.nanmedian"}
COUNTING |= {
    f"numpy.{nan}{n}" for nan in ("", "nan") for n in ("quantile", "percentile")
}
COUNTING |= {f"numpy.nan{n}" for n in ("mean", "max", "min", "std", "var")}


@pytest.mark.parametrize("op", [o for o in REDUCTIONS if o not in COUNTING])
def test_float32_of_array_functions(op):
    for values, kwargs in calls(find(op)):
        if any(isinstance(v, np.ndarray) for v in kwargs.values()) or not any(
            map(_floating, values)
        ):
            continue
        small = [v.astype(np.float32) if _floating(v) else v for v in values]
        _call, grads = verify(op, small, kwargs, tol=2e-3, step=None)
        for grad in grads.values():
            assert np.asarray(grad).dtype == np.float32


def _floating(v):
    return isinstance(v, np.ndarray) and v.dtype.kind == "f"


@pytest.mark.parametrize("op", REDUCTIONS)
def test_non_contiguous_array_functions(op):
    for values, kwargs in calls(find(op)):
        turned = [np.asfortranarray(v)[::-1] if np.ndim(v) else v for v in values[:1]]
        verify(op, [*turned, *values[1:]], kwargs)


EMPTY = [
    "numpy.sum",
    "numpy.prod",
    "numpy.cumsum",
    "numpy.cumprod",
    "numpy.linalg.norm",
]


@pytest.mark.parametrize("op", EMPTY)
def test_empty_reductions(op):
    _, grads = verify(op, [np.zeros((0,))])
    assert grads["a"].shape == (0,)
    _call, grads = verify(op, [np.zeros((0, 3))], {"axis": 0})
    assert grads["a"].shape == (0, 3)


def test_rules_have_examples():
    bare = {
        e.op
        for e in RULES.values()
        if not e.constant and not e.examples and e.elementwise and e.user is None
    }
    assert not bare - {"iadd", "isub", "imul", "itruediv", "imod", "ipow"}
