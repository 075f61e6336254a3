"""Reductions and changes of shape with the axis for the directions in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import Array, List, Scalar, rank
from symdiff.transform.batch.scope import NotBatched, Scope

Rule = Callable[[Scope, Apply, Builder], Atom]


def shifted(axis: Any) -> Any:
    """An axis, or several, counted with one more in front."""
    if isinstance(axis, tuple):
        return tuple(map(shifted, axis))
    return axis + 1 if axis >= 0 else axis


def along(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """A reduction or a scan: over all of its own axes, or over those one further."""
    (a,) = stmt.args
    n = at.rank(a)
    named = dict(stmt.kwargs)
    axis = named.pop("axis", Const(None))
    if n == 0:
        return build.apply("same", at.read(a))
    if not isinstance(axis, Const) or set(named) - {"keepdims"}:
        raise NotBatched(f"{stmt.op} along an axis that is not known")
    if axis.value is not None:
        wide = Const(shifted(axis.value))
    else:
        wide = Const(1 if n == 1 else tuple(range(1, n + 1)))
    if stmt.op == "numpy.cumsum" and isinstance(wide.value, tuple):
        raise NotBatched("a running sum over all axes")
    named["axis"] = wide
    return build.bind(stmt.op, (at.read(a),), named)[0]


def on_axis(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """What works along an axis that is given by position or by keyword."""
    a, *rest = stmt.args
    named = dict(stmt.kwargs)
    axis = rest[0] if rest else named.get("axis")
    if not isinstance(axis, Const) or axis.value is None or set(named) - {"axis"}:
        raise NotBatched(f"{stmt.op} along an axis that is not known")
    at.rank(a)
    wide = Const(shifted(axis.value))
    if rest:
        return build.apply(stmt.op, at.read(a), wide)
    return build.apply(stmt.op, at.read(a), axis=wide)


def amount(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`roll` and `repeat`: by how much, and along which axis."""
    a, by = stmt.args
    named = dict(stmt.kwargs)
    axis = named.pop("axis", Const(0 if at.rank(a) == 1 else None))
    known = isinstance(axis, Const) and isinstance(axis.value, int)
    if not known or named or at.has(by) or not isinstance(axis, Const):
        raise NotBatched(f"{stmt.op} along an axis that is not known")
    return build.apply(stmt.op, at.read(a), by, axis=Const(shifted(axis.value)))


