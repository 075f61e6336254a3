"""The types of special functions and densities."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, Array, Tuple, Type
from symdiff.rules.infer.common import Kwargs, broadcast, promote, result, shape_in
from symdiff.rules.infer.elementwise import typed


def floats(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Double precision numbers, of double precision operands and of ints."""
    types = [a.type for a in (*args, *kwargs.values())]
    dtype = "f8" if promote(types) in ("f8", "i8", "b1") else None
    return typed(dtype, broadcast(map(shape_in, types)), types)


def complexes(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Complex numbers in the shape of the first argument."""
    shape = shape_in(args[0].type)
    return Array("c16", None) if shape is None else result("c16", shape)


def arrays(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Double precision in the shape of an array; nothing is known of a number."""
    shape = shape_in(args[0].type)
    return Array("f8", shape) if shape else ANY


def pair(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Two results like the operand."""
    one = floats(args, kwargs)
    return Tuple((one, one))


def unsure(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A number or an array, as the function sees fit."""
    return ANY
