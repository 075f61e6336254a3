"""Calls that write to an array: `out=`, `np.copyto`, `x.sort()` → a new version of it.

np.multiply(x, x, out=y)        →      y[...] = x * x
np.copyto(y, x, where=m)        →      y[m] = x[m]
y.sort()                        →      y[...] = np.sort(y)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of, refuse_store, write
from symdiff.frontend.operations import apply
from symdiff.frontend.values import BAD, NOTHING, Bad, Items, Plain, Ref, Value
from symdiff.frontend.views import flat_step
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.types import Array, Scalar, Type, dtype_of, rank

Args = Sequence[Value]
Kwargs = Mapping[str, Value]

EVERYTHING = Const(Ellipsis)
_KINDS = "biufc"
"""The kinds of numbers, each of which the later ones can hold."""


def output(
    frame: Frame, op: str, ufunc: object, args: Args, kwargs: Kwargs, node: cst.Call
) -> Value | None:
    """A call with `out=`: its result is written there. None if there is no `out`.

    Of a ufunc, `out` may be passed by position, and `where` says which items to write.
    """
    named = dict(kwargs)
    count = ufunc.nin if isinstance(ufunc, np.ufunc) else len(args)
    if len(args) > count:
        named["out"], args = Items(tuple(args[count:])), args[:count]
    target = named.pop("out", None)
    if isinstance(target, Items) and len(target.items) == 1:
        (target,) = target.items
    if target is None or target == NOTHING:
        return None if target is None else apply(frame, op, args, node, named)
    if isinstance(target, Bad):
        return BAD
    if isinstance(target, Items):
        return _refuse(
            frame, "has several results in `out`", node, "assign the results"
        )
    if isinstance(ufunc, np.ufunc) and "where" in named:
        mask = named.pop("where")
        return _store(
            frame,
            target,
            lambda whole: _some(frame, whole, mask, op, args, named, node),
            node,
        )
    result = apply(frame, op, args, node, named)
    if isinstance(result, Bad):
        return BAD
    value = atom_of(frame, result, node)
    return _store(frame, target, lambda whole: _all(frame, whole, value, node), node)


def _store(
    frame: Frame, target: Value, make: Callable[[Atom], Atom], node: cst.Call
) -> Value:
    """Write to an array, which is the value of the call."""
    if isinstance(target, Plain) and not target.shares:
        # Made in the call itself: `out=np.zeros(3)`.
        return plain(make(target.atom))
    if not isinstance(target, Ref):
        refuse_store(frame, target, node)
        return BAD
    if frame.root is not node:
        return frame.report(
            "SD308",
            "an array is written to inside of a larger expression",
            node,
            help="write it on a line of its own",
        )
    write(frame, target, node, make)
    return target


def _all(frame: Frame, whole: Atom, value: Atom, node: cst.CSTNode) -> Atom:
    """The array `whole` after `whole[...] = value`: `value` itself if that fits."""
    if not _fits(frame, whole, value, node):
        return UNDEF
    if rank(type_of(whole)) == 0 and rank(type_of(value)) == 0:
        return value
    if isinstance(value.type, Array) and value.type == type_of(whole):
        known = value.type.dtype is not None and value.type.shape is not None
        if known and not isinstance(value, Const) and value.temp:
            return value
    return frame.emit("setitem", [whole, EVERYTHING, value], node)


def updated(frame: Frame, op: str, whole: Atom, value: Atom, node: cst.CSTNode) -> Atom:
    """What `x op= value` makes of `x`; bitwise operators have no form of their own."""
    new = frame.emit(op, [whole, value], node)
    if op.startswith("i") or not isinstance(type_of(whole), Array):
        return new
    return _all(frame, whole, new, node)


def _some(
    frame: Frame,
    whole: Atom,
    mask: Value,
    op: str,
    args: Args,
    kwargs: Kwargs,
    node: cst.Call,
) -> Atom:
    """`whole` with the results of a ufunc where a mask says so; no others are made."""
    chosen = atom_of(frame, mask, node)
    if isinstance(chosen, Const) and chosen.value is True:
        value = atom_of(frame, apply(frame, op, args, node, kwargs), node)
        return _all(frame, whole, value, node)
    index = _spread(frame, chosen, whole, node)
    given = [plain(_selected(frame, value, whole, index, node)) for value in args]
    value = atom_of(frame, apply(frame, op, given, node, kwargs), node)
    return _put(frame, whole, index, value, node)


def _selected(
    frame: Frame, value: Value, whole: Atom, index: Atom, node: cst.Call
) -> Atom:
    """What of an operand belongs to the chosen items of `whole`."""
    atom = atom_of(frame, value, node)
    if isinstance(type_of(atom), Scalar):
        return atom
    return frame.emit("getitem", [_spread(frame, atom, whole, node), index], node)


def _spread(frame: Frame, atom: Atom, whole: Atom, node: cst.Call) -> Atom:
    """An operand in the shape of `whole`."""
    if atom == UNDEF or _shape(type_of(atom)) == _shape(type_of(whole)) is not None:
        return atom
    shape = frame.emit("ndarray.shape", [whole], node)
    return frame.emit("numpy.broadcast_to", [atom, shape], node)


def _shape(type: Type) -> object:
    return type.shape if isinstance(type, Array) else None


def _put(frame: Frame, whole: Atom, index: Atom, value: Atom, node: cst.Call) -> Atom:
    if not _fits(frame, whole, value, node):
        return UNDEF
    return frame.emit("setitem", [whole, index, value], node)


def _fits(frame: Frame, whole: Atom, value: Atom, node: cst.CSTNode) -> bool:
    """Whether NumPy casts the value to the array's dtype; it does not drop decimals."""
    if UNDEF in (whole, value):
        return False
    own, other = dtype_of(type_of(whole)), dtype_of(type_of(value))
    if own is None or other is None:
        return True
    if _KINDS.index(own[0]) >= _KINDS.index(other[0]):
        return True
    _refuse(frame, f"would store `{other}` into `{own}`", node, "make it a float array")
    return False