def differences(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`diff` along the same axis, counted with one more."""
    (a,) = stmt.args
    named = dict(stmt.kwargs)
    axis = named.pop("axis", Const(-1))
    if set(named) - {"n"} or not isinstance(axis, Const) or at.rank(a) == 0:
        raise NotBatched("differences of what is lengthened")
    named["axis"] = Const(shifted(axis.value))
    return build.bind(stmt.op, (at.read(a),), named)[0]


def diagonal(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """The diagonal of a matrix for each direction, and the matrix of a diagonal."""
    (a,) = stmt.args
    if stmt.kwargs or at.rank(a) > 2:
        raise NotBatched("a diagonal beside the main one")
    if at.rank(a) == 1:
        whole = build.apply("ndarray.shape", at.read(a))
        eye = build.apply("numpy.eye", build.apply("getitem", whole, Const(1)))
        return build.apply("mul", at.aligned(a, 1, build, after=1), eye)
    op = "numpy.trace" if stmt.op == "numpy.trace" else "numpy.diagonal"
    return build.apply(op, at.read(a), axis1=Const(1), axis2=Const(2))


def array(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`np.array` of a list of values, each of which has the axis."""
    (items,) = stmt.args
    if stmt.kwargs:
        raise NotBatched("an array of another dtype")
    if isinstance(items.type, Array | Scalar):
        return build.apply("same", at.read(items))
    if not isinstance(items.type, List):
        raise NotBatched(f"an array of a {items.type}")
    known = items.type.length
    made = at.made(items, "list")
    parts = [items.type.item] if made is None else [a.type for a in made.args]
    if not all(isinstance(part, Array | Scalar) for part in parts):
        raise NotBatched("an array of lists of lists")
    if (isinstance(known, int) and known > 0) or (made is not None and made.args):
        return build.apply("numpy.stack", at.read(items), axis=Const(1))
    if rank(items.type.item) != 0:
        raise NotBatched("an array of a list that may be empty")
    whole = build.apply("numpy.array", at.read(items))
    length = build.apply("builtins.len", at.read(items))
    shape = build.apply("tuple", length, at.count)
    rows = build.apply("numpy.reshape", whole, shape)
    return build.apply("numpy.transpose", rows)


def items(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """The list of the items of an array."""
    (a,) = stmt.args
    if isinstance(a.type, List):
        return build.apply("builtins.list", at.read(a))
    return build.apply("builtins.list", at.items(a, build))


def reduced(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`unbroadcast` of each direction."""
    g, x = stmt.args
    wide = at.read(g)
    if at.has(x):
        if at.rank(g) != at.rank(x):
            raise NotBatched("a sum over axes in front")
        return build.apply("unbroadcast", at.promote(g, g.type, build), at.read(x))
    return build.apply("unbroadcast_each", wide, x)


def permuted(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`x.T` swaps all axes but the first."""
    (a,) = stmt.args
    n = at.rank(a)
    axes = dict(stmt.kwargs).get("axes", Const(None))
    if not isinstance(axes, Const):
        raise NotBatched("a permutation that is not known")
    if n < 2:
        return build.apply("same", at.read(a))
    order = axes.value or tuple(reversed(range(n)))
    if order == (1, 0):
        return build.apply("numpy.swapaxes", at.read(a), Const(1), Const(2))
    wide = Const((0, *(k % n + 1 for k in order)))
    return build.apply("numpy.transpose", at.read(a), axes=wide)


def swapped(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`swapaxes` and `moveaxis` of the axes one further."""
    a, *axes = stmt.args
    at.rank(a)
    if not all(isinstance(k, Const) for k in axes):
        raise NotBatched("axes that are not known")
    wide = [Const(shifted(k.value)) for k in axes if isinstance(k, Const)]
    return build.apply(stmt.op, at.read(a), *wide)


def reshaped(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`x.reshape(m, n)` is `x.reshape(count, m, n)`."""
    a, shape = stmt.args
    if stmt.kwargs:
        raise NotBatched("a reshape in another order")
    return build.apply("numpy.reshape", at.read(a), at.joined(shape, build))


def flattened(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`x.ravel()` is `x.reshape(count, size)`."""
    (a,) = stmt.args
    if at.rank(a) == 1:
        return build.apply("same", at.read(a))
    if stmt.kwargs or not at.positive:
        raise NotBatched("a flattened array, perhaps in no direction")
    shape = at.joined(Const((-1,)), build)
    return build.apply("numpy.reshape", at.read(a), shape)


def broadcast(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`broadcast_to` a shape with the axis in front."""
    a, shape = stmt.args
    item = at.aligned(a, at.rank(stmt.out), build)
    return build.apply("numpy.broadcast_to", item, at.joined(shape, build))


def filled(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`np.full` of another number for each direction."""
    named = dict(stmt.kwargs)
    shape, value = stmt.args
    if named or at.has(shape):
        raise NotBatched("a constant array of another dtype")
    item = at.aligned(value, at.rank(stmt.out), build)
    return build.apply("numpy.broadcast_to", item, at.joined(shape, build))


def chosen(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`a if c else b` with the same choice for every direction."""
    test, *sides = stmt.args
    if at.has(test):
        raise NotBatched("a choice for each direction")
    wide = (at.promote(a, stmt.out.type, build) for a in sides)
    return build.apply("ifelse", test, *wide)


def unchanged(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """The same operation, whatever the axes."""
    return build.apply(stmt.op, at.read(stmt.args[0]))


def named(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """A change of the kind of number, which cotangents in an array do not need."""
    return build.apply("same", at.read(stmt.args[0]))


RULES: dict[str, Rule] = {
    "numpy.sum": along,
    "numpy.mean": along,
    "numpy.cumsum": along,
    "numpy.flip": along,
    "numpy.expand_dims": on_axis,
    "numpy.squeeze": on_axis,
    "numpy.roll": amount,
    "numpy.repeat": amount,
    "numpy.diff": differences,
    "numpy.diag": diagonal,
    "numpy.diagonal": diagonal,
    "numpy.trace": diagonal,
    "numpy.array": array,
    "builtins.list": items,
    "unbroadcast": reduced,
    "numpy.transpose": permuted,
    "numpy.swapaxes": swapped,
    "numpy.moveaxis": swapped,
    "numpy.reshape": reshaped,
    "numpy.ravel": flattened,
    "numpy.broadcast_to": broadcast,
    "numpy.full": filled,
    "ifelse": chosen,
    "numpy.zeros_like": unchanged,
    "numpy.copy": unchanged,
    "same": named,
    "builtins.float": named,
    "numpy.float64": named,
    "numpy.asarray": array,
}
