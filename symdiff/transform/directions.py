"""Jacobians and Hessians: a loop over the directions of a basis, one call for each.

Forward mode gives a column for each number of an argument, reverse mode a row for
each number of the result. Arguments and results are numbers, arrays, or (results
only) tuples of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from symdiff.analysis.builder import Builder, Names
from symdiff.errors import UsageError
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Call,
    Const,
    For,
    Function,
    Origin,
    Phi,
    Return,
    Var,
)
from symdiff.ir.types import (
    ANY,
    Array,
    Length,
    List,
    Scalar,
    Tuple,
    Type,
    dtype_of,
    rank,
    shape_of,
)
from symdiff.transform.borders import Nest, nested
from symdiff.transform.colouring import Colouring

PARAMETER = re.compile(r"\w+(\.\d+)+")
"""A length of a parameter; short ones are numbers (`symdiff.signature.SMALL`)."""

REST = Origin((), "tangent")
Step = Callable[[Builder, Atom], list[Atom]]
"""Emit what one direction needs; return its parts of the result."""


def by_columns(
    fn: Function,
    dots: list[Function],
    wrt: list[Var],
    nest: Nest,
    name: str,
    colouring: Colouring | None = None,
) -> Function:
    """The Jacobian in forward mode: `dots` has the derivative in each of `wrt`.

    `nest` is the structure of the Jacobians by each argument.

    for x_dot in np.eye(x.size):
        out_dot = f_dot(x, x_dot)
        columns.append(out_dot)
    return np.stack(columns, axis=-1)
    """
    build = Builder(Names(p.name for p in fn.params), REST)
    kinds = _parts(fn)
    if colouring is not None:
        step = _pushed(fn, dots[0], kinds)
        base = wrt[0].base
        loop = _loop(build, wrt[0], f"{base}_dot", [f"{base}_rows"], step, colouring)
        rows = _stack(build, loop[0], 0)
        matrix = colouring.recovered(build, rows, wrt[0], by_columns=True)
        return _driver(build, fn, matrix, name)
    found = [
        _columns(build, fn, dot, var, kinds) for dot, var in zip(dots, wrt, strict=True)
    ]
    return _driver(build, fn, _nested(build, found, fn, nest), name)


def by_rows(
    fn: Function,
    pair: tuple[Function, Function],
    wrt: list[Var],
    nest: Nest,
    name: str,
    colouring: Colouring | None = None,
) -> Function:
    """The Jacobian in reverse mode: `pair` are the forward and the backward function.

    out, saved = f_fwd(x)
    for out_bar in np.eye(out.size):
        rows.append(f_bwd(x, saved, out_bar))
    return np.stack(rows)
    """
    build = Builder(Names(p.name for p in fn.params), REST)
    if isinstance(fn.result.type, Tuple):
        raise UsageError(
            f"`{fn.name}` returns {fn.result.type}; jacrev needs a number or an array: "
            "use jacfwd"
        )
    kind = fn.result.type
    out = build.fresh("out", kind)
    saved = build.fresh("saved")
    build.emit(Call((out, saved), pair[0].name, fn.params, REST))
    kept = {p.name for p in pair[1].params}
    args = tuple(p for p in fn.params if p.name in kept)

    def back(inner: Builder, seed: Atom) -> list[Atom]:
        bars = tuple(inner.fresh(f"{v.base}_bar", v.type) for v in wrt)
        inner.emit(Call(bars, pair[1].name, (*args, saved, seed), REST))
        return list(bars)

    if isinstance(kind, Scalar):
        results = back(build, Const(1.0))
    else:
        bases = [f"{v.base}_rows" for v in wrt]
        rows = _loop(build, out, "out_bar", bases, back, colouring)
        if colouring is not None:
            stacked = _stack(build, rows[0], 0)
            matrix = colouring.recovered(build, stacked, out, by_columns=False)
            return _driver(build, fn, matrix, name)
        results = [_rows(build, row, out, v) for row, v in zip(rows, wrt, strict=True)]
    value = nested(build, nest, results)
    return _driver(build, fn, value, name)


def by_blocks(
    fn: Function, blocks: list[Function], wrt: list[Var], nest: Nest, name: str
) -> Function:
    """The Jacobians by each argument, each from a function of its own."""
    build = Builder(Names(p.name for p in fn.params), REST)
    kinds = _parts(fn)
    found: list[list[Atom]] = []
    for block, var in zip(blocks, wrt, strict=True):
        out = build.fresh(f"{var.base}_jacobian", block.result.type, temp=True)
        build.emit(Call((out,), block.name, fn.params, REST))
        found.append([out] if kinds is None else [*_spread(build, out)])
    return _driver(build, fn, _nested(build, found, fn, nest), name)


def check_arguments(fn: Function, wrt: list[Var]) -> None:
    """Refuse what has no Jacobian of one shape."""
    for var in wrt:
        if not isinstance(var.type, Scalar | Array | type(ANY)):
            raise UsageError(
                f"`{var.name}` of `{fn.name}` is a {var.type}; a Jacobian needs a "
                "number or an array: use vjp or jvp"
            )
    for kind in _kinds(fn.result.type):
        if not isinstance(kind, Scalar | Array | type(ANY)):
            raise UsageError(
                f"`{fn.name}` returns {fn.result.type}; a Jacobian needs a number, an "
                "array or a tuple of them: use vjp or jvp"
            )


def _parts(fn: Function) -> tuple[Type, ...] | None:
    """The types of the results in a tuple, None for one result."""
    kind = fn.result.type
    return tuple(_kinds(kind)) if isinstance(kind, Tuple) else None


def _kinds(kind: Type) -> Iterator[Type]:
    if isinstance(kind, Tuple):
        for item in kind.items:
            yield from _kinds(item)
    else:
        yield kind


def _spread(build: Builder, value: Var) -> list[Var]:
    """What is in a nested tuple, left to right."""
    if not isinstance(value.type, Tuple):
        return [value]
    items = tuple(build.fresh(value.base, k) for k in value.type.items)
    build.emit(Apply(items, "unpack", (value,), (), REST))
    return [v for item in items for v in _spread(build, item)]


def _columns(
    build: Builder,
    fn: Function,
    derivative: Function,
    var: Var,
    kinds: tuple[Type, ...] | None,
) -> list[Atom]:
    """The derivatives of each result by one argument."""
    count = 1 if kinds is None else len(kinds)
    push = _pushed(fn, derivative, kinds)
    if isinstance(var.type, Scalar):
        return push(build, Const(1.0))
    if 0 in (shape_of(var.type) or ()):
        zero = build.apply("numpy.zeros_like", var)
        return [_without_numbers(build, dot, var) for dot in push(build, zero)]
    bases = [f"{var.base}_columns"] * count
    lists = _loop(build, var, f"{var.base}_dot", bases, push)
    out: list[Atom] = []
    for columns, kind in zip(lists, kinds or (fn.result.type,), strict=True):
        number = rank(kind) == 0
        stacked = _stack(build, columns, 0 if number else -1)
        if rank(var.type) == 1:
            out.append(stacked)
            continue
        shapes = [build.apply("numpy.shape", var)]
        if not number:
            first = build.apply("getitem", columns, Const(0))
            shapes.insert(0, build.apply("numpy.shape", first))
        out.append(_shaped(build, stacked, shapes))
    return out


def _pushed(fn: Function, derivative: Function, kinds: tuple[Type, ...] | None) -> Step:
    """The derivatives of each result in a direction, by a call."""

    def push(inner: Builder, seed: Atom) -> list[Atom]:
        dot = inner.fresh("out_dot", fn.result.type)
        inner.emit(Call((dot,), derivative.name, (*fn.params, seed), REST))
        if kinds is None:
            return [dot]
        return [*_spread(inner, dot)]

    return push


def _without_numbers(build: Builder, dot: Atom, var: Var) -> Atom:
    """The Jacobian by an array without numbers, which has none itself."""
    shapes = (build.apply("numpy.shape", v) for v in (dot, var))
    return build.apply("numpy.zeros", build.apply("add", *shapes))


def is_positive(n: Length) -> bool:
    """Whether a length is known not to be zero: one, or that of a long parameter."""
    return n > 0 if isinstance(n, int) else bool(PARAMETER.fullmatch(str(n)))


def _stack(build: Builder, parts: Atom, axis: int) -> Atom:
    if axis == 0:
        return build.apply("numpy.stack", parts)
    return build.apply("numpy.stack", parts, axis=Const(axis))


def _rows(build: Builder, rows: Atom, out: Var, var: Var) -> Atom:
    """The derivatives of the result by one argument, from those of its numbers."""
    known = shape_of(out.type)
    full = known is not None and all(map(is_positive, known))
    # Without rows there is nothing to stack.
    stacked = _stack(build, rows, 0) if full else rows
    if full and rank(out.type) == 1:
        return stacked
    shapes = [build.apply("numpy.shape", v) for v in (out, var) if rank(v.type) != 0]
    return _shaped(build, stacked, shapes)


def _shaped(build: Builder, value: Atom, shapes: list[Var]) -> Atom:
    """Give an array the shapes one after the other."""
    shape = shapes[0] if len(shapes) == 1 else build.apply("add", *shapes)
    return build.apply("numpy.reshape", value, shape)


def _loop(
    build: Builder,
    over: Var,
    base: str,
    bases: list[str],
    step: Step,
    colouring: Colouring | None = None,
) -> list[Var]:
    """Run `step` for every direction of `over`; the lists of what it gives."""
    dtype = dtype_of(over.type)
    if colouring is None:
        eye: Atom = _unit_vectors(build, over, dtype)
    else:
        _, _, eye = colouring.seeds(build, over)
    starts = [build.apply("list", base=b, temp=False) for b in bases]
    inner = build.nested()
    flat = rank(over.type) == 1
    row = build.fresh(base if flat else "row", Array(dtype, None))
    seed: Atom = row
    if not flat:
        shape = inner.apply("numpy.shape", over)
        seed = inner.apply("numpy.reshape", row, shape, base=base, temp=False)
    elif isinstance(over.type, Array):
        row = Var(row.name, over.type, row.base, row.temp)
        seed = row
    values = step(inner, seed)
    heads = [build.fresh(b, List(v.type)) for b, v in zip(bases, values, strict=True)]
    ends = [
        inner.apply("append", head, value, base=b, temp=False)
        for head, value, b in zip(heads, values, bases, strict=True)
    ]
    phis = tuple(Phi(h, s, e) for h, s, e in zip(heads, starts, ends, strict=True))
    build.emit(For(row, eye, phis, tuple(inner.stmts), REST))
    return heads


def _unit_vectors(build: Builder, over: Var, dtype: str | None) -> Var:
    size = build.apply("numpy.size", over)
    if dtype is None or dtype == "f8":
        return build.apply("numpy.eye", size)
    return build.apply("numpy.eye", size, dtype=build.apply("ndarray.dtype", over))


def _nested(build: Builder, found: list[list[Atom]], fn: Function, nest: Nest) -> Atom:
    """By result, and for each by the arguments in their structure."""
    rows = [nested(build, nest, parts) for parts in zip(*found, strict=True)]
    return _like(build, fn.result.type, iter(rows))


def _like(build: Builder, kind: Type, rows: Iterator[Atom]) -> Atom:
    if not isinstance(kind, Tuple):
        return next(rows)
    items = [_like(build, item, rows) for item in kind.items]
    return build.apply("tuple", *items)


def _driver(build: Builder, fn: Function, value: Atom, name: str) -> Function:
    body = (*build.stmts, Return(value, REST))
    doc = f"Jacobian of `{fn.name}`."
    return replace(fn, name=name, body=body, doc=doc)
