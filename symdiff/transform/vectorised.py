"""Jacobians in one sweep: all directions at once, each along an axis of its own.

    for y_bar in np.eye(n): ...      →      y_bar = np.eye(n)
                                            x_bar = (y_bar * (1 - y**2)) @ W

What is no derivative is computed once. A sweep that cannot be given the axis raises
`NotBatched`; then `directions` makes a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Const,
    Function,
    Origin,
    Return,
    Stmt,
    Var,
    bound,
    walk,
)
from symdiff.ir.types import Array, Length, Scalar, Tuple, Type, product, rank, shape_of
from symdiff.transform.algebra_forms import names_of
from symdiff.transform.batch.engine import batch
from symdiff.transform.batch.scope import NotBatched, Scope
from symdiff.transform.batch.taint import tainted
from symdiff.transform.borders import Nest, nested, packed
from symdiff.transform.colouring import Colouring
from symdiff.transform.directions import is_positive

Seeds = Callable[[Builder, Atom], tuple[Atom, Length, Atom]]
"""Emit the directions in a value: how many, the same as a length, and their matrix."""


def unit_vectors(build: Builder, over: Atom) -> tuple[Atom, Length, Atom]:
    """One direction for each number of a value: the rows of `np.eye(len(x))`."""
    shape = shape_of(over.type)
    if shape is None:
        raise NotBatched("a value of unknown rank")
    length: Length = 1
    for n in shape:
        length = product(length, n)
    count = _size(build, over)
    dtype = over.type.dtype if isinstance(over.type, Array) else "f8"
    if dtype == "f8":
        return count, length, build.apply("numpy.eye", count)
    kind = build.apply("ndarray.dtype", over)
    return count, length, build.apply("numpy.eye", count, dtype=kind)


def _size(build: Builder, over: Atom) -> Atom:
    op = "builtins.len" if rank(over.type) == 1 else "ndarray.size"
    return build.apply(op, over)


def all_columns(
    dot: Function,
    var: Var,
    fn: Function,
    name: str,
    colouring: Colouring | None = None,
) -> Function:
    """The Jacobian in forward mode; `dot` is the derivative in a direction of `var`.

    The axis of the directions is the first one until the end, where it becomes the
    last one; with a colouring the sparse matrix is made of it.
    """
    seed = dot.params[-1]
    run = _Run(dot, seed, Origin((), "tangent"))
    body = dot.body[:-1]
    run.start(body, var, colouring.seeds if colouring else unit_vectors)
    batch(run.at, body, run.build)
    if colouring is not None:
        value = run.wide(dot.result, fn.result.type)
        matrix = colouring.recovered(run.build, value, var, by_columns=True)
        return run.function(fn, matrix, name)
    return run.function(fn, _by_result(run, dot.result, fn.result.type, var), name)


def _by_result(run: _Run, value: Atom, kind: Type, var: Var) -> Atom:
    """The Jacobian of each result, in tuples as the results are."""
    if not isinstance(kind, Tuple):
        return _columns_last(run, run.wide(value, kind), kind, var)
    made = run.at.made(value, "tuple")
    if made is None:
        raise NotBatched("results that are not known one by one")
    pairs = zip(made.args, kind.items, strict=True)
    parts = [_by_result(run, item, k, var) for item, k in pairs]
    return run.build.apply("tuple", *parts)


def _columns_last(run: _Run, value: Atom, kind: Type, var: Var) -> Atom:
    """Put the first axis last, and give it the shape of the argument."""
    build = run.build
    build.origin = run.origin
    n = rank(kind)
    if n is None:
        raise NotBatched("a result of unknown rank")
    if n == 1:
        value = build.apply("numpy.transpose", value)
    elif n > 1:
        value = build.apply("numpy.moveaxis", value, Const(0), Const(-1))
    if rank(var.type) == 1:
        return value
    shape = build.apply("ndarray.shape", var)
    if n:
        front = build.apply("ndarray.shape", value)
        rest = build.apply("getitem", front, Const(slice(None, -1)))
        shape = build.apply("add", rest, shape)
    return build.apply("numpy.reshape", value, shape)


def all_rows(
    fn: Function,
    pair: tuple[Function, Function],
    wrt: list[Var],
    nest: Nest,
    name: str,
    colouring: Colouring | None = None,
) -> Function:
    """The Jacobian in reverse mode, from the two halves of the adjoint.

    They have their variables in common, so that one can follow the other.
    """
    forward, backward = pair
    *first, both = forward.body[:-1]
    assert isinstance(both, Apply)
    result = both.args[0]
    seed = backward.params[-1]
    if isinstance(result.type, Scalar) or not isinstance(result, Var):
        raise NotBatched("a number has one direction")
    whole = replace(forward, body=(*forward.body, *backward.body))
    run = _Run(whole, seed, Origin((), "reverse"))
    run.build.stmts += first
    known = {v for s in first for v in bound(s)}
    rest = backward.body[:-1]
    parts: tuple[Atom, ...] = (backward.result,)
    if len(wrt) > 1:
        rest, parts = packed(backward)
    body = [s for s in rest if not _again(s, known, backward)]
    run.start(body, result, colouring.seeds if colouring else unit_vectors)
    batch(run.at, body, run.build)
    run.build.origin = run.origin
    wide = [run.wide(p, var.type) for p, var in zip(parts, wrt, strict=True)]
    if colouring is not None:
        matrix = colouring.recovered(run.build, wide[0], result, by_columns=False)
        return run.function(fn, matrix, name)
    values = [
        _rows_first(run, value, result, var)
        for value, var in zip(wide, wrt, strict=True)
    ]
    return run.function(fn, nested(run.build, nest, values), name)


def _again(stmt: Stmt, known: set[Var], backward: Function) -> bool:
    """Whether a statement of the backward half is one of the forward half."""
    if isinstance(stmt, Apply) and stmt.op == "unpack":
        return stmt.args == (backward.params[-2],)
    return any(v in known for v in bound(stmt))


def _rows_first(run: _Run, value: Atom, result: Atom, var: Var) -> Atom:
    """Give the first axis the shape of the result."""
    if rank(result.type) == 1:
        return value
    build = run.build
    shape = build.apply("ndarray.shape", result)
    if rank(var.type) != 0:
        shape = build.apply("add", shape, build.apply("ndarray.shape", var))
    return build.apply("numpy.reshape", value, shape)


class _Run:
    """One function in the making: its statements, and its values with the axis."""

    at: Scope

    def __init__(self, fn: Function, seed: Var, origin: Origin) -> None:
        self.origin = origin
        self.seed = seed
        self.build = Builder(names_of(fn), origin)
        self.definitions = {v: s for s in walk(fn.body) for v in bound(s)}

    def start(self, body: Iterable[Stmt], over: Atom, seeds: Seeds) -> None:
        """Bind the seed to all directions in a value."""
        build, seed = self.build, self.seed
        count, length, matrix = seeds(build, over)
        found = tainted(tuple(body), [seed])
        positive = all(map(is_positive, shape_of(over.type) or ()))
        at = Scope(found, self.definitions, count, length, positive)
        unit = over if seeds is unit_vectors else UNDEF
        self.at = replace(at, sweep=self.origin.sweep, over=unit)
        wide = replace(self.at.widen(seed), base=seed.base, temp=False)
        self.at.wide[seed] = wide
        if rank(over.type) != 1:
            whole = self.at.joined(self.at.shape(over, build), build)
            matrix = build.apply("numpy.reshape", matrix, whole)
        last = build.stmts[-1]
        assert isinstance(last, Apply)
        build.stmts[-1] = replace(last, outs=(wide,))

    def wide(self, atom: Atom, kind: Type | None = None) -> Atom:
        """A result, with the axis also where it is the same in every direction."""
        self.build.origin = self.origin
        return self.at.promote(atom, kind or atom.type, self.build)

    def function(self, fn: Function, value: Atom, name: str) -> Function:
        """The finished function, which takes what `fn` takes."""
        body = (*self.build.stmts, Return(value, self.origin))
        return replace(fn, name=name, body=body, doc=f"Jacobian of `{fn.name}`.")
