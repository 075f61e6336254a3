"""No keyword of a real signature is swallowed: it works, or is refused by its name.

The signatures are those of the installed NumPy and SciPy, the calls are made of the
examples of the rules, and the reference are differences of the function.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter

import numpy as np
import pytest

import symdiff
from rules.examples import differentiable
from rules.keywords import LETTERS, keyword_calls
from rules.live import differences, function
from symdiff.frontend.library import resolve
from symdiff.frontend.spellings import SYNONYMS
from symdiff.rules import RULES
from symdiff.rules.reads import reads
from symdiff.rules.registry import REQUIRED

OPS = [op for op in differentiable() if op.startswith(("numpy.", "scipy."))]
# What is read from one triangle has a symmetric gradient: there are no differences of
# single elements.
TRIANGLE = {"UPLO", "hermitian", "lower", "eigvals_only", "assume_a"}
TRIANGLE_OPS = {"scipy.linalg.eigh", "numpy.linalg.eigh", "scipy.linalg.cholesky"}


def outcome(before, after, args):
    """`ok`, `refused`, `same` or `wrong`, of one call with a keyword."""
    with np.errstate(all="ignore"):
        try:
            value = after(*args)
        except (TypeError, ValueError, RuntimeError, LookupError):
            return "invalid"
        if np.iscomplexobj(value):
            return "invalid"
        try:
            if np.array_equal(before(*args), value, equal_nan=True):
                return "same"
        except (TypeError, ValueError, RuntimeError, LookupError):
            pass
        try:
            grads = symdiff.grad(after, argnums=tuple(range(len(args))))(*args)
        except symdiff.UnsupportedError:
            return "refused"
        for n, got in enumerate(grads):
            want = differences(after, args, n)
            if np.isnan(want).any():
                return "invalid"
            if not np.allclose(got, want, rtol=2e-5, atol=2e-5):
                return "wrong"
    return "ok"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op", OPS)
def test_keywords_are_differentiated(op):
    tried = Counter()
    for keyword, value, (before, _), (after, call), args in keyword_calls(op):
        if op in TRIANGLE_OPS or keyword in TRIANGLE or tried[keyword, value] > 1:
            continue
        found = outcome(before, after, args)
        assert found != "wrong", call
        tried[keyword, value] += found == "ok"


# Calls that keywords were once ignored in, or were refused for no reason.
CALLS = """
np.sum(x, where=x > 0)
np.sum(x, axis=1, where=x > 0, initial=2.0)
np.sum(x, initial=x[0, 0])
np.prod(x, where=x > 0)
np.prod(x, axis=0, initial=x[0, 0])
np.max(x, axis=1, where=x > 0, initial=-1.0)
np.min(x, initial=x[0, 0] - 5.0)
np.mean(x, axis=1, where=x > -0.5)
np.var(x, where=x > -0.5, correction=1)
np.std(x, axis=1, correction=1)
np.nansum(x, where=x > 0, axis=0)
np.nanmean(x, where=x > -0.5)
np.nanvar(x, where=x > -0.5, ddof=1)
np.add.reduce(x, axis=(0, 1), where=x > 0)
np.maximum.reduce(x, axis=1, initial=0.1)
np.prod(x, axis=(0, 1))
np.sum(x, dtype=np.float64)
x.mean(axis=0, dtype=float)
np.exp(x, dtype=float, casting="same_kind", order="K", subok=True)
np.add(x, x, where=True)
np.clip(x, min=-0.2)
np.clip(x, max=0.3)
x.clip(min=-0.2, max=0.3)
np.sort(x, axis=None) * np.arange(12.0)
np.linspace(x[0, 0], 2.0, 5, dtype=float)
np.stack([x, x * x], axis=1, dtype=np.float64)
x.reshape((2, 6), order="F") * np.arange(6.0)
x.ravel(order="F") * np.arange(12.0)
x.flatten("F") * np.arange(12.0)
np.take(x, [0, 13, -20], mode="wrap")
np.take(x, [0, 5], axis=0, mode="clip")
np.linalg.pinv(x, rcond=0.5)
np.linalg.pinv(x, rtol=0.5)
np.linalg.lstsq(x, x[:, 0], rcond=0.5)[0]
np.linalg.lstsq(x.T, x[0], rcond=1e-12)[0]
np.nan_to_num(x, nan=1.0, posinf=2.0)
np.rot90(np.stack([x, x]), axes=(1, 2)) * np.arange(3.0)
np.gradient(x, axis=(1,))
scipy.special.logsumexp(x, b=np.exp(x), axis=1)
scipy.fft.fft(x, workers=1).real
scipy.linalg.solve(x[:3, :3] + 4 * np.eye(3), x[:, 0], overwrite_b=True)
scipy.linalg.inv(x[:3, :3] + 4 * np.eye(3), check_finite=False)
""".strip().splitlines()


@pytest.mark.parametrize("call", CALLS)
def test_call(call):
    f = function(f"np.sum(np.sin({call}))", "x")
    x = np.random.default_rng(3).normal(size=(3, 4))
    want = differences(f, [x], 0)
    np.testing.assert_allclose(symdiff.grad(f)(x), want, rtol=2e-6, atol=2e-6)
    dot = np.cos(np.arange(12.0)).reshape(3, 4)
    _, tangent = symdiff.jvp(f, (x,), (dot,))
    assert tangent == pytest.approx(np.sum(want * dot), rel=2e-6, abs=2e-6)


# Keywords that are another name for one of the rule's, or options with one value.
TRANSLATED = {"out", "where", "casting", "order", "subok", "dtype"}


def unknown_keywords(op):
    """The keywords of the real function that its rule does not know, or as fixed."""
    entry = RULES[op]
    try:
        real = inspect.signature(resolve(op)).parameters.values()
    except (TypeError, ValueError):
        return []
    taken = {p.name for p in entry.params if not p.fixed}
    return [
        p.name
        for p in real
        if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)
        and p.default is not p.empty
        and p.name not in taken | TRANSLATED
        and p.name not in SYNONYMS.get(op, {})
        and not p.name.startswith("overwrite_")
        and not any(q.star for q in entry.params)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("op", [op for op in OPS if unknown_keywords(op)])
def test_other_keywords_are_refused_by_name(op):
    entry = RULES[op]
    count = sum(p.default is REQUIRED for p in entry.params)
    operands = LETTERS[:count] if count <= len(LETTERS) else ""
    keywords = unknown_keywords(op)
    path = op.replace("numpy.", "np.", 1)
    lines = [f"r = {path}({', '.join(operands)}, {k}='strange')" for k in keywords]
    f = function("1.0", operands, lines)
    with pytest.raises(symdiff.UnsupportedError) as caught:
        symdiff.grad(f)(*[np.eye(3) + 0.1] * count)
    for keyword in keywords:
        assert re.search(rf"with {keyword}=|argument '{keyword}'", str(caught.value))


# What a derivative need not read: how, not what is computed; what the shape and the
# dtype of the result show; the triangle that is read, as the gradient is symmetric.
INERT = {
    *("kind", "stable", "optimize", "equal_nan", "check_finite", "workers", "rtol"),
    *("order", "rcond", "tol", "method", "atol", "assume_unique", "epsabs", "epsrel"),
    *("args", "h0", "hmax", "hmin", "mxstep", "maxfev", "maxiter", "xtol", "floor"),
    *("size", "N", "ind", "dtype"),
    *("UPLO", "lower", "hermitian"),
}
# A period is a constant; forms of vectors have one axis.
KNOWN = {
    "scipy.integrate.odeint tcrit",
    "numpy.unwrap axis",
    "numpy.cumulative_prod axis",
    "numpy.logaddexp.accumulate axis",
    "numpy.maximum.accumulate axis",
    "numpy.minimum.accumulate axis",
}


def inert(entry, param):
    """Whether the derivatives of no case read a parameter."""
    read = set()
    for case in entry.cases:
        texts = [case.dot, *case.adjoint.values()]
        read |= {
            name.partition(".")[0] for text in texts if text for name in reads(text)
        }
        read |= set(re.findall(r"\w+", case.when))
    return param.name not in read | {*entry.operands, *entry.lacking}


def test_every_parameter_is_read():
    """A parameter that a rule accepts is read by it, or makes no difference."""
    silent = {
        f"{entry.op} {param.name}"
        for entry in {id(e): e for e in RULES.values()}.values()
        if entry.cases and entry.make is None and entry.user is None
        for param in entry.params
        if param.default is not REQUIRED and not param.fixed
        if inert(entry, param) and param.name not in INERT
    }
    assert silent == KNOWN


def test_forward_mode_refuses_what_a_form_lacks():
    f = function("np.sum(scipy.signal.lfilter(x, [1.0, 0.2], y, axis=0))", "xy")
    b, signal = np.array([1.0, 0.5]), np.ones((3, 4))
    with pytest.raises(symdiff.UnsupportedError, match="lfilter"):
        symdiff.jvp(f, (b, signal), (b, 0 * signal))
