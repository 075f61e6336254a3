"""The derivatives of one call by its rule: cotangents, tangent, differences."""

from __future__ import annotations

import numpy as np

from rules.eager import Eager, atoms, symbolic
from symdiff.ir.nodes import Const, Var
from symdiff.ir.types import ANY, Array, type_of_value
from symdiff.rules import bind, environment, find, select
from symdiff.rules.helpers import HELPERS
from symdiff.rules.template import emit


def types_of(values, how):
    """The types of arguments: exact lengths, symbols, unknown rank, or nothing."""
    if how == "symbols":
        return symbolic(values)
    exact = [v.type if isinstance(v, Const) else type_of_value(v) for v in values]
    if how == "rank":
        return [Array(t.dtype) if isinstance(t, Array) else t for t in exact], {}
    if how == "any":
        return [
            ANY if isinstance(v, np.ndarray | float | np.generic) else t
            for v, t in zip(values, exact, strict=True)
        ], {}
    return exact, {}


class Call:
    """One call of an operation, run, with its case selected."""

    def __init__(self, op, values, kwargs=None, how="exact"):
        self.entry = find(op)
        self.types, lengths = types_of(values, how)
        self.build = Eager(lengths)
        args = atoms(self.build, values, self.types)
        named = {
            k: self.build.var(v) if isinstance(v, np.ndarray) else Const(v)
            for k, v in (kwargs or {}).items()
        }
        self.args, pairs = bind(self.entry, args, named)
        self.kwargs = dict(pairs)
        value, found = self.build.run(self.entry.op, self.args, self.kwargs)
        many = self.many = self.entry.outs > 1 and isinstance(value, tuple)
        self.outs = list(value) if many else [value]
        kinds = _kinds(found, len(self.outs))
        self.vars = [
            self.build.var(v, t, f"out{n}")
            for n, (v, t) in enumerate(zip(self.outs, kinds, strict=True))
        ]
        for v, t in zip(self.outs, kinds, strict=True):
            self.build.check(v, t, op)
        self.case = select(self.entry, self.args, self.kwargs)
        self.names = environment(self.entry, self.args, self.kwargs)
        prefix = [f"out{n}" for n in range(len(self.outs))] if many else ["out"]
        self.prefix = prefix
        self.names.update(zip(prefix, self.vars, strict=True))

    @property
    def operands(self):
        """The operands that have a contribution and are not constant."""
        active = [n for n in self.case.adjoint if isinstance(self.names[n], Var)]
        return {n: self.build.value(self.names[n]) for n in active}

    def reverse(self, bars):
        """The cotangent of every operand."""
        names = dict(self.names)
        for p, bar, var in zip(self.prefix, bars, self.vars, strict=True):
            names[f"{p}_bar"] = self.build.var(bar, _bar_type(bar, var.type))
        return {n: self.contribution(n, names) for n in self.operands}

    def contribution(self, name, names):
        operand = self.names[name]
        value = self.build.value(operand)
        text = self.case.adjoint[name]
        zero = HELPERS["zeros"](value)
        own = {**names, f"{name}_bar": self.build.var(zero, operand.type)}
        out = self.build.value(emit(text, own, self.build))
        plain = isinstance(value, list) or self.names[name].type == ANY
        if self.entry.elementwise and not (isinstance(value, list) and plain):
            out = HELPERS["unbroadcast"](out, value)
        return out

    def forward(self, dots):
        """The tangent of the result."""
        names = dict(self.names)
        names.update((f"{n}_dot", Const(0.0)) for n in self.case.adjoint)
        for n, dot in dots.items():
            names[f"{n}_dot"] = self.build.var(dot, _bar_type(dot, self.names[n].type))
        return self.build.value(emit(self.case.dot, names, self.build))

    def moved(self, dots, step):
        """The results at the operands moved along `dots`."""
        from symdiff.ir.meaning import meaning

        at = dict(self.build.values)
        for n, dot in dots.items():
            name = self.names[n].name
            at[name] = plus(self.build.values[name], dot, step)
        values = [
            at[a.name]
            if a in self.names.values()
            and hasattr(a, "type")
            and not isinstance(a, Const)
            else a.value
            for a in self.args
        ]
        named = {
            k: at[a.name] if not isinstance(a, Const) else a.value
            for k, a in self.kwargs.items()
        }
        from rules.eager import FUNCTIONAL

        op = self.entry.op
        out = (FUNCTIONAL.get(op) or meaning(op))(*values, **named)
        return list(out) if self.many else [out]


def _kinds(found, n):
    from symdiff.ir.types import Tuple

    if n == 1:
        return [found]
    return list(found.items) if isinstance(found, Tuple) else list(found)


def _bar_type(value, t):
    return type_of_value(value) if t == ANY or not isinstance(t, Array) else t


def plus(x, d, step):
    """x + step * d for numbers, arrays and lists of them."""
    if isinstance(x, list):
        return [plus(a, b, step) for a, b in zip(x, d, strict=True)]
    out = x + step * d
    return (
        float(out)
        if isinstance(x, float)
        else np.asarray(out)[()]
        if (isinstance(x, np.generic))
        else np.asarray(out)
    )


def like(value, rng):
    """Random numbers in the structure and dtype of a value."""
    if isinstance(value, list | tuple):
        return [like(v, rng) for v in value]
    out = rng.normal(size=np.shape(value))
    if isinstance(value, float):
        return float(out)
    dtype = np.asarray(value).dtype
    if dtype.kind == "c":
        out = np.asarray(out + 1j * rng.normal(size=np.shape(value)), dtype)
        return out if isinstance(value, np.ndarray) else out[()]
    out = np.asarray(out, dtype=dtype if dtype.kind == "f" else float)
    return out if isinstance(value, np.ndarray) else out[()]


def inner(a, b):
    """The sum of products over the structure of b."""
    if isinstance(b, list | tuple):
        return sum(inner(x, y) for x, y in zip(a, b, strict=True))
    assert np.shape(a) == np.shape(b), (np.shape(a), np.shape(b))
    assert np.iscomplexobj(b) or not np.iscomplexobj(a), (
        "a real value has a real gradient"
    )
    return float(np.real(np.sum(np.asarray(a) * np.asarray(b))))
