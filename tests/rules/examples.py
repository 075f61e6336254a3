"""The arguments that the examples of the rule table stand for."""

from __future__ import annotations

import numpy as np

from symdiff.ir.nodes import Const
from symdiff.rules import RULES

STRUCTURE = {"tuple", "list", "append", "pop", "unpack", "dict"}


def calls(entry):
    """Every example of a rule as `(values, keyword constants)`."""
    for example in entry.examples:
        args, kwargs = example if _with_keywords(example) else (example, {})
        rng = np.random.default_rng(7)
        yield [made(a, rng) for a in args], {k: kept(v, rng) for k, v in kwargs.items()}


def _with_keywords(example):
    return (
        isinstance(example, tuple)
        and len(example) == 2
        and isinstance(example[1], dict)
    )


def kept(value, rng):
    """A keyword's value: a plain constant, unless it asks for numbers."""
    asks = isinstance(value, tuple) and value and isinstance(value[0], str)
    return made(value, rng) if asks else value


def made(spec, rng):
    """A value for one item of an example; a tuple of ints is a shape."""
    match spec:
        case (str() as kind, size):
            return NAMED[kind](size, rng)
        case tuple() if all(type(n) is int for n in spec):
            return np.asarray(rng.normal(size=spec) + 0.1)
        case list() if all(isinstance(n, tuple) for n in spec):
            return [made(s, rng) for s in spec]
        case list() if any(isinstance(n, float) for n in spec):
            return list(spec)
        case list():
            return np.array(spec)
    return spec


def definite(n, rng):
    """A positive definite matrix."""
    a = rng.normal(size=(n, n))
    return a @ a.T + np.eye(n)


def spectrum(n, rng):
    """The half spectrum of a real signal."""
    return np.fft.rfft(rng.normal(size=n))


def gaps(shape, rng):
    """Numbers, one in five of which is missing."""
    x = rng.normal(size=shape) + 0.1
    x.flat[1::5] = np.nan
    return x


def turning(n, rng):
    """A matrix with distinct eigenvalues, two of which are complex."""
    return np.diag(np.arange(n)) + np.tril(np.ones((n, n)), -1) - 2 * np.tri(n).T


def mask(shape, rng):
    """Two of three elements: an array, or a constant if a number of them is given."""
    if isinstance(shape, int):
        return Const(tuple(k % 3 != 1 for k in range(shape)))
    return np.reshape(np.arange(np.prod(shape)) % 3 != 1, shape)


NAMED = {
    "complex": lambda shape, rng: rng.normal(size=shape) + 1j * rng.normal(size=shape),
    "half": spectrum,
    "turning": turning,
    "gaps": gaps,
    "increasing": lambda n, rng: np.cumsum(rng.uniform(0.5, 1.5, size=n)),
    "mask": mask,
    "level": lambda q, rng: float(q),
    "levels": lambda top, rng: np.array([0.2, 0.9]) * top,
    "banded": lambda shape, rng: (
        rng.normal(size=shape)
        + np.array([[3.0] if k == 1 else [0.0] for k in range(shape[0])])
    ),
    "tensor": lambda shape, rng: (
        rng.normal(size=shape) + np.reshape(4 * np.eye(shape[-1]), shape)
    ),
    "matrix": lambda n, rng: rng.normal(size=(n, n)) + 2 * np.eye(n),
    "matrices": lambda n, rng: rng.normal(size=(2, n, n)) + 2 * np.eye(n),
    "definite": definite,
    "definites": lambda n, rng: np.stack([definite(n, rng), definite(n, rng)]),
    "sorted": lambda n, rng: np.sort(rng.normal(size=n)) + np.arange(n),
    "points": lambda n, rng: rng.uniform(0.5, 3.0, size=n),
    "const": lambda value, rng: value,
}


def differentiable():
    """The names of all rules that have an example and a derivative, aliases once."""
    return sorted(
        {
            e.op
            for e in RULES.values()
            if not e.constant and e.examples and e.op not in STRUCTURE
        }
    )