def _refuse(frame: Frame, what: str, node: cst.CSTNode, help: str) -> Value:
    return frame.report("SD202", f"the call {what}", node, help=help)


# ---- functions that write to their first argument


def write_in_place(
    frame: Frame, name: str, args: Args, kwargs: Kwargs, node: cst.Call
) -> Value:
    """A function that writes to its first argument: a new version of the argument."""
    named = dict(kwargs)
    where = named.pop("where", None) if name == "numpy.copyto" else None
    values = [*args, *named.values()]
    if any(isinstance(value, Bad) for value in values):
        return BAD
    maker = _MAKERS.get(name)
    if maker is None or named or len(args) != maker[0]:
        return _unsupported(frame, name, node)
    if not isinstance(type_of(atom_of(frame, args[0], node)), Array):
        return _unsupported(frame, name, node)
    rest = [atom_of(frame, value, node) for value in args[1:]]
    if where is not None:
        rest = [atom_of(frame, where, node), *rest]
        maker = _MAKERS["numpy.putmask"]
    make = maker[1]
    refused: list[str] = []

    def made(whole: Atom) -> Atom:
        if UNDEF in (whole, *rest):
            return UNDEF
        found = make(frame, whole, rest, node)
        if found is None:
            refused.append(name)
        return UNDEF if found is None else found

    found = _store(frame, args[0], made, node)
    if refused:
        return _unsupported(frame, name, node)
    return BAD if isinstance(found, Bad) else NOTHING


def _unsupported(frame: Frame, name: str, node: cst.Call) -> Value:
    return frame.report(
        "SD307",
        f"`{name}` writes to its argument",
        node,
        help="use an assignment to an item, or the function that returns a new array",
    )


Maker = Callable[[Frame, Atom, list[Atom], cst.Call], Atom | None]
"""The new version of an array; None if these arguments are not supported."""


