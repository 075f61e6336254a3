"""The types of densities of vectors."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, F8, Type
from symdiff.rules.infer.common import Kwargs, result, shape_in


def normal(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One number a point."""
    shape = shape_in(args[0].type)
    return result("f8", shape[:-1]) if shape else ANY


def dirichlet(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One number a point; the points are columns."""
    shape = shape_in(args[0].type)
    return F8 if shape is not None and len(shape) == 1 else ANY


def number(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One number."""
    return F8
