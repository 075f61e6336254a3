"""Reading and storing by index with the axis for the directions in front."""

from __future__ import annotations

from symdiff.analysis.builder import Builder, infer
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import Array, List, Scalar, Tuple, rank
from symdiff.transform.batch.scope import ALL, NotBatched, Scope


def getitem(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`x[i]` is `x[:, i]`; an item of a list is the item."""
    x, index = stmt.args
    if at.has(index):
        raise NotBatched("an index for each direction")
    if isinstance(x.type, List):
        return build.apply("getitem", at.read(x), index)
    if isinstance(x.type, Tuple):
        return _item(at, x, index)
    return build.apply("getitem", at.read(x), wide_index(at, index, build))


def _item(at: Scope, x: Atom, index: Atom) -> Atom:
    """An item of a tuple, which is not put together with the axis."""
    made = at.made(x, "tuple")
    if made is None or not isinstance(index, Const) or not isinstance(index.value, int):
        raise NotBatched("an item of a tuple that is not known")
    return at.read(made.args[index.value])


def store(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`x[i] = v` is `x[:, i] = v`; so is `x[i] += v`, and `np.add.at(x, i, v)`."""
    x, index, value = stmt.args
    if at.has(index):
        raise NotBatched("an index for each direction")
    if isinstance(x.type, List):
        whole = at.promote(x, x.type, build)
        item = at.promote(value, value.type, build)
        return build.apply(stmt.op, whole, index, item)
    slot = rank(infer("getitem", (x, index), ())[0])
    if slot is None:
        raise NotBatched("an index of unknown rank")
    whole = at.promote(x, x.type, build)
    item = at.aligned(value, slot, build)
    return build.apply(stmt.op, whole, wide_index(at, index, build), item)


def wide_index(at: Scope, index: Atom, build: Builder) -> Atom:
    """An index with `:` in front; raises `NotBatched` where that moves other axes."""
    if isinstance(index, Const):
        rest = index.value if isinstance(index.value, tuple) else (index.value,)
        return Const((slice(None), *rest))
    made = at.made(index, "tuple")
    if made is None:
        if not _is_plain(index):
            raise NotBatched(f"an index of type {index.type}")
        return build.apply("tuple", ALL, index)
    if not _together(made.args):
        raise NotBatched("arrays as indices that are not side by side")
    return build.apply("tuple", ALL, *made.args)


def _is_plain(index: Atom) -> bool:
    kind = index.type
    return _is_array(index) or isinstance(kind, Scalar) or str(kind) == "slice"


def _is_array(index: Atom) -> bool:
    """Whether an index picks items one by one: an array, or a list of numbers."""
    kind = index.type
    listed = isinstance(kind, List) and isinstance(kind.item, Scalar)
    return listed or isinstance(kind, Array)


def _together(parts: tuple[Atom, ...]) -> bool:
    """Whether no slice is between two arrays: NumPy puts their axes in front then."""
    if not all(_is_plain(p) or isinstance(p, Const) for p in parts):
        return False
    if not any(map(_is_array, parts)):
        return True
    picked = (isinstance(p.type, Scalar) or _is_array(p) for p in parts)
    places = [n for n, p in enumerate(picked) if p]
    return places == list(range(places[0], places[-1] + 1))


def moved(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """The same operation on a list with the axis in each of its items."""
    first, *rest = stmt.args
    if not isinstance(first.type, List):
        raise NotBatched(f"{stmt.op} of a {first.type}")
    if stmt.op == "append":
        whole = at.promote(first, first.type, build)
        return build.apply("append", whole, at.promote(rest[0], rest[0].type, build))
    return build.apply(stmt.op, at.read(first))


def display(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """A list of values, each with the axis."""
    items = [at.promote(a, a.type, build) for a in stmt.args]
    return build.apply("list", *items)


def joined(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`concatenate` and `stack` along the next axis."""
    (parts,) = stmt.args
    made = at.made(parts, "tuple", "list")
    named = dict(stmt.kwargs)
    axis = named.pop("axis", Const(0))
    if made is None or named or not isinstance(axis, Const):
        raise NotBatched(f"{stmt.op} of what is not known one by one")
    if not isinstance(axis.value, int):
        raise NotBatched(f"{stmt.op} without an axis")
    if not all(isinstance(a.type, Array | Scalar) for a in made.args):
        raise NotBatched(f"{stmt.op} of lists")
    items = [at.promote(a, a.type, build) for a in made.args]
    along = axis.value + 1 if axis.value >= 0 else axis.value
    display = build.apply(made.op, *items)
    return build.apply(stmt.op, display, axis=Const(along))


RULES = {
    "getitem": getitem,
    "setitem": store,
    "additem": store,
    "numpy.add.at": store,
    "append": moved,
    "builtins.reversed": moved,
    "list": display,
    "numpy.concatenate": joined,
    "numpy.stack": joined,
}