def _copied(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom:
    return _all(frame, whole, rest[0], node)


def _masked(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom | None:
    """`np.putmask(x, mask, v)` of a number, or of an array in the shape of `x`."""
    mask, value = rest
    index = _spread(frame, mask, whole, node)
    if isinstance(type_of(value), Scalar):
        return _put(frame, whole, index, value, node)
    if rank(type_of(value)) != rank(type_of(whole)):
        return None
    part = frame.emit("getitem", [value, index], node)
    return _put(frame, whole, index, part, node)


def _placed(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom | None:
    """`np.place(x, mask, [v])` of a single value, which it repeats."""
    mask, values = rest
    if isinstance(values, Const) and isinstance(values.value, tuple):
        return None
    if _length(type_of(values)) != 1:
        return None
    item = frame.emit("getitem", [values, Const(0)], node)
    return _put(frame, whole, _spread(frame, mask, whole, node), item, node)


def _length(type: Type) -> object:
    if isinstance(type, Array):
        return type.shape[0] if type.shape else None
    return getattr(type, "length", None)


def _flat(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom | None:
    """`np.put(x, i, v)`; a store raises if there are not as many values as places."""
    index, value = rest
    step = flat_step()
    line = frame.emit(step.op, [whole, *step.args], node)
    shape = frame.emit("ndarray.shape", [whole], node)
    return frame.emit(
        "numpy.reshape", [_put(frame, line, index, value, node), shape], node
    )


def _diagonal(
    frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call
) -> Atom | None:
    """`np.fill_diagonal(x, v)` of a matrix."""
    shape = _shape(type_of(whole))
    if not isinstance(shape, tuple) or len(shape) != 2:
        return None
    rows = frame.emit("ndarray.shape", [whole], node)
    count = frame.emit("getitem", [rows, Const(0)], node)
    if shape[0] != shape[1]:
        count = frame.emit("builtins.min", [rows], node)
    places = frame.emit("numpy.arange", [count], node)
    index = frame.emit("tuple", [places, places], node)
    return _put(frame, whole, index, rest[0], node)


def _at(op: str) -> Maker:
    def make(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom:
        return frame.emit(op, [whole, *rest], node)

    return make


def _less_at(frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call) -> Atom:
    """`np.subtract.at(x, i, v)` adds `-v`."""
    index, value = rest
    value = frame.emit("neg", [value], node)
    return frame.emit("numpy.add.at", [whole, index, value], node)


def _shuffled(
    frame: Frame, whole: Atom, rest: list[Atom], node: cst.Call
) -> Atom | None:
    """`np.random.shuffle(x)` of integers draws what `permutation` draws."""
    type = type_of(whole)
    order = isinstance(type, Array) and type.shape is not None and len(type.shape) == 1
    if not order or dtype_of(type) is None or dtype_of(type)[0] not in "iu":  # type: ignore[index]
        return None
    return frame.emit("numpy.random.permutation", [whole], node)


_MAKERS: dict[str, tuple[int, Maker]] = {
    "numpy.copyto": (2, _copied),
    "numpy.putmask": (3, _masked),
    "numpy.place": (3, _placed),
    "numpy.put": (3, _flat),
    "numpy.fill_diagonal": (2, _diagonal),
    "numpy.add.at": (3, _at("numpy.add.at")),
    "numpy.subtract.at": (3, _less_at),
    "numpy.multiply.at": (3, _at("numpy.multiply.at")),
    "numpy.divide.at": (3, _at("numpy.divide.at")),
    "numpy.maximum.at": (3, _at("numpy.maximum.at")),
    "numpy.minimum.at": (3, _at("numpy.minimum.at")),
    "numpy.random.shuffle": (1, _shuffled),
}
"""How many arguments each function takes, and what it writes."""


# ---- methods


def write_method(
    frame: Frame, receiver: Value, name: str, args: Args, kwargs: Kwargs, node: cst.Call
) -> Value | None:
    """`x.sort()`, `x.put(i, v)`, `x.partition(k)`; None for any other method."""
    if name == "put":
        return write_in_place(frame, "numpy.put", [receiver, *args], kwargs, node)
    if name not in ("sort", "partition") or not isinstance(receiver, Ref):
        return None
    if not isinstance(type_of(atom_of(frame, receiver, node)), Array):
        return None

    def make(whole: Atom) -> Atom:
        given = [plain(whole), *args]
        value = apply(frame, f"numpy.{name}", given, node, kwargs)
        return _all(frame, whole, atom_of(frame, value, node), node)

    found = _store(frame, receiver, make, node)
    return BAD if isinstance(found, Bad) else NOTHING
