"""The types of what masks and conditions choose."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, BOOL, Array, Tuple, Type
from symdiff.rules.infer.common import Kwargs, array_of, constant_of, result, shape_in
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


def chosen(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.choose` and `np.select`: an array of an unknown dtype."""
    found = array_of(args[1].type)
    dtype = None if found is None or found.dtype not in ("f8",) else "f8"
    return Array(dtype, None)


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
    values = Array(source_of(args[0])[0], None)
    if constant_of(kwargs.get("return_index"), False):
        return Tuple((values, Array("i8", None)))
    return values
