"""A builder that runs each operation at once and checks the type that was inferred."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import Const, Var
from symdiff.ir.types import (
    AnyType,
    Array,
    Dim,
    List,
    Opaque,
    Scalar,
    Tuple,
    dtype_name,
    is_hole,
    symbol,
    type_of_value,
)
from symdiff.rules import bind, find
from symdiff.rules.helpers import HELPERS

FUNCTIONAL = {**HELPERS, "numpy.add.at": lambda x, i, v: _add_at(x, i, v)}


def _add_at(x, i, v):
    out = np.array(x)
    np.add.at(out, i, v)
    return out


class Eager:
    """Runs templates; `lengths` says what the symbols of the types stand for."""

    def __init__(self, lengths=None, typed=True):
        self.values: dict[str, Any] = {}
        self.lengths = dict(lengths or {})
        self.typed = typed
        self.count = 0
        self.log: list[str] = []

    def var(self, value, type_=None, name=None):
        self.count += 1
        name = name or f"t{self.count}"
        type_ = type_of_value(value) if type_ is None else type_
        self.values[name] = value
        return Var(name, type_)

    def value(self, atom):
        return self.values[atom.name] if isinstance(atom, Var) else atom.value

    def run(self, op, args, kwargs):
        entry = find(op)
        assert entry is not None, op
        assert bind(entry, args, kwargs) == (args, tuple(kwargs.items())), op
        plain = [self.value(a) for a in args]
        named = {k: self.value(v) for k, v in kwargs.items()}
        result = FUNCTIONAL.get(op) or meaning(op)
        found = entry.infer(args, kwargs)
        value = result(*plain, **named)
        self.log.append(op)
        return value, found

    def __call__(self, op, args, kwargs):
        value, found = self.run(op, args, kwargs)
        assert not isinstance(found, tuple), op
        # The type of a choice between an int and a float is float, whichever it is.
        exempt = op == "ifelse" and type(value) is int
        self.check(float(value) if exempt else value, found, op)
        return self.var(value, found)

    def many(self, n, op, args, kwargs):
        value, found = self.run(op, args, kwargs)
        items = list(value)
        assert len(items) == n
        types = found if isinstance(found, tuple) else [None] * n
        if isinstance(found, Tuple):
            types = found.items
        for item, t in zip(items, types, strict=True):
            if t is not None:
                self.check(item, t, op)
        return tuple(
            self.var(v, t if t is not None else AnyType())
            for v, t in zip(items, types, strict=True)
        )

    def named(self, atom, base):
        assert base.isidentifier()
        return atom

    def loop(self, target, iterable, carried, body):
        from symdiff.rules.typing import item_type

        kind = item_type(iterable.type)
        for item in self.value(iterable):
            self.check(item, kind, "loop")
            names = dict(carried)
            self.bind(target, item, kind, names)
            carried = body(self, names)
        return carried

    def bind(self, target, item, kind, names):
        if isinstance(target, str):
            names[target] = self.var(item, kind)
            return
        kinds = kind.items if isinstance(kind, Tuple) else [AnyType()] * len(target)
        for t, v, k in zip(target, item, kinds, strict=True):
            self.bind(t, v, k, names)

    def check(self, value, t, op):
        problem = mismatch(value, t, self.lengths)
        assert problem is None, f"{op}: {problem}: inferred {t}, got {value!r}"


def mismatch(value, t, lengths):
    """Why a value is not of the type that was claimed; None if it is."""
    match t:
        case AnyType() | Opaque():
            return None
        case Scalar():
            return number(value, t, lengths)
        case Array():
            return array(value, t, lengths)
        case Tuple(items=items):
            if not isinstance(value, tuple | list) or len(value) != len(items):
                return "not that tuple"
            pairs = zip(value, items, strict=True)
            return next((m for v, i in pairs if (m := mismatch(v, i, lengths))), None)
        case List(item=item):
            if not isinstance(value, list | tuple):
                return "not a list"
            known = None if t.length is None else length(t.length, lengths)
            if known not in (None, len(value)):
                return f"not {known} items"
            return next((m for v in value if (m := mismatch(v, item, lengths))), None)
    return f"unknown type {t!r}"


def number(value, t, lengths):
    kinds = {bool: "b1", int: "i8", float: "f8", complex: "c16"}
    if t.python:
        if kinds.get(type(value)) != t.dtype:
            return "not that Python number"
    elif not isinstance(value, np.generic) or dtype_name(value.dtype) != t.dtype:
        return "not that NumPy number"
    known = None if t.value is None else length(t.value, lengths)
    return None if known in (None, value) else f"the value is not {known}"


def array(value, t, lengths):
    if not isinstance(value, np.ndarray | np.generic):
        return "not an array"
    if t.shape is not None and not isinstance(value, np.ndarray):
        return "a number, not an array"
    if t.dtype is not None and dtype_name(value.dtype) != t.dtype:
        return "another dtype"
    return None if t.shape is None else shapes(value.shape, t.shape, lengths)


def shapes(got, claimed, lengths):
    if len(got) != len(claimed):
        return "another rank"
    for g, c in zip(got, claimed, strict=True):
        if is_hole(c):
            continue  # of the items of a list: each may have another length
        known = length(c, lengths)
        if known is not None and known != g:
            return f"length {g} is claimed to be {known}"
        if known is None:
            lengths.setdefault(str(c), g)  # the same spelling must mean the same length
    return None


def length(d, lengths):
    """What a length is worth, None if one of its symbols is not known."""
    if not isinstance(d, Dim):
        return d
    if str(d) in lengths:
        return lengths[str(d)]
    total = d.const
    for name, factor in d.terms:
        if name not in lengths:
            return None
        total += factor * lengths[name]
    return total


def symbolic(values):
    """Types of arguments as the compiler gives them: one symbol for equal lengths."""
    lengths: dict[str, int] = {}
    types = []
    for n, value in enumerate(values):
        if not isinstance(value, np.ndarray):
            types.append(type_of_value(value))
            continue
        dims = []
        for axis, size in enumerate(value.shape):
            same = next((s for s, v in lengths.items() if v == size), None)
            if size != 1 and same is None:
                same = f"p{n}.{axis}"
                lengths[same] = size
            dims.append(1 if size == 1 else symbol(same))
        types.append(Array(dtype_name(value.dtype), tuple(dims)))
    return types, lengths


def atoms(build, values, types):
    """Arrays and numbers become variables, all else constants."""
    out = []
    for n, (value, t) in enumerate(zip(values, types, strict=True)):
        varied = isinstance(value, np.ndarray | np.generic | float | list)
        if isinstance(value, Const):
            out.append(value)
        else:
            out.append(build.var(value, t, f"p{n}") if varied else Const(value))
    return out
