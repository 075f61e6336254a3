"""The types of the parts of numbers."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, FLOAT, STR, Array, List, Scalar, Tuple, Type
from symdiff.rules.infer.common import Kwargs
from symdiff.rules.infer.elementwise import ufunc_infer
from symdiff.rules.infer.reductions import item_of


def modf(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Two results like the operand."""
    one = ufunc_infer("numpy.floor")(args, kwargs)
    assert not isinstance(one, tuple)
    return Tuple((one, one))


def frexp(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A mantissa like the operand, and an int."""
    one = ufunc_infer("numpy.floor")(args, kwargs)
    assert not isinstance(one, tuple)
    match one:
        case Array(shape=shape):
            return Tuple((one, Array("i4", shape)))
        case Scalar():
            return Tuple((one, Scalar("i4")))
    return Tuple((ANY, ANY))


def python_pair(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Two Python floats."""
    return Tuple((FLOAT, FLOAT))


def text(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A string."""
    return STR


def words(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`text.split()`."""
    return List(STR)


def three_texts(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`text.partition(mark)`."""
    return Tuple((STR, STR, STR))


def sorted_list(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A list of the same items."""
    item = item_of(args[0].type)
    match args[0].type:
        case List(length=n):
            return List(item if item is not None else ANY, n)
        case Array(shape=shape) if shape:
            return List(item if item is not None else ANY, shape[0])
        case Tuple(items=items):
            return List(item if item is not None else ANY, len(items))
    return List(ANY, None)
