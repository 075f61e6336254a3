"""The types of what masks and conditions choose."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    BOOL,
    Array,
    Length,
    List,
    Tuple,
    Type,
    hole,
    join_all,
)
from symdiff.rules.infer.common import (
    Kwargs,
    array_of,
    broadcast,
    constant_of,
    result,
    shape_in,
)
from symdiff.rules.infer.shapes import source_of


def unknown(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Nothing is known."""
    return ANY


def truth(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """True or false."""
    return BOOL


def mask(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A mask in the shape of the first argument."""
    return result("b1", shape_in(args[0].type))


def _items(atom: Atom) -> Type:
    """The common type of the items of a list or tuple."""
    match atom.type:
        case List(item=item):
            return item
        case Tuple(items=items):
            return join_all(list(items))
    return ANY


def chosen(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.choose(a, choices)`: the choices in the shape of a."""
    items = _items(args[1])
    found = array_of(items)
    dtype = "f8" if found is not None and found.dtype == "f8" else None
    shape = broadcast([shape_in(args[0].type), shape_in(items)])
    return Array(dtype, shape) if shape else Array(dtype, None)


def selected(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.select(conditions, choices, default)`: all of them broadcast."""
    items = _items(args[1])
    found = array_of(items)
    dtype = "f8" if found is not None and found.dtype == "f8" else None
    default = kwargs.get("default", Const(0))
    shapes = [shape_in(t) for t in (_items(args[0]), items, default.type)]
    return Array(dtype, broadcast(shapes))


def compressed(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A selection of the second argument, of unknown length."""
    return Array(source_of(args[1])[0], None)


def vector_of_second(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A vector with the dtype of the second argument."""
    return Array(source_of(args[1])[0], None)


def vector_or_unknown(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array with the dtype of the first argument."""
    return Array(source_of(args[0])[0], None)


def unique(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The different elements, and where they were first if that is asked for."""
    values = Array(source_of(args[0])[0], (hole(0),))
    if constant_of(kwargs.get("return_index"), False):
        return Tuple((values, Array("i8", (hole(0),))))
    return values


def open_mesh(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.ix_(rows, columns)`: each in an axis of its own; a mask selects some."""
    items: list[Type] = []
    for at, arg in enumerate(args):
        found = array_of(arg.type)
        if not isinstance(found, Array) or found.dtype is None:
            return ANY
        shape: list[Length] = [1] * len(args)
        known = found.shape and found.dtype != "b1"
        shape[at] = found.shape[0] if known and found.shape else hole(at)
        items.append(Array("i8", tuple(shape)))
    return Tuple(tuple(items))
