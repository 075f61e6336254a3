"""The types of random draws."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, GENERATOR, Array, Scalar, Type
from symdiff.rules.infer.common import Kwargs, integer, lengths


def drawn(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Double precision in the shape that `size` says, one number for numbers."""
    given = dict(kwargs)
    size = given.pop("size", Const(None))
    if size != Const(None):
        return Array("f8", lengths(size))
    values = (a for a in (*args, *given.values()) if a.type != GENERATOR)
    alone = all(isinstance(a.type, Scalar) for a in values)
    return Scalar("f8", python=True) if alone else ANY


def whole(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Integers in the shape that `size` says, one for numbers."""
    if "dtype" in kwargs:
        return ANY
    found = drawn(args, kwargs)
    if isinstance(found, Scalar):
        return Scalar("i8")
    return Array("i8", found.shape) if isinstance(found, Array) else ANY


def lined_up(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`rand(2, 3)`: the lengths one by one."""
    sizes = [a for a in args if a.type != GENERATOR]
    shape = [integer(a) for a in sizes]
    if not sizes:
        return Scalar("f8", python=True)
    known = tuple(n for n in shape if n is not None)
    return Array("f8", known if len(known) == len(shape) else None)


def generator(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A source of random numbers."""
    return GENERATOR
